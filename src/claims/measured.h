// Everything the evidence gives for a metric, wherever it stands: its cells, and its statistics over every table and every
// group of rows that names tell apart. What a number can plausibly be is looked up here before it is called unsupported.
//
// Owns what it computed; the evidence must outlive it. Threads: one (filled on demand).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "claims/judging.h"

namespace chimera::claims {

class Measured {
 public:
  explicit Measured(const Evidence& evidence) : evidence_(evidence), values_(evidence) {}

  using Columns = std::vector<Evidence::ColumnAt>;
  // By unit, each list ascending in value. A cell that is itself a statistic stands in both.
  struct Given {
    std::map<core::UnitPtr, std::vector<Candidate>> cells;
    std::map<core::UnitPtr, std::vector<Candidate>> statistics;
  };
  // Of the metrics that `columns` measure, in all tables. `columns` must live as long as the evidence.
  [[nodiscard]] const Given& of(const Columns& columns) const;

  // What `mention`, stated in `unit` (null: none written), can be: cells where `statistic` is null, else the values of that
  // statistic. Ascending in value within a unit; at most `most`.
  struct Wanted {
    const Mention& mention;
    core::UnitPtr unit = nullptr;
    const core::Statistic* statistic = nullptr;
    std::string type;  // only of files of this type ("json"); empty: all
  };
  [[nodiscard]] std::vector<const Candidate*> find(const Given& given, const Wanted& wanted, std::size_t most) const;
  // The least and the most of all cells in the dimension; nothing where there is none.
  struct Extremes {
    const Candidate* low = nullptr;
    const Candidate* high = nullptr;
    std::size_t count = 0;
  };
  [[nodiscard]] static std::optional<Extremes> extremes(const Given& given, core::Dimension dimension);
  // Values of the statistic in the wanted dimension, whether they fit or not.
  [[nodiscard]] std::vector<const Candidate*> all(const Given& given, const Wanted& wanted) const;

 private:
  Given compute(const Columns& columns) const;
  void add_table(const Evidence::ColumnAt& at, const std::set<std::string>& metrics, Given& given) const;
  void add_statistics(const std::vector<Candidate>& rows, Given& given) const;
  void add_pooled(const std::vector<Candidate>& all, Given& given) const;
  [[nodiscard]] bool is_of_type(const Candidate& candidate, const std::string& type) const;

  const Evidence& evidence_;
  Values values_;
  mutable std::map<const Columns*, Given> known_;
};

}  // namespace chimera::claims
