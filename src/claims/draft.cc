#include "claims/draft.h"

#include <fmt/format.h>

#include <algorithm>

#include "claims/cited.h"
#include "claims/mention.h"
#include "claims/metric_index.h"

namespace chimera::claims {
namespace {

ClaimKind claim_kind(const Mention& mention) {
  switch (mention.kind) {
    case MentionKind::number: return ClaimKind::metric_value;
    case MentionKind::number_word: return ClaimKind::number_word;
    case MentionKind::date: return ClaimKind::date;
    case MentionKind::file: return ClaimKind::file;
    case MentionKind::comparison: return ClaimKind::trend;
    case MentionKind::rank: return ClaimKind::ranking;
    case MentionKind::absence: return ClaimKind::absence;
  }
  return ClaimKind::metric_value;
}

bool before(const Verdict& a, const Verdict& b) { return a.claim.span < b.claim.span; }

class DraftJudge {
 public:
  DraftJudge(std::string_view draft, const core::FactLookup& facts, const core::Vocabulary& vocabulary, Readings& known)
      : draft_(draft), scan_(scan(draft)), index_(facts, vocabulary), cited_(draft_, scan_, facts, vocabulary, index_, known) {}

  std::vector<Verdict> run() {
    std::vector<std::vector<const Mention*>> inside(scan_.markdown.links.size());
    for (const Mention& mention : scan_.mentions)
      if (mention.link >= 0) inside[static_cast<std::size_t>(mention.link)].push_back(&mention);
    for (std::size_t i = 0; i < inside.size(); ++i) {
      if (!cited_.is_citation(scan_.markdown.links[i])) continue;
      for (Verdict& verdict : cited_.judge(scan_.markdown.links[i], inside[i])) verdicts_.push_back(std::move(verdict));
    }
    for (const Mention& mention : scan_.mentions) {
      if (mention.excuse != Excuse::none) continue;
      if (mention.link >= 0 && cited_.is_citation(scan_.markdown.links[static_cast<std::size_t>(mention.link)])) continue;
      if (mention.kind == MentionKind::absence) judge_absence(mention);
      else uncited(mention);
    }
    std::stable_sort(verdicts_.begin(), verdicts_.end(), before);
    return std::move(verdicts_);
  }

 private:
  Verdict start(const Mention& mention) const {
    Verdict verdict;
    verdict.claim.kind = claim_kind(mention);
    verdict.claim.span = mention.span;
    verdict.claim.quote = std::string(draft_.substr(mention.span.begin, mention.span.size()));
    verdict.claim.stated = mention.stated;
    verdict.claim.relation = mention.relation;
    return verdict;
  }

  void uncited(const Mention& mention) {
    Verdict verdict = start(mention);
    verdict.kind = VerdictKind::unsupported;
    verdict.code = core::DiagnosticCode::claim_unsupported;
    verdict.reason = fmt::format("a {} that cites nothing", to_string(mention.kind));
    verdicts_.push_back(std::move(verdict));
  }

  // An absence has no bytes to cite: it is held against the index of all that was measured, or of the one artifact
  // that its line cites. What is no metric and no setting is a matter of words and passes.
  void judge_absence(const Mention& mention) {
    const auto name = index_.find_name(draft_.substr(mention.span.begin, mention.span.size()));
    if (!name) return;
    Verdict verdict = start(mention);
    if (const auto place = index_.first_place(*name, cited_.artifact_in_line(mention.span.begin))) {
      verdict.kind = VerdictKind::contradicted;
      verdict.code = core::DiagnosticCode::claim_contradicted;
      verdict.reason = fmt::format("{} was read", *name);
      verdict.evidence = {*place};
    } else {
      verdict.kind = VerdictKind::supported;
      verdict.reason = fmt::format("no fact is called {}", *name);
    }
    verdicts_.push_back(std::move(verdict));
  }

  std::string_view draft_;
  Scan scan_;
  MetricIndex index_;
  CitedJudge cited_;
  std::vector<Verdict> verdicts_;
};

}  // namespace

std::vector<Verdict> judge_draft(std::string_view draft, const core::FactLookup& facts, const core::Vocabulary& vocabulary, Readings& known) {
  return DraftJudge(draft, facts, vocabulary, known).run();
}

std::vector<Verdict> judge_draft(std::string_view draft, const core::FactLookup& facts, const core::Vocabulary& vocabulary) {
  Readings known;
  return judge_draft(draft, facts, vocabulary, known);
}

}  // namespace chimera::claims
