#include "facts/name_parts.h"

#include <algorithm>
#include <array>

#include "facts/name_statistics.h"
#include "facts/name_units.h"
#include "facts/percentile_names.h"
#include "text/words.h"

namespace chimera::facts {

std::string join(const std::vector<std::string>& words, std::string_view between) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += between;
    text += word;
  }
  return text;
}

namespace {

using core::Dimension;

// A peak in bytes, watts or degrees was measured; one in FLOP/s is what a device could do.
bool has_peaks(Dimension dimension) {
  return dimension == Dimension::information || dimension == Dimension::power || dimension == Dimension::temperature;
}

// "ms" in "Mean (ms)", "W" in "power.draw [W]": removes the last brackets from `name` and returns what was in them.
std::optional<std::string_view> take_brackets(std::string_view& name) {
  name = text::trim(name);
  if (name.empty() || (name.back() != ')' && name.back() != ']')) return std::nullopt;
  const auto open = name.rfind(name.back() == ')' ? '(' : '[');
  if (open == std::string_view::npos || open == 0) return std::nullopt;
  const std::string_view inside = name.substr(open + 1, name.size() - open - 2);
  name = text::trim(name.substr(0, open));
  return inside;
}

// "p(99.9)": the percentile that "99.9" is behind a "p", which is removed from `name`.
std::optional<core::Statistic> percentile_in_brackets(std::string_view& name, const std::string& content) {
  const bool p = !name.empty() && (name.back() == 'p' || name.back() == 'P') && (name.size() == 1 || text::split_identifier(name).back().size() == 1);
  const auto percentile = p ? core::find_statistic("p(" + content + ")") : std::nullopt;
  if (percentile) name = text::trim(name.substr(0, name.size() - 1));
  return percentile;
}

// "tok/s/GPU", "throughput_per_node", "TFLOP/s/GPU": removes of what a rate is that of one from the end of `name`, and returns it: "per_gpu".
std::string take_share(std::string_view& name) {
  constexpr std::array<std::string_view, 9> kThings = {"gpu", "device", "node", "chip", "rank", "worker", "accelerator", "npu", "user"};
  constexpr std::array<std::string_view, 12> kRates = {"throughput", "tput", "tps", "/s", "per s", "per_s", "persec", "flop", "speed", "qps", "rps", "rate"};
  const std::string lower = text::lower(name);
  const auto thing = std::find_if(kThings.begin(), kThings.end(), [&](std::string_view each) { return lower.size() > each.size() && std::string_view(lower).substr(lower.size() - each.size()) == each; });
  if (thing == kThings.end()) return {};
  std::string_view before = std::string_view(lower).substr(0, lower.size() - thing->size());
  if (before.back() == '/') {
    before.remove_suffix(1);
  } else {
    constexpr std::string_view kPer = "per";
    while (!before.empty() && (before.back() == ' ' || before.back() == '_' || before.back() == '-')) before.remove_suffix(1);
    if (before.size() < kPer.size() + 2 || before.size() == lower.size() - thing->size() || before.substr(before.size() - kPer.size()) != kPer) return {};
    before.remove_suffix(kPer.size());
    if (before.back() != ' ' && before.back() != '_' && before.back() != '-') return {};
    while (!before.empty() && (before.back() == ' ' || before.back() == '_' || before.back() == '-')) before.remove_suffix(1);
  }
  const bool rate = std::any_of(kRates.begin(), kRates.end(), [&](std::string_view each) { return before.find(each) != std::string_view::npos; });
  if (before.empty() || !rate) return {};
  name = name.substr(0, before.size());
  return "per_" + std::string(*thing);
}

// Units and statistics in brackets behind the name, removed from `rest`. Returns the words that are neither, from left to right.
std::string take_all_brackets(const Catalog& catalog, std::string_view& rest, NamePart& part) {
  std::string kept;
  while (auto inside = take_brackets(rest)) {
    if (std::string share = core::find_unit(*inside) == nullptr ? take_share(*inside) : std::string(); !share.empty()) part.share = std::move(share);
    const std::string content = text::lower(text::trim(*inside));
    if (content == "per sec" || content == "per second" || content == "per s" || content == "/s" || content == "/sec") part.per_second = true;
    else if (const core::UnitPtr unit = core::find_unit(*inside); unit != nullptr && part.unit == nullptr) part.unit = unit;
    else if (const auto statistic = content == "n" ? std::nullopt : catalog.statistic(content)) part.statistic = statistic;  // "Size (N)"
    else if (const auto percentile = percentile_in_brackets(rest, content)) part.statistic = percentile;
    else if (kept = " " + content + kept; part.unit == nullptr) part.unknown_unit = std::string(text::trim(*inside));
  }
  return kept;
}

// "PPL(new)/PPL(old)" is a ratio, with "-" a difference: the words alone are the same.
void add_comparison(std::string_view name, Words& words) {
  const std::size_t between = name.find(')');
  if (between == std::string_view::npos || between + 1 >= name.size() || (name[between + 1] != '/' && name[between + 1] != '-')) return;
  const std::string_view above = name.substr(0, name.find('('));
  const std::string_view below = name.substr(between + 2);
  const bool same = below.size() > 1 && below.size() <= above.size() && above.substr(above.size() - below.size()) == below;
  if (same) words.push_back(name[between + 1] == '/' ? "ratio" : "difference");
}

// "dumps: Mean +- std dev" names a pair, and is called after the first.
void drop_deviation(Words& words) {
  const std::size_t size = words.size();
  if (size > 2 && words[size - 3] == "mean" && words[size - 2] == "std" && words[size - 1] == "dev") words.resize(size - 2);
}

// What stands behind the ± of a mean is of what the mean is of.
void drop_mean(Words& words) {
  if (words.size() > 1 && (words.front() == "mean" || words.front() == "average")) words.erase(words.begin());
  if (words.size() > 1 && words.back() == "mean") words.pop_back();
}

// "M3 Max", "iPhone 15 Pro Max", "Qwen-Max": the word belongs to the name before it, and is no statistic. The two become one word.
void join_names_in_max(const Catalog& catalog, std::string_view name, Words& words) {
  const std::string lower = text::lower(name);
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i] != "max") continue;
    const std::string& before = words[i - 1];
    const std::size_t blank = lower.find(before + " max");
    const std::size_t hyphen = lower.find(before + "-max");
    const std::size_t at = std::min(blank, hyphen);
    if (at == std::string::npos) continue;  // "m3_max" is a key
    const bool capitals = name[at] >= 'A' && name[at] <= 'Z' && name[at + before.size() + 1] == 'M';
    const bool last = i + 1 == words.size() || core::find_unit(name.substr(at + before.size() + 4)) != nullptr;  // of "H100 Max latency" it is the latency's
    const bool digits = before.size() > 1 && before[0] >= 'a' && before[0] <= 'z' && before.find_first_not_of("0123456789", 1) == std::string::npos;
    const bool chip = digits && ((before[0] == 'm' && before.size() == 2) || (last && capitals));
    const bool known = catalog.aliases.count(before) > 0 || catalog.setting(before) != nullptr || catalog.statistic(before) || core::find_unit(before) != nullptr;
    if (!chip && before != "pro" && !(hyphen < blank && capitals && !known)) continue;
    words[i - 1] += "_max";
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

