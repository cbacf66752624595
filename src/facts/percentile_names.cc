#include "facts/percentile_names.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "text/words.h"

namespace chimera::facts {
namespace {

using core::Statistic;

constexpr double kTail = 90;  // "95% latency" is a percentile, "20% load latency" is not

// The number at the beginning of `text`, removed from it. No sign, no exponent.
std::optional<double> take_number(std::string_view& text) {
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool is_of(const std::string& word, std::string_view one) { return word == one || (word.size() == one.size() + 1 && word.back() == 's' && word.compare(0, one.size(), one) == 0); }

}  // namespace

std::optional<Statistic> percentile_key(std::string_view parent, std::string_view key) {
  const std::vector<std::string> words = text::split_identifier(parent);
  const bool percents = std::any_of(words.begin(), words.end(), [](const std::string& word) { return is_of(word, "percentile") || is_of(word, "ptile"); });
  const bool shares = std::any_of(words.begin(), words.end(), [](const std::string& word) { return is_of(word, "quantile"); });
  if (!percents && !shares) return std::nullopt;
  const auto number = take_number(key);
  if (!number || !(key.empty() || key == "%" || key == "th")) return std::nullopt;
  return core::percentile(shares && !percents && *number <= 1 ? *number * 100 : *number);
}

std::optional<Statistic> take_percentile(std::string& name) {
  const std::string lower = text::lower(name);
  std::string_view rest = text::trim(lower);
  const auto number = take_number(rest);
  if (!number) return std::nullopt;
  const bool percent = take_prefix(rest, "%");
  const bool ordinal = !percent && take_prefix(rest, "th");
  rest = text::trim(rest);
  const bool said = take_prefix(rest, "percentile");
  const bool interval = rest.find("ci") == 0 || rest.find("conf") == 0;  // "95% CI", "99% confidence"
  const bool alone = rest.empty() && percent;
  if (!said && !alone && !(percent && *number >= kTail && !interval)) return std::nullopt;
  if (said && !percent && !ordinal && *number < 1) return std::nullopt;
  const auto found = core::percentile(*number);
  if (found) name.erase(0, rest.empty() ? name.size() : static_cast<std::size_t>(rest.data() - lower.data()));
  return found;
}

}  // namespace chimera::facts
