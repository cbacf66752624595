// claims: any text, as a draft and as a foreign report; nothing crashes or hangs, and every claim is where it says.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "claims/draft.h"
#include "claims/verify.h"
#include "core/corpus.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace chimera;
  const std::string text(reinterpret_cast<const char*>(data), size);
  static const core::Corpus corpus;
  static const core::Vocabulary vocabulary;
  static const claims::Evidence evidence(corpus, vocabulary);
  for (const auto& verdicts : {claims::judge_draft(text, corpus, vocabulary), claims::verify_text(text, evidence)}) {
    for (const claims::Verdict& verdict : verdicts) {
      CHECK(verdict.claim.span.begin < verdict.claim.span.end && verdict.claim.span.end <= size, "a claim lies in the text");
      CHECK(verdict.claim.quote == text.substr(verdict.claim.span.begin, verdict.claim.span.size()), "a claim quotes its span");
    }
  }
  return 0;
}
