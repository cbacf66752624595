// The parts of a report that agents wrote, who wrote what, and the metrics of the calls.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "report/draft.h"
#include "writing/review_loop.h"

namespace chimera::writing {

// What agents wrote, as statements over one record of the run.
struct AgentParts {
  const Written* written = nullptr;
  struct Part {
    std::size_t index = 0;  // of the section in `written`, and so in the record
    std::vector<std::string> topics;            // parallel to `statements`
    std::vector<core::Statement> statements;    // of the kept sentences, in order
  };
  std::map<std::string, Part, std::less<>> parts;  // by the section's id
};

// `plans` are those that `written` was written for, made over the record that is published.
[[nodiscard]] AgentParts agent_parts(const Written& written, const std::vector<SectionPlan>& plans, Reviewer& reviewer);

// Writes what an agent wrote for a section, and a line that says so. Where it cannot be published, or no agent wrote, only
// a line that says why (none where no model was called), and false: the deterministic text has to say it.
bool write_agent_part(const WriterInput& input, std::string_view section, report::Draft& draft);

// With headings; nothing where no model was called.
void write_risks(const WriterInput& input, report::Draft& draft);
void write_authorship(const WriterInput& input, report::Draft& draft);
// One row a call.
void write_calls(const WriterInput& input, report::Draft& draft);

// "num_ctx=2048, temperature=0.5" of an agent, with `default` for what was not set.
[[nodiscard]] std::string settings_text(const core::RunConfig& config);

}  // namespace chimera::writing
