#include "app/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "analysis/agreement.h"
#include "analysis/summaries.h"
#include "app/console.h"
#include "app/inputs.h"
#include "app/sarif.h"
#include "app/verdict_text.h"
#include "app/verify_page.h"
#include "base/log.h"
#include "claims/dissent.h"
#include "ingest/into_corpus.h"
#include "report/json_writer.h"
#include "sources/read.h"
#include "text/decode.h"

namespace chimera::app {
namespace {

using claims::Verdict;
using claims::VerdictKind;
using Json = nlohmann::ordered_json;
using report::JsonWriter;

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

void write_place(JsonWriter& json, const core::Place& place) {
  json.open_object();
  if (place.line > 0) json.integer("line", place.line);
  if (place.row > 0) json.integer("row", place.row);
  if (place.column > 0) json.integer("column", place.column);
  if (!place.header.empty()) json.text("header", place.header);
  if (!place.pointer.empty()) json.text("pointer", place.pointer);
  json.close_object();
}

void write_or_null(JsonWriter& json, std::string_view name, std::string_view value) {
  if (value.empty()) json.number(name, std::nan(""));  // JSON's null
  else json.text(name, value);
}

void write_claim(JsonWriter& json, const Verdict& verdict, const std::vector<std::uint64_t>& lines) {
  const auto after = std::upper_bound(lines.begin(), lines.end(), verdict.claim.span.begin);
  json.open_object().integer("line", static_cast<std::uint64_t>(after - lines.begin())).integer("column", verdict.claim.span.begin - *std::prev(after) + 1);
  json.integer("begin", verdict.claim.span.begin).integer("end", verdict.claim.span.end).text("quote", verdict.claim.quote);
  json.text("kind", claims::to_string(verdict.claim.kind)).text("verdict", claims::to_string(verdict.kind));
  write_or_null(json, "code", verdict.kind == VerdictKind::supported ? std::string_view() : core::info(verdict.code).code);
  json.text("reason", verdict.reason);
  const core::Quantity& stated = verdict.claim.stated;
  if (stated.value == 0 && stated.decimals == 0) json.number("stated", std::nan(""));
  else json.key("stated").open_object().number("value", stated.value).text("unit", stated.unit->symbol).close_object();
  write_or_null(json, "found", verdict.found);
  json.key("evidence").open_array();
  for (const core::SourceRef& source : verdict.evidence) {
    json.open_object().text("path", source.path).key("place");
    write_place(json, source.place);
    json.close_object();
  }
  json.close_array().close_object();
}

Json summary_json(const std::vector<Verdict>& verdicts) {
  Json summary;
  summary["claims"] = verdicts.size();
  for (const VerdictKind kind : {VerdictKind::supported, VerdictKind::contradicted, VerdictKind::unsupported, VerdictKind::uncheckable})
    summary[std::string(claims::to_string(kind))] = std::count_if(verdicts.begin(), verdicts.end(), [&](const Verdict& v) { return v.kind == kind; });
  return summary;
}

// Claim by claim, without one tree of them all: a report may state millions.
std::string claims_array(const std::vector<Verdict>& verdicts, std::string_view text) {
  const std::vector<std::uint64_t> lines = text::line_starts(text);
  std::string out;
  JsonWriter json(out);
  json.open_array();
  for (const Verdict& verdict : verdicts) write_claim(json, verdict, lines);
  json.close_array();
  return out;
}

bool is_bad(const std::vector<Verdict>& verdicts) {
  const VerdictKind worst = claims::worst(verdicts);
  return worst == VerdictKind::contradicted || worst == VerdictKind::unsupported;
}

// What was read of one list of paths, with its index; both are kept for the next report.
struct Against {
  core::Corpus corpus;
  std::unique_ptr<claims::Evidence> evidence;
  std::unique_ptr<ingest::RootPaths> roots;
  std::vector<core::Disagreement> disagreements;  // between artifacts
};

// Prose against the files it reports on, summaries against their rows.
std::vector<core::Disagreement> disagreements_in(const core::Corpus& corpus, const core::Vocabulary& vocabulary) {
  analysis::Ledger ledger(corpus);
  analysis::Workbench bench(vocabulary, ledger);
  std::vector<core::Disagreement> found;
  for (auto* ask : {&analysis::agreement_findings, &analysis::summary_findings})
    for (core::Finding& finding : ask(bench)) std::move(finding.disagreements.begin(), finding.disagreements.end(), std::back_inserter(found));
  return found;
}

class Judge {
  static constexpr std::size_t kMostOpen = 8;  // lists of paths kept in memory

