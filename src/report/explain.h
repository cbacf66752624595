// `chimera explain`: from a report.json alone, what a number is, where it stands and how it was computed.
#pragma once

#include <string>
#include <string_view>

#include "base/files.h"
#include "base/result.h"

namespace chimera::report {

enum class ExplainForm { text, json };

// `id` is a label of the report ("f7") or an id (16 hexadecimal digits). An input error where the file is no
// report.json; a usage error where it has no such fact, with the nearest labels as a hint.
[[nodiscard]] base::Result<std::string> explain(std::string_view report_json, std::string_view id, ExplainForm form);

}  // namespace chimera::report
