#include "analysis/runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "analysis/prose.h"
#include "analysis/statistics.h"
#include "analysis/sweep_view.h"

namespace chimera::analysis {
namespace {

using core::FactId;
using core::Finding;
using core::FindingKind;
using core::RowState;
using core::Statement;

constexpr double kAlpha = 0.05;
constexpr double kOutlierMads = 10;          // Hyperfine's modified z score of 14.8, in scaled deviations
constexpr std::size_t kFewestForOutlier = 8;
constexpr std::size_t kFewestForDrift = 10;
constexpr std::size_t kMostForDrift = 400;   // Kendall's test is quadratic
constexpr double kMostDrift = 50;            // percent: more says that the rows were not given the same work
constexpr std::size_t kMostPerStudy = 3;     // outliers, drifts
constexpr std::size_t kNamed = 40;           // files that one finding names
constexpr std::size_t kListed = 12;          // studies that one finding spells out

const core::Table& table_of(const Study& study, const core::Corpus& corpus) {
  return corpus.document(study.document).tables[study.table];
}
const std::string& path_of(const Study& study, const core::Corpus& corpus) { return corpus.document(study.document).artifact.path; }

// --- cold starts -----------------------------------------------------------------------------------------------------

struct ColdStart {
  const Study* study = nullptr;
  const Response* response = nullptr;
  std::vector<FactId> cold;
  std::vector<FactId> warm;
};

// The response that shows the load best: TTFT before other times; never the load time itself.
const Response* loaded_response(const Study& study) {
  const Response* found = nullptr;
  for (const Response& response : study.responses) {
    const bool is_time = response.unit->dimension == core::Dimension::time && response.direction < 0;
    if (!is_time || response.metric.find("load") != std::string::npos || !contains_load(study, response)) continue;
    if (found == nullptr || (response.metric == "ttft" && found->metric != "ttft")) found = &response;
  }
  return found;
}

std::vector<ColdStart> cold_starts(const std::vector<Study>& studies, const core::Corpus& corpus) {
  std::vector<ColdStart> out;
  for (const Study& study : studies) {
    if (study.kind == StudyKind::summary || study.kind == StudyKind::series) continue;
    const Response* response = loaded_response(study);
    if (response == nullptr) continue;
    ColdStart found{&study, response, {}, {}};
    for (std::size_t i = 0; i < study.rows.size(); ++i) {
      if (!response->value[i]) continue;
      if (study.state[i] == RowState::cold) found.cold.push_back(corpus.id(response->cell[i]));
      else if (study.state[i] == RowState::ok) found.warm.push_back(corpus.id(response->cell[i]));
    }
    if (!found.cold.empty() && !found.warm.empty()) out.push_back(std::move(found));
  }
  std::stable_sort(out.begin(), out.end(), [](const ColdStart& a, const ColdStart& b) { return a.cold.size() > b.cold.size(); });
  return out;
}

void write_cold_start(Statement& s, const ColdStart& start, Prose& prose, const std::string& path) {
  const core::Statistic median_of{core::Statistic::Kind::median, 0};
  const auto cold = prose.same_unit("median", start.cold, median_of);
  const auto warm = prose.same_unit("median", start.warm, median_of);
  const auto n_cold = prose.count("count", start.cold, start.response->metric);
  const auto n_warm = prose.count("count", start.warm, start.response->metric);
  s.text("In ").artifact(path).text(" ");
  prose.whole(s, *n_cold);
  s.text(start.cold.size() == 1 ? " run loaded the model (" : " runs loaded the model (median ");
  s.text(prose.title(start.response->metric) + " ");
  prose.quantity(s, *cold, 3);
  s.text(") and ");
  prose.whole(s, *n_warm);
  s.text(start.warm.size() == 1 ? " did not (" : " did not (median ");
  prose.quantity(s, *warm, 3);
  s.text("). ");
}

std::optional<Finding> cold_start_finding(const std::vector<Study>& studies, Prose& prose) {
  const core::Corpus& corpus = prose.ledger().corpus();
  const auto starts = cold_starts(studies, corpus);
  if (starts.empty()) return std::nullopt;
  Finding finding;
  finding.kind = FindingKind::cold_start;
  finding.id = "cold_start:" + starts.front().response->metric;
  finding.title = "Cold runs measure the model load, not the request";
  for (std::size_t i = 0; i < starts.size(); ++i) {
    finding.paths.push_back(path_of(*starts[i].study, corpus));
    if (i < kListed) write_cold_start(finding.statement, starts[i], prose, finding.paths.back());
  }
  if (starts.size() > kListed) {
    std::vector<FactId> others;
    for (std::size_t i = kListed; i < starts.size(); ++i) others.push_back(starts[i].cold.front());
    const auto count = prose.count("count", others, starts.front().response->metric);
    finding.statement.text("Of the tables with cold runs ");
    prose.whole(finding.statement, *count);
    finding.statement.text(" others are not listed. ");
  }
  finding.statement.text("A mean over cold and warm runs describes neither; here they are kept apart.");
  finding.action.text("Send a discarded warm-up request after each model load, and report the load on its own.");
  finding.weight = 70;
  return finish(std::move(finding));
}

// --- failures ----------------------------------------------------------------------------------------------------------

// A number in each failed row, to cite the row by; shorter than the rows where some hold no number.
std::vector<FactId> cite_rows(const Study& study, const std::vector<std::uint32_t>& rows, const core::Corpus& corpus) {
  const core::Table& table = table_of(study, corpus);
  std::vector<FactId> out;
  for (const std::uint32_t row : rows) {
    for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
      if (table.columns[c].cells[row].kind != core::CellKind::number) continue;
      out.push_back(corpus.id({study.document, study.table, row, c}));
      break;
    }
  }
  return out;
}

// What the rows say went wrong: the most frequent text of a column that records failures, cut to a line.
std::string failure_text(const Study& study, const core::Corpus& corpus) {
  const core::Table& table = table_of(study, corpus);
  const core::TableMeaning& meaning = corpus.meaning(study.document)[study.table];
  std::map<std::string, std::size_t> texts;
  for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
    if (meaning.columns[c].role != core::Role::failure) continue;
    for (const std::uint32_t row : study.failed) {
      const core::Cell& cell = table.columns[c].cells[row];
      if (cell.kind == core::CellKind::text && cell.size > 4) ++texts[std::string(corpus.document(study.document).at(cell.span()))];
    }
  }
  const auto most = std::max_element(texts.begin(), texts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  if (most == texts.end()) return {};
  constexpr std::size_t kLongest = 70;
  std::string text;
  for (const char c : most->first) {
    if (c == '`' || static_cast<unsigned char>(c) < 0x20 || text.size() == kLongest) break;
    text += c;
  }
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0x80U) != 0) text.pop_back();  // no half character
  return text;
}

