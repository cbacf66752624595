// report.html: the whole report in one file that needs no network, with charts, every source excerpt and every verdict.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/finding.h"
#include "core/lookup.h"
#include "core/place.h"
#include "report/chart.h"
#include "report/json.h"
#include "report/publish.h"

namespace chimera::report {

// A verdict and where in the draft its claim stands.
struct PlacedClaim {
  core::Span span;
  ClaimLine line;
};

// What a reader is told of a metric on hover.
struct MetricLine {
  std::string name;
  std::string title;
  std::string description;
};

struct HtmlInput {
  std::string_view title;
  std::string_view draft;             // as it was judged
  std::string_view writer;            // who wrote the sections, but for those named in `writers`
  std::vector<std::pair<std::string, std::string>> writers;  // title of a section, who wrote it
  const Publication* publication = nullptr;
  std::string_view facts_part;        // of write_facts()
  const std::vector<PlacedClaim>* claims = nullptr;  // in order of the text
  const std::vector<Chart>* charts = nullptr;
  const std::vector<core::Finding>* findings = nullptr;
  std::vector<MetricLine> metrics;
  const core::FactLookup* facts = nullptr;
  const Links* links = nullptr;
  std::string_view facts_file;        // report.json, for what has no place in a file
};

// All text of artifacts and models is escaped; the page's policy allows its own scripts alone, without eval.
[[nodiscard]] std::string to_html(const HtmlInput& input);

}  // namespace chimera::report
