#include "writing/write_studies.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>

#include "analysis/equal_work.h"
#include "analysis/prose.h"
#include "analysis/statistics.h"
#include "analysis/sweep_view.h"
#include "base/one_of.h"

namespace chimera::writing {
namespace {

using analysis::Factor;
using analysis::Response;
using analysis::Study;
using analysis::StudyKind;
using core::Statement;
using report::Align;
using report::Cells;
using report::Draft;

constexpr std::size_t kBestShown = 3;
constexpr std::size_t kResponsesShown = 4;
constexpr std::size_t kConfigurationsShown = 12;
constexpr double kConfidence = 0.95;
constexpr int kDigits = 4;  // significant digits of a statistic in a table

Statement words(std::string_view text) { return Statement().text(text); }

const core::Corpus& corpus(const WriterInput& input) { return input.ledger.corpus(); }

std::size_t present(const Response& response) {
  return static_cast<std::size_t>(std::count_if(response.value.begin(), response.value.end(), [](const auto& v) { return v.has_value(); }));
}

// How much a response says about the study: rates before times, which depend on the amount of work, before what has no
// better direction.
int interest(const Response& response) {
  constexpr std::array<std::string_view, 6> kFirst = {"throughput", "", "ttft", "e2e_latency", "latency", "tpot"};
  constexpr std::array kRates = {core::Dimension::token_rate, core::Dimension::request_rate, core::Dimension::bandwidth, core::Dimension::flop_rate};
  const auto at = std::find(kFirst.begin(), kFirst.end(), response.metric);
  if (at != kFirst.end()) return static_cast<int>(at - kFirst.begin());
  if (response.direction > 0 && base::is_one_of(response.unit->dimension, kRates)) return 1;
  return response.direction != 0 ? 50 : 100;
}

std::vector<const Response*> ranked(const Study& study) {
  std::vector<const Response*> out;
  for (const Response& response : study.responses)
    if (present(response) > 0) out.push_back(&response);
  // First what the findings compare, so that table and findings speak of one thing.
  const Response* primary = analysis::primary_response(study);
  std::stable_sort(out.begin(), out.end(), [&](const Response* a, const Response* b) {
    return std::pair(a != primary, interest(*a)) < std::pair(b != primary, interest(*b));
  });
  return out;
}

std::string name_of(const WriterInput& input, const Response& response) {
  std::string name = analysis::words_of(input.vocabulary, response.metric);
  if (response.statistic.kind != core::Statistic::Kind::sample) name += " " + core::to_string(response.statistic);
  return name;
}

// As written, up to a sensible number of digits: raw files carry seventeen of them.
Statement cell(const WriterInput& input, const Response& response, std::size_t row) {
  if (!response.value[row]) return words("-");
  const core::Fact fact = corpus(input).fact(response.cell[row]);
  if (analysis::hard_to_read(fact.value)) return Statement().shown(fact.id, analysis::readable(fact, kDigits));
  const double value = fact.value.value;
  const double magnitude = value == 0 ? 0 : std::floor(std::log10(std::fabs(value)));
  const int decimals = std::clamp(kDigits - 1 - static_cast<int>(magnitude), 0, std::max(0, fact.value.decimals));
  return Statement().quantity(fact, decimals);
}

// The artifact, and what was measured where the artifact says so: model names are identifiers, not claims.
Statement subject_of(const WriterInput& input, const Study& study) {
  const std::string& path = corpus(input).document(study.document).artifact.path;
  Statement subject = Statement().artifact(path);
  return study.subject.empty() || study.subject == path ? subject : subject.text(": ").code(study.subject);
}

// Whether a run has many of the rows, each one value: the gaps between its tokens.
bool of_one_run(const WriterInput& input, const Study& study) { return corpus(input).document(study.document).tables[study.table].kind == core::TableKind::series; }

// A log holds a sweep of runs, and one of the values inside them.
Statement heading_of(const WriterInput& input, const Study& study, const Response& response) {
  Statement heading = subject_of(input, study);
  return of_one_run(input, study) ? heading.text(", " + name_of(input, response)) : heading;
}

std::vector<std::size_t> rows_to_show(const Response& response) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < response.value.size(); ++i)
    if (response.value[i]) order.push_back(i);
  const bool less_is_better = response.direction < 0;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return less_is_better ? *response.value[a] < *response.value[b] : *response.value[a] > *response.value[b];
  });
  if (order.size() <= kBestShown + 1) return order;
  std::vector<std::size_t> shown(order.begin(), order.begin() + kBestShown);
  shown.push_back(order.back());
  return shown;
}

