// From a saying to the cells it is about: rows by their names, columns by what they measure. Values are compared last.
//
// Threads: one.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "claims/evidence.h"
#include "claims/saying.h"

namespace chimera::claims {

// Pieces [begin, end) of a saying.
struct PieceRange {
  std::size_t begin = 0;
  std::size_t end = 0;
  [[nodiscard]] bool holds(std::size_t piece) const { return begin <= piece && piece < end; }
};

struct RowName {
  PieceRange range;
  const Label* label = nullptr;        // null: a key of the table with a value that no row has, "num_gpu=55"
  std::shared_ptr<const Label> held{};  // the label where the table's names do not have it: "answer_length=270"
};

struct ColumnPhrase {
  PieceRange range;
  std::vector<std::uint32_t> columns;
  std::vector<std::uint32_t> qualified{};  // of these, the ones whose key says a statistic that the phrase does not
  std::vector<std::uint32_t> settings{};   // columns of that name that are no measurements: "batch size"
};

// One table read with the eyes of a saying; everything in order of the text.
struct SheetView {
  SheetId sheet;
  std::size_t row_count = 0;
  std::vector<RowName> rows;
  std::vector<ColumnPhrase> columns;
  std::vector<ColumnPhrase> groups;  // parts of key paths: the columns below them

  [[nodiscard]] bool names_rows(PieceRange within) const;
  // The rows that the names in `within` share (names of one origin are alternatives); all rows where there are none.
  [[nodiscard]] std::vector<std::uint32_t> select(PieceRange within) const;
  // The phrase's columns that stand below the groups named in `within`; all of them where that leaves none.
  [[nodiscard]] std::vector<std::uint32_t> narrowed(const ColumnPhrase& phrase, PieceRange within) const;
  // Whether groups named in `within` leave some of the phrase's columns and not all.
  [[nodiscard]] bool narrows(const ColumnPhrase& phrase, PieceRange within) const;
  // How many pieces of the saying name its rows or columns: of two tables, the one that knows more of them is meant.
  [[nodiscard]] std::size_t understood() const;
  // The phrase nearest to piece `at` in `within`, one before it first; null where there is none.
  [[nodiscard]] const ColumnPhrase* nearest(std::size_t at, PieceRange within) const;
};

class Binder {
 public:
  Binder(std::string_view text, const Evidence& evidence) : text_(text), evidence_(evidence) {}
  // `hidden` marks pieces that are neither row names nor metrics (file names), `units` those that name no rows (units of
  // numbers; may be empty).
  [[nodiscard]] SheetView view(const Saying& saying, SheetId sheet, const std::vector<bool>& hidden, const std::vector<bool>& units = {}) const;

 private:
  void add_assignments(const Saying& saying, std::vector<bool>& taken, SheetView& view) const;
  void add_spoken(const Saying& saying, std::vector<bool>& taken, const std::vector<bool>& units, SheetView& view) const;
  void add_told(const Saying& saying, std::vector<bool>& taken, SheetView& view) const;
  void add_processors(const Saying& saying, std::vector<bool>& taken, SheetView& view) const;
  void add_numbered(const Saying& saying, std::vector<bool>& taken, SheetView& view) const;
  void add_columns(const Saying& saying, const std::vector<bool>& taken, SheetView& view) const;
  [[nodiscard]] std::shared_ptr<const Label> rows_where(SheetId sheet, const std::string& key, const std::string& value) const;

  std::string_view text_;
  const Evidence& evidence_;
};

// Which pieces of the saying belong to file names, to the units of its numbers.
[[nodiscard]] std::vector<bool> file_pieces(const Saying& saying, const std::vector<Mention>& mentions);
[[nodiscard]] std::vector<bool> all_unit_pieces(const Saying& saying, const std::vector<Mention>& mentions);

}  // namespace chimera::claims
