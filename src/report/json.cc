#include "report/json.h"

#include <algorithm>
#include <unordered_map>

#include "report/json_writer.h"

namespace chimera::report {
namespace {

void write_place(JsonWriter& json, const core::Place& place) {
  json.key("place").open_object();
  if (place.line > 0) json.integer("line", place.line);
  if (!place.pointer.empty()) json.text("pointer", place.pointer);
  if (place.row > 0) json.integer("row", place.row);
  if (place.column > 0) json.integer("column", place.column);
  if (!place.header.empty()) json.text("header", place.header);
  json.close_object();
}

void write_settings(JsonWriter& json, const core::RunConfig& config) {
  json.open_object();
  for (const core::Setting& setting : config.settings()) json.text(setting.key, setting.value);
  json.close_object();
}

// The configurations of the facts, each written once and counted from 0: thousands of facts share one.
class Configurations {
 public:
  std::size_t number_of(const core::RunConfig& config) {
    std::string text;
    JsonWriter json(text);
    write_settings(json, config);
    const auto [entry, fresh] = numbers_.try_emplace(std::move(text), numbers_.size());
    if (fresh) in_order_.push_back(&entry->first);
    return entry->second;
  }
  [[nodiscard]] const std::vector<const std::string*>& in_order() const { return in_order_; }

