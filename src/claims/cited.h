// Judges one citing link of a draft: the grammar is in draft.h.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "claims/comparing.h"
#include "claims/mention.h"
#include "claims/metric_index.h"
#include "claims/reread.h"

namespace chimera::claims {

class CitedJudge {
 public:
  CitedJudge(std::string_view draft, const Scan& scan, const core::FactLookup& facts, const core::Vocabulary& vocabulary,
             MetricIndex& index, Readings& known)
      : draft_(draft), scan_(scan), facts_(facts), rereader_(facts, known), comparer_(rereader_, vocabulary), index_(index) {}

  // Has a target of one of the six schemes.
  [[nodiscard]] bool is_citation(const text::InlineLink& link) const;
  // `mentions` are those in the link's text. One verdict for the link, one more for each word it does not cover.
  std::vector<Verdict> judge(const text::InlineLink& link, const std::vector<const Mention*>& mentions);
  // The artifact cited first in the line of `offset`; empty where there is none.
  [[nodiscard]] std::string artifact_in_line(std::uint64_t offset) const;

 private:
  struct Target;
  Target parse(const text::InlineLink& link) const;
  void judge_fact(const Target& target, const std::vector<const Mention*>& mentions, Verdict& verdict);
  void judge_calc(const Target& target, const std::vector<const Mention*>& mentions, Verdict& verdict);
  void judge_relation(const std::string& a, char op, const std::string& others, const std::vector<const Mention*>& mentions, Verdict& verdict);
  void judge_quotient(core::FactId a, char op, core::FactId b, const std::vector<const Mention*>& mentions, Verdict& verdict);
  void judge_config(const Target& target, Verdict& verdict);
  void judge_artifact(const Target& target, const std::vector<const Mention*>& mentions, Verdict& verdict);
  void judge_date(const Mention& date, const core::Artifact& artifact, const core::SourceRef& whole, Verdict& verdict);
  void judge_absence(const Target& target, Verdict& verdict);
  void judge_value(const Mention& mention, const Reading& reading, const std::vector<const Mention*>& mentions, Verdict& verdict);
  core::UnitPtr header_unit(const Mention& mention) const;

  std::string_view draft_;
  const Scan& scan_;
  const core::FactLookup& facts_;
  Rereader rereader_;
  Comparer comparer_;
  MetricIndex& index_;
  std::unordered_map<std::string, std::vector<text::DateToken>> dates_;  // by path
};

}  // namespace chimera::claims
