// Judges what a report says about the files themselves: how many, which exist, from when, and what is not in them.
#pragma once

#include <optional>
#include <vector>

#include "claims/absence_judge.h"
#include "claims/judging.h"

namespace chimera::claims {

class InventoryJudge {
 public:
  explicit InventoryJudge(const Judging& judging);

  // Files by type: as the run recorded them, else as the evidence has them.
  [[nodiscard]] const FileCounts& counts() const { return stated_.empty() ? own_ : stated_; }
  // One verdict for each mention it can speak about; those are set in `handled` (parallel to saying.mentions).
  // `documents`: what the saying is about, `named`: whether it names them itself.
  std::vector<Verdict> judge(const Saying& saying, const std::vector<std::uint32_t>& documents, std::vector<bool>& handled) const;

 private:
  bool is_presupposed(const Saying& saying, const Mention& mention) const;
  bool judge_file(const Saying& saying, const Mention& mention, Verdict& verdict) const;
  bool judge_date(const Saying& saying, const std::vector<std::uint32_t>& documents, const Mention& mention, Verdict& verdict) const;
  bool judge_report_date(const Saying& saying, const Mention& mention, Verdict& verdict) const;
  bool judge_setting(const Saying& saying, const Mention& mention, Verdict& verdict) const;
  bool judge_rows(const std::vector<std::uint32_t>& documents, const Mention& mention, Verdict& verdict) const;
  bool joins_types(const Saying& saying, std::size_t at) const;
  bool is_listed_type(const Saying& saying, std::size_t at, const Mention& mention) const;
  struct Counted {
    std::optional<std::string> type;
    bool told = false;  // by a list or a table of types: the number is of this type alone
  };
  bool compare_count(const Saying& saying, std::size_t at, const Mention& mention, const Counted& counted, Verdict& verdict) const;
  bool judge_files(const Saying& saying, std::size_t at, const Mention& mention, Verdict& verdict) const;
  std::optional<std::string> type_at(const Saying& saying, std::size_t at) const;
  std::optional<std::string> folder_in(const Saying& saying) const;

  const Judging& judging_;
  AbsenceJudge absences_;
  FileCounts own_;     // what the evidence holds
  FileCounts stated_;  // what the run recorded, or the report's own data block says; empty where neither does
};

}  // namespace chimera::claims
