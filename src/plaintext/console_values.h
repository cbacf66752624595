// Values as the summaries of load generators and benchmarks print them: several behind one name, or in a phrase of their own.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/document.h"
#include "plaintext/text_pairs.h"
#include "plaintext/written_cell.h"

namespace chimera::plaintext {

// What else stands behind a name with a value, each under the name `key` with a word of its own:
//   "301.5 ms ± 0.3 ms [User: 0.8 ms, System: 0.6 ms]"   key, key/User, key/System
//   "300.9 ms … 302.1 ms    10 runs" of "Range (min … max)"   Range/min, Range/max, runs
//   "23  min=0  max=6000"                                key, key/min, key/max
//   "17989 588.25/s", "1.2 MB 120 kB/s"                  key, key/rate
//   "86.67%  ✓ 1397346  ✗ 214834"                        key, key/passes, key/fails
//   "0.50%  50 out of 10000"                             key, key/count, key/total
// Empty where the value is none of these.
[[nodiscard]] std::vector<NamedValue> console_values(std::string_view text, const std::string& key, core::Span value);

// "785654 requests in 1.00m, 146.00MB read", "19k requests in 2.03s, 2.16 MB read": things counted in a time, and an amount of data. Empty where the line is anything else.
// Also "512 frames in 5.0 seconds = 102.400 FPS", with a rate of it.
[[nodiscard]] std::vector<NamedValue> counted_in_time(std::string_view text, core::Span line);

// "11 errors (3 timeouts)": all errors and those of a kind among them: "errors", "errors/timeouts". Else empty.
[[nodiscard]] std::vector<NamedValue> errors_by_kind(std::string_view text, core::Span line);

// "Socket errors: connect 0, read 1042": whole numbers behind words below one label: "Socket errors/read". Else empty.
[[nodiscard]] std::vector<NamedValue> labelled_counts(std::string_view text, core::Span line);

// The address at the end of "Running 10s test @ http://localhost/a"; empty where there is none.
[[nodiscard]] core::Span tested_address(std::string_view text, core::Span line);

// "sort a.txt" of "Benchmark 1: sort a.txt": what a numbered heading is about; empty where the line is anything else.
[[nodiscard]] core::Span numbered_heading(std::string_view text, core::Span line);

// "non-zero exit code" of "Ignoring non-zero exit code.": how what was measured above failed; empty where the line says anything else.
[[nodiscard]] core::Span ignored_failure(std::string_view text, core::Span line);

// "3" of "sort a.txt (3 runs)", which is then "sort a.txt"; empty where no such number stands behind it.
[[nodiscard]] core::Span take_runs(std::string_view text, core::Span& about);

// A count with the user's own counters behind it, in one cell: "19101577 bytes_per_second=211.669Mi/s".
struct CountedCell {
  core::Span count;
  std::vector<NamedValue> counters;  // with the unit that the number is in, "MiB/s"; of one in no unit of ours "?"
};
[[nodiscard]] std::optional<CountedCell> counted_cell(std::string_view text, core::Span cell);

// "211.669Mi/s" below "bytes_per_second", "535.4M/s" below "items_per_second": a counter in a column of its own, whose unit is glued to it; of
// one in no unit of ours a text. Nothing where the cell is anything else.
[[nodiscard]] std::optional<WrittenCell> counter_value(std::string_view text, std::string_view name, core::Span cell);

// "133.097kiB/s", "33.2742k items/s": a rate that says itself what it is of, "bytes_per_second" or "items_per_second".
[[nodiscard]] std::optional<NamedValue> unnamed_rate(std::string_view text, core::Span cell);

}  // namespace chimera::plaintext
