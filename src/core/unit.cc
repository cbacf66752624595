#include "core/unit.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/check.h"
#include "base/one_of.h"

namespace chimera::core {
namespace {

constexpr double kKibi = 1024.0;

// Spellings beside the symbol. Matched after trimming; first exactly, then without regard to case.
struct UnitSpec {
  Unit unit;
  std::vector<std::string_view> spellings;
};

std::vector<UnitSpec> make_specs() {
  using D = Dimension;
  return {
      {{"", D::unknown, 1}, {}},
      {{"", D::count, 1}, {}},
      {{"cycle", D::count, 1}, {"cycles"}},
      {{"thousand", D::count, 1e3}, {}},
      {{"million", D::count, 1e6}, {"millions"}},
      {{"billion", D::count, 1e9}, {"billions", "bn"}},
      {{"trillion", D::count, 1e12}, {"trillions"}},
      {{"ps", D::time, 1e-12}, {"picosecond", "picoseconds", "ps/iter"}},
      {{"ns", D::time, 1e-9}, {"nanosecond", "nanoseconds", "nsec", "nsecs", "nsecond", "ns/op", "ns/iter", "ns/iteration"}},
      {{"us", D::time, 1e-6}, {"µs", "μs", "microsecond", "microseconds", "usec", "usecs", "usecond", "us/op", "µs/op", "μs/op", "us/iter", "µs/iter", "μs/iter"}},
      {{"ms", D::time, 1e-3}, {"millisecond", "milliseconds", "milisecond", "miliseconds", "msec", "msecs", "msecond", "millis", "毫秒", "ms/op", "ms/iter"}},
      {{"s", D::time, 1}, {"sec", "secs", "second", "seconds", "秒", "s/op", "sec/op", "s/iter"}},
      {{"min", D::time, 60}, {"mins", "minute", "minutes"}},
      {{"h", D::time, 3600}, {"hr", "hrs", "hour", "hours"}},
      {{"d", D::time, 86400}, {"day", "days"}},
      {{"tok", D::tokens, 1}, {"token", "tokens", "toks"}},
      {{"ktok", D::tokens, 1e3}, {"ktokens"}},
      {{"Mtok", D::tokens, 1e6}, {"mtokens"}},
      {{"tok/s", D::token_rate, 1},
       {"tokens/s", "token/s", "toks/s", "t/s", "tk/s", "tks/s", "tps", "tokens/sec", "tok/sec", "tokens/second", "tokens per second", "token/sec",
        "tokens_per_second", "tokens per sec", "tokens_per_sec", "tokens_per_s", "tok_per_s", "tok_per_sec", "tok_per_second", "token_per_second", "token_per_s", "toks_per_sec", "tokens_s", "tok_s", "tokens_sec", "tokens-per-sec", "tokens-per-second",
        "tokens/secs", "tokens/sec/user", "tokens/s/user", "tps/user", "tokens/sec/gpu", "tokens/s/gpu", "tps/gpu"}},
      {{"tok/min", D::token_rate, 1.0 / 60}, {"tokens/min", "tokens/minute", "tokens per minute"}},
      {{"ktok/s", D::token_rate, 1e3}, {"ktokens/s", "kt/s", "ktps"}},
      {{"Mtok/s", D::token_rate, 1e6}, {"mtokens/s", "mtps"}},
      {{"s/tok", D::token_time, 1}, {"s/token", "seconds/token", "seconds per token", "sec/token"}},
      {{"ms/tok", D::token_time, 1e-3}, {"ms/token", "ms per token", "milliseconds per token"}},
      {{"us/tok", D::token_time, 1e-6}, {"us/token", "µs/token"}},
      {{"ns/tok", D::token_time, 1e-9}, {"ns/token"}},
      {{"B", D::information, 1}, {"byte", "bytes"}},
      {{"kB", D::information, 1e3}, {"kilobyte", "kilobytes", "kbyte", "kbytes"}},
      {{"MB", D::information, 1e6}, {"megabyte", "megabytes", "mbyte", "mbytes"}},
      {{"GB", D::information, 1e9}, {"gigabyte", "gigabytes", "gbyte", "gbytes"}},
      {{"TB", D::information, 1e12}, {"terabyte", "terabytes", "tbyte", "tbytes"}},
      {{"KiB", D::information, kKibi}, {"kibibyte", "kibibytes"}},
      {{"MiB", D::information, kKibi * kKibi}, {"mebibyte", "mebibytes"}},
      {{"GiB", D::information, kKibi * kKibi * kKibi}, {"gibibyte", "gibibytes"}},
      {{"TiB", D::information, kKibi * kKibi * kKibi * kKibi}, {"tebibyte", "tebibytes"}},
      {{"B/s", D::bandwidth, 1}, {"byte/s", "byte/second", "bytes/second", "bytes/s", "bytes per second", "bytes_per_second", "bytes/sec"}},
      {{"kB/s", D::bandwidth, 1e3}, {"kb/sec", "kbyte/s", "kbyte/second", "kbytes/s", "kbytes/sec", "kbytes/second", "kilobytes per second"}},
      {{"MB/s", D::bandwidth, 1e6}, {"megabytes per second", "mb/sec", "mbyte/s", "mbyte/second", "mbytes/s", "mbytes/sec", "mbytes/second", "mbps_bytes"}},
      {{"GB/s", D::bandwidth, 1e9}, {"gigabytes per second", "gb/sec", "gbyte/s", "gbyte/second", "gbytes/s", "gbytes/sec", "gbytes/second"}},
      {{"TB/s", D::bandwidth, 1e12}, {"terabytes per second", "tbyte/s", "tbyte/second"}},
      {{"bit/s", D::bandwidth, 1.0 / 8}, {"bits/s", "bits/sec", "bit/sec"}},
      {{"kbit/s", D::bandwidth, 1e3 / 8}, {"kbits/s", "kbits/sec", "kbit/sec"}},
      {{"Mbit/s", D::bandwidth, 1e6 / 8}, {"mbits/s", "mbits/sec", "mbit/sec"}},
      {{"Gbit/s", D::bandwidth, 1e9 / 8}, {"gbits/s", "gbits/sec", "gbit/sec"}},
      {{"KiB/s", D::bandwidth, kKibi}, {}},
      {{"MiB/s", D::bandwidth, kKibi * kKibi}, {}},
      {{"GiB/s", D::bandwidth, kKibi * kKibi * kKibi}, {}},
      {{"%", D::fraction, 0.01}, {"percent", "pct", "per cent", "percentage"}},
      {{"pp", D::fraction, 0.01}, {"percentage points", "percentage point"}},
      {{"x", D::none, 1}, {"×", "times", "fold"}},
      {{"Hz", D::frequency, 1}, {"hertz", "cycle/second"}},
      {{"kHz", D::frequency, 1e3}, {}},
      {{"MHz", D::frequency, 1e6}, {"cycle/usecond"}},
      {{"GHz", D::frequency, 1e9}, {"cycle/nsecond"}},
      {{"req/s", D::request_rate, 1}, {"requests/s", "requests per second", "requests/sec", "req/sec", "reqs/s", "reqs/sec", "rps", "qps", "queries/s", "requests_per_second", "requests/second", "infer/sec", "infer/s", "inferences/second", "请求/秒"}},
      {{"req/min", D::request_rate, 1.0 / 60}, {"requests/min", "requests/minute", "req/minute", "requests per minute"}},
      {{"kreq/s", D::request_rate, 1e3}, {"krps", "kqps"}},
      {{"Mreq/s", D::request_rate, 1e6}, {"mrps", "mqps"}},
      {{"°C", D::temperature, 1}, {"degc", "celsius", "deg c", "C"}},
      {{"mW", D::power, 1e-3}, {"mw", "milliwatts", "milliwatt"}},
      {{"W", D::power, 1}, {"watt", "watts"}},
      {{"kW", D::power, 1e3}, {"kilowatt", "kilowatts"}},
      {{"MW", D::power, 1e6}, {"megawatt", "megawatts"}},
      {{"J", D::energy, 1}, {"joule", "joules"}},
      {{"kJ", D::energy, 1e3}, {"kilojoule", "kilojoules"}},
      {{"MJ", D::energy, 1e6}, {"megajoule", "megajoules"}},
      {{"mJ", D::energy, 1e-3}, {"mj", "millijoule", "millijoules"}},
      {{"Wh", D::energy, 3600}, {"watt hours", "watt-hours"}},
      {{"kWh", D::energy, 3.6e6}, {}},
      {{"J/tok", D::token_energy, 1}, {"j/token", "joules per token", "joules/token"}},
      {{"FLOP/s", D::flop_rate, 1}, {"flops", "flop/s", "flops/s"}},
      {{"MFLOP/s", D::flop_rate, 1e6}, {"mflops", "mflop/s", "mflops/s"}},
      {{"GFLOP/s", D::flop_rate, 1e9}, {"gflops", "gflop/s", "gflops/s", "gf/s"}},
      {{"TFLOP/s", D::flop_rate, 1e12}, {"tflops", "tflop/s", "tflops/s", "tf/s"}},
      {{"FLOP", D::operations, 1}, {"flop"}},
      {{"GFLOP", D::operations, 1e9}, {"gflop", "gf"}},
      {{"TFLOP", D::operations, 1e12}, {"tflop"}},
      {{"op/s", D::operation_rate, 1}, {"ops/s", "ops/sec", "op/sec", "operations/s", "operations/sec", "operations per second", "iops", "ips"}},
      {{"kop/s", D::operation_rate, 1e3}, {"kops/s", "kops/sec", "kops", "kiops", "kips", "ops/ms", "op/ms"}},
      {{"Mop/s", D::operation_rate, 1e6}, {"mops/s", "mops/sec", "mops", "ops/us", "op/us", "ops/µs", "ops/μs"}},
      {{"Gop/s", D::operation_rate, 1e9}, {"gops/s", "gops/sec", "gops", "ops/ns", "op/ns"}},
      {{"op/min", D::operation_rate, 1.0 / 60}, {"ops/min", "operations/min", "operations per minute"}},
      {{"elem/s", D::operation_rate, 1}, {"elems/s", "element/s", "elements/s", "elem/sec", "elements/sec", "elements per second"}},
      {{"kelem/s", D::operation_rate, 1e3}, {"kelements/s"}},
      {{"Melem/s", D::operation_rate, 1e6}, {"melements/s"}},
      {{"Gelem/s", D::operation_rate, 1e9}, {"gelements/s"}},
      {{"Telem/s", D::operation_rate, 1e12}, {}},
      {{"it/s", D::operation_rate, 1}, {"iter/s", "iter/sec", "iters/s", "iters/sec", "iterations/sec", "iterations/s", "iterations per second", "step/s", "steps/s", "steps per second"}},
      {{"sample/s", D::operation_rate, 1}, {"samples/s", "samples/sec", "samples/second", "samples per second"}},
      {{"tx/s", D::operation_rate, 1}, {"transactions/s", "transaction/s", "txn/s", "txns/s", "transactions per second"}},
      {{"img/s", D::operation_rate, 1}, {"imgs/s", "image/s", "images/s", "images/sec", "img/sec", "images per second", "fps"}},
  };
}

struct UnitTable {
  std::vector<Unit> units;
  std::unordered_map<std::string, UnitPtr> exact;
  std::unordered_map<std::string, UnitPtr> folded;  // null: two units differ by case alone
  std::unordered_set<std::string> endings;          // last words of all of them, in lower case
  std::size_t longest = 0;                          // bytes of a spelling

