#include "facts/name_units.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/one_of.h"
#include "facts/naming.h"
#include "text/words.h"

namespace chimera::facts {
namespace {

using core::Dimension;

// Units of one word that a name may end in without brackets. Others ("d", "h", "x", "b", "pp", "min", "tokens") are words.
constexpr std::array<std::string_view, 56> kPlainUnits = {
    "s",   "sec", "secs", "second", "seconds", "ms",  "msec", "millis", "milliseconds", "us",    "µs",    "usec", "microseconds", "ns",
    "nsec", "nanoseconds", "mins", "minutes", "hours", "bytes", "kb", "mb", "gb", "tb", "kib", "mib", "gib", "percent", "pct", "%",
    "hz",  "khz", "mhz",  "ghz",    "w",       "watts", "mw", "j",      "joules",       "celsius", "flops", "gflops", "tflops", "tps",
    "qps", "rps", "msecs", "percentage", "mj", "fps", "kops", "mops", "iops", "kiops", "ips", "kips"};

bool plain_unit(std::string_view word) { return base::is_one_of(word, kPlainUnits); }

// "pad w", "stride w", "lr adam w": a width beside a height, the name of an optimiser, and no watts.
bool ends_in_no_watts(const Words& words) {
  constexpr std::array<std::string_view, 10> kSized = {"adam", "pad", "padding", "stride", "dilation", "f", "filter", "image", "img", "tile"};
  return words.size() > 1 && words.back() == "w" && base::is_one_of(words[words.size() - 2], kSized);
}

// "mb per s", "requests per min": the unit of a rate that the last three words spell out; null where they do not.
core::UnitPtr rate_unit(const Words& words) {
  if (words.size() < 3 || words[words.size() - 2] != "per") return nullptr;
  const std::string& last = words.back();
  if (last == "min" || last == "minute") return core::find_unit(words[words.size() - 3] + "/min");
  if (last != "s" && last != "sec" && last != "second") return nullptr;
  return core::find_unit(words[words.size() - 3] + "/s");
}

// "ns per op", "latency ms per step", "j per token": the unit before "per" at the end of the words, removed from them; null where
// there is none. The time of each operation is simply a time, that of each image the latency of an image.
core::UnitPtr take_unit_per_thing(const Catalog& catalog, Words& words) {
  constexpr std::array<std::string_view, 10> kOperations = {"op", "ops", "operation", "it", "iter", "iteration", "call", "run", "step", "batch"};
  if (words.size() < 3 || words[words.size() - 2] != "per") return nullptr;
  const std::string measured = words[words.size() - 3];
  const std::string thing = words.back();
  const bool token = thing == "token" || thing == "tok";
  if (!token && (!plain_unit(measured) || core::find_unit(thing) != nullptr)) return nullptr;
  const bool rate = words.size() > 3 && (words[words.size() - 4] == "per" || catalog.is(Word::counted, words[words.size() - 4]));
  if (rate) return nullptr;  // "tokens s per gpu"
  Words rest = slice(words, 0, words.size() - 3);
  core::UnitPtr unit = core::find_unit(measured + "/" + thing);
  if (unit == nullptr || unit->dimension == Dimension::time) {
    unit = plain_unit(measured) ? core::find_unit(measured) : nullptr;
    if (unit == nullptr || unit->dimension != Dimension::time) return nullptr;
    if (rest.empty()) rest.push_back("latency");
    const bool each = base::is_one_of(thing, kOperations);
    if (!each) rest.insert(rest.end(), {"per", thing});
  }
  words = rest;
  return unit;
}

// "tokens_per_sec_gen", "prompt tok/s pre", "tokens_per_second_prompt_eval": tokens a second of what one or two words behind them say.
core::UnitPtr take_inner_rate(Words& words) {
  constexpr std::array<std::string_view, 5> kTokens = {"tok", "toks", "token", "tokens", "tps"};
  constexpr std::array<std::string_view, 16> kOf = {"gen", "generation", "decode", "prompt", "prefill", "pre", "post", "before", "after", "tg", "pp", "output", "input", "agg", "aggregate", "suite"};
  constexpr std::array<std::string_view, 5> kOfTwo = {"eval", "gen", "generation", "processing", "decode"};  // behind "prompt", "response"
  for (std::size_t of = 1; of <= 2 && of < words.size(); ++of) {
    const std::string& first = words[words.size() - of];
    const bool told = of == 1 ? base::is_one_of(first, kOf) : base::is_one_of(words.back(), kOfTwo) && (first == "response" || base::is_one_of(first, kOf));
    for (std::size_t n = 1; told && n <= 3 && n + of <= words.size(); ++n) {
      const std::size_t begin = words.size() - of - n;
      const Words piece = slice(words, begin, begin + n);
      if (!base::is_one_of(piece.front(), kTokens)) continue;
      const core::UnitPtr spelled = core::find_unit(join(piece, "_"));
      const core::UnitPtr unit = spelled != nullptr ? spelled : core::find_unit(join(piece, " "));
      if (unit == nullptr || unit->dimension != Dimension::token_rate) continue;
      const auto at = words.begin() + static_cast<std::ptrdiff_t>(begin);
      words.erase(at, at + static_cast<std::ptrdiff_t>(n));
      return unit;
    }
  }
  return nullptr;
}

// "gpu temp c", "temp max c": elsewhere a "c" is a name.
bool ends_in_celsius(const Words& words) {
  constexpr std::array<std::string_view, 4> kTemperatures = {"temp", "temps", "temperature", "temperatures"};
  return words.size() > 1 && words.back() == "c" && std::any_of(words.begin(), words.end(), [&](const std::string& word) {
           return base::is_one_of(word, kTemperatures);
         });
}

// "layer" of "layer 12", "q8" of "q8_0".
bool is_numbered(const Catalog& catalog, const std::string& word) {
  const bool quantization = word.size() == 2 && word[0] == 'q' && base::all_digits(std::string_view(word).substr(1));
  return quantization || catalog.is(Word::numbered, word);
}

bool is_second(std::string_view word) { return word == "s" || word == "sec" || word == "secs" || word == "second" || word == "seconds"; }

// "img_s", "widgets per second": a rate of things that no unit of ours counts. Its "s" alone would be wrong.
bool is_unknown_rate(const Catalog& catalog, const Words& words) {
  if (words.size() < 2) return false;
  const std::string& last = words.back();
  const bool second = last == "s" || last == "sec" || last == "second";
  const std::string& before = words[words.size() - 2];
  if (!second || (before != "per" && !catalog.is(Word::counted, before))) return false;
  if (before == "per" && words.size() > 2 && rate_unit(words) != nullptr) return false;
  const bool divided = std::find(words.begin(), words.end() - 2, "per") != words.end() - 2;
  if (before != "per" && divided) return false;  // "per_output_token_s"
  for (std::size_t n = std::min<std::size_t>(4, words.size()); n >= 2; --n)
    for (const std::string_view between : {"/", " ", "_"})
      if (core::find_unit(join(slice(words, words.size() - n, words.size()), between)) != nullptr) return false;
  return true;
}

// "per stream tok s", "per user tokens s": what answers come in by, so that the "s" is what they are divided by.
bool is_one_answer(std::string_view word) {
  constexpr std::array<std::string_view, 8> kAnswers = {"stream", "user", "request", "req", "client", "session", "seq", "sequence"};
  return base::is_one_of(word, kAnswers);
}

// "time_this_iter_s", "first_token_s": how long that took, not how many a second.
bool tells_a_duration(const Words& words) {
  constexpr std::array<std::string_view, 7> kDurations = {"time", "first", "last", "latency", "duration", "elapsed", "wait"};
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) { return base::is_one_of(word, kDurations); });
}

