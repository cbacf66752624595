// The whole job, a dozen calls in order: folders in, a report out.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/files.h"
#include "base/result.h"
#include "ingest/into_corpus.h"
#include "report/draft.h"
#include "writing/review_loop.h"
#include "writing/run_record.h"

namespace chimera::writing {

struct ReportOptions {
  ingest::Options ingest;
  std::string out;                 // folder, created where missing
  std::optional<base::Nanoseconds> date;  // of the report; absent: no date and no times (--no-times)
  bool times = true;               // whether stage times are recorded
  bool pictures = false;           // charts drawn for the Markdown too, where Node is there
  // Who writes; asked once there is something to write about. Empty, or null in it: the program alone.
  std::function<base::Result<const Authors*>()> authors;
};

struct ReportOutcome {
  std::size_t artifacts = 0;
  std::size_t facts = 0;
  std::size_t findings = 0;
  std::size_t claims = 0;
  core::Diagnostics diagnostics;
  std::vector<std::string> written;  // paths of the files
  std::optional<Written> agents;     // what they wrote, and whether their engine failed
};

// What agents write over, for commands that let them write in their own way.
struct Desk {
  const std::vector<SectionPlan>& plans;
  const core::FactLookup& facts;
  const core::Vocabulary& vocabulary;
  const RunRecord& record;  // of this run: what the plans quote
  // A draft as readers get it, in `folder` below the output, and the facts behind it as NAME.json. Internal where the draft
  // does not hold (law 6).
  std::function<base::Result<void>(const report::Draft& draft, const std::string& folder, const std::string& name)> publish;
};
[[nodiscard]] base::Result<void> with_desk(const ReportOptions& options, const base::FileSystem& files,
                                           const std::function<base::Result<void>(const Desk&)>& use);

// Writes report.md, report.html, report.json, run.json and figures/. Fails with input where nothing could be read (and then writes nothing),
// with internal where our own text makes a claim that its evidence does not support (law 6).
[[nodiscard]] base::Result<ReportOutcome> make_report(const ReportOptions& options, const base::FileSystem& files,
                                                      const base::Clock& clock);

}  // namespace chimera::writing
