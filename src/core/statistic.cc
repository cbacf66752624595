#include "core/statistic.h"

#include <fmt/format.h>

#include <cstdlib>
#include <unordered_map>

namespace chimera::core {
namespace {

using Kind = Statistic::Kind;

constexpr std::size_t kLongest = 10;  // bytes of a percentile: "p99.99999"

const std::unordered_map<std::string, Statistic>& spellings() {
  static const std::unordered_map<std::string, Statistic> table = {
      {"mean", {Kind::mean, 0}},      {"avg", {Kind::mean, 0}},        {"average", {Kind::mean, 0}},
      {"ave", {Kind::mean, 0}},
      {"median", {Kind::median, 50}}, {"med", {Kind::median, 50}},     {"mdn", {Kind::median, 50}},
      {"min", {Kind::minimum, 0}},
      {"minimum", {Kind::minimum, 0}}, {"lowest", {Kind::minimum, 0}}, {"max", {Kind::maximum, 0}},
      {"maximum", {Kind::maximum, 0}}, {"peak", {Kind::maximum, 0}},   {"highest", {Kind::maximum, 0}},
      {"std", {Kind::stddev, 0}},     {"stdev", {Kind::stddev, 0}},    {"stddev", {Kind::stddev, 0}},
      {"sd", {Kind::stddev, 0}},      {"sigma", {Kind::stddev, 0}},    {"var", {Kind::variance, 0}},
      {"variance", {Kind::variance, 0}}, {"sum", {Kind::sum, 0}},      {"total", {Kind::sum, 0}},
      {"overall", {Kind::mean, 0}},   {"count", {Kind::count, 0}},     {"n", {Kind::count, 0}},
      {"q1", {Kind::percentile, 25}}, {"q3", {Kind::percentile, 75}},  {"cv", {Kind::cv, 0}},
      {"ci_low", {Kind::ci_low, 0}},  {"ci_high", {Kind::ci_high, 0}}, {"range", {Kind::range, 0}},
      {"sample", {Kind::sample, 0}}};
  return table;
}

// "p(99.9)" as "p99.9", "99th" as "p99"; others as they are. "1st" and "2nd" count things: nobody writes the 1st percentile so.
std::string plain_percentile(std::string lower) {
  const auto digit_at = [&](std::size_t at) { return at < lower.size() && lower[at] >= '0' && lower[at] <= '9'; };
  if (lower.size() > 3 && lower.compare(0, 2, "p(") == 0 && lower.back() == ')' && digit_at(2)) return "p" + lower.substr(2, lower.size() - 3);
  const bool ordinal = lower.size() > 3 && digit_at(0) && lower[0] >= '5' && digit_at(1) && lower.compare(lower.size() - 2, 2, "th") == 0;
  return ordinal ? "p" + lower.substr(0, lower.size() - 2) : lower;
}

}  // namespace

std::string to_string(const Statistic& statistic) {
  switch (statistic.kind) {
    case Kind::sample: return "sample";
    case Kind::mean: return "mean";
    case Kind::median: return "p50";
    case Kind::minimum: return "min";
    case Kind::maximum: return "max";
    case Kind::stddev: return "stddev";
    case Kind::variance: return "variance";
    case Kind::sum: return "sum";
    case Kind::count: return "n";
    case Kind::percentile: return fmt::format("p{}", statistic.percent);
    case Kind::ci_low: return "ci_low";
    case Kind::ci_high: return "ci_high";
    case Kind::cv: return "cv";
    case Kind::range: return "range";
  }
  return "sample";
}

std::optional<Statistic> percentile(double percent) {
  if (!(percent >= 0 && percent <= 100)) return std::nullopt;
  if (percent == 0) return Statistic{Kind::minimum, 0};
  if (percent == 100) return Statistic{Kind::maximum, 0};
  return percent == 50 ? Statistic{Kind::median, 50} : Statistic{Kind::percentile, percent};
}

std::optional<Statistic> find_statistic(std::string_view spelling) {
  std::string lower(spelling);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (const auto found = spellings().find(lower); found != spellings().end()) return found->second;
  lower = plain_percentile(std::move(lower));
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (lower.size() == 3 && digit(lower[0]) && digit(lower[1]) && lower[2] == 'p') lower = "p" + lower.substr(0, 2);  // "95p"
  if (lower.size() < 2 || lower.size() > kLongest || lower.front() != 'p') return std::nullopt;
  // "p97_5", where a point cannot stand in a name.
  if (const std::size_t mark = lower.find('_'); mark != std::string::npos && mark > 1 && mark + 1 < lower.size()) lower[mark] = '.';
  char* end = nullptr;
  const double percent = std::strtod(lower.c_str() + 1, &end);
  if (*end != '\0' || lower[1] < '0' || lower[1] > '9' || percent < 0) return std::nullopt;
  // "p999" and "p9999" are how tools write 99.9 and 99.99 where a point cannot stand in a name.
  if (lower.compare(1, 2, "00") == 0) return Statistic{Kind::percentile, percent / 10};  // "p001": 0.1
  const double value = percent > 100 ? percent / (percent >= 1000 ? 100 : 10) : percent;
  return percentile(value);
}

}  // namespace chimera::core
