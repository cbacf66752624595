// A table whose columns show up row by row, as "name: value" lines and key=value records give them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/document.h"
#include "plaintext/unit_columns.h"
#include "plaintext/written_cell.h"

namespace chimera::plaintext {

struct LocatedTable {
  std::uint64_t begin = 0;  // where it stands in the text
  core::Table table;
};

// A table that begins in some line.
struct TableInLines {
  LocatedTable found;
  std::size_t next = 0;  // the line behind it
};

// Becomes several tables where most cells of one would be empty, so that its size stays in proportion to the text.
class GrowingTable {
 public:
  GrowingTable(const core::Document& document, core::TableKind kind, std::string name)
      : document_(&document), kind_(kind), name_(std::move(name)) {}

  void begin_row(std::uint64_t begin);
  [[nodiscard]] bool has_row() const { return columns_.has_value() && columns_->row_count() > 0; }
  [[nodiscard]] bool row_is_empty() const { return in_row_.empty(); }
  [[nodiscard]] bool in_row(const std::string& key) const { return in_row_.count(key) > 0; }
  // Whether `key` stood before something that is in the last row already when it came the last time: then it goes on with the next block. So
  // does one of a row that headed the others.
  [[nodiscard]] bool turns_back(const std::string& key) const;
  // Into the last row, which then reaches to `end` at least.
  void put(const std::string& key, const WrittenCell& written, std::uint64_t end);
  // Appends what it became.
  void take(std::vector<LocatedTable>& out);

 private:
  [[nodiscard]] bool heads_row(std::size_t key, const std::vector<std::size_t>& row) const;
  void open();
  void close();

  const core::Document* document_;
  core::TableKind kind_;
  std::string name_;
  std::optional<UnitColumns> columns_;
  std::map<std::string, std::size_t> index_;  // of a key's column
  std::set<std::string> in_row_;              // keys of the last row
  // The keys of all rows, as numbers in the order in which they came, and for each key its number and where it came last.
  struct Known {
    std::size_t number = 0;
    std::size_t row = 0;
    std::size_t place = 0;  // in that row
  };
  std::map<std::string, Known> known_;
  std::vector<std::vector<std::size_t>> orders_;
  std::vector<std::size_t> last_rows_;        // by number
  std::size_t cells_ = 0;
  std::vector<LocatedTable> done_;
};

}  // namespace chimera::plaintext
