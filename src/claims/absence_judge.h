// Judges what is said not to be there: measurements, columns, files that were not read, failures that did not happen.
#pragma once

#include <string>
#include <vector>

#include "claims/judging.h"

namespace chimera::claims {

class AbsenceJudge {
 public:
  explicit AbsenceJudge(const Judging& judging) : judging_(judging) {}

  // `documents`: those that the saying names. False where it cannot be told what is absent.
  bool judge(const Saying& saying, const std::vector<std::uint32_t>& documents, const Mention& mention, Verdict& verdict) const;

 private:
  // What is said to be absent.
  struct Subject {
    std::vector<Piece> pieces;
    std::vector<std::string> metrics;  // an empty name: any measurement
    bool measures = false;             // a noun such as "metrics", "column", "data"
  };
  Subject subject_of(const Saying& saying, const Mention& mention) const;
  std::vector<Piece> pieces_before(const Saying& saying, const Mention& mention) const;
  void add_metrics(Subject& subject, const std::vector<std::uint32_t>& documents) const;
  bool is_other_metric(const Subject& subject, std::size_t at, std::size_t count, const std::vector<std::uint32_t>& documents) const;
  std::vector<std::uint32_t> searched(const Saying& saying, const std::vector<std::uint32_t>& documents) const;
  bool judge_nothing_read(const Subject& subject, Verdict& verdict) const;
  bool judge_type(const Subject& subject, const std::vector<std::uint32_t>& documents, Verdict& verdict) const;
  bool judge_occurrence(const Subject& subject, const std::vector<std::uint32_t>& documents, Verdict& verdict) const;
  bool judge_column(const std::vector<std::uint32_t>& documents, const Subject& subject, Verdict& verdict) const;

  const Judging& judging_;
};

}  // namespace chimera::claims