// "latency_ms#2": the second column of a name, which is another thing of the same unit. The "2"; nothing of others.
std::string take_mark(std::string_view& rest) {
  const std::size_t mark = rest.rfind('#');
  const bool again = mark != std::string_view::npos && mark > 0 && mark + 1 < rest.size() &&
                     rest.find_first_not_of("0123456789", mark + 1) == std::string_view::npos;
  const std::string which(again ? rest.substr(mark + 1) : std::string_view());
  if (again) rest = rest.substr(0, mark);
  return which;
}

void take_statistic_of(const Catalog& catalog, Percentiles percentiles, NamePart& part) {
  if (part.statistic || part.bare.empty()) return;
  const bool peaks = part.unit != nullptr && has_peaks(part.unit->dimension);
  const bool odd = is_odd_percentile(part.bare.front()) || is_odd_percentile(part.bare.back());
  part.statistic = take_statistic(catalog, part.bare, peaks, percentiles);
  part.odd_percentile = odd && part.statistic.has_value();
}

// "tokens_per_second_mean" has the unit inside, "mean_ms" outside: takes both until nothing is left to take.
void take_unit_and_statistic(const Catalog& catalog, const Ratio& ratio, Percentiles percentiles, NamePart& part) {
  for (bool more = true; more && !part.bare.empty();) {
    more = false;
    if (part.unit == nullptr) {
      const std::size_t before = part.bare.size();
      part.unit = take_unit(catalog, part.bare, ratio);
      more = part.bare.size() != before;
    }
    if (part.statistic && !more) break;
    take_statistic_of(catalog, percentiles, part);
    more = more || part.statistic.has_value();
  }
}

