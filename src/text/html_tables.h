// Tables that a Markdown text writes in HTML.
#pragma once

#include <string>
#include <string_view>

#include "text/markdown.h"

namespace chimera::text {

// Adds those of the HTML blocks of `markdown`, which was read from `text`, behind its other tables; what stands across other blocks is
// none. The first row is the
// header; the cells are what stands between their tags, without tags and blanks around it. A cell over several columns or rows is
// followed by empty ones. Of tables in each other the innermost count, and none whose first row is no header.
void add_html_tables(std::string_view text, Markdown& markdown);

// The same text without the tags that shape running text, and with the characters that "&nbsp;" and alike stand for: "TTFT<br>(ms)" as
// "TTFT (ms)".
[[nodiscard]] std::string without_html(std::string_view text);

}  // namespace chimera::text
