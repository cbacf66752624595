#include "report/json.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace chimera::report {
namespace {

using Json = nlohmann::ordered_json;

std::string line(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json place_json(const core::Place& place) {
  Json json = Json::object();
  if (place.line > 0) json["line"] = place.line;
  if (!place.pointer.empty()) json["pointer"] = place.pointer;
  if (place.row > 0) json["row"] = place.row;
  if (place.column > 0) json["column"] = place.column;
  if (!place.header.empty()) json["header"] = place.header;
  return json;
}

Json config_json(const core::RunConfig& config) {
  Json json = Json::object();
  for (const core::Setting& setting : config.settings()) json[setting.key] = setting.value;
  return json;
}

Json number_json(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

// What stands around the number, so that the report explains itself without the artifact at hand.
std::string excerpt(const core::FactLookup& facts, const core::SourceRef& source) {
  for (const std::uint64_t around : {60U, 30U, 10U, 0U}) {
    core::SourceRef wide = source;
    wide.bytes.begin -= std::min<std::uint64_t>(around, wide.bytes.begin);
    wide.bytes.end += around;
    if (const std::string text = facts.bytes(wide); !text.empty()) return text;
  }
  return {};
}

Json fact_json(const CitedFact& cited, const core::FactLookup& facts) {
  const core::Fact& fact = cited.fact;
  Json json = Json::object();
  if (!cited.label.empty()) json["label"] = cited.label;
  json["id"] = core::to_string(fact.id);
  json["metric"] = fact.metric;
  json["definition"] = fact.definition;
  json["statistic"] = core::to_string(fact.statistic);
  json["value"] = number_json(fact.value.value);
  json["unit"] = fact.value.unit->symbol;
  json["provenance"] = core::to_string(fact.provenance);
  if (!fact.config.empty()) json["config"] = config_json(fact.config);
  if (fact.evidence.empty()) {
    json["formula"] = fact.formula;
    Json inputs = Json::array();
    for (std::size_t i = 0; i < std::min(fact.inputs.size(), kInputsKept); ++i) inputs.push_back(core::to_string(fact.inputs[i]));
    json["inputs"] = std::move(inputs);
    json["inputs_total"] = fact.inputs.size();
    return json;
  }
  const core::SourceRef& source = fact.evidence.front();
  json["raw"] = fact.raw;
  json["path"] = source.path;
  json["place"] = place_json(source.place);
  json["begin"] = source.bytes.begin;
  json["end"] = source.bytes.end;
  json["excerpt"] = excerpt(facts, source);
  json["rule"] = fact.rule;
  json["state"] = core::to_string(fact.state);
  return json;
}

Json statement_json(const core::Statement& statement) { return statement.plain(); }

Json finding_json(const core::Finding& finding) {
  Json json = Json::object();
  json["id"] = finding.id;
  json["kind"] = core::to_string(finding.kind);
  json["weight"] = finding.weight;
  json["title"] = finding.title;
  json["statement"] = statement_json(finding.statement);
  json["doubts"] = Json::array();
  for (const core::Statement& doubt : finding.doubts) json["doubts"].push_back(statement_json(doubt));
  if (!finding.action.empty()) json["action"] = statement_json(finding.action);
  json["paths"] = finding.paths;
  json["facts"] = Json::array();
  for (const core::FactId id : finding.facts) json["facts"].push_back(core::to_string(id));
  return json;
}

Json artifact_json(const core::Artifact& artifact) {
  return Json{{"path", artifact.path},
              {"sha256", base::to_hex(artifact.digest)},
              {"bytes", artifact.size},
              {"declared", core::to_string(artifact.declared)},
              {"format", core::to_string(artifact.format)},
              {"encoding", artifact.encoding},
              {"tool", artifact.tool}};
}

Json diagnostic_json(const core::Diagnostic& diagnostic) {
  const core::DiagnosticInfo& about = core::info(diagnostic.code);
  Json json{{"code", about.code}, {"name", about.name}, {"severity", core::to_string(about.severity)}, {"path", diagnostic.path}};
  json["place"] = place_json(diagnostic.place);
  json["message"] = diagnostic.message;
  if (!diagnostic.hint.empty()) json["hint"] = diagnostic.hint;
  return json;
}

// `"name": [` with one element a line.
template <class Range, class ToJson>
std::string lines(std::string_view name, const Range& range, const ToJson& to_json) {
  std::string text = "\"" + std::string(name) + "\": [\n";
  std::size_t left = std::size(range);
  for (const auto& element : range) text += line(to_json(element)) + (--left > 0 ? ",\n" : "\n");
  return text + "]";
}

}  // namespace

std::string to_json(const ReportData& data) {
  std::string text = "{\n\"chimera\": \"report\",\n\"schema\": 1,\n\"version\": " + line(data.version) + ",\n";
  text += lines("facts", data.publication->facts, [&](const CitedFact& fact) { return fact_json(fact, *data.facts); }) + ",\n";
  text += "\"title\": " + line(data.title) + ",\n";
  text += lines("findings", data.findings, finding_json) + ",\n";
  text += lines("claims", data.claims, [](const ClaimLine& claim) {
            Json json{{"quote", claim.quote}, {"kind", claim.kind}, {"verdict", claim.verdict}};
            if (!claim.reason.empty()) json["reason"] = claim.reason;
            return json;
          }) + ",\n";
  text += lines("artifacts", data.facts->artifacts(), artifact_json) + ",\n";
  text += lines("diagnostics", data.diagnostics->entries(), diagnostic_json) + "\n}\n";
  return text;
}

std::string to_json_line(const core::Fact& fact) {
  const core::SourceRef& source = fact.evidence.front();
  Json json = Json::object();
  json["path"] = source.path;
  json["place"] = place_json(source.place);
  json["begin"] = source.bytes.begin;
  json["end"] = source.bytes.end;
  json["raw"] = fact.raw;
  json["metric"] = fact.metric;
  json["definition"] = fact.definition;
  json["statistic"] = core::to_string(fact.statistic);
  json["value"] = number_json(fact.value.value);
  json["unit"] = fact.value.unit->symbol;
  json["config"] = config_json(fact.config);
  json["failed"] = fact.state == core::RowState::failed;
  return line(json);
}

}  // namespace chimera::report