 public:
  Judge(const facts::Interpreter& interpreter, const CommonOptions& common) : interpreter_(interpreter), common_(common) {}

  base::Result<const Against*> open(const std::vector<std::string>& paths) {
    std::string key;
    for (const std::string& path : paths) key += path + '\n';
    const auto known = opened_.find(key);
    if (known != opened_.end()) return known->second.get();
    ingest::Options options;
    TRY(Inputs inputs, open_inputs(paths));
    options.roots = inputs.roots;
    options.remembered = &remembered_;
    TRY(ingest::Ingested ingested, ingest::into_corpus(options, *inputs.files, interpreter_));
    print_diagnostics(ingested.corpus.diagnostics, common_);
    if (ingested.readable == 0) return base::fail(base::ErrorKind::input, "nothing readable to judge against", "give --against a folder that holds artifacts");
    auto against = std::make_unique<Against>();
    against->corpus = std::move(ingested.corpus);
    against->evidence = std::make_unique<claims::Evidence>(against->corpus, interpreter_.vocabulary(), std::string_view(), tables_);
    against->disagreements = disagreements_in(against->corpus, interpreter_.vocabulary());
    against->roots = std::make_unique<ingest::RootPaths>(paths, base::RealFileSystem());
    if (opened_.size() >= kMostOpen) opened_.clear();
    return opened_.emplace(key, std::move(against)).first->second.get();
  }

  [[nodiscard]] std::vector<Verdict> judge(const Against& against, const std::string& text, const claims::RunRecord* run) const {
    const auto& documents = against.corpus.documents();
    const bool itself = std::any_of(documents.begin(), documents.end(), [&](const core::Document& d) { return d.text == text; });
    std::vector<Verdict> verdicts = itself ? claims::verify_text(text, claims::Evidence(against.corpus, interpreter_.vocabulary(), text, tables_), run)
                                           : claims::verify_text(text, *against.evidence, run);
    claims::tell_dissent(text, against.disagreements, verdicts);
    return verdicts;
  }

  static base::Result<claims::RunRecord> read_run(const std::string& path, const std::string& report) {
    TRY(std::string bytes, base::RealFileSystem().read(path));
    core::Diagnostics ignored;
    base::FileInfo info;
    info.path = path;
    info.size = bytes.size();
    claims::RunRecord record = claims::read_run_record(sources::read_document(info, std::move(bytes), ignored), std::filesystem::path(report).filename().string());
    if (record.dates.empty() && record.files.empty() && record.settings.empty())
      return base::fail(base::ErrorKind::input, fmt::format("{} is no record of a run: neither a time nor files nor settings are in it", path), "give the run.json or metrics.json of the run that wrote the report, or leave --run out");
    return record;
  }

 private:
  const facts::Interpreter& interpreter_;
  const CommonOptions& common_;
  std::map<std::string, std::unique_ptr<Against>> opened_;
  ingest::Remembered remembered_;
  std::shared_ptr<claims::TableMemory> tables_ = claims::make_table_memory();
};

std::string read_standard_input() { return {std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()}; }

// A stray NUL does not make a report unreadable; a file that is mostly no text is none.
base::Result<std::string> decode_report(std::string bytes, const std::string& path) {
  text::Decoded decoded = text::decode(bytes);
  const auto zeros = static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '\0'));
  if (decoded.binary && zeros > 0 && zeros * 4 < bytes.size()) {
    std::replace(bytes.begin(), bytes.end(), '\0', ' ');
    decoded = text::decode(std::move(bytes));
  }
  if (decoded.binary) return base::fail(base::ErrorKind::input, fmt::format("{} is not text", path), "give the report as Markdown or plain text");
  return std::move(decoded.text);
}

