#include "analysis/compare_groups.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "analysis/equal_work.h"
#include "analysis/levels.h"
#include "analysis/prose.h"
#include "analysis/statistics.h"
#include "analysis/sweep_view.h"
#include "base/one_of.h"

namespace chimera::analysis {
namespace {

using core::FactId;
using core::Finding;
using core::FindingKind;
using core::RowState;
using core::Statement;
using StatKind = core::Statistic::Kind;

constexpr double kAlpha = 0.05;
constexpr double kBlocks = 0.5;          // order share from which groups ran one after the other
constexpr std::size_t kMostGroups = 12;
constexpr std::size_t kFewestPairs = 3;
constexpr std::size_t kFewestUnpaired = 3;

struct Member {
  FactId id;
  double value = 0;
  std::uint32_t key = 0;  // what it shares with its partners: the other factors and the block
};

struct Group {
  std::uint32_t level = 0;
  std::vector<Member> members;
  std::vector<FactId> moments;  // mean, standard deviation and n, where the samples were not kept
  FactId centre;                // mean
};

// How two groups are compared: which formulas, on which inputs.
struct Test {
  std::string name;        // "paired", "welch", "moments"
  std::string parameters;  // behind alpha and the number of comparisons
  std::vector<FactId> inputs;
  std::size_t pairs = 0;
};

// Compares the groups of one factor in one response.
class Comparison {
 public:
  Comparison(const Study& study, const Factor& factor, const Response& response, Prose& prose)
      : study_(study), factor_(factor), response_(response), prose_(prose), corpus_(prose.ledger().corpus()),
        path_(corpus_.document(study.document).artifact.path), title_(prose.title(response.metric)) {}

  std::optional<Finding> write() {
    take_groups();
    if (groups_.size() < 2) return std::nullopt;
    const double sign = response_.direction < 0 ? -1 : 1;
    std::stable_sort(groups_.begin(), groups_.end(), [&](const Group& a, const Group& b) {
      return sign * prose_.value(a.centre) > sign * prose_.value(b.centre);
    });
    Finding finding;
    finding.kind = FindingKind::comparison;
    finding.id = fmt::format("comparison:{}:{}:{}:{}", path_, corpus_.document(study_.document).tables[study_.table].name, factor_.key, response_.metric);
    finding.title = fmt::format("{} by `{}`", title_, plain(factor_.key));
    finding.paths = {path_};
    bool any = false;
    for (std::size_t g = 1; g < groups_.size(); ++g) any = compare(finding, groups_.front(), groups_[g]) || any;
    if (!any) return std::nullopt;
    add_doubts(finding);
    finding.weight = seen_ ? 70 : 50;
    return finish(std::move(finding));
  }

 private:
  static std::string plain(std::string key) {
    const std::size_t slash = key.rfind('/');
    if (slash != std::string::npos && slash + 1 < key.size()) key.erase(0, slash + 1);
    std::replace(key.begin(), key.end(), '_', ' ');
    return key;
  }

  void take_groups() {
    const auto keys = partner_keys();
    const bool warm_only = contains_load(study_, response_);
    groups_.resize(factor_.levels.size());
    for (std::uint32_t l = 0; l < groups_.size(); ++l) groups_[l].level = l;
    for (std::size_t i = 0; i < study_.rows.size(); ++i) {
      const bool used = study_.state[i] == RowState::ok || (study_.state[i] == RowState::cold && !warm_only);
      if (!used || !response_.value[i] || !(*response_.value[i] > 0)) continue;
      groups_[factor_.level[i]].members.push_back({corpus_.id(response_.cell[i]), *response_.value[i], keys[i]});
      if (response_.statistic.kind == StatKind::mean) take_moments(groups_[factor_.level[i]], i);
    }
    groups_.erase(std::remove_if(groups_.begin(), groups_.end(), [](const Group& g) { return g.members.empty(); }), groups_.end());
    for (Group& group : groups_) {
      std::vector<FactId> ids;
      for (const Member& member : group.members) ids.push_back(member.id);
      group.centre = ids.size() == 1 ? ids.front() : *prose_.same_unit("mean", ids, {StatKind::mean, 0});
    }
  }

  // Rows are partners where they share the other factors and the block that crosses the groups.
  std::vector<std::uint32_t> partner_keys() {
    std::vector<const Factor*> shared;
    for (const Factor& other : study_.factors)
      if (&other != &factor_) shared.push_back(&other);
    others_ = shared.size();
    for (const Factor& block : study_.blocks) {
      if (!crosses(block)) continue;
      block_ = plain(block.key);
      shared.push_back(&block);
      break;
    }
    std::uint32_t count = 0;
    return combine(shared, study_.rows.size(), count);
  }
  bool crosses(const Factor& block) const {
    std::map<std::uint32_t, std::uint32_t> first;
    std::size_t shared = 0;
    for (std::size_t i = 0; i < block.level.size(); ++i)
      shared += first.emplace(block.level[i], factor_.level[i]).first->second != factor_.level[i] ? 1 : 0;
    return 2 * shared >= block.levels.size();
  }

