// Facts: what a number means. In bulk a fact is a cell plus the meaning of its column and the configuration of its
// row; `Fact` is the same thing put together for one number, made only by Corpus (corpus.h) or a Ledger (derived).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/config.h"
#include "core/ids.h"
#include "core/place.h"
#include "core/statistic.h"
#include "core/unit.h"

namespace chimera::core {

enum class Provenance {
  measured,  // a cell of an artifact
  derived,   // computed from other facts by a formula
  written    // a number in a document that people or programs wrote about measurements
};

// What a column is for. Only `response` and `count` columns hold measurements.
enum class Role {
  response,  // a measured or derived metric
  factor,    // a setting that was varied or fixed: num_gpu, temperature, batch size
  count,     // how much was done: tokens, samples, runs
  identity,  // names: model, prompt, test, file
  time,      // when: timestamps, dates
  index,     // position: prompt_index, repetition, gpu_id
  failure,   // success, error, status
  text,      // prose, options blobs
  no_value,  // a number that says that nothing was measured: -1 milliseconds, the latency of a request that failed
  unread     // a number whose meaning is not known
};

// What one column of one table means. The metric is a canonical name of the vocabulary ("throughput", "ttft"), or the
// normalised key where the vocabulary has none; `definition` says which of the things called by that name.
struct ColumnMeaning {
  Role role = Role::unread;
  std::string metric;
  std::string definition;  // "ttft:load+prompt_eval"; equal definitions are comparable, others are not
  Statistic statistic;
  UnitPtr unit = no_unit();
  std::string rule;        // what decided: "recipes/ollama-sweep.toml:12" or "vocabulary.toml:40"
  int direction = 0;       // +1 more is better, -1 less is better, 0 neither
  Provenance provenance = Provenance::measured;
};

enum class RowState : std::uint8_t {
  ok,
  failed,   // an error, success false, all zero: not a measurement
  cold,     // includes loading a model
  warmup,   // marked by the tool as warm-up
  summary   // states statistics of other rows
};

// A cell that means something else than its column: a metric named in the row ("ttft" beside mean and p50), a unit
// that changes from row to row.
struct CellException {
  std::uint32_t row = 0;
  std::uint32_t column = 0;
  std::uint32_t variant = 0;  // into TableMeaning::variants
};

// What one table of one document means; parallel to Document::tables.
struct TableMeaning {
  std::vector<ColumnMeaning> columns;      // parallel to Table::columns
  std::vector<std::uint32_t> configs;      // per row, into Corpus::configs
  std::vector<RowState> states;            // per row
  std::vector<ColumnMeaning> variants;     // what exceptions mean
  std::vector<CellException> exceptions;   // sorted by row, column
  // What one cell means: its exception, else its column.
  [[nodiscard]] const ColumnMeaning& at(std::uint32_t row, std::uint32_t column) const;
};

// Evidence for people: a path, bytes in the file, and a place.
struct SourceRef {
  std::string path;
  Span bytes;  // in the file (not the decoded text)
  Place place;
};

struct Fact {
  FactId id;
  std::string metric;
  std::string definition;
  Statistic statistic;
  Quantity value;
  std::string raw;     // as written; empty of a derived fact
  RunConfig config;
  Provenance provenance = Provenance::measured;
  RowState state = RowState::ok;
  Role role = Role::response;
  std::string rule;
  std::vector<SourceRef> evidence;  // of a measured fact exactly one
  std::vector<FactId> inputs;       // of a derived fact, in the order that the formula takes them
  std::string formula;              // "mean(x)", "percent_change(from, to)", … (analysis/formula.h)
};

// Hash of the artifact's digest and the span: the same number in the same bytes has the same id everywhere.
[[nodiscard]] FactId fact_id(std::string_view artifact_hex, Span bytes);
// Hash of the formula and its inputs.
[[nodiscard]] FactId fact_id(std::string_view formula, const std::vector<FactId>& inputs);
[[nodiscard]] std::string to_string(FactId id);  // 16 hexadecimal digits
[[nodiscard]] FactId parse_fact_id(std::string_view text);  // zero where it is none
[[nodiscard]] std::string_view to_string(Role role);
[[nodiscard]] std::string_view to_string(RowState state);
[[nodiscard]] std::string_view to_string(Provenance provenance);

}  // namespace chimera::core
