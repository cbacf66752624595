#include "app/cli.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "app/bench.h"
#include "app/bench_kernel.h"
#include "app/commands.h"
#include "app/compare.h"
#include "app/complete.h"
#include "app/completion.h"
#include "app/console.h"
#include "app/convert.h"
#include "app/doctor.h"
#include "app/jobs.h"
#include "app/model.h"
#include "app/profile.h"
#include "app/run.h"
#include "app/scenario.h"
#include "app/serve.h"
#include "app/store_commands.h"
#include "app/suggest.h"
#include "app/tune.h"
#include "app/verify.h"
#include "base/log.h"
#include "base/version.h"

namespace chimera::app {
namespace {

constexpr int kUsage = 2;

constexpr std::string_view kAbout =
    "Chimera measures, tunes and explains local LLM inference, with receipts:\n"
    "every number it prints can be followed to the bytes of the file it came from.";

constexpr std::string_view kExamples =
    "Examples:\n"
    "  chimera report results/ -o out        a technical report over a folder of benchmark files\n"
    "  chimera explain f7 --in out/report.json   where the number with link f7 comes from\n"
    "  chimera facts results/ --json         every fact, one JSON object a line\n"
    "  chimera verify report.md --against results/   which of its claims are wrong\n"
    "  chimera bench --model gemma3:270m --set threads=1,2 -o log.jsonl   measure a local model\n"
    "  chimera compare old.json new.json     what became faster, slower or stayed the same\n"
    "  chimera ingest results/ --map         what became of every number in the files\n"
    "  chimera ingest results/ --store s.duckdb   keep everything, for SQL\n"
    "  chimera query \"SELECT metric, count(*) FROM facts GROUP BY ALL\" --store s.duckdb\n"
    "Exit codes: 0 yes, 1 no, 2 usage, 3 input, 4 engine, 5 undecided, 70 a bug of ours, 130 interrupted.";

struct Options {
  CommonOptions common;
  bool json = false;
  ReportCommand report;
  AgentsCommand agents;
  FactsCommand facts;
  ExplainCommand explain;
  IngestCommand ingest;
  VerifyCommand verify;
  CompareCommand compare;
  QueryCommand query;
  ExportCommand export_;
  BenchCommand bench;
  KernelCommand kernel;
  ConvertCommand convert;
  ServeCommand serve;
  CompleteCommand complete;
  ModelCommand model;
  RunCommand run;
  DoctorCommand doctor;
  TuneCommand tune;
  JobsCommand jobs;
  std::string shell;
};

class CommandLine {
 public:
  CommandLine() : app_(std::string(kAbout), "chimera") {
    app_.footer(std::string(kExamples));
    app_.set_version_flag("--version", "chimera " + std::string(base::version()), "Print the version");
    app_.require_subcommand(0, 1);
    app_.fallthrough();
    app_.add_flag("-q,--quiet", options_.common.quiet, "Only errors on standard error");
    app_.add_flag("-v,--verbose", options_.common.verbose, "Every diagnostic, notes too");
    add_report();
    add_agents();
    add_facts();
    add_explain();
    add_ingest();
    add_verify();
    add_compare();
    add_tune();
    add_query();
    add_export();
    add_bench();
    add_convert();
    add_serve();
    add_complete();
    add_model();
    add_run();
    add_doctor();
    add_jobs();
    add_completion();
  }

  int run(std::vector<std::string> typed) {
    if (typed.empty()) return print(app_.help()), kUsage;
    const auto whole = with_profile(std::move(typed), configuration_file());
    if (!whole) return report_error(whole.error());
    const std::vector<std::string>& arguments = *whole;
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());  // as CLI11 wants them
    try {
      app_.parse(reversed);
    } catch (const CLI::CallForHelp&) {
      return help(), 0;
    } catch (const CLI::CallForAllHelp&) {
      return help(), 0;
    } catch (const CLI::CallForVersion&) {
      return print(fmt::format("chimera {}\n", base::version())), 0;
    } catch (const CLI::ParseError& error) {
      return usage_error(error, arguments);
    }
    options_.common.form = options_.json ? OutputForm::json : OutputForm::text;
    base::start_logging(options_.common.quiet ? base::LogLevel::quiet : options_.common.verbose ? base::LogLevel::verbose : base::LogLevel::normal);
    return dispatch(arguments);
  }

 private:
  CLI::App* command(const std::string& name, const std::string& about, const std::string& footer) {
    CLI::App* sub = app_.add_subcommand(name, about);
    sub->footer(footer);
    sub->add_flag("--json", options_.json, "Machine-readable output on standard output");
    return sub;
  }

