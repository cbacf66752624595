#include "analysis/sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/blocked_effects.h"
#include "analysis/equal_work.h"
#include "analysis/prose.h"
#include "analysis/sweep_view.h"

namespace chimera::analysis {
namespace {

using core::FactId;
using core::Finding;
using core::FindingKind;
using core::Statement;

constexpr double kAlpha = 0.05;
constexpr double kPower = 0.8;
constexpr double kWorthSaying = 25;      // percent: "no effect" of a sweep that could not have seen one says nothing
constexpr double kMostRepetitions = 1000; // to ask for more is no advice

// One level of one factor: the mean of its rows, and a row to cite for the configuration.
struct Level {
  FactId mean;
  FactId row;
  double value = 0;
};

// Writes what one response of one sweep says.
class SweepWriter {
 public:
  SweepWriter(const SweepView& view, std::string work, Prose prose) : view_(view), work_(std::move(work)), prose_(prose) {
    const core::Corpus& corpus = prose_.ledger().corpus();
    path_ = corpus.document(view.study->document).artifact.path;
    name_ = title_of(*view.study, corpus);
    ids_ = view.id;
    title_ = prose_.title(view.response->metric);
    take_configurations();
    if (view.noise_df > 0) noise_ = prose_.percent("noise;" + view.noise.to_string(), ids_, view.response->metric);
  }

  Finding best() {
    Finding finding = describe_best();
    finding.weight = 50;
    const auto ties = tied();
    if (ties) judge(finding, *ties);
    else finding.title = "The leading configuration of " + subject();
    if (ties) finding.weight = prose_.value(*ties) > 0.5 ? 90 : 75;
    add_doubts(finding);
    return finish(std::move(finding));
  }
  std::optional<Finding> factor(std::size_t f) { return view_.factors[f].confounded() ? confounded(f) : effect(f); }

 private:
  // The value of each configuration: its row, or the mean of its rows.
  void take_configurations() {
    std::vector<std::vector<FactId>> members(view_.configurations);
    first_row_.assign(view_.configurations, 0);
    for (std::size_t i = view_.y.size(); i-- > 0;) {
      members[view_.configuration[i]].insert(members[view_.configuration[i]].begin(), ids_[i]);
      first_row_[view_.configuration[i]] = i;
    }
    repetitions_ = view_.y.size();
    for (const auto& group : members) {
      const auto value = group.size() == 1 ? group.front() : prose_.same_unit(view_.centre(), group, view_.centre_statistic());
      configurations_.push_back(*value);
      repetitions_ = std::min(repetitions_, group.size());
    }
    order_.resize(configurations_.size());
    for (std::size_t i = 0; i < order_.size(); ++i) order_[i] = i;
    const double sign = view_.response->direction < 0 ? -1 : 1;
    std::stable_sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
      return sign * prose_.value(configurations_[a]) > sign * prose_.value(configurations_[b]);
    });
  }

  std::string settings(std::size_t configuration) const {
    return configuration_text(*view_.study, view_.rows[first_row_[configuration]]);
  }
  void cite(Statement& to, std::size_t configuration) const {
    const auto& factors = view_.study->factors;
    const auto row = view_.rows[first_row_[configuration]];
    const bool all_plain = std::all_of(factors.begin(), factors.end(), [&](const Factor& f) { return f.setting && plain_value(f.levels[f.level[row]]); });
    if (all_plain) to.config(settings(configuration), view_.cited[first_row_[configuration]]);
    else to.code(settings(configuration));
  }

  Finding start(FindingKind kind, const std::string& about) const {
    Finding finding;
    finding.kind = kind;
    finding.id = fmt::format("{}:{}:{}{}", core::to_string(kind), path_, table_part(), about);
    finding.paths = {path_};
    return finding;
  }
  std::string subject() const { return work_.empty() ? name_ : name_ + " at `" + work_ + "`"; }
  std::string table_part() const {
    const std::string& name = prose_.ledger().corpus().document(view_.study->document).tables[view_.study->table].name;
    return (name.empty() ? "" : name + ":") + (work_.empty() ? "" : work_ + ":");
  }

