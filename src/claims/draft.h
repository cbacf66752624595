// Judges a draft that cites its facts: law 6, before publication.
//
// A draft is Markdown whose links cite. Every number, number word, date, file name, unit, rank, comparing word and
// absence outside a citing link is a claim without support, unless it is excused by kind: code, quoted material,
// ordinals of headings and lists, identifiers, names of statistics ("p95", "95 % confidence").
//
//   [12.5 tok/s](fact:ID)       the fact's value in the stated unit, to the stated digits; without a unit, in its own
//   [2.1x](calc:A/B)            A divided by B
//   [12 %](calc:A-B)            100 (A - B) / B; in a unit of A's dimension, A - B. A written sign must agree
//   [faster](calc:A>B)          the word holds of A against B: tested by value, and by the metric's better direction
//   [slower](calc:A<B)          the same, of B against A
//   [best](calc:A>B,C,D)        of A against each of several; a tie does not make it false
//   [no difference](calc:A~B)   A and B differ by at most 5 %, or are the ends of an interval that holds zero
//   [the same](calc:A=B)        equal values
//   [num_gpu=40](config:ID)     settings of that fact's configuration, code style or not
//   [x.csv](artifact:PATH)      the artifact exists and the text names it; other text, a date (or its modification time)
//                               or a passage, stands in it. PATH may be percent-encoded, marks in the text escaped
//   [no power](absence:NAME)    no fact of that metric and no setting of that name was read
#pragma once

#include <string_view>
#include <vector>

#include "claims/claim.h"
#include "claims/reread.h"
#include "core/lookup.h"
#include "core/vocabulary.h"

namespace chimera::claims {

// In order of the text; what is excused is not in the result. A cited fact is read again from the artifact's bytes, a
// derived one computed again from its inputs; supported means: that value, converted to the stated unit and rounded
// (or truncated) to the stated digits, is the stated one. Linear in the draft, whatever its bytes.
[[nodiscard]] std::vector<Verdict> judge_draft(std::string_view draft, const core::FactLookup& facts,
                                               const core::Vocabulary& vocabulary);
// The same for one of several drafts over the same artifacts: what an earlier one cited is not read again.
[[nodiscard]] std::vector<Verdict> judge_draft(std::string_view draft, const core::FactLookup& facts,
                                               const core::Vocabulary& vocabulary, Readings& known);

}  // namespace chimera::claims
