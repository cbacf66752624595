#include "app/commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>

#include "analysis/study.h"
#include "app/console.h"
#include "app/inputs.h"
#include "app/report_writer.h"
#include "app/store_commands.h"
#include "base/log.h"
#include "ingest/into_corpus.h"
#include "report/explain.h"
#include "report/json.h"
#include "sources/account.h"
#include "store/store.h"
#include "text/number.h"
#include "writing/pipeline.h"

namespace chimera::app {
namespace {

// SOURCE_DATE_EPOCH (reproducible-builds.org/specs/source-date-epoch): seconds since 1970, the date to print.
base::Result<std::optional<base::Nanoseconds>> date_from_environment() {
  const char* text = std::getenv("SOURCE_DATE_EPOCH");
  if (text == nullptr || *text == '\0') return std::optional<base::Nanoseconds>();
  std::int64_t value = 0;
  const std::string_view view(text);
  const auto [end, error] = std::from_chars(view.data(), view.data() + view.size(), value);
  if (error != std::errc() || end != view.data() + view.size() || value < 0 || value > 253402300799)
    return base::fail(base::ErrorKind::usage, fmt::format("SOURCE_DATE_EPOCH is \"{}\", expected seconds since 1970", view), "unset it, or give a whole number");
  return std::optional<base::Nanoseconds>(value * 1'000'000'000);
}

ingest::Options ingest_options(const std::vector<std::string>& roots, bool include_own, const CommonOptions& common) {
  ingest::Options options;
  options.roots = roots;
  options.own_outputs = include_own ? ingest::OwnOutputs::include : ingest::OwnOutputs::skip;
  options.progress = progress_line(common, "reading file");
  return options;
}

base::Result<ingest::Ingested> read_all(ingest::Options options) {
  TRY(const facts::Interpreter interpreter, facts::Interpreter::create());
  TRY(Inputs inputs, open_inputs(options.roots));
  options.roots = std::move(inputs.roots);
  return ingest::into_corpus(options, *inputs.files, interpreter);
}

int nothing_readable() {
  return report_error({base::ErrorKind::input, "nothing readable: no JSON, JSONL, CSV, TSV, Markdown or log file with values in it", "give a folder that holds benchmark results"});
}

// "1m30s" has its units in it.
std::string written_value(const core::Fact& fact) {
  const std::optional<text::Number> number = text::reparse_number(fact.raw);
  if (number && number->duration) return fmt::format("{} ({} {})", fact.raw, fact.value.value, fact.value.unit->symbol);
  return fmt::format("{} {}", fact.raw, fact.value.unit->symbol);
}

std::string fact_row(const core::Fact& fact) {
  const core::SourceRef& source = fact.evidence.front();
  return fmt::format("{}:{}: {} [{}] = {}\n", source.path, core::describe(source.place), fact.metric, core::to_string(fact.statistic), written_value(fact));
}

// In order of their bytes, whichever tables they stand in.
std::vector<core::Fact> facts_in_order(const core::Corpus& corpus, core::DocumentId document) {
  std::vector<core::Fact> facts;
  core::FactFilter filter;
  filter.path = corpus.document(document).artifact.path;
  corpus.for_each(filter, [&](const core::Fact& fact) { return facts.push_back(fact), true; });
  std::stable_sort(facts.begin(), facts.end(), [](const core::Fact& a, const core::Fact& b) { return a.evidence.front().bytes < b.evidence.front().bytes; });
  return facts;
}

// The fact with this id among everything that was read.
std::optional<core::Fact> find_fact(const core::Corpus& corpus, core::FactId wanted) {
  std::optional<core::Fact> found;
  using core::Role;
  const std::vector<Role> any = {Role::response, Role::factor, Role::count, Role::identity, Role::time, Role::index, Role::failure, Role::text, Role::no_value, Role::unread};
  corpus.for_each_cell(any, [&](const core::CellRef& cell) {
    if (!found && corpus.id(cell) == wanted) found = corpus.fact(cell);
  });
  return found;
}

int explain_in_store(const ExplainCommand& command, const CommonOptions& common) {
  const auto ingested = read_all(ingest_options({command.in}, true, common));
  if (!ingested) return report_error(ingested.error());
  const auto fact = find_fact(ingested->corpus, core::parse_fact_id(command.id));
  if (!fact)
    return report_error({base::ErrorKind::usage, fmt::format("{} has no fact {}", command.in, command.id), "a fact's id has 16 hexadecimal digits: chimera query \"SELECT fact FROM facts\""});
  const auto text = report::explain(report::to_json(*fact, ingested->corpus), command.id, common.form == OutputForm::json ? report::ExplainForm::json : report::ExplainForm::text);
  if (!text) return report_error(text.error());
  print(*text);
  return 0;
}

std::string map_rows(const core::Corpus& corpus) {
  std::string text;
  for (std::uint32_t d = 0; d < corpus.documents().size(); ++d) {
    const core::Document& document = corpus.documents()[d];
    for (const sources::Accounted& number : sources::account_each(document, corpus.meaning(core::DocumentId{d}))) {
      const core::Place place = document.place(number.span.begin);
      const core::Span bytes = document.to_file(number.span);
      text += fmt::format("{}:{}:{}: bytes {}-{}: {}: {}\n", document.artifact.path, place.line, place.column, bytes.begin, bytes.end,
                          std::string_view(document.text).substr(number.span.begin, number.span.size()), number.fate);
    }
  }
  return text;
}

std::string account_rows(const ingest::Ingested& ingested) {
  const sources::Account& account = ingested.account;
  std::string text = fmt::format("artifacts read  {}\nnumbers         {}\n  facts         {}\n", ingested.readable, account.numbers, account.facts);
  for (const auto& [reason, count] : account.ignored) text += fmt::format("  ignored       {} ({})\n", count, reason);
  return text + fmt::format("  unread        {}\n", account.unread);
}

}  // namespace

int report_command(const ReportCommand& command, const CommonOptions& common) {
  const auto date = date_from_environment();
  if (!date) return report_error(date.error());
  const base::SystemClock clock;
  writing::ReportOptions options;
  options.ingest = ingest_options(command.dirs, command.include_own, common);
  options.out = command.out;
  options.times = !command.no_times;
  const char* pictures = std::getenv("CHIMERA_PICTURES");
  options.pictures = !command.no_pictures && (pictures == nullptr || std::string_view(pictures) != "none");
  options.date = *date;
  if (!options.date && !command.no_times) options.date = clock.wall();
  auto inputs = open_inputs(command.dirs);
  if (!inputs) return report_error(inputs.error());
  options.ingest.roots = std::move(inputs->roots);
  const auto writer = ReportWriter::open({command.writer, command.agent_a, command.agent_b, command.personas, command.out}, clock);
  if (!writer) return report_error(writer.error());
  options.authors = [&] { return (*writer)->begin(); };
  const auto outcome = writing::make_report(options, *inputs->files, clock);
  if (!outcome) return report_error(outcome.error());
  print_diagnostics(outcome->diagnostics, common);
  base::log_info(fmt::format("{} artifacts, {} facts, {} findings; {} claims, every one supported", outcome->artifacts, outcome->facts, outcome->findings, outcome->claims));
  for (const std::string& path : outcome->written) base::log_info("wrote " + path);
  if (outcome->agents) {
    base::log_info("wrote " + (*writer)->transcript());
    say_authorship(*outcome->agents);
    if (outcome->agents->failure) return report_error(*outcome->agents->failure);
  }
  return 0;
}

int facts_command(const FactsCommand& command, const CommonOptions& common) {
  const auto ingested = read_all(ingest_options(command.dirs, command.include_own, common));
  if (!ingested) return report_error(ingested.error());
  print_diagnostics(ingested->corpus.diagnostics, common);
  if (ingested->readable == 0) return nothing_readable();
  for (std::uint32_t d = 0; d < ingested->corpus.documents().size(); ++d) {
    for (const core::Fact& fact : facts_in_order(ingested->corpus, core::DocumentId{d}))
      if (!print(common.form == OutputForm::json ? report::to_json_line(fact) + "\n" : fact_row(fact))) return 0;  // nobody listens
  }
  return 0;
}

int explain_command(const ExplainCommand& command, const CommonOptions& common) {
  if (store::looks_like_store(command.in)) return explain_in_store(command, common);
  const auto bytes = base::RealFileSystem().read(command.in);
  if (!bytes) return report_error(bytes.error());
  const auto text = report::explain(*bytes, command.id, common.form == OutputForm::json ? report::ExplainForm::json : report::ExplainForm::text);
  if (!text) return report_error(text.error());
  print(*text);
  return 0;
}

int ingest_command(const IngestCommand& command, const CommonOptions& common) {
  if (!command.store.empty()) return store_ingest_command(command, common);
  if (command.executor.executor != "local") return report_error({base::ErrorKind::usage, "--executor slurm reads into a store", "--store FILE names it"});
  ingest::Options options = ingest_options(command.paths, true, common);
  options.workers = command.workers;
  const auto ingested = read_all(options);
  if (!ingested) return report_error(ingested.error());
  print_diagnostics(ingested->corpus.diagnostics, common);
  if (ingested->readable == 0) return nothing_readable();
  if (command.map) print(map_rows(ingested->corpus));
  if (command.studies)
    for (const analysis::Study& study : analysis::find_studies(ingested->corpus)) print(analysis::explain(study, ingested->corpus) + "\n");
  if (!command.map && !command.studies) print(account_rows(*ingested));
  return 0;
}

}  // namespace chimera::app
