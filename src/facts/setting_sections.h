// What in a text sets other lines than its own: sections of a log that hold settings alone ("=== Build Options ===", "= ENGINE DETAILS",
// "Test Parameters Used"), and lines that say how what follows was run (settings_lines.h, run_lines.h).
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "core/document.h"
#include "core/fact.h"
#include "facts/catalog.h"
#include "facts/recipe.h"

namespace chimera::facts {

class SettingSections {
 public:
  SettingSections(const Catalog& catalog, const std::vector<const Recipe*>& recipes, const core::Document& document, const std::vector<core::TableMeaning>& meanings);

  // Tables whose rows must be configured before all others: what they set may stand in a table that begins before theirs.
  [[nodiscard]] bool comes_first(std::uint32_t table) const;
  // Says that the rows of a table are configured. Those of tables that set nothing are passed over.
  void add(std::uint32_t table);
  [[nodiscard]] bool empty() const { return setting_.empty() && ending_.empty(); }

  // What sets a row: where it stands, in bytes, and its configuration, the nearest above last.
  using Found = std::vector<std::pair<std::uint64_t, std::uint32_t>>;
  [[nodiscard]] Found of(const core::Table& table, const core::Row& row) const;

 private:
  enum class Reach : std::uint8_t {
    none,
    down,    // of all that follows, until the section comes again
    up,      // of all since the section came before: each run of the log ends with its settings
    sets_on, // each row for itself, of what follows it
    all      // of what stands above it too: a program that says how it was run when it has printed what it measured
  };
  // Down by a heading that says so; in logs of a known tool any section without a measurement, and up where one ends every run.
  [[nodiscard]] Reach reach_of(const Catalog& catalog, const Recipe* recipe, std::uint32_t table, core::Span measured) const;
  [[nodiscard]] bool reaches(const core::Table& from, const core::Row& set, const core::Table& to, const core::Row& row) const;
  [[nodiscard]] bool is_labelled(const core::Table& table) const;
  void find_printed();

  const core::Document& document_;
  const std::vector<core::TableMeaning>& meanings_;
  bool commands_repeated_ = false;       // by a tool that prints its own behind its results
  std::vector<Reach> reach_;             // parallel to the tables
  std::vector<std::uint32_t> setting_;   // the tables added that set others, by where they begin
  std::vector<std::uint32_t> ending_;    // those that set what stands above them
  std::vector<std::uint64_t> printed_;   // where a report shows what a program measured: the lines, sorted
};

}  // namespace chimera::facts
