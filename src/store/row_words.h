// Numbers as the words of stored.rows: integers that a divisor makes the very same doubles again. DuckDB takes a third of the time for an
// integer that it takes for a double, and compresses it better.
#pragma once

#include <cstddef>
#include <cstdint>

namespace chimera::store {

// How the numbers of one column are written.
struct Scale {
  double divisor = 1;  // number = word / divisor, rounded as IEEE 754 says; 0: the word is the number's bits
};

// Finds the words of `count` numbers: powers of ten for what people write, powers of two for what programs print in full, bits for the
// rest (-0.0, numbers of very different sizes). `decimals` (15 at most): what is tried first, and of the next column the best guess.
[[nodiscard]] Scale to_words(const double* numbers, std::size_t count, unsigned& decimals, std::int64_t* words);

// The number of a word.
[[nodiscard]] double from_word(std::int64_t word, double divisor);

}  // namespace chimera::store
