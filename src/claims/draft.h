// Judges a draft that cites its facts: law 6, before publication.
//
// A draft is Markdown whose links cite: [12.5 tok/s](fact:ID), [faster](calc:ID>ID), [x.csv](artifact:PATH). Every
// number, number word, date, file name, unit, rank and comparing word outside a link is a claim without support,
// unless it is excused by kind: code, quoted material, headings, ordinals of a list, identifiers.
#pragma once

#include <string_view>
#include <vector>

#include "claims/claim.h"
#include "core/lookup.h"
#include "core/vocabulary.h"

namespace chimera::claims {

// In order of the text. A cited fact is read again from the artifact's bytes, a derived one computed again from its
// inputs; supported means: that value, converted to the stated unit and rounded to the stated digits, is the stated one.
[[nodiscard]] std::vector<Verdict> judge_draft(std::string_view draft, const core::FactLookup& facts,
                                               const core::Vocabulary& vocabulary);

}  // namespace chimera::claims