  UnitTable() {
    const std::vector<UnitSpec> specs = make_specs();
    units.reserve(specs.size());
    for (const UnitSpec& spec : specs) units.push_back(spec.unit);
    for (std::size_t i = 0; i < specs.size(); ++i) {
      if (!units[i].symbol.empty()) add(units[i].symbol, &units[i]);
      for (const std::string_view spelling : specs[i].spellings) add(spelling, &units[i]);
    }
  }

  static std::string_view last_word(std::string_view text) { return text.substr(text.find_last_of("/ _") + 1); }

  static std::string fold(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return lower;
  }

  void add(std::string_view spelling, UnitPtr unit) {
    exact.emplace(std::string(spelling), unit);
    endings.insert(fold(last_word(spelling)));
    longest = std::max(longest, spelling.size());
    const auto [entry, fresh] = folded.emplace(fold(spelling), unit);
    if (!fresh && entry->second != unit) entry->second = nullptr;
  }
};

const UnitTable& table() {
  static const UnitTable instance;
  return instance;
}

// "token/seconds" as "token/s"; nothing where it is no rate of seconds spelled out.
std::string with_short_second(std::string_view text) {
  constexpr std::array<std::string_view, 4> kSeconds = {"/seconds", "/second", "/secs", "/sec"};
  const std::string lower = UnitTable::fold(text);
  for (const std::string_view second : kSeconds)
    if (lower.size() > second.size() && lower.compare(lower.size() - second.size(), second.size(), second) == 0)
      return std::string(text.substr(0, text.size() - second.size())) + "/s";
  return {};
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

UnitPtr no_unit() { return &table().units.front(); }

UnitPtr count_unit() { return &table().units[1]; }

UnitPtr unit_of(std::string_view symbol) {
  const auto found = table().exact.find(std::string(symbol));
  CHECK(found != table().exact.end(), "a unit symbol in our own code that the unit table does not have");
  return found->second;
}

UnitPtr find_unit(std::string_view spelling) {
  const std::string_view text = trimmed(spelling);
  if (text.empty() || text.size() > table().longest) return nullptr;
  if (const auto found = table().exact.find(std::string(text)); found != table().exact.end()) return found->second;
  if (text == "D") return nullptr;  // "3D" has as many dimensions: nobody writes days so
  // "kb", "gb" and alike are written in lower case by programs that mean bytes; bits are never written so here.
  if (const auto found = table().folded.find(UnitTable::fold(text)); found != table().folded.end()) return found->second;
  const std::string rate = with_short_second(text);
  return rate.empty() ? nullptr : find_unit(rate);
}

bool ends_some_unit(std::string_view text) { return table().endings.count(UnitTable::fold(UnitTable::last_word(text))) > 0; }

UnitPtr scaled_unit(UnitPtr unit, char prefix) {
  using D = Dimension;
  constexpr std::array<D, 7> kScaled = {D::count, D::tokens, D::token_rate, D::request_rate, D::flop_rate, D::operations, D::operation_rate};
  constexpr std::array<std::pair<char, std::string_view>, 4> kCounts = {{{'k', "thousand"}, {'M', "million"}, {'G', "billion"}, {'T', "trillion"}}};
  if (prefix == 'K') prefix = 'k';
  if (!base::is_one_of(unit->dimension, kScaled) && unit->symbol != "B/s") return nullptr;
  const auto count = std::find_if(kCounts.begin(), kCounts.end(), [&](const auto& each) { return each.first == prefix; });
  if (count == kCounts.end()) return nullptr;
  if (unit == count_unit()) return unit_of(count->second);
  const auto found = table().exact.find(prefix + std::string(unit->symbol));
  return found != table().exact.end() && found->second->dimension == unit->dimension ? found->second : nullptr;
}

const std::vector<Unit>& all_units() { return table().units; }

std::string_view to_string(Dimension dimension) {
  switch (dimension) {
    case Dimension::unknown: return "unknown";
    case Dimension::none: return "none";
    case Dimension::count: return "count";
    case Dimension::time: return "time";
    case Dimension::tokens: return "tokens";
    case Dimension::token_rate: return "token_rate";
    case Dimension::token_time: return "token_time";
    case Dimension::information: return "information";
    case Dimension::bandwidth: return "bandwidth";
    case Dimension::fraction: return "fraction";
    case Dimension::frequency: return "frequency";
    case Dimension::request_rate: return "request_rate";
    case Dimension::temperature: return "temperature";
    case Dimension::power: return "power";
    case Dimension::energy: return "energy";
    case Dimension::token_energy: return "token_energy";
    case Dimension::flop_rate: return "flop_rate";
    case Dimension::operations: return "operations";
    case Dimension::operation_rate: return "operation_rate";
  }
  return "unknown";
}

std::optional<double> convert(double value, UnitPtr from, UnitPtr to) {
  if (from->dimension != to->dimension) return std::nullopt;
  if (from == to || from->factor == to->factor) return value;
  // Multiplying by whole powers keeps 1000 ms exactly 1 s; dividing factors first would not.
  return from->factor >= to->factor ? value * std::round(from->factor / to->factor * 1e6) / 1e6
                                    : value / (std::round(to->factor / from->factor * 1e6) / 1e6);
}

UnitPtr readable_unit(double value, UnitPtr unit) {
  constexpr std::array<std::string_view, 4> kTimes = {"ns", "us", "ms", "s"};
  constexpr std::array<std::string_view, 4> kSizes = {"B", "KiB", "MiB", "GiB"};
  if (unit->dimension != Dimension::time && unit->dimension != Dimension::information) return unit;
  const auto& ladder = unit->dimension == Dimension::time ? kTimes : kSizes;
  UnitPtr best = unit_of(ladder.front());
  for (const std::string_view symbol : ladder)
    if (const UnitPtr larger = unit_of(symbol); convert(value, unit, larger).value_or(0) >= 1) best = larger;
  return best;
}

std::string format_fixed(double value, int decimals) {
  if (!std::isfinite(value)) return fmt::format("{}", value);
  const int digits = std::clamp(decimals, 0, 17);
  // The shortest decimal text of the double is what people saw; rounding that, half away from zero, is what they do.
  const std::string exact = fmt::format("{}", value);
  const auto point = exact.find('.');
  if (exact.find('e') == std::string::npos && point != std::string::npos) {
    const std::size_t keep = point + 1 + static_cast<std::size_t>(digits);
    const bool tie = keep + 1 == exact.size() && exact.back() == '5';
    if (tie) value = std::nextafter(value, value > 0 ? HUGE_VAL : -HUGE_VAL);
  }
  std::string text = fmt::format("{:.{}f}", value, digits);
  if (text.front() == '-' && text.find_first_not_of("-0.") == std::string::npos) text.erase(0, 1);  // no "-0.00"
  return text;
}

std::string format_significant(double value, int digits) {
  if (value == 0 || !std::isfinite(value)) return fmt::format("{}", value);
  const double magnitude = std::floor(std::log10(std::fabs(value)));
  if (magnitude < -5 || magnitude >= 15) return fmt::format("{:.{}g}", value, digits);
  return format_fixed(value, std::max(0, digits - 1 - static_cast<int>(magnitude)));
}

}  // namespace chimera::core
