#include "analysis/study.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <set>

#include "analysis/levels.h"
#include "analysis/restating.h"
#include "analysis/sweep_view.h"

namespace chimera::analysis {
namespace {

using core::Cell;
using core::CellKind;
using core::ColumnMeaning;
using core::Role;
using core::RowState;

constexpr std::size_t kWithSeconds = 19;  // "2025-09-30T20:11:33"

// Builds the study of one table; each step reads what the ones before found.
class Builder {
 public:
  Builder(const core::Corpus& corpus, core::DocumentId document, std::uint32_t table)
      : corpus_(corpus),
        document_(corpus.document(document)),
        table_(document_.tables[table]),
        meaning_(corpus.meaning(document)[table]) {
    study_.document = document;
    study_.table = table;
  }

  std::optional<Study> build() {
    if (!has_response()) return std::nullopt;
    take_rows();
    if (study_.rows.empty() && study_.failed.empty()) return std::nullopt;
    order_rows();
    take_responses();
    if (study_.failed.empty() && (study_.rows.size() < 2 || study_.responses.empty())) return std::nullopt;
    take_settings();
    take_identities();
    drop_aliases();
    find_configurations();
    study_.kind = kind();
    if (study_.order == RunOrder::rows && sorted_by_response()) study_.order = RunOrder::unknown;
    study_.subject = subject();
    return std::move(study_);
  }

 private:
  static bool is_response(const ColumnMeaning& column) {
    return column.role == Role::response && column.provenance == core::Provenance::measured;
  }
  bool has_response() const {
    return std::any_of(meaning_.columns.begin(), meaning_.columns.end(), is_response) ||
           std::any_of(meaning_.variants.begin(), meaning_.variants.end(), is_response);
  }

  // Statistics of other rows are measurements only where the table holds nothing else: then the samples were not kept.
  void take_rows() {
    std::vector<std::uint32_t> summaries;
    for (std::uint32_t row = 0; row < table_.rows.size(); ++row) {
      if (meaning_.states[row] == RowState::failed) study_.failed.push_back(row);
      else (meaning_.states[row] == RowState::summary ? summaries : study_.rows).push_back(row);
    }
    if (study_.rows.empty()) study_.rows = std::move(summaries);
    drop_other_records();
  }

  // A log holds records of several kinds: what measures nothing is no row where others measure something, nor is what tells no
  // performance (a model's quality) where others do.
  void drop_other_records() {
    keep_rows([](const ColumnMeaning&) { return true; }, "without a measurement");
    keep_rows([](const ColumnMeaning& column) { return tells_performance(column.unit, column.metric); }, "without a measurement of performance");
  }

  // Those that have a response which `counts`, where there are some.
  template <class Counts>
  void keep_rows(Counts counts, std::string_view others) {
    const auto measures = [&](std::uint32_t row) {
      for (std::uint32_t c = 0; c < table_.columns.size(); ++c) {
        const ColumnMeaning& column = meaning_.at(row, c);
        if (table_.columns[c].cells[row].kind == CellKind::number && is_response(column) && counts(column)) return true;
      }
      return false;
    };
    std::vector<std::uint32_t> kept;
    std::copy_if(study_.rows.begin(), study_.rows.end(), std::back_inserter(kept), measures);
    if (kept.empty() || kept.size() == study_.rows.size()) return;
    study_.reasons.push_back(fmt::format("{} rows: {}, left out", study_.rows.size() - kept.size(), others));
    study_.rows = std::move(kept);
  }

  std::string_view written(std::uint32_t row, std::uint32_t column) const {
    const Cell& cell = table_.columns[column].cells[row];
    return cell.kind == CellKind::absent || cell.kind == CellKind::null ? std::string_view() : document_.at(cell.span());
  }

