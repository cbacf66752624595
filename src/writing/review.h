// Judges one sentence of a model, and turns it into a statement that cites.
//
// A sentence stands where every word is a plain one (claims/plain_words.h), a name that its exhibits allow, or a word of
// rank that the analysis tested of the value beside it; where every value stands beside its own metric, configuration
// and file; and where claims, which knows nothing of all this, has no objection to the result. What a value is and the
// sentence leaves open is added in brackets. Text that a model wrote is never more than words and placeholders.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "claims/reread.h"
#include "core/lookup.h"
#include "writing/exhibits.h"

namespace chimera::writing {

struct Reviewed {
  core::Statement statement;
  std::vector<std::string> problems;   // for the author; empty: the sentence stands
  std::vector<int> cited;              // exhibits, in order of the sentence
  std::set<core::FactId> facts;        // that its links quote
  std::size_t claims = 0;              // what can be checked in it: citations, and words that should have been some
  std::size_t bad = 0;                 // of these
};

class Reviewer {
 public:
  Reviewer(const core::FactLookup& facts, const core::Vocabulary& vocabulary) : facts_(facts), vocabulary_(vocabulary) {}
  [[nodiscard]] Reviewed review(std::string_view sentence, const Assignment& assignment);

 private:
  const core::FactLookup& facts_;
  const core::Vocabulary& vocabulary_;
  claims::Readings known_;
};

// What a model that was not held to placeholders wrote, with a placeholder for every exhibit that it quotes word for word.
[[nodiscard]] std::string with_placeholders(std::string_view text, const std::vector<Exhibit>& exhibits);

// The first sentence of a text, and how many more there are.
struct FirstSentence {
  std::string text;
  std::size_t further = 0;
};
[[nodiscard]] FirstSentence first_sentence(std::string_view text);

// Words that put a configuration forward: where the data tell it from no other, they say too much.
[[nodiscard]] bool endorses(std::string_view word);

}  // namespace chimera::writing