  // The standard deviation beside a mean, and how many runs both rest on.
  void take_moments(Group& group, std::size_t row) {
    const auto sibling = std::find_if(study_.responses.begin(), study_.responses.end(), [&](const Response& r) {
      return r.metric == response_.metric && r.unit == response_.unit && r.statistic.kind == StatKind::stddev;
    });
    if (sibling == study_.responses.end() || !sibling->value[row]) return;
    const auto n = runs_of(study_.rows[row]);
    if (!n) return;
    group.moments = {corpus_.id(response_.cell[row]), corpus_.id(sibling->cell[row]), *n};
  }

  // A count of runs in the row, else the only one of the document.
  std::optional<FactId> runs_of(std::uint32_t row) const {
    const core::Document& document = corpus_.document(study_.document);
    if (const auto own = runs_in(study_.table, row)) return own;
    std::optional<FactId> found;
    for (std::uint32_t t = 0; t < document.tables.size(); ++t) {
      if (document.tables[t].rows.size() != 1) continue;
      const auto here = runs_in(t, 0);
      if (here && found) return std::nullopt;  // which one?
      if (here) found = here;
    }
    return found;
  }
  std::optional<FactId> runs_in(std::uint32_t t, std::uint32_t row) const {
    static constexpr std::array<std::string_view, 8> kNames = {"runs", "n", "iterations", "repetitions", "reps", "samples", "rounds", "num_runs"};
    const core::Table& table = corpus_.document(study_.document).tables[t];
    for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
      std::string_view key = table.columns[c].key;
      const std::size_t slash = key.rfind('/');
      if (slash != std::string_view::npos) key.remove_prefix(slash + 1);
      const core::Cell& cell = table.columns[c].cells[row];
      const bool whole = cell.kind == core::CellKind::number && cell.number >= 2 && cell.number == std::floor(cell.number);
      if (whole && base::is_one_of(key, kNames)) return corpus_.id({study_.document, t, row, c});
    }
    return std::nullopt;
  }

  std::optional<Test> choose_test(const Group& a, const Group& b) const {
    if (!a.moments.empty() && !b.moments.empty() && a.members.size() == 1 && b.members.size() == 1) {
      Test test{"moments", "", a.moments, 0};
      test.inputs.insert(test.inputs.end(), b.moments.begin(), b.moments.end());
      return test;
    }
    if (response_.statistic.kind != StatKind::sample) return std::nullopt;
    if (auto test = pair_up(a, b)) return test;
    if (others_ > 0 || a.members.size() < kFewestUnpaired || b.members.size() < kFewestUnpaired) return std::nullopt;
    Test test{"welch", fmt::format(";{}", a.members.size()), {}, 0};
    for (const Group* group : {&a, &b})
      for (const Member& member : group->members) test.inputs.push_back(member.id);
    return test;
  }

  std::optional<Test> pair_up(const Group& a, const Group& b) const {
    if (others_ == 0 && block_.empty()) return std::nullopt;
    std::map<std::uint32_t, FactId> partners;
    for (const Member& member : a.members)
      if (!partners.emplace(member.key, member.id).second) return std::nullopt;  // not one each: nothing to pair by
    std::vector<FactId> first;
    std::vector<FactId> second;
    std::map<std::uint32_t, bool> taken;
    for (const Member& member : b.members) {
      if (!taken.emplace(member.key, true).second) return std::nullopt;
      const auto partner = partners.find(member.key);
      if (partner == partners.end()) continue;
      first.push_back(partner->second);
      second.push_back(member.id);
    }
    if (first.size() < kFewestPairs) return std::nullopt;
    Test test{"paired", "", std::move(first), second.size()};
    test.inputs.insert(test.inputs.end(), second.begin(), second.end());
    return test;
  }

  std::optional<FactId> part(const Test& test, std::string_view suffix) {
    const std::size_t comparisons = groups_.size() * (groups_.size() - 1) / 2;
    return prose_.percent(fmt::format("{}{};{};{}{}", test.name, suffix, kAlpha, comparisons, test.parameters), test.inputs, response_.metric);
  }

  void cite(Statement& s, const Group& group) const {
    const std::string& level = factor_.levels[group.level];
    if (factor_.setting && plain_value(level)) s.config(factor_.key + "=" + level, group.members.front().id);
    else s.code(level);
  }

