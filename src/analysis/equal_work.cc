#include "analysis/equal_work.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "analysis/levels.h"
#include "analysis/statistics.h"
#include "analysis/sweep_view.h"

namespace chimera::analysis {
namespace {

constexpr std::size_t kMostParts = 8;
constexpr double kLeastSlope = 0.5;  // of log time over log level
constexpr double kLeastSpan = 2;     // of the levels

// Mean log response per level; empty where a level has no positive value.
Sample level_means(const Response& response, const Factor& factor) {
  std::vector<Sample> groups(factor.levels.size());
  for (std::size_t i = 0; i < response.value.size(); ++i)
    if (response.value[i] && *response.value[i] > 0) groups[factor.level[i]].push_back(std::log(*response.value[i]));
  Sample means;
  for (const Sample& group : groups) {
    if (group.empty()) return {};
    means.push_back(mean(group));
  }
  return means;
}

bool time_grows_with(const Response& response, const Factor& factor) {
  if (response.unit->dimension != core::Dimension::time || !factor.numeric || factor.levels.size() < 2) return false;
  const double least = std::strtod(factor.levels.front().c_str(), nullptr);
  const double most = std::strtod(factor.levels.back().c_str(), nullptr);
  if (!(least > 0) || most < kLeastSpan * least) return false;
  const Sample means = level_means(response, factor);
  const bool rises = !means.empty() && std::is_sorted(means.begin(), means.end());
  return rises && means.back() - means.front() >= kLeastSlope * std::log(most / least);
}

// Whether warm rows alone have several levels: what only tells them from loads and warm-up ("phase") is not their work.
bool tells_warm_rows_apart(const Study& study, const Factor& factor) {
  std::optional<std::uint32_t> level;
  for (std::size_t i = 0; i < study.rows.size(); ++i) {
    if (study.state[i] != core::RowState::ok) continue;
    if (level && *level != factor.level[i]) return true;
    level = factor.level[i];
  }
  return !level;  // none is warm: nothing is known
}

}  // namespace

bool sizes_work(const Study& study, const Factor& factor) {
  if (is_work_key(factor.key)) return true;
  const Response* response = primary_response(study);
  return response != nullptr && time_grows_with(*response, factor);
}

std::vector<Part> parts_of_equal_work(const Study& study) {
  std::vector<const Factor*> work;
  for (const Factor& factor : study.factors)
    if (sizes_work(study, factor)) work.push_back(&factor);
  for (const Factor& block : study.blocks)
    if (is_work_key(block.key) && tells_warm_rows_apart(study, block)) work.push_back(&block);
  std::uint32_t count = 0;
  const auto part = combine(work, study.rows.size(), count);
  std::vector<Part> parts(count);
  for (std::size_t i = 0; i < study.rows.size(); ++i) parts[part[i]].rows.push_back(i);
  for (Part& p : parts) {
    for (const Factor* factor : work) {
      if (!p.work.empty()) p.work += ", ";
      p.work += factor->key + "=" + factor->levels[factor->level[p.rows.front()]];
    }
  }
  std::stable_sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) { return a.rows.size() > b.rows.size(); });
  if (parts.size() > kMostParts) parts.resize(kMostParts);
  return parts;
}

std::optional<core::Statement> unequal_work(const SweepView& view, const std::vector<core::FactId>& ids, Prose prose) {
  const core::Corpus& corpus = prose.ledger().corpus();
  const core::Table& table = corpus.document(view.study->document).tables[view.study->table];
  const core::TableMeaning& meaning = corpus.meaning(view.study->document)[view.study->table];
  for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
    if (meaning.columns[c].metric != "output_tokens") continue;
    std::vector<core::FactId> tokens;
    for (const std::size_t position : view.rows) {
      const std::uint32_t row = view.study->rows[position];
      if (table.columns[c].cells[row].kind == core::CellKind::number) tokens.push_back(corpus.id({view.study->document, view.study->table, row, c}));
    }
    if (tokens.size() != ids.size()) continue;
    std::vector<core::FactId> pairs = ids;
    pairs.insert(pairs.end(), tokens.begin(), tokens.end());
    const auto p = prose.number("rank_correlation_p", pairs, view.response->metric);
    if (!p || prose.value(*p) >= 0.05) return std::nullopt;
    const auto rho = prose.number("rank_correlation", pairs, view.response->metric);
    const auto least = prose.same_unit("min", tokens, {core::Statistic::Kind::minimum, 0});
    const auto most = prose.same_unit("max", tokens, {core::Statistic::Kind::maximum, 0});
    core::Statement s;
    s.text("The runs were not given equal work: the output ranges from ");
    prose.whole(s, *least);
    s.text(" to ");
    prose.whole(s, *most);
    s.text(", and " + prose.title(view.response->metric) + " goes with it (rank correlation ");
    prose.quantity(s, *rho, 2);
    s.text(", ");
    prose.p_value(s, *p);
    s.text(").");
    return s;
  }
  return std::nullopt;
}

}  // namespace chimera::analysis
