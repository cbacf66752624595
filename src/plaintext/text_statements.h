// Lines of logs and of tools' outputs that say several things, or say them in a grammar of their own.
#pragma once

#include <optional>
#include <vector>

#include "core/document.h"

namespace chimera::plaintext {

// One thing that a line says: "GPU latency: 0.0387 ms", "min = 0.03 ms", "lb 0.39 ns".
struct Clause {
  core::Span name;
  core::Span value;
  std::uint32_t position = 0;  // from 1, of a value in a list: "rate: 0.8, 0.5, 0.3"
  std::string_view unit = {};  // that stands behind the last one of a list: "Time = 0.034 0.035 s"
};

struct Statement {
  core::Span label;  // what stands before the first name: "Engine 000", "Latency"; may be empty
  std::vector<Clause> clauses;
  bool equations = false;  // all clauses are "name = value"
  core::Span of;           // "Prefill" of "Prefill. latency: 0.3 s, …": what its quantities are of; may be empty
  core::Span number;       // "3" of "Decode 3. latency: …"; may be empty
};

// "Engine 000: Avg prompt throughput: 963.5 tokens/s, Running: 3 reqs", "Latency: min = 0.03 ms, max = 0.06 ms",
// "mean: 0.39 ns, lb 0.38 ns", "iter 10: loss 3.14, time 12 ms", "dt 12ms; iter 10: loss 3.14", "step 3 | loss: 2.5 | lr: 0.1 |": where the line is nothing but such clauses, and two or more hold numbers.
[[nodiscard]] std::optional<Statement> statement(std::string_view text, core::Span line);

// "… estimate: PPL = 8.42 +/- 0.05": the last equation of a line, whatever stands before it.
[[nodiscard]] std::optional<Clause> last_equation(std::string_view text, core::Span line);

// "[1.38 ms 1.41 ms 1.45 ms]": the ends of an interval around its estimate, ascending; empty where it is none.
[[nodiscard]] std::vector<core::Span> interval(std::string_view text, core::Span value);

// One run of a benchmark in a line of its own, as Go's testing, Rust's libtest and benchmark.js write it:
// "BenchmarkSort-8  1000  123 ns/op  16 B/op", "test sort ... bench:  135 ns/iter (+/- 24)",
// "sort x 1,431,759 ops/sec ±0.74% (93 runs sampled)"; also "sort    1028.5 ms    8749.9 pts", wide apart.
struct BenchmarkLine {
  core::Span name;
  core::Span count;                // iterations or samples; may be empty
  std::string_view counts;         // what it counts: "iterations", "samples"
  std::vector<core::Span> values;  // each a number with its unit
  core::Span spread;               // "±0.74%", "+/- 24": the number; may be empty
};
[[nodiscard]] std::optional<BenchmarkLine> benchmark_line(std::string_view text, core::Span line);

// "INSERT INTO t (a, b) VALUES ('1', 'x');" in one line, as tools write results for SQLite: names and values, without their
// quotes; nothing where the line is anything else, or has not as many values as names.
[[nodiscard]] std::optional<std::vector<Clause>> sql_insert(std::string_view text, core::Span line);

}  // namespace chimera::plaintext
