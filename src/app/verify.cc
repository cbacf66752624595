#include "app/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/console.h"
#include "app/ingest.h"
#include "app/inputs.h"
#include "base/log.h"
#include "sources/read.h"
#include "text/decode.h"

namespace chimera::app {
namespace {

using claims::Verdict;
using claims::VerdictKind;
using Json = nlohmann::ordered_json;

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json place_json(const core::Place& place) {
  Json json = Json::object();
  if (place.line > 0) json["line"] = place.line;
  if (place.row > 0) json["row"] = place.row;
  if (place.column > 0) json["column"] = place.column;
  if (!place.header.empty()) json["header"] = place.header;
  if (!place.pointer.empty()) json["pointer"] = place.pointer;
  return json;
}

Json claim_json(const Verdict& verdict, const std::vector<std::uint64_t>& lines) {
  const auto after = std::upper_bound(lines.begin(), lines.end(), verdict.claim.span.begin);
  Json json;
  json["line"] = after - lines.begin();
  json["column"] = verdict.claim.span.begin - *std::prev(after) + 1;
  json["begin"] = verdict.claim.span.begin;
  json["end"] = verdict.claim.span.end;
  json["quote"] = verdict.claim.quote;
  json["kind"] = claims::to_string(verdict.claim.kind);
  json["verdict"] = claims::to_string(verdict.kind);
  json["code"] = verdict.kind == VerdictKind::supported ? Json(nullptr) : Json(core::info(verdict.code).code);
  json["reason"] = verdict.reason;
  const core::Quantity& stated = verdict.claim.stated;
  json["stated"] = stated.value == 0 && stated.decimals == 0 ? Json(nullptr) : Json{{"value", stated.value}, {"unit", stated.unit->symbol}};
  json["found"] = verdict.found.empty() ? Json(nullptr) : Json(verdict.found);
  json["evidence"] = Json::array();
  for (const core::SourceRef& source : verdict.evidence) json["evidence"].push_back({{"path", source.path}, {"place", place_json(source.place)}});
  return json;
}

Json summary_json(const std::vector<Verdict>& verdicts) {
  Json summary;
  summary["claims"] = verdicts.size();
  for (const VerdictKind kind : {VerdictKind::supported, VerdictKind::contradicted, VerdictKind::unsupported, VerdictKind::uncheckable})
    summary[std::string(claims::to_string(kind))] = std::count_if(verdicts.begin(), verdicts.end(), [&](const Verdict& v) { return v.kind == kind; });
  return summary;
}

Json verdicts_object(const std::vector<Verdict>& verdicts, std::string_view text) {
  const std::vector<std::uint64_t> lines = text::line_starts(text);
  Json list = Json::array();
  for (const Verdict& verdict : verdicts) list.push_back(claim_json(verdict, lines));
  Json json;
  json["claims"] = std::move(list);
  json["summary"] = summary_json(verdicts);
  return json;
}

bool is_bad(const std::vector<Verdict>& verdicts) {
  const VerdictKind worst = claims::worst(verdicts);
  return worst == VerdictKind::contradicted || worst == VerdictKind::unsupported;
}

// What was read of one list of paths, with its index; both are kept for the next report.
struct Against {
  core::Corpus corpus;
  std::unique_ptr<claims::Evidence> evidence;
};

class Judge {
 public:
  Judge(const facts::Interpreter& interpreter, const CommonOptions& common) : interpreter_(interpreter), common_(common) {}

  base::Result<const Against*> open(const std::vector<std::string>& paths) {
    std::string key;
    for (const std::string& path : paths) key += path + '\n';
    const auto known = opened_.find(key);
    if (known != opened_.end()) return known->second.get();
    IngestOptions options;
    TRY(Inputs inputs, open_inputs(paths));
    options.roots = inputs.roots;
    TRY(Ingested ingested, ingest(options, *inputs.files, interpreter_));
    print_diagnostics(ingested.corpus.diagnostics, common_);
    if (ingested.readable == 0) return base::fail(base::ErrorKind::input, "nothing readable to judge against", "give --against a folder that holds artifacts");
    auto against = std::make_unique<Against>();
    against->corpus = std::move(ingested.corpus);
    against->evidence = std::make_unique<claims::Evidence>(against->corpus, interpreter_.vocabulary());
    return opened_.emplace(key, std::move(against)).first->second.get();
  }

