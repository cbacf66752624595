#include "core/finding.h"

namespace chimera::core {

std::string_view to_string(FindingKind kind) {
  switch (kind) {
    case FindingKind::best_configuration: return "best_configuration";
    case FindingKind::factor_effect: return "factor_effect";
    case FindingKind::confounded_factor: return "confounded_factor";
    case FindingKind::cold_start: return "cold_start";
    case FindingKind::failed_rows: return "failed_rows";
    case FindingKind::summary_mismatch: return "summary_mismatch";
    case FindingKind::contradiction: return "contradiction";
    case FindingKind::mislabelled: return "mislabelled";
    case FindingKind::agreement: return "agreement";
    case FindingKind::duplicate_artifacts: return "duplicate_artifacts";
    case FindingKind::content_mismatch: return "content_mismatch";
    case FindingKind::comparison: return "comparison";
    case FindingKind::outlier: return "outlier";
    case FindingKind::drift: return "drift";
    case FindingKind::gap: return "gap";
  }
  return "gap";
}

}  // namespace chimera::core
