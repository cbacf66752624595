// Lines of logs that say in words what something took, lines of nothing but statistics of one thing, and values behind what they hold for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/document.h"
#include "plaintext/text_lines.h"

namespace chimera::plaintext {

// One quantity of such a sentence. The key says of which kind it is: "Loading weights time", "Model loading memory".
struct Taken {
  std::string key;
  core::Span name;
  core::Span value;  // with its unit
};
// "Loading weights took 27.92 seconds", "Graph capturing finished in 2 secs, took 0.38 GiB", "Engine built in 12.02 sec.": what was
// done and what it took, in known units; empty for all other sentences.
[[nodiscard]] std::vector<Taken> what_it_took(std::string_view text, core::Span line);

// "[fp16] mean=0.65ms, max=0.96ms", "ttft  p50=178,207ms  p95=714,371ms", "TTFT (total): avg=73.2s | p50=68.0s (16 reqs)".
struct StatisticsLine {
  core::Span of;        // "ttft": what they are of; may be empty
  core::Span config;    // "fp16": under which configuration, in brackets before them; may be empty
  std::string_view unit;  // "(tokens)" behind them all, of values without one; may be empty
  std::vector<Entry> values;
};
// Where a line is nothing but two or more "statistic=number" behind what they are of.
[[nodiscard]] std::optional<StatisticsLine> statistics_line(std::string_view text, core::Span line);

// "[READ], AverageLatency(us), 79.25": a group in brackets, a name and a number, which are given; empty for all else.
[[nodiscard]] std::vector<core::Span> grouped_value(std::string_view text, core::Span line);

// "Average Precision (AP) @[ IoU=0.50:0.95 | area=all ] = 0.229": a value and the conditions under which it was taken.
struct ConditionedValue {
  core::Span name;
  core::Span conditions;
  core::Span value;
};
[[nodiscard]] std::optional<ConditionedValue> conditioned_value(std::string_view text, core::Span line);

}  // namespace chimera::plaintext