  // How many configurations the data cannot tell from the leader; nothing without an estimate of noise.
  std::optional<FactId> tied() {
    if (!noise_) return std::nullopt;
    std::vector<FactId> inputs = {*noise_};
    inputs.insert(inputs.end(), configurations_.begin(), configurations_.end());
    const std::string formula = fmt::format("tied;{};{};{};{}", kAlpha, view_.noise_df, repetitions_, view_.response->direction);
    return prose_.count(formula, std::move(inputs), view_.response->metric);
  }

  Finding describe_best() {
    Finding finding = start(FindingKind::best_configuration, view_.response->metric);
    const bool more = view_.response->direction > 0;
    const std::size_t first = order_.front();
    const std::size_t last = order_.back();
    const auto count = prose_.count("count", configurations_, view_.response->metric);
    Statement& s = finding.statement;
    s.text("Of ");
    prose_.whole(s, *count);
    if (view_.study->subject.empty()) s.text(" configurations in ");
    else s.text(" configurations of ").code(view_.study->subject).text(" in ");
    s.artifact(path_);
    if (!work_.empty()) s.text(" (").code(work_).text(")");
    s.text(", ");
    cite(s, first);
    s.text(" gave the ").compare(more ? "highest" : "lowest", configurations_[first], configurations_[last]);
    s.text(" " + title_ + ", ");
    prose_.quantity(s, configurations_[first], 5);
    s.text(view_.rows.size() > view_.configurations ? fmt::format(" ({}); ", view_.centre_words()) : "; ");
    cite(s, last);
    s.text(" gave the ").compare(more ? "lowest" : "highest", configurations_[last], configurations_[first]).text(", ");
    prose_.quantity(s, configurations_[last], 5);
    s.text(". ");
    describe_spread(s);
    return finding;
  }

  void describe_spread(Statement& s) {
    const auto average = prose_.same_unit("mean", configurations_, {core::Statistic::Kind::mean, 0});
    const auto cv = prose_.percent("cv", configurations_, view_.response->metric);
    if (!average || !cv) return;
    s.text("The mean is ");
    prose_.quantity(s, *average, 5);
    s.text(", the coefficient of variation ");
    prose_.quantity(s, *cv, 2);
    s.text(". ");
  }

  // The lead over the second against the noise, and what would separate the two.
  void judge(Finding& finding, FactId ties) {
    Statement& s = finding.statement;
    const FactId first = configurations_[order_[0]];
    const FactId second = configurations_[order_[1]];
    const bool more = view_.response->direction > 0;
    const auto lead = prose_.percent("percent_change", more ? std::vector{second, first} : std::vector{first, second}, view_.response->metric);
    s.text("The lead over the next configuration (");
    cite(s, order_[1]);
    s.text(") is ");
    prose_.quantity(s, *lead, 2);
    s.text(", the noise of a single run ");
    prose_.quantity(s, *noise_, 2);
    if (prose_.value(ties) < 0.5) {
      s.text(": it can be told from every other configuration.");
      finding.title = "The leading configuration of " + subject() + " stands out";
      return;
    }
    s.text(": ");
    prose_.whole(s, ties);
    const bool alone = prose_.value(ties) < 1.5;
    s.text(alone ? " other cannot be told from the leader, so the sweep supports no choice between them."
                 : " others cannot be told from the leader, so the sweep supports no choice among them.");
    finding.title = "The leading configuration of " + subject() + " cannot be told apart";
    if (2 * prose_.value(ties) > static_cast<double>(configurations_.size())) describe_chance(s);
    ask_for_repetitions(finding.action, *lead);
  }

