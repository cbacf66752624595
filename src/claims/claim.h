// What a text states that can be checked, and what became of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/diagnostic.h"
#include "core/fact.h"
#include "core/place.h"

namespace chimera::claims {

enum class ClaimKind {
  metric_value, unit, count, aggregate, delta, arithmetic, ranking, trend, number_word, configuration, date,
  file, environment, absence, event, self_consistency
};
[[nodiscard]] std::string_view to_string(ClaimKind kind);

enum class VerdictKind { supported, contradicted, unsupported, uncheckable };
[[nodiscard]] std::string_view to_string(VerdictKind kind);

enum class Relation { equal, about, at_least, at_most, holds };

struct Claim {
  ClaimKind kind = ClaimKind::metric_value;
  core::Span span;          // in the text
  std::string quote;
  core::Quantity stated;
  Relation relation = Relation::equal;
  std::vector<std::string> cited;  // link targets on it: "fact:7c1e…", "calc:a>b"
};

struct Verdict {
  Claim claim;
  VerdictKind kind = VerdictKind::uncheckable;
  core::DiagnosticCode code = core::DiagnosticCode::claim_uncheckable;
  std::string reason;
  std::string found;                       // what the evidence says, in the claim's unit
  std::vector<core::SourceRef> evidence;
};

}  // namespace chimera::claims