  void add_report() {
    CLI::App* sub = command("report", "Write a technical report about folders of benchmark files",
                            "Reads every JSON, JSONL, CSV, TSV and Markdown file, by content. Writes report.md, report.html,\n"
                            "report.json, run.json and figures/. Every number in report.md links to its source; `chimera explain` shows the bytes.\n"
                            "Exit 3 and no report where nothing can be read.");
    sub->add_option("DIR", options_.report.dirs, "Folders or files, or a store")->required();
    sub->add_option("-o,--out", options_.report.out, "Folder to write to")->capture_default_str();
    sub->add_option("--writer", options_.report.writer, "Who writes: auto, none, embedded[:MODEL], ollama:MODEL, openai:MODEL, replay:FILE")->capture_default_str();
    sub->add_option("--agent-a", options_.report.agent_a, "Settings of Agent A, the data collector: num_ctx=2048,temperature=0.5");
    sub->add_option("--agent-b", options_.report.agent_b, "Settings of Agent B, insight");
    sub->add_option("--personas", options_.report.personas, "Folder with collector.md and insight.md, in place of the built-in ones");
    sub->add_flag("--no-times", options_.report.no_times, "Leave out dates and durations: equal input gives equal bytes");
    sub->add_flag("--no-pictures", options_.report.no_pictures, "No charts in report.md, also where Node could draw them; report.html has them");
    sub->add_flag("--include-own", options_.report.include_own, "Read chimera's own reports as artifacts too");
  }

  void add_agents() {
    CLI::App* sub = command("agents", "Let two agents write at the same time and one after the other, and compare",
                            "baseline_vs_chimera: engine defaults against --agent-b; chimera_hetero: --agent-a against --agent-b;\n"
                            "chimera_homo: --agent-a for both. Writes a folder for each run, and summary.json and summary.md.\n"
                            "Exit 4 where an engine fails; the runs before that are kept.");
    AgentsCommand& agents = options_.agents;
    sub->add_option("DIR", agents.dirs, "Folders or files to write about, or a store")->required();
    sub->add_option("--scenario", agents.scenario, "Which")->required()->check(CLI::IsMember({"baseline_vs_chimera", "chimera_hetero", "chimera_homo"}));
    sub->add_option("--runs", agents.runs, "How often")->capture_default_str();
    sub->add_option("-o,--out", agents.out, "Folder to write to")->capture_default_str();
    sub->add_option("--writer", agents.writer, "The engine: auto, embedded[:MODEL], ollama:MODEL, openai:MODEL, replay:FILE")->capture_default_str();
    sub->add_option("--url-a", agents.url_a, "The server of Agent A");
    sub->add_option("--url-b", agents.url_b, "The server of Agent B; else that of Agent A");
    sub->add_option("--agent-a", agents.agent_a, "Settings of Agent A");
    sub->add_option("--agent-b", agents.agent_b, "Settings of Agent B");
    sub->add_option("--personas", agents.personas, "Folder with collector.md and insight.md");
    sub->add_option("--seed", agents.seed, "Of the order in which things run")->capture_default_str();
  }

  void add_facts() {
    CLI::App* sub = command("facts", "Print every fact: path, place, value as written, metric, unit, configuration",
                            "One line a fact, sorted by path and place. --json gives one object a line.");
    sub->add_option("DIR", options_.facts.dirs, "Folders or files, or a store")->required();
    sub->add_flag("--include-own", options_.facts.include_own, "Read chimera's own reports as artifacts too");
  }

  void add_explain() {
    CLI::App* sub = command("explain", "Show where a number of a report comes from",
                            "ID is the label of a link in report.md (f7) or a fact's id in report.json. Prints the bytes, the rule\n"
                            "that gave them their meaning, and for computed numbers the formula and its inputs.");
    sub->add_option("ID", options_.explain.id, "A label (f7) or an id")->required();
    sub->add_option("--in", options_.explain.in, "The report.json, or a store")->capture_default_str();
  }

  void add_ingest() {
    CLI::App* sub = command("ingest", "Read files and account for every number in them",
                            "Without options: how many numbers became facts, were ignored for which reason, are unread. With --store\n"
                            "they are kept in a DuckDB file, made on first use: only files that are new or have changed are read.");
    sub->add_option("--store", options_.ingest.store, "Keep everything in this file, for chimera query");
    sub->add_flag("--include-own", options_.ingest.include_own, "With --store: chimera's own reports are artifacts too");
    sub->add_option("PATH", options_.ingest.paths, "Folders or files")->required();
    sub->add_flag("--map", options_.ingest.map, "Every number with its bytes and what became of it");
    sub->add_option("--workers", options_.ingest.workers, "Threads; 0: as many as there are processors")->capture_default_str();
    sub->add_option("--shards", options_.ingest.shards, "slurm: tasks; one for each 256 MiB unless said");
    add_executor(*sub, options_.ingest.executor);
    sub->add_flag("--studies", options_.ingest.studies, "The studies found, and why each column is what it is");
  }

