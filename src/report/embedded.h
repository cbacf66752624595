// What web/ was built into: scripts and styles of the pages.
#pragma once

#include <span>

#include "base/embedded.h"

namespace chimera::report {

// Sorted by name: charts.js, report.css, report.js, serve.css, serve.js.
std::span<const base::EmbeddedFile> embedded_data();

// The bytes of one of them. CHECKs that it is there.
[[nodiscard]] std::string_view asset(std::string_view name);

}  // namespace chimera::report
