// The lines of a text as those see them who read one after the other: without the blanks around them, in a quotation without its marks.
// Threads: nothing here changes once it is made. The document outlives it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/document.h"
#include "plaintext/source_lines.h"

namespace chimera::plaintext {

constexpr std::size_t kLongestLine = 4096;  // bytes; a longer line is no table row and no pair
constexpr std::size_t kLongestTitle = 100;

class LineView {
 public:
  // The lines that begin in `span` are to be read; all others of the document can be looked at.
  LineView(const core::Document& document, core::Span span);

  [[nodiscard]] const core::Document& document() const { return document_; }
  [[nodiscard]] std::string_view text() const { return document_.text; }
  [[nodiscard]] std::string_view at(core::Span span) const { return text().substr(span.begin, span.size()); }
  [[nodiscard]] bool has_number(core::Span span) const;

  // Lines have numbers from 0, counted in the document: the first to be read, how many the document has, and where those to be read end.
  [[nodiscard]] std::size_t first() const { return first_; }
  [[nodiscard]] std::size_t count() const { return document_.lines.size(); }
  [[nodiscard]] std::uint64_t end() const { return span_.end; }
  [[nodiscard]] core::Span span() const { return span_; }

  // Of a line below count(): its first byte, what stands in it, and how many blanks (and marks of a quotation) stand before that.
  [[nodiscard]] std::uint64_t begin_of(std::size_t i) const { return document_.lines[i]; }
  [[nodiscard]] core::Span line(std::size_t i) const;
  [[nodiscard]] std::size_t indent(std::size_t i) const { return line(i).begin - begin_of(i); }
  // Whether something stands in the line below, and deeper.
  [[nodiscard]] bool above_deeper(std::size_t i) const { return i + 1 < count() && line(i + 1).size() > 0 && indent(i + 1) > indent(i); }

  // What a line says, without what loggers write around it; and that without what bars of progress and lists put before it.
  [[nodiscard]] core::Span unprefixed(std::size_t i) const;
  [[nodiscard]] core::Span content(std::size_t i) const { return content_in(unprefixed(i)); }
  [[nodiscard]] core::Span content_in(core::Span unprefixed) const;

  // Whether a line to be read is one of a program whose source the log shows, and whether any is.
  [[nodiscard]] bool is_source(std::size_t i) const { return source_.holds(i); }
  [[nodiscard]] bool any_source() const { return source_.any(); }

 private:
  const core::Document& document_;
  core::Span span_;
  std::size_t first_;
  std::size_t quoted_;  // marks of quotations before each line
  bool coloured_;       // sequences that colour a terminal stand somewhere
  SourceLines source_;
};

}  // namespace chimera::plaintext
