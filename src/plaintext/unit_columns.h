// Builds a table from cells that carry their units: a column holds numbers of one unit only.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/document.h"
#include "plaintext/written_cell.h"

namespace chimera::plaintext {

// Columns are declared first, then rows are added and filled. Numbers of another unit than the column's go to a further
// column with the same key, what follows "±" to `KEY/±`, what a word qualifies to `KEY/WORD` and another statistic in brackets to
// `KEY/STATISTIC`, ranges of what is measured to `KEY/min` and `KEY/max`; all stand behind the declared columns. Where a column
// has more units than any table would, further numbers stay text; so do those of a power of a thousand of what is neither
// rate nor count.
class UnitColumns {
 public:
  UnitColumns(core::TableKind kind, std::string name);

  // Returns its index. `position` as in core::Column. `unit` is the one its header names, or empty.
  std::size_t add_column(std::string key, std::string_view unit, std::uint32_t position = 0);
  // The same by the name in a header. A second column of one name is another thing: it is called "NAME#2", as in delimited text.
  std::size_t add_named(const std::string& name, std::string_view unit, std::uint32_t position = 0);
  void add_row(core::Row row);
  // Into the last row.
  void put(std::size_t column, const WrittenCell& written) { put(table_.rows.size() - 1, column, written); }
  void put(std::size_t row, std::size_t column, const WrittenCell& written);
  // A cell that is what it is: no unit, no spread.
  void put_cell(std::size_t row, std::size_t column, const core::Cell& cell);

  [[nodiscard]] std::size_t row_count() const { return table_.rows.size(); }
  [[nodiscard]] core::Table& table() { return table_; }
  // Fills short columns with absent cells and gives the table away.
  [[nodiscard]] core::Table finish();

 private:
  struct Variant {
    std::string unit;
    std::size_t column = 0;  // in table_.columns
    std::size_t spread = 0;  // the same of its ±, 0 where it has none yet
    bool open = true;        // holds no number yet and was given no unit: takes the unit of the first
    bool named = false;      // by the header, so that bare numbers have its unit
    std::string suffix{};    // of its key: a qualifier or another statistic
  };
  [[nodiscard]] std::optional<std::string_view> unit_beside(std::size_t column, const WrittenCell& written) const;
  Variant* variant_for(std::size_t column, std::string_view unit);
  Variant* variant_of(std::size_t column, std::string_view unit, std::string_view suffix);
  [[nodiscard]] bool has_rows_of_names() const { return table_.kind == core::TableKind::markdown || table_.kind == core::TableKind::csv; }
  [[nodiscard]] bool is_measured(std::size_t column, const core::Cell& lower, std::string_view unit) const;
  [[nodiscard]] std::set<std::size_t> columns_of_intervals() const;
  void part_ranges();
  void keep_names();
  void share_unit();
  std::size_t append(std::string key, std::string_view unit, std::uint32_t position);

  core::Table table_;
  std::map<std::string, int> named_;  // how often
  std::vector<std::vector<Variant>> variants_;  // by declared column
  // Numbers with a unit in the first column of a table, "8gbit", that may be names.
  struct Doubtful {
    std::size_t row = 0;
    std::size_t column = 0;  // in table_.columns
    core::Cell words;
  };
  std::vector<Doubtful> doubtful_;
  struct Range {
    std::size_t row = 0;
    std::size_t column = 0;  // declared
    core::Cell lower;
    core::Cell upper;
    std::string unit;
  };
  std::vector<Range> ranges_;
};

}  // namespace chimera::plaintext
