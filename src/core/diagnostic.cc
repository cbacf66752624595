#include "core/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <tuple>

namespace chimera::core {
namespace {

constexpr DiagnosticInfo kInfos[] = {
#define CHIMERA_DIAGNOSTIC(name, code, severity, summary) {#name, code, Severity::severity, summary},
#include "core/diagnostics.def"
#undef CHIMERA_DIAGNOSTIC
};

}  // namespace

const DiagnosticInfo& info(DiagnosticCode code) { return kInfos[static_cast<std::size_t>(code)]; }

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::note: return "note";
    case Severity::loss: return "loss";
    case Severity::error: return "error";
  }
  return "error";
}

void Diagnostics::append(Diagnostics&& other) {
  entries_.insert(entries_.end(), std::make_move_iterator(other.entries_.begin()), std::make_move_iterator(other.entries_.end()));
  other.entries_.clear();
}

std::size_t Diagnostics::count(Severity severity) const {
  return static_cast<std::size_t>(
      std::count_if(entries_.begin(), entries_.end(), [&](const Diagnostic& d) { return info(d.code).severity == severity; }));
}

void Diagnostics::sort() {
  std::stable_sort(entries_.begin(), entries_.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.path, a.place, a.code, a.message) < std::tie(b.path, b.place, b.code, b.message);
  });
}

std::string format(const Diagnostic& diagnostic) {
  const DiagnosticInfo& about = info(diagnostic.code);
  std::string text = diagnostic.path;
  if (const std::string place = describe(diagnostic.place); !place.empty()) text += (text.empty() ? "" : ": ") + place;
  text += fmt::format("{}{} {}: {}", text.empty() ? "" : ": ", to_string(about.severity), about.code, diagnostic.message);
  if (!diagnostic.hint.empty()) text += fmt::format(" ({})", diagnostic.hint);
  return text;
}

}  // namespace chimera::core
