// What perf stat prints: a count and its event in each line, and what perf derives from it behind "#".
#pragma once

#include <optional>
#include <vector>

#include "core/document.h"

namespace chimera::plaintext {

struct CounterLine {
  core::Span count;
  core::Span unit;     // "msec", "seconds"; may be empty
  core::Span event;    // "cycles:u", "time elapsed"
  core::Span derived;  // "5.19", "0.15%"; may be empty, and the others too
  core::Span derived_unit;  // "insn per cycle", "of all branches"
  core::Span variance;      // "0.45%" of "( +- 0.45% )"
};

struct CounterReport {
  core::Span command;  // what was run; may be empty
  std::vector<CounterLine> lines;
  std::size_t next = 0;  // the line behind it
};

// The report whose title, "Performance counter stats for 'COMMAND':", is the line `first` of `document`. Lines that begin at `end` or
// behind it are not looked at; events that were not counted are left out.
[[nodiscard]] std::optional<CounterReport> counter_report(const core::Document& document, std::size_t first, std::uint64_t end);

}  // namespace chimera::plaintext