// The failures of one document.
struct Failures {
  std::string path;
  std::string text;         // what went wrong, in the file's own words
  std::vector<FactId> rows; // to count them by
  std::size_t failed = 0;
  std::vector<FactId> measured;
  bool measures = false;    // the document holds measurements too
};

std::vector<Failures> gather_failures(const std::vector<Study>& studies, const core::Corpus& corpus) {
  std::map<core::DocumentId, Failures> by_document;
  for (const Study& study : studies) {
    Failures& entry = by_document[study.document];
    entry.path = path_of(study, corpus);
    entry.failed += study.failed.size();
    entry.measures = entry.measures || !study.responses.empty();
    if (study.failed.empty()) continue;
    const auto failed = cite_rows(study, study.failed, corpus);
    const auto measured = cite_rows(study, study.rows, corpus);
    entry.rows.insert(entry.rows.end(), failed.begin(), failed.end());
    entry.measured.insert(entry.measured.end(), measured.begin(), measured.end());
    if (entry.text.empty()) entry.text = failure_text(study, corpus);
  }
  std::vector<Failures> out;
  for (auto& [document, entry] : by_document)
    if (entry.failed > 0) out.push_back(std::move(entry));
  // Those of one cause together, in order of the first path.
  std::map<std::string, std::string> first;
  for (const Failures& entry : out) first.emplace(entry.text, entry.path);
  std::stable_sort(out.begin(), out.end(), [&](const Failures& a, const Failures& b) { return first[a.text] < first[b.text]; });
  return out;
}

