#include "app/trial_import.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/version.h"
#include "measure/sample.h"

namespace chimera::app {
namespace {

using core::RowState;
using Kind = core::Statistic::Kind;

// What llama-bench times leaves sampling and tokenising out (docs/engines.md): its rates are those of the model alone.
struct Alike {
  std::string_view tool;
  std::string_view definition;
  std::string_view key;
};
constexpr Alike kAlike[] = {{"llama-bench", "throughput:decode", "decode_engine_tok_per_s"}, {"llama-bench", "prefill_throughput", "prefill_engine_tok_per_s"},
                            {"llama-timings", "prefill_throughput", "prefill_engine_tok_per_s"}, {"ollama", "throughput:decode", "decode_server_tok_per_s"}};

const core::MetricInfo* metric_for(const std::string& tool, const std::string& definition, bool cold) {
  for (const Alike& alike : kAlike)
    if (tool == alike.tool && definition == alike.definition) return core::find_trial_metric(alike.key);
  for (const core::MetricInfo& metric : core::trial_metrics())
    if (metric.definition == definition) return cold && metric.key == "ttft_s" ? core::find_trial_metric("ttft_cold_s") : &metric;
  return nullptr;
}

// A number on its way into a sample.
struct Value {
  const core::MetricInfo* metric;
  double value;
  Kind statistic;
  core::CellRef cell;
};

class Importer {
 public:
  Importer(const core::Corpus& corpus, const std::string& from) : corpus_(corpus) {
    core::SessionStart& start = out_.session.start;
    start.id = from;
    start.program = fmt::format("chimera {}", base::version());
    start.engine.kind = "imported";
    start.remarks.push_back("imported from " + from + ": when, and in which order, it was measured is not known");
  }

  Imported run() {
    corpus_.for_each_cell({core::Role::response}, [&](const core::CellRef& cell) { take(cell); });
    for (const Value& value : values_) put(value);
    for (const auto& [definition, count] : left_) out_.left_out.push_back(fmt::format("{} ({})", definition, count));
    for (const core::Document& document : corpus_.documents())
      if (!document.artifact.tool.empty()) out_.session.start.engine.version = document.artifact.tool;
    return std::move(out_);
  }

 private:
  [[nodiscard]] const core::RunConfig& config_of(const core::CellRef& cell) const { return corpus_.configs()[corpus_.meaning(cell.document)[cell.table].configs[cell.row]]; }

  void take(const core::CellRef& cell) {
    const core::TableMeaning& meaning = corpus_.meaning(cell.document)[cell.table];
    const core::ColumnMeaning& column = meaning.at(cell.row, cell.column);
    if (meaning.states[cell.row] == RowState::failed) return;
    const std::string& tool = corpus_.document(cell.document).artifact.tool;
    const core::MetricInfo* metric = metric_for(tool, column.definition, meaning.states[cell.row] == RowState::cold);
    const Kind kind = column.statistic.kind;
    const bool usable = kind == Kind::sample || kind == Kind::mean || kind == Kind::median || (kind == Kind::maximum && metric != nullptr && (metric->key == "peak_rss_bytes" || metric->key == "server_peak_rss_bytes"));
    const auto value = metric == nullptr ? std::nullopt : core::convert(corpus_.document(cell.document).cell(cell).number, column.unit, core::unit_of(metric->unit));
    if (!usable) return;
    if (!value) {
      ++left_[column.definition];
      return;
    }
    if (kind == Kind::sample) sampled_.insert({config_of(cell).to_string(), metric->key});
    values_.push_back({metric, *value, kind, cell});
  }

  // Elements of several lists of one record belong together by their places: samples_ns[0] and samples_ts[0].
  core::Sample& sample_at(const core::CellRef& cell) {
    const core::Table& table = corpus_.document(cell.document).tables[cell.table];
    const core::Row& row = table.rows[cell.row];
    const bool list = table.columns.size() == 1 && row.parent_table != core::Row::kNone;
    std::uint32_t place = 0;
    if (list)
      for (std::uint32_t r = cell.row; r > 0 && table.rows[r - 1].parent_row == row.parent_row; --r) ++place;
    const auto key = list ? std::tuple{cell.document.value, row.parent_table, row.parent_row, place + 1} : std::tuple{cell.document.value, cell.table, cell.row, 0U};
    const auto [at, added] = places_.emplace(key, out_.session.samples.size());
    if (!added) return out_.session.samples[at->second];
    core::Sample sample;
    sample.config = config_of(cell);
    const auto [label, is_new] = labels_.emplace(sample.config.to_string(), fmt::format("t{}", labels_.size() + 1));
    if (is_new) out_.session.start.plan.push_back({label->second, core::TrialRole::plain, sample.config});
    sample.trial = label->second;
    sample.block = 1;
    sample.repetition = ++repetitions_[sample.trial];
    const RowState state = corpus_.meaning(cell.document)[cell.table].states[cell.row];
    sample.phase = state == RowState::cold ? core::Phase::cold : state == RowState::warmup ? core::Phase::warmup : core::Phase::measured;
    out_.session.samples.push_back(std::move(sample));
    return out_.session.samples.back();
  }

  void put(const Value& value) {
    if (value.statistic != Kind::sample && sampled_.count({config_of(value.cell).to_string(), value.metric->key}) > 0) return;
    core::Sample& sample = sample_at(value.cell);
    measure::put_metric(sample, value.metric->key, value.value);
    const bool summary = value.statistic == Kind::mean || value.statistic == Kind::median;
    if (summary && sample.remarks.empty()) sample.remarks.push_back(fmt::format("a {} of repetitions that were not kept", value.statistic == Kind::mean ? "mean" : "median"));
  }

  const core::Corpus& corpus_;
  Imported out_;
  std::vector<Value> values_;
  std::set<std::pair<std::string, std::string_view>> sampled_;
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t>, std::size_t> places_;
  std::map<std::string, std::string> labels_;
  std::map<std::string, std::uint32_t> repetitions_;
  std::map<std::string, std::size_t> left_;
};

}  // namespace

Imported import_trials(const core::Corpus& corpus, const std::string& from) { return Importer(corpus, from).run(); }

}  // namespace chimera::app
