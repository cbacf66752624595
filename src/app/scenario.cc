#include "app/scenario.h"

#include <fmt/format.h>

#include <filesystem>
#include <random>

#include "app/console.h"
#include "app/engine_choice.h"
#include "app/inputs.h"
#include "app/report_writer.h"
#include "app/scenario_metrics.h"
#include "base/log.h"
#include "base/parallel.h"
#include "claims/draft.h"
#include "measure/probe.h"
#include "report/publish.h"
#include "writing/evidence.h"
#include "writing/pipeline.h"
#include "writing/write_agents.h"

namespace chimera::app {
namespace {

using core::Statement;

// One agent with an engine of its own.
struct Player {
  writing::Author author = writing::Author::collector;
  std::unique_ptr<engines::Engine> engine;
  writing::AgentOptions options;
  const writing::SectionPlan* plan = nullptr;
  std::vector<engines::Request> requests;
};

base::Result<std::pair<writing::AgentOptions, writing::AgentOptions>> configurations(const AgentsCommand& command, const Who& who) {
  const auto wants = [](const char* what) { return base::fail(base::ErrorKind::usage, what, "for example --agent-b num_gpu=80,num_ctx=1024,temp=0.6"); };
  if (command.scenario == "baseline_vs_chimera" && (command.agent_b.empty() || !command.agent_a.empty()))
    return wants("baseline_vs_chimera sets the engine's defaults (Agent A) against the configuration of --agent-b");
  if (command.scenario == "chimera_hetero" && (command.agent_a.empty() || command.agent_b.empty() || command.agent_a == command.agent_b))
    return wants("chimera_hetero needs two different configurations, --agent-a and --agent-b");
  if (command.scenario == "chimera_homo" && (command.agent_a.empty() || (!command.agent_b.empty() && command.agent_a != command.agent_b)))
    return wants("chimera_homo needs one configuration for both, --agent-a");
  TRY(writing::AgentOptions b, agent_options(command.scenario == "chimera_homo" ? command.agent_a : command.agent_b, who));
  if (command.scenario != "baseline_vs_chimera") {
    TRY(writing::AgentOptions a, agent_options(command.agent_a, who));
    return std::pair{std::move(a), std::move(b)};
  }
  // The engine's own defaults, but for the length of an answer: without an end there is no equal work.
  writing::AgentOptions a = b;
  a.config = {};
  if (who.engine != "replay") a.config.set("model", who.subject);
  a.config.set("output_tokens", b.config.get("output_tokens").value_or("80"));
  return std::pair{std::move(a), std::move(b)};
}

class Scenario {
 public:
  Scenario(const AgentsCommand& command, const Who& who, const writing::Desk& desk, Player a, Player b, const base::Clock& clock, std::stop_token stop)
      : command_(command), desk_(desk), a_(std::move(a)), b_(std::move(b)), clock_(clock), stop_(std::move(stop)) {
    about_.scenario = command.scenario;
    about_.engine = who.engine;
    about_.model = who.engine == "replay" ? "" : who.subject;
    for (const core::Setting& s : a_.options.config.settings()) about_.config_a.emplace_back(s.key, s.value);
    for (const core::Setting& s : b_.options.config.settings()) about_.config_b.emplace_back(s.key, s.value);
  }

  base::Result<void> run(const agents::Personas& personas) {
    personas_ = personas;
    TRY_VOID(take_plans());
    std::mt19937_64 draw(command_.seed);
    // A discarded call each: what loads a model is no part of a comparison of agents.
    for (Player* player : {&a_, &b_}) {
      measure::Probe probe(clock_);
      if (auto outcome = player->engine->complete(player->requests.front(), probe, stop_); outcome.failure) return tl::make_unexpected(outcome.failure->error);
    }
    for (unsigned n = 1; n <= command_.runs; ++n) {
      const base::Result<void> done = run_once(n, draw() % 2 == 0 ? RunOrder::together_first : RunOrder::alone_first, draw() % 2 == 0);
      if (runs_.empty() && !done) return done;
      TRY_VOID(write_summary());  // after every run, so that whatever ends the next keeps the ones before
      TRY_VOID(done);
      base::log_info(fmt::format("run {} of {}: speedup {:.2f}", n, command_.runs, (runs_.back().a.alone.wall_seconds + runs_.back().b.alone.wall_seconds) / runs_.back().together_wall_seconds));
    }
    return {};
  }