  void add_verify() {
    CLI::App* sub = command("verify", "Judge a report that anybody wrote against artifacts",
                            "Finds every checkable claim and prints those that are contradicted, unsupported or uncheckable, with\n"
                            "what is true instead and where that stands. Exit 1 where something is contradicted or unsupported.");
    sub->add_option("REPORT", options_.verify.report, "Markdown or plain text; - for standard input");
    sub->add_option("--against", options_.verify.against, "Folders or files that hold the evidence, or a store");
    sub->add_option("--run", options_.verify.run, "The record of the run that wrote the report (JSON)");
    sub->add_option("--html", options_.verify.html, "Write the report with every claim marked as one page");
    sub->add_option("--sarif", options_.verify.sarif, "Write the bad claims as SARIF, for code hosts and editors");
    sub->add_flag("--jsonl", options_.verify.jsonl, "Read {\"id\",\"text\"} lines from standard input, answer each with a line");
    sub->add_option("--batch", options_.verify.batch, "A list of {\"report\",\"against\",\"run\"} lines, answered with a line each");
  }

  void add_compare() {
    CLI::App* sub = command("compare", "Set one set of measurements against another: faster, slower, same or undecided",
                            "Measurements are matched by metric, definition and configuration; settings that differ throughout are what\n"
                            "is compared. Exit 0 the same or better, 1 a proven regression, 3 not comparable, 5 undecided.");
    sub->add_option("A", options_.compare.a, "Before: a file, a folder, or REVISION:PATH")->required();
    sub->add_option("B", options_.compare.b, "After")->required();
    sub->add_option("--fail-if", options_.compare.fail_if, "Fail only where this is proven: 'decode_tps < -3%'; may be repeated")->take_all();
    sub->add_option("--margin", options_.compare.margin_percent, "Changes within so many percent are the same")->capture_default_str();
    sub->add_flag("--markdown", options_.compare.markdown, "A table for a pull request");
    sub->add_flag("--across-machines", options_.compare.across_machines, "Compare measurements of unlike machines");
  }

  void add_tune() {
    CLI::App* sub = command("tune", "Find the configurations that may be the best, within a budget of time",
                            "Lists make the space: --set threads=1,2 --set batch=128,512, or --space FILE. Says which configurations may be\n"
                            "the best, what each setting does, and how to use the one it recommends. Ctrl-C gives the answer so far.\n"
                            "--replay tunes on a recorded table (Kernel Tuner's cache or T4 results) instead. Exit 5: nothing was measured.");
    TuneCommand& tune = options_.tune;
    BenchCommand& bench = tune.bench;
    sub->add_option("--engine", bench.engine, "embedded, ollama, openai or replay")->capture_default_str()->check(CLI::IsMember({"embedded", "ollama", "openai", "replay"}));
    sub->add_option("--model", bench.model, "A name that the engine knows; embedded: a GGUF file or a name from chimera model list");
    sub->add_option("--url", bench.url, "Where the server is");
    sub->add_option("--serve-cmd", bench.serve_command, "Start this server for it: llama-server, ollama, vllm, or a command with {model}, {port}, {num_ctx}, ...");
    sub->add_option("--serve-env", bench.serve_environment, "Environment of that server: KEY=value KEY={setting}");
    sub->add_option("--set", bench.settings, "A setting and its values: threads=1,2; may be repeated")->allow_extra_args(false);
    sub->add_option("--space", tune.space, "A file with the space: values, conditions, what is forbidden (docs/tuning.md)");
    sub->add_option("--objective", tune.objectives, "decode_tps, prefill_tps, ttft, tpot, e2e, joules_per_token, memory, ...; several, a,b: their Pareto front")->delimiter(',')->allow_extra_args(false)->capture_default_str();
    sub->add_option("--prior", tune.prior, "Trial logs of earlier sessions on this machine, or a folder of them: what they show to be behind may wait")->allow_extra_args(false);
    sub->add_option("--constraint", tune.constraints, "What must hold: 'ttft_p90<500ms', 'gpu_memory<10GiB'; may be repeated")->allow_extra_args(false);
    sub->add_option("--budget", tune.budget, "Time to spend: 20m, 90s, 1.5h");
    sub->add_option("-p,--prompt-tokens", bench.prompt_tokens, "Tokens of the prompt")->capture_default_str();
    sub->add_option("-n,--output-tokens", bench.output_tokens, "Tokens to write")->capture_default_str();
    sub->add_option("-d,--depth", bench.depth, "Tokens of context before the prompt")->capture_default_str();
    sub->add_option("--warmup", bench.warmup, "Requests after a change that are not counted, at least")->capture_default_str();
    sub->add_flag("--chat", bench.chat, "Send the prompt as a message, through the model's template");
    sub->add_flag("--resume", bench.resume, "Go on with the session in the log");
    sub->add_option("-o,--log", bench.log, "The trial log; chimera-runs/<time>.jsonl unless said");
    sub->add_option("--name", bench.name, "A name for the session");
    sub->add_flag("--no-quality", tune.no_quality, "Do not read what a recommendation with another KV type, flash attention or model costs in quality");
    sub->add_option("--quality-text", bench.quality_text, "A file with the text for that, instead of the one that the program brings");
    sub->add_option("--quality-window", bench.quality_window, "Tokens of a window of the text")->capture_default_str()->check(CLI::Range(16, 1 << 20));
    sub->add_option("--transcript", bench.transcript, "engine replay: the transcript to play back");
    sub->add_option("--pack", bench.executor.pack, "Configurations of a task, beside the first one, which every task measures");
    add_executor(*sub, bench.executor);
    // Not for people: what a round asks of its tasks.
    sub->add_option("--repeat", bench.repeat)->group("");
    sub->add_option("--minutes", bench.longest_minutes)->group("");
    sub->add_option("--replay", tune.replay, "The recorded table, JSON or JSON.gz");
    sub->add_option("--budget-seconds", tune.budget_seconds, "replay: seconds that may be charged");
    sub->add_option("--load-seconds", tune.load_seconds, "replay: what a load costs");
    sub->add_option("--switch-seconds", tune.switch_seconds, "replay: what any other change costs");
    sub->add_option("--rep-seconds", tune.rep_seconds, "replay: what a repetition costs");
    sub->add_option("--reload-params", tune.reload_params, "replay: parameters whose change loads anew, a,b")->delimiter(',')->allow_extra_args(false);
    sub->add_option("--cost", tune.cost, "replay: given, or recorded: the table's own compile and run times")->check(CLI::IsMember({"given", "recorded"}))->capture_default_str();
    sub->add_option("--seed", tune.seed, "Equal seeds give equal results")->capture_default_str();
    sub->add_option("--seeds", tune.seeds, "replay: so many replays with consecutive seeds, one after another")->capture_default_str();
    sub->add_option("--strategy", tune.strategy, "auto, grid, random, halving or racing")->capture_default_str();
    sub->add_option("--without", tune.without, "Leave out a part of the method: surrogate, racing, switch-cost, feasibility, final-stage")->delimiter(',')->allow_extra_args(false);
  }

