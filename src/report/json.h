// report.json: the facts a report shows and what they rest on, one fact a line; the findings; the verdicts.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/diagnostic.h"
#include "core/finding.h"
#include "core/lookup.h"
#include "report/publish.h"

namespace chimera::report {

// A verdict as report.json shows it; claims' own types stay in their room.
struct ClaimLine {
  std::string quote;
  std::string kind;
  std::string verdict;
  std::string reason;
};

struct ReportData {
  std::string version;
  std::string title;
  std::string facts_part;  // of write_facts()
  std::vector<core::Finding> findings;
  std::vector<ClaimLine> claims;
  const core::Diagnostics* diagnostics = nullptr;
  const core::FactLookup* facts = nullptr;
};

// The line of report.json on which the first fact stands.
inline constexpr std::size_t kFactsFirstLine = 6;

// The part that holds the facts, which is most of the file, and their configurations, which facts name by position. Apart, because
// it can be written before the verdicts are known.
[[nodiscard]] std::string write_facts(const std::vector<CitedFact>& cited, const core::FactLookup& facts);

[[nodiscard]] std::string to_json(const ReportData& data);

// The part of a report.json that explain() reads, with this fact alone.
[[nodiscard]] std::string to_json(const core::Fact& fact, const core::FactLookup& facts);

// One fact as an object: what `chimera facts --json` prints a line of, and what report.json holds.
[[nodiscard]] std::string to_json_line(const core::Fact& fact);

}  // namespace chimera::report