// The settings that vary: a configuration that can be held against the fact's own, or names quoted as they stand.
Statement settings_of(const Study& study, std::size_t row, core::FactId any) {
  std::string settings;
  bool checkable = !study.factors.empty();
  for (const Factor& factor : study.factors) {
    const std::string& level = factor.levels[factor.level[row]];
    settings += (settings.empty() ? "" : ", ") + factor.key + "=" + level;
    checkable &= factor.setting && analysis::plain_value(level);
  }
  return checkable ? Statement().config(settings, any) : Statement().code(settings);
}

// Of several kinds of work the leading row of each, since rows compare only over the same work.
std::vector<std::size_t> rows_of_each_work(const Study& study, const Response& response) {
  const std::vector<analysis::Part> parts = analysis::parts_of_equal_work(study);
  if (parts.size() < 2) return rows_to_show(response);
  std::vector<std::size_t> shown;
  for (const analysis::Part& part : parts) {
    std::optional<std::size_t> lead;
    for (const std::size_t row : part.rows) {
      if (!response.value[row]) continue;
      const bool ahead = lead && (response.direction < 0 ? *response.value[row] < *response.value[*lead] : *response.value[row] > *response.value[*lead]);
      if (!lead || ahead) lead = row;
    }
    if (lead) shown.push_back(*lead);
  }
  return shown;
}

void write_charts(const WriterInput& input, StudyKind kind, const Study* only, Draft& draft) {
  std::vector<std::pair<std::string, std::string>> charts;
  for (const StudyChart& chart : input.charts) {
    if (chart.study == kOfTheRun) continue;
    const Study& study = input.studies[chart.study];
    if ((study.kind == StudyKind::sweep) == (kind == StudyKind::sweep) && (only == nullptr || only == &study)) charts.emplace_back(chart.chart.head.id, chart.chart.head.title);
  }
  draft.charts(charts);
}

Statement count_of(const WriterInput& input, const std::vector<core::FactId>& ids) {
  const core::FactId id = input.ledger.derive({"count", ids, "rows", core::no_unit(), {core::Statistic::Kind::count, 0}, {}});
  return Statement().shown(id, fmt::format("{}", ids.size()));
}

// Of each metric the foremost definition that has several values of a configuration: the others say the same by other definitions.
std::vector<analysis::SweepView> repeated_views(const WriterInput& input, const Study& study, const std::vector<const Response*>& responses) {
  std::vector<analysis::SweepView> out;
  if (!study.replicated) return out;
  for (const Response* response : responses) {
    const bool known = std::any_of(out.begin(), out.end(), [&](const auto& view) { return view.response->metric == response->metric; });
    if (known || !analysis::tells_performance(*response) || out.size() == kResponsesShown) continue;
    auto view = analysis::view_sweep(study, *response, input.ledger);
    if (!view || (view->block == nullptr && view->y.size() < std::size_t{2} * view->configurations)) continue;
    const bool warm = std::any_of(view->rows.begin(), view->rows.end(), [&](std::size_t row) { return study.state[row] == core::RowState::ok; });
    if (warm) out.push_back(std::move(*view));
  }
  return out;
}

Statement shown(const WriterInput& input, core::FactId id) {
  return Statement().shown(id, analysis::readable(input.ledger.get(id), kDigits));
}

