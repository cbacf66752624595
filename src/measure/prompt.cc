#include "measure/prompt.h"

#include <array>
#include <string_view>

namespace chimera::measure {
namespace {

constexpr std::array<std::string_view, 64> kWords = {
    "time", "year", "people", "way",   "day",   "man",   "thing", "woman", "life",  "child",  "world",  "school", "state",  "family", "student", "group",
    "country", "problem", "hand", "part",  "place", "case",  "week",  "company", "system", "program", "question", "work", "government", "number", "night", "point",
    "home", "water", "room",  "mother", "area",  "money", "story", "fact",  "month", "lot",    "right",  "study",  "book",   "eye",    "job",     "word",
    "business", "issue", "side", "kind",  "head",  "house", "service", "friend", "father", "power", "hour", "game", "line", "end", "member", "law"};

// SplitMix64 (Steele, Lea & Flood 2014).
std::uint64_t mixed(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

}  // namespace

std::string prompt_of(std::size_t words, std::uint64_t seed, std::uint32_t variation) {
  std::string text;
  text.reserve(words * 8);
  const std::uint64_t first = mixed(seed) + variation;
  for (std::size_t i = 0; i < words; ++i) {
    if (i > 0) text += ' ';
    text += kWords[(i == 0 ? first : mixed(seed ^ mixed(first) ^ i)) % kWords.size()];
  }
  return text;
}

}  // namespace chimera::measure