  void add_query() {
    CLI::App* sub = command("query", "Ask a store in SQL",
                            "The views are artifacts, records, facts, numbers, diagnostics and coverage (docs/sql.md); DESCRIBE facts lists\n"
                            "the columns. A query reads the store and nothing else. --json is --format json: one object a line.");
    sub->add_option("SQL", options_.query.sql, "One statement; - for standard input")->required();
    sub->add_option("--store", options_.query.store, "The store")->capture_default_str();
    sub->add_option("--format", options_.query.format, "table, csv, json (one object a line) or md")
        ->check(CLI::IsMember({"table", "csv", "json", "md"}))->capture_default_str();
    sub->add_option("--limit", options_.query.limit, "Print at most so many rows; a table has 1000 unless said");
  }

  void add_export() {
    CLI::App* sub = command("export", "Write the views of a store as Parquet files", "One file per view: artifacts, records, facts, numbers, diagnostics, coverage.");
    sub->add_option("--parquet", options_.export_.parquet, "Folder to write to")->required();
    sub->add_option("--store", options_.export_.store, "The store")->capture_default_str();
  }

  void add_bench() {
    CLI::App* sub = command("bench", "Measure configurations of an engine, every metric with its doubt",
                            "Measures in randomised blocks until the intervals are narrow, and writes every repetition to LOG at once.\n"
                            "Lists make configurations: -p 128,512 --set threads=1,2 are four. docs/bench.md explains the rules.\n"
                            "Ctrl-C once finishes the repetition, twice stops; --resume goes on, also after a crash.");
    BenchCommand& bench = options_.bench;
    sub->add_option("--engine", bench.engine, "embedded, ollama, openai or replay")->capture_default_str()->check(CLI::IsMember({"embedded", "ollama", "openai", "replay"}));
    sub->add_option("--model", bench.model, "A name that the engine knows; embedded: a GGUF file or a name from chimera model list");
    sub->add_option("--url", bench.url, "Where the server is");
    sub->add_option("--serve-cmd", bench.serve_command, "Start this server for it: llama-server, ollama, vllm, or a command with {model}, {port}, {num_ctx}, ...");
    sub->add_option("--serve-env", bench.serve_environment, "Environment of that server: KEY=value KEY={setting}");
    sub->add_option("-p,--prompt-tokens", bench.prompt_tokens, "Tokens of the prompt; a list")->capture_default_str();
    sub->add_option("-n,--output-tokens", bench.output_tokens, "Tokens to write; a list")->capture_default_str();
    sub->add_option("-d,--depth", bench.depth, "Tokens of context before the prompt; a list")->capture_default_str();
    sub->add_option("--set", bench.settings, "A setting and its values: threads=1,2; may be repeated")->allow_extra_args(false);
    sub->add_option("--repeat", bench.repeat, "Blocks: a number, or auto until the intervals are narrow (6 to 30)")->capture_default_str();
    sub->add_option("--target", bench.target_percent, "auto: percent within which the decode rate is to be known")->capture_default_str()->check(CLI::PositiveNumber);
    sub->add_option("--repetitions", bench.repetitions, "Repetitions of each visit")->capture_default_str()->check(CLI::Range(1, 50));
    sub->add_option("--warmup", bench.warmup, "Requests before each visit, at least; 0: none")->capture_default_str()->check(CLI::Range(0, 50));
    sub->add_flag("--kernels", bench.kernels, "embedded, CUDA: one repetition more of each configuration, traced kernel by kernel");
    sub->add_option("--minutes", bench.longest_minutes, "End with the block in which so many minutes have passed");
    sub->add_option("--seed", bench.seed, "Draws the order and the prompts")->capture_default_str();
    sub->add_option("--name", bench.name, "A name for the session, kept in the log");
    sub->add_flag("--chat", bench.chat, "Prompts are messages in the model's chat template");
    sub->add_flag("--keep-loaded", bench.keep_loaded, "Load the model only where a setting makes it necessary, not for every visit");
    sub->add_flag("--let-it-end", bench.let_it_end, "The model may end its text before -n tokens");
    sub->add_flag("--no-duplicate", bench.no_duplicate, "Leave out the second measurement of the first configuration");
    sub->add_flag("--no-telemetry", bench.no_telemetry, "Ask no sensors");
    sub->add_flag("--quality", bench.quality, "Also perplexity, and how far predictions lie from the first configuration's, on a fixed text (embedded)");
    sub->add_option("--quality-text", bench.quality_text, "A file with the text instead of the one that the program brings; implies --quality");
    sub->add_option("--quality-window", bench.quality_window, "Tokens of a window of the text")->capture_default_str()->check(CLI::Range(16, 1 << 20));
    sub->add_option("-o,--log", bench.log, "The trial log; chimera-runs/<time>.jsonl unless said");
    sub->add_flag("--resume", bench.resume, "Go on with a log that is there");
    sub->add_option("--md", bench.markdown, "Write the result as Markdown");
    sub->add_option("--csv", bench.csv, "Write the result as CSV");
    sub->add_option("--record", bench.record, "Add every call to this transcript");
    sub->add_option("--transcript", bench.transcript, "replay: the transcript to play back");
    sub->add_option("--pace", bench.pace, "replay: recorded or instant")->capture_default_str()->check(CLI::IsMember({"recorded", "instant"}));
    sub->add_option("--pack", bench.executor.pack, "Configurations of a task, beside the first one, which every task measures");
    add_executor(*sub, bench.executor);
    add_kernel(*sub);
  }

