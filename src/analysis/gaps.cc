#include "analysis/gaps.h"

#include <algorithm>
#include <functional>
#include <set>
#include <functional>

namespace chimera::analysis {
namespace {

using core::Dimension;
using core::Role;
using Kind = core::Statistic::Kind;

constexpr std::size_t kShown = 3;  // files named in a statement

// What one file records.
struct Record {
  core::DocumentId document;
  bool measures = false;          // performance
  core::CellRef measurement;      // its first performance measurement
  std::set<std::string, std::less<>> keys;  // settings of any of its rows
  std::set<std::string, std::less<>> metrics;
  bool times = false;             // a time column, or a date in a cell of one
  bool samples = false;           // at least one performance value that is no statistic
  bool statistics = false;
  bool samples_random = false;    // a temperature above zero: output depends on a seed
};

struct Gap {
  std::string_view name;
  std::string_view title;
  std::string_view missing;  // "GPU memory is"
  std::string_view among;    // which files are asked, behind "files with performance measurements"
  std::string_view why;
  std::string_view command;
  int weight = 0;
  std::function<bool(const Record&)> concerns;
  std::function<bool(const Record&)> present;
  bool elsewhere = false;    // worth a word where other files record it
};

bool has_any(const std::set<std::string, std::less<>>& of, std::initializer_list<std::string_view> wanted) {
  return std::any_of(wanted.begin(), wanted.end(), [&](std::string_view w) { return of.count(w) > 0; });
}

bool is_performance(const core::ColumnMeaning& column) {
  if (column.role != Role::response || column.direction == 0) return false;
  const Dimension d = column.unit->dimension;
  return d == Dimension::time || d == Dimension::token_rate || d == Dimension::token_time || d == Dimension::request_rate;
}

void add_once(std::vector<std::string>& to, const std::string& value) {
  if (std::find(to.begin(), to.end(), value) == to.end()) to.push_back(value);
}

void note_settings(Record& record, const core::Corpus& corpus, const core::TableMeaning& meaning) {
  if (corpus.configs().empty()) return;
  std::vector<std::uint32_t> distinct = meaning.configs;
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  for (const std::uint32_t config : distinct) {
    for (const core::Setting& setting : corpus.config({config}).settings()) {
      record.keys.insert(setting.key);
      if (setting.key == "temperature" && setting.value != "0") record.samples_random = true;
    }
  }
}

void note_column(Record& record, const core::Table& table, const core::TableMeaning& meaning, std::uint32_t t, std::uint32_t c) {
  const core::ColumnMeaning& column = meaning.columns[c];
  if (column.role == Role::time) record.times = true;
  if (column.role == Role::identity || column.role == Role::factor) record.keys.insert(column.metric);
  for (std::uint32_t r = 0; r < table.rows.size(); ++r) {
    const core::ColumnMeaning& here = meaning.at(r, c);
    if (table.columns[c].cells[r].kind != core::CellKind::number || meaning.states[r] == core::RowState::failed) continue;
    if (is_measure(here.role)) record.metrics.insert(here.metric);
    if (!is_performance(here)) continue;
    if (!record.measures) record.measurement = {record.document, t, r, c};
    record.measures = true;
    (here.statistic.kind == Kind::sample ? record.samples : record.statistics) = true;
  }
}

Record record_of(const core::Corpus& corpus, core::DocumentId id) {
  Record record;
  record.document = id;
  const core::Document& document = corpus.document(id);
  for (std::uint32_t t = 0; t < document.tables.size(); ++t) {
    const core::TableMeaning& meaning = corpus.meaning(id)[t];
    note_settings(record, corpus, meaning);
    for (std::uint32_t c = 0; c < meaning.columns.size(); ++c) note_column(record, document.tables[t], meaning, t, c);
  }
  return record;
}

std::vector<Gap> gaps() {
  const auto all = [](const Record&) { return true; };
  const auto statistics = [](const Record& r) { return r.statistics; };
  return {
      {"raw_samples", "Raw samples were not kept", "Single values are", " given as statistics",
       "Intervals, percentiles and cold starts cannot be checked from statistics alone.",
       "chimera bench --repeat auto", 38, statistics, [](const Record& r) { return r.samples; }, false},
      {"gpu_memory", "GPU memory was not recorded with the measurements", "GPU memory is", "",
       "Whether a configuration fits, and what it leaves free, cannot be said.", "chimera run -- CMD", 34, all,
       [](const Record& r) { return has_any(r.metrics, {"gpu_memory_used", "gpu_memory_free"}); }, true},
      {"power", "Power was not recorded with the measurements", "Power and energy are", "",
       "Energy per token and throttling cannot be judged.", "chimera run -- CMD", 32, all,
       [](const Record& r) { return has_any(r.metrics, {"power", "energy", "energy_per_token"}); }, true},
      {"kernels", "No CUDA kernel statistics belong to the measurements", "CUDA kernel statistics are", "",
       "Where the time goes on the GPU stays open.", "chimera run --ncu -- CMD", 24, all,
       [](const Record& r) { return has_any(r.keys, {"kernel"}) || has_any(r.metrics, {"gpu_kernel_time"}); }, true},
      {"times", "Timestamps are not written down", "The time of measurement is", "",
       "Drift, warm-up and the order of runs cannot be checked.", "chimera bench", 30, all, [](const Record& r) { return r.times; }, false},
      {"hardware", "The hardware is not written down", "The names of GPU and CPU are", "",
       "Numbers of different machines could be mixed unseen.", "chimera run -- CMD", 31, all,
       [](const Record& r) { return has_any(r.keys, {"gpu", "cpu"}); }, false},
      {"versions", "Software versions are not written down", "The version of the software measured is", "",
       "A change between runs could come from the software.", "chimera run -- CMD", 28, all,
       [](const Record& r) { return has_any(r.keys, {"engine_version", "torch_version", "cuda_version", "driver", "version"}); }, false},
      {"seeds", "Seeds are not written down", "The seed is", " taken at a temperature above zero",
       "Output lengths, and with them timings, differ from run to run.", "chimera bench", 22,
       [](const Record& r) { return r.samples_random; }, [](const Record& r) { return has_any(r.keys, {"seed"}); }, false}};
}

core::Finding start(std::string_view name, std::string_view title, int weight) {
  core::Finding finding;
  finding.kind = core::FindingKind::gap;
  finding.id = "gap:" + std::string(name);
  finding.title = std::string(title);
  finding.weight = weight;
  return finding;
}

void name_some(core::Finding& finding, const std::vector<std::string>& paths) {
  finding.statement.text(paths.size() > 1 ? ", among them " : ", ");
  for (std::size_t i = 0; i < paths.size() && i < kShown; ++i) {
    if (i > 0) finding.statement.text(i + 1 == std::min(paths.size(), kShown) ? " and " : ", ");
    finding.statement.artifact(paths[i]);
  }
}

void close_with(core::Finding& finding, std::string_view command) {
  finding.action.text("Once available: ").code(command).text(" records it.");
}

// Nothing of a long list: who records it is only worth saying where few do.
void list(core::Statement& statement, std::string_view before, const std::vector<std::string>& paths, std::string_view behind) {
  if (paths.empty() || paths.size() > kShown) return;
  statement.text(before);
  for (std::size_t i = 0; i < paths.size(); ++i) statement.text(i > 0 ? ", " : "").artifact(paths[i]);
  statement.text(behind);
}

std::optional<core::Finding> find_gap(const Gap& gap, const std::vector<Record>& records, Workbench& bench) {
  std::vector<core::FactId> concerned;
  std::vector<core::FactId> lacking;
  std::vector<std::string> present;
  std::vector<std::string> apart;  // files that record it and measure no performance
  core::Finding finding = start(gap.name, gap.title, gap.weight);
  for (const Record& record : records) {
    const std::string& path = bench.corpus.document(record.document).artifact.path;
    if (!record.measures && gap.elsewhere && gap.present(record)) apart.push_back(path);
    if (!record.measures || !gap.concerns(record)) continue;
    const core::FactId fact = bench.corpus.id(record.measurement);
    concerned.push_back(fact);
    if (gap.present(record)) present.push_back(path);
    else lacking.push_back(fact), finding.paths.push_back(path);
  }
  if (lacking.empty()) return std::nullopt;
  std::sort(finding.paths.begin(), finding.paths.end());
  core::Statement& statement = finding.statement;
  statement.text(std::string(gap.missing) + " missing in ");
  if (concerned.size() == 1) {
    statement.text("the only file with performance measurements").text(gap.among);
  } else {
    statement.text(lacking.size() == concerned.size() ? "all " : "");
    quote_count(statement, finding, bench, lacking);
    if (lacking.size() < concerned.size()) {
      statement.text(" of ");
      quote_count(statement, finding, bench, concerned);
    }
    statement.text(" files with performance measurements").text(gap.among);
  }
  name_some(finding, finding.paths);
  statement.text(". ").text(gap.why);
  list(statement, " Recorded only in ", present, ".");
  list(statement, " Recorded in ", apart, ", but not beside the measurements.");
  close_with(finding, gap.command);
  return finding;
}

// Configurations that were measured once cannot be told from their own noise.
std::optional<core::Finding> find_single_runs(const std::vector<Study>& studies, Workbench& bench) {
  core::Finding finding = start("repetitions", "Configurations were measured once", 60);
  std::vector<core::FactId> cells;
  for (const Study& study : studies) {
    const bool set = std::any_of(study.factors.begin(), study.factors.end(), [](const Factor& f) { return f.numeric; });
    if (study.kind != StudyKind::sweep || !set || study.replicated || study.configurations < 2) continue;
    const auto measured = std::find_if(study.responses.begin(), study.responses.end(), [](const Response& response) {
      return response.direction != 0 && response.statistic.kind == Kind::sample && !response.value.empty();
    });
    if (measured == study.responses.end()) continue;
    for (std::size_t i = 0; i < measured->value.size(); ++i)
      if (measured->value[i]) cells.push_back(bench.corpus.id(measured->cell[i]));
    add_once(finding.paths, bench.corpus.document(study.document).artifact.path);
  }
  if (cells.empty()) return std::nullopt;
  std::sort(finding.paths.begin(), finding.paths.end());
  finding.statement.text("Each of ");
  quote_count(finding.statement, finding, bench, cells);
  finding.statement.text(" configurations was run once");
  name_some(finding, finding.paths);
  finding.statement.text(". Noise between runs of the same configuration is unknown, so differences between single rows cannot be trusted.");
  close_with(finding, "chimera bench --repeat auto");
  return finding;
}

}  // namespace

std::vector<core::Finding> gap_findings(const std::vector<Study>& studies, Workbench& bench) {
  std::vector<core::Finding> out;
  std::vector<Record> records;
  for (std::uint32_t i = 0; i < bench.corpus.documents().size(); ++i) {
    const core::DocumentId id{i};
    if (bench.relatives.original(id) != id || is_prose(bench.corpus.document(id))) continue;
    records.push_back(record_of(bench.corpus, id));
  }
  if (auto finding = find_single_runs(studies, bench)) out.push_back(std::move(*finding));
  for (const Gap& gap : gaps())
    if (auto finding = find_gap(gap, records, bench)) out.push_back(std::move(*finding));
  return out;
}

}  // namespace chimera::analysis
