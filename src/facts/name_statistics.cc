#include "facts/name_statistics.h"

#include <algorithm>
#include <array>

#include "base/one_of.h"
#include "facts/naming.h"

namespace chimera::facts {
namespace {

// Statistics that are also plain words: they count as one only where a metric is left without them.
constexpr std::array<std::string_view, 9> kWeakStatistics = {"n", "count", "total", "sum", "overall", "range", "sample", "peak", "num"};

// "p1" of "p1_max": the first of several, for nobody takes the maximum of a percentile.
bool is_numbered_name(std::string_view word) { return word.size() == 2 && word[0] == 'p' && word[1] >= '1' && word[1] <= '4'; }

// "max_min_ratio", "Max/Min ratio": of two statistics, and neither.
bool is_ratio_of_statistics(const Catalog& catalog, const Words& words) {
  return words.size() == 3 && words[2] == "ratio" && catalog.statistic(words[0]) && catalog.statistic(words[1]);
}

constexpr std::array<std::string_view, 6> kPeaking = {"power", "memory", "temperature", "temp", "vram", "ram"};

bool is_time_or_rate(const Catalog& catalog, const Words& words) {
  const auto found = catalog.aliases.find(join(words, " "));
  return found != catalog.aliases.end() && std::any_of(found->second.begin(), found->second.end(), [&](const AliasUse& use) {
    const core::Dimension dimension = catalog.metrics[use.metric].dimension;
    return dimension == core::Dimension::time || dimension == core::Dimension::token_rate || dimension == core::Dimension::request_rate;
  });
}

// "AWQ median TTFT", "SGLang peak memory": a statistic in front of the whole name of a metric, behind a label that says of what;
// removed from the words.
std::optional<core::Statistic> take_inside(const Catalog& catalog, Words& words) {
  for (std::size_t at = 1; at + 1 < words.size(); ++at) {
    const bool peak = words[at] == "peak" && base::is_one_of(words[at + 1], kPeaking);
    const auto statistic = is_weak_statistic(words[at]) && !peak ? std::nullopt : catalog.statistic(words[at]);
    if (!statistic || is_odd_percentile(words[at]) || catalog.aliases.count(join(slice(words, at + 1, words.size()), " ")) == 0) continue;
    // "workgroup_max_size" is a limit; times and rates have none in their names.
    const bool bound = !peak && (statistic->kind == core::Statistic::Kind::maximum || statistic->kind == core::Statistic::Kind::minimum);
    if (bound && !is_time_or_rate(catalog, slice(words, at + 1, words.size()))) continue;
    if (words[at - 1] == "per" || words[at - 1] == "vs" || words[at - 1] == "versus") continue;
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(at));
    return statistic;
  }
  return std::nullopt;
}

// "M2 Peak power", "D1 mean latency": the statistic behind a label, removed from the words.
std::optional<core::Statistic> take_behind_label(const Catalog& catalog, Words& words) {
  if (words.size() < 3 || words[0].size() != 2 || words[0][0] < 'a' || words[0][0] > 'z' || words[0][1] < '0' || words[0][1] > '9') return std::nullopt;
  const bool peak = words[1] == "peak" && base::is_one_of(words.back(), kPeaking);
  const auto statistic = is_weak_statistic(words[1]) && !peak ? std::nullopt : catalog.statistic(words[1]);
  if (statistic) words.erase(words.begin() + 1);
  return statistic;
}

}  // namespace

bool is_weak_statistic(std::string_view word) { return base::is_one_of(word, kWeakStatistics); }

bool is_odd_percentile(std::string_view word) {
  constexpr std::array<std::string_view, 12> kUsual = {"p5", "p10", "p15", "p20", "p25", "p30", "p50", "p60", "p70", "p75", "p80", "p85"};
  if (word.size() < 2 || word[0] != 'p' || word.find_first_not_of("0123456789", 1) != std::string_view::npos) return false;
  const bool tail = word.size() > 2 && word[1] == '9';
  return word == "p100" || (word.size() <= 3 && !tail && !base::is_one_of(word, kUsual));
}

std::optional<core::Statistic> take_statistic(const Catalog& catalog, Words& words, bool peaks, Percentiles percentiles) {
  if (is_ratio_of_statistics(catalog, words)) return std::nullopt;
  for (std::size_t n = std::min<std::size_t>(3, words.size()); n >= 1; --n) {
    for (const bool front : {true, false}) {
      const std::size_t begin = front ? 0 : words.size() - n;
      const Words piece = slice(words, begin, begin + n);
      if (n == 1 && is_weak_statistic(piece.front()) && !(peaks && piece.front() == "peak" && words.size() > 1)) continue;
      if (!front && n == 1 && begin > 0 && words[begin - 1] == "per") continue;  // "requests_per_min"
      if (n == 1 && percentiles == Percentiles::usual && is_odd_percentile(piece.front())) continue;
      if (front && n == 1 && words.size() == 2 && is_numbered_name(piece.front()) && catalog.statistic(words.back())) continue;
      if (!front && begin > 0 && (words[begin - 1] == "vs" || words[begin - 1] == "versus")) continue;  // "speedup_vs_p1": over one process
      auto statistic = catalog.statistic(join(piece, " "));
      if (!statistic && n == 2) statistic = core::find_statistic(join(piece, "."));  // "p99.9"
      if (!statistic) continue;
      words.erase(words.begin() + static_cast<std::ptrdiff_t>(begin), words.begin() + static_cast<std::ptrdiff_t>(begin + n));
      return statistic;
    }
  }
  const auto behind = take_behind_label(catalog, words);
  return behind ? behind : take_inside(catalog, words);
}

bool take_standard_error(Words& words) {
  const auto ends = [&](std::string_view last, std::string_view before) {
    return words.back() == last && (before.empty() || (words.size() > 1 && words[words.size() - 2] == before));
  };
  if (words.empty()) return false;
  const std::size_t n = ends("stderr", "") || ends("stderror", "") ? 1 : ends("error", "std") || ends("err", "std") || ends("error", "standard") ? 2 : 0;
  words.resize(words.size() - n);
  return n > 0;
}

}  // namespace chimera::facts
