// One response of a sweep, ready for analysis: the values that count, the design, what is confounded, the noise.
//
// A value is that of a row. Where the runs of a configuration are nested in blocks (several repetitions in each visit, process
// or session), they are no independent measurements: the value is then their median in one block (Kalibera & Jones 2013).
#pragma once

#include <optional>
#include <vector>

#include "analysis/additive.h"
#include "analysis/ledger.h"
#include "analysis/study.h"

namespace chimera::analysis {

struct FactorView {
  const Factor* factor = nullptr;
  std::vector<std::uint32_t> level;   // per used row: index into `used`
  std::vector<std::uint32_t> used;    // levels of the factor that occur in the used rows
  double order_share = 0;             // of the variance of run position that the levels explain
  bool with_time = false;             // the levels stand in blocks of time
  bool dominant = false;              // with_time, but far larger than drift could be
  std::optional<std::uint32_t> load_level;  // the level (index into `used`) that holds the rows that loaded the model
  [[nodiscard]] bool confounded() const { return (with_time && !dominant) || load_level.has_value(); }
  [[nodiscard]] const std::string& name(std::uint32_t l) const { return factor->levels[used[l]]; }
};

enum class NoiseSource {
  replicates,  // rows of equal configuration
  repetitions, // the same, less what the repetitions as wholes differ by
  blocks,      // rows that differ only in factors that cannot be told from time
  additive     // what the additive model leaves
};

struct SweepView {
  const Study* study = nullptr;
  const Response* response = nullptr;
  std::vector<std::size_t> rows;            // of the study, in run order; of a nested value the first of its rows
  Sample y;                                 // all positive
  std::vector<core::FactId> id;             // of the values
  std::vector<core::FactId> cited;          // per value a cell that its configuration is quoted from
  std::vector<std::uint32_t> configuration; // per used row, counted from 0 in order of appearance
  std::uint32_t configurations = 0;
  std::vector<std::uint32_t> cold;          // per used row: 1 where it loaded the model
  bool warm_only = false;                   // the response contains the load, so cold rows are left out
  const Factor* block = nullptr;            // numbers the repetitions, each a run of every configuration; may be null
  bool nested = false;                      // a value is the median of the runs of one block
  std::vector<FactorView> factors;
  Design factors_only;                      // the naive design
  Design adjusted;                          // with a column for cold rows where there are some
  std::optional<AdditiveModel> model;       // of the logs over `adjusted`; nothing where no run is left for noise
  NoiseSource noise_source = NoiseSource::additive;
  Design noise;                             // whose residual is the noise of a single run
  double noise_df = 0;                      // 0: there is no estimate
  bool interacts = false;                   // what the additive model leaves is too much to be noise
  // What stands for several values of a configuration: "median" over blocks, "geomean" where repetitions are compared on the log
  // scale, whose mean it is, else "mean"; and as words.
  [[nodiscard]] const char* centre() const { return nested ? "median" : block != nullptr ? "geomean" : "mean"; }
  [[nodiscard]] const char* centre_words() const { return nested ? "median over blocks" : block != nullptr ? "geometric mean of its runs" : "mean of its runs"; }
  [[nodiscard]] core::Statistic centre_statistic() const;
};

// Times, rates and energy say how fast something is; utilisation and memory in use say how busy a machine was.
[[nodiscard]] bool tells_performance(core::UnitPtr unit, std::string_view metric);
[[nodiscard]] bool tells_performance(const Response& response);

// The response that a sweep is about: a rate before a time, a canonical metric with a direction; null where none.
[[nodiscard]] const Response* primary_response(const Study& study);
// Whether rows that loaded the model give this response at all comparably: false where their median lies outside
// two thirds to one and a half of the warm ones.
[[nodiscard]] bool contains_load(const Study& study, const Response& response);
// The block that holds each configuration, nearly all of them: once, or several times in one stretch of time (nested).
struct Blocking {
  const Factor* block = nullptr;  // null where the study has none
  bool nested = false;
};
[[nodiscard]] Blocking repetition_block(const Study& study);
// Nothing where fewer than three configurations have a positive value, or two with blocks.
[[nodiscard]] std::optional<SweepView> view_sweep(const Study& study, const Response& response, Ledger& ledger);

}  // namespace chimera::analysis
