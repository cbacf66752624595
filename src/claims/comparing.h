// Whether a comparing word holds of two facts: the sign is tested before the word is believed.
#pragma once

#include <string>

#include "claims/claim.h"
#include "claims/lexicon.h"
#include "claims/reread.h"
#include "core/vocabulary.h"

namespace chimera::claims {

struct Comparing {
  VerdictKind verdict = VerdictKind::unsupported;
  std::string reason;
};

class Comparer {
 public:
  Comparer(Rereader& rereader, const core::Vocabulary& vocabulary) : rereader_(rereader), vocabulary_(vocabulary) {}

  // `word` said of a against b: "faster" holds where a takes less time or has the higher rate, "better" where the
  // metric's direction says so, "same" within 5 % or where a and b are the ends of an interval that holds zero or one.
  // A superlative also holds of equal values. Unsupported where the two cannot be compared.
  Comparing test(const Comparison& word, core::FactId a, core::FactId b);
  // Equal after conversion.
  Comparing test_equal(core::FactId a, core::FactId b);

 private:
  struct Pair {
    double a = 0;
    double b = 0;  // in a's unit
    std::string problem;
    const core::Fact* fact = nullptr;
    bool interval = false;
  };
  Pair pair(core::FactId a, core::FactId b);

  Rereader& rereader_;
  const core::Vocabulary& vocabulary_;
};

// +1 where a larger value is what `sense` says, -1 where a smaller one is, 0 where that is not known for the metric.
[[nodiscard]] int wanted_sign(Sense sense, const core::Fact& fact, const core::Vocabulary& vocabulary);

}  // namespace chimera::claims
