// Names with more than one value, or written beside them: what "name: value" alone does not say.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/document.h"
#include "plaintext/text_lines.h"

namespace chimera::plaintext {

struct NamedValue {
  std::string key;
  core::Span value;
  std::string_view unit;  // that of the last one, where the value has none of its own
};

// "Latency (p50/p90): 12.3 / 15.2 ms", "rtt min/avg/max: 1/2/3 ms", "latency(s)(min, max): 0.1, 2", "percentile(50, 99): [1, 2]": as many numbers as the name has parts, else empty.
[[nodiscard]] std::vector<NamedValue> listed_values(std::string_view text, core::Span name, core::Span value);

// "Latencies  [min, mean, 50, 99, max]  1.2ms, 3ms, 3.1ms, 9ms, 12ms", as vegeta reports: as many numbers as there are names in the brackets,
// "Latencies/min" and "Latencies/p50". `name` is what stands before the values. Else empty.
[[nodiscard]] std::vector<NamedValue> tuple_in_brackets(std::string_view text, core::Span line, core::Span& name);

// "Throughput: 18.9 requests/s, 7851.8 total tokens/s": two quantities or more of known units. Words before a unit say what it is
// of and go before the name, "total Throughput"; without them all but the first are told apart by their units. Else empty.
[[nodiscard]] std::vector<NamedValue> qualified_values(std::string_view text, core::Span name, core::Span value);

// "batch_size 8 latency(ms) 12.5": names and numbers by turns, where a name is an identifier. Else empty.
[[nodiscard]] std::vector<Entry> by_turns(std::string_view text, core::Span line);

// "12 threads and 400 connections": whole numbers each of one thing, two or more, and nothing else. Else empty.
[[nodiscard]] std::vector<Entry> counted_things(std::string_view text, core::Span line);

// "0.57576 (  171 accepted /   297 generated)": the whole numbers in brackets behind a value, with the words that say what they count.
[[nodiscard]] std::vector<Entry> counts_in_brackets(std::string_view text, core::Span value);

// "TTFT p50: 120 ms | p95: 180 ms": what the second is of is said once, before the statistic of the first.
class StatisticsInLine {
 public:
  // "TTFT" for "p95" in the unit of the one before; empty for other names.
  [[nodiscard]] std::string_view of(std::string_view name, std::string_view unit) const;
  // The name of a value that has been read; the text must outlive this.
  void note(std::string_view name, std::string_view unit);

 private:
  std::string_view of_;
  std::string_view unit_;
};

// "Prompt 2/5": one of several, which its value names.
[[nodiscard]] bool is_counted(std::string_view text, core::Span name);

// "GPU 0" of "GPU 0: 162.2 tokens/sec": what the quantity was measured on, and its number.
[[nodiscard]] std::optional<Entry> of_a_device(std::string_view text, core::Span name, core::Span value);

// "min", "max" of "min, max", the inside of "(min, max)".
[[nodiscard]] std::vector<std::string_view> parts_of_tuple(std::string_view inside);
// "mean", "min", "max" of "Details (average, fastest, slowest)": what a label says of the values listed below it; empty where it says anything else.
[[nodiscard]] std::vector<std::string> statistics_of_label(std::string_view label);
// Whether a label says of which statistics tuples below it are, and in which unit: "(min, max) time across ranks (ms)".
[[nodiscard]] bool heads_tuples(std::string_view label);

// The unit of a value whose name says that it is one a second: "606 MB" of "Transfer/sec" is in MB/s.
[[nodiscard]] std::string_view rate_unit(std::string_view name, std::string_view unit);

// "1.04 seconds per pass" is a time whatever it is told of: the words to put behind the name, "/time per pass", with the unit cut to
// "seconds". Empty for units that are known, "ms per token", and for all others.
[[nodiscard]] std::string time_per(std::string_view& unit);

// "27.4" of "27.4       <=====" and "97.7   # better", "1.0 us" of "1.0 us.": a number without the remark or the full stop behind it.
[[nodiscard]] core::Span without_remark(std::string_view text, core::Span value);

// "8.359 [ms] (mean, across all requests)": the value, the statistic that it is, and what else the brackets say. Nothing where they say none.
struct ToldStatistic {
  core::Span value;
  std::string_view statistic;
  std::string_view of;
};
[[nodiscard]] std::optional<ToldStatistic> told_statistic(std::string_view text, core::Span value);

// "Mean" and "std dev" of "Mean +- std dev": what stands on either side of such a value. Empty where the name has no such mark.
[[nodiscard]] std::vector<std::string_view> sides_of_spread(std::string_view name);

// "79.6 TFLOPS" of "2.0 * flops / latency:   79.6 TFLOPS", the value of a name whose formula stands before it; empty for all else.
[[nodiscard]] core::Span behind_formula(std::string_view text, core::Span value);

// "[TPOT]" at the end of what stands before a line's content, letters only and no level: what the line is about.
[[nodiscard]] core::Span subject_tag(std::string_view text, core::Span prefix);

// "time-to-first-token [TTFT] (ms)" without what stands in brackets, where it is a word, an abbreviation; "throughput [w/ ctx]" without
// words, which are no code.
enum class Bracketed { word, words };
[[nodiscard]] std::string without_brackets(std::string_view name, Bracketed what);

}  // namespace chimera::plaintext
