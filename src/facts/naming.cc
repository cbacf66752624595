#include "facts/naming.h"

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <array>

#include "base/ascii.h"
#include "base/one_of.h"
#include "facts/name_statistics.h"
#include "facts/name_units.h"
#include "facts/percentile_names.h"
#include "text/record_names.h"
#include "text/words.h"

namespace chimera::facts {
namespace {

using Reach = AliasUse::Reach;
using core::Dimension;

bool fits(const MetricEntry& metric, core::UnitPtr unit) {
  if (unit == nullptr || unit->dimension == metric.dimension) return true;
  // Scores may be in per cent; what has a scale of its own, as a perplexity, has only changes that are.
  if (unit->dimension == Dimension::fraction) return metric.dimension == Dimension::none && metric.direction >= 0;
  // "ms/tok" of a time per output token.
  return unit->dimension == Dimension::token_time && metric.dimension == Dimension::time && (metric.name == "tpot" || metric.name == "itl");
}

struct Match {
  const MetricEntry* metric = nullptr;
  std::string definition;
};

// The metric that exactly these words name, given the unit that was written. Of several, the one of that very name.
Match match_words(const Catalog& catalog, const Words& words, core::UnitPtr unit, Reach at_most) {
  std::string name = join(words, " ");
  auto found = catalog.aliases.find(name);
  if (found == catalog.aliases.end() && name.size() > 3 && name.back() == 's') found = catalog.aliases.find(name.substr(0, name.size() - 1));
  if (found == catalog.aliases.end()) return {};
  Match best;
  for (const AliasUse& use : found->second) {
    const MetricEntry& metric = catalog.metrics[use.metric];
    if (!fits(metric, unit) || (use.reach == Reach::with_unit && unit == nullptr)) continue;
    if (use.reach == Reach::whole_name && at_most == Reach::anywhere) continue;
    if (best.metric == nullptr || metric.name == join(words, "_")) best = {&metric, use.definition.empty() ? metric.name : use.definition};
  }
  return best;
}

// "ppl_time" is a time, not a perplexity, and "pwr_core_freq" no power.
bool ends_in_quantity(const Words& words, Dimension dimension) {
  if (dimension != Dimension::frequency && (words.back() == "freq" || words.back() == "frequency" || words.back() == "clock")) return true;
  if (words.size() > 1 && words[words.size() - 2] == "over") return false;  // "throughput_over_time"
  constexpr std::array<std::string_view, 7> kQuantities = {"time", "latency", "duration", "count", "size", "rate", "rank"};
  return base::is_one_of(words.back(), kQuantities);
}

// "completed_within_test_duration", "throughput_full_duration": the time at the end is what something else is told of.
bool is_bound(const Words& words, std::size_t begin, const MetricEntry& metric) {
  constexpr std::array<std::string_view, 3> kWithin = {"within", "during", "until"};
  const auto before = words.begin() + static_cast<std::ptrdiff_t>(begin);
  if (std::find(words.begin(), before, "across") != before) return true;  // "rate across 3 runs"
  if (metric.dimension != Dimension::time) return false;
  const auto within = [&](const std::string& word) { return base::is_one_of(word, kWithin); };
  return words.front() == "throughput" || std::any_of(words.begin(), before, within);
}

// A metric at either end of the words; the other words qualify it, and what is qualified compares with nothing else.
Match match_part(const Catalog& catalog, const Words& words, core::UnitPtr unit) {
  for (std::size_t n = std::min(words.size() - 1, catalog.longest_alias); n >= 1; --n) {
    for (const bool suffix : {true, false}) {
      const std::size_t begin = suffix ? words.size() - n : 0;
      Match match = match_words(catalog, slice(words, begin, begin + n), unit, Reach::anywhere);
      if (match.metric == nullptr || (!suffix && ends_in_quantity(words, match.metric->dimension))) continue;
      if (suffix && begin > 0 && is_bound(words, begin, *match.metric)) continue;
      const Words rest = suffix ? slice(words, 0, words.size() - n) : slice(words, n, words.size());
      match.definition += (match.definition.find(':') == std::string::npos ? ":" : "+") + join(rest, "_");
      return match;
    }
  }
  return {};
}

bool only_filler(const Catalog& catalog, const Words& words) {
  return std::all_of(words.begin(), words.end(), [&](const std::string& word) { return catalog.is(Word::filler, word); });
}

Words without_filler(const Catalog& catalog, const Words& words) {
  Words rest;
  for (const std::string& word : words)
    if (!catalog.is(Word::filler, word)) rest.push_back(word);
  return rest;
}

// "config/lr", "params.batch_size": the bytes of the object's name before the point, where an object of settings was flattened into
// names with points; 0 of others.
std::size_t settings_prefix(const Catalog& catalog, std::string_view piece) {
  const auto cut = piece.find_first_of("/.:");
  if (cut == std::string_view::npos || cut == 0 || cut + 1 >= piece.size() || piece[cut + 1] == ' ') return 0;
  return catalog.is(Word::settings, join(text::split_identifier(piece.substr(0, cut)), " ")) ? cut : 0;
}

// Reads one path; kept as an object for its many intermediate results.
class Reading {
 public:
  Reading(NameParts& names, const Words& path, core::UnitPtr written) : catalog_(names.catalog()), name_(path.back()) {
    result_.unit = written;
    parts_.reserve(path.size());
    for (const std::string& piece : path) {
      const std::size_t cut = settings_prefix(catalog_, piece);
      if (cut > 0) parts_.push_back(&names.of(piece.substr(0, cut)));
      parts_.push_back(&names.of(cut > 0 ? piece.substr(cut + 1) : piece));
    }
  }

