#include "claims/tie.h"

#include <algorithm>
#include <array>

#include "claims/cursor.h"
#include "claims/lexicon.h"

namespace chimera::claims {
namespace {

// Nouns that stand for the value of the metric named before them: "the TTFT shows a mean value of 0.4 s".
constexpr std::array kValueNouns = std::to_array<std::string_view>({"figure", "level", "number", "reading", "result", "score", "value", "values"});
// Nouns that stand for a difference: "at a cost of 0.16 in perplexity".
constexpr std::array kCosts = std::to_array<std::string_view>({"cost", "drop", "gain", "gap", "growth", "increase", "loss", "penalty", "rise", "saving", "spread"});
// Words that open what the number is really of.
constexpr std::array kTurns = std::to_array<std::string_view>({"after", "before", "finished", "lasted", "ran", "sent", "until", "within"});
// Nouns that name no metric alone: "the cpu count is 8" is no CPU time.
constexpr std::array kHeads = std::to_array<std::string_view>({"count", "length", "number", "rate", "ratio", "share", "size", "time", "version"});
static_assert(std::is_sorted(kCosts.begin(), kCosts.end()));
static_assert(std::is_sorted(kHeads.begin(), kHeads.end()));
static_assert(std::is_sorted(kValueNouns.begin(), kValueNouns.end()));
static_assert(std::is_sorted(kTurns.begin(), kTurns.end()));

template <class Words>
bool among(const Words& words, std::string_view word) {
  return std::binary_search(words.begin(), words.end(), word);
}

// The first piece behind the number and its unit.
std::size_t behind(const Saying& saying, const Mention& mention) {
  std::size_t next = piece_at(saying, mention.digits.begin);
  while (next < saying.pieces.size() && saying.pieces[next].begin < mention.span.end) ++next;
  return next;
}

}  // namespace

PieceRange unit_pieces(const Saying& saying, const Mention& mention) {
  const std::size_t at = piece_at(saying, mention.digits.begin);
  const std::size_t end = behind(saying, mention);
  return {std::min(at + 1, end), end};
}

bool is_of_change(const Saying& saying, const Mention& mention) {
  std::size_t at = piece_at(saying, mention.digits.begin);
  const auto word = [&](std::size_t i) { return i < saying.pieces.size() ? std::string_view(saying.pieces[i].text) : std::string_view(); };
  const std::size_t next = behind(saying, mention);
  while (at > 0 && is_approximation(word(at - 1))) --at;
  if (mention.unit_written && mention.stated.unit->symbol == "pp") return true;
  if (at == 0 || saying.cell) return false;
  if (at > 1 && word(at - 1) == "of" && among(kCosts, word(at - 2))) return true;
  return word(at - 1) == "by" || (word(at - 1) == "from" && word(next) == "to");
}

bool states_total(const Saying& saying, const Mention& mention) {
  const std::size_t at = piece_at(saying, mention.digits.begin);
  const auto word = [&](std::size_t i) { return i < saying.pieces.size() ? std::string_view(saying.pieces[i].text) : std::string_view(); };
  if (at >= 2 && word(at - 1) == "of" && word(at - 2) == "total") return true;
  for (std::size_t i = behind(saying, mention); i < std::min(at + 6, saying.pieces.size()); ++i)
    if (word(i) == "altogether" || (word(i) == "in" && word(i + 1) == "total")) return true;
  return false;
}

Tie tie_of(const Saying& saying, const Mention& mention, PieceRange phrase) {
  if (saying.cell) return Tie::firm;
  const std::size_t at = piece_at(saying, mention.digits.begin);
  const std::size_t next = behind(saying, mention);
  const auto word = [&](std::size_t i) { return i < saying.pieces.size() ? std::string_view(saying.pieces[i].text) : std::string_view(); };
  const bool share = mention.unit_written && mention.stated.unit->dimension == core::Dimension::fraction && word(next) == "of";
  if (share) return Tie::loose;
  if (phrase.begin > at) return phrase.begin <= next + 1 || phrase.begin < next ? Tie::firm : Tie::loose;
  const auto after = word(phrase.end);
  const bool runs = word(phrase.begin) == "runs" || word(phrase.begin) == "run" || word(phrase.begin) == "ran";
  const bool verb_with_object = runs && phrase.end - phrase.begin == 1 && (after == "in" || after == "at" || after == "for");
  const bool equated = at > phrase.end && (word(at - 1) == "is" || word(at - 1) == "was");  // "run for the upload was 46 s" is a noun
  if (verb_with_object && !equated) return Tie::loose;
  // "was run on 8 cores": a verb, no metric
  const auto verb = phrase.begin > 0 ? word(phrase.begin - 1) : std::string_view();
  if (phrase.end - phrase.begin == 1 && (verb == "was" || verb == "were" || verb == "been" || verb == "be" || verb == "is" || verb == "are")) return Tie::loose;
  std::size_t before = at;  // the article and the words of approximation aside
  while (before > 0 && (is_approximation(word(before - 1)) || word(before - 1) == "only" || word(before - 1) == "just")) --before;
  if (before > phrase.end + 1 && word(before - 1) == "of") {
    const bool names = phrase.holds(before - 2) || among(kValueNouns, word(before - 2)) || statistic_at(saying.pieces, before - 2) || statistic_word(word(before - 2));
    if (!names && word(before - 2) != "total") return Tie::loose;
  }
  const bool is = before > phrase.end + 1 && (word(before - 1) == "is" || word(before - 1) == "was");
  if (is && among(kHeads, word(before - 2))) return Tie::loose;
  for (std::size_t i = phrase.end; i < at; ++i)
    if (among(kTurns, word(i))) return Tie::loose;
  return Tie::firm;
}

}  // namespace chimera::claims