  static void add_slurm(CLI::App& sub, cluster::SlurmOptions& slurm) {
    sub.add_option("--nodes", slurm.nodes, "slurm: tasks that run at the same time, each on a node");
    sub.add_option("--partition", slurm.partition, "slurm: the partition");
    sub.add_option("--gres", slurm.gres, "slurm: generic resources of each task, gpu:1");
    sub.add_option("--time", slurm.time, "slurm: the time limit of a task");
    sub.add_option("--account", slurm.account, "slurm: who pays");
    sub.add_option("--sbatch", slurm.extra, "slurm: any option of sbatch, --sbatch=--constraint=epyc; may be repeated")->allow_extra_args(false);
    sub.add_option("--profile", "slurm: these options by a name of your configuration file (docs/cluster.md)");
  }

  // Where the work is done (docs/cluster.md).
  static void add_executor(CLI::App& sub, ExecutorOptions& executor) {
    sub.add_option("--executor", executor.executor, "local, or slurm: as tasks on a cluster")->capture_default_str()->check(CLI::IsMember({"local", "slurm"}));
    add_slurm(sub, executor.slurm);
    // Not for people: with what chimera jobs attach and the tasks begin.
    sub.add_option("--job", executor.job)->group("");
    sub.add_flag("--retry", executor.retry)->group("");
    sub.add_option("--task", executor.task)->group("");
    sub.add_option("--attempt", executor.attempt)->group("");
  }