  // What identical configurations would have shown: only where chance is a real rival.
  void describe_chance(Statement& s) {
    const bool more = view_.response->direction > 0;
    const auto chance = prose_.number(more ? "chance_of_max" : "chance_of_min", configurations_, view_.response->metric);
    const auto expected = prose_.same_unit(more ? "expected_max" : "expected_min", configurations_);
    if (!chance || !expected || prose_.value(*chance) < 0.01) return;
    s.text(" Were all configurations identical, chance alone would give a leader at ");
    prose_.quantity(s, *expected, 5);
    s.text(" on average, and one this far ahead or further with probability ");
    prose_.quantity(s, *chance, 2);
    s.text(".");
  }

  void ask_for_repetitions(Statement& s, FactId lead) {
    const auto comparisons = configurations_.size() - 1;
    const std::string formula = fmt::format("repetitions;{};{};{}", kAlpha, kPower, comparisons);
    const FactId one_percent = prose_.constant(1, percent_unit(), *noise_);
    const auto for_lead = prose_.count(formula, {*noise_, lead}, view_.response->metric);
    const auto for_one = prose_.count(formula, {*noise_, one_percent}, view_.response->metric);
    if (!for_one) return;
    if (prose_.value(*for_one) > kMostRepetitions) return ask_for_less_noise(s, comparisons);
    s.text("To find a difference of ");
    prose_.quantity(s, one_percent, 1);
    s.text(" takes ");
    prose_.whole(s, *for_one);
    s.text(" repetitions of each configuration");
    if (for_lead && prose_.value(*for_lead) <= kMostRepetitions) {
      s.text(", to find the lead of ");
      prose_.quantity(s, lead, 2);
      s.text(" it takes ");
      prose_.whole(s, *for_lead);
    }
    s.text(" (alpha ");
    prose_.quantity(s, prose_.constant(kAlpha, core::no_unit(), *noise_), 1);
    s.text(", power ");
    prose_.quantity(s, prose_.constant(kPower, core::no_unit(), *noise_), 1);
    s.text(", Bonferroni over ");
    prose_.whole(s, prose_.constant(static_cast<double>(comparisons), count_unit(), *noise_));
    s.text(" comparisons), in randomised blocks with fresh model loads.");
  }

  // What the runs at hand can see, where no reasonable number of them would see a small difference.
  void ask_for_less_noise(Statement& s, std::size_t comparisons) {
    const auto seeable = prose_.percent(fmt::format("seeable;{};{};{};{};{}", kAlpha, comparisons, kPower, view_.noise_df, repetitions_), {*noise_}, view_.response->metric);
    s.text("The noise of a single run is too large for this design: ");
    if (seeable) {
      s.text("from so few runs it can find a difference of ");
      prose_.quantity(s, *seeable, 2);
      s.text(" with a power of ");
      prose_.quantity(s, prose_.constant(kPower, core::no_unit(), *noise_), 1);
      s.text(". ");
    }
    s.text("Find what makes equal runs differ (other load on the machine, clocks, caches) before adding repetitions.");
  }

  void add_doubts(Finding& finding) {
    if (view_.block != nullptr && view_.noise_source == NoiseSource::repetitions) {
      finding.doubts.emplace_back();
      finding.doubts.back().text(view_.nested ? "Each value is the median of the runs of one " : "Compared within the repetitions that ").code(view_.block->key);
      finding.doubts.back().text(view_.nested ? "; what whole blocks differ by is no noise." : " names; what whole repetitions differ by is no noise.");
    }
    if (view_.factors.empty()) return;
    if (repetitions_ == 1) finding.doubts.push_back(noise_doubt());
    if (view_.warm_only) {
      finding.doubts.emplace_back();
      finding.doubts.back().text("Rows that loaded the model are left out, because this metric contains the load.");
    } else if (const auto cold = cold_count()) {
      finding.doubts.emplace_back();
      prose_.whole(finding.doubts.back(), *cold);
      finding.doubts.back().text(" of the rows loaded the model first.");
    }
    if (auto work = unequal_work(view_, ids_, prose_)) finding.doubts.push_back(std::move(*work));
    if (view_.study->order == RunOrder::rows) {
      finding.doubts.emplace_back();
      finding.doubts.back().text("The rows carry no timestamps; they are taken to stand in the order in which they ran.");
    }
  }

