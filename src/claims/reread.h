// The value of a fact, from the bytes again: what law 1 promises, done at the moment of judging.
//
// Threads: one.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/lookup.h"

namespace chimera::claims {

struct Reading {
  std::optional<core::Fact> fact;  // absent: no such fact
  std::optional<double> value;     // in the fact's unit; absent: the bytes, or the formula, do not give it
  std::string problem;             // why there is no value
  std::vector<core::SourceRef> evidence;  // of a derived fact that of its inputs, the first few
};

// What has been read so far. An id is a hash of the bytes, or of the formula and its inputs, so a reading holds for every
// draft over the same artifacts.
using Readings = std::unordered_map<core::FactId, Reading>;

class Rereader {
 public:
  // Keeps references: `known` is added to, and where it has a fact already that is not read again.
  Rereader(const core::FactLookup& facts, Readings& known) : facts_(facts), known_(known) {}
  // Measured: the number in the artifact's bytes. Derived: the formula over the inputs, each read again.
  const Reading& read(core::FactId id);

 private:
  Reading read_measured(core::Fact fact) const;
  Reading read_derived(core::Fact fact, int depth);
  const Reading& read(core::FactId id, int depth);

  const core::FactLookup& facts_;
  Readings& known_;
};

}  // namespace chimera::claims
