// Sixty-four bytes at once, a bit for each.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace chimera::sources {

inline constexpr std::size_t kWideBytes = 64;

// Which of the bytes from `at` on are `c` once the bits of `set` are set in them; the first one is the lowest bit.
inline std::uint64_t bytes_equal(const char* at, char c, char set = 0) {
  std::uint64_t mask = 0;
#if defined(__SSE2__)
  const __m128i wanted = _mm_set1_epi8(c);
  const __m128i bits = _mm_set1_epi8(set);
  for (unsigned i = 0; i < kWideBytes; i += 16) {
    const __m128i part = _mm_or_si128(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at + i)), bits);
    mask |= static_cast<std::uint64_t>(static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(part, wanted)))) << i;
  }
#else
  for (unsigned i = 0; i < kWideBytes; ++i) mask |= std::uint64_t{static_cast<char>(at[i] | set) == c} << i;
#endif
  return mask;
}

// How many of them.
inline std::uint64_t count_equal(const char* at, char c) {
#if defined(__SSE2__)
  const __m128i wanted = _mm_set1_epi8(c);
  __m128i hits = _mm_setzero_si128();  // by byte, negative
  for (unsigned i = 0; i < kWideBytes; i += 16) hits = _mm_add_epi8(hits, _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at + i)), wanted));
  const __m128i sums = _mm_sad_epu8(_mm_sub_epi8(_mm_setzero_si128(), hits), _mm_setzero_si128());
  return static_cast<std::uint64_t>(_mm_cvtsi128_si32(sums)) + static_cast<std::uint64_t>(_mm_extract_epi16(sums, 4));
#else
  return static_cast<std::uint64_t>(std::count(at, at + kWideBytes, c));
#endif
}

}  // namespace chimera::sources
