// How firmly a sentence ties a number to the words that name its metric: only a firm tie can contradict it.
#pragma once

#include "claims/binder.h"
#include "claims/judging.h"

namespace chimera::claims {

enum class Tie { firm, loose };
// Firm: "a TTFT of 0.4 s", "TTFT was 0.4 s", "36 rows". Loose: the number is of another noun ("requests were sent at a rate
// of 3.6"), is a share of what the words name ("3.8 % of the requests"), or the words stand further behind it.
[[nodiscard]] Tie tie_of(const Saying& saying, const Mention& mention, PieceRange phrase);

// "fell by 31.5", "shrinks from 13.5 to 4.4": the size of a change, or what it began at: no value of what else is named.
[[nodiscard]] bool is_of_change(const Saying& saying, const Mention& mention);

// Pieces of the mention's own unit: "tokens", "second" of "40 tokens per second".
[[nodiscard]] PieceRange unit_pieces(const Saying& saying, const Mention& mention);

// "a total of 221 tokens", "221 tokens in total": a sum over what else the saying names.
[[nodiscard]] bool states_total(const Saying& saying, const Mention& mention);

}  // namespace chimera::claims