void write_failures(Statement& s, const std::vector<Failures>& list, Prose& prose) {
  for (std::size_t i = 0; i < std::min(list.size(), kNamed); ++i) {
    const Failures& entry = list[i];
    s.text(i == 0 ? "" : ", ").artifact(entry.path);
    if (entry.rows.size() == entry.failed) {
      std::vector<FactId> all = entry.rows;
      all.insert(all.end(), entry.measured.begin(), entry.measured.end());
      s.text(" (");
      prose.whole(s, *prose.count("count", entry.rows, "failed_rows"));
      if (entry.measures) {
        s.text(" of ");
        prose.whole(s, *prose.count("count", std::move(all), "rows"));
      }
      s.text(")");
    }
    const bool last_of_cause = i + 1 == list.size() || list[i + 1].text != entry.text;
    if (last_of_cause && !entry.text.empty()) s.text(": ").code(entry.text);
  }
  s.text(list.size() > kNamed ? " and others." : ".");
}

std::optional<Finding> failure_finding(const std::vector<Failures>& failures, Prose& prose, std::string_view which) {
  const bool nothing_else = which == "files";
  std::vector<Failures> list;
  std::copy_if(failures.begin(), failures.end(), std::back_inserter(list), [&](const Failures& f) { return f.measures != nothing_else; });
  if (list.empty()) return std::nullopt;
  Finding finding;
  finding.kind = FindingKind::failed_rows;
  finding.id = fmt::format("failed_rows:{}", which);
  finding.title = nothing_else ? "Files that hold nothing but failures" : "Failed runs among measurements";
  finding.statement.text(nothing_else ? "Every row is a failure, not a measurement, in " : "Some runs failed and are left out of every statistic: ");
  write_failures(finding.statement, list, prose);
  if (nothing_else) finding.action.text("Repeat these runs, or delete the files, so that nobody averages their zeros.");
  for (const Failures& entry : list) finding.paths.push_back(entry.path);
  finding.weight = nothing_else ? 68 : 45;
  return finish(std::move(finding));
}

// --- repetitions of one configuration ----------------------------------------------------------------------------------

struct Repeats {
  std::vector<FactId> ids;  // in run order, warm rows alone
  Sample values;
};

// The repetitions of each configuration, of responses that say how good something is.
template <class Visit>
void for_each_repeats(const Study& study, const core::Corpus& corpus, std::size_t fewest, Visit&& visit) {
  for (const Response& response : study.responses) {
    if (response.direction == 0 || response.statistic.kind != core::Statistic::Kind::sample || !tells_performance(response)) continue;
    std::map<std::uint32_t, Repeats> groups;
    for (std::size_t i = 0; i < study.rows.size(); ++i) {
      if (!response.value[i] || study.state[i] != RowState::ok) continue;
      Repeats& group = groups[study.configuration[i]];
      group.ids.push_back(corpus.id(response.cell[i]));
      group.values.push_back(*response.value[i]);
    }
    for (const auto& [configuration, group] : groups)
      if (group.values.size() >= fewest) visit(response, configuration, group);
  }
}

Finding start(FindingKind kind, const Study& study, const Response& response, std::uint32_t configuration, const core::Corpus& corpus) {
  Finding finding;
  finding.kind = kind;
  finding.id = fmt::format("{}:{}:{}:{}:{}", core::to_string(kind), path_of(study, corpus), table_of(study, corpus).name, response.metric, configuration);
  finding.paths = {path_of(study, corpus)};
  return finding;
}

// The values of one configuration that lie far from its median.
struct Outlying {
  std::uint32_t configuration = 0;
  std::vector<FactId> ids;
  std::vector<FactId> far;
  FactId worst;
  double distance = 0;  // of the worst, in scaled median absolute deviations
};