// "51.46 tok/s, 50.9 tok/s to 52.2 tok/s": the median, over blocks with its interval by the sign test where there are enough. Runs
// without blocks may share what they differ by, so they get none.
Statement over_blocks(const WriterInput& input, const analysis::SweepView& view, std::uint32_t configuration) {
  std::vector<core::FactId> values;
  for (std::size_t i = 0; i < view.y.size(); ++i)
    if (view.configuration[i] == configuration) values.push_back(view.id[i]);
  if (values.empty()) return words("-");
  analysis::Prose prose(input.ledger, input.vocabulary);
  const auto centre = prose.same_unit("median", values, {core::Statistic::Kind::median, 0});
  Statement out = shown(input, *centre);
  if (view.block == nullptr) return out;
  const auto low = prose.same_unit(fmt::format("median_low;{}", kConfidence), values, {core::Statistic::Kind::ci_low, 0});
  const auto high = prose.same_unit(fmt::format("median_high;{}", kConfidence), values, {core::Statistic::Kind::ci_high, 0});
  if (low && high) out.text(", ").append(shown(input, *low)).text(" to ").append(shown(input, *high));
  return out;
}

// The number that a view gives a configuration of the study; one that it does not have where no row has a value.
std::uint32_t same_configuration(const analysis::SweepView& view, std::uint32_t of_study) {
  for (std::size_t i = 0; i < view.rows.size(); ++i)
    if (view.study->configuration[view.rows[i]] == of_study) return view.configuration[i];
  return view.configurations;
}

// The configurations by the medians of their values, the best first.
std::vector<std::uint32_t> leading_first(const analysis::SweepView& view) {
  std::vector<std::vector<double>> values(view.configurations);
  for (std::size_t i = 0; i < view.y.size(); ++i) values[view.configuration[i]].push_back(view.y[i]);
  std::vector<std::uint32_t> order(view.configurations);
  std::iota(order.begin(), order.end(), 0U);
  const double sign = view.response->direction < 0 ? -1 : 1;
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return sign * analysis::median(values[a]) > sign * analysis::median(values[b]); });
  return order;
}

std::string medians_of(const analysis::SweepView& view, bool values, bool all) {
  std::string text = view.nested ? "Medians over blocks, of the median of each block's runs" : view.block != nullptr ? "Medians over repetitions" : values ? "Medians of the values of each configuration" : "Medians of the runs of each configuration";
  if (view.block != nullptr) text += ", with 95 % confidence intervals of the median where there are enough of them";
  if (!all) text += "; the leading configurations and the one at the other end";
  return text + ". What can be told apart is said under Key Findings.";
}

// Every configuration over its repetitions: what they were made for. False where the study has none.
bool write_repeated(const WriterInput& input, const Study& study, const std::vector<const Response*>& responses, Draft& draft) {
  const std::vector<analysis::SweepView> views = repeated_views(input, study, responses);
  if (views.empty()) return false;
  const analysis::SweepView& first = views.front();
  std::vector<std::uint32_t> order = leading_first(first);
  const bool all = order.size() <= kConfigurationsShown;
  if (!all) order.erase(order.begin() + kBestShown, order.end() - 1);
  draft.paragraph(words(medians_of(first, of_one_run(input, study), all)));
  std::vector<std::string> header = {"Configuration", first.nested ? "Blocks" : of_one_run(input, study) ? "Values" : "Runs"};
  std::vector<Align> align = {Align::left, Align::right};
  for (const analysis::SweepView& view : views) header.push_back(name_of(input, *view.response)), align.push_back(Align::right);
  std::vector<Cells> rows;
  for (const std::uint32_t c : order) {
    const auto at = static_cast<std::size_t>(std::find(first.configuration.begin(), first.configuration.end(), c) - first.configuration.begin());
    std::vector<core::FactId> ids;
    for (std::size_t i = 0; i < first.y.size(); ++i)
      if (first.configuration[i] == c) ids.push_back(first.id[i]);
    Cells cells = {settings_of(study, first.rows[at], first.cited[at]), count_of(input, ids)};
    for (const analysis::SweepView& view : views) cells.push_back(over_blocks(input, view, same_configuration(view, study.configuration[first.rows[at]])));
    rows.push_back(std::move(cells));
  }
  draft.table(header, rows, align);
  return true;
}

