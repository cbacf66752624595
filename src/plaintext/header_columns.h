// A table in text whose cells may be empty: a field belongs to the header that it stands under.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/document.h"

namespace chimera::plaintext {

class HeaderColumns {
 public:
  // The fields of a header, in order, and where their line begins. Keeps a view of the text.
  HeaderColumns(std::string_view text, std::uint64_t line_begin, const std::vector<core::Span>& header);

  // A cell for each header, an empty span where nothing stands. Nothing where a field stands under no header or under two,
  // two fields stand under one, the first cell is empty, or a tab hides where anything stands.
  [[nodiscard]] std::optional<std::vector<core::Span>> place(std::uint64_t line_begin, const std::vector<core::Span>& fields) const;

  // The words of a line cut at the headers: where a word begins below the first character of each, all up to the next belongs to it. Nothing
  // where one has none, as with numbers that end below their header.
  [[nodiscard]] std::optional<std::vector<core::Span>> cut(std::uint64_t line_begin, const std::vector<core::Span>& words) const;

  // The words of a line of a table whose names are flush with the right ends of their columns, but for the first: what ends behind a name and
  // not behind the next is below that one. The first cell is all up to the first number behind its header, and words behind the last
  // name are no cell. Nothing where a word reaches over the end of a name, one has nothing below it, or numbers stand behind the last.
  [[nodiscard]] std::optional<std::vector<core::Span>> cut_at_ends(std::uint64_t line_begin, const std::vector<core::Span>& words) const;

  // A cell for each header as in place(), of words that one blank may part: a word under no header goes on with the one before it. The first
  // cell may be empty.
  [[nodiscard]] std::optional<std::vector<core::Span>> place_words(std::uint64_t line_begin, const std::vector<core::Span>& words) const;

  // Whether each field ends below the last character of the header of its number, as numbers that are printed under names do.
  [[nodiscard]] bool end_below(std::uint64_t line_begin, const std::vector<core::Span>& fields) const;
  // As end_below(), where the first is a name that begins below its header.
  [[nodiscard]] bool end_below_name(std::uint64_t line_begin, const std::vector<core::Span>& fields) const;

 private:
  // Characters from the beginning of the line.
  struct Extent {
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  [[nodiscard]] std::vector<Extent> extents(std::uint64_t line_begin, const std::vector<core::Span>& fields) const;

  std::string_view text_;
  std::vector<Extent> headers_;  // empty: a tab stands before one of them
};

// The one of `names`, in one line, that a field of another line stands under or above, or next to; by bytes from the beginning of the line.
// At least one name.
[[nodiscard]] std::size_t nearest_name(const core::Document& document, const std::vector<core::Span>& names, core::Span field);

}  // namespace chimera::plaintext