  NameReading read() {
    find_speaking_part();
    note_place();
    match_metric();
    take_unit_of_rate();
    note_share();
    note_standard_error();
    note_odd_percentile();
    return std::move(result_);
  }

 private:
  // The last piece that says something; pieces below it may give statistic and unit.
  void find_speaking_part() {
    at_ = parts_.size() - 1;
    while (true) {
      const NamePart& part = *parts_[at_];
      if (!result_.statistic) result_.statistic = part.statistic;
      if (result_.unit == nullptr) result_.unit = part.unit;
      if (result_.unknown_unit.empty()) result_.unknown_unit = part.unknown_unit;
      if (!says_nothing(at_) || at_ == 0) break;
      // "args/max_seconds" is no statistic of the arguments, "per_prompt/tps" no rate of prompts.
      if (holds_settings(at_ - 1) || lists_each(parts_[at_ - 1]->words)) {
        at_ = parts_.size() - 1;
        break;
      }
      --at_;
    }
    // Nothing on the way up says anything: the leaf's own words have to do.
    if (says_nothing(at_)) at_ = parts_.size() - 1;
  }

  // "Token throughput (per sec)" is in tokens a second.
  void take_unit_of_rate() {
    // "request_throughput" is of a second too; of a minute it would say so.
    if (result_.metric != nullptr && result_.unit == nullptr && result_.unknown_unit.empty() && result_.metric->dimension == Dimension::request_rate && join(parts_[at_]->bare, " ") == "request throughput")
      result_.unit = core::unit_of("req/s");
    if (!parts_[at_]->per_second || result_.metric == nullptr || result_.unit != nullptr) return;
    const Dimension dimension = result_.metric->dimension;
    if (dimension == Dimension::token_rate) result_.unit = core::unit_of("tok/s");
    if (dimension == Dimension::request_rate) result_.unit = core::unit_of("req/s");
    if (dimension == Dimension::operation_rate) result_.unit = core::unit_of("op/s");
  }

