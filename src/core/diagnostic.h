// What was found wrong in the user's data: a loss is data too, with code, severity and place.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/place.h"

namespace chimera::core {

enum class Severity {
  note,  // nothing was lost
  loss,  // something in the input could not be used
  error  // the input as a whole could not be used
};

enum class DiagnosticCode {
#define CHIMERA_DIAGNOSTIC(name, code, severity, summary) name,
#include "core/diagnostics.def"
#undef CHIMERA_DIAGNOSTIC
};

struct DiagnosticInfo {
  std::string_view name;
  std::string_view code;
  Severity severity;
  std::string_view summary;
};

[[nodiscard]] const DiagnosticInfo& info(DiagnosticCode code);
[[nodiscard]] std::string_view to_string(Severity severity);

struct Diagnostic {
  DiagnosticCode code{};
  std::string path;  // the artifact, relative as in all outputs; empty where it is about the whole run
  Place place;
  std::string message;  // what was found against what was expected; no full stop
  std::string hint;     // what to do about it; may be empty
};

// The second channel: a function that takes one goes on after adding to it.
// Owns its entries. Threads: one per worker, joined with append() in a fixed order.
class Diagnostics {
 public:
  void add(Diagnostic diagnostic) { entries_.push_back(std::move(diagnostic)); }
  void append(Diagnostics&& other);
  [[nodiscard]] const std::vector<Diagnostic>& entries() const { return entries_; }
  [[nodiscard]] std::size_t count(Severity severity) const;
  // By path, place, code and message, so that the order of work does not show.
  void sort();

 private:
  std::vector<Diagnostic> entries_;
};

// "reports/a.json: line 3, /x: loss C202: the JSON ends before it is complete (hint)".
[[nodiscard]] std::string format(const Diagnostic& diagnostic);

}  // namespace chimera::core
