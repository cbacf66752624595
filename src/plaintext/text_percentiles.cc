#include "plaintext/text_percentiles.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/statistic.h"
#include "core/unit.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/written_cell.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

// The first word of a name and what follows it.
std::pair<std::string_view, std::string_view> cut_first(std::string_view name) {
  name = text::trim(name);
  const std::size_t blank = std::min(name.find_first_of(" \t"), name.size());
  return {name.substr(0, blank), text::trim(name.substr(blank))};
}

std::optional<double> part_of(std::string_view word) {
  if (word.size() > 2 && word.substr(word.size() - 2) == "%%") word.remove_suffix(1);  // of a program that escaped it twice
  if (word.size() < 2 || word.back() != '%') return std::nullopt;
  const auto number = text::parse_number(word.substr(0, word.size() - 1));
  if (!number || number->value < 0 || number->value > 100) return std::nullopt;
  return number->value;
}

// The 0.5 of "p0.50" and "p(0.5000)"; nobody writes so many decimals of a percentage below 1.
std::optional<double> fraction_of(std::string_view name) {
  name = text::trim(name);
  if (name.size() < 5 || (name[0] | 0x20) != 'p') return std::nullopt;
  const bool brackets = name[1] == '(' && name.back() == ')';
  const std::string_view digits = brackets ? name.substr(2, name.size() - 3) : name.substr(1);
  const auto number = digits.size() < 4 || digits[1] != '.' ? std::nullopt : text::parse_number(digits);
  return number && number->value >= 0 && number->value <= 1 ? std::optional(number->value) : std::nullopt;
}

}  // namespace

std::string percentile_of(std::string_view word) {
  const auto part = part_of(word);
  if (!part) return {};
  if (*part == 0) return "min";
  if (*part == 100) return "max";
  return fmt::format("p{}", *part);
}

std::string percentile_of_fraction(std::string_view name, const std::vector<std::string_view>& beside) {
  const auto part = fraction_of(name);
  if (!part) return {};
  bool again = false;
  for (const std::string_view other : beside) {
    const auto statistic = core::find_statistic(text::lower(text::trim(other)));
    if (!statistic || statistic->kind == core::Statistic::Kind::mean) continue;
    if (!fraction_of(other)) return {};
    again = true;
  }
  return again ? percentile_of(fmt::format("{:.10g}%", *part * 100)) : std::string();
}

std::string percentile_column(std::string_view name) {
  for (const std::string_view ordinal : {"th %", "th%", "th", "st", "nd", "rd"}) {
    if (name.size() <= ordinal.size() || name.substr(name.size() - ordinal.size()) != ordinal) continue;
    return percentile_of(std::string(name.substr(0, name.size() - ordinal.size())) + '%');
  }
  return percentile_of(name);
}

std::optional<PercentileLine> percentile_line(std::string_view text, core::Span line) {
  const std::vector<core::Span> parts = words(text, line);
  if (parts.size() < 2) return std::nullopt;
  const auto part = part_of(at(text, parts.front()));
  const bool linked = parts.size() > 2 && is_one_of(at(text, parts[1]), {"in", "<", "<=", "below", "under", ":", "="});
  const core::Span value{parts[linked ? 2 : 1].begin, parts.back().end};
  if (!part || read_written_cell(text, value).cell.kind != core::CellKind::number) return std::nullopt;
  return PercentileLine{percentile_of(at(text, parts.front())), *part, value};
}

core::Span subject_of_list(std::string_view text, core::Span title) {
  while (title.size() > 0 && (text[title.end - 1] == ':' || text[title.end - 1] == ' ')) --title.end;
  const std::size_t open = at(text, title).find(" (");
  if (open != std::string_view::npos && unit_of_header(at(text, title)).empty()) title.end = title.begin + open;
  std::vector<core::Span> parts = words(text, title);
  while (parts.size() > 1 && is_one_of(text::lower(at(text, parts.back())), {"distribution", "percentiles", "percentile", "quantiles", "histogram"}))
    parts.pop_back();
  return parts.empty() ? core::Span{} : core::Span{parts.front().begin, parts.back().end};
}

std::string percentile_name(std::string_view name, const std::vector<std::string_view>& beside) {
  const auto [word, rest] = cut_first(name);
  const std::string key = percentile_of(word);
  if (key.empty() || rest.empty()) return {};
  const auto [said, of] = cut_first(rest);
  if (is_one_of(text::lower(said), {"percentile", "quantile", "percentiles"}) && !of.empty()) return std::string(of) + '/' + key;
  for (const std::string_view other : beside) {
    const auto [first, same] = cut_first(other);
    const bool statistic = part_of(first).has_value() || core::find_statistic(text::lower(first)).has_value();
    if (same == rest && first != word && statistic) return std::string(rest) + '/' + key;
  }
  return {};
}

bool heads_statistics(std::string_view text, core::Span heading, core::Span below) {
  constexpr std::array<std::string_view, 11> kQuantities = {"latency", "time", "ttft", "tpot", "itl", "throughput", "duration", "token", "bandwidth", "rate", "speed"};
  const std::size_t mark = at(text, below).find_first_of(":=");
  if (mark == std::string_view::npos || heading.size() == 0) return false;
  const std::string name = text::lower(text::trim(at(text, below).substr(0, mark)));
  constexpr std::string_view kPercentile = " percentile";
  const bool percentile = name.size() > kPercentile.size() && is_digit(name[0]) && name.compare(name.size() - kPercentile.size(), kPercentile.size(), kPercentile) == 0;
  if (name.empty() || (!percentile && !core::find_statistic(name))) return false;
  const std::string written = text::lower(at(text, heading));
  if (!unit_of_header(written).empty() || !unit_of_header(at(text, heading)).empty()) return true;
  const std::size_t cut = written.find_last_of("_ ");
  const std::string_view last = std::string_view(written).substr(cut == std::string::npos ? 0 : cut + 1);
  if (cut != std::string::npos && written[cut] == '_' && core::find_unit(last) != nullptr) return true;
  return is_one_of(last, kQuantities);
}

bool names_statistics(std::string_view text, core::Span line) {
  const std::vector<core::Span> names = words(text, line);
  return names.size() > 1 && std::all_of(names.begin(), names.end(), [&](core::Span each) { return core::find_statistic(text::lower(at(text, each))).has_value(); });
}

}  // namespace chimera::plaintext