  void note_share() {
    const std::string& share = parts_[at_]->share;
    if (share.empty() || result_.metric == nullptr) return;
    result_.definition += (result_.definition.find(':') == std::string::npos ? ":" : "+") + share;
  }

  // As recipes define it: latency:standard_error [stddev].
  void note_standard_error() {
    result_.standard_error = std::any_of(parts_.begin() + static_cast<std::ptrdiff_t>(at_), parts_.end(), [](const NamePart* part) { return part->standard_error; });
    if (!result_.standard_error || result_.metric == nullptr) return;
    result_.definition += (result_.definition.find(':') == std::string::npos ? ":" : "+") + std::string("standard_error");
  }

  void note_odd_percentile() {
    if (!result_.statistic) return;
    const bool below_metric = at_ + 1 < parts_.size() && result_.metric != nullptr;  // "ttft/p1"
    result_.odd_percentile = !below_metric && std::any_of(parts_.begin() + static_cast<std::ptrdiff_t>(at_), parts_.end(), [](const NamePart* part) { return part->odd_percentile; });
  }

  // "runs" holds others in "/runs/0/mean_ms" and counts in "/runs".
  bool says_nothing(std::size_t at) const {
    const Words& words = parts_[at]->bare;
    const bool all = words.size() > 1 && words.front() == "all";  // "all_results"
    const bool holds_others = at + 1 < parts_.size() && catalog_.is(Word::container, join(all ? slice(words, 1, words.size()) : words, " "));
    return holds_others || only_filler(catalog_, words);
  }

  // "per_prompt": a list of what was measured of each.
  static bool lists_each(const Words& words) {
    constexpr std::array<std::string_view, 10> kThings = {"prompt", "model", "task", "case", "query", "question", "sample", "item", "example", "scenario"};
    return words.size() == 2 && words.front() == "per" && base::is_one_of(words.back(), kThings);
  }

  // "args", "server_config"; "params" may be how many a model has.
  bool holds_settings(std::size_t at) const {
    const Words& words = parts_[at]->words;
    return is_settings(words) && whole(words).metric == nullptr;
  }

  bool is_settings(const Words& words) const {
    const bool config = words.size() > 1 && (words.back() == "config" || words.back() == "args" || words.back() == "settings" || words.back() == "kwargs");
    return config || catalog_.is(Word::settings, join(words, " "));
  }

  void note_place() {
    const NamePart& part = *parts_[at_];
    result_.leaf = join(part.words, " ");
    result_.own_name = join(part.bare.empty() ? part.words : part.bare, "_");
    result_.full_name = join(part.words, "_");
    if (!part.share.empty()) result_.own_name += '_' + part.share, result_.full_name += '_' + part.share;
    // A limit among settings has no other name than statistic and unit: "max_seconds".
    if (at_ > 0 && part.bare.empty() && part.unit != nullptr && holds_settings(at_ - 1)) result_.full_name = join(text::split_identifier(name_), "_");
    if (at_ > 0) result_.parent = join(parts_[at_ - 1]->words, " ");
    for (std::size_t i = 0; i + 1 < parts_.size(); ++i)
      if (text::names_pick(join(parts_[i]->words, " "))) result_.picked = true;
    for (std::size_t i = 0; i < at_; ++i) {
      if (is_settings(parts_[i]->words)) result_.chosen = true;
      if (catalog_.is(Word::surroundings, join(parts_[i]->words, " "))) result_.surroundings = true;
    }
  }

