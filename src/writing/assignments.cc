#include "writing/assignments.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>

#include "base/one_of.h"

namespace chimera::writing {
namespace {

using agents::Tone;
using core::Finding;
using core::FindingKind;

constexpr std::size_t kSummarySentences = 4;
constexpr std::size_t kSameKind = 2;
constexpr std::size_t kExhibits = 6;
constexpr std::size_t kTypesNamed = 3;
constexpr std::size_t kRisks = 3;

std::string noun(std::uint64_t n, std::string_view one, std::string_view many) { return fmt::format(" {}", n == 1 ? one : many); }

SectionPlan plan_inventory(const WriterInput& input) {
  SectionPlan plan{std::string(kInventorySection), "Data Ingestion Summary", Author::collector, {}};
  const auto add = [&](std::string topic, std::vector<Exhibit> exhibits) {
    if (!exhibits.empty()) plan.assignments.push_back(assign(plan.id, std::move(topic), Tone::report, std::move(exhibits)));
  };
  const analysis::Inventory& inventory = input.inventory;
  std::vector<Exhibit> types;
  for (const analysis::TypeCount& type : inventory.types)
    if (types.size() < kTypesNamed)
      types.push_back(record_phrase(input.record, fmt::format("/inventory/types/{}/files", core::to_string(type.type)), "",
                                    noun(type.files, title_of(type.type) + " file", title_of(type.type) + " files")));
  add("the files by type", std::move(types));
  if (inventory.files > 0)
    add("how much was read", {record_phrase(input.record, "/inventory/files", "", noun(inventory.files, "artifact", "artifacts")),
                              record_phrase(input.record, "/inventory/size_bytes", "", " in all")});
  add("the numbers in them", {record_phrase(input.record, "/numbers/found", "", " numbers"), record_phrase(input.record, "/numbers/facts", "", " facts with a known place")});
  if (!inventory.first_date.empty()) {
    Exhibit dates;
    dates.fill.text("from ").shown_in(RunRecord::kPath, inventory.first_date).text(" to ").shown_in(RunRecord::kPath, inventory.last_date);
    dates.shown = dates.fill.plain();
    add("the dates inside the files", {record_phrase(input.record, "/inventory/dates_inside/files", "", noun(inventory.dated, "artifact", "artifacts") + " with dates"), std::move(dates)});
  }
  return plan;
}

// Whether the data tell a best configuration from every other: only then its title says so (analysis/sweep.cc).
bool is_settled(const Finding& finding) {
  constexpr std::string_view kTold = " stands out";
  return finding.kind == FindingKind::best_configuration && finding.title.size() > kTold.size() &&
         finding.title.compare(finding.title.size() - kTold.size(), kTold.size(), kTold) == 0;
}

bool measures(const std::vector<Exhibit>& exhibits) {
  return std::any_of(exhibits.begin(), exhibits.end(), [](const Exhibit& e) { return e.kind == ExhibitKind::quantity || e.kind == ExhibitKind::relation; });
}

// A finding with what can be cited of it.
struct Candidate {
  const Finding* finding = nullptr;
  std::vector<Exhibit> exhibits;
};

std::vector<Candidate> candidates(const WriterInput& input) {
  std::vector<Candidate> all;
  for (const Finding& finding : input.findings) {
    Candidate candidate{&finding, exhibits_of(finding, input.ledger, input.vocabulary, kExhibits)};
    if (!candidate.exhibits.empty()) all.push_back(std::move(candidate));
  }
  return all;
}

Assignment about(const Candidate& candidate, std::string_view section, std::string topic, Tone tone) {
  Assignment assignment = assign(std::string(section), std::move(topic), tone, candidate.exhibits);
  assignment.about = candidate.finding->kind;
  return assignment;
}

SectionPlan plan_summary(const std::vector<Candidate>& all) {
  SectionPlan plan{std::string(kSummarySection), "Executive Summary", Author::insight, {}};
  std::map<FindingKind, std::size_t> of_kind;
  for (const Candidate& candidate : all) {
    if (plan.assignments.size() == kSummarySentences) break;
    if (candidate.finding->kind == FindingKind::gap || !measures(candidate.exhibits) || of_kind[candidate.finding->kind]++ >= kSameKind) continue;
    plan.assignments.push_back(about(candidate, kSummarySection, {}, Tone::report));
  }
  return plan;
}

// What a recommendation should look after, and how well a finding speaks of it; 0: not at all.
struct Aspect {
  std::string topic;
  std::function<int(const Candidate&, const core::Vocabulary&)> suits;
};

bool is_rate(core::Dimension d) {
  using core::Dimension;
  return d == Dimension::token_rate || d == Dimension::request_rate || d == Dimension::bandwidth || d == Dimension::flop_rate || d == Dimension::operation_rate;
}

bool speaks_of(const Candidate& candidate, const core::Vocabulary& vocabulary, const std::function<bool(const core::Metric&)>& wanted) {
  return std::any_of(candidate.exhibits.begin(), candidate.exhibits.end(), [&](const Exhibit& e) {
    const core::Metric* metric = e.metric.empty() ? nullptr : vocabulary.find(e.metric);
    return metric != nullptr && wanted(*metric);
  });
}

int about_throughput(const Candidate& candidate, const core::Vocabulary& vocabulary) {
  if (!speaks_of(candidate, vocabulary, [](const core::Metric& m) { return is_rate(m.dimension); })) return 0;
  const FindingKind kind = candidate.finding->kind;
  return kind == FindingKind::best_configuration || kind == FindingKind::factor_effect || kind == FindingKind::comparison ? 3 : 2;
}

int about_waiting(const Candidate& candidate, const core::Vocabulary& vocabulary) {
  if (speaks_of(candidate, vocabulary, [](const core::Metric& m) { return m.name == "ttft"; })) return 3;
  return speaks_of(candidate, vocabulary, [](const core::Metric& m) { return m.dimension == core::Dimension::time; }) ? 2 : 0;
}

// Quality of what a model answers where that was measured, else of the evidence itself.
int about_quality(const Candidate& candidate, const core::Vocabulary& vocabulary) {
  if (speaks_of(candidate, vocabulary, [](const core::Metric& m) { return m.direction > 0 && (m.dimension == core::Dimension::fraction || m.dimension == core::Dimension::none); })) return 4;
  constexpr std::array kDoubtful = {FindingKind::summary_mismatch, FindingKind::contradiction, FindingKind::mislabelled, FindingKind::confounded_factor,
                                    FindingKind::outlier, FindingKind::drift, FindingKind::failed_rows};
  if (base::is_one_of(candidate.finding->kind, kDoubtful)) return measures(candidate.exhibits) ? 3 : 1;
  return measures(candidate.exhibits) ? 2 : 1;
}

// Whether the first comparison of a finding has one that is proven faster, which its statement names first.
bool has_winner(const std::vector<Exhibit>& exhibits) {
  const auto first = std::find_if(exhibits.begin(), exhibits.end(), [](const Exhibit& e) { return e.kind == ExhibitKind::relation; });
  if (first == exhibits.end()) return false;
  const auto& parts = first->fill.parts();
  return std::any_of(parts.begin(), parts.end(), [](const core::Part& p) { return p.kind == core::Part::Kind::comparison && p.shown == "faster"; });
}

// Of a finding whose winner may be recommended: what speaks for the winner.
void keep_winner(std::vector<Exhibit>& exhibits) {
  int winner = 0;
  std::vector<Exhibit> kept;
  for (std::size_t i = 0; i < exhibits.size(); ++i) {
    const int number = static_cast<int>(i) + 1;
    if (exhibits[i].kind == ExhibitKind::configuration && winner == 0) winner = number;
    const bool other = (exhibits[i].kind == ExhibitKind::configuration && number != winner) || (exhibits[i].kind == ExhibitKind::quantity && exhibits[i].owner != winner);
    if (other) continue;
    kept.push_back(exhibits[i]);
    if (exhibits[i].kind == ExhibitKind::configuration) winner = number;
  }
  std::map<int, int> moved;
  for (std::size_t i = 0, k = 0; i < exhibits.size() && k < kept.size(); ++i)
    if (exhibits[i].shown == kept[k].shown && exhibits[i].kind == kept[k].kind) moved[static_cast<int>(i) + 1] = static_cast<int>(++k);
  for (Exhibit& exhibit : kept) exhibit.owner = moved[exhibit.owner];
  exhibits = std::move(kept);
}

SectionPlan plan_recommendations(const WriterInput& input, const std::vector<Candidate>& all) {
  SectionPlan plan{std::string(kRecommendationsSection), "Recommendations", Author::insight, {}};
  const std::vector<Aspect> aspects = {{"throughput", about_throughput}, {"waiting time", about_waiting}, {"quality", about_quality}};
  std::set<const Finding*> used;
  for (const Aspect& aspect : aspects) {
    const Candidate* best = nullptr;
    int most = 0;
    for (const Candidate& candidate : all) {
      const int suits = aspect.suits(candidate, input.vocabulary) * 2 - (used.count(candidate.finding) > 0 ? 1 : 0);
      if (candidate.finding->kind != FindingKind::gap && suits > most) most = suits, best = &candidate;
    }
    if (best == nullptr) continue;
    used.insert(best->finding);
    Candidate chosen = *best;
    const bool endorses = is_settled(*best->finding) || has_winner(chosen.exhibits);
    if (endorses) keep_winner(chosen.exhibits);
    if (chosen.exhibits.empty()) continue;
    Assignment assignment = about(chosen, kRecommendationsSection, aspect.topic, Tone::advise);
    assignment.endorses = endorses;
    assignment.task.advice = best->finding->action.plain();
    plan.assignments.push_back(std::move(assignment));
  }
  if (plan.assignments.size() < aspects.size()) plan.assignments.clear();
  return plan;
}

int risk_rank(const Finding& finding) {
  constexpr std::array kOrder = {FindingKind::mislabelled, FindingKind::contradiction, FindingKind::summary_mismatch, FindingKind::cold_start,
                                 FindingKind::confounded_factor, FindingKind::outlier, FindingKind::drift, FindingKind::best_configuration, FindingKind::gap};
  if (is_settled(finding)) return -1;
  const auto at = std::find(kOrder.begin(), kOrder.end(), finding.kind);
  return at == kOrder.end() ? -1 : static_cast<int>(at - kOrder.begin());
}

SectionPlan plan_risks(const std::vector<Candidate>& all) {
  SectionPlan plan{std::string(kRisksSection), "Risks and Mitigations", Author::insight, {}};
  std::vector<const Candidate*> risky;
  for (const Candidate& candidate : all)
    if (risk_rank(*candidate.finding) >= 0 && (measures(candidate.exhibits) || candidate.finding->kind == FindingKind::gap)) risky.push_back(&candidate);
  std::stable_sort(risky.begin(), risky.end(), [](const Candidate* a, const Candidate* b) { return risk_rank(*a->finding) < risk_rank(*b->finding); });
  std::set<FindingKind> seen;
  for (const Candidate* candidate : risky) {
    const bool again = !seen.insert(candidate->finding->kind).second && candidate->finding->kind != FindingKind::gap;
    if (plan.assignments.size() == 2 * kRisks || again) continue;
    plan.assignments.push_back(about(*candidate, kRisksSection, "risk", Tone::warn));
    Assignment mitigation = about(*candidate, kRisksSection, "mitigation", Tone::advise);
    mitigation.task.section = "mitigations";
    mitigation.task.advice = candidate->finding->action.plain();
    plan.assignments.push_back(std::move(mitigation));
  }
  return plan;
}

}  // namespace

std::vector<SectionPlan> plan_sections(const WriterInput& input) {
  const std::vector<Candidate> all = candidates(input);
  std::vector<SectionPlan> plans = {plan_inventory(input), plan_summary(all), plan_recommendations(input, all), plan_risks(all)};
  std::erase_if(plans, [](const SectionPlan& plan) { return plan.assignments.empty(); });
  return plans;
}

}  // namespace chimera::writing
