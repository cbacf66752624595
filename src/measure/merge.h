// Makes one trial log of the logs of its parts: sessions of one plan, each of which measured some of its trials beside the
// baseline, in blocks of its own, somewhere.
//
// Parts on machines of one kind make one session: blocks and loads are numbered on, so that a block is still what one node
// measured in one go, and everything that compares within blocks stays right. Parts on machines of another kind make a session of
// their own, and every configuration then names its machine, so that no reader takes the two for one. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "core/trial_records.h"

namespace chimera::measure {

struct PartLog {
  std::uint32_t part = 0;  // from 1
  std::vector<core::TrialRecord> records;  // one session, ended
  std::string node;
  std::string job;
};

struct MissingPart {
  std::uint32_t part = 0;
  std::vector<std::string> trials;
  std::string why;
};

struct MergePlan {
  std::vector<core::TrialPlan> trials;  // of the whole plan, in its order
  std::vector<std::string> command;     // that the user gave
  std::vector<MissingPart> missing;     // then the log ends as interrupted, and says so
};

// Records of whole sessions, in the order of their first part. One part alone gives what it wrote, with a record of where that was.
// An input error where a part holds no session, or two parts are of different engines, models or rules.
[[nodiscard]] base::Result<std::vector<core::TrialRecord>> merge_parts(std::vector<PartLog> parts, const MergePlan& plan);

// The last block that may be broken off is taken away, with what follows it: what is left was measured in one go. For another attempt that
// goes on from there.
[[nodiscard]] std::vector<core::TrialRecord> whole_blocks(std::vector<core::TrialRecord> records);

}  // namespace chimera::measure