  // By the first time column that tells all rows apart from being simultaneous; ISO times sort as text.
  void order_rows() {
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c) {
      if (meaning_.columns[c].role != Role::time || !usable_times(c)) continue;
      const auto& cells = table_.columns[c].cells;
      std::stable_sort(study_.rows.begin(), study_.rows.end(), [&](std::uint32_t a, std::uint32_t b) {
        if (cells[a].kind == CellKind::number) return cells[a].number < cells[b].number;
        return written(a, c) < written(b, c);
      });
      study_.order = RunOrder::timestamps;
      reason(c, "time: orders the rows");
      break;
    }
    for (const std::uint32_t row : study_.rows) {
      const RowState state = meaning_.states[row];
      study_.state.push_back(state == RowState::summary ? RowState::ok : state);
    }
  }

  // All of one kind and shape, and fine enough: one stamp for a whole batch orders batches, not the rows inside. Rows
  // that ran within one second share a stamp; they stand in order where the stamps of the file never fall.
  bool usable_times(std::uint32_t column) const {
    if (study_.rows.size() < 2) return false;
    const auto& cells = table_.columns[column].cells;
    const CellKind kind = cells[study_.rows.front()].kind;
    if (kind != CellKind::number && kind != CellKind::text) return false;
    std::set<std::string_view> distinct;
    bool rising = kind == CellKind::text;
    std::string_view before;
    for (const std::uint32_t row : study_.rows) {
      if (cells[row].kind != kind) return false;
      const std::string_view stamp = written(row, column);
      if (kind == CellKind::text && !same_shape(stamp, written(study_.rows.front(), column))) return false;
      rising = rising && stamp.size() >= kWithSeconds && !(stamp < before);
      before = stamp;
      distinct.insert(stamp);
    }
    return 2 * distinct.size() > study_.rows.size() || (rising && distinct.size() > 2 && 4 * distinct.size() >= study_.rows.size());
  }

  // Digits where the other has digits: "2025-09-30T20:11:33" like "2025-10-01T07:00:00", year first.
  static bool same_shape(std::string_view a, std::string_view b) {
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (a.size() < 8 || !std::all_of(a.begin(), a.begin() + 4, digit)) return false;
    const std::size_t common = std::min({a.size(), b.size(), std::size_t{19}});
    for (std::size_t i = 0; i < common; ++i)
      if (digit(a[i]) != digit(b[i])) return false;
    return true;
  }

  // A column is one response for each thing its cells mean: "avg_ts" is prefill in some rows and decode in others.
  void take_responses() {
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c) {
      std::vector<const ColumnMeaning*> means;
      for (const std::uint32_t row : study_.rows) {
        const ColumnMeaning* meaning = &meaning_.at(row, c);
        if (is_response(*meaning) && std::find(means.begin(), means.end(), meaning) == means.end()) means.push_back(meaning);
      }
      for (const ColumnMeaning* meaning : means) take_response(c, *meaning);
    }
  }

  void take_response(std::uint32_t c, const ColumnMeaning& column) {
    Response out{column.metric, column.definition, column.unit, column.statistic, column.direction, c, {}, {}};
    bool any = false;
    for (const std::uint32_t row : study_.rows) {
      const Cell& cell = table_.columns[c].cells[row];
      const bool holds = &meaning_.at(row, c) == &column && cell.kind == CellKind::number && std::isfinite(cell.number);
      out.value.push_back(holds ? std::optional<double>(cell.number) : std::nullopt);
      out.cell.push_back({study_.document, study_.table, row, c});
      any = any || holds;
    }
    if (!any) return;
    reason(c, fmt::format("response {} ({})", column.metric, core::to_string(column.statistic)));
    study_.responses.push_back(std::move(out));
  }

  const core::RunConfig& config(std::uint32_t row) const { return corpus_.config({meaning_.configs[row]}); }

  void take_settings() {
    if (study_.rows.empty() || corpus_.configs().empty()) return;
    std::set<std::string> keys;
    for (const std::uint32_t row : study_.rows)
      for (const core::Setting& setting : config(row).settings()) keys.insert(setting.key);
    for (const std::string& key : keys) {
      std::vector<std::string> values;
      for (const std::uint32_t row : study_.rows) values.emplace_back(config(row).get(key).value_or(""));
      Factor factor = make_factor(key, values);
      factor.setting = true;
      if (factor.levels.size() < 2) {
        study_.constants.push_back(key + "=" + factor.levels.front());
      } else if (is_block_key(key)) {
        note(key, "block: names a repetition");
        study_.blocks.push_back(std::move(factor));
      } else {
        note(key, fmt::format("factor: a setting with {} values", factor.levels.size()));
        study_.factors.push_back(std::move(factor));
      }
    }
  }

