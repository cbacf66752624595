#include "analysis/collect.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "analysis/levels.h"
#include "analysis/workbench.h"
#include "base/one_of.h"

namespace chimera::analysis {
namespace {

using core::CellKind;
using core::Role;
using core::RowState;
using Kind = core::Statistic::Kind;

constexpr std::array kMachine = std::to_array<std::string_view>(
    {"cores", "cpu", "cpus", "cuda_version", "driver", "driver_version", "gpu", "gpus", "host", "hostname", "kernel", "machine", "node", "os"});
// Names of positions that say only how often, not on what.
constexpr std::array kRepetitions = std::to_array<std::string_view>({"index", "iteration", "n", "rep", "repeat", "repetition", "round", "run", "sample", "trial"});

std::string_view last_piece(std::string_view key) { return key.substr(key.rfind('/') + 1); }

bool is_repetition(std::string_view key) {
  std::string_view name = last_piece(key);
  const auto ends = [&](std::string_view end) {
    return name == end || (name.size() > end.size() && name.substr(name.size() - end.size()) == end && name[name.size() - end.size() - 1] == '_' &&
                           base::is_one_of(name.substr(0, name.size() - end.size() - 1), kRepetitions));
  };
  return std::any_of(kRepetitions.begin(), kRepetitions.end(), ends);
}

core::RunConfig without_machine(const core::RunConfig& config) {
  core::RunConfig out;
  out.reserve(config.settings().size());
  for (const core::Setting& setting : config.settings())
    if (!is_of_machine(setting.key)) out.set(setting.key, setting.value);
  return out;
}

using Key = std::tuple<std::string, std::string, core::Statistic, core::Dimension, bool, std::string>;

class Collector {
 public:
  explicit Collector(const core::Corpus& corpus) : corpus_(corpus) {}

  Collection run() {
    const auto& documents = corpus_.documents();
    const bool prose_counts = std::all_of(documents.begin(), documents.end(), [](const core::Document& d) { return d.tables.empty() || is_prose(d); });
    std::set<base::Digest> seen;
    for (std::uint32_t d = 0; d < documents.size(); ++d) {
      if (documents[d].tables.empty() || (is_prose(documents[d]) && !prose_counts)) continue;
      if (seen.insert(documents[d].artifact.digest).second) take_document(d);
    }
    Collection out;
    for (auto& [key, measurements] : found_)
      if (!is_summarised(measurements)) out.measurements.push_back(std::move(measurements));
    out.machine.assign(machine_.begin(), machine_.end());
    return out;
  }

 private:
  void take_document(std::uint32_t d) {
    for (std::uint32_t t = 0; t < corpus_.documents()[d].tables.size(); ++t) {
      const core::Table& table = corpus_.documents()[d].tables[t];
      for (std::uint32_t c = 0; c < table.columns.size(); ++c)
        for (std::uint32_t r = 0; r < table.rows.size(); ++r) take({{d}, t, r, c});
    }
  }

  void take(const core::CellRef& ref) {
    const core::TableMeaning& meaning = corpus_.meaning(ref.document)[ref.table];
    const core::Cell& cell = corpus_.document(ref.document).cell(ref);
    const core::ColumnMeaning& column = meaning.at(ref.row, ref.column);
    const RowState state = meaning.states[ref.row];
    if (cell.kind != CellKind::number || column.role != Role::response || column.direction == 0) return;
    if (state == RowState::failed || state == RowState::warmup) return;
    const core::RunConfig& whole = corpus_.configs()[meaning.configs[ref.row]];
    for (const core::Setting& setting : whole.settings())
      if (is_of_machine(setting.key)) machine_.insert(setting);
    core::RunConfig config = without_machine(whole);
    const bool cold = state == RowState::cold;
    Measurements& into = found_[{column.metric, column.definition, column.statistic, column.unit->dimension, cold, config.to_string()}];
    if (into.values.empty()) {
      into.metric = column.metric;
      into.definition = column.definition;
      into.statistic = column.statistic;
      into.unit = column.unit;
      into.direction = column.direction;
      into.cold = cold;
      into.config = std::move(config);
    }
    const std::optional<double> value = column.unit == into.unit ? cell.number : core::convert(cell.number, column.unit, into.unit);
    if (!value) return;
    into.values.push_back({*value, partner_of(ref), session_of(ref), ref});
    if (column.statistic.kind == Kind::mean) take_moments(ref, column, *value, into);
  }

  // What a row was measured on: its names and positions, those aside that only count repetitions.
  std::string partner_of(const core::CellRef& ref) const {
    const core::Table& table = corpus_.document(ref.document).tables[ref.table];
    const auto& columns = corpus_.meaning(ref.document)[ref.table].columns;
    std::string partner;
    for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
      if ((columns[c].role != Role::identity && columns[c].role != Role::index) || is_repetition(table.columns[c].key)) continue;
      partner += corpus_.document(ref.document).at(table.columns[c].cells[ref.row].span());
      partner += '\n';
    }
    return partner;
  }

  // The table, or the block of it.
  std::uint64_t session_of(const core::CellRef& ref) const {
    const std::uint64_t whole = std::uint64_t{ref.document.value} << 32 | ref.table;
    const auto block = block_of(corpus_, ref);
    return block ? whole ^ (std::uint64_t{1} + static_cast<std::uint64_t>(*block)) << 48 : whole;
  }

  // The standard deviation beside a mean, and how many runs both rest on.
  void take_moments(const core::CellRef& ref, const core::ColumnMeaning& column, double value, Measurements& into) const {
    const auto beside = [&](Kind kind, bool same_metric) -> std::optional<double> {
      const core::Table& table = corpus_.document(ref.document).tables[ref.table];
      const core::TableMeaning& meaning = corpus_.meaning(ref.document)[ref.table];
      for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
        const core::ColumnMeaning& other = meaning.at(ref.row, c);
        const core::Cell& cell = table.columns[c].cells[ref.row];
        if (cell.kind != CellKind::number || other.statistic.kind != kind) continue;
        if (same_metric && (other.metric != column.metric || other.unit != column.unit)) continue;
        return cell.number;
      }
      return std::nullopt;
    };
    const auto sd = beside(Kind::stddev, true);
    const auto n = beside(Kind::count, false);
    if (into.values.size() == 1 && sd && n && *n >= 2) into.stated = Moments{value, *sd * (column.unit->factor / into.unit->factor), *n};
    else into.stated.reset();
  }

  // A statistic of samples that are kept under the same configuration.
  [[nodiscard]] bool is_summarised(const Measurements& m) const {
    if (m.statistic.kind == Kind::sample) return false;
    const auto samples = found_.find({m.metric, m.definition, core::Statistic{}, m.unit->dimension, m.cold, m.config.to_string()});
    return samples != found_.end();
  }

  const core::Corpus& corpus_;
  std::map<Key, Measurements> found_;
  std::set<core::Setting> machine_;
};

}  // namespace

bool is_of_machine(std::string_view key) { return base::is_one_of(key, kMachine); }

Collection collect(const core::Corpus& corpus) { return Collector(corpus).run(); }

}  // namespace chimera::analysis
