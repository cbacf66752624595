// Delimited text record by record: where cells begin and end, nothing about what they mean.
//
// RFC 4180 and what programs write beside it: blanks around cells, CR alone or doubled before LF, backslashes before
// quotes, quotes that never end.
// Owns nothing: the text must outlive it. Linear in the size of the text, whatever it holds.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/place.h"

namespace chimera::sources {

struct RawCell {
  std::uint64_t begin = 0;  // without blanks around it and without quotes
  std::uint64_t end = 0;
  bool quoted = false;
  [[nodiscard]] core::Span span() const { return {begin, end}; }
  [[nodiscard]] bool empty() const { return begin == end; }
};

struct RawRecord {
  core::Span span;  // without the line end
  std::vector<RawCell> cells;
  [[nodiscard]] bool blank() const { return cells.size() == 1 && cells[0].empty() && !cells[0].quoted; }
};

class RecordReader {
 public:
  // A longer line, or one of more cells, is no record: it is passed over and reported in too_long().
  static constexpr std::uint64_t kLongestLine = 256U << 20U;
  static constexpr std::size_t kMostCells = 2U << 20U;

  RecordReader(std::string_view text, char delimiter, std::uint64_t begin = 0, std::uint64_t longest_line = kLongestLine);

  // The next record into `record`, whose memory is used again; false at the end of the text.
  [[nodiscard]] bool next(RawRecord& record);
  // Where the next record begins.
  [[nodiscard]] std::uint64_t position() const { return pos_; }
  // Quotes that never end (each was closed at the end of its line), and lines passed over, in order.
  [[nodiscard]] const std::vector<std::uint64_t>& unclosed() const { return unclosed_; }
  [[nodiscard]] const std::vector<core::Span>& too_long() const { return too_long_; }

 private:
  [[nodiscard]] bool skip_long_lines();
  [[nodiscard]] bool read_cells(RawRecord& record);
  [[nodiscard]] RawCell read_cell();
  [[nodiscard]] RawCell read_quoted(std::uint64_t begin, std::uint64_t open);
  [[nodiscard]] std::uint64_t closing_quote(std::uint64_t open);
  [[nodiscard]] RawCell trimmed(std::uint64_t begin, std::uint64_t end) const;
  [[nodiscard]] std::uint64_t line_end(std::uint64_t from);
  [[nodiscard]] std::uint64_t cell_end(std::uint64_t from) const;
  [[nodiscard]] bool is_blank(char c) const { return blanks_[static_cast<unsigned char>(c)]; }
  void pass_line_end();

  std::string_view text_;
  char delimiter_;
  std::uint64_t pos_;
  std::uint64_t longest_line_;
  core::Span line_;                    // what line_end() found last: no line end in it
  bool cr_ends_lines_ = false;         // CR alone, as in files without any LF
  bool quotes_span_lines_ = true;      // until one was found that never ends
  std::array<bool, 256> stops_{};      // bytes that may end an unquoted cell
  std::array<bool, 256> blanks_{};     // bytes that are no part of one where they stand at its ends
  std::vector<std::uint64_t> unclosed_;
  std::vector<core::Span> too_long_;
};

}  // namespace chimera::sources