  Statement noise_doubt() const {
    const std::string single = view_.response->statistic.kind == core::Statistic::Kind::sample
                                   ? "Every configuration ran a single time"
                                   : "Every configuration has a single stated average";
    Statement s;
    s.text(single + ", so the noise is not measured but estimated");
    switch (view_.noise_source) {
      case NoiseSource::replicates:
      case NoiseSource::repetitions: break;
      case NoiseSource::additive: s.text(" from what an additive model of the factors leaves"); break;
      case NoiseSource::blocks: {
        s.text(" from rows that differ only in ");
        bool first = true;
        for (const FactorView& factor : view_.factors) {
          if (!factor.with_time || factor.dominant) continue;
          s.text(first ? "" : " and ").code(factor.factor->key);
          first = false;
        }
        s.text(", which changed with time alone");
        break;
      }
    }
    if (view_.noise_df == 0) {
      Statement none;
      none.text(single + (view_.interacts ? ", and what an additive model of the factors leaves is interaction rather than noise: "
                                            "what could be told apart remains open."
                                          : ", and too few rows are left to estimate the noise."));
      return none;
    }
    s.text(".");
    return s;
  }

  std::optional<FactId> cold_count() {
    std::vector<FactId> cold;
    for (std::size_t i = 0; i < ids_.size(); ++i)
      if (view_.cold[i] == 1) cold.push_back(ids_[i]);
    if (cold.empty()) return std::nullopt;
    return prose_.count("count", std::move(cold), view_.response->metric);
  }

  // --- factors ---------------------------------------------------------------------------------------------------
  std::vector<Level> levels(const FactorView& factor) {
    std::vector<std::vector<FactId>> members(factor.used.size());
    for (std::size_t i = 0; i < ids_.size(); ++i) members[factor.level[i]].push_back(ids_[i]);
    std::vector<Level> out;
    for (const auto& group : members) {
      const auto value = prose_.same_unit("mean", group, {core::Statistic::Kind::mean, 0});
      out.push_back({*value, cited_of(group.front()), prose_.value(*value)});
    }
    return out;
  }
  FactId cited_of(FactId value) const {
    return view_.cited[static_cast<std::size_t>(std::find(ids_.begin(), ids_.end(), value) - ids_.begin())];
  }

  // Pairs of levels over all factors that are tested: what the intervals are widened for.
  std::size_t comparisons() const {
    std::size_t pairs = 0;
    for (const FactorView& factor : view_.factors)
      if (!factor.confounded()) pairs += factor.used.size() * (factor.used.size() - 1) / 2;
    return std::max<std::size_t>(1, pairs);
  }

  struct Pair {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    FactId effect;
  };
  // The two levels that lie furthest apart in the adjusted model, `skip` left out. From the smaller to the larger
  // setting. Nothing where no pair can be estimated.
  std::optional<Pair> widest(std::size_t f, std::optional<std::uint32_t> skip) {
    if (!view_.model) return std::nullopt;
    const auto levels = static_cast<std::uint32_t>(view_.factors[f].used.size());
    std::optional<Pair> found;
    double most = -1;
    for (std::uint32_t a = 0; a < levels; ++a) {
      for (std::uint32_t b = a + 1; b < levels; ++b) {
        if (a == skip || b == skip) continue;
        const auto contrast = view_.model->contrast(f, a, b);
        if (!contrast || std::abs(contrast->estimate) <= most) continue;
        most = std::abs(contrast->estimate);
        found = Pair{a, b, {}};
      }
    }
    if (!found) return std::nullopt;
    const auto effect = prose_.percent(fmt::format("effect;{};{};{};{}", f, found->from, found->to, view_.adjusted.to_string()), ids_, view_.response->metric);
    if (!effect) return std::nullopt;
    found->effect = *effect;
    return found;
  }

