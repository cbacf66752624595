// How many answers had which status, as load generators print it:
//
//   [200]  20993 responses                      (and below "Error distribution:")   [15]  Get "http://…": deadline exceeded
//   1xx - 0, 2xx - 26002, 3xx - 0, 4xx - 0, 5xx - 4731
//   others - 0
//   10489 2xx responses, 1857 non 2xx responses
//   Status Codes  [code:count]   200:273  503:27
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/document.h"
#include "plaintext/line_view.h"
#include "plaintext/table_builder.h"
#include "plaintext/text_pairs.h"

namespace chimera::plaintext {

// Counts by status, "responses/200", "responses/2xx", "responses/others". Empty where the line says anything else.
[[nodiscard]] std::vector<NamedValue> status_counts(std::string_view text, core::Span line);

// Puts what the lines from `i` on count: answers into the listing, errors as rows of what each was and how often it occurred. Gives the line
// behind them; `i` where they are anything else.
[[nodiscard]] std::size_t read_status_counts(const LineView& lines, std::size_t i, TableBuilder& out);

}  // namespace chimera::plaintext
