#include "analysis/blocked_effects.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "analysis/levels.h"

namespace chimera::analysis {
namespace {

using core::FactId;
using core::Finding;
using core::FindingKind;
using core::Statement;

constexpr double kAlpha = 0.05;
constexpr double kPower = 0.8;
constexpr std::size_t kMostLevels = 8;
constexpr std::size_t kFewestPairs = 3;
constexpr std::size_t kMostInteractionPairs = 500;

// Runs that differ in one factor alone, at levels `from` and `to` of it.
struct Pairing {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::vector<std::size_t> first;   // used rows of `from`
  std::vector<std::size_t> second;  // their partners
  double p = 1;
  double comparisons = 1;  // Holm's, that widen the interval
};

struct Level {
  FactId centre;  // of its runs that have partners
  FactId row;
  double value = 0;
};

class Effects {
 public:
  Effects(const SweepView& view, const std::vector<std::size_t>& factors, Prose prose)
      : view_(view), study_(*view.study), chosen_(factors), prose_(prose), metric_(view.response->metric) {
    const core::Corpus& corpus = prose_.ledger().corpus();
    path_ = corpus.document(study_.document).artifact.path;
    table_ = corpus.document(study_.document).tables[study_.table].name;
    title_ = prose_.title(metric_);
    ids_ = view.id;
  }

  std::vector<Finding> write() {
    for (const std::size_t f : chosen_) pairings_.push_back(pair_levels(view_.factors[f]));
    correct();
    std::vector<Finding> out;
    for (std::size_t i = 0; i < chosen_.size(); ++i)
      if (auto finding = write_factor(view_.factors[chosen_[i]], pairings_[i])) out.push_back(std::move(*finding));
    return out;
  }

 private:
  // --- pairs ---------------------------------------------------------------------------------------------------------
  std::vector<Pairing> pair_levels(const FactorView& factor) {
    std::vector<Pairing> out;
    if (factor.used.size() > kMostLevels) return out;
    const auto partners = rows_by_partner(factor);
    const auto levels = static_cast<std::uint32_t>(factor.used.size());
    for (std::uint32_t a = 0; a < levels; ++a) {
      for (std::uint32_t b = a + 1; b < levels; ++b) {
        Pairing pairing{a, b, {}, {}, 1, 1};
        for (const auto& rows : partners) {
          if (rows[a] == kNoRow || rows[b] == kNoRow) continue;
          pairing.first.push_back(rows[a]);
          pairing.second.push_back(rows[b]);
        }
        if (pairing.first.size() < kFewestPairs) continue;
        const auto p = prose_.number(fmt::format("paired_p;{};1", kAlpha), inputs(pairing), metric_);
        if (!p) continue;
        pairing.p = prose_.value(*p);
        out.push_back(std::move(pairing));
      }
    }
    return out;
  }

  // Per combination of block and other settings the row of each level.
  static constexpr std::size_t kNoRow = static_cast<std::size_t>(-1);
  std::vector<std::vector<std::size_t>> rows_by_partner(const FactorView& factor) const {
    std::vector<const Factor*> shared = {view_.block};
    for (const Factor& other : study_.factors)
      if (&other != factor.factor) shared.push_back(&other);
    std::uint32_t count = 0;
    const auto key = combine(shared, study_.rows.size(), count);
    std::vector<std::vector<std::size_t>> out(count, std::vector<std::size_t>(factor.used.size(), kNoRow));
    for (std::size_t i = 0; i < ids_.size(); ++i) out[key[view_.rows[i]]][factor.level[i]] = i;
    return out;
  }

  std::vector<FactId> inputs(const Pairing& pairing) const {
    std::vector<FactId> out;
    for (const std::size_t i : pairing.first) out.push_back(ids_[i]);
    for (const std::size_t i : pairing.second) out.push_back(ids_[i]);
    return out;
  }

  // Holm: the k-th smallest of m p values is held against alpha / (m - k); after the first that fails, so do the rest.
  void correct() {
    std::vector<Pairing*> all;
    for (auto& list : pairings_)
      for (Pairing& pairing : list) all.push_back(&pairing);
    tests_ = all.size();
    std::stable_sort(all.begin(), all.end(), [](const Pairing* a, const Pairing* b) { return a->p < b->p; });
    double failed = 0;
    for (std::size_t k = 0; k < all.size(); ++k) {
      const double step = static_cast<double>(all.size() - k);
      if (failed == 0 && all[k]->p >= kAlpha / step) failed = step;
      all[k]->comparisons = failed > 0 ? failed : step;
    }
  }

