#include "writing/run_record.h"

#include <nlohmann/json.hpp>

#include "base/check.h"
#include "base/clock.h"
#include "sources/read.h"
#include "writing/review_loop.h"

namespace chimera::writing {
namespace {

using Json = nlohmann::ordered_json;

std::string type_name(core::Format type) { return std::string(core::to_string(type)); }

Json type_json(const analysis::TypeCount& type) {
  Json json{{"files", type.files}, {"size_bytes", type.bytes}, {"latest_modified", base::format_utc(type.latest)}};
  if (type.files > kPathsListed) json["more"] = type.files - kPathsListed;
  return json;
}

Json inventory_json(const analysis::Inventory& inventory) {
  Json json{{"files", inventory.files}, {"size_bytes", inventory.bytes}};
  json["types"] = Json::object();
  for (const analysis::TypeCount& type : inventory.types) json["types"][type_name(type.type)] = type_json(type);
  json["also_read"] = Json{{"files", inventory.also_read.files}, {"size_bytes", inventory.also_read.bytes}};
  std::uint64_t not_read = 0;
  for (const analysis::TypeCount& type : inventory.not_read) not_read += type.files;
  json["not_read"] = not_read;
  json["folders"] = Json::array();
  for (const analysis::FolderCount& folder : inventory.folders) json["folders"].push_back({{"folder", folder.folder}, {"files", folder.files}});
  json["patterns"] = Json::array();
  for (const analysis::NamePattern& pattern : inventory.patterns) json["patterns"].push_back({{"pattern", pattern.pattern}, {"files", pattern.files}});
  json["copies"] = Json::array();
  for (const std::vector<std::string>& group : inventory.copies) json["copies"].push_back({{"files", group.size()}, {"paths", group}});
  json["copy_groups"] = inventory.copies.size();
  json["content_differs"] = inventory.content_differs;
  json["content_differs_files"] = inventory.content_differs.size();
  json["smallest"] = Json{{"path", inventory.smallest}, {"size_bytes", inventory.smallest_bytes}};
  json["largest"] = Json{{"path", inventory.largest}, {"size_bytes", inventory.largest_bytes}};
  json["dates_inside"] = Json{{"first", inventory.first_date}, {"last", inventory.last_date}, {"files", inventory.dated}};
  return json;
}

Json account_json(const sources::Account& account) {
  std::uint64_t ignored = 0;
  Json reasons = Json::object();
  for (const auto& [reason, count] : account.ignored) {
    ignored += count;
    reasons[reason] = count;
  }
  return Json{{"found", account.numbers}, {"facts", account.facts}, {"ignored", ignored}, {"ignored_by_reason", reasons}, {"unread", account.unread}};
}

Json claims_json(const std::vector<RunSummary::KindCount>& kinds) {
  std::uint64_t claims = 0;
  std::uint64_t supported = 0;
  Json by_kind = Json::object();
  for (const RunSummary::KindCount& kind : kinds) {
    claims += kind.claims;
    supported += kind.supported;
    by_kind[kind.kind] = Json{{"claims", kind.claims}, {"supported", kind.supported}};
  }
  return Json{{"total", claims}, {"supported", supported}, {"by_kind", by_kind}};
}

const char* name_of(Author author) { return author == Author::collector ? "A" : "B"; }

Json writing_json(const Written& written) {
  Json json{{"engine", written.engine}, {"model", written.model}};
  for (const auto& [key, agent] : {std::pair{"agent_a", &written.collector}, std::pair{"agent_b", &written.insight}}) {
    json[key] = Json::object();
    for (const core::Setting& setting : agent->config.settings()) json[key][setting.key] = setting.value;
  }
  json["sections"] = Json::array();
  for (const SectionRecord& section : written.sections)
    json["sections"].push_back({{"id", section.id},         {"agent", name_of(section.author)}, {"text_by", section.published ? "model" : "program"},
                                {"rounds", section.rounds}, {"drafts", section.drafts},         {"sound_drafts", section.sound_drafts},
                                {"sentences", section.sentences.size()}, {"kept", section.kept}, {"claims", section.claims},
                                {"claims_cut", section.claims_cut}, {"facts_cited", section.facts}});
  json["cut"] = Json::array();
  for (const SectionRecord& section : written.sections)
    for (const SentenceRecord& sentence : section.sentences)
      if (!sentence.kept) json["cut"].push_back({{"section", section.id}, {"sentence", sentence.text}, {"problems", sentence.problems}});
  json["notes"] = written.notes;
  json["failure"] = written.failure ? Json(written.failure->message) : Json(nullptr);
  return json;
}

enum class Timing { kept, left_out };

Json call_json(const CallRecord& call, const Written& written, Timing timing) {
  Json json{{"agent", name_of(call.author)}, {"section", call.section}, {"round", call.round}, {"engine", written.engine}, {"model", written.model}};
  const auto put = [&json](const char* key, const auto& value) {
    if (value) json[key] = *value;
  };
  put("prompt_tokens", call.prompt_tokens);
  put("cached_tokens", call.cached_tokens);
  put("completion_tokens", call.completion_tokens);
  json["finish"] = call.finish;
  if (timing == Timing::left_out) return json;
  put("ttft_seconds", call.metrics.client.ttft_s);
  put("total_seconds", call.metrics.client.total_s);
  put("decode_tokens_per_second", call.metrics.client.decode_tokens_per_s);
  put("server_load_seconds", call.metrics.server.load_s);
  put("server_prompt_eval_seconds", call.metrics.server.prompt_eval_s);
  put("server_eval_seconds", call.metrics.server.eval_s);
  put("server_total_seconds", call.metrics.server.total_s);
  put("client_minus_server_seconds", call.metrics.difference.total_s);
  return json;
}

core::UnitPtr unit_of_key(const std::string& key) {
  const auto ends_with = [&](std::string_view suffix) { return key.size() >= suffix.size() && key.compare(key.size() - suffix.size(), suffix.size(), suffix) == 0; };
  if (ends_with("_tokens_per_second")) return core::unit_of("tok/s");
  if (ends_with("_percent")) return core::unit_of("%");
  if (ends_with("_bytes")) return core::unit_of("B");
  if (ends_with("_seconds")) return core::unit_of("s");
  return core::no_unit();
}

// Every number of the record counts something, and its key says what.
core::TableMeaning meaning_of(const core::Table& table) {
  core::TableMeaning meaning;
  for (const core::Column& column : table.columns) {
    core::ColumnMeaning about;
    about.role = core::Role::count;
    about.metric = column.key.substr(column.key.rfind('/') + 1);
    about.definition = "run:" + about.metric;
    about.unit = unit_of_key(column.key);
    about.rule = "the run's own record";
    meaning.columns.push_back(std::move(about));
  }
  meaning.configs.assign(table.rows.size(), 0);
  meaning.states.assign(table.rows.size(), core::RowState::ok);
  return meaning;
}

}  // namespace

std::string to_json(const RunSummary& summary) {
  Json json{{"chimera", "run"}, {"schema", 1}, {"version", summary.version}};
  if (summary.date) json["date"] = base::format_utc(*summary.date);
  json["writer"] = summary.written == nullptr ? "deterministic" : "agents";
  json["inputs"] = summary.roots;
  json["inventory"] = inventory_json(*summary.inventory);
  json["numbers"] = account_json(*summary.account);
  json["studies"] = summary.studies;
  json["findings"] = summary.findings;
  json["diagnostics"] = Json{{"note", summary.diagnostics->count(core::Severity::note)},
                             {"loss", summary.diagnostics->count(core::Severity::loss)},
                             {"error", summary.diagnostics->count(core::Severity::error)}};
  if (summary.times) {
    const RunTimes& times = *summary.times;
    json["stages"] = Json{{"ingest_seconds", times.ingest_seconds},
                          {"analysis_seconds", times.analysis_seconds},
                          {"report_seconds", times.report_seconds}};
    if (summary.written != nullptr) json["stages"]["writing_seconds"] = times.writing_seconds;
    json["stages"]["total_seconds"] = times.ingest_seconds + times.analysis_seconds + times.report_seconds + times.writing_seconds;
  }
  json["calls"] = Json::array();
  if (summary.written != nullptr) {
    for (const CallRecord& call : summary.written->calls) json["calls"].push_back(call_json(call, *summary.written, summary.times ? Timing::kept : Timing::left_out));
    json["writing"] = writing_json(*summary.written);
  }
  json["claims"] = claims_json(summary.claims);
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

RunRecord::RunRecord(std::string json) : json_(std::move(json)) {
  core::Diagnostics diagnostics;
  core::Document document = sources::read_document({std::string(kPath), json_.size(), 0}, json_, diagnostics);
  CHECK(diagnostics.count(core::Severity::loss) == 0, "the run's own record is valid JSON");
  std::vector<core::TableMeaning> meaning;
  meaning.reserve(document.tables.size());
  for (const core::Table& table : document.tables) meaning.push_back(meaning_of(table));
  const core::DocumentId id = corpus_.add(std::move(document), std::move(meaning), {core::RunConfig{}});
  corpus_.for_each_cell({core::Role::count}, [&](const core::CellRef& cell) { by_pointer_.emplace(corpus_.document(id).place(cell).pointer, cell); });
}

std::optional<core::Fact> RunRecord::find(const std::string& pointer) const {
  const auto found = by_pointer_.find(pointer);
  return found == by_pointer_.end() ? std::nullopt : std::optional(corpus_.fact(found->second));
}

core::Fact RunRecord::at(const std::string& pointer) const {
  const auto found = by_pointer_.find(pointer);
  CHECK(found != by_pointer_.end(), "the run record has the number that the report quotes");
  return corpus_.fact(found->second);
}

}  // namespace chimera::writing