  // Settings, rules and outputs are those of bench, whose options may stand behind the kernel's name too.
  void add_kernel(CLI::App& bench) {
    CLI::App* sub = bench.add_subcommand("kernel", "Measure kernels of ggml: time, GFLOP/s, and GB/s against the copy bandwidth");
    sub->footer("Sizes are settings: --set n=512,1024 --set threads=1,2 --set type=f16,q8_0. docs/bench.md lists them.\n"
                "--set, --repeat, --target, --repetitions, --warmup, --minutes, --seed, -o, --resume, --md, --csv, --json and the\n"
                "other rules and outputs of `chimera bench` hold here as well.");
    KernelCommand& kernel = options_.kernel;
    sub->add_option("KERNEL", kernel.kernel, "conv, copy, mlp or transformer")->required();
    sub->add_option("--backend", kernel.backend, "cpu, cuda, or auto: the first GPU there is, else the CPU")->capture_default_str()->check(CLI::IsMember({"cpu", "cuda", "auto"}));
    sub->add_option("--run-ms", kernel.run_ms, "How long a repetition evaluates the kernel, at least")->capture_default_str()->check(CLI::Range(0.1, 60000.0));
    sub->add_option("--copy-mib", kernel.copy_mib, "Size of the copy that is measured beside it; 0: none")->capture_default_str()->check(CLI::Range(0, 4096));
  }

  // Options of bench that say nothing about a kernel, as far as they were given.
  std::vector<std::string> of_engines_alone() {
    std::vector<std::string> given;
    for (const char* name : {"--engine", "--model", "--url", "--serve-cmd", "--serve-env", "--prompt-tokens", "--output-tokens", "--depth", "--chat", "--let-it-end", "--record", "--transcript", "--pace",
                             "--quality", "--quality-text", "--quality-window"})
      if (app_.get_subcommand("bench")->get_option(name)->count() > 0) given.emplace_back(name);
    return given;
  }

  void add_convert() {
    CLI::App* sub = command("convert", "Write what an artifact measured in the format of another tool",
                            "trial: a trial log; llama-bench, llama-bench-md: its JSON and Markdown; csv: a row for each metric;\n"
                            "csv-trio: PREFIX_baseline.csv, PREFIX_param_tuning.csv, PREFIX_param_tuning_summary.csv. By definition, never\n"
                            "by name: what has no place there is named and left out.");
    sub->add_option("FILE", options_.convert.file, "A trial log, or any file that chimera reads")->required();
    sub->add_option("--to", options_.convert.to, "The format")->required()->check(CLI::IsMember({"trial", "llama-bench", "llama-bench-md", "csv", "csv-trio"}));
    sub->add_option("-o,--out", options_.convert.out, "File to write to; standard output unless said");
  }

  void add_serve() {
    CLI::App* sub = command("serve", "Look at measurements in a browser",
                            "Prints the address. Pages to search, compare, query and verify, and to follow a measurement as it runs.\n"
                            "Reachable from this machine alone; another address needs a token. Ends with Ctrl-C.");
    sub->add_option("PATH", options_.serve.paths, "Folders or files, or a store; the current folder where none is given");
    sub->add_option("--port", options_.serve.port, "Port; 0 takes a free one")->capture_default_str()->check(CLI::Range(0, 65535));
    sub->add_option("--host", options_.serve.host, "Address to listen on")->capture_default_str();
    sub->add_option("--token", options_.serve.token, "Secret that every request must carry");
  }

  void add_complete() {
    CLI::App* sub = command("complete", "Ask a language model, and time its answer",
                            "Text goes to standard output as it comes, times to standard error. Engines: embedded (llama.cpp in this\n"
                            "process), ollama (OLLAMA_HOST), openai (any such server; OPENAI_BASE_URL, OPENAI_API_KEY), replay.\n"
                            "Exit 4 where the engine fails; what came before that is kept.");
    CompleteCommand& complete = options_.complete;
    sub->add_option("PROMPT", complete.prompt, "What to say to the model; - for standard input")->required();
    sub->add_option("--engine", complete.engine, "embedded, ollama, openai or replay")->capture_default_str();
    sub->add_option("--model", complete.model, "A name that the engine knows; embedded: a GGUF file or a name from chimera model list");
    sub->add_option("--url", complete.url, "Where the server is");
    sub->add_option("--set", complete.settings, "A setting, key=value: temperature, num_ctx, output_tokens, seed, ...")->allow_extra_args(false);
    sub->add_option("--system", complete.system, "A system message before the prompt");
    sub->add_flag("--raw", complete.raw, "The prompt is text to go on from, without the model's chat template");
    sub->add_option("--grammar", complete.grammar, "File with a GBNF grammar that the text must follow");
    sub->add_option("--json-schema", complete.json_schema, "File with a JSON schema that the text must follow");
    sub->add_option("--first-token-timeout", complete.first_token_timeout_s, "Seconds to the first text; 0: no limit")->capture_default_str();
    sub->add_option("--token-timeout", complete.token_timeout_s, "Seconds between texts; 0: no limit")->capture_default_str();
    sub->add_option("--attempts", complete.attempts, "How often to try where the server is busy")->capture_default_str();
    sub->add_option("--record", complete.record, "Add the call to this transcript");
    sub->add_option("--transcript", complete.transcript, "replay: the transcript to play back");
    sub->add_option("--pace", complete.pace, "replay: recorded or instant")->capture_default_str()->check(CLI::IsMember({"recorded", "instant"}));
  }

