// Where artifacts disagree about what a claim is bound to: which of them say what, and which counts.
#pragma once

#include <string_view>
#include <vector>

#include "claims/claim.h"
#include "core/finding.h"

namespace chimera::claims {

// Adds to the reason and the evidence of each verdict that rests on a number about which artifacts disagree. Raw data
// count more than what was derived or written from them: what only a weaker artifact supports is contradicted, unless
// the line of the claim names that artifact itself.
void tell_dissent(std::string_view text, const std::vector<core::Disagreement>& disagreements, std::vector<Verdict>& verdicts);

}  // namespace chimera::claims
