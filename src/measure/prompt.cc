#include "measure/prompt.h"

#include <array>
#include <string_view>

#include "base/random.h"

namespace chimera::measure {
namespace {

constexpr std::array<std::string_view, 64> kWords = {
    "time", "year", "people", "way",   "day",   "man",   "thing", "woman", "life",  "child",  "world",  "school", "state",  "family", "student", "group",
    "country", "problem", "hand", "part",  "place", "case",  "week",  "company", "system", "program", "question", "work", "government", "number", "night", "point",
    "home", "water", "room",  "mother", "area",  "money", "story", "fact",  "month", "lot",    "right",  "study",  "book",   "eye",    "job",     "word",
    "business", "issue", "side", "kind",  "head",  "house", "service", "friend", "father", "power", "hour", "game", "line", "end", "member", "law"};

}  // namespace

std::string prompt_of(std::size_t words, std::uint64_t seed, std::uint32_t variation) {
  std::string text;
  text.reserve(words * 8);
  const std::uint64_t first = base::split_mix(seed) + variation;
  for (std::size_t i = 0; i < words; ++i) {
    if (i > 0) text += ' ';
    text += kWords[(i == 0 ? first : base::split_mix(seed ^ base::split_mix(first) ^ i)) % kWords.size()];
  }
  return text;
}

}  // namespace chimera::measure