 private:
  struct Answers {
    AgentCalls calls;
    std::vector<engines::Outcome> outcomes;
    std::optional<base::Error> failure;
  };

  // Both agents work from the same inventory and findings: A writes the inventory up, B the summary.
  base::Result<void> take_plans() {
    for (const writing::SectionPlan& plan : desk_.plans) {
      if (plan.author == writing::Author::collector) a_.plan = &plan;
      else if (b_.plan == nullptr) b_.plan = &plan;
    }
    if (a_.plan == nullptr || b_.plan == nullptr)
      return base::fail(base::ErrorKind::input, "there is too little in these folders for two agents to write about: no finding that can be cited");
    for (Player* player : {&a_, &b_}) {
      const writing::Authors authors{*player->engine, personas_, player->options, player->options, clock_, stop_, 1};
      for (const writing::Assignment& assignment : player->plan->assignments) player->requests.push_back(writing::prompt_for(authors, player->author, assignment, 1, {}, {}).request);
    }
    return {};
  }

  Answers play(const Player& player) const {
    Answers answers;
    answers.outcomes.reserve(player.requests.size());
    std::vector<measure::Probe> probes;
    probes.reserve(player.requests.size());
    const base::Nanoseconds begin = clock_.steady();
    for (const engines::Request& request : player.requests) {
      probes.emplace_back(clock_);
      answers.outcomes.push_back(player.engine->complete(request, probes.back(), stop_));
      probes.back().end();
      if (!answers.outcomes.back().failure) continue;
      answers.failure = answers.outcomes.back().failure->error;
      break;
    }
    answers.calls.wall_seconds = static_cast<double>(clock_.steady() - begin) / 1e9;
    for (std::size_t i = 0; i < answers.outcomes.size(); ++i) {
      answers.calls.calls.push_back(measure::call_metrics(probes[i].times(), answers.outcomes[i].completion));
      answers.calls.tokens.push_back(answers.outcomes[i].completion.counts.completion_tokens);
    }
    return answers;
  }

  base::Result<void> run_once(unsigned number, RunOrder order, bool a_first) {
    ScenarioRun run;
    run.order = order;
    Answers a_together;
    Answers b_together;
    const auto together = [&] {
      const base::Nanoseconds begin = clock_.steady();
      base::in_parallel([&] { a_together = play(a_); }, [&] { b_together = play(b_); });
      run.together_wall_seconds = static_cast<double>(clock_.steady() - begin) / 1e9;
      run.a.together = a_together.calls;
      run.b.together = b_together.calls;
    };
    std::optional<base::Error> failure;
    const auto alone = [&] {
      for (const bool first : {true, false}) {
        const Player& player = first == a_first ? a_ : b_;
        Answers answers = play(player);
        (player.author == writing::Author::collector ? run.a : run.b).alone = answers.calls;
        if (answers.failure && !failure) failure = answers.failure;
      }
    };
    if (order == RunOrder::together_first) together(), alone();
    else alone(), together();
    for (const Answers* answers : {&a_together, &b_together})
      if (answers->failure && !failure) failure = answers->failure;
    if (failure) return tl::make_unexpected(*failure);
    runs_.push_back(run);
    return write_run(number, run, a_together.outcomes, b_together.outcomes);
  }