  // Names and positions: blocks where rows share them, the group itself where each row of a keyed table has its own.
  void take_identities() {
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c) {
      const Role role = meaning_.columns[c].role;
      if ((role != Role::identity && role != Role::index) || study_.rows.empty()) continue;
      std::vector<std::string> values;
      for (const std::uint32_t row : study_.rows) values.emplace_back(written(row, c));
      const std::string& key = table_.columns[c].key.empty() ? table_.name : table_.columns[c].key;
      Factor factor = make_factor(key, values);
      if (factor.levels.size() < 2) continue;
      const bool names_rows = factor.levels.size() == study_.rows.size();
      if (study_.factors.empty() && role == Role::identity && names_rows && states_statistics()) {
        note(key, "factor: names what each row summarises");
        study_.factors.push_back(std::move(factor));
      } else {
        note(key, role == Role::index ? "block: a position" : "block: a name");
        study_.blocks.push_back(std::move(factor));
      }
    }
  }

  bool states_statistics() const {
    return std::any_of(study_.responses.begin(), study_.responses.end(), [](const Response& r) {
      return r.statistic.kind == core::Statistic::Kind::mean || r.statistic.kind == core::Statistic::Kind::median;
    });
  }

  // Of settings that group the rows alike the first stays, one that names the model or backend before others. A
  // block that only renames the configuration is an identity.
  void drop_aliases() {
    std::stable_partition(study_.factors.begin(), study_.factors.end(), [](const Factor& f) { return is_group_key(f.key); });
    std::vector<Factor> kept;
    for (Factor& factor : study_.factors) {
      const auto twin = std::find_if(kept.begin(), kept.end(), [&](const Factor& k) { return same_grouping(k.level, factor.level); });
      if (twin == kept.end()) kept.push_back(std::move(factor));
      else note(factor.key, "alias: groups the rows as " + twin->key + " does");
    }
    drop_consequences(kept);
    drop_names_of_configurations(kept);
    std::sort(kept.begin(), kept.end(), [](const Factor& a, const Factor& b) { return a.key < b.key; });
    study_.factors = std::move(kept);
    std::vector<const Factor*> all;
    for (const Factor& factor : study_.factors) all.push_back(&factor);
    std::uint32_t count = 0;
    const auto configuration = combine(all, study_.rows.size(), count);
    std::vector<Factor> blocks;
    for (Factor& block : study_.blocks) {
      const bool renames = count > 1 && same_grouping(block.level, configuration);
      const bool again = std::any_of(blocks.begin(), blocks.end(), [&](const Factor& b) { return same_grouping(b.level, block.level); });
      if (renames) note(block.key, "identity: names the configuration");
      else if (again) note(block.key, "alias of another block");
      else blocks.push_back(std::move(block));
    }
    study_.blocks = std::move(blocks);
  }

  // A setting that the model or backend alone decides ("opset" of the one backend that has it) is no choice of its own.
  void drop_consequences(std::vector<Factor>& factors) {
    for (std::size_t i = 0; i < factors.size();) {
      const auto decider = std::find_if(factors.begin(), factors.end(), [&](const Factor& f) {
        return &f != &factors[i] && is_group_key(f.key) && decides(f.level, factors[i].level);
      });
      if (decider == factors.end()) {
        ++i;
        continue;
      }
      note(factors[i].key, "consequence: follows from " + decider->key);
      study_.consequences.push_back(factors[i].key);
      factors.erase(factors.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }

  // A setting with as many levels as there are combinations of the others ("g40_c1024_t0.2") only names them.
  void drop_names_of_configurations(std::vector<Factor>& factors) {
    for (std::size_t i = 0; i < factors.size() && factors.size() > 2;) {
      std::vector<const Factor*> others;
      for (std::size_t j = 0; j < factors.size(); ++j)
        if (j != i) others.push_back(&factors[j]);
      std::uint32_t count = 0;
      const auto rest = combine(others, study_.rows.size(), count);
      const bool smaller = std::all_of(others.begin(), others.end(), [&](const Factor* f) { return f->levels.size() < count; });
      if (smaller && !factors[i].numeric && same_grouping(factors[i].level, rest)) {
        note(factors[i].key, "identity: names the configuration");
        factors.erase(factors.begin() + static_cast<std::ptrdiff_t>(i));
      } else {
        ++i;
      }
    }
  }

  void find_configurations() {
    std::vector<const Factor*> all;
    for (const Factor& factor : study_.factors) all.push_back(&factor);
    study_.configuration = combine(all, study_.rows.size(), study_.configurations);
    study_.replicated = study_.configurations < study_.rows.size();
  }

  StudyKind kind() const {
    if (follows_time()) return StudyKind::series;
    const bool tuned = std::any_of(study_.factors.begin(), study_.factors.end(),
                                   [](const Factor& f) { return !is_group_key(f.key) && !is_work_key(f.key); });
    const std::uint32_t fewest = repetition_block(study_).block != nullptr ? 2 : 3;
    return tuned && study_.configurations >= fewest ? StudyKind::sweep : StudyKind::samples;
  }

  // Many stamped rows of one configuration that nothing but the time tells apart.
  bool follows_time() const {
    return study_.order == RunOrder::timestamps && study_.factors.empty() && study_.blocks.empty() && study_.rows.size() >= 10;
  }

  // A table sorted by what was measured was sorted afterwards.
  bool sorted_by_response() const {
    if (study_.rows.size() < 6) return false;
    return std::any_of(study_.responses.begin(), study_.responses.end(), [](const Response& r) {
      std::vector<double> values;
      for (const auto& value : r.value)
        if (value) values.push_back(*value);
      if (values.size() < 6 || !(values.front() < values.back() || values.back() < values.front())) return false;
      return std::is_sorted(values.begin(), values.end()) || std::is_sorted(values.rbegin(), values.rend());
    });
  }

  std::string subject() const {
    for (const std::string_view key : {"model", "engine", "backend", "benchmark"}) {
      if (study_.rows.empty() && study_.failed.empty()) break;
      const std::uint32_t row = study_.rows.empty() ? study_.failed.front() : study_.rows.front();
      if (corpus_.configs().empty()) break;
      const auto value = config(row).get(key);
      const bool varies = std::any_of(study_.factors.begin(), study_.factors.end(), [&](const Factor& f) { return f.key == key; });
      if (value && !varies && !value->empty()) return model_name(*value);
    }
    return {};
  }

  // Of a path to a model's file the name alone.
  static std::string model_name(std::string_view value) {
    const bool file = value.size() > 5 && value.substr(value.size() - 5) == ".gguf";
    if (!file) return std::string(value);
    const std::size_t slash = value.find_last_of("/\\");
    if (slash != std::string_view::npos) value.remove_prefix(slash + 1);
    return std::string(value.substr(0, value.size() - 5));
  }

  void reason(std::uint32_t column, std::string why) { note(table_.columns[column].key, std::move(why)); }
  void note(const std::string& key, std::string why) { study_.reasons.push_back(key + ": " + std::move(why)); }

  const core::Corpus& corpus_;
  const core::Document& document_;
  const core::Table& table_;
  const core::TableMeaning& meaning_;
  Study study_;
};

std::string_view order_text(RunOrder order) {
  switch (order) {
    case RunOrder::timestamps: return "ordered by timestamps";
    case RunOrder::rows: return "rows taken as the run order";
    case RunOrder::unknown: return "sorted by a response, run order unknown";
  }
  return "";
}

}  // namespace