std::optional<Outlying> outlying_of(std::uint32_t configuration, const Repeats& group) {
  const double centre = median(group.values);
  const double scale = scaled_mad(group.values);
  if (!(scale > 0)) return std::nullopt;
  Outlying out{configuration, group.ids, {}, {}, 0};
  for (std::size_t i = 0; i < group.values.size(); ++i) {
    const double distance = std::abs(group.values[i] - centre) / scale;
    if (distance <= kOutlierMads) continue;
    out.far.push_back(group.ids[i]);
    if (distance > out.distance) out.worst = group.ids[i], out.distance = distance;
  }
  // Where a tenth of the values lies outside there is more than one kind of run, not outliers.
  if (out.far.empty() || 10 * out.far.size() > group.values.size() + 9) return std::nullopt;
  return out;
}

Finding outlier_finding(const Study& study, const Response& response, const std::vector<Outlying>& groups, Prose& prose) {
  const Outlying& worst = *std::max_element(groups.begin(), groups.end(), [](const Outlying& a, const Outlying& b) { return a.distance < b.distance; });
  Finding finding = start(FindingKind::outlier, study, response, worst.configuration, prose.ledger().corpus());
  finding.title = "Outliers of " + prose.title(response.metric);
  std::vector<FactId> far;
  std::vector<FactId> all;
  for (const Outlying& group : groups) {
    far.insert(far.end(), group.far.begin(), group.far.end());
    all.insert(all.end(), group.ids.begin(), group.ids.end());
  }
  Statement& s = finding.statement;
  prose.whole(s, *prose.count("count", std::move(far), response.metric));
  s.text(" of ");
  prose.whole(s, *prose.count("count", std::move(all), response.metric));
  s.text(" values of " + prose.title(response.metric) + " in ").artifact(finding.paths.front());
  s.text(groups.size() == 1 ? " lie far from the rest: " : " lie far from the others of their configuration, the farthest ");
  prose.quantity(s, worst.worst, 4);
  s.text(" against a median of ");
  prose.quantity(s, *prose.same_unit("median", worst.ids, {core::Statistic::Kind::median, 0}), 4);
  std::vector<FactId> distance = {worst.worst};
  distance.insert(distance.end(), worst.ids.begin(), worst.ids.end());
  if (const auto mads = prose.number("mad_distance", std::move(distance), response.metric)) {
    s.text(", ");
    prose.quantity(s, *mads, 2);
    s.text(" scaled median absolute deviations away");
  }
  s.text(". They are kept; medians hardly feel them, means do.");
  finding.weight = 40;
  return finish(std::move(finding));
}

// One finding for each response, over all configurations.
void add_outliers(const Study& study, Prose& prose, std::vector<Finding>& out) {
  std::vector<std::pair<const Response*, std::vector<Outlying>>> found;
  for_each_repeats(study, prose.ledger().corpus(), kFewestForOutlier, [&](const Response& response, std::uint32_t configuration, const Repeats& group) {
    auto outlying = outlying_of(configuration, group);
    if (!outlying) return;
    if (found.empty() || found.back().first != &response) found.emplace_back(&response, std::vector<Outlying>());
    found.back().second.push_back(std::move(*outlying));
  });
  for (std::size_t i = 0; i < std::min(found.size(), kMostPerStudy); ++i) out.push_back(outlier_finding(study, *found[i].first, found[i].second, prose));
}

// Rows that are told apart by a name (a prompt) are different work; a trend over them is no drift.
bool same_work(const Study& study) {
  return std::all_of(study.blocks.begin(), study.blocks.end(), [](const Factor& block) { return block.numeric; });
}

