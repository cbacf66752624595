#include "claims/trend_judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "claims/lexicon.h"
#include "text/number.h"

namespace chimera::claims {
namespace {

constexpr double kNoEffect = 0.05;       // of the mean: the levels differ by no more
constexpr double kSomeEffect = 0.20;     // by more than this, "no effect" is wrong
constexpr double kLeastEffect = 0.02;    // by less, nothing rises or falls
constexpr std::size_t kLongestTable = 20000;

constexpr std::array kImpacts = std::to_array<std::string_view>({"effect", "impact", "influence"});
constexpr std::array kLittle = std::to_array<std::string_view>({"barely", "hardly", "insignificant", "limited", "little", "minimal", "negligible", "no", "not"});
constexpr std::array kMuch = std::to_array<std::string_view>({"clear", "considerable", "large", "major", "significant", "strong", "substantial"});
constexpr std::array kRises = std::to_array<std::string_view>({"climbs", "grows", "increase", "increased", "increases", "rise", "rises", "rose"});
constexpr std::array kFalls = std::to_array<std::string_view>({"decline", "declines", "decrease", "decreased", "decreases", "drop", "dropped", "drops", "fall", "falls", "fell"});
static_assert(std::is_sorted(kLittle.begin(), kLittle.end()));
static_assert(std::is_sorted(kMuch.begin(), kMuch.end()));
static_assert(std::is_sorted(kRises.begin(), kRises.end()));
static_assert(std::is_sorted(kFalls.begin(), kFalls.end()));

template <class Words>
bool among(const Words& words, std::string_view word) {
  return std::binary_search(words.begin(), words.end(), word);
}

// What people call settings, as the keys of tools write them.
std::vector<std::string> keys_for(const std::string& phrase) {
  if (phrase == "context length" || phrase == "context size" || phrase == "context window" || phrase == "context") return {"num ctx", "n ctx", "ctx", "context length"};
  if (phrase == "gpu layer" || phrase == "gpu layers") return {"num gpu", "n gpu layers", "ngl"};
  return {phrase};
}

}  // namespace

// "temperature had minimal impact on throughput", "throughput is barely affected by temperature"
std::optional<TrendJudge::Said> TrendJudge::read_impact(const Saying& saying) const {
  const std::vector<Piece>& pieces = saying.pieces;
  const auto amount = [&](std::size_t from, std::size_t to) -> std::optional<Effect> {
    for (std::size_t i = from; i < to; ++i) {
      if (among(kLittle, pieces[i].text)) return Effect::none;
      if (among(kMuch, pieces[i].text) || pieces[i].text == "strongly" || pieces[i].text == "significantly") return Effect::some;
    }
    return std::nullopt;
  };
  for (std::size_t i = 1; i + 2 < pieces.size(); ++i) {
    const bool impact = among(kImpacts, pieces[i].text) && pieces[i + 1].text == "on";
    const bool affected = (pieces[i].text == "affected" || pieces[i].text == "influenced") && pieces[i + 1].text == "by";
    if (!impact && !affected) continue;
    const std::size_t from = i > 3 ? i - 3 : 0;
    const auto effect = amount(from, i);
    if (!effect) return std::nullopt;
    const PieceRange before{0, i};
    const PieceRange behind{i + 2, pieces.size()};
    return Said{*effect, {from, i + 2}, impact ? behind : before, impact ? before : behind};
  }
  return std::nullopt;
}

// "throughput falls as the temperature rises", "TTFT increases with the context length"
std::optional<TrendJudge::Said> TrendJudge::read_direction(const Saying& saying) const {
  const std::vector<Piece>& pieces = saying.pieces;
  for (std::size_t i = 1; i + 2 < pieces.size(); ++i) {
    const std::string& verb = pieces[i].text;
    Effect effect = Effect::none;
    if (among(kRises, verb)) effect = Effect::up;
    else if (among(kFalls, verb)) effect = Effect::down;
    else if (verb == "improves" || verb == "improved") effect = Effect::better;
    else if (verb == "degrades" || verb == "degraded" || verb == "worsens") effect = Effect::worse;
    else continue;
    for (std::size_t k = i + 1; k < std::min(i + 4, pieces.size()); ++k) {
      if (pieces[k].text != "with" && pieces[k].text != "as") continue;
      const PieceRange factor{k + 1, pieces.size()};
      const auto falls = [](const Piece& p) { return among(kFalls, p.text) || p.text == "lower" || p.text == "smaller" || p.text == "decreasing"; };
      const bool down = std::any_of(pieces.begin() + static_cast<std::ptrdiff_t>(k), pieces.end(), falls);
      if (pieces[k].text == "as" && !down && std::none_of(pieces.begin() + static_cast<std::ptrdiff_t>(k), pieces.end(), [](const Piece& p) { return among(kRises, p.text); })) return std::nullopt;
      if (down) effect = effect == Effect::up ? Effect::down : effect == Effect::down ? Effect::up : effect == Effect::better ? Effect::worse : Effect::better;
      return Said{effect, {i, i + 1}, {0, i}, factor};
    }
  }
  return std::nullopt;
}

std::optional<TrendJudge::Said> TrendJudge::read(const Saying& saying) const {
  const auto impact = read_impact(saying);
  return impact ? impact : read_direction(saying);
}

// The means of the metric at each level of the setting; nothing where the table lacks either.
std::optional<TrendJudge::Levels> TrendJudge::levels_in(const Saying& saying, const Said& said, SheetId sheet) const {
  const Labels& labels = judging_.evidence.labels(sheet);
  const Evidence::Names& names = judging_.evidence.names(sheet);
  const auto phrases = [&](PieceRange range, bool fold) {
    std::vector<std::string> all;
    for (std::size_t count = 4; count > 0; --count)
      for (std::size_t i = range.begin; i + count <= range.end; ++i) {
        std::string phrase;
        for (std::size_t k = i; k < i + count; ++k) phrase += (phrase.empty() ? "" : " ") + (fold ? folded(saying.pieces[k].text) : saying.pieces[k].text);
        all.push_back(std::move(phrase));
      }
    return all;
  };
  const std::vector<std::uint32_t>* columns = nullptr;
  for (const std::string& phrase : phrases(said.metric, true))
    if (const auto found = names.columns.find(phrase); found != names.columns.end() && columns == nullptr) columns = &found->second;
  if (columns == nullptr) return std::nullopt;
  for (const std::string& phrase : phrases(said.factor, false)) {
    for (const std::string& key : keys_for(phrase)) {
      const auto origin = labels.keys.find(key);
      if (origin == labels.keys.end()) continue;
      for (const std::uint32_t c : *columns) {
        const core::ColumnMeaning& meaning = values_.meaning(sheet, c);
        const bool central = meaning.statistic.kind == core::Statistic::Kind::sample || meaning.statistic.kind == core::Statistic::Kind::mean;
        if (meaning.role != core::Role::response || !central || values_.is_mixed(sheet, c)) continue;
        Levels levels;
        levels.direction = meaning.direction;
        for (const auto& [name, label] : labels.by_name) {
          if (label.origin != origin->second || name.rfind(key + " ", 0) != 0) continue;
          const auto level = text::parse_number(std::string_view(name).substr(key.size() + 1));
          auto mean = values_.mean(sheet, c, label.rows);
          if (level && mean) levels.means.emplace_back(level->value, std::move(*mean));
        }
        std::stable_sort(levels.means.begin(), levels.means.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
        if (levels.means.size() >= 2) return levels;
      }
    }
  }
  return std::nullopt;
}

// Nothing where the levels neither clearly agree nor clearly disagree.
std::optional<bool> TrendJudge::holds(const Said& said, const Levels& levels) const {
  const auto less = [](const auto& a, const auto& b) { return a.second.value < b.second.value; };
  const auto [low, high] = std::minmax_element(levels.means.begin(), levels.means.end(), less);
  const double size = std::max(std::fabs(low->second.value), std::fabs(high->second.value));
  if (size == 0) return std::nullopt;
  const double spread = (high->second.value - low->second.value) / size;
  if (said.effect == Effect::none) return spread <= kNoEffect ? std::optional(true) : spread > kSomeEffect ? std::optional(false) : std::nullopt;
  if (said.effect == Effect::some) return spread > kSomeEffect ? std::optional(true) : spread < kLeastEffect ? std::optional(false) : std::nullopt;
  int sign = said.effect == Effect::up || said.effect == Effect::better ? 1 : -1;
  if (said.effect == Effect::better || said.effect == Effect::worse) sign *= levels.direction;
  if (sign == 0) return std::nullopt;
  const double change = (levels.means.back().second.value - levels.means.front().second.value) / size;
  if (spread < kLeastEffect) return false;
  bool steady = true;
  for (std::size_t i = 1; i < levels.means.size(); ++i) steady = steady && sign * (levels.means[i].second.value - levels.means[i - 1].second.value) >= -kLeastEffect * size;
  if (steady && sign * change > kLeastEffect) return true;
  return sign * change < -kLeastEffect ? std::optional(false) : std::nullopt;
}

std::vector<Verdict> TrendJudge::judge(const Saying& saying, const std::vector<std::uint32_t>& documents, std::vector<bool>& handled) const {
  if (saying.title || saying.cell) return {};
  const auto said = read(saying);
  if (!said || is_hypothetical(judging_, saying, saying.pieces[said->words.begin].begin)) return {};
  std::size_t bad = 0;
  std::size_t open = 0;
  Verdict verdict = judging_.begin(ClaimKind::trend, core::Span{saying.pieces[said->words.begin].begin, saying.pieces[said->words.end - 1].end});
  verdict.claim.relation = Relation::holds;
  bool supported = false;
  const auto& all = judging_.evidence.corpus().documents();
  for (std::uint32_t d = 0; d < all.size() && !supported; ++d) {
    const bool meant = documents.empty() ? !judging_.evidence.is_left_out(d) && !judging_.evidence.is_prose(d) && !judging_.quoting[d]
                                         : std::find(documents.begin(), documents.end(), d) != documents.end();
    for (std::uint32_t t = 0; meant && t < all[d].tables.size() && !supported; ++t) {
      if (all[d].tables[t].rows.size() > kLongestTable || all[d].tables[t].rows.size() < 2) continue;
      const auto levels = levels_in(saying, *said, {d, t});
      if (!levels) continue;
      const auto answer = holds(*said, *levels);
      supported = answer == std::optional(true);
      if (!answer) ++open;
      else if (!*answer) ++bad;
      if (!supported && bad > 1) continue;
      verdict.evidence = {values_.place(levels->means.front().second.cells.front()), values_.place(levels->means.back().second.cells.front())};
      verdict.found = fmt::format("{} at {:g}, {} at {:g}", shown(levels->means.front().second), levels->means.front().first, shown(levels->means.back().second), levels->means.back().first);
    }
  }
  if (!supported && bad == 0) return {};
  if (supported) support(verdict, verdict.found);
  else if (open > 0) abstain(verdict, "some tables neither agree nor disagree");
  else contradict(verdict, fmt::format("it is {}", verdict.found));
  for (std::size_t i = 0; i < saying.mentions.size(); ++i) {
    const Mention& word = judging_.mention(saying.mentions[i]);
    const bool compares = word.kind == MentionKind::comparison || word.kind == MentionKind::absence;
    if (compares && word.span.begin < verdict.claim.span.end + 40) handled[i] = true;
  }
  return {std::move(verdict)};
}

}  // namespace chimera::claims