std::string_view to_string(StudyKind kind) {
  switch (kind) {
    case StudyKind::sweep: return "sweep";
    case StudyKind::samples: return "samples";
    case StudyKind::summary: return "summary";
    case StudyKind::series: return "series";
  }
  return "";
}

std::vector<Study> find_studies(const core::Corpus& corpus) {
  std::vector<Study> studies;
  std::set<base::Digest> seen;
  for (std::uint32_t d = 0; d < corpus.documents().size(); ++d) {
    const core::DocumentId id{d};
    const core::Document& document = corpus.document(id);
    if (document.artifact.format == core::Format::markdown || !seen.insert(document.artifact.digest).second) continue;
    for (std::uint32_t t = 0; t < document.tables.size(); ++t) {
      if (auto study = Builder(corpus, id, t).build()) studies.push_back(std::move(*study));
    }
  }
  mark_restatements(studies, corpus);
  return studies;
}

Study subset(const Study& study, const std::vector<std::size_t>& positions) {
  Study out = study;
  const auto pick = [&](const auto& from, auto& to) {
    to.clear();
    for (const std::size_t i : positions) to.push_back(from[i]);
  };
  pick(study.rows, out.rows);
  pick(study.state, out.state);
  for (std::size_t r = 0; r < out.responses.size(); ++r) {
    pick(study.responses[r].value, out.responses[r].value);
    pick(study.responses[r].cell, out.responses[r].cell);
  }
  for (auto* list : {&out.factors, &out.blocks}) {
    std::vector<Factor> kept;
    for (const Factor& factor : *list) {
      std::vector<std::string> values;
      for (const std::size_t i : positions) values.push_back(factor.levels[factor.level[i]]);
      Factor smaller = make_factor(factor.key, values);
      smaller.setting = factor.setting;
      if (smaller.levels.size() > 1) kept.push_back(std::move(smaller));
      else if (factor.setting && !smaller.levels.empty()) out.constants.push_back(factor.key + "=" + smaller.levels.front());
    }
    *list = std::move(kept);
  }
  const auto empty = [](const Response& r) { return std::none_of(r.value.begin(), r.value.end(), [](const auto& v) { return v.has_value(); }); };
  out.responses.erase(std::remove_if(out.responses.begin(), out.responses.end(), empty), out.responses.end());
  std::vector<const Factor*> all;
  for (const Factor& factor : out.factors) all.push_back(&factor);
  out.configuration = combine(all, out.rows.size(), out.configurations);
  out.replicated = out.configurations < out.rows.size();
  return out;
}

