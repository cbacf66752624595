// From a judged draft to what readers get: reference links, a Sources part, and the facts behind every one of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/lookup.h"

namespace chimera::report {

// How many inputs of one derived fact report.json holds; a fact over more says how many there are.
inline constexpr std::size_t kInputsKept = 40;

// Where readers find an artifact from the report: `href` is relative to the folder of the report.
class Links {
 public:
  virtual ~Links() = default;
  [[nodiscard]] virtual std::string href(const std::string& artifact_path) const = 0;
};

// A fact that the report shows, or that one of those was computed from.
struct CitedFact {
  std::string label;  // "f7" in order of first appearance; empty of a fact that only serves as an input
  core::Fact fact;
};

struct Publication {
  std::string markdown;           // report.md
  std::vector<CitedFact> facts;   // labelled ones in order of their labels, then inputs and `also` by id
};

// `also` are facts that the report shows elsewhere, in charts. For a draft that was judged, or is being judged, without a bad verdict: with one, nothing of the result is shown. A derived fact links to `facts_file` (report.json), where the
// facts stand one a line from `facts_first_line` on, in the order above.
[[nodiscard]] Publication publish(std::string_view draft, const core::FactLookup& facts, const Links& links,
                                  std::string_view facts_file, std::size_t facts_first_line, const std::vector<core::FactId>& also = {});

// A chart that was drawn: "chart-3", and where its picture is: "figures/chart-3.svg".
struct Figure {
  std::string chart;
  std::string href;
};
// Puts the pictures below the lines of a published Markdown that link to their charts.
[[nodiscard]] std::string with_figures(std::string_view markdown, const std::vector<Figure>& figures);

}  // namespace chimera::report