  // The answers go through the same review as a report's, without a second round.
  writing::AgentParts reviewed(const Player& player, const std::vector<engines::Outcome>& outcomes, writing::Written& written) {
    engines::Transcript transcript;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      transcript.calls.emplace_back();
      transcript.calls.back().request = player.requests[i];
      transcript.calls.back().outcome = outcomes[i];
    }
    engines::RealPacer pacer;
    engines::ReplayEngine replay(std::move(transcript), {engines::ReplayTiming::Kind::at_once}, engines::ReplayMatch::in_order, pacer);
    writing::Reviewer reviewer(desk_.facts, desk_.vocabulary);
    written = writing::write_sections({*player.plan}, reviewer, {replay, personas_, player.options, player.options, clock_, stop_, 1});
    return writing::agent_parts(written, desk_.plans, reviewer);
  }

  static void write_part(const Player& player, const writing::AgentParts& parts, report::Draft& draft) {
    draft.heading(2, player.author == writing::Author::collector ? "Data Collector" : "Insight");
    draft.paragraph(Statement().text("Configuration: ").code(writing::settings_text(player.options.config)));
    const auto part = parts.parts.find(player.plan->id);
    if (part == parts.parts.end() || part->second.statements.empty()) return draft.paragraph(Statement().text("Nothing of what the model wrote could be supported."));
    Statement text;
    for (const Statement& sentence : part->second.statements) (text.empty() ? text : text.text(" ")).append(sentence);
    draft.paragraph(text);
  }

  base::Result<void> write_run(unsigned number, const ScenarioRun& run, const std::vector<engines::Outcome>& a, const std::vector<engines::Outcome>& b) {
    const std::string folder = fmt::format("run_{}", number);
    writing::Written by_a;
    writing::Written by_b;
    const writing::AgentParts part_a = reviewed(a_, a, by_a);
    const writing::AgentParts part_b = reviewed(b_, b, by_b);
    report::Draft collector;
    report::Draft insight;
    report::Draft combined;
    for (report::Draft* draft : {&collector, &combined}) write_title(*draft), write_part(a_, part_a, *draft);
    write_title(insight);
    for (report::Draft* draft : {&insight, &combined}) write_part(b_, part_b, *draft);
    TRY_VOID(base::write_file((std::filesystem::path(command_.out) / folder / "metrics.json").string(), metrics_json(about_, run, number)));
    TRY_VOID(desk_.publish(collector, folder, "collector_report"));
    TRY_VOID(desk_.publish(insight, folder, "insight_report"));
    return desk_.publish(combined, folder, "combined_report");
  }

  void write_title(report::Draft& draft) const {
    draft.heading(1, "Agents: " + command_.scenario);
    draft.paragraph(Statement().text("Written with ").code(about_.model.empty() ? "a transcript" : about_.model).text(", each sentence judged as in a report; times are in ").code("metrics.json").text("."));
  }

  // Numbers of the summary link into summary.json, as those of a report into run.json.
  class SummaryLinks final : public report::Links {
   public:
    [[nodiscard]] std::string href(const std::string&) const override { return "summary.json"; }
  };

