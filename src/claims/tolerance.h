// When a written number states a value: displayed precision, never a relative percent.
#pragma once

#include "claims/claim.h"
#include "core/unit.h"

namespace chimera::claims {

// `value` is in the stated unit. Accepts every way people shorten digits: rounding half away, half to even, truncation,
// and one unit in the last place of the double. `about` widens by one unit in the last stated place (the last one that
// is not zero for a whole number: "about 5,000"); at_least and at_most compare. False for what is not finite.
[[nodiscard]] bool states(const core::Quantity& stated, Relation relation, double value);

// The same for magnitudes: "12 % lower" states -12.
[[nodiscard]] bool states_magnitude(const core::Quantity& stated, Relation relation, double value);

// What words without digits allow ("roughly half"): 5 % of the value.
[[nodiscard]] bool roughly(double stated, double value);

// One unit in the last stated place: 0.01 of "12.50", 1 of "41", 1000 of "1.5e4".
[[nodiscard]] double last_place(const core::Quantity& stated);

}  // namespace chimera::claims