std::string name_of(const Study& study, const core::Corpus& corpus) {
  if (!study.subject.empty()) return study.subject;
  const std::string& path = corpus.document(study.document).artifact.path;
  const std::size_t slash = path.rfind('/');
  std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  return name.substr(0, name.rfind('.'));
}

std::string title_of(const Study& study, const core::Corpus& corpus) {
  std::string name = name_of(study, corpus);
  std::replace(name.begin(), name.end(), '`', '\'');
  return "`" + name + "`";
}

std::string configuration_text(const Study& study, std::size_t row) {
  std::string out;
  for (const Factor& factor : study.factors) {
    if (!out.empty()) out += ", ";
    out += factor.key + "=" + factor.levels[factor.level[row]];
  }
  return out;
}

std::string explain(const Study& study, const core::Corpus& corpus) {
  const core::Document& document = corpus.document(study.document);
  std::string out = fmt::format("{}: {}, {} rows", document.artifact.path, to_string(study.kind), study.rows.size());
  if (!document.tables[study.table].name.empty()) out += " of " + document.tables[study.table].name;
  if (!study.failed.empty()) out += fmt::format(" and {} failed", study.failed.size());
  out += fmt::format(" ({})", order_text(study.order));
  if (!study.restates.empty()) out += ", restates " + study.restates;
  const char* separator = "; factors ";
  for (const Factor& factor : study.factors) {
    constexpr std::size_t kShown = 8;
    std::string levels;
    for (std::size_t i = 0; i < std::min(kShown, factor.levels.size()); ++i) levels += (i > 0 ? ", " : "") + factor.levels[i];
    if (factor.levels.size() > kShown) levels += fmt::format(", … {} in all", factor.levels.size());
    out += fmt::format("{}{} ({})", separator, factor.key, levels);
    separator = ", ";
  }
  separator = "; responses ";
  for (const Response& response : study.responses) {
    out += fmt::format("{}{} [{}]", separator, response.metric, response.unit->symbol);
    separator = ", ";
  }
  for (const std::string& reason : study.reasons) out += "; " + reason;
  return out;
}

}  // namespace chimera::analysis