void write_sweep(const WriterInput& input, const Study& study, Draft& draft) {
  std::vector<const Response*> responses = ranked(study);
  if (responses.empty()) return;
  draft.heading(3, heading_of(input, study, *responses.front()));
  if (write_repeated(input, study, responses, draft)) return write_charts(input, StudyKind::sweep, &study, draft);
  if (responses.size() > kResponsesShown) responses.resize(kResponsesShown);
  const bool works = analysis::parts_of_equal_work(study).size() > 1;
  draft.paragraph(words("The rows that lead in " + name_of(input, *responses.front()) +
                        (works ? " for each kind of work." : ", and the row at the other end.") + " What can be told apart is said under Key Findings."));
  std::vector<std::string> header = {"Configuration"};
  std::vector<Align> align = {Align::left};
  for (const Response* response : responses) header.push_back(name_of(input, *response)), align.push_back(Align::right);
  std::vector<Cells> rows;
  for (const std::size_t row : rows_of_each_work(study, *responses.front())) {
    Cells cells = {settings_of(study, row, corpus(input).id(responses.front()->cell[row]))};
    for (const Response* response : responses) cells.push_back(cell(input, *response, row));
    rows.push_back(std::move(cells));
  }
  draft.table(header, rows, align);
  write_charts(input, StudyKind::sweep, &study, draft);
}

// The values of the rows that are neither cold nor warm-up.
std::vector<core::FactId> steady_values(const WriterInput& input, const Study& study, const Response& response) {
  std::vector<core::FactId> ids;
  for (std::size_t i = 0; i < response.value.size(); ++i)
    if (response.value[i] && study.state[i] == core::RowState::ok) ids.push_back(corpus(input).id(response.cell[i]));
  return ids;
}

Statement statistic(const WriterInput& input, const Response& response, const std::vector<core::FactId>& ids, std::string_view formula) {
  const core::FactId id = input.ledger.derive({std::string(formula), ids, response.metric, response.unit, *core::find_statistic(formula), {}});
  return shown(input, id);
}

void write_others(const WriterInput& input, Draft& draft) {
  std::vector<Cells> rows;
  for (const Study& study : input.studies) {
    if (study.kind != StudyKind::samples) continue;
    const std::vector<const Response*> responses = ranked(study);
    if (responses.empty() || responses.front()->direction == 0) continue;
    const Response& first = *responses.front();
    const std::vector<core::FactId> ids = steady_values(input, study, first);
    if (ids.size() < 2) continue;
    rows.push_back({subject_of(input, study), words(name_of(input, first)), count_of(input, ids), statistic(input, first, ids, "median"),
                    statistic(input, first, ids, "min"), statistic(input, first, ids, "max")});
  }
  const bool drawn = std::any_of(input.charts.begin(), input.charts.end(), [&](const StudyChart& c) { return c.study != kOfTheRun && input.studies[c.study].kind != StudyKind::sweep; });
  if (rows.empty() && !drawn) return;
  draft.heading(3, "Other studies");
  draft.paragraph(words("Successful rows only; rows that include loading a model are left out here and treated under Key Findings."));
  draft.table({"Study", "Metric", "Rows", "Median", "Minimum", "Maximum"}, rows,
              {Align::left, Align::left, Align::right, Align::right, Align::right, Align::right});
  write_charts(input, StudyKind::samples, nullptr, draft);
}

}  // namespace

void write_studies(const WriterInput& input, Draft& draft) {
  draft.heading(2, "Performance Analysis");
  const std::size_t before = draft.markdown().size();
  for (const Study& study : input.studies)
    if (study.kind == StudyKind::sweep) write_sweep(input, study, draft);
  write_others(input, draft);
  if (draft.markdown().size() == before) draft.paragraph(words("The artifacts hold too few successful rows of any kind to compare them."));
}

}  // namespace chimera::writing
