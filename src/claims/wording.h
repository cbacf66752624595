// The words of a text that claim something: number words, comparing words, ranks, absences.
#pragma once

#include <functional>
#include <string_view>

#include "claims/mention.h"

namespace chimera::claims {

// Calls `found` in order; `hidden` says which bytes are no prose (code, link targets, names already taken).
// Left out: hypotheticals ("could be improved"), legends ("higher is better"), counts ("23 more").
void find_words(std::string_view text, const std::function<void(Mention)>& found,
                const std::function<bool(std::uint64_t)>& hidden);

}  // namespace chimera::claims
