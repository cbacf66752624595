// What the values in front of all titles of a text set for the tables of their run: "Concurrency Level: 8" among "Requests per second: 480"
// holds for the percentiles below as well.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/config.h"
#include "core/document.h"
#include "core/fact.h"
#include "facts/shape.h"

namespace chimera::facts {

class RunHeads {
 public:
  RunHeads(const core::Document& document, const Shape& shape, const std::vector<core::TableMeaning>& meanings);

  // What heads the run that a row is of; null where nothing does. Of several runs only tables that each of them has: one that stands behind
  // the last alone sums them all up.
  [[nodiscard]] const core::RunConfig* above(std::uint32_t table, std::uint32_t row) const;

 private:
  void find(const Shape& shape, const std::vector<core::TableMeaning>& meanings, std::uint32_t table);
  void count();
  [[nodiscard]] static std::string kind_of(const core::Table& table, std::uint32_t row);
  // One more than the last head above; 0 where none is.
  [[nodiscard]] std::size_t place_of(const core::Row& row) const;

  const core::Document& document_;
  std::vector<std::pair<std::uint64_t, core::RunConfig>> heads_;  // where their rows begin, in bytes, sorted
  std::vector<std::vector<std::size_t>> kinds_;  // by table: the kind of each row of a list, of another table that of all
  std::vector<bool> in_every_run_;               // by kind
};

}  // namespace chimera::facts
