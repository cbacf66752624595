// The tables of a large file while it is read in parts: what their columns mean, and how many rows they have so far.
//
// Its first part is read and interpreted as a document of its own; later parts are held against the tables found there,
// and what is new in them is added. Threads: one at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/document.h"
#include "core/fact_batch.h"
#include "facts/interpret.h"

namespace chimera::stream {

inline constexpr std::uint32_t kNowhere = 0xFFFFFFFF;

struct Column {
  std::string key;
  std::string unit;
  std::uint32_t position = 0;
  bool elsewhere = false;  // its cells do not stand where the key says (core::Column::pointer)
  core::ColumnMeaning meaning;
  std::optional<facts::Sentinels> sentinels;  // which values are no measurement
  std::uint32_t series = kNowhere;            // as the catalog numbered them, when first asked for
  std::uint32_t sentinel_series = kNowhere;
};

// A setting whose value differs in almost every row (a seed, a step): it is exactly what its number cell says, so it is no part of
// what rows are recognised by, and is added to the settings of each.
struct FreeSetting {
  std::uint32_t column = kNowhere;
  std::string name;
};

struct Table {
  core::TableKind kind = core::TableKind::object;
  std::string name;
  std::uint64_t header_line = 0;
  std::uint32_t parent = kNowhere;   // the table of the rows around its rows
  std::uint32_t entry = kNowhere;    // as the catalog numbered it
  std::vector<Column> columns;
  std::unordered_map<std::string, std::uint32_t> index;  // by key and unit
  facts::RowRules rules;
  std::vector<FreeSetting> free;     // ascending by column; of a table without tables in its rows
  std::uint32_t rows = 0;            // given out so far
  std::uint64_t failed = 0;
  core::Place first_failed;
};

class Tables {
 public:
  Tables(const facts::Interpreter& interpreter, core::FactCatalog& catalog) : interpreter_(interpreter), catalog_(catalog) {}

  // Takes over the tables of the first part. Records of one family only: all of them are of one table, whatever their keys.
  void begin(const core::Document& sample, facts::Interpretation& read, bool one_family);
  // Per table of the part: which one it is, kNowhere where it is new.
  [[nodiscard]] std::vector<std::uint32_t> match(const core::Document& part) const;
  // Interprets a part by what is known. Adds what is new; afterwards no table is kNowhere. True where something was new.
  [[nodiscard]] bool read_part(const core::Document& part, std::vector<std::uint32_t>& matches, facts::Interpretation& read,
                               core::Diagnostics& diagnostics);

  [[nodiscard]] std::vector<Table>& tables() { return tables_; }
  [[nodiscard]] const std::vector<Table>& tables() const { return tables_; }
  [[nodiscard]] const std::string& tool() const { return tool_; }
  [[nodiscard]] std::uint32_t series(std::uint32_t table, std::uint32_t column);
  [[nodiscard]] std::uint32_t sentinel_series(std::uint32_t table, std::uint32_t column);
  // Of cells that mean something else than their column.
  [[nodiscard]] std::uint32_t variant_series(std::uint32_t table, std::uint32_t column, const core::ColumnMeaning& variant);
  [[nodiscard]] static std::string column_name(const core::Column& column) { return column.key + '\n' + column.unit; }

 private:
  std::uint32_t add_table(const core::Document& part, std::uint32_t index, const std::vector<std::uint32_t>& matches);
  bool add_columns(const core::Document& part, std::uint32_t index, std::uint32_t into, facts::Interpretation& read);
  [[nodiscard]] double likeness(const core::Table& part, const Table& table) const;

  const facts::Interpreter& interpreter_;
  core::FactCatalog& catalog_;
  std::string tool_;
  bool one_family_ = false;
  std::vector<Table> tables_;
};

}  // namespace chimera::stream
