// The text format in which servers tell Prometheus their metrics: "# TYPE name kind" and lines of "name{label="x"} value [time]".
#pragma once

#include <string_view>

#include "core/diagnostic.h"
#include "core/document.h"

namespace chimera::plaintext {

// Whether the text begins like that: comments that name metrics, and a sample of one.
[[nodiscard]] bool looks_like_exposition(std::string_view text);

// Reads `document.text` into `document.tables`, one a metric, and `document.ignored`. Labels are columns; of a histogram or summary
// sum, count and quantiles stand in one row, and the counts of its buckets are texts, for they are no values of the metric. Never fails.
void read_exposition(core::Document& document, core::Diagnostics& diagnostics);

}  // namespace chimera::plaintext
