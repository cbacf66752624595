// `chimera verify --html`: the report's text with every claim marked, and beside it verdict, reason and evidence.
#pragma once

#include <string>

#include "app/audit.h"

namespace chimera::app {

// One page that needs nothing else: no script, no network (its policy forbids both), all text of report and artifacts
// escaped. Same audit, same bytes.
[[nodiscard]] std::string verify_page(const Audit& audit);

}  // namespace chimera::app