  void add_model() {
    CLI::App* sub = command("model", "Bring, list and make models for the embedded engine",
                            "get NAME fetches a model once, verifies it and says where its licence is; path NAME prints its file.\n"
                            "synth writes one of the same shape, tensor types and vocabulary with random weights: as fast and as large as\n"
                            "the real one, its text is noise. --like a file or a name, or --arch gemma3|llama|qwen3 --size 270m|1b|....");
    sub->add_option("ACTION", options_.model.action, "get, list, path or synth")->required()->check(CLI::IsMember({"get", "list", "path", "synth"}));
    sub->add_option("--like", options_.model.like, "synth: the model to resemble, a GGUF file or a known name");
    sub->add_option("--arch", options_.model.arch, "synth: gemma3, llama or qwen3");
    sub->add_option("--size", options_.model.size, "synth: 270m, 1b, 4b, ...");
    sub->add_option("--quant", options_.model.quantization, "synth: f16, q8_0, q6_k, q5_k_m, q4_k_m or q4_0")->capture_default_str();
    sub->add_option("--vocab", options_.model.vocab, "synth: a GGUF file with the tokenizer; else one that llama.cpp brings");
    sub->add_option("--seed", options_.model.seed, "synth: of the random weights")->capture_default_str();
    sub->add_option("-o,--out", options_.model.out, "synth: the file to write");
    sub->add_option("NAME", options_.model.name, "A name from chimera model list");
  }

  void add_run() {
    CLI::App* sub = command("run", "Run any program and keep its times, memory, output, telemetry and machine",
                            "What follows -- runs as it would without chimera: same terminal, output passed through, signals passed on, its\n"
                            "exit code is ours. A trial log and its output go to chimera-runs/; chimera report chimera-runs reads them.");
    sub->add_option("--name", options_.run.name, "What to call the run");
    sub->add_option("-o,--log", options_.run.log, "The trial log; one that exists is added to");
    sub->add_flag("--ncu", options_.run.ncu, "Under NVIDIA Nsight Compute, whose counters are kept too");
    sub->add_option("--hz", options_.run.hz, "Samples of telemetry a second")->check(CLI::Range(0.1, 1000.0))->capture_default_str();
    sub->add_option("CMD", options_.run.command, "The program and its arguments, behind --")->required();
  }

  void add_doctor() {
    CLI::App* sub = command("doctor", "Say what this machine can measure, what is missing and how noisy it is",
                            "Measures the same work under two labels: what differs is noise. Exit 1 where something speaks against\n"
                            "measuring now: another load, throttling, a quota, noise of 5 % or more.");
    sub->add_flag("--quick", options_.doctor.quick, "For three seconds");
    sub->add_flag("--slurm", options_.doctor.on_slurm, "The cluster: whether Slurm takes work, and a task of a second on each node (--quick: none)");
    add_slurm(*sub, options_.doctor.slurm);
    sub->add_option("--seconds", options_.doctor.seconds, "How long to measure the noise, or to wait for nodes")->check(CLI::Range(1.0, 3600.0))->capture_default_str();
  }

  void add_jobs() {
    CLI::App* sub = command("jobs", "What was handed to a cluster: list it, see how it stands, come back to it, cancel it",
                            "list: every job with its state; show: each task, failures with the last lines of their output; attach: watch it\n"
                            "and, when it is over, show what came of it; cancel. JOB is a name, its beginning, its folder or the file it makes.");
    sub->add_option("ACTION", options_.jobs.action, "list, show, attach or cancel")->capture_default_str()->check(CLI::IsMember({"list", "show", "attach", "cancel", "work"}));
    sub->add_option("JOB", options_.jobs.job, "Which");
    sub->add_flag("--retry", options_.jobs.retry, "attach: hand in again what failed");
    sub->add_option("--lines", options_.jobs.lines, "show: lines of a failed task's output")->capture_default_str();
    sub->add_option("--group", options_.jobs.group)->group("");
  }

