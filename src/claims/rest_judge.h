// Speaks about what no other judge could bind: every number, date and comparing word that is left gets a verdict. What can
// plausibly be meant decides: a number that fits something named or written is left open, with how often it fits; one that
// the evidence gives nowhere is unsupported.
#pragma once

#include <string>
#include <vector>

#include "claims/judging.h"
#include "claims/measured.h"

namespace chimera::claims {

class RestJudge {
 public:
  explicit RestJudge(const Judging& judging) : judging_(judging), values_(judging.evidence) {}
  // Of the mentions that are not set in `handled` (parallel to saying.mentions) and that nothing excuses.
  // A number given to a file that there is not; false where it is given to none.
  bool judge_missing_file(const Saying& saying, const Mention& mention, Verdict& verdict) const;
  std::vector<Verdict> judge(const Saying& saying, const std::vector<bool>& handled) const;

 private:
  // What a number is about, as far as its sentence, the lines it stands under and its heading tell.
  struct Subject {
    std::string name;                          // as written; empty where nothing is named
    const Measured::Columns* columns = nullptr;
    bool own = false;                          // named in the saying itself
    std::vector<core::Statistic> statistics;
    std::string type;                          // "for JSON files"
  };
  Subject subject_of(const Saying& saying, const Mention& mention, core::UnitPtr unit) const;
  bool find_in(core::Span span, core::UnitPtr unit, Subject& subject) const;
  void judge_number(const Saying& saying, const Mention& mention, Verdict& verdict) const;
  bool by_statistic(const Subject& subject, const Mention& mention, core::UnitPtr unit, Verdict& verdict) const;
  bool by_metric(const Subject& subject, const Mention& mention, core::UnitPtr unit, Verdict& verdict) const;
  void without_files(const Saying& saying, core::Span& span) const;
  std::string unknown_setting(const Saying& saying, const Mention& mention) const;
  bool by_total(const Saying& saying, const Mention& mention, core::UnitPtr unit, Verdict& verdict) const;
  bool is_share_of_row(const Mention& mention, core::UnitPtr unit) const;
  bool counts_rows(const Mention& mention) const;
  void by_existence(const Saying& saying, const Mention& mention, core::UnitPtr unit, Verdict& verdict) const;
  std::vector<core::CellRef> places(const Mention& mention, core::UnitPtr unit) const;
  bool is_computed(const Saying& saying, const Mention& mention) const;
  void judge_date(const Saying& saying, const Mention& mention, Verdict& verdict) const;
  void judge_report_date(const Mention& mention, Verdict& verdict) const;
  bool is_known(const text::Date& date) const;
  void cite(const Candidate& candidate, Verdict& verdict) const;

  const Judging& judging_;
  Values values_;
};

}  // namespace chimera::claims
