// Prompts of a given length, the same in every session with the same seed. Each begins with other words than the ones before
// it, so that no server finds its beginning in a cache. Pure functions.
#pragma once

#include <cstdint>
#include <string>

namespace chimera::measure {

// So many common English words, each of which is one token in nearly all vocabularies. Prompts of one length and seed differ
// in their first word for 64 variations in a row.
[[nodiscard]] std::string prompt_of(std::size_t words, std::uint64_t seed, std::uint32_t variation);

}  // namespace chimera::measure