  // First with its parent ("gpu" + "memory used"), then alone; whole names before settings before parts of names.
  void match_metric() {
    const NamePart& part = *parts_[at_];
    if (take(match_with_parent(part.words), false) || take(match_with_parent(part.bare), true)) return take_unit_of_parent();
    if (take(whole(part.words), false) || part.divided) return;
    result_.setting = setting();
    if (result_.setting != nullptr && is_limit(part)) return;
    if (result_.setting != nullptr && part.statistic && is_whole_setting(part)) return result_.statistic.reset();
    const Words bare = without_filler(catalog_, part.bare);
    if (take(whole(part.bare), true) || take(whole(bare), true)) return;
    if (take_weak(part.bare)) return;
    if (take(by_default(bare), true)) return;
    if (compares_one_thing(bare)) return;
    if (result_.setting == nullptr && bare.size() > 1 && take(match_part(catalog_, bare, result_.unit), true)) return;
    if (at_ > 0 && part.statistic && bare.size() == 1 && take_of_parent(bare.front())) return;
    if (result_.setting == nullptr && take(rate_of_which(bare), true)) return;
    // "bench_raw/avg_ns": the object's name says nothing that is known, the unit does.
    if (at_ + 1 < parts_.size()) take(by_default({}), true);
  }

  // "ttft_ms/tuned_mean": a variant of what the object is called.
  bool take_of_parent(const std::string& variant) {
    const NamePart& parent = *parts_[at_ - 1];
    const core::UnitPtr unit = result_.unit == nullptr ? parent.unit : result_.unit;
    if (parent.statistic || parent.bare.empty()) return false;
    Match match = match_words(catalog_, parent.bare, unit, Reach::with_unit);
    if (match.metric == nullptr || (unit != nullptr && unit->dimension != match.metric->dimension)) return false;
    match.definition += (match.definition.find(':') == std::string::npos ? ":" : "+") + variant;
    result_.unit = unit;
    return take(match, true);
  }

  // "memory_gb/used"
  void take_unit_of_parent() {
    const core::UnitPtr unit = parts_[at_ - 1]->unit;
    if (result_.unit == nullptr && result_.unknown_unit.empty() && unit != nullptr && unit->dimension == result_.metric->dimension) result_.unit = unit;
  }

  // "PPL(new)-PPL(old)" is a perplexity of neither.
  bool compares_one_thing(const Words& words) const {
    if (words.size() < 3 || (words.back() != "ratio" && words.back() != "difference")) return false;
    return std::find(words.begin() + 1, words.end(), words.front()) != words.end();
  }

  // "max tokens" is how many there may be, where it is known as that.
  bool is_limit(const NamePart& part) const {
    const bool bound = part.statistic && (part.statistic->kind == core::Statistic::Kind::maximum || part.statistic->kind == core::Statistic::Kind::minimum);
    return bound && is_whole_setting(part);
  }

  // "top n sigma" is what a sampler was given and no spread of anything: the words of the statistic are part of a setting's name.
  bool is_whole_setting(const NamePart& part) const { return part.words != part.bare && catalog_.setting(join(part.words, " ")) != nullptr; }

  Match whole(const Words& words) const {
    return words.empty() ? Match{} : match_words(catalog_, words, result_.unit, Reach::whole_name);
  }

  Match match_with_parent(const Words& words) const {
    if (at_ == 0 || words.empty()) return {};
    // "all_results/tps" are those of all that is listed; "all/tps" may be of all together.
    if (parts_[at_ - 1]->words.size() > 1 && parts_[at_ - 1]->words.front() == "all") return {};
    Words both = parts_[at_ - 1]->bare;
    both.insert(both.end(), words.begin(), words.end());
    return match_words(catalog_, both, result_.unit, Reach::with_unit);
  }

  // "total_time": the statistic counts because "time" is a metric.
  bool take_weak(const Words& words) {
    if (words.size() < 2 || result_.statistic) return false;
    for (const bool front : {true, false}) {
      const std::string& word = front ? words.front() : words.back();
      if (!is_weak_statistic(word)) continue;
      const Words rest = front ? slice(words, 1, words.size()) : slice(words, 0, words.size() - 1);
      const Match match = whole(rest);
      if (match.metric == nullptr) continue;
      result_.statistic = catalog_.statistic(word);
      if (word == "overall") result_.statistic.reset();
      Match qualified = match;
      if (word == "overall") qualified.definition += ":overall";
      return take(qualified, true);
    }
    return false;
  }

