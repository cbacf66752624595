#include "app/sarif.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "base/sha256.h"
#include "base/version.h"
#include "core/diagnostic.h"
#include "text/decode.h"

namespace chimera::app {
namespace {

using claims::Verdict;
using claims::VerdictKind;
using core::DiagnosticCode;
using Json = nlohmann::ordered_json;

constexpr std::size_t kRelated = 6;

struct Rule {
  DiagnosticCode code;
  const char* name;
  const char* level;
  const char* help;
};
constexpr Rule kRules[] = {
    {DiagnosticCode::claim_contradicted, "ClaimContradicted", "error",
     "The evidence was found and says something else. The message gives what it says, the related locations where. Correct the sentence, or the artifact if that is what is wrong."},
    {DiagnosticCode::claim_unsupported, "ClaimUnsupported", "warning",
     "Nothing in the evidence gives this value for what the sentence names. Name the file, row and metric that it comes from, add the artifact to --against, or remove the sentence."},
};

// "reports/a b.md" is "reports/a%20b.md"; relative, with '/'.
std::string uri(const std::string& path) {
  std::string relative = path == "-" ? "stdin.md" : path;
  if (std::filesystem::path(relative).is_absolute()) {
    std::error_code error;
    const std::filesystem::path near = std::filesystem::relative(relative, error);
    relative = error || near.empty() ? std::filesystem::path(relative).filename().string() : near.generic_string();
  }
  while (relative.substr(0, 2) == "./") relative.erase(0, 2);
  std::string out;
  for (const char c : relative) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '-' || c == '.' || c == '_' || c == '~';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

// Lines from 1, columns in code points from 1.
class Places {
 public:
  explicit Places(std::string_view text) : text_(text), lines_(text::line_starts(text)) {}

  [[nodiscard]] Json region(const core::Span& span) const {
    const auto [line, column] = place(span.begin);
    const auto [end_line, end_column] = place(span.end);
    return {{"startLine", line}, {"startColumn", column}, {"endLine", end_line}, {"endColumn", end_column}, {"byteOffset", span.begin}, {"byteLength", span.size()},
            {"snippet", {{"text", std::string(text_.substr(span.begin, span.size()))}}}};
  }

  [[nodiscard]] std::string_view line_of(std::uint64_t offset) const {
    const std::uint64_t begin = *std::prev(std::upper_bound(lines_.begin(), lines_.end(), offset));
    return text_.substr(begin, text_.find('\n', begin) - begin);
  }

 private:
  [[nodiscard]] std::pair<std::uint64_t, std::uint64_t> place(std::uint64_t offset) const {
    const auto after = std::upper_bound(lines_.begin(), lines_.end(), offset);
    std::uint64_t column = 1;
    for (std::size_t at = *std::prev(after); at < offset; at += code_point_width(text_, at)) ++column;
    return {static_cast<std::uint64_t>(after - lines_.begin()), column};
  }

  std::string_view text_;
  std::vector<std::uint64_t> lines_;
};

Json rules() {
  Json list = Json::array();
  for (const Rule& rule : kRules)
    list.push_back({{"id", core::info(rule.code).code}, {"name", rule.name}, {"shortDescription", {{"text", core::info(rule.code).summary}}}, {"fullDescription", {{"text", rule.help}}},
                    {"help", {{"text", rule.help}}}, {"defaultConfiguration", {{"level", rule.level}}}, {"properties", {{"tags", {"claims"}}}}});
  return list;
}

Json related(const Audit& audit, const Verdict& verdict) {
  Json list = Json::array();
  for (std::size_t i = 0; i < std::min(kRelated, verdict.evidence.size()); ++i) {
    const core::SourceRef& source = verdict.evidence[i];
    const std::string place = core::describe(source.place);
    Json location = {{"artifactLocation", {{"uri", uri(audit.roots.on_disk(source.path))}, {"uriBaseId", "SRCROOT"}}}};
    if (source.place.line > 0) location["region"] = {{"startLine", source.place.line}};
    list.push_back({{"id", i + 1}, {"physicalLocation", std::move(location)}, {"message", {{"text", place.empty() ? source.path : fmt::format("{}: {}", source.path, place)}}}});
  }
  return list;
}

}  // namespace

std::string sarif(const Audit& audit) {
  const Places places(audit.text);
  const std::string report = uri(audit.name);
  std::map<std::string, std::size_t> alike;  // the same claim in the same words: the n-th of them
  Json results = Json::array();
  for (const Verdict& verdict : audit.verdicts) {
    if (verdict.kind != VerdictKind::contradicted && verdict.kind != VerdictKind::unsupported) continue;
    const std::string_view code = core::info(verdict.code).code;
    const std::string identity = fmt::format("{}\n{}\n{}\n{}", code, report, verdict.claim.quote, places.line_of(verdict.claim.span.begin));
    const std::string fingerprint = base::to_hex(base::sha256(fmt::format("{}\n{}", identity, alike[identity]++)));
    const bool first = verdict.code == kRules[0].code;
    results.push_back({{"ruleId", code}, {"ruleIndex", first ? 0 : 1}, {"level", kRules[first ? 0 : 1].level},
                       {"message", {{"text", fmt::format("\"{}\": {}", verdict.claim.quote, verdict.reason.empty() ? std::string(core::info(verdict.code).summary) : verdict.reason)}}},
                       {"locations", Json::array({{{"physicalLocation", {{"artifactLocation", {{"uri", report}, {"uriBaseId", "SRCROOT"}}}, {"region", places.region(verdict.claim.span)}}}}})},
                       {"relatedLocations", related(audit, verdict)}, {"partialFingerprints", {{"claim/v1", fingerprint}}},
                       {"properties", {{"kind", claims::to_string(verdict.claim.kind)}, {"verdict", claims::to_string(verdict.kind)}}}});
  }
  const Json log = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"}, {"version", "2.1.0"},
                    {"runs", Json::array({{{"tool", {{"driver", {{"name", "chimera"}, {"semanticVersion", base::version()}, {"rules", rules()}}}}}, {"columnKind", "unicodeCodePoints"},
                                           {"originalUriBaseIds", {{"SRCROOT", {{"description", {{"text", "The folder that chimera ran in."}}}}}}}, {"results", std::move(results)}}})}};
  return log.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace chimera::app
