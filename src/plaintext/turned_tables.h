// Tables of Markdown that have a metric in each row, "| TTFT | 120 ms |", and are read turned.
#pragma once

#include <string_view>

#include "text/markdown.h"

namespace chimera::plaintext {

[[nodiscard]] bool rows_are_metrics(std::string_view text, const text::MarkdownTable& table);

}  // namespace chimera::plaintext