// Whether a word names a quantity of that dimension, as "power" and "latency" do.
bool names_quantity(const Catalog& catalog, const std::string& word, Dimension dimension) {
  const auto quantity = catalog.aliases.find(word);
  return quantity != catalog.aliases.end() && std::any_of(quantity->second.begin(), quantity->second.end(), [&](const AliasUse& use) {
           return catalog.metrics[use.metric].dimension == dimension;
         });
}

// "PP/W", "Points/J": so much for each watt, where "Power/W" is how physicists write a power in watts.
bool is_for_each(const Catalog& catalog, const std::string& above, const std::string& below) {
  const core::UnitPtr unit = plain_unit(below) ? core::find_unit(below) : nullptr;
  const bool spent = unit != nullptr && (unit->dimension == Dimension::power || unit->dimension == Dimension::energy);
  return spent && !names_quantity(catalog, above, unit->dimension);
}

// "netlib/Mfloat/s": a rate of things that no unit of ours counts, below a name; "Times/Total/s" is seconds. `slash` is the last one.
bool is_rate_of_a_thing(const Catalog& catalog, std::string_view name, std::size_t slash) {
  if (name.substr(slash) != "/s") return false;
  const std::size_t begin = name.rfind('/', slash - 1) + 1;
  const Words thing = text::split_identifier(name.substr(begin, slash - begin));
  if (thing.size() != 1 || thing.front().size() < 2 || core::find_unit(name.substr(begin)) != nullptr) return false;
  return !catalog.statistic(thing.front()) && !names_quantity(catalog, thing.front(), Dimension::time) && !tells_a_duration(thing);
}

}  // namespace

