// What stands behind the number of a cell of Markdown and says how it came about: "0 (OOM)", "45.1 (warmup)".
#pragma once

#include "core/document.h"

namespace chimera::facts {

enum class CellRemark { none, failed, warmup };

// Of a number in a table of a report; none of another cell. "0 ❌" failed; behind another number a cross may say that it is too high.
[[nodiscard]] CellRemark remark_behind(const core::Document& document, const core::Cell& cell);

}  // namespace chimera::facts