  [[nodiscard]] std::vector<Verdict> judge(const Against& against, const std::string& text, const claims::RunRecord* run) const {
    const auto& documents = against.corpus.documents();
    const bool itself = std::any_of(documents.begin(), documents.end(), [&](const core::Document& d) { return d.text == text; });
    if (!itself) return claims::verify_text(text, *against.evidence, run);
    return claims::verify_text(text, claims::Evidence(against.corpus, interpreter_.vocabulary(), text), run);
  }

  static base::Result<claims::RunRecord> read_run(const std::string& path, const std::string& report) {
    TRY(std::string bytes, base::RealFileSystem().read(path));
    core::Diagnostics ignored;
    base::FileInfo info;
    info.path = path;
    info.size = bytes.size();
    return claims::read_run_record(sources::read_document(info, std::move(bytes), ignored), std::filesystem::path(report).filename().string());
  }

 private:
  const facts::Interpreter& interpreter_;
  const CommonOptions& common_;
  std::map<std::string, std::unique_ptr<Against>> opened_;
};

std::string read_standard_input() { return {std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()}; }

base::Result<std::string> read_report(const std::string& path) {
  if (path == "-") return text::decode(read_standard_input()).text;
  TRY(std::string bytes, base::RealFileSystem().read(path));
  return text::decode(std::move(bytes)).text;
}

base::Result<int> verify_one(Judge& judge, const VerifyCommand& command, const CommonOptions& common) {
  TRY(const std::string text, read_report(command.report));
  TRY(const Against* against, judge.open(command.against));
  claims::RunRecord run;
  if (!command.run.empty()) {
    TRY(run, Judge::read_run(command.run, command.report));
  }
  const std::vector<Verdict> verdicts = judge.judge(*against, text, command.run.empty() ? nullptr : &run);
  print(common.form == OutputForm::json ? verdicts_json(verdicts, text, {}) + "\n" : verdicts_text(verdicts, text, command.report));
  return is_bad(verdicts) ? 1 : 0;
}

base::Result<int> verify_lines(Judge& judge, const VerifyCommand& command) {
  TRY(const Against* against, judge.open(command.against));
  bool bad = false;
  std::string line;
  for (std::size_t number = 1; std::getline(std::cin, line); ++number) {
    const Json input = Json::parse(line, nullptr, false);
    if (input.is_discarded() || !input.contains("text") || !input["text"].is_string())
      return base::fail(base::ErrorKind::input, fmt::format("standard input, line {}: no object with \"id\" and \"text\"", number));
    const auto text = input["text"].get<std::string>();
    const std::vector<Verdict> verdicts = judge.judge(*against, text, nullptr);
    const VerdictKind worst = claims::worst(verdicts);
    Json answer;
    answer["id"] = input.contains("id") ? input["id"] : Json(nullptr);
    answer["verdict"] = claims::to_string(worst);
    const auto first = std::find_if(verdicts.begin(), verdicts.end(), [&](const Verdict& v) { return v.kind == worst; });
    answer["code"] = worst == VerdictKind::supported || first == verdicts.end() ? Json(nullptr) : Json(core::info(first->code).code);
    answer["claims"] = verdicts_object(verdicts, text)["claims"];
    if (!print(dump(answer) + "\n")) return 0;
    bad = bad || is_bad(verdicts);
  }
  return bad ? 1 : 0;
}

base::Result<int> verify_list(Judge& judge, const VerifyCommand& command) {
  TRY(const std::string list, base::RealFileSystem().read(command.batch));
  // paths are relative to the parent of the list's folder
  const std::filesystem::path root = std::filesystem::absolute(command.batch).parent_path().parent_path();
  bool bad = false;
  for (std::size_t begin = 0, number = 1; begin < list.size(); ++number) {
    const auto end = std::min(list.find('\n', begin), list.size());
    const std::string line = list.substr(begin, end - begin);
    begin = end + 1;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const Json input = Json::parse(line, nullptr, false);
    if (input.is_discarded() || !input.contains("report") || !input["report"].is_string() || !input.contains("against") || !input["against"].is_array())
      return base::fail(base::ErrorKind::input, fmt::format("{}:{}: no object with \"report\" and \"against\"", command.batch, number));
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
    if (!print(verdicts_json(verdicts, text, report) + "\n")) return 0;
    bad = bad || is_bad(verdicts);
  }
  return bad ? 1 : 0;
}

}  // namespace

std::string verdicts_json(const std::vector<Verdict>& verdicts, std::string_view text, std::string_view lead) {
  Json json;
  if (!lead.empty()) json["report"] = lead;
  json.update(verdicts_object(verdicts, text));
  return dump(json);
}

std::string verdicts_text(const std::vector<Verdict>& verdicts, std::string_view text, std::string_view name) {
  const std::vector<std::uint64_t> lines = text::line_starts(text);
  std::string out;
  for (const Verdict& verdict : verdicts) {
    if (verdict.kind == VerdictKind::supported) continue;
    const auto after = std::upper_bound(lines.begin(), lines.end(), verdict.claim.span.begin);
    const std::uint64_t begin = *std::prev(after);
    const std::uint64_t column = verdict.claim.span.begin - begin;
    std::string line(text.substr(begin, text.find('\n', begin) - begin));
    if (!line.empty() && line.back() == '\r') line.pop_back();
    out += fmt::format("{}:{}:{}: {} {}: {}\n", name, after - lines.begin(), column + 1, claims::to_string(verdict.kind), core::info(verdict.code).code, verdict.reason);
    // a long line is shown around the claim
    const std::size_t from = column > 60 ? column - 60 : 0;
    const std::size_t width = std::min<std::size_t>(verdict.claim.span.size(), line.size() - std::min<std::size_t>(column, line.size()));
    out += fmt::format("  {}\n  {}{}\n", line.substr(from, 120), std::string(column - from, ' '), std::string(std::max<std::size_t>(1, width), '^'));
    for (std::size_t i = 0; i < std::min<std::size_t>(2, verdict.evidence.size()); ++i)
      out += fmt::format("  {}: {}\n", verdict.evidence[i].path, core::describe(verdict.evidence[i].place));
  }
  const Json summary = summary_json(verdicts);
  return out + fmt::format("{} claims: {} supported, {} contradicted, {} unsupported, {} uncheckable\n", summary["claims"].get<int>(),
                           summary["supported"].get<int>(), summary["contradicted"].get<int>(), summary["unsupported"].get<int>(),
                           summary["uncheckable"].get<int>());
}

int verify_command(const VerifyCommand& command, const CommonOptions& common) {
  const int sources = (command.report.empty() ? 0 : 1) + (command.batch.empty() ? 0 : 1) + (command.jsonl ? 1 : 0);
  if (sources != 1 || (command.against.empty() && command.batch.empty()))
    return report_error({base::ErrorKind::usage, "verify needs a report (or --jsonl, or --batch LIST) and --against PATH", "chimera verify REPORT.md --against results/"});
  const auto interpreter = facts::Interpreter::create();
  if (!interpreter) return report_error(interpreter.error());
  Judge judge(*interpreter, common);
  const base::Result<int> code = command.jsonl ? verify_lines(judge, command) : !command.batch.empty() ? verify_list(judge, command) : verify_one(judge, command, common);
  return code ? *code : report_error(code.error());
}

}  // namespace chimera::app