  // --- sentences -----------------------------------------------------------------------------------------------------
  std::optional<Finding> write_factor(const FactorView& factor, std::vector<Pairing>& pairings) {
    if (pairings.empty()) return std::nullopt;
    const std::uint32_t lead = leader(factor, pairings);
    Finding finding;
    finding.kind = FindingKind::factor_effect;
    finding.id = fmt::format("{}:{}:{}{}:{}", core::to_string(finding.kind), path_, table_.empty() ? "" : table_ + ":", factor.factor->key, metric_);
    finding.paths = {path_};
    finding.statement.text("In ").artifact(path_);
    bool seen = false;
    const Pairing* widest = nullptr;
    for (Pairing& pairing : pairings) {
      if (pairing.from != lead && pairing.to != lead) continue;
      if (pairing.from == lead) {
        std::swap(pairing.from, pairing.to);
        std::swap(pairing.first, pairing.second);
      }
      finding.statement.text(" ");
      seen = compare(finding.statement, factor, pairing) || seen;
      if (widest == nullptr || pairing.p < widest->p) widest = &pairing;
    }
    if (widest == nullptr) return std::nullopt;
    const bool depends = add_interactions(finding.statement, factor, *widest);
    const std::string name = title_of(study_, prose_.ledger().corpus());
    finding.title = "`" + factor.factor->key + (seen || depends ? "` matters for " : "` has not been shown to matter for ") + name;
    finding.weight = seen || depends ? 72 : 45;
    add_doubts(finding, factor, *widest);
    return finish(std::move(finding));
  }

  std::uint32_t leader(const FactorView& factor, const std::vector<Pairing>& pairings) const {
    std::vector<Sample> groups(factor.used.size());
    for (const Pairing& pairing : pairings) {
      for (const std::size_t i : pairing.first) groups[pairing.from].push_back(std::log(view_.y[i]));
      for (const std::size_t i : pairing.second) groups[pairing.to].push_back(std::log(view_.y[i]));
    }
    const double sign = view_.response->direction < 0 ? -1 : 1;
    std::uint32_t best = pairings.front().from;
    for (std::uint32_t l = 0; l < groups.size(); ++l)
      if (!groups[l].empty() && sign * mean(groups[l]) > sign * mean(groups[best])) best = l;
    return best;
  }

  Level level_of(const std::vector<std::size_t>& rows) {
    std::vector<FactId> members;
    members.reserve(rows.size());
    for (const std::size_t i : rows) members.push_back(ids_[i]);
    const auto centre = prose_.same_unit(view_.centre(), members, view_.centre_statistic());
    return {*centre, view_.cited[rows.front()], prose_.value(*centre)};
  }

  void cite(Statement& s, const Factor& factor, const std::string& level, FactId row) const {
    const std::string text = factor.key + "=" + level;
    if (factor.setting && plain_value(level)) s.config(text, row);
    else s.code(text);
  }

  std::optional<FactId> part(const Pairing& pairing, std::string_view suffix) {
    return prose_.percent(fmt::format("paired{};{};{}", suffix, kAlpha, pairing.comparisons), inputs(pairing), metric_);
  }

  // "threads=2 is faster than threads=1 in bandwidth: 12 MB/s against 10 MB/s, 20 % (95 % confidence interval …)."
  bool compare(Statement& s, const FactorView& factor, const Pairing& pairing) {
    const Level lead = level_of(pairing.second);
    const Level other = level_of(pairing.first);
    const auto change = part(pairing, "");
    const auto low = part(pairing, "_low");
    const auto high = part(pairing, "_high");
    if (!change || !low || !high) return false;
    const bool tie = prose_.value(*low) <= 0 && prose_.value(*high) >= 0;
    // Medians and the ratios of pairs may point different ways; then neither word is right.
    const bool seen = !tie && (lead.value > other.value) == (prose_.value(*change) > 0);
    cite(s, *factor.factor, factor.name(pairing.to), lead.row);
    if (seen) s.text(" is ").compare(word(lead.value > other.value), lead.centre, other.centre).text(" than ");
    else s.text(" and ");
    cite(s, *factor.factor, factor.name(pairing.from), other.row);
    if (tie) s.text(" ").compare("cannot be told apart", *low, *high);
    else if (!seen) s.text(" differ, in an unclear direction,");
    s.text(" in " + title_ + (view_.nested ? ": median " : ": geometric mean "));
    prose_.quantity(s, lead.centre, 4);
    s.text(" against ");
    prose_.quantity(s, other.centre, 4);
    s.text(", difference ");
    prose_.quantity(s, *change, 3);
    s.text(" (95 % confidence interval ");
    prose_.interval(s, *low, *high);
    if (tie) describe_power(s, pairing);
    s.text(").");
    return seen;
  }

  void describe_power(Statement& s, const Pairing& pairing) {
    const auto detectable = prose_.percent(fmt::format("paired_detectable;{};{};{}", kAlpha, pairing.comparisons, kPower), inputs(pairing), metric_);
    if (!detectable) return;
    s.text("; a difference of ");
    prose_.quantity(s, *detectable, 2);
    s.text(" would have been found with a power of ");
    prose_.quantity(s, prose_.constant(kPower, core::no_unit(), *detectable), 1);
  }

  std::string_view word(bool up) const {
    switch (view_.response->unit->dimension) {
      case core::Dimension::time:
      case core::Dimension::token_time: return up ? "slower" : "faster";
      case core::Dimension::token_rate:
      case core::Dimension::request_rate:
      case core::Dimension::bandwidth:
      case core::Dimension::flop_rate: return up ? "faster" : "slower";
      default: return up ? "higher" : "lower";
    }
  }

