// Judges a report that anybody wrote against artifacts: bind first, compare last, abstain in doubt.
//
// A claim is bound to entity, metric, unit, statistic and scope; that gives cells, or a computation over cells; only
// then is the value compared, to the displayed precision. A value that merely occurs somewhere is no evidence.
#pragma once

#include <string_view>
#include <vector>

#include "claims/claim.h"
#include "claims/evidence.h"
#include "claims/run_record.h"

namespace chimera::claims {

// In order of the text. `run`: what the run that wrote the report recorded of itself; may be null. Deterministic;
// linear in the text; never fails.
[[nodiscard]] std::vector<Verdict> verify_text(std::string_view text, const Evidence& evidence, const RunRecord* run = nullptr);

// The worst of all: contradicted, unsupported, uncheckable, supported; uncheckable where there are none.
[[nodiscard]] VerdictKind worst(const std::vector<Verdict>& verdicts);

}  // namespace chimera::claims
