// Judges what a report says of kinds of files: shares of types, files that share a name, sizes, and the machine.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "claims/judging.h"

namespace chimera::claims {

class FilesJudge {
 public:
  // `counts`: files by type as the run recorded them, or as the evidence has them.
  FilesJudge(const Judging& judging, FileCounts counts);
  std::vector<Verdict> judge(const Saying& saying, std::vector<bool>& handled) const;

 private:
  bool shares_listed(const Saying& saying, const Mention& mention) const;
  bool judge_share(const Saying& saying, const Mention& mention, Verdict& verdict) const;
  bool judge_alike(const Saying& saying, const Mention& mention, Verdict& verdict) const;
  bool judge_size(const Saying& saying, const Mention& mention, Verdict& verdict) const;
  void judge_stem_cell(const Saying& saying, std::vector<Verdict>& verdicts) const;
  bool judge_hardware(const Saying& saying, std::vector<Verdict>& verdicts) const;
  void judge_models(const Saying& saying, std::vector<Verdict>& verdicts) const;
  void judge_machine(const Saying& saying, std::vector<Verdict>& verdicts) const;
  std::optional<std::string> type_of(const Saying& saying, const Mention& mention) const;
  std::size_t count_alike(std::string_view token, bool anywhere) const;

  const Judging& judging_;
  FileCounts counts_;
  struct Sized {
    std::string type;
    double bytes = 0;
  };
  std::vector<Sized> sizes_;  // of the types that are read
};

// The type that a word names: "md" is markdown.
[[nodiscard]] std::optional<std::string> file_type(std::string_view word);

}  // namespace chimera::claims
