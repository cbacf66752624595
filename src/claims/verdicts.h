// Filling in a verdict: one way to say each of the four.
#pragma once

#include <string>

#include "claims/claim.h"

namespace chimera::claims {

inline void support(Verdict& verdict, std::string found) {
  verdict.kind = VerdictKind::supported;
  verdict.found = std::move(found);
}
inline void contradict(Verdict& verdict, std::string reason) {
  verdict.kind = VerdictKind::contradicted;
  verdict.code = core::DiagnosticCode::claim_contradicted;
  verdict.reason = std::move(reason);
}
inline void not_support(Verdict& verdict, std::string reason) {
  verdict.kind = VerdictKind::unsupported;
  verdict.code = core::DiagnosticCode::claim_unsupported;
  verdict.reason = std::move(reason);
}
inline void abstain(Verdict& verdict, std::string reason) {
  verdict.kind = VerdictKind::uncheckable;
  verdict.code = core::DiagnosticCode::claim_uncheckable;
  verdict.reason = std::move(reason);
}

}  // namespace chimera::claims
