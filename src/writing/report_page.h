// From what the pipeline has at its end to report.html and the files in figures/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "claims/claim.h"
#include "core/finding.h"
#include "core/vocabulary.h"
#include "report/html.h"
#include "report/publish.h"
#include "writing/charts.h"
#include "writing/review_loop.h"

namespace chimera::writing {

struct PageInput {
  std::string_view title;
  std::string_view draft;
  const report::Publication& publication;
  std::string_view facts_part;
  const std::vector<claims::Verdict>& verdicts;
  const std::vector<StudyChart>& charts;
  const std::vector<core::Finding>& findings;
  const core::Vocabulary& vocabulary;
  const core::FactLookup& facts;
  const report::Links& links;
  const Written* written = nullptr;  // by agents; null where no model was called
};

[[nodiscard]] std::string report_page(const PageInput& input);

// The facts that charts show.
[[nodiscard]] std::vector<core::FactId> facts_of(const std::vector<StudyChart>& charts);

// OUT/figures/chart-1.vl.json and so on, beside each its drawing where there is one (`drawn`: per chart an SVG, or empty); what an
// earlier report left there is removed. Gives the drawings that the Markdown can show.
[[nodiscard]] base::Result<std::vector<report::Figure>> write_figures(const std::string& out, const std::vector<StudyChart>& charts, const std::vector<std::string>& drawn);

[[nodiscard]] report::ClaimLine claim_line(const claims::Verdict& verdict);

}  // namespace chimera::writing
