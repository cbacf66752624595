// From tables to facts: which column is which metric, in which unit, under which configuration.
//
// What tools mean by their keys is data (recipes/*.toml), what metrics exist is data (vocabulary.toml); this room only
// applies them. A document of no known tool is read by its keys, headers and units alone.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/diagnostic.h"
#include "core/document.h"
#include "core/fact.h"
#include "core/vocabulary.h"
#include "facts/sentinels.h"
#include "facts/settled.h"

namespace chimera::facts {

// A data file of the program: name ("recipes/llama-bench.toml") and content.
struct DataFile {
  std::string_view name;
  std::string_view bytes;
};

struct Interpretation {
  std::vector<core::TableMeaning> tables;   // parallel to the document's tables
  std::vector<core::RunConfig> configs;     // what TableMeaning::configs indexes
  std::string tool;                         // the recipe that recognised the document; empty where none did
  core::Trust trust = core::Trust::raw;
  bool needs_whole = false;                 // some rows say what all of their table were run with: it cannot be read in parts
};

// Loaded recipes and vocabulary. Immutable; threads may share one.
class Interpreter {
 public:
  // The built-in data files, then those given (a later recipe of the same name replaces an earlier one).
  // An input error names file and line.
  [[nodiscard]] static base::Result<Interpreter> create(const std::vector<DataFile>& extra = {});
  Interpreter(Interpreter&&) noexcept;
  Interpreter& operator=(Interpreter&&) noexcept;
  ~Interpreter();

  [[nodiscard]] Interpretation interpret(const core::Document& document, core::Diagnostics& diagnostics) const;
  // The same of a part of a document, by what its first part settled.
  [[nodiscard]] Interpretation interpret_part(const core::Document& document, const Settled& settled, core::Diagnostics& diagnostics) const;
  // How the rows of one table of an interpreted document were judged; for the parts that follow.
  [[nodiscard]] RowRules row_rules(const core::Document& document, std::uint32_t table, Interpretation& read) const;
  // Which values of a column of this meaning say that nothing was measured, and what such a cell means.
  [[nodiscard]] static std::optional<Sentinels> sentinels(const core::ColumnMeaning& column);
  [[nodiscard]] static core::ColumnMeaning of_sentinel(const core::ColumnMeaning& column);
  [[nodiscard]] const core::Vocabulary& vocabulary() const;

 private:
  struct Data;
  explicit Interpreter(std::unique_ptr<const Data> data);
  [[nodiscard]] Interpretation read(const core::Document& document, const Settled* settled, core::Diagnostics& diagnostics) const;
  std::unique_ptr<const Data> data_;
};

}  // namespace chimera::facts
