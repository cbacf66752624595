// Facts in bulk, on their way from a file into a store: columns, never one object a number.
//
// A FactSource is one artifact that hands out its number cells in batches; a FactCatalog is whoever takes them and gives
// numbers to what many cells share (tables, series, configurations). Whoever produces knows no store, and whoever stores
// knows no format: a Document in memory is one source (core/document_source.h), a scanner that streams a large file
// another.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "core/config.h"
#include "core/diagnostic.h"
#include "core/document.h"
#include "core/fact.h"

namespace chimera::core {

// What the rows of one table have in common.
struct TableEntry {
  TableKind kind = TableKind::object;
  std::string name;               // as Table::name
  std::uint64_t header_line = 0;
};

// What the cells of one column have in common. A column whose cells mean different things (CellException) is several
// series with one key; columns of several tables that mean the same may be one. Borrowed by who is told: there are far more columns than
// series.
struct SeriesEntry {
  std::string_view key;    // as Column::key
  std::uint32_t position;  // as written, from 1
  const ColumnMeaning& meaning;
};

// A row whose JSON pointer is not the table's name and its own position, or that stands inside another record.
struct RecordPlace {
  std::uint32_t table = 0;
  std::uint32_t row = 0;
  std::string pointer;
  std::uint32_t parent_table = Row::kNone;  // as FactCatalog::table() numbered it
  std::uint32_t parent_row = Row::kNone;
};

// Rows of one table with their numbers in columns: parallel arrays, reused from batch to batch. Rows of more than kColumns columns come
// in several batches.
class FactBatch {
 public:
  static constexpr std::size_t kRows = 2048;
  static constexpr std::size_t kColumns = 48;  // or few more: where cells of one column mean different things

  // The numbers of one series, one a row: where a row has none, size and value are 0.
  struct Column {
    std::uint32_t series = 0;            // as FactCatalog::series() numbered it
    std::vector<double> value;
    std::vector<std::uint64_t> begin;    // first byte in the file (of a compressed one: unpacked)
    std::vector<std::uint32_t> size;     // bytes as written
    std::vector<std::uint64_t> line;     // physical, from 1; empty: the lines of the rows
    void set(std::size_t at, double number, std::uint64_t first, std::uint32_t bytes) { value[at] = number, begin[at] = first, size[at] = bytes; }
  };

  std::uint32_t table = 0;               // as FactCatalog::table() numbered it
  bool places = true;                    // says where its rows stand: one batch of each row does
  std::vector<std::uint32_t> row;        // in its table, from 0
  std::vector<std::uint64_t> line;       // physical, from 1
  std::vector<std::uint64_t> begin;      // first byte of the row in the file
  std::vector<std::uint32_t> size;       // bytes of the row
  std::vector<std::uint32_t> config;     // as FactCatalog::config() numbered it
  std::vector<RowState> state;

  [[nodiscard]] std::size_t count() const { return row.size(); }
  [[nodiscard]] std::size_t columns() const { return used_; }
  [[nodiscard]] const Column& column(std::size_t i) const { return columns_[i]; }
  // How many numbers there are in all columns.
  [[nodiscard]] std::uint64_t numbers() const;

  void clear();
  void push(std::uint32_t at_row, std::uint64_t at_line, std::uint64_t first, std::uint32_t bytes, std::uint32_t under, RowState in_state);
  // A column without numbers, as long as there are rows; `lines`: with room for a line of each. Valid until the next one is added.
  Column& add_column(std::uint32_t series, bool lines);
  // The same where each row is given a number at once: its items are anything.
  Column& add_full_column(std::uint32_t series, bool lines);
  // The column of this series among those from `first` on; one with room for lines is added where there is none.
  Column& column_of(std::uint32_t series, std::size_t first);
  // Takes the last column back.
  void drop_column() { --used_; }

 private:
  std::vector<Column> columns_;  // those behind used_ keep their memory
  std::size_t used_ = 0;
};

// A configuration as a base and the values of its free settings: those that differ in almost every row, a seed.
struct FreeConfig {
  static constexpr char kBetween = '\x1f';
  std::uint32_t base = 0;  // as FactCatalog::base() numbered it
  std::string values;      // as in Setting::value, kBetween between two, in the order of the base's names
};

// Gives numbers to what cells share; the same content gets the same number where that saves space. Tables of different
// artifacts never do. Threads: all members may be called from several threads.
class FactCatalog {
 public:
  virtual ~FactCatalog() = default;
  [[nodiscard]] virtual std::uint32_t table(const TableEntry& entry) = 0;
  [[nodiscard]] virtual std::uint32_t series(const SeriesEntry& series) = 0;
  [[nodiscard]] virtual std::uint32_t config(const RunConfig& config) = 0;
  // What configurations share that differ in the settings of these names, which `shared` has not.
  [[nodiscard]] virtual std::uint32_t base(const RunConfig& shared, const std::vector<std::string>& names) = 0;
  // Numbers such configurations one by one, equal ones too, from the number that is returned; they may be config()'s.
  [[nodiscard]] virtual std::uint32_t configs(std::vector<FreeConfig> configs) = 0;
  virtual void place(RecordPlace place) = 0;
};

// One thread's share of a source.
class FactReader {
 public:
  virtual ~FactReader() = default;
  // Fills `batch` (cleared before) with at least one row; false where nothing is left for this reader.
  [[nodiscard]] virtual base::Result<bool> next(FactBatch& batch) = 0;
};

// What is known of an artifact when all of it was read.
struct SourceSummary {
  Artifact artifact;
  std::vector<std::pair<std::string, std::uint64_t>> coverage;  // every number by its fate: "fact", "unread", or a reason
  Diagnostics diagnostics;
};

// Threads: reader() may be called from several threads; the readers share the work between them.
class FactSource {
 public:
  virtual ~FactSource() = default;
  [[nodiscard]] virtual std::unique_ptr<FactReader> reader() = 0;
  // After every reader has said that nothing is left; called once.
  [[nodiscard]] virtual base::Result<SourceSummary> finish() = 0;
};

}  // namespace chimera::core