  // What a name that is only a unit speaks of; `words` holds what is left of the name, nothing or "overall", or what is of that metric.
  Match by_default(const Words& words) const {
    if (parts_[at_]->only_unit && !words.empty()) {
      Match match = by_default({});
      if (match.metric != nullptr) match.definition += ":" + join(words, "_");
      return match;
    }
    const bool overall = words.size() == 1 && words.front() == "overall";
    if (result_.unit == nullptr || !(words.empty() || overall || only_says_when(words) || only_says_which(words))) return {};
    const auto found = catalog_.defaults.find(result_.unit->dimension);
    if (found == catalog_.defaults.end()) return {};
    const MetricEntry& metric = catalog_.metrics[found->second];
    // "pp1024_tps": of prompts of so many tokens.
    const bool prompts = words.size() == 1 && words.front().size() > 2 && words.front().compare(0, 2, "pp") == 0 && words.front().find_first_not_of("0123456789", 2) == std::string::npos;
    if (const MetricEntry* prefill = prompts ? catalog_.metric("prefill_throughput") : nullptr; prefill != nullptr && result_.unit->dimension == Dimension::token_rate)
      return {prefill, prefill->name + ":" + words.front()};
    const std::string_view things = words.empty() || overall ? "" : result_.unit->symbol == "sample/s" ? "samples+" : result_.unit->symbol == "it/s" ? "steps+" : "";
    return {&metric, metric.name + (words.empty() ? "" : ":" + std::string(things) + join(words, "_"))};
  }

  // "raw_tps", "achieved_requests_per_sec": nothing else is counted in tokens or requests a second.
  bool only_says_which(const Words& words) const {
    const Dimension dimension = result_.unit->dimension;
    return words.size() == 1 && at_ + 1 == parts_.size() && (dimension == Dimension::token_rate || dimension == Dimension::request_rate || dimension == Dimension::flop_rate);
  }

  // "run_3_tokens_s", "Q5_1 tok/s": one word with a number in it may be anything that was counted so; "phi_3_mini_tok_s" is a name in front
  // of a unit.
  bool is_identifier(const Words& words) const {
    const std::string_view name = text::trim(name_);
    const bool number = std::any_of(words.begin(), words.end(), [](const std::string& word) { return word.find_first_of("0123456789") != std::string::npos; });
    const auto blanks = std::count(name.begin(), name.end(), ' ');
    if (words.size() < 2 || !number || blanks > 1) return false;
    return blanks > 0 || words.size() < 3 || catalog_.is(Word::numbered, words.front()) || base::all_digits(words.back());
  }

  // "iPhone 15 Pro tok/s", "t/s master": whatever the words say of which, it is a rate of tokens, or of requests; but a change of one is none.
  Match rate_of_which(const Words& words) const {
    constexpr std::size_t kMostWords = 6;
    constexpr std::array<std::string_view, 25> kOthers = {"\xCE\x94", "increase", "decrease", "drop", "overhead", "time", "latency", "duration", "bandwidth", "delta", "diff", "difference", "change", "gain", "improvement", "speedup", "target", "limit", "ratio", "vs", "per", "over", "winner", "goal", "expected"};
    const bool rate = result_.unit != nullptr && (result_.unit->dimension == Dimension::token_rate || result_.unit->dimension == Dimension::request_rate);
    const bool spelled = at_ + 1 == parts_.size() && parts_[at_]->unit != nullptr && parts_[at_]->unit == result_.unit;
    if (!rate || !(parts_.size() == 1 || spelled) || words.empty() || words.size() > kMostWords || is_identifier(words)) return {};
    if (std::any_of(words.begin(), words.end(), [&](const std::string& word) { return base::is_one_of(word, kOthers); })) return {};
    const auto found = catalog_.defaults.find(result_.unit->dimension);
    if (found == catalog_.defaults.end()) return {};
    const MetricEntry& metric = catalog_.metrics[found->second];
    return {&metric, metric.name + ":" + join(words, "_")};
  }

