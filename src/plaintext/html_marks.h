// Tags of HTML around what a cell of Markdown says.
#pragma once

#include <string_view>

#include "text/markdown.h"

namespace chimera::plaintext {

// Without marks of emphasis and without tags around all of it: "<b>12.6</b>", "<span style=…>**12.6**</span>", "12.6<br>"; without a footnote behind
// it, "20.1<sup>1</sup>".
[[nodiscard]] text::MarkdownSpan without_marks(std::string_view text, text::MarkdownSpan span);

// "20.1<br>(best of 3)": the part before the break, where what stands behind it holds no digit or stands in brackets; else all of it.
[[nodiscard]] text::MarkdownSpan before_break(std::string_view text, text::MarkdownSpan span);

}  // namespace chimera::plaintext