// "mean_in_ms_(ttft)"
void take_mean(const Catalog& catalog, NamePart& part) {
  for (const std::string_view word : {"mean", "median", "average"})
    if (const auto at = std::find(part.words.begin(), part.words.end(), word); at != part.words.end()) {
      part.statistic = catalog.statistic(word);
      part.words.erase(at);
    }
}

}  // namespace

bool has_brackets_of_no_unit(const Catalog& catalog, std::string_view name) {
  constexpr std::array<std::string_view, 12> kThings = {"error", "retry", "warning", "failure", "user", "client", "worker", "repeat", "rep", "case", "try", "match"};
  constexpr std::array<std::string_view, 8> kScores = {"precision", "recall", "map", "f1", "ap", "accuracy", "loss", "score"};
  constexpr std::size_t kBrackets = 3;
  if (name.size() <= kBrackets || name[name.size() - kBrackets] != '(' || name.back() != ')' || name[name.size() - kBrackets - 1] == ' ') return false;
  const char inside = name[name.size() - 2];
  if (inside != 's' && inside != 'B') return false;
  const Words words = text::split_identifier(name.substr(0, name.size() - kBrackets));
  if (words.empty()) return false;
  const auto has = [&](const auto& list, const std::string& word) { return std::find(list.begin(), list.end(), word) != list.end(); };
  if (inside == 'B') return std::any_of(words.begin(), words.end(), [&](const std::string& word) { return has(kScores, word) || word.rfind("ap50", 0) == 0; });
  return catalog.is(Word::counted, words.back()) || catalog.is(Word::numbered, words.back()) || has(kThings, words.back());
}

