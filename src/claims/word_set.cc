#include "claims/word_set.h"

#include "claims/cursor.h"

namespace chimera::claims {
namespace {

constexpr std::uint64_t kBasis = 14695981039346656037ULL;  // FNV-1a
constexpr std::uint64_t kPrime = 1099511628211ULL;

std::uint64_t step(std::uint64_t hash, char c) {
  const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return (hash ^ static_cast<unsigned char>(lower)) * kPrime;
}

std::uint64_t finished(std::uint64_t hash) {
  hash ^= hash >> 32;
  return hash == 0 ? 1 : hash;
}

}  // namespace

WordSet::WordSet(std::string_view text) : slots_(64, 0) {
  for (std::size_t i = 0; i < text.size();) {
    if (!is_alnum(text[i])) {
      ++i;
      continue;
    }
    std::uint64_t hash = kBasis;
    for (; i < text.size(); ++i) {
      const bool point = text[i] == '.' && i > 0 && is_digit(text[i - 1]) && i + 1 < text.size() && is_digit(text[i + 1]);
      if (!is_alnum(text[i]) && !point) break;
      hash = step(hash, text[i]);
    }
    insert(finished(hash));
  }
}

void WordSet::insert(std::uint64_t hash) {
  if (2 * (used_ + 1) > slots_.size()) {
    std::vector<std::uint64_t> old(4 * slots_.size(), 0);
    old.swap(slots_);
    used_ = 0;
    for (const std::uint64_t kept : old)
      if (kept != 0) insert(kept);
  }
  std::size_t at = hash & (slots_.size() - 1);
  while (slots_[at] != 0 && slots_[at] != hash) at = (at + 1) & (slots_.size() - 1);
  if (slots_[at] == 0) ++used_;
  slots_[at] = hash;
}

bool WordSet::holds(std::string_view word) const {
  std::uint64_t hash = kBasis;
  for (const char c : word) hash = step(hash, c);
  hash = finished(hash);
  std::size_t at = hash & (slots_.size() - 1);
  while (slots_[at] != 0 && slots_[at] != hash) at = (at + 1) & (slots_.size() - 1);
  return slots_[at] == hash;
}

}  // namespace chimera::claims
