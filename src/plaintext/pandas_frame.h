// What pandas prints where the index has a name: the names of its levels stand in a line of their own below the header, or above the rows of
// a series, and a level is written once for the rows it holds for.
//
//              tok_s  ttft_ms     num_ctx  2048  4096       model   num_gpu
//     num_gpu                     num_gpu                   tiny:1b 8          21.3
//     8         21.3      410     8        21.3  20.9               20         45.2
//     20        45.2      260     20       45.2  43.1       Name: tok_s, dtype: float64
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/document.h"
#include "plaintext/growing_table.h"
#include "plaintext/line_view.h"

namespace chimera::plaintext {

// The frame or series that begins in line `i`; adds to `keys` where the names of values stand. Of a frame whose columns are levels,
// "num_ctx  2048  4096", each number is a row. A series whose index has no name is one of these too where its last line names it.
[[nodiscard]] std::optional<TableInLines> pandas_frame(const LineView& lines, std::size_t i, const std::string& section, std::vector<core::Span>& keys);

}  // namespace chimera::plaintext