  std::optional<FactId> end_of(const char* name, std::size_t f, const Pair& pair, std::size_t comparisons) {
    return prose_.percent(fmt::format("{};{};{};{};{};{};{}", name, kAlpha, comparisons, f, pair.from, pair.to, view_.adjusted.to_string()),
                          ids_, view_.response->metric);
  }
  void cite_level(Statement& s, const FactorView& factor, std::uint32_t l, const Level& level) const {
    const std::string text = factor.factor->key + "=" + factor.name(l);
    if (factor.factor->setting && plain_value(factor.name(l))) s.config(text, level.row);
    else s.code(text);
  }

  std::optional<Finding> effect(std::size_t f) {
    const FactorView& factor = view_.factors[f];
    const auto pair = widest(f, std::nullopt);
    if (!pair) return std::nullopt;
    const std::size_t m = comparisons();
    const auto low = end_of("effect_low", f, *pair, m);
    const auto high = end_of("effect_high", f, *pair, m);
    const auto detectable = prose_.percent(fmt::format("detectable;{};{};{};{};{};{};{}", kAlpha, m, kPower, f, pair->from, pair->to, view_.adjusted.to_string()),
                                           ids_, view_.response->metric);
    if (!low || !high || !detectable) return std::nullopt;
    const auto means = levels(factor);
    Finding finding = start(FindingKind::factor_effect, factor.factor->key + ":" + view_.response->metric);
    const bool seen = prose_.value(*low) > 0 || prose_.value(*high) < 0;
    if (!seen && prose_.value(*detectable) > kWorthSaying) return std::nullopt;
    const bool same_sign = (means[pair->to].value > means[pair->from].value) == (prose_.value(pair->effect) > 0);
    Statement& s = finding.statement;
    if (seen && same_sign) {
      const bool up = prose_.value(pair->effect) > 0;
      cite_level(s, factor, pair->to, means[pair->to]);
      s.text(" gives ").compare(up ? "higher" : "lower", means[pair->to].mean, means[pair->from].mean);
      s.text(" " + title_ + " than ");
      cite_level(s, factor, pair->from, means[pair->from]);
      s.text(" in ").artifact(path_).text(": ");
      prose_.quantity(s, pair->effect, 2);
      s.text(", 95 % confidence interval ");
      prose_.interval(s, *low, *high);
      s.text(".");
      finding.title = fmt::format("`{}` matters for {}", factor.factor->key, name_);
      finding.weight = 65;
    } else {
      s.code(factor.factor->key).text(" shows ");
      if (seen) s.text("an effect of unclear direction");
      else s.compare("no effect", *low, *high);
      s.text(" on " + title_ + " in ").artifact(path_).text(": ");
      cite_level(s, factor, pair->to, means[pair->to]);
      s.text(" against ");
      cite_level(s, factor, pair->from, means[pair->from]);
      s.text(", the pair that lies furthest apart, has a 95 % confidence interval of ");
      prose_.interval(s, *low, *high);
      s.text("; an effect of ");
      prose_.quantity(s, *detectable, 2);
      s.text(" would have been found with a power of ");
      prose_.quantity(s, prose_.constant(kPower, core::no_unit(), pair->effect), 1);
      s.text(".");
      finding.title = fmt::format("`{}` has not been shown to matter for {}", factor.factor->key, name_);
      finding.weight = 35;
    }
    add_effect_doubts(finding, factor, m);
    return finish(std::move(finding));
  }