Words slice(const Words& words, std::size_t begin, std::size_t end) {
  return Words(words.begin() + static_cast<std::ptrdiff_t>(begin), words.begin() + static_cast<std::ptrdiff_t>(end));
}

Ratio ratio_in(const Catalog& catalog, std::string_view name) {
  const auto slash = name.rfind('/');
  if (slash == std::string_view::npos || slash == 0) return {};
  const std::string below = text::lower(text::trim(name.substr(slash + 1)));
  if (name.find('/') != slash) {  // several: "tok/s/W", or lines of a header, "Timings/Warmup/Sec"
    const bool of_a_rate = plain_unit(below) && core::find_unit(name.substr(0, slash)) != nullptr && core::find_unit(name) == nullptr;
    if (!of_a_rate && is_rate_of_a_thing(catalog, name, slash)) return {true, true, false};
    return {false, of_a_rate, of_a_rate};
  }
  const Words above = text::split_identifier(name.substr(0, slash));
  if (above.empty()) return {};
  // "Docs / ms", "GFLOPS/W": what is below is no unit of the whole.
  if (!is_second(below)) {
    const bool of_a_unit = plain_unit(above.back()) && core::find_unit(name) == nullptr;
    const bool divided = plain_unit(below) && (of_a_unit || is_for_each(catalog, above.back(), below));
    return {false, divided || (plain_unit(below) && catalog.is(Word::counted, above.back())), divided};
  }
  // "Latency / s" is how physicists write a latency in seconds.
  if (above.back().size() > 1 && names_quantity(catalog, above.back(), Dimension::time)) return {};
  const auto known = [&](std::size_t words) { return core::find_unit(join(slice(above, above.size() - words, above.size()), " ") + "/s") != nullptr; };
  return {true, !known(1) && !(above.size() > 1 && known(2)), false};
}