 private:
  std::unordered_map<std::string, std::size_t> numbers_;
  std::vector<const std::string*> in_order_;
};

void write_ids(JsonWriter& json, std::string_view name, const std::vector<core::FactId>& ids, std::size_t at_most) {
  json.key(name).open_array();
  for (std::size_t i = 0; i < std::min(ids.size(), at_most); ++i) json.text(core::to_string(ids[i]));
  json.close_array();
}

// Bytes shown on each side of a number that the report shows, and of one that such a number was computed from.
constexpr std::uint64_t kAroundCited = 60;
constexpr std::uint64_t kAroundInput = 30;

struct Excerpt {
  std::string text;
  std::uint64_t begin = 0;  // of the text in the file
};

// What stands around the number, so that the report explains itself without the artifact at hand: up to so many bytes on each side.
Excerpt excerpt(const core::FactLookup& facts, const core::SourceRef& source, std::uint64_t most) {
  for (const std::uint64_t around : {most, std::uint64_t{30}, std::uint64_t{10}, std::uint64_t{0}}) {
    core::SourceRef wide = source;
    wide.bytes.begin -= std::min<std::uint64_t>(around, wide.bytes.begin);
    wide.bytes.end += around;
    if (std::string text = facts.bytes(wide); !text.empty()) return {std::move(text), wide.bytes.begin};
  }
  return {};
}

void write_fact(JsonWriter& json, const CitedFact& cited, const core::FactLookup& facts, Configurations& configurations) {
  const core::Fact& fact = cited.fact;
  json.open_object();
  if (!cited.label.empty()) json.text("label", cited.label);
  json.text("id", core::to_string(fact.id)).text("metric", fact.metric).text("definition", fact.definition);
  json.text("statistic", core::to_string(fact.statistic)).number("value", fact.value.value).text("unit", fact.value.unit->symbol);
  json.text("provenance", core::to_string(fact.provenance));
  if (!fact.config.empty()) json.integer("config", configurations.number_of(fact.config));
  if (fact.evidence.empty()) {
    json.text("formula", fact.formula);
    write_ids(json, "inputs", fact.inputs, kInputsKept);
    json.integer("inputs_total", fact.inputs.size());
  } else {
    const core::SourceRef& source = fact.evidence.front();
    json.text("raw", fact.raw).text("path", source.path);
    write_place(json, source.place);
    json.integer("begin", source.bytes.begin).integer("end", source.bytes.end);
    const Excerpt around = excerpt(facts, source, cited.label.empty() ? kAroundInput : kAroundCited);
    json.text("excerpt", around.text).integer("excerpt_begin", around.begin).text("rule", fact.rule).text("state", core::to_string(fact.state));
  }
  json.close_object();
}

void write_finding(JsonWriter& json, const core::Finding& finding) {
  json.open_object().text("id", finding.id).text("kind", core::to_string(finding.kind)).key("weight").integer(finding.weight);
  json.text("title", finding.title).text("statement", finding.statement.plain());
  json.key("doubts").open_array();
  for (const core::Statement& doubt : finding.doubts) json.text(doubt.plain());
  json.close_array();
  if (!finding.action.empty()) json.text("action", finding.action.plain());
  json.key("paths").open_array();
  for (const std::string& path : finding.paths) json.text(path);
  json.close_array();
  write_ids(json, "facts", finding.facts, finding.facts.size());
  json.close_object();
}

void write_claim(JsonWriter& json, const ClaimLine& claim) {
  json.open_object().text("quote", claim.quote).text("kind", claim.kind).text("verdict", claim.verdict);
  if (!claim.reason.empty()) json.text("reason", claim.reason);
  json.close_object();
}

void write_artifact(JsonWriter& json, const core::Artifact& artifact) {
  json.open_object().text("path", artifact.path).text("sha256", base::to_hex(artifact.digest)).integer("bytes", artifact.size);
  json.text("declared", core::to_string(artifact.declared)).text("format", core::to_string(artifact.format));
  json.text("encoding", artifact.encoding).text("tool", artifact.tool).close_object();
}

void write_diagnostic(JsonWriter& json, const core::Diagnostic& diagnostic) {
  const core::DiagnosticInfo& about = core::info(diagnostic.code);
  json.open_object().text("code", about.code).text("name", about.name).text("severity", core::to_string(about.severity)).text("path", diagnostic.path);
  write_place(json, diagnostic.place);
  json.text("message", diagnostic.message);
  if (!diagnostic.hint.empty()) json.text("hint", diagnostic.hint);
  json.close_object();
}

// `"name": [` with one element a line, and `]`.
template <class Range, class Write>
void write_lines(std::string& text, std::string_view name, const Range& range, const Write& write) {
  text.append("\"").append(name).append("\": [\n");
  std::size_t left = std::size(range);
  for (const auto& element : range) {
    JsonWriter json(text);
    write(json, element);
    text += --left > 0 ? ",\n" : "\n";
  }
  text += ']';
}

}  // namespace

std::string write_facts(const std::vector<CitedFact>& cited, const core::FactLookup& facts) {
  std::string text;
  Configurations configurations;
  write_lines(text, "facts", cited, [&](JsonWriter& json, const CitedFact& fact) { write_fact(json, fact, facts, configurations); });
  text += ",\n\"configs\": [\n";
  const std::vector<const std::string*>& in_order = configurations.in_order();
  for (std::size_t i = 0; i < in_order.size(); ++i) text.append(*in_order[i]).append(i + 1 < in_order.size() ? ",\n" : "\n");
  return text += ']';
}

std::string to_json(const ReportData& data) {
  std::string text = "{\n\"chimera\": \"report\",\n\"schema\": 2,\n\"version\": ";
  JsonWriter(text).text(data.version);
  text += ",\n" + data.facts_part;
  text += ",\n\"title\": ";
  JsonWriter(text).text(data.title);
  text += ",\n";
  write_lines(text, "findings", data.findings, write_finding);
  text += ",\n";
  write_lines(text, "claims", data.claims, write_claim);
  text += ",\n";
  write_lines(text, "artifacts", data.facts->artifacts(), write_artifact);
  text += ",\n";
  write_lines(text, "diagnostics", data.diagnostics->entries(), write_diagnostic);
  return text += "\n}\n";
}

std::string to_json(const core::Fact& fact, const core::FactLookup& facts) {
  return "{\"chimera\": \"report\",\n" + write_facts({{"", fact}}, facts) + "}\n";
}

std::string to_json_line(const core::Fact& fact) {
  const core::SourceRef& source = fact.evidence.front();
  std::string text;
  JsonWriter json(text);
  json.open_object().text("path", source.path);
  write_place(json, source.place);
  json.integer("begin", source.bytes.begin).integer("end", source.bytes.end);
  json.text("raw", fact.raw).text("metric", fact.metric).text("definition", fact.definition).text("statistic", core::to_string(fact.statistic));
  json.number("value", fact.value.value).text("unit", fact.value.unit->symbol);
  json.key("config");
  write_settings(json, fact.config);
  json.key("failed").boolean(fact.state == core::RowState::failed).close_object();
  return text;
}

}  // namespace chimera::report
