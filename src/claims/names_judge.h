// Judges what a report calls things: the unit in a label, the key that explains a name, settings, keys of a sample record,
// tests of significance, movements and trends of a metric. Mostly words, few numbers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "claims/judging.h"

namespace chimera::claims {

class NamesJudge {
 public:
  explicit NamesJudge(const Judging& judging) : judging_(judging), values_(judging.evidence) {}
  // Sets `handled` for the mentions it speaks about.
  std::vector<Verdict> judge(const Saying& saying, std::vector<bool>& handled) const;
  // What stands in no saying: headers of tables, code.
  std::vector<Verdict> judge_outside() const;

 private:
  struct Term {
    PieceRange range;
    std::vector<std::string> metrics;
  };
  std::vector<Term> terms_in(const std::vector<Piece>& pieces) const;
  void judge_label_units(core::Span span, std::vector<Verdict>& verdicts) const;
  void judge_glosses(core::Span span, std::vector<Verdict>& verdicts) const;
  void judge_empty_cell(const Saying& saying, std::vector<Verdict>& verdicts) const;
  void judge_settings(const Saying& saying, std::vector<Verdict>& verdicts) const;
  void judge_significance(const Saying& saying, std::vector<Verdict>& verdicts) const;
  bool judge_movement(const Saying& saying, const Mention& mention, Verdict& verdict) const;
  bool judge_series(const Mention& mention, Verdict& verdict) const;
  void judge_period(const Saying& saying, std::vector<bool>& handled, std::vector<Verdict>& verdicts) const;
  void judge_record(core::Span code, std::vector<Verdict>& verdicts) const;
  std::vector<std::uint32_t> data_documents(const std::optional<std::string>& type) const;
  std::optional<core::SourceRef> place_of(const std::string& metric, const std::optional<std::string>& type) const;
  std::vector<core::UnitPtr> units_of(const std::string& metric) const;

  const Judging& judging_;
  Values values_;
};

}  // namespace chimera::claims