  void add_effect_doubts(Finding& finding, const FactorView& factor, std::size_t m) {
    if (factor.dominant) {
      finding.doubts.emplace_back();
      finding.doubts.back().text("Its levels ran in consecutive blocks of time, but the difference is far beyond what drift explains.");
    }
    if (m > 1) {
      finding.doubts.emplace_back();
      finding.doubts.back().text("The interval is widened for ");
      prose_.whole(finding.doubts.back(), prose_.constant(static_cast<double>(m), count_unit(), ids_.front()));
      finding.doubts.back().text(" comparisons (Bonferroni).");
    }
  }

  Finding confounded(std::size_t f) {
    const FactorView& factor = view_.factors[f];
    const auto means = levels(factor);
    Finding finding = start(FindingKind::confounded_factor, factor.factor->key + ":" + view_.response->metric);
    finding.title = fmt::format("`{}` cannot be told from {} for {}", factor.factor->key, factor.with_time ? "time" : "model load", name_);
    Statement& s = finding.statement;
    s.text("What ").code(factor.factor->key).text(" does to " + title_ + " cannot be told from ").artifact(path_).text(": ");
    if (factor.with_time) explain_time(s, factor, means);
    if (factor.load_level) explain_load(s, factor, means);
    explain_naive_test(s, f);
    if (factor.load_level) compare_warm_levels(s, f, means);
    finding.action.text("Run the sweep in randomised blocks: every block holds each configuration once, in a new random order, ");
    finding.action.text(factor.load_level ? "and a discarded warm-up run follows each model load." : "and the blocks start from fresh model loads.");
    finding.weight = misleads(f) ? 85 : 55;
    return finish(std::move(finding));
  }

  void explain_time(Statement& s, const FactorView& factor, const std::vector<Level>& means) {
    s.text("its levels ran one block after another, so that they explain ");
    Design own;
    own.factors.push_back(factor.level);
    const auto share = prose_.percent("order_share;" + own.to_string(), ids_, view_.response->metric);
    prose_.whole(s, *share);
    s.text(" of the variance of run position, and drift over time looks like an effect. ");
    std::vector<FactId> values;
    for (const Level& level : means) values.push_back(level.mean);
    const auto spread = prose_.percent("spread", std::move(values), view_.response->metric);
    if (!spread) return;
    s.text("The means of its levels span ");
    prose_.quantity(s, *spread, 2);
    s.text(". ");
  }

  void explain_load(Statement& s, const FactorView& factor, const std::vector<Level>& means) {
    std::vector<FactId> cold;
    std::vector<FactId> inside;
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      if (view_.cold[i] == 0) continue;
      cold.push_back(ids_[i]);
      if (factor.level[i] == *factor.load_level) inside.push_back(ids_[i]);
    }
    const auto hits = prose_.count("count", inside, view_.response->metric);
    const auto all = prose_.count("count", cold, view_.response->metric);
    if (inside.size() == cold.size()) {
      s.text("all ");
    } else {
      prose_.whole(s, *hits);
      s.text(" of the ");
    }
    prose_.whole(s, *all);
    s.text(" runs that loaded the model have ");
    cite_level(s, factor, *factor.load_level, means[*factor.load_level]);
    s.text(", so this level differs in the load as well. ");
  }

  // What an analysis that looks at neither order nor load would have concluded.
  std::optional<FactId> naive_p(std::size_t f) {
    return prose_.number(fmt::format("factor_p;{};{}", f, view_.factors_only.to_string()), ids_, view_.response->metric);
  }
  bool misleads(std::size_t f) {
    const auto p = naive_p(f);
    return p && prose_.value(*p) < kAlpha;
  }
  void explain_naive_test(Statement& s, std::size_t f) {
    const auto p = naive_p(f);
    if (!p) return;
    s.text("An F test that ignores this ");
    s.text(prose_.value(*p) < kAlpha ? "would call the factor significant (" : "sees nothing either (");
    prose_.p_value(s, *p);
    s.text(").");
  }

  void compare_warm_levels(Statement& s, std::size_t f, const std::vector<Level>& means) {
    const FactorView& factor = view_.factors[f];
    if (factor.with_time) return;
    const auto pair = widest(f, factor.load_level);
    if (!pair) return;
    const std::size_t m = (factor.used.size() - 1) * (factor.used.size() - 2) / 2;
    const auto low = end_of("effect_low", f, *pair, m);
    const auto high = end_of("effect_high", f, *pair, m);
    if (!low || !high) return;
    const bool seen = prose_.value(*low) > 0 || prose_.value(*high) < 0;
    s.text(" Between the levels free of loads, ");
    cite_level(s, factor, pair->to, means[pair->to]);
    s.text(" against ");
    cite_level(s, factor, pair->from, means[pair->from]);
    if (seen) s.text(" does differ");
    else s.text(" shows ").compare("no effect", *low, *high);
    s.text(" (95 % confidence interval ");
    prose_.interval(s, *low, *high);
    s.text(").");
  }

  const SweepView& view_;
  std::string work_;                    // "n_gen=128": the part of a study that this is; empty of a whole one
  Prose prose_;
  std::string path_;
  std::string name_;                    // of the study, for titles
  std::string title_;                   // of the metric
  std::vector<FactId> ids_;             // of the used rows
  std::vector<FactId> configurations_;  // value of each configuration
  std::vector<std::size_t> first_row_;  // per configuration: position of its first used row
  std::vector<std::size_t> order_;      // configurations, leading first
  std::size_t repetitions_ = 1;         // of the configuration that has fewest
  std::optional<FactId> noise_;
};

