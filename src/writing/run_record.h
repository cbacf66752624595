// run.json: what is true of the run itself, written before the report and read back like any artifact, so that counts
// of files and stage times link to bytes as all other numbers do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analysis/inventory.h"
#include "core/corpus.h"
#include "core/diagnostic.h"
#include "ingest/into_corpus.h"

namespace chimera::writing {

// How many paths of a type the report lists before "... and 23 more".
inline constexpr std::size_t kPathsListed = 5;

// Absent where --no-times asks for output that does not depend on when and how fast.
struct RunTimes {
  base::Nanoseconds started = 0;  // wall clock
  double ingest_seconds = 0;
  double analysis_seconds = 0;
  double writing_seconds = 0;     // of the agents: calls of the model and the judging of their sentences
  double report_seconds = 0;      // drafting and judging, up to the writing of this record
};

struct RunSummary {
  std::string version;
  std::vector<std::string> roots;
  const analysis::Inventory* inventory = nullptr;
  const sources::Account* account = nullptr;
  const core::Diagnostics* diagnostics = nullptr;
  std::size_t studies = 0;
  std::size_t findings = 0;
  std::optional<base::Nanoseconds> date;  // SOURCE_DATE_EPOCH or the start of the run; absent with --no-times
  std::optional<RunTimes> times;
  struct KindCount {
    std::string kind;
    std::uint64_t claims = 0;
    std::uint64_t supported = 0;
  };
  std::vector<KindCount> claims;  // by kind, of the parts before Verification
  const struct Written* written = nullptr;  // by agents; null where no model was called
};

[[nodiscard]] std::string to_json(const RunSummary& summary);

// The record as a document of its own: facts by JSON pointer.
class RunRecord {
 public:
  static constexpr std::string_view kPath = "./run.json";  // no walked file is called so
  explicit RunRecord(std::string json);
  // The fact at a pointer. CHECKs that there is a number.
  [[nodiscard]] core::Fact at(const std::string& pointer) const;
  // The same where there may be none: an engine did not tell, or times are left out.
  [[nodiscard]] std::optional<core::Fact> find(const std::string& pointer) const;
  [[nodiscard]] const core::Corpus& corpus() const { return corpus_; }
  [[nodiscard]] const std::string& json() const { return json_; }

 private:
  std::string json_;
  core::Corpus corpus_;
  std::unordered_map<std::string, core::CellRef> by_pointer_;
};

}  // namespace chimera::writing
