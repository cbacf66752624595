#include "app/run_record.h"

#include <nlohmann/json.hpp>

#include "base/check.h"
#include "base/clock.h"
#include "sources/read.h"

namespace chimera::app {
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

core::UnitPtr unit_of_key(const std::string& key) {
  const auto ends_with = [&](std::string_view suffix) { return key.size() >= suffix.size() && key.compare(key.size() - suffix.size(), suffix.size(), suffix) == 0; };
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
  json["writer"] = "deterministic";
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
                          {"report_seconds", times.report_seconds},
                          {"total_seconds", times.ingest_seconds + times.analysis_seconds + times.report_seconds}};
  }
  json["calls"] = Json::array();
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

core::Fact RunRecord::at(const std::string& pointer) const {
  const auto found = by_pointer_.find(pointer);
  CHECK(found != by_pointer_.end(), "the run record has the number that the report quotes");
  return corpus_.fact(found->second);
}

}  // namespace chimera::app