  void add_completion() {
    CLI::App* sub = app_.add_subcommand("completion", "Print a completion script for a shell");
    sub->footer("bash:  source <(chimera completion bash)\nzsh:   source <(chimera completion zsh)\nfish:  chimera completion fish | source");
    sub->add_option("SHELL", options_.shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  }

  void help() {
    for (CLI::App* sub : app_.get_subcommands()) {
      print(sub->help("chimera"));
      return;
    }
    print(app_.help());
  }

  [[nodiscard]] std::vector<std::string> command_names() const {
    std::vector<std::string> names;
    for (const CLI::App* sub : app_.get_subcommands([](const CLI::App*) { return true; })) names.push_back(sub->get_name());
    return names;
  }

  [[nodiscard]] std::vector<std::string> option_names() const {
    std::vector<std::string> names = {"--help", "--version", "--quiet", "--verbose"};
    for (const CLI::App* sub : app_.get_subcommands()) {
      std::vector<const CLI::App*> typed = {sub};
      for (const CLI::App* below : sub->get_subcommands()) typed.push_back(below);
      for (const CLI::App* one : typed)
        for (const CLI::Option* option : one->get_options())
          for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
    return names;
  }

  // What was typed that nobody knows, with the nearest thing that is known.
  int usage_error(const CLI::ParseError& error, const std::vector<std::string>& arguments) {
    base::start_logging(base::LogLevel::normal);
    const std::vector<std::string> commands = command_names();
    const std::string& first = arguments.front();
    if (app_.get_subcommands().empty() && first.rfind('-', 0) != 0) {
      const std::string guess = nearest(first, commands);
      return report_error({base::ErrorKind::usage, fmt::format("no command called \"{}\"", first),
                           guess.empty() ? "chimera --help lists the commands" : fmt::format("did you mean \"{}\"?", guess)});
    }
    std::string hint;
    for (const std::string& argument : arguments) {
      const std::string name = argument.substr(0, argument.find('='));
      const std::vector<std::string> known = option_names();
      if (name.rfind("--", 0) != 0 || std::find(known.begin(), known.end(), name) != known.end()) continue;
      if (const std::string guess = nearest(name, known); !guess.empty()) hint = fmt::format("did you mean {}?", guess);
      break;
    }
    if (hint.empty()) hint = app_.get_subcommands().empty() ? "chimera --help" : fmt::format("chimera {} --help", app_.get_subcommands().front()->get_name());
    return report_error({base::ErrorKind::usage, error.what(), hint});
  }

  int dispatch(const std::vector<std::string>& arguments) {
    if (app_.got_subcommand("report")) return report_command(options_.report, options_.common);
    if (app_.got_subcommand("agents")) return agents_command(options_.agents, options_.common);
    if (app_.got_subcommand("facts")) return facts_command(options_.facts, options_.common);
    if (app_.got_subcommand("explain")) return explain_command(options_.explain, options_.common);
    options_.ingest.command_line = {"chimera"};
    options_.ingest.command_line.insert(options_.ingest.command_line.end(), arguments.begin(), arguments.end());
    if (app_.got_subcommand("ingest")) return ingest_command(options_.ingest, options_.common);
    if (app_.got_subcommand("verify")) return verify_command(options_.verify, options_.common);
    if (app_.got_subcommand("compare")) return compare_command(options_.compare, options_.common);
    if (app_.got_subcommand("tune")) {
      options_.tune.bench.command_line = arguments;
      options_.tune.bench.command_line.insert(options_.tune.bench.command_line.begin(), "chimera");
      return tune_command(options_.tune, options_.common);
    }
    if (app_.got_subcommand("query")) return query_command(options_.query, options_.common);
    if (app_.got_subcommand("export")) return export_command(options_.export_, options_.common);
    if (app_.got_subcommand("bench")) {
      options_.bench.command_line = {"chimera"};
      options_.bench.command_line.insert(options_.bench.command_line.end(), arguments.begin(), arguments.end());
      if (!app_.get_subcommand("bench")->got_subcommand("kernel")) return bench_command(options_.bench, options_.common);
      options_.kernel.bench = options_.bench;
      options_.kernel.foreign = of_engines_alone();
      return bench_kernel_command(options_.kernel, options_.common);
    }
    if (app_.got_subcommand("convert")) return convert_command(options_.convert, options_.common);
    if (app_.got_subcommand("serve")) return serve_command(options_.serve, options_.common);
    if (app_.got_subcommand("complete")) return complete_command(options_.complete, options_.common);
    if (app_.got_subcommand("run")) return run_command(options_.run, options_.common);
    if (app_.got_subcommand("doctor")) return doctor_command(options_.doctor, options_.common);
    if (app_.got_subcommand("jobs")) return jobs_command(options_.jobs, options_.common);
    if (app_.got_subcommand("model")) return model_command(options_.model, options_.common);
    if (app_.got_subcommand("completion")) return print(completion_script(options_.shell, command_names())) ? 0 : 1;
    return report_error({base::ErrorKind::usage, fmt::format("no command in \"{}\"", fmt::join(arguments, " ")), "chimera --help lists the commands"});
  }

  CLI::App app_;
  Options options_;
};

}  // namespace

int run_command_line(std::vector<std::string> arguments) { return CommandLine().run(std::move(arguments)); }

}  // namespace chimera::app
