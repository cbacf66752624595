#include "app/tune_job.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "app/bench_job.h"
#include "app/bench_start.h"
#include "app/console.h"
#include "app/job_run.h"
#include "app/tune_options.h"
#include "app/tune_output.h"
#include "app/tune_rounds.h"
#include "base/files.h"
#include "base/log.h"
#include "core/machine.h"
#include "tune/batch.h"

namespace chimera::app {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;
using tune::ConfigId;

constexpr unsigned kBlocks = 4;          // of a round
constexpr std::size_t kEnough = std::size_t{4} * kBlocks;  // blocks of one that may be the best, after which it is left undecided
constexpr std::size_t kMostOfTask = 24;  // configurations beside the baseline
constexpr std::size_t kMostRounds = 200;

// Everything measured so far on nodes of one kind.
struct Kind {
  std::string fingerprint;
  std::string machine;  // in words
  RoundResults results;
};

class Rounds {
 public:
  Rounds(const TuneCommand& command, const CommonOptions& common, const LiveSpace& live, LiveOptions options, const tune::TuneOptions& search)
      : command_(command), common_(common), live_(live), options_(std::move(options)), search_(search) {}

  // Until nothing more is to be measured; false where the user left the tasks alone.
  base::Result<bool> run();
  [[nodiscard]] int show() const;
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  using Configs = std::vector<ConfigId>;
  // A round that is under way.
  struct Begun {
    std::size_t number = 0;  // from 1
    Configs configs;
    std::vector<core::TrialPlan> plan;
    ExecutorOptions options;
    cluster::JobFolder folder;
  };

  [[nodiscard]] Configs contenders() const;
  [[nodiscard]] tune::NextRound next(const Configs& under_way) const;
  [[nodiscard]] double seconds_a_configuration() const;
  [[nodiscard]] JobWish wish(std::size_t number, const std::vector<core::TrialPlan>& plan) const;
  [[nodiscard]] std::vector<core::TrialPlan> plan_of(const std::vector<ConfigId>& configs) const;
  [[nodiscard]] base::Result<Begun> begin(Configs configs);
  [[nodiscard]] base::Result<std::optional<Begun>> look_ahead(const Begun& current);
  [[nodiscard]] base::Result<bool> finish(const Begun& round);
  [[nodiscard]] bool on_slurm() const { return command_.bench.executor.executor == "slurm"; }
  void take(const measure::TrialSession& session);
  void note_steps(const std::vector<ConfigId>& configs, std::size_t number);
  [[nodiscard]] std::size_t nodes() const { return std::max<std::size_t>(1, on_slurm() ? command_.bench.executor.slurm.nodes : 1); }
  [[nodiscard]] tune::TuneResult result_of(const Kind& kind) const;