  // --- interactions ----------------------------------------------------------------------------------------------------
  // Whether the ratios of the pairs differ by the level of another setting: an F test of their logs.
  bool add_interactions(Statement& s, const FactorView& factor, const Pairing& pairing) {
    if (pairing.first.size() > kMostInteractionPairs) return false;
    std::vector<FactId> ratios;
    for (std::size_t i = 0; i < pairing.first.size(); ++i) {
      const auto ratio = prose_.number("ratio", {ids_[pairing.first[i]], ids_[pairing.second[i]]}, metric_);
      if (!ratio) return false;
      ratios.push_back(*ratio);
    }
    std::vector<const FactorView*> others;
    for (const FactorView& other : view_.factors)
      if (other.factor != factor.factor && other.used.size() <= kMostLevels) others.push_back(&other);
    bool any = false;
    for (const FactorView* other : others) {
      Design design;
      design.factors.emplace_back();
      for (const std::size_t i : pairing.first) design.factors.front().push_back(other->level[i]);
      const auto p = prose_.number("factor_p;0;" + design.to_string(), ratios, metric_);
      if (!p || prose_.value(*p) * static_cast<double>(others.size()) >= kAlpha) continue;
      describe_levels(s, pairing, *other, *p);
      any = true;
    }
    return any;
  }

  void describe_levels(Statement& s, const Pairing& pairing, const FactorView& other, FactId p) {
    s.text(" The difference depends on ").code(other.factor->key).text(" (");
    prose_.p_value(s, p);
    s.text(")");
    const char* separator = ": ";
    for (std::uint32_t l = 0; l < other.used.size(); ++l) {
      Pairing part_of_it{pairing.from, pairing.to, {}, {}, 1, static_cast<double>(other.used.size())};
      for (std::size_t i = 0; i < pairing.first.size(); ++i) {
        if (other.level[pairing.first[i]] != l) continue;
        part_of_it.first.push_back(pairing.first[i]);
        part_of_it.second.push_back(pairing.second[i]);
      }
      const auto change = part_of_it.first.size() < 2 ? std::nullopt : part(part_of_it, "");
      const auto low = change ? part(part_of_it, "_low") : std::nullopt;
      const auto high = change ? part(part_of_it, "_high") : std::nullopt;
      if (!change || !low || !high) continue;
      s.text(separator);
      cite(s, *other.factor, other.name(l), view_.cited[part_of_it.first.front()]);
      s.text(" ");
      prose_.quantity(s, *change, 3);
      s.text(" (");
      prose_.interval(s, *low, *high);
      s.text(")");
      separator = "; ";
    }
    s.text(".");
  }

  // --- doubts ------------------------------------------------------------------------------------------------------------
  void add_doubts(Finding& finding, const FactorView& factor, const Pairing& pairing) {
    Statement& pairs = finding.doubts.emplace_back();
    pairs.text("Compared in ");
    prose_.whole(pairs, prose_.constant(static_cast<double>(pairing.first.size()), count_unit(), ids_.front()));
    pairs.text(" pairs of runs that share ").code(view_.block->key);
    for (const Factor& other : study_.factors)
      if (&other != factor.factor) pairs.text(", ").code(other.key);
    pairs.text(".");
    if (tests_ > 1) {
      Statement& holm = finding.doubts.emplace_back();
      holm.text("The intervals are widened for ");
      prose_.whole(holm, prose_.constant(static_cast<double>(tests_), count_unit(), ids_.front()));
      holm.text(" comparisons by Holm's method.");
    }
    if (study_.order != RunOrder::unknown && same_order_in_blocks())
      finding.doubts.emplace_back().text("Every repetition ran the configurations in the same order, so the place in the repetition is part of the difference.");
  }

  bool same_order_in_blocks() const {
    std::vector<std::vector<std::uint32_t>> order(view_.block->levels.size());
    for (std::size_t i = 0; i < ids_.size(); ++i) order[view_.block->level[view_.rows[i]]].push_back(view_.configuration[i]);
    order.erase(std::remove_if(order.begin(), order.end(), [](const auto& o) { return o.empty(); }), order.end());
    return std::all_of(order.begin(), order.end(), [&](const auto& o) { return o == order.front(); });
  }

  const SweepView& view_;
  const Study& study_;
  const std::vector<std::size_t>& chosen_;
  Prose prose_;
  std::string metric_;
  std::string path_;
  std::string table_;
  std::string title_;
  std::vector<FactId> ids_;                     // of the used rows
  std::vector<std::vector<Pairing>> pairings_;  // per chosen factor
  std::size_t tests_ = 0;
};

}  // namespace

std::vector<core::Finding> blocked_effects(const SweepView& view, const std::vector<std::size_t>& factors, Prose prose) {
  if (view.block == nullptr) return {};
  return Effects(view, factors, prose).write();
}

}  // namespace chimera::analysis
