#include "claims/claim.h"

namespace chimera::claims {

std::string_view to_string(ClaimKind kind) {
  switch (kind) {
    case ClaimKind::metric_value: return "metric_value";
    case ClaimKind::unit: return "unit";
    case ClaimKind::count: return "count";
    case ClaimKind::aggregate: return "aggregate";
    case ClaimKind::delta: return "delta";
    case ClaimKind::arithmetic: return "arithmetic";
    case ClaimKind::ranking: return "ranking";
    case ClaimKind::trend: return "trend";
    case ClaimKind::number_word: return "number_word";
    case ClaimKind::configuration: return "configuration";
    case ClaimKind::date: return "date";
    case ClaimKind::file: return "file";
    case ClaimKind::environment: return "environment";
    case ClaimKind::absence: return "absence";
    case ClaimKind::event: return "event";
    case ClaimKind::self_consistency: return "self_consistency";
  }
  return "metric_value";
}

std::string_view to_string(VerdictKind kind) {
  switch (kind) {
    case VerdictKind::supported: return "supported";
    case VerdictKind::contradicted: return "contradicted";
    case VerdictKind::unsupported: return "unsupported";
    case VerdictKind::uncheckable: return "uncheckable";
  }
  return "uncheckable";
}

}  // namespace chimera::claims