  const TuneCommand& command_;
  const CommonOptions& common_;
  const LiveSpace& live_;
  LiveOptions options_;
  const tune::TuneOptions& search_;
  std::list<Kind> kinds_;
  std::vector<Configs> rounds_;  // what each measured that is over
  std::size_t begun_ = 0;        // rounds
  std::map<std::pair<std::string, ConfigId>, std::size_t> told_;  // repetitions that are among the steps
  std::vector<tune::Step> steps_;
  double spent_ = 0;
  std::string reason_;
  std::string text_;  // of the log
};

// Those that may be the best on the nodes that measured them, and are not known well enough.
Rounds::Configs Rounds::contenders() const {
  std::set<ConfigId> all;
  for (const Kind& kind : kinds_) {
    const tune::Observations observations = kind.results.observations(0);
    std::vector<ConfigId> here;
    for (const tune::Standing& standing : tune::tied_for_best(tune::standings(observations), search_.confidence)) here.push_back(standing.config);
    for (const tune::FrontMember& member : kind.results.front(search_.confidence)) here.push_back(member.config);
    if (here.size() < 2) continue;  // there is nothing to tell apart
    for (const ConfigId config : here)
      if (observations.find(config)->repetitions.size() < kEnough) all.insert(config);
  }
  return {all.begin(), all.end()};
}

double Rounds::seconds_a_configuration() const {
  std::size_t visits = 0;
  for (const std::vector<ConfigId>& round : rounds_) visits += round.size();
  return visits == 0 ? 0 : spent_ / static_cast<double>(visits);
}

tune::NextRound Rounds::next(const Configs& under_way) const {
  const double each = seconds_a_configuration();
  const double left = std::max(0.0, options_.budget_seconds - spent_ - each * static_cast<double>(under_way.size()));
  tune::RoundSearch search{live_.space, {}, contenders(), {}, under_way, nodes() * kMostOfTask, nodes() * kMostOfTask, search_.seed + begun_};
  if (each > 0) search.affordable = static_cast<std::size_t>(left / each);
  if (begun_ == kMostRounds) search.affordable = 0;
  const Kind* widest = nullptr;  // proposals rest on the kind of node that measured most
  for (const Kind& kind : kinds_)
    if (widest == nullptr || kind.results.observations(0).all().size() > widest->results.observations(0).all().size()) widest = &kind;
  if (widest != nullptr) search.known = widest->results.observations(0);
  std::set<ConfigId> measured;
  for (const Configs& round : rounds_) measured.insert(round.begin(), round.end());
  search.measured.assign(measured.begin(), measured.end());
  for (ConfigId config = 0; config < options_.refused.size(); ++config)
    if (!options_.refused[config].empty()) search.known.add_failure(config, options_.refused[config]);
  return tune::next_round(std::move(search));
}

// The baseline and its duplicate are in every task.
std::vector<core::TrialPlan> Rounds::plan_of(const std::vector<ConfigId>& configs) const {
  std::vector<core::TrialPlan> plan = {live_.plans.front()};
  std::vector<ConfigId> sorted = configs;
  std::sort(sorted.begin(), sorted.end());
  for (const ConfigId config : sorted)
    if (config != 0) plan.push_back(live_.plans[config]);
  plan.push_back({live_.plans.front().trial + std::string(kDuplicateSuffix), core::TrialRole::duplicate, live_.plans.front().config});
  return plan;
}

std::string round_folder(const std::string& log, std::size_t number) {
  const std::string stem = log.size() > 6 && log.ends_with(".jsonl") ? log.substr(0, log.size() - 6) : log;
  return fmt::format("{}.round{}.job", stem, number);
}

// What the user typed: chimera jobs attach begins with the command of one round's tasks.
std::vector<std::string> as_typed(const std::vector<std::string>& command) {
  static const std::set<std::string> kOfRounds = {"--repeat", "--minutes", "--job"};
  std::vector<std::string> typed;
  for (std::size_t i = 0; i < command.size(); ++i) {
    if (kOfRounds.count(command[i]) > 0) ++i;
    else if (command[i] != "--retry") typed.push_back(command[i]);
  }
  return typed;
}

JobWish Rounds::wish(std::size_t number, const std::vector<core::TrialPlan>& plan) const {
  JobWish wish;
  wish.kind = "tune";
  wish.result = command_.bench.log;
  wish.command = as_typed(command_.bench.command_line);
  wish.shape = shape_of_measuring(command_.bench.executor);
  const std::uint32_t pack = command_.bench.executor.pack > 0 ? command_.bench.executor.pack : static_cast<std::uint32_t>((plan.size() - 2 + nodes() - 1) / nodes());
  wish.tasks = pack_trials(plan, std::max(1U, pack), static_cast<std::uint32_t>(nodes()), search_.seed + number);
  const double minutes = std::max(1.0, options_.budget_seconds - spent_) / 60 / static_cast<double>(wish.tasks.size());
  wish.command.insert(wish.command.end(), {"--repeat", std::to_string(kBlocks), "--minutes", fmt::format("{:.2f}", minutes)});
  return wish;
}

void Rounds::take(const measure::TrialSession& session) {
  const std::string fingerprint = core::fingerprint(session.start.machine);
  auto kind = std::find_if(kinds_.begin(), kinds_.end(), [&](const Kind& one) { return one.fingerprint == fingerprint; });
  if (kind == kinds_.end()) kind = kinds_.insert(kinds_.end(), Kind{fingerprint, core::describe(session.start.machine), RoundResults(live_, options_.objectives, options_.limits)});
  kind->results.add(session);
}

void Rounds::note_steps(const std::vector<ConfigId>& configs, std::size_t number) {
  for (const ConfigId config : configs)
    for (const Kind& kind : kinds_) {
      const tune::Observations observations = kind.results.observations(0);
      const tune::Observed* observed = observations.find(config);
      if (observed == nullptr) continue;
      tune::Step step{config, {}, observed->failure, spent_, number == 1 ? "search" : "final", std::nullopt};
      std::size_t& told = told_[{kind.fingerprint, config}];
      for (; told < observed->repetitions.size(); ++told) step.values.push_back(std::exp(observed->repetitions[told].log_value));
      if (const tune::Observed* best = tune::leader(observations)) step.leader = best->config;
      steps_.push_back(std::move(step));
    }
}

base::Result<Rounds::Begun> Rounds::begin(Configs configs) {
  const std::size_t number = ++begun_;
  std::vector<core::TrialPlan> plan = plan_of(configs);
  ExecutorOptions options = command_.bench.executor;
  options.job = round_folder(command_.bench.log, number);
  options.retry = options.retry || command_.bench.resume;
  JobWish wanted = wish(number, plan);
  base::log_info(fmt::format("round {}: {} configuration{} in {} task{}", number, configs.size(), configs.size() == 1 ? "" : "s", wanted.tasks.size(), wanted.tasks.size() == 1 ? "" : "s"));
  TRY(cluster::JobFolder folder, begin_job(std::move(wanted), options, true));
  return Begun{number, std::move(configs), std::move(plan), std::move(options), std::move(folder)};
}

// The round after `current`, by what was known before it. Before anything is known nobody can say what a round costs.
base::Result<std::optional<Rounds::Begun>> Rounds::look_ahead(const Begun& current) {
  if (!on_slurm() || rounds_.empty()) return std::optional<Begun>();
  tune::NextRound after = next(current.configs);
  if (after.configs.empty()) return std::optional<Begun>();
  TRY_VOID(hand_in_job(current.folder, current.options));
  TRY(Begun ahead, begin(std::move(after.configs)));
  TRY_VOID(hand_in_job(ahead.folder, ahead.options));
  return std::optional<Begun>(std::move(ahead));
}

base::Result<bool> Rounds::finish(const Begun& round) {
  TRY(const JobOutcome outcome, run_job(round.folder, round.options, common_));
  if (outcome.left) return false;
  if (outcome.results.empty()) return tl::make_unexpected(tell_failures(round.folder, outcome));
  if (!outcome.failures.empty()) base::log_warning(tell_failures(round.folder, outcome).message);
  TRY(const MergedLog merged, merge_job(round.folder, outcome, round.plan));
  text_ += merged.text;
  for (const measure::TrialSession& session : merged.sessions) take(session);
  for (const auto& [task, result] : outcome.results) spent_ += static_cast<double>(result.ended - result.started) * 1e-9;
  rounds_.push_back(round.configs);
  note_steps(round.configs, round.number);
  for (const Kind& kind : kinds_) {
    const auto tied = tune::tied_for_best(tune::standings(kind.results.observations(0)), search_.confidence);
    base::log_info(fmt::format("{:.0f} of {:.0f} s of the nodes{}: {} may be the best", spent_, options_.budget_seconds, kinds_.size() > 1 ? " on " + kind.machine : "", tied.size()));
  }
  return true;
}

base::Result<bool> Rounds::run() {
  std::optional<Begun> ahead;
  while (true) {
    std::optional<Begun> current = std::exchange(ahead, std::nullopt);
    if (!current) {
      tune::NextRound first = next({});
      reason_ = first.reason;
      if (first.configs.empty()) return true;
      TRY(current, begin(std::move(first.configs)));
    }
    TRY(ahead, look_ahead(*current));
    TRY(const bool on, finish(*current));
    if (!on) return false;
  }
}

tune::TuneResult Rounds::result_of(const Kind& kind) const {
  tune::TuneResult result;
  tune::answer_from(result, kind.results.observations(0), live_.space.size(), search_.confidence);
  result.charged_seconds = spent_;
  result.stop_reason = reason_;
  result.steps = steps_;
  return result;
}

int Rounds::show() const {
  std::list<tune::TuneResult> results;
  std::list<std::vector<tune::FrontMember>> fronts;
  std::list<QualityCheck> qualities;
  std::vector<LiveResult> shown;
  bool any = false;
  for (const Kind& kind : kinds_) {
    results.push_back(result_of(kind));
    fronts.push_back(kind.results.front(search_.confidence));
    qualities.emplace_back();
    any = any || !results.back().tied.empty();
    if (const Recommended best = recommend(results.back(), fronts.back(), kind.results); best.config) {
      qualities.back() = quality_to_check(live_, results.back(), *best.config);
      qualities.back().trade_offs.clear();
      qualities.back().skipped = "on a cluster; chimera bench --quality reads it";
    }
    shown.push_back({command_, live_, kind.results, results.back(), fronts.back(), command_.bench.log, qualities.back(), kinds_.size() > 1 ? kind.machine : std::string()});
  }
  if (common_.form == OutputForm::json) {
    print(live_json(shown.front(), {shown.begin() + 1, shown.end()}));
  } else {
    std::string text;
    for (const LiveResult& one : shown) text += (one.machine.empty() ? "" : fmt::format("{}{}:\n", text.empty() ? "" : "\n", one.machine)) + live_text(one);
    if (shown.size() > 1) text += fmt::format("\nMeasured on {} unlike kinds of machines: each has an answer of its own, and what stands under different ones is not compared.\n", shown.size());
    print(text);
  }
  if (any) return 0;
  return report_error({ErrorKind::engine, "no configuration could be measured", "the log has the reason of each"});
}

base::Result<void> check_possible(const TuneCommand& command) {
  if (!command.prior.empty()) return base::fail(ErrorKind::usage, "--prior is of this machine, and the nodes are others", "leave it out");
  if (command.strategy != "auto") return base::fail(ErrorKind::usage, fmt::format("--strategy {} measures one configuration after another", command.strategy), "on a cluster leave it out: rounds of many are raced");
  if (!command.without.empty()) return base::fail(ErrorKind::usage, "--without is for the search on one machine");
  return {};
}

}  // namespace

