// What the keys of a document say before any value is looked at: names taken apart, the recipes that ask for such keys. Files
// of one kind have the same keys, so this is found out once for all of them.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/document.h"
#include "facts/naming.h"
#include "facts/recipe_book.h"

namespace chimera::facts {

struct ColumnShape {
  std::vector<std::string> path;   // path_of() of the column
  core::UnitPtr written = nullptr; // the unit that stands once for the column; null where none is known
  NameReading reading;             // of the path, with that unit
  // What the words of its key alone make of the column.
  bool warmup = false;             // marks warm-up rows
  bool phase = false;              // names the phase of a row
  bool options = false;            // holds settings written out
  bool metrics = false;            // names the metrics of its rows
  bool units = false;              // names their units
  bool statistics = false;         // names their statistics
  bool leaf_units = false;         // names the units of what stands beside it in its object
  bool leaf_metrics = false;       // likewise their metrics
};

struct TableShape {
  std::vector<ColumnShape> columns;
};

struct Shape {
  std::vector<TableShape> tables;                      // parallel to the document's
  std::optional<RecipeBook::Candidates> candidates;    // none where keys of rows count, which differ from file to file
};

// The number of a level of a table that was wide (plaintext/wide_tables.h), and what stood behind its "±".
inline bool holds_values_of_levels(const core::Column& column) { return column.key == "value" || column.key == "value/\u00B1"; }

// "p50" below "TTFT (ms)" is a statistic of it, "Llama" the TTFT of something. `above` is the reading of `title`.
[[nodiscard]] NameReading read_below(NameParts& names, const std::string& title, const NameReading& above, const std::string& key);

// Threads: any.
class ShapeMemory {
 public:
  // `names` and `recipes` are the same for all documents of one memory.
  [[nodiscard]] std::shared_ptr<const Shape> of(const core::Document& document, NameParts& names, const RecipeBook& recipes);

 private:
  std::shared_mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const Shape>> shapes_;
  std::size_t columns_ = 0;  // of all that is remembered
};

}  // namespace chimera::facts