void write_drift(Finding& finding, const Response& response, const Repeats& group, Prose& prose) {
  const std::size_t third = group.ids.size() / 3;
  const std::vector<FactId> early(group.ids.begin(), group.ids.begin() + static_cast<std::ptrdiff_t>(third));
  const std::vector<FactId> late(group.ids.end() - static_cast<std::ptrdiff_t>(third), group.ids.end());
  const auto first = prose.same_unit("mean", early, {core::Statistic::Kind::mean, 0});
  const auto last = prose.same_unit("mean", late, {core::Statistic::Kind::mean, 0});
  Statement& s = finding.statement;
  s.text("Over ");
  prose.whole(s, *prose.count("count", group.ids, response.metric));
  s.text(" repeated runs in ").artifact(finding.paths.front()).text(" " + prose.title(response.metric) + " drifts by ");
  prose.quantity(s, *prose.percent("drift;0.95", group.ids, response.metric), 2);
  s.text(" (95 % confidence interval ");
  prose.interval(s, *prose.percent("drift_low;0.95", group.ids, response.metric), *prose.percent("drift_high;0.95", group.ids, response.metric));
  s.text(", ");
  prose.p_value(s, *prose.number("drift_p", group.ids, response.metric));
  s.text("): the mean of the last third, ");
  prose.quantity(s, *last, 4);
  s.text(", is ").compare(prose.value(*last) > prose.value(*first) ? "higher" : "lower", *last, *first);
  s.text(" than that of the first, ");
  prose.quantity(s, *first, 4);
  s.text(".");
}

void add_drift(const Study& study, Prose& prose, std::size_t tests, std::vector<Finding>& out) {
  const core::Corpus& corpus = prose.ledger().corpus();
  if (study.order == RunOrder::unknown || !same_work(study)) return;
  const std::size_t before = out.size();
  for_each_repeats(study, corpus, kFewestForDrift, [&](const Response& response, std::uint32_t configuration, const Repeats& group) {
    if (group.values.size() > kMostForDrift || out.size() - before == kMostPerStudy) return;
    const auto t = trend(group.values, 0.95);
    if (!t || t->p * static_cast<double>(tests) >= kAlpha || (t->low <= 0 && t->high >= 0)) return;
    const std::size_t third = group.values.size() / 3;
    const auto middle = static_cast<std::ptrdiff_t>(third);
    const double change = mean({group.values.end() - middle, group.values.end()}) - mean({group.values.begin(), group.values.begin() + middle});
    const double middle_value = median(group.values);
    if ((change > 0) != (t->slope > 0) || !(middle_value > 0)) return;
    if (100 * std::abs(t->slope) * static_cast<double>(group.values.size() - 1) > kMostDrift * middle_value) return;
    Finding finding = start(FindingKind::drift, study, response, configuration, corpus);
    finding.title = prose.title(response.metric) + " drifts over the run";
    write_drift(finding, response, group, prose);
    if (study.order == RunOrder::rows) {
      finding.doubts.emplace_back();
      finding.doubts.back().text("The rows carry no timestamps; they are taken to stand in the order in which they ran.");
    }
    finding.action.text("Interleave configurations in randomised blocks, and re-time an anchor configuration to see the drift.");
    finding.weight = 55;
    out.push_back(finish(std::move(finding)));
  });
}

std::size_t drift_tests(const std::vector<Study>& studies, const core::Corpus& corpus) {
  std::size_t tests = 0;
  for (const Study& study : studies)
    if (study.kind == StudyKind::samples && study.order != RunOrder::unknown && same_work(study))
      for_each_repeats(study, corpus, kFewestForDrift, [&](const Response&, std::uint32_t, const Repeats&) { ++tests; });
  return tests;
}

}  // namespace

std::vector<Finding> run_findings(const std::vector<Study>& studies, const core::Vocabulary& vocabulary, Ledger& ledger) {
  Prose prose(ledger, vocabulary);
  std::vector<Finding> out;
  if (auto finding = cold_start_finding(studies, prose)) out.push_back(std::move(*finding));
  const auto failures = gather_failures(studies, ledger.corpus());
  for (const std::string_view which : {"files", "rows"})
    if (auto finding = failure_finding(failures, prose, which)) out.push_back(std::move(*finding));
  const std::size_t tests = drift_tests(studies, ledger.corpus());
  for (const Study& study : studies) {
    if (study.kind == StudyKind::summary || study.kind == StudyKind::series) continue;
    add_outliers(study, prose, out);
    if (study.kind == StudyKind::samples) add_drift(study, prose, tests, out);
  }
  return out;
}

}  // namespace chimera::analysis
