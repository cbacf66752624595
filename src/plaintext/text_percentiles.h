// Percentiles as tools print them: a list of "99%  5.8 ms" below its title, "99% percentile latency: 1.2 s".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/document.h"

namespace chimera::plaintext {

// "99.900%" as "p99.9", "0%" as "min", "100%" as "max"; empty where the word is no such part of the whole.
[[nodiscard]] std::string percentile_of(std::string_view word);

// The same of what names a column: "99%", "99th", "99.9th %".
[[nodiscard]] std::string percentile_column(std::string_view name);

// "99%  5.80ms", "90% in 0.0031 secs", "90% <= 12": empty key where the line is anything else.
struct PercentileLine {
  std::string key;
  double part = 0;
  core::Span value;
};
[[nodiscard]] std::optional<PercentileLine> percentile_line(std::string_view text, core::Span line);

// "Latency Distribution (HdrHistogram - Recorded Latency):" as "Latency": what a list below such a title is of.
[[nodiscard]] core::Span subject_of_list(std::string_view text, core::Span title);

// "99% percentile latency" as "latency/p99", and "99.9%  KLD" as "KLD/p99.9" where one of the names beside it has the same words behind
// another part or a statistic. Empty where the name is anything else.
[[nodiscard]] std::string percentile_name(std::string_view name, const std::vector<std::string_view>& beside);

// "p0.50" and "p(0.9990)" as "p50" and "p99.9" where the percentiles among the names beside it are such fractions too: "p1.00" is the maximum.
[[nodiscard]] std::string percentile_of_fraction(std::string_view name, const std::vector<std::string_view>& beside);

// Whether `below` says a statistic and nothing of what, "p99: 7.6", and `heading` names a quantity, "TTFT (ms)", "ttft_s", "Request latency".
[[nodiscard]] bool heads_statistics(std::string_view text, core::Span heading, core::Span below);

// "avg min p50 max": two or more statistics and nothing else.
[[nodiscard]] bool names_statistics(std::string_view text, core::Span line);

}  // namespace chimera::plaintext
