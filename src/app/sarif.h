// `chimera verify --sarif`: the bad verdicts as code hosts and editors read them (SARIF 2.1.0).
#pragma once

#include <string>

#include "app/audit.h"

namespace chimera::app {

// One run: a rule per code, a result per contradicted or unsupported claim with its region, the evidence as related
// locations, and a fingerprint that survives lines moving above it. URIs are relative to the working folder.
[[nodiscard]] std::string sarif(const Audit& audit);

}  // namespace chimera::app
