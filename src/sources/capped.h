// Diagnostics of a document that may have millions of one kind: the first hundred of each code, then how many more.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "core/diagnostic.h"

namespace chimera::sources {

class CappedDiagnostics {
 public:
  static constexpr std::uint64_t kMax = 100;

  CappedDiagnostics(std::string path, core::Diagnostics& sink) : path_(std::move(path)), sink_(sink) {}
  CappedDiagnostics(const CappedDiagnostics&) = delete;
  CappedDiagnostics& operator=(const CappedDiagnostics&) = delete;
  // Says how many were left out.
  ~CappedDiagnostics() {
    for (const auto& [code, count] : counts_) {
      if (count <= kMax) continue;
      sink_.add({code, path_, {}, fmt::format("{} more of this kind, {} in all", count - kMax, count), {}});
    }
  }

  // Whether the next one with `code` will be shown; counts it.
  [[nodiscard]] bool admits(core::DiagnosticCode code) { return ++counts_[code] <= kMax; }
  void add(core::DiagnosticCode code, std::uint64_t line, std::string pointer, std::string message, std::string hint = {}) {
    core::Place place;
    place.line = line;
    place.pointer = std::move(pointer);
    sink_.add({code, path_, std::move(place), std::move(message), std::move(hint)});
  }

 private:
  std::string path_;
  core::Diagnostics& sink_;
  std::map<core::DiagnosticCode, std::uint64_t> counts_;
};

}  // namespace chimera::sources
