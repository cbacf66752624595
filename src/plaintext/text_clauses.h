// Lines of logs that say several things one behind the other, each in its own way: "step: 10  loss: 7.12  memory: 41.2GiB",
// "n=8 rate=812.4 tok/s", "Epoch: [0][ 10/5005]	Time 0.345 ( 0.512)	Loss 6.9", "n=4: TTFT 52.1 ms, 340.1 tok/s", "0.2ms load, 2.1ms run".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/document.h"

namespace chimera::plaintext {

// One thing that such a line says.
struct Said {
  std::string key;   // "loss"; "TTFT/p99" of "TTFT 52 ms (p99 80 ms)"; of a number without a name its unit, "tok/s", or "time"
  core::Span name;   // where the key comes from
  core::Span value;  // with its unit
  std::string_view unit{};  // that of the clause before it, where it has none of its own
};

struct ClauseLine {
  // Whether the line alone shows that its words are names, or only lines of the same names beside it do.
  enum class Proof { itself, repetition };
  core::Span label;  // what stands before the first name; may be empty
  std::vector<Said> said;
  Proof proof = Proof::repetition;
};

// Where the line is nothing but two or more such clauses, and two or more hold numbers.
[[nodiscard]] std::optional<ClauseLine> clause_line(std::string_view text, core::Span line);

// "num_gpu=8, num_ctx=512", "(threads=4)" or "tiny:1b" as the name of a value: what was set. Empty where the name says anything else.
[[nodiscard]] std::vector<Said> settings_in_name(std::string_view text, core::Span name);

// Where a full stop ends what stands below one unit, and another begins: "Rate(T/s): load 48.9, run 8.4. Time(s): load 0.2, run 5.3"; npos
// where there is none.
[[nodiscard]] std::size_t sentence_end(std::string_view text, core::Span line);

// Whether both say the same things.
[[nodiscard]] bool same_names(const ClauseLine& a, const ClauseLine& b);

}  // namespace chimera::plaintext