  // "eval_samples_per_second", "RunningAvgSamplesPerSec": a rate, of that part of the work.
  bool only_says_when(const Words& words) const {
    constexpr std::array<std::string_view, 12> kParts = {"train", "training", "eval", "evaluation", "val", "valid", "validation", "test", "predict", "running", "curr", "current"};
    const Dimension dimension = result_.unit->dimension;
    const bool rate = dimension == Dimension::operation_rate || dimension == Dimension::request_rate;
    return rate && words.size() == 1 && base::is_one_of(words.front(), kParts);
  }

  const SettingEntry* setting() const {
    const NamePart& part = *parts_[at_];
    if (at_ > 0) {
      Words both = parts_[at_ - 1]->words;
      both.insert(both.end(), part.words.begin(), part.words.end());
      if (const SettingEntry* found = catalog_.setting(join(both, " "))) return found;
    }
    return catalog_.setting(join(part.words, " "));
  }

  // `without_statistic`: the statistic's words were not part of what matched, so they are a statistic.
  bool take(const Match& match, bool without_statistic) {
    if (match.metric == nullptr) return false;
    const bool in_words = parts_[at_]->words != parts_[at_]->bare;  // not in brackets behind them
    if (!without_statistic && parts_[at_]->statistic && in_words) {
      result_.statistic.reset();
      for (std::size_t i = at_ + 1; i < parts_.size(); ++i)
        if (parts_[i]->statistic) result_.statistic = parts_[i]->statistic;
    }
    result_.metric = match.metric;
    result_.definition = match.definition;
    if (result_.statistic) use_instead_of_capacity();
    result_.setting = nullptr;
    return true;
  }

  // "Peak RAM": what has a peak is in use, not installed.
  void use_instead_of_capacity() {
    constexpr std::string_view kTotal = "_total";
    const std::string& name = result_.metric->name;
    const bool total = name.size() > kTotal.size() && name.compare(name.size() - kTotal.size(), kTotal.size(), kTotal) == 0;
    if (!total || result_.statistic->kind == core::Statistic::Kind::sum) return;
    const MetricEntry* used = catalog_.metric(name.substr(0, name.size() - kTotal.size()) + "_used");
    if (used == nullptr) return;
    if (result_.definition == name) result_.definition = used->name;
    result_.metric = used;
  }

