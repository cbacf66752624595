#include "plaintext/line_view.h"

#include <algorithm>

#include "plaintext/log_prefix.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "text/markdown_lines.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kMostQuotes = 4;  // quotations within quotations

std::size_t first_line(const core::Document& document, core::Span span) {
  return static_cast<std::size_t>(std::lower_bound(document.lines.begin(), document.lines.end(), span.begin) - document.lines.begin());
}

// How many "> " stand before all the lines that begin in `span`: those of a quotation. Elsewhere ">" is what a shell says.
std::size_t quotes_before(const core::Document& document, core::Span span) {
  std::size_t least = document.artifact.format == core::Format::markdown ? kMostQuotes : 0;
  const std::size_t count = document.lines.size();
  for (std::size_t i = first_line(document, span); least > 0 && i < count && document.lines[i] < span.end; ++i) {
    const std::string_view here = text::trim(document.at({document.lines[i], i + 1 < count ? document.lines[i + 1] - 1 : document.text.size()}));
    std::size_t marks = 0;
    for (const char c : here.substr(0, 2 * kMostQuotes)) {
      if (c != '>' && c != ' ') break;
      marks += c == '>' ? 1U : 0U;
    }
    least = std::min(least, marks);
  }
  return least;
}

}  // namespace

LineView::LineView(const core::Document& document, core::Span span)
    : document_(document), span_(span), first_(first_line(document, span)), quoted_(quotes_before(document, span)), coloured_(document.text.find('\x1b') != std::string::npos), source_(document, first_, span) {}

core::Span LineView::line(std::size_t i) const {
  const std::string_view all = text();
  const std::uint64_t begin = document_.lines[i];
  const std::uint64_t end = i + 1 < count() ? document_.lines[i + 1] - 1 : all.size();
  core::Span here = to_core(text::trimmed(all, {begin, std::max(begin, end)}));
  for (std::size_t depth = 0; depth < quoted_ && here.size() > 0 && all[here.begin] == '>'; ++depth) here = to_core(text::trimmed(all, {here.begin + 1, here.end}));
  return coloured_ ? without_colours_around(all, here) : here;
}

bool LineView::has_number(core::Span span) const {
  text::NumberToken token;
  return text::NumberScanner(at(span)).next(token);
}

core::Span LineView::unprefixed(std::size_t i) const {
  core::Span shown = line(i);
  // A bar of progress goes back to the begin of its line: what was written last is what stood there in the end.
  if (const std::size_t back = at(shown).rfind('\r'); back != std::string_view::npos) shown = to_core(text::trimmed(text(), {shown.begin + back + 1, shown.end}));
  return without_place_at_end(text(), without_log_fields(text(), without_log_prefix(text(), shown)));
}

core::Span LineView::content_in(core::Span unprefixed) const { return shown_by_progress(text(), without_marks(text(), unprefixed)); }

}  // namespace chimera::plaintext
