// Judges what a report says of types of files beyond how many there are: their order, their sizes against each other, what
// is none of them, the folders they lie in, how often they change, and measurements ascribed to a type.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "claims/judging.h"

namespace chimera::claims {

class TypesJudge {
 public:
  // `counts`: files by type as the run recorded them, or as the evidence has them.
  TypesJudge(const Judging& judging, FileCounts counts);
  std::vector<Verdict> judge(const Saying& saying, std::vector<bool>& handled) const;

 private:
  struct Named {
    std::string type;
    core::Span span;
  };
  std::vector<Named> types_in(const Saying& saying) const;
  void judge_order(const Saying& saying, const std::vector<Named>& types, std::vector<Verdict>& verdicts) const;
  bool judge_others(const Saying& saying, const Mention& mention, Verdict& verdict) const;
  bool judge_sizes(const Saying& saying, const std::vector<Named>& types, const Mention& word, Verdict& verdict) const;
  bool judge_metric(const Saying& saying, const std::vector<Named>& types, const Mention& word, Verdict& verdict) const;
  void judge_folders(const Saying& saying, std::vector<Verdict>& verdicts) const;
  void judge_frequency(const Saying& saying, std::vector<bool>& handled, std::vector<Verdict>& verdicts) const;
  bool speaks_of_changes(const Saying& saying) const;
  bool lists_types(const Saying& saying) const;

  const Judging& judging_;
  FileCounts counts_;
  std::map<std::string, double> mean_bytes_;
  std::size_t folders_ = 0;  // that hold files of the types that are read
};

}  // namespace chimera::claims
