#include "claims/verify.h"

#include <algorithm>

#include "claims/arithmetic_judge.h"
#include "claims/document_judge.h"
#include "claims/files_judge.h"
#include "claims/global_judge.h"
#include "claims/home.h"
#include "claims/inventory_judge.h"
#include "claims/names_judge.h"
#include "claims/rest_judge.h"
#include "claims/trend_judge.h"
#include "claims/types_judge.h"
#include "claims/value_judge.h"

namespace chimera::claims {
namespace {

class Verifier {
 public:
  Verifier(std::string_view text, const Evidence& evidence, const RunRecord* run)
      : scan_(scan(text)), sayings_(sayings_of(text, scan_)), judging_{text, scan_, sayings_, evidence, run, find_quoting(text, sayings_, evidence)},
        arithmetic_(judging_), inventory_(judging_), files_(judging_, inventory_.counts()), trends_(judging_), values_(judging_), global_(judging_), rest_(judging_), home_(judging_),
        types_(judging_, inventory_.counts()), names_(judging_), document_(judging_) {}

  std::vector<Verdict> run() {
    for (const Saying& saying : sayings_) judge(saying);
    keep(names_.judge_outside());
    std::stable_sort(verdicts_.begin(), verdicts_.end(), [](const Verdict& a, const Verdict& b) { return a.claim.span < b.claim.span; });
    // a row's label is read again with each of its cells
    const auto same = [](const Verdict& a, const Verdict& b) { return a.claim.span == b.claim.span && a.kind == b.kind && a.reason == b.reason; };
    verdicts_.erase(std::unique(verdicts_.begin(), verdicts_.end(), same), verdicts_.end());
    return std::move(verdicts_);
  }

 private:
  void judge(const Saying& saying) {
    std::vector<bool> handled(saying.mentions.size(), false);
    const std::vector<std::uint32_t> documents = files_in(judging_, saying);
    keep(arithmetic_.judge(saying, handled));
    keep(document_.judge(saying, handled));
    keep(types_.judge(saying, handled));
    keep(names_.judge(saying, handled));
    keep(files_.judge(saying, handled));
    keep(inventory_.judge(saying, documents, handled));
    keep(trends_.judge(saying, documents, handled));
    if (!documents.empty()) keep(values_.judge(saying, documents, true, handled));
    else judge_unnamed(saying, handled);
    keep(rest_.judge(saying, handled));
  }

  void judge_unnamed(const Saying& saying, std::vector<bool>& handled) {
    if (saying.title) return;
    const std::vector<std::uint32_t> home = home_.find(saying, global_.named_sheets(saying));
    if (!home.empty()) keep(values_.judge(saying, home, false, handled));
    if (judging_.at(saying.span).find('=') != std::string_view::npos) {
      std::vector<Verdict> settings = values_.judge_settings_of(saying, global_.named_sheets(saying));
      for (std::size_t i = 0; i < saying.mentions.size(); ++i)
        handled[i] = handled[i] || std::any_of(settings.begin(), settings.end(), [&](const Verdict& setting) { return setting.claim.span.contains(judging_.mention(saying.mentions[i]).digits); });
      keep(std::move(settings));
    }
    if (const auto sole = home.empty() ? global_.sole_document(saying) : std::nullopt) keep(values_.judge(saying, {*sole}, false, handled));
    const auto compares = [&](std::size_t m) { return judging_.mention(m).kind == MentionKind::comparison; };
    if (saying.mentions.size() > 1 && std::any_of(saying.mentions.begin(), saying.mentions.end(), compares)) keep(values_.support_differences(saying, global_.named_sheets(saying), handled));
    for (std::size_t i = 0; i < saying.mentions.size(); ++i) {
      const Mention& mention = judging_.mention(saying.mentions[i]);
      if (handled[i] || mention.kind != MentionKind::number) continue;
      if (mention.excuse != Excuse::none && mention.excuse != Excuse::code) continue;
      Verdict verdict = judging_.begin(ClaimKind::metric_value, mention);
      if (rest_.judge_missing_file(saying, mention, verdict)) {
        handled[i] = true;
        verdicts_.push_back(std::move(verdict));
        continue;
      }
      if (Verdict named; global_.judge_attribution(saying, mention, named)) verdicts_.push_back(std::move(named));
      if (!global_.judge(saying, mention, verdict)) continue;
      handled[i] = verdict.claim.span.contains(mention.digits);
      verdicts_.push_back(std::move(verdict));
    }
  }

  void keep(std::vector<Verdict>&& verdicts) {
    for (Verdict& verdict : verdicts) verdicts_.push_back(std::move(verdict));
  }

  Scan scan_;
  std::vector<Saying> sayings_;
  Judging judging_;
  ArithmeticJudge arithmetic_;
  InventoryJudge inventory_;
  FilesJudge files_;
  TrendJudge trends_;
  ValueJudge values_;
  GlobalJudge global_;
  RestJudge rest_;
  Home home_;
  TypesJudge types_;
  NamesJudge names_;
  DocumentJudge document_;
  std::vector<Verdict> verdicts_;
};

}  // namespace

std::vector<Verdict> verify_text(std::string_view text, const Evidence& evidence, const RunRecord* run) {
  return Verifier(text, evidence, run).run();
}

VerdictKind worst(const std::vector<Verdict>& verdicts) {
  const auto rank = [](VerdictKind kind) {
    switch (kind) {
      case VerdictKind::contradicted: return 3;
      case VerdictKind::unsupported: return 2;
      case VerdictKind::uncheckable: return 1;
      case VerdictKind::supported: return 0;
    }
    return 1;
  };
  VerdictKind worst = verdicts.empty() ? VerdictKind::uncheckable : VerdictKind::supported;
  for (const Verdict& verdict : verdicts)
    if (rank(verdict.kind) > rank(worst)) worst = verdict.kind;
  return worst;
}

}  // namespace chimera::claims