base::Result<std::string> read_report(const std::string& path) {
  if (path == "-") return decode_report(read_standard_input(), "standard input");
  TRY(std::string bytes, base::RealFileSystem().read(path));
  return decode_report(std::move(bytes), path);
}

base::Result<int> verify_one(Judge& judge, const VerifyCommand& command, const CommonOptions& common) {
  TRY(const std::string text, read_report(command.report));
  TRY(const Against* against, judge.open(command.against));
  claims::RunRecord run;
  if (!command.run.empty()) {
    TRY(run, Judge::read_run(command.run, command.report));
  }
  const std::vector<Verdict> verdicts = judge.judge(*against, text, command.run.empty() ? nullptr : &run);
  const Audit audit{command.report, text, verdicts, against->corpus, *against->roots};
  if (!command.html.empty()) TRY_VOID(base::write_file(command.html, verify_page(audit)));
  if (!command.sarif.empty()) TRY_VOID(base::write_file(command.sarif, sarif(audit)));
  print(common.form == OutputForm::json ? verdicts_json(verdicts, text, {}) + "\n" : verdicts_text(verdicts, text, command.report, style_of_standard_output()));
  return is_bad(verdicts) ? 1 : 0;
}

// Answers each line; a line that cannot be answered is told and passed over.
class LineAnswers {
 public:
  void add(bool bad) { bad_ = bad_ || bad; }
  void fail(const std::string& source, std::size_t number, const base::Error& error) {
    failed_ = true;
    report_error({error.kind, fmt::format("{}:{}: {}", source, number, error.message), error.hint});
  }
  [[nodiscard]] int code() const { return failed_ ? static_cast<int>(base::ErrorKind::input) : bad_ ? 1 : 0; }

 private:
  bool bad_ = false;
  bool failed_ = false;
};

base::Result<int> verify_lines(Judge& judge, const VerifyCommand& command) {
  TRY(const Against* against, judge.open(command.against));
  LineAnswers answers;
  std::string line;
  for (std::size_t number = 1; std::getline(std::cin, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const Json input = Json::parse(line, nullptr, false);
    if (input.is_discarded() || !input.is_object() || !input.contains("text") || !input["text"].is_string()) {
      answers.fail("standard input", number, {base::ErrorKind::input, "no object with \"id\" and \"text\"", {}});
      continue;
    }
    const auto text = input["text"].get<std::string>();
    const std::vector<Verdict> verdicts = judge.judge(*against, text, nullptr);
    const VerdictKind worst = claims::worst(verdicts);
    Json answer;
    answer["id"] = input.contains("id") ? input["id"] : Json(nullptr);
    answer["verdict"] = claims::to_string(worst);
    const auto first = std::find_if(verdicts.begin(), verdicts.end(), [&](const Verdict& v) { return v.kind == worst; });
    answer["code"] = worst == VerdictKind::supported || first == verdicts.end() ? Json(nullptr) : Json(core::info(first->code).code);
    std::string lead = dump(answer);
    lead.pop_back();
    if (!print(lead + ",\"claims\":" + claims_array(verdicts, text) + "}\n")) return 0;
    answers.add(is_bad(verdicts));
  }
  return answers.code();
}

// One line of a list: its report judged, as a line of output. Paths are relative to `root`.
base::Result<std::string> verify_listed(Judge& judge, const std::string& line, const std::filesystem::path& root, LineAnswers& answers) {
  const Json input = Json::parse(line, nullptr, false);
  if (input.is_discarded() || !input.is_object() || !input.contains("report") || !input["report"].is_string() || !input.contains("against") || !input["against"].is_array())
    return base::fail(base::ErrorKind::input, "no object with \"report\" and \"against\"");
  std::vector<std::string> paths;
  for (const Json& path : input["against"])
    if (path.is_string()) paths.push_back((root / path.get<std::string>()).string());
  const auto report = input["report"].get<std::string>();
  TRY(const std::string text, read_report((root / report).string()));
  TRY(const Against* against, judge.open(paths));
  claims::RunRecord run;
  const bool has_run = input.contains("run") && input["run"].is_string();
  if (has_run) {
    TRY(run, Judge::read_run((root / input["run"].get<std::string>()).string(), report));
  }
  const std::vector<Verdict> verdicts = judge.judge(*against, text, has_run ? &run : nullptr);
  answers.add(is_bad(verdicts));
  return verdicts_json(verdicts, text, report) + "\n";
}

base::Result<int> verify_list(Judge& judge, const VerifyCommand& command) {
  TRY(const std::string list, base::RealFileSystem().read(command.batch));
  // paths are relative to the parent of the list's folder
  const std::filesystem::path root = std::filesystem::absolute(command.batch).parent_path().parent_path();
  LineAnswers answers;
  for (std::size_t begin = 0, number = 1; begin < list.size(); ++number) {
    const auto end = std::min(list.find('\n', begin), list.size());
    const std::string line = list.substr(begin, end - begin);
    begin = end + 1;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const base::Result<std::string> answer = verify_listed(judge, line, root, answers);
    if (!answer) answers.fail(command.batch, number, answer.error());
    else if (!print(*answer)) return 0;
  }
  return answers.code();
}

}  // namespace