core::UnitPtr take_unit(const Catalog& catalog, Words& words, const Ratio& ratio) {
  // "infer_ms_504": of a picture of that size.
  if (words.size() > 2 && base::all_digits(words.back()) && plain_unit(words[words.size() - 2]) && words[words.size() - 2].size() > 1) {
    const core::UnitPtr unit = core::find_unit(words[words.size() - 2]);
    if (unit != nullptr && unit->dimension == Dimension::time && !base::all_digits(words[words.size() - 3])) {
      words.erase(words.end() - 2);
      return unit;
    }
  }
  if (ratio.unknown || words.empty()) return nullptr;
  if (const core::UnitPtr unit = take_unit_per_thing(catalog, words)) return unit;
  if (ends_in_celsius(words)) {
    words.pop_back();
    return core::unit_of("°C");
  }
  if (!core::ends_some_unit(words.back())) return nullptr;
  if (is_unknown_rate(catalog, words)) return nullptr;
  if ((words.size() == 1 && words.front().size() == 1) || ends_in_no_watts(words)) return nullptr;  // "w" is a weight as well
  // Operations that were counted are no rate.
  const bool counted = words.back() == "flops" && std::any_of(words.begin(), words.end(), [](const std::string& word) { return word == "total" || word == "num" || word == "number" || word == "model"; });
  if (counted) {
    words.pop_back();
    return core::find_unit("FLOP");
  }
  const bool divided_before = words.size() > 3 && words[words.size() - 4] == "per";
  if (const core::UnitPtr rate = divided_before ? nullptr : rate_unit(words)) {
    words.resize(words.size() - 3);
    return rate;
  }
  for (std::size_t n = std::min<std::size_t>(4, words.size()); n >= 1; --n) {
    const Words tail = slice(words, words.size() - n, words.size());
    if (n == 1 && !plain_unit(tail.front())) return nullptr;
    // "time_per_token_s" is seconds, not tokens per second.
    const bool denominator = n == 2 && words.size() > 2 && words[words.size() - 3] == "per";
    const bool output_token = n == 2 && !ratio.of_seconds && words.size() > 3 && words[words.size() - 4] == "per" && !is_one_answer(words[words.size() - 3]);  // "Per user tok/s" is a rate
    // "t_s" is a time in seconds, "t/s" a rate.
    const bool duration = n == 2 && !ratio.of_seconds && is_second(tail.back()) && (tells_a_duration(words) || (words.size() == 2 && tail.front() == "t"));
    if (denominator || output_token || duration) continue;
    // "over 10 ms" and "tokens per GB" do not say what the values are in; "layer 12 ms" does.
    const std::size_t before = words.size() - n;
    const bool limit = before > 0 && base::all_digits(words[before - 1]) && (before == 1 || !is_numbered(catalog, words[before - 2]));
    if (before > 0 && words[before - 1] == "per") continue;
    for (const std::string_view between : {"/", " ", "_"}) {
      const core::UnitPtr unit = core::find_unit(join(tail, between));
      // "tokens" and counts are what a name is about, not only its unit.
      if (unit == nullptr || unit->dimension == Dimension::tokens || unit->dimension == Dimension::none) continue;
      if (limit) return nullptr;
      words.resize(words.size() - n);
      if (words.size() > 1 && words.back() == "in") words.pop_back();  // "In tok/s" alone is of what came in
      return unit;
    }
  }
  return nullptr;
}

core::UnitPtr take_inner_unit(Words& words) {
  for (std::size_t i = 1; i + 1 < words.size(); ++i) {
    if (words[i - 1] != "in" || !plain_unit(words[i])) continue;
    const core::UnitPtr unit = core::find_unit(words[i]);
    if (unit == nullptr) continue;
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(i - 1), words.begin() + static_cast<std::ptrdiff_t>(i + 1));
    return unit;
  }
  if (const core::UnitPtr rate = take_inner_rate(words)) return rate;
  // "total_time_ms_wall": which clock. "memory GB pre", "wall_s_total": when, or all of it.
  constexpr std::array<std::string_view, 7> kWhich = {"wall", "cpu", "total", "pre", "post", "before", "after"};
  if (words.size() < 3 || !plain_unit(words[words.size() - 2]) || !base::is_one_of(words.back(), kWhich)) return nullptr;
  const std::string& word = words[words.size() - 2];
  const core::UnitPtr unit = core::find_unit(word);
  const bool time = unit != nullptr && unit->dimension == Dimension::time && (word.size() > 1 || words[words.size() - 3] == "wall");
  const bool memory = unit != nullptr && unit->dimension == Dimension::information && word.size() == 2;
  if (!time && !memory) return nullptr;
  words.erase(words.end() - 2);
  return unit;
}

core::UnitPtr take_percent_in_front(const Catalog& catalog, Words& words) {
  if (words.size() < 2 || words.front() != "%" || (words.size() == 2 && catalog.statistic(words.back()))) return nullptr;
  words.erase(words.begin());
  return core::find_unit("%");
}

bool take_change_in_percent(Words& words) {
  constexpr std::array<std::string_view, 7> kChanges = {"change", "diff", "delta", "difference", "increase", "decrease", "improvement"};
  if (words.size() < 2 || !base::is_one_of(words.back(), kChanges)) return false;
  const std::string& before = words[words.size() - 2];
  if (before != "pct" && before != "percent" && before != "%") return false;
  words.erase(words.end() - 2);
  return true;
}

}  // namespace chimera::facts