  // The leading group against another; false where no test fits.
  bool compare(Finding& finding, const Group& lead, const Group& other) {
    const auto test = choose_test(other, lead);
    if (!test) return false;
    const auto change = part(*test, "");
    const auto low = part(*test, "_low");
    const auto high = part(*test, "_high");
    if (!change || !low || !high) return false;
    const bool up = prose_.value(*change) > 0;
    const bool same_sign = up == (prose_.value(lead.centre) > prose_.value(other.centre));
    const bool seen = (prose_.value(*low) > 0 || prose_.value(*high) < 0) && same_sign;
    Statement& s = finding.statement;
    if (s.empty()) s.text("In ").artifact(path_).text(" ");
    else s.text(" ");
    cite(s, lead);
    if (seen) {
      seen_ = true;
      s.text(" is ").compare(word(up), lead.centre, other.centre).text(" than ");
      cite(s, other);
      s.text(" in " + title_ + ": ");
      prose_.quantity(s, lead.centre, 4);
      s.text(" against ");
      prose_.quantity(s, other.centre, 4);
      s.text(", ");
      prose_.quantity(s, *change, 3);
      s.text(" (95 % confidence interval ");
    } else {
      s.text(" and ");
      cite(s, other);
      // Means and paired ratios may point different ways; then neither word is right.
      const bool tie = prose_.value(*low) <= 0 && prose_.value(*high) >= 0;
      if (tie) s.text(" ").compare("cannot be told apart", *low, *high);
      else s.text(" differ, in an unclear direction,");
      s.text(" in " + title_ + " (");
      prose_.quantity(s, lead.centre, 4);
      s.text(" against ");
      prose_.quantity(s, other.centre, 4);
      s.text("; 95 % confidence interval of the difference ");
    }
    prose_.interval(s, *low, *high);
    s.text(").");
    used_ = test->name;
    pairs_ = test->pairs;
    return true;
  }

  std::string_view word(bool up) const {
    switch (response_.unit->dimension) {
      case core::Dimension::time:
      case core::Dimension::token_time: return up ? "slower" : "faster";
      case core::Dimension::token_rate:
      case core::Dimension::request_rate:
      case core::Dimension::bandwidth:
      case core::Dimension::flop_rate: return up ? "faster" : "slower";
      default: return up ? "higher" : "lower";
    }
  }

  void add_doubts(Finding& finding) {
    const auto doubt = [&]() -> Statement& { return finding.doubts.emplace_back(); };
    if (used_ == "moments") doubt().text("The samples were not kept; the interval rests on the stated means, standard deviations and number of runs.");
    if (used_ == "paired") {
      Statement& s = doubt();
      s.text("Compared pair by pair over ");
      prose_.whole(s, prose_.constant(static_cast<double>(pairs_), count_unit(), groups_.front().centre));
      s.text(block_.empty() ? " shared settings." : " shared values of " + block_ + ".");
    }
    if (used_ == "welch") doubt().text("The groups share nothing to pair them by, so differences in their work are part of the interval.");
    if (study_.order != RunOrder::unknown && order_share(factor_.level) >= kBlocks)
      doubt().text("The groups ran one after the other, so whatever changed with time is part of the difference.");
    if (!study_.consequences.empty() && is_group_key(factor_.key)) {
      Statement& s = doubt();
      s.text("The groups differ in other settings too: ");
      for (std::size_t i = 0; i < study_.consequences.size(); ++i) s.text(i == 0 ? "" : ", ").code(study_.consequences[i]);
      s.text(".");
    }
    if (groups_.size() > 2) doubt().text("The intervals are widened for all pairs of groups (Bonferroni).");
  }

  const Study& study_;
  const Factor& factor_;
  const Response& response_;
  Prose& prose_;
  const core::Corpus& corpus_;
  std::string path_;
  std::string title_;
  std::vector<Group> groups_;
  std::string block_;       // what pairs the rows; empty where nothing does
  std::size_t others_ = 0;  // other factors
  std::string used_;        // the last test
  std::size_t pairs_ = 0;
  bool seen_ = false;
};

bool comparable(const Study& study, const Factor& factor) {
  if (factor.levels.size() > kMostGroups) return false;
  return is_group_key(factor.key) || (study.kind == StudyKind::samples && !factor.numeric);
}

// blocked_effects() says it already.
bool compared_in_sweep(const Study& study, const Factor& factor, const Response& response) {
  return study.kind == StudyKind::sweep && repetition_block(study).block != nullptr && &response == primary_response(study) &&
         !sizes_work(study, factor);
}

// At most two responses of a study: the primary one, and TTFT where that is another.
std::vector<const Response*> responses_to_compare(const Study& study) {
  std::vector<const Response*> out;
  const Response* primary = primary_response(study);
  if (primary == nullptr) return out;
  out.push_back(primary);
  for (const Response& response : study.responses) {
    if (response.metric == "ttft" && &response != primary && response.statistic.kind == StatKind::sample) {
      out.push_back(&response);
      break;
    }
  }
  return out;
}

}  // namespace

std::vector<Finding> comparison_findings(const std::vector<Study>& studies, const core::Vocabulary& vocabulary, Ledger& ledger) {
  Prose prose(ledger, vocabulary);
  std::vector<Finding> out;
  for (const Study& study : studies) {
    if (study.kind == StudyKind::summary || study.kind == StudyKind::series) continue;
    for (const Response* response : responses_to_compare(study)) {
      for (const Factor& factor : study.factors) {
        if (!comparable(study, factor) || compared_in_sweep(study, factor, *response)) continue;
        if (auto finding = Comparison(study, factor, *response, prose).write()) out.push_back(std::move(*finding));
      }
    }
  }
  return out;
}

}  // namespace chimera::analysis