namespace {

// "t/s master", "RTX 4090 t/s", "pp512 t/s pr", "req/s vLLM": a rate that is a word of its own, removed from the name; null where none is.
core::UnitPtr take_rate_beside(std::string& name) {
  if (std::string_view(text::trim(name)).find(' ') == std::string_view::npos) return nullptr;
  for (std::size_t begin = 0; begin < name.size();) {
    const std::size_t end = std::min(name.find(' ', begin), name.size());
    const std::string_view word = std::string_view(name).substr(begin, end - begin);
    const bool written = word.find('/') != std::string_view::npos || word == "tps" || word == "TPS";
    const core::UnitPtr rate = written ? core::find_unit(word) : nullptr;
    if (rate != nullptr && (rate->dimension == Dimension::token_rate || rate->dimension == Dimension::request_rate)) {
      name.erase(begin, end + 1 - begin);
      return rate;
    }
    begin = end + 1;
  }
  return nullptr;
}

NamePart take_apart_whole(const Catalog& catalog, std::string_view name, Percentiles percentiles) {
  NamePart part;
  std::string without_percentile(name);
  if (has_brackets_of_no_unit(catalog, name)) without_percentile.replace(name.size() - 3, 3, name[name.size() - 2] == 's' ? "s" : " b");
  part.statistic = take_percentile(without_percentile);
  std::string_view rest = without_percentile;
  constexpr std::string_view kSpread = "/±";
  const bool spread = rest.size() > kSpread.size() && rest.substr(rest.size() - kSpread.size()) == kSpread;
  if (spread) {
    part.statistic = core::Statistic{core::Statistic::Kind::stddev, 0};  // the second number of "12.3 ± 0.5"
    rest.remove_suffix(kSpread.size());
  }
  // "Effective Concurrency (requests)/min" beside "…/max" is no rate.
  constexpr std::string_view kLeast = ")/min";
  if (rest.size() > kLeast.size() && text::lower(rest.substr(rest.size() - kLeast.size())) == kLeast) {
    part.statistic = core::Statistic{core::Statistic::Kind::minimum, 0};
    rest.remove_suffix(kLeast.size() - 1);
  }
  const std::string which = take_mark(rest);
  const std::string kept = take_all_brackets(catalog, rest, part);
  if (std::string share = take_share(rest); !share.empty()) part.share = std::move(share);
  const bool least = text::lower(text::trim(rest)) == "min";  // "Min (+)" beside "Max (+)"
  if (const core::UnitPtr unit = kept.empty() || part.unit != nullptr || least ? nullptr : core::find_unit(rest); unit != nullptr && unit->dimension != Dimension::tokens) {
    part.unit = unit;
    part.only_unit = true;
    rest = {};
  }
  const Ratio ratio = ratio_in(catalog, kept.empty() ? rest : std::string_view(kept));
  part.divided = ratio.divided;
  part.words = text::split_identifier(std::string(rest) + kept);
  join_names_in_max(catalog, rest, part.words);
  add_comparison(rest, part.words);
  drop_deviation(part.words);
  if (spread) drop_mean(part.words);
  if (part.unit == nullptr && take_change_in_percent(part.words)) part.unit = core::find_unit("%");
  if (part.unit == nullptr) part.unit = take_percent_in_front(catalog, part.words);
  if (part.unit == nullptr && (part.unit = take_inner_unit(part.words)) != nullptr) take_mean(catalog, part);
  part.bare = part.words;
  if (!part.statistic && (part.standard_error = take_standard_error(part.bare))) part.statistic = core::Statistic{core::Statistic::Kind::stddev, 0};
  take_unit_and_statistic(catalog, ratio, percentiles, part);
  // The overall mean is the mean; overall tokens per second are not those of one request.
  if (part.statistic) part.bare.erase(std::remove(part.bare.begin(), part.bare.end(), "overall"), part.bare.end());
  if (part.unit != nullptr) {
    part.unknown_unit.clear();
    Words words = part.words;  // the words without the unit, statistic words kept
    // A name that is only a unit, "MB", is called so; what stands behind its ± is nothing by itself.
    if (take_unit(catalog, words, ratio) != nullptr && (!words.empty() || spread)) part.words = words;
  }
  if (!which.empty()) {
    part.words.push_back(which);
    part.bare.push_back(which);
  }
  return part;
}

NamePart part_per_second(const Catalog& catalog, core::UnitPtr unit, Percentiles percentiles) {
  NamePart part = take_apart_whole(catalog, "ops/s", percentiles);
  part.unit = unit;
  return part;
}

// "rkB/s", "txkB/s": where behind a few small letters the rate begins that a name ends in; 0 where none does. Their "k" is no part of the name.
std::size_t rate_behind_letters(std::string_view name) {
  constexpr std::string_view kRate = "kB/s";
  constexpr std::size_t kMostLetters = 4;
  const std::size_t begin = name.size() - std::min(kRate.size(), name.size());
  if (begin == 0 || begin > kMostLetters || name[begin] != kRate[0] || name.substr(begin + 1) != kRate.substr(1)) return 0;
  return std::all_of(name.begin(), name.begin() + static_cast<std::ptrdiff_t>(begin), [](char c) { return c >= 'a' && c <= 'z'; }) ? begin : 0;
}

}  // namespace

NamePart take_apart(const Catalog& catalog, std::string_view name, Percentiles percentiles) {
  // "ops/us" is called what "ops/s" is.
  if (const core::UnitPtr unit = core::find_unit(name); unit != nullptr && unit->dimension == Dimension::operation_rate && name.substr(0, 3) == "ops" && name.find('/') != std::string_view::npos) return part_per_second(catalog, unit, percentiles);
  if (const std::size_t rate = rate_behind_letters(name); rate > 0) {
    NamePart part = take_apart_whole(catalog, name.substr(0, rate), percentiles);
    part.unit = core::find_unit(name.substr(rate));
    return part;
  }
  NamePart part = take_apart_whole(catalog, name, percentiles);
  if (part.unit != nullptr || !part.unknown_unit.empty()) return part;
  std::string rest(name);
  const core::UnitPtr rate = take_rate_beside(rest);
  if (rate == nullptr) return part;
  part = take_apart_whole(catalog, rest, percentiles);
  part.unit = rate;
  part.divided = false;
  return part;
}

}  // namespace chimera::facts