// Configurations compare only over the same work, so the best one is named for each.
class StudyWriter {
 public:
  StudyWriter(const Study& study, Prose prose) : study_(study), prose_(prose) {}

  std::vector<Finding> write() {
    const auto parts = parts_of_equal_work(study_);
    // Repetitions let a factor be compared over all work at once, pair by pair of equal work.
    const bool paired = repetition_block(study_).block != nullptr;
    for (const Part& part : parts) {
      if (parts.size() == 1) add(study_, "", !paired);
      else add(subset(study_, part.rows), part.work, !paired);
    }
    if (paired) add_paired();
    return std::move(out_);
  }

 private:
  void add(const Study& study, const std::string& work, bool effects) {
    const Response* response = primary_response(study);
    const auto view = response == nullptr ? std::nullopt : view_sweep(study, *response, prose_.ledger());
    if (!view) return;
    SweepWriter writer(*view, work, prose_);
    out_.push_back(writer.best());
    for (std::size_t f = 0; effects && f < view->factors.size(); ++f)
      if (auto finding = writer.factor(f)) out_.push_back(std::move(*finding));
  }

  void add_paired() {
    const Response* response = primary_response(study_);
    const auto view = response == nullptr ? std::nullopt : view_sweep(study_, *response, prose_.ledger());
    if (!view) return;
    SweepWriter writer(*view, "", prose_);
    std::vector<std::size_t> free;
    for (std::size_t f = 0; f < view->factors.size(); ++f) {
      if (sizes_work(study_, *view->factors[f].factor)) continue;
      if (!view->factors[f].confounded()) free.push_back(f);
      else if (auto finding = writer.factor(f)) out_.push_back(std::move(*finding));
    }
    auto effects = blocked_effects(*view, free, prose_);
    std::move(effects.begin(), effects.end(), std::back_inserter(out_));
  }

  const Study& study_;
  Prose prose_;
  std::vector<Finding> out_;
};

}  // namespace

std::vector<Finding> sweep_findings(const std::vector<Study>& studies, const core::Vocabulary& vocabulary, Ledger& ledger) {
  std::vector<Finding> out;
  for (const Study& study : studies) {
    if (study.kind != StudyKind::sweep) continue;
    auto findings = StudyWriter(study, Prose(ledger, vocabulary)).write();
    std::move(findings.begin(), findings.end(), std::back_inserter(out));
  }
  return out;
}

}  // namespace chimera::analysis