  base::Result<void> write_summary() {
    const std::string json = summary_json(about_, runs_);
    const writing::RunRecord record(json);
    report::Draft draft;
    draft.heading(1, "Agents: " + command_.scenario);
    draft.paragraph(Statement().text("Agent A ").code(writing::settings_text(a_.options.config)).text("; Agent B ").code(writing::settings_text(b_.options.config)).text("."));
    draft.paragraph(Statement().code("speedup").text(" is the measured time of one agent after the other over that of both at the same time, ").code("efficiency").text(
        " that over the number of agents, ").code("contention").text(" the time that an agent took beside the other against alone. Intervals are those of the mean."));
    std::vector<report::Cells> rows;
    for (const ScenarioMetric& metric : scenario_metrics()) {
      const std::string base = "/" + metric.key + "/";
      if (!record.find(base + "mean_" + metric.key)) continue;
      report::Cells row = {Statement().code(metric.title)};
      for (const char* part : {"mean_", "low_", "high_"}) {
        const auto fact = record.find(base + part + metric.key);
        row.push_back(fact ? Statement().quantity(*fact, metric.decimals) : Statement().text("-"));
      }
      row.push_back(Statement().quantity(*record.find(base + "n"), 0));
      rows.push_back(std::move(row));
    }
    draft.table({"Metric", "Mean", "Low", "High", "Runs"}, rows, {report::Align::left, report::Align::right, report::Align::right, report::Align::right, report::Align::right});
    const core::Corpus none;
    const analysis::Ledger ledger(none);
    const writing::Evidence evidence(ledger, record);
    for (const claims::Verdict& verdict : claims::judge_draft(draft.markdown(), evidence, desk_.vocabulary))
      if (verdict.kind == claims::VerdictKind::contradicted || verdict.kind == claims::VerdictKind::unsupported)
        return base::fail(base::ErrorKind::internal, fmt::format("summary.md would state \"{}\": {}", verdict.claim.quote, verdict.reason));
    const report::Publication publication = report::publish(draft.markdown(), evidence, SummaryLinks(), "summary.json", 1, {});
    const std::filesystem::path out(command_.out);
    TRY_VOID(base::write_file((out / "summary.json").string(), json));
    return base::write_file((out / "summary.md").string(), "<!-- chimera report -->\n" + publication.markdown);
  }

  const AgentsCommand& command_;
  const writing::Desk& desk_;
  Player a_;
  Player b_;
  const base::Clock& clock_;
  std::stop_token stop_;
  agents::Personas personas_;
  ScenarioAbout about_;
  std::vector<ScenarioRun> runs_;
};

base::Result<std::unique_ptr<engines::Engine>> open_engine(const Who& who, const std::string& url, engines::Pacer& pacer) {
  EngineChoice choice{who.engine, url, who.engine == "replay" ? who.subject : "", {}, engines::ReplayMatch::exact};
  return make_engine(choice, pacer);
}

base::Result<void> run_agents(const AgentsCommand& command, const CommonOptions& common) {
  if (command.runs == 0) return base::fail(base::ErrorKind::usage, "--runs is 0, expected one at least");
  TRY(const Who who, who_writes(command.writer));
  if (who.engine == "none") return base::fail(base::ErrorKind::usage, "agents need an engine", "--writer embedded, ollama:MODEL, openai:MODEL or replay:TRANSCRIPT");
  TRY(auto options, configurations(command, who));
  TRY(const agents::Personas personas, agents::load_personas(command.personas, base::RealFileSystem()));
  engines::RealPacer pacer;
  TRY(auto engine_a, open_engine(who, command.url_a, pacer));
  TRY(auto engine_b, open_engine(who, command.url_b.empty() ? command.url_a : command.url_b, pacer));
  TRY(Inputs inputs, open_inputs(command.dirs));
  writing::ReportOptions report;
  report.ingest.roots = std::move(inputs.roots);
  report.ingest.progress = progress_line(common, "reading file");
  report.out = command.out;
  report.times = false;
  const base::SystemClock clock;
  const Interrupt interrupt;
  return writing::with_desk(report, *inputs.files, [&](const writing::Desk& desk) {
    Scenario scenario(command, who, desk, {writing::Author::collector, std::move(engine_a), std::move(options.first), nullptr, {}},
                      {writing::Author::insight, std::move(engine_b), std::move(options.second), nullptr, {}}, clock, interrupt.token());
    return scenario.run(personas);
  });
}

}  // namespace

int agents_command(const AgentsCommand& command, const CommonOptions& common) {
  const auto done = run_agents(command, common);
  if (!done) return report_error(done.error());
  base::log_info("wrote " + (std::filesystem::path(command.out) / "summary.md").string());
  return 0;
}

}  // namespace chimera::app