base::Result<int> tune_as_job(const TuneCommand& typed, const CommonOptions& common) {
  TRY_VOID(check_possible(typed));
  TRY(const tune::TuneOptions search, tune_options(typed));
  TRY(LiveOptions options, live_options(typed));
  TRY(const LiveSpace live, live_space(typed.bench, typed.space));
  if (live.space.size() < 2) return base::fail(ErrorKind::usage, "a space of one configuration has nothing to tune", "--set threads=1,2");
  TuneCommand command = typed;
  if (command.bench.log.empty()) {  // every task, and whoever comes back, is to know it
    command.bench.log = default_log(base::SystemClock().wall());
    command.bench.command_line.insert(command.bench.command_line.end(), {"-o", command.bench.log});
  }
  const bool goes_on = command.bench.resume || !command.bench.executor.job.empty();
  std::error_code error;
  for (const std::string& path : {command.bench.log, round_folder(command.bench.log, 1)})
    if (!goes_on && fs::exists(path, error)) return base::fail(ErrorKind::usage, fmt::format("{} is there already", path), "--resume goes on with it; -o names another");
  Rounds rounds(command, common, live, std::move(options), search);
  TRY(const bool over, rounds.run());
  if (!over) return static_cast<int>(ErrorKind::interrupted);
  TRY_VOID(base::write_file(command.bench.log, rounds.text()));
  const int code = rounds.show();
  base::log_info(fmt::format("every repetition is in {}", command.bench.log));
  return code;
}

base::Result<int> tune_task(const TuneCommand& command, const CommonOptions& common) {
  TRY(const LiveSpace live, live_space(command.bench, command.space));
  std::vector<core::TrialPlan> plan = live.plans;
  plan.push_back({plan.front().trial + std::string(kDuplicateSuffix), core::TrialRole::duplicate, plan.front().config});
  BenchCommand bench = command.bench;
  bench.seed = command.seed;
  return bench_trials(bench, common, std::move(plan));
}

}  // namespace chimera::app