std::string verdicts_json(const std::vector<Verdict>& verdicts, std::string_view text, std::string_view lead) {
  std::string out = "{";
  if (!lead.empty()) out += "\"report\":" + dump(Json(lead)) + ",";
  return out + "\"claims\":" + claims_array(verdicts, text) + ",\"summary\":" + dump(summary_json(verdicts)) + "}";
}

int verify_command(const VerifyCommand& command, const CommonOptions& common) {
  const int sources = (command.report.empty() ? 0 : 1) + (command.batch.empty() ? 0 : 1) + (command.jsonl ? 1 : 0);
  if (sources != 1 || (command.against.empty() && command.batch.empty()))
    return report_error({base::ErrorKind::usage, "verify needs a report (or --jsonl, or --batch LIST) and --against PATH", "chimera verify REPORT.md --against results/"});
  if (command.report.empty() && !(command.html.empty() && command.sarif.empty()))
    return report_error({base::ErrorKind::usage, "--html and --sarif are written of one report", "chimera verify REPORT.md --against results/ --html claims.html"});
  const auto interpreter = facts::Interpreter::create();
  if (!interpreter) return report_error(interpreter.error());
  Judge judge(*interpreter, common);
  const base::Result<int> code = command.jsonl ? verify_lines(judge, command) : !command.batch.empty() ? verify_list(judge, command) : verify_one(judge, command, common);
  return code ? *code : report_error(code.error());
}

struct AuditDesk::State {
  explicit State(facts::Interpreter loaded) : interpreter(std::move(loaded)), judge(interpreter, common) {}
  CommonOptions common;
  facts::Interpreter interpreter;
  Judge judge;
  const Against* against = nullptr;
};

AuditDesk::AuditDesk(std::unique_ptr<State> state) : state_(std::move(state)) {}
AuditDesk::~AuditDesk() = default;

base::Result<std::unique_ptr<AuditDesk>> AuditDesk::open(const std::vector<std::string>& against) {
  TRY(facts::Interpreter interpreter, facts::Interpreter::create());
  auto state = std::make_unique<State>(std::move(interpreter));
  state->common.quiet = true;
  TRY(state->against, state->judge.open(against));
  return std::unique_ptr<AuditDesk>(new AuditDesk(std::move(state)));
}

base::Result<std::string> AuditDesk::judge(std::string bytes) {
  TRY(const std::string text, decode_report(std::move(bytes), "the text"));
  const std::vector<Verdict> verdicts = state_->judge.judge(*state_->against, text, nullptr);
  std::string out = "{";
  JsonWriter(out).key("text").text(text);
  return out + "," + verdicts_json(verdicts, text, {}).substr(1);
}

}  // namespace chimera::app
