#include "facts/percentile_names.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

#include "core/unit.h"
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

namespace {

// The bytes of "99.9th" or "95%", with what parts it from the word behind, at the end of `before`; 0 where no number stands there.
std::size_t number_at_end(std::string_view before) {
  std::size_t begin = before.find_last_not_of(" _") + 1;
  for (const std::string_view mark : {"th", "%"})
    if (begin > mark.size() && before.substr(begin - mark.size(), mark.size()) == mark) begin -= mark.size();
  const std::size_t end = begin;
  while (begin > 0 && (before[begin - 1] == '.' || (before[begin - 1] >= '0' && before[begin - 1] <= '9'))) --begin;
  const bool whole = begin == 0 || before[begin - 1] == ' ' || before[begin - 1] == '_' || before[begin - 1] == '(';
  return begin < end && whole ? before.size() - begin : 0;
}

// What stands behind "percentile" is its number, "percentile_99", "percentile(99%)": the bytes up to the end of that, and the number.
std::optional<std::pair<std::size_t, double>> number_behind(std::string_view behind) {
  const std::size_t begin = std::min(behind.find_first_not_of(" _("), behind.size());
  std::string_view rest = behind.substr(begin);
  const auto number = take_number(rest);
  if (!number || (!rest.empty() && rest.front() >= 'a' && rest.front() <= 'z')) return std::nullopt;
  take_prefix(rest, "%");
  take_prefix(rest, ")");
  return std::pair(behind.size() - rest.size(), *number);
}

// "latency 99.9th percentile", "ttft_percentile_99_ms": removed from the name.
std::optional<Statistic> take_said_percentile(std::string& name) {
  constexpr std::array<std::string_view, 3> kWords = {"percentile", "pctl", "quantile"};
  const std::string lower = text::lower(name);
  const auto is_letter = [&](std::size_t at) { return at < lower.size() && lower[at] >= 'a' && lower[at] <= 'z'; };
  for (const std::string_view word : kWords) {
    const std::size_t at = lower.find(word);
    if (at == std::string::npos || (at > 0 && is_letter(at - 1)) || is_letter(at + word.size())) continue;
    std::size_t begin = at - number_at_end(std::string_view(lower).substr(0, at));
    std::size_t end = at + word.size();
    std::string_view digits = std::string_view(lower).substr(begin, at - begin);
    auto number = take_number(digits);
    if (const auto behind = number ? std::nullopt : number_behind(std::string_view(lower).substr(end))) {
      number = behind->second;
      end += behind->first;
    }
    if (number && word == "quantile" && *number <= 1) *number *= 100;
    const auto found = number && *number >= 1 ? core::percentile(*number) : std::nullopt;
    if (!found) continue;
    name.replace(begin, end - begin, name.size() == end - begin ? "" : " ");
    return found;
  }
  return std::nullopt;
}

// "25%" of "ttft_ms/25%", as pandas heads what it describes: a line of the header of its own.
std::optional<Statistic> take_percentile_below(std::string& name) {
  const std::size_t slash = name.rfind('/');
  if (slash == std::string::npos || slash == 0 || name.back() != '%') return std::nullopt;
  std::string_view rest = std::string_view(name).substr(slash + 1);
  const auto number = take_number(rest);
  const auto found = number && rest == "%" && *number >= 1 ? core::percentile(*number) : std::nullopt;
  if (found) name.erase(slash);
  return found;
}

// "(ms)"
bool is_unit_in_brackets(std::string_view text) {
  return text.size() > 2 && text.front() == '(' && text.back() == ')' && core::find_unit(text.substr(1, text.size() - 2)) != nullptr;
}

}  // namespace

std::optional<Statistic> take_percentile(std::string& name) {
  if (auto said = take_said_percentile(name)) return said;
  if (auto below = take_percentile_below(name)) return below;
  const std::string lower = text::lower(name);
  std::string_view rest = text::trim(lower);
  const auto number = take_number(rest);
  if (!number) return std::nullopt;
  const bool percent = take_prefix(rest, "%");
  const bool ordinal = !percent && take_prefix(rest, "th");
  rest = text::trim(rest);
  const bool said = take_prefix(rest, "percentile");
  const bool interval = rest.find("ci") == 0 || rest.find("conf") == 0;  // "95% CI", "99% confidence"
  const bool in_unit = percent && is_unit_in_brackets(rest);
  const bool alone = percent && (rest.empty() || in_unit);
  if (!said && !alone && !(percent && *number >= kTail && !interval)) return std::nullopt;
  if (said && !percent && !ordinal && *number < 1) return std::nullopt;
  const auto found = core::percentile(*number);
  if (found) name.erase(0, rest.empty() ? name.size() : static_cast<std::size_t>(rest.data() - lower.data()));
  if (found && in_unit) name.insert(0, "percentile ");
  return found;
}

}  // namespace chimera::facts
