#include "app/convert.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/bench_output.h"
#include "app/console.h"
#include "app/trial_formats.h"
#include "app/trial_import.h"
#include "base/files.h"
#include "base/log.h"
#include "facts/interpret.h"
#include "ingest/into_corpus.h"

namespace chimera::app {
namespace {

// Of a log with several sessions the last.
base::Result<measure::TrialSession> session_of(const ConvertCommand& command) {
  const base::RealFileSystem files;
  TRY(const std::string bytes, files.read(command.file));
  if (measure::looks_like_trial_log(bytes)) {
    TRY(measure::TrialLogContent content, measure::parse_trial_log(bytes));
    for (const std::string& note : content.notes) base::log_warning(fmt::format("{}: {}", command.file, note));
    if (content.sessions.empty()) return base::fail(base::ErrorKind::input, fmt::format("{} holds no session", command.file));
    if (content.sessions.size() > 1) base::log_warning(fmt::format("{} holds {} sessions; the last one is converted", command.file, content.sessions.size()));
    return std::move(content.sessions.back());
  }
  TRY(const facts::Interpreter interpreter, facts::Interpreter::create());
  ingest::Options options;
  options.roots = {command.file};
  TRY(const ingest::Ingested ingested, ingest::into_corpus(options, files, interpreter));
  Imported imported = import_trials(ingested.corpus, command.file);
  if (imported.session.samples.empty()) {
    const std::string hint = imported.left_out.empty() ? std::string() : fmt::format("found: {}", fmt::join(imported.left_out, ", "));
    return base::fail(base::ErrorKind::input, fmt::format("{} holds no measurement that a trial log has a metric for", command.file), hint);
  }
  if (!imported.left_out.empty()) base::log_warning(fmt::format("left out, because no metric of a trial log has this definition: {}", fmt::join(imported.left_out, ", ")));
  return std::move(imported.session);
}

base::Result<void> deliver(const std::string& path, const std::string& text) {
  if (!path.empty()) return base::write_file(path, text);
  print(text);
  return {};
}

base::Result<void> convert(const ConvertCommand& command) {
  TRY(const measure::TrialSession session, session_of(command));
  if (command.to == "trial") return deliver(command.out, trial_log_text(session));
  if (command.to == "llama-bench") return deliver(command.out, llama_bench_json(session));
  if (command.to == "llama-bench-md") return deliver(command.out, llama_bench_markdown(session));
  if (command.to == "csv") return deliver(command.out, result_csv(session, measure::summarise(session)));
  if (command.out.empty()) return base::fail(base::ErrorKind::usage, "csv-trio writes three files", "-o PREFIX names them: PREFIX_baseline.csv, PREFIX_param_tuning.csv, PREFIX_param_tuning_summary.csv");
  const CsvTrio trio = csv_trio(session);
  TRY_VOID(base::write_file(command.out + "_baseline.csv", trio.baseline));
  TRY_VOID(base::write_file(command.out + "_param_tuning.csv", trio.param_tuning));
  return base::write_file(command.out + "_param_tuning_summary.csv", trio.summary);
}

}  // namespace

int convert_command(const ConvertCommand& command, const CommonOptions&) {
  const auto converted = convert(command);
  return converted ? 0 : report_error(converted.error());
}

}  // namespace chimera::app