  const Catalog& catalog_;
  std::string_view name_;  // the last piece
  std::vector<const NamePart*> parts_;
  std::size_t at_ = 0;
  NameReading result_;
};

// JSON pointers write '/' as "~1" and '~' as "~0".
std::string unescaped(std::string_view piece) {
  std::string text;
  for (std::size_t i = 0; i < piece.size(); ++i) {
    const char next = i + 1 < piece.size() ? piece[i + 1] : ' ';
    const bool escape = piece[i] == '~' && (next == '0' || next == '1');
    text += escape ? (next == '1' ? '/' : '~') : piece[i];
    if (escape) ++i;
  }
  return text;
}

}  // namespace

namespace {

// A path that somebody flattened into one key, "results[0].tokens_per_second": what stands before the last position.
std::string_view flattened(std::string_view piece) {
  const auto close = piece.rfind("].");
  if (close == std::string_view::npos) return {};
  const auto open = piece.rfind('[', close);
  if (open == std::string_view::npos || open + 1 == close) return {};
  const auto position = piece.substr(open + 1, close - open - 1);
  return base::all_digits(position) ? piece.substr(0, open) : std::string_view();
}

}  // namespace

std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> pieces;
  while (!path.empty()) {
    const auto slash = std::min(path.find('/'), path.size());
    const std::string_view piece = path.substr(0, slash);
    const bool position = piece == "*" || piece.find_first_not_of("0123456789") == std::string_view::npos;
    const std::string_view outer = flattened(piece);
    if (!outer.empty()) {
      pieces.push_back(unescaped(outer));
      pieces.push_back(unescaped(piece.substr(piece.rfind("].") + 2)));
    } else if (const auto percentile = pieces.empty() ? std::nullopt : percentile_key(pieces.back(), piece)) {
      pieces.push_back(core::to_string(*percentile));
    } else if (!piece.empty() && !position) {
      pieces.push_back(unescaped(piece));
    }
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return pieces;
}

const NamePart& NameParts::of(const std::string& name) {
  auto found = parts_.find(name);
  if (found == parts_.end()) found = parts_.emplace(name, take_apart(catalog_, name, percentiles_)).first;
  return found->second;
}

namespace {

std::string key_of(const std::vector<std::string>& path, core::UnitPtr written) {
  const auto unit = reinterpret_cast<std::uintptr_t>(written);  // there is one object for each unit
  std::string key(reinterpret_cast<const char*>(&unit), sizeof unit);
  for (const std::string& piece : path) {
    const std::size_t size = piece.size();
    key.append(reinterpret_cast<const char*>(&size), sizeof size).append(piece);
  }
  return key;
}

}  // namespace

std::shared_ptr<const NameReading> NameMemory::find(const std::vector<std::string>& path, core::UnitPtr written) const {
  const std::shared_lock lock(mutex_);
  const auto found = readings_.find(key_of(path, written));
  return found == readings_.end() ? nullptr : found->second;
}

void NameMemory::add(const std::vector<std::string>& path, core::UnitPtr written, const NameReading& reading) {
  const std::unique_lock lock(mutex_);
  if (readings_.size() < kMost) readings_.emplace(key_of(path, written), std::make_shared<NameReading>(reading));
}

namespace {

bool is_lower_identifier(std::string_view text) {
  return text.size() > 1 && text[0] >= 'a' && text[0] <= 'z' && std::all_of(text.begin(), text.end(), [](char c) { return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); });
}

// "perf/tokens_per_sec", "optim/lr": trackers of experiments put a group before the name. Where the whole says nothing that is known, the
// name alone may; nothing where it does not.
std::optional<NameReading> read_in_group(NameParts& names, std::vector<std::string> path, core::UnitPtr written) {
  const std::size_t cut = path.back().find('/');
  if (cut == std::string::npos || !is_lower_identifier(std::string_view(path.back()).substr(0, cut)) || !is_lower_identifier(std::string_view(path.back()).substr(cut + 1))) return std::nullopt;
  const std::string group = path.back().substr(0, cut);
  path.back().erase(0, cut + 1);
  // "img/s", "rtt/min": a rate, a statistic.
  if (core::find_unit(path.back()) != nullptr && path.back().find('_') == std::string::npos) return std::nullopt;
  if (const NamePart& part = names.of(path.back()); part.statistic && part.bare.empty()) return std::nullopt;
  NameReading reading = Reading(names, path, written).read();
  if (reading.metric == nullptr) return reading.setting == nullptr ? std::nullopt : std::optional(std::move(reading));
  reading.definition += (reading.definition.find(':') == std::string::npos ? ':' : '+') + group;
  return reading;
}

// "best" in front of "best_tps" or behind "tps_best": how many bytes of the name it is and at which end; nothing of other names.
struct Extreme {
  bool best = false;
  std::string rest;  // of the name
};
std::optional<Extreme> extreme_in(std::string_view name) {
  constexpr std::array<std::string_view, 4> kWords = {"best", "fastest", "worst", "slowest"};
  const std::string lower = text::lower(name);
  const auto letter = [&](std::size_t i) { return i < lower.size() && lower[i] >= 'a' && lower[i] <= 'z'; };
  for (const std::string_view word : kWords) {
    const bool front = lower.rfind(word, 0) == 0 && !letter(word.size());
    const bool back = lower.size() > word.size() && std::string_view(lower).substr(lower.size() - word.size()) == word && !letter(lower.size() - word.size() - 1);
    if (!front && !back) continue;
    std::string_view rest = front ? name.substr(word.size()) : name.substr(0, name.size() - word.size());
    const std::size_t begin = rest.find_first_not_of(" _-/.");
    rest = begin == std::string_view::npos ? std::string_view() : rest.substr(begin, rest.find_last_not_of(" _-/.") + 1 - begin);
    if (rest.size() > 2 && rest.front() == '(' && rest.find(')') + 1 == rest.size()) rest = rest.substr(1, rest.size() - 2);  // "Best (tok/s)"
    return Extreme{word == "best" || word == "fastest", std::string(rest)};
  }
  return std::nullopt;
}

// "best_tps", "slowest_time_s", {"tps": {"worst": 48.1}}: the largest or the smallest of several rates or times, as they are better or worse.
std::optional<NameReading> read_extreme(NameParts& names, std::vector<std::string> path, core::UnitPtr written, const NameReading& whole) {
  const auto extreme = extreme_in(path.back());
  if (!extreme || whole.statistic || whole.chosen || (extreme->rest.empty() && path.size() == 1 && written == nullptr)) return std::nullopt;
  if (!extreme->rest.empty()) path.back() = extreme->rest;
  else if (path.size() > 1) path.pop_back();
  else path.back() = std::string(written->symbol);  // "Best: 52.3 tok/s"
  NameReading reading = Reading(names, path, written).read();
  const bool plain = reading.metric != nullptr && reading.metric->role == core::Role::response && reading.definition == reading.metric->name && !reading.statistic;
  if (!plain || reading.metric->direction == 0) return std::nullopt;
  constexpr std::array<Dimension, 7> kOrdered = {Dimension::token_rate, Dimension::request_rate, Dimension::operation_rate, Dimension::bandwidth, Dimension::flop_rate, Dimension::time, Dimension::token_time};
  if (!base::is_one_of(reading.metric->dimension, kOrdered)) return std::nullopt;
  if (extreme->rest.empty() && reading.metric->dimension == Dimension::time && path.size() == 1) return std::nullopt;  // "Best: 5.2 s" may be of anything
  reading.statistic = core::Statistic{(reading.metric->direction > 0) == extreme->best ? core::Statistic::Kind::maximum : core::Statistic::Kind::minimum, 0};
  reading.leaf = whole.leaf;
  reading.own_name = whole.own_name;
  reading.full_name = whole.full_name;
  reading.parent = whole.parent;
  return reading;
}

NameReading read_anew(NameParts& names, const std::vector<std::string>& path, core::UnitPtr written) {
  NameReading reading = Reading(names, path, written).read();
  if (auto extreme = read_extreme(names, path, written, reading)) return *std::move(extreme);
  if (reading.metric != nullptr || reading.setting != nullptr) return reading;
  if (auto grouped = read_in_group(names, path, written)) return *std::move(grouped);
  return reading;
}

}  // namespace

NameReading read_name(NameParts& names, const std::vector<std::string>& path, core::UnitPtr written) {
  if (names.memory() == nullptr) return read_anew(names, path, written);
  if (const auto before = names.memory()->find(path, written)) return *before;
  NameReading reading = read_anew(names, path, written);
  names.memory()->add(path, written, reading);
  return reading;
}

NameReading read_name(const Catalog& catalog, const std::vector<std::string>& path, core::UnitPtr written) {
  NameParts names(catalog);
  return read_name(names, path, written);
}

NameReading read_labelled(const Catalog& catalog, const std::vector<std::string>& path, core::UnitPtr written) {
  NameParts names(catalog, nullptr, Percentiles::usual);
  return read_name(names, path, written);
}

}  // namespace chimera::facts
