// Who writes what: the sections of a report that agents write, each sentence with the exhibits it may cite.
//
// Chosen by importance from inventory and findings. Pure: over another record of the same run the same assignments come
// out, with that record's facts in them.
#pragma once

#include <string>
#include <vector>

#include "writing/exhibits.h"
#include "writing/write.h"

namespace chimera::writing {

enum class Author { collector, insight };  // Agent A, Agent B

struct SectionPlan {
  std::string id;     // "inventory", "executive_summary", "recommendations", "risks"
  std::string title;  // as in the report
  Author author = Author::insight;
  std::vector<Assignment> assignments;  // of "risks" in pairs: a risk and what mitigates it
};

// Sections without anything to cite are left out.
[[nodiscard]] std::vector<SectionPlan> plan_sections(const WriterInput& input);

inline constexpr std::string_view kInventorySection = "inventory";
inline constexpr std::string_view kSummarySection = "executive_summary";
inline constexpr std::string_view kRecommendationsSection = "recommendations";
inline constexpr std::string_view kRisksSection = "risks";

}  // namespace chimera::writing
