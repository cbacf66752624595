#include "claims/phrase.h"

#include <algorithm>
#include <array>
#include <utility>

#include "claims/cursor.h"

namespace chimera::claims {
namespace {

using Fold = std::pair<std::string_view, std::string_view>;
constexpr std::array kFolds = std::to_array<Fold>({
    {"accuracies", "accuracy"}, {"average", "mean"}, {"avg", "mean"}, {"character", "char"},
    {"characters", "char"}, {"chars", "char"}, {"concurrent", "concurrency"}, {"configs", "config"},
    {"configuration", "config"}, {"configurations", "config"}, {"duration", "time"}, {"eff", "efficiency"}, {"evaluation", "eval"},
    {"gen", "generation"}, {"generated", "generation"}, {"latencies", "latency"}, {"len", "length"},
    {"max", "maximum"}, {"med", "median"}, {"mem", "memory"}, {"min", "minimum"}, {"num", "number"},
    {"pct", "percent"}, {"queries", "query"}, {"req", "request"}, {"requests", "request"}, {"std", "stddev"},
    {"stdev", "stddev"}, {"temp", "temperature"}, {"tok", "token"}, {"tokens", "token"}, {"toks", "token"},
    {"tput", "throughput"}, {"util", "utilization"}, {"utilisation", "utilization"},
});
static_assert(std::is_sorted(kFolds.begin(), kFolds.end(), [](const Fold& a, const Fold& b) { return a.first < b.first; }));

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::vector<Piece> pieces_of(std::string_view text, std::uint64_t offset) {
  std::vector<Piece> pieces;
  for (std::uint64_t i = 0; i < text.size();) {
    const std::uint64_t begin = i;
    if (is_letter(text[i]) || (text[i] & '\x80') != 0) {
      while (i < text.size() && (is_letter(text[i]) || (text[i] & '\x80') != 0)) ++i;
    } else if (is_digit(text[i])) {
      while (i < text.size() && (is_digit(text[i]) || (text[i] == '.' && i + 1 < text.size() && is_digit(text[i + 1])))) ++i;
    } else if (text[i] == '%') {
      ++i;
    } else {
      ++i;
      continue;
    }
    Piece piece{{}, offset + begin, offset + i};
    piece.text.reserve(i - begin);
    for (std::uint64_t k = begin; k < i; ++k) piece.text += lower(text[k]);
    // "0.40" and "0.4" are one number
    if (is_digit(piece.text.front()) && piece.text.find('.') != std::string::npos) {
      while (piece.text.back() == '0') piece.text.pop_back();
      if (piece.text.back() == '.') piece.text.pop_back();
    }
    pieces.push_back(std::move(piece));
  }
  return pieces;
}

std::string join(const std::vector<Piece>& pieces, std::size_t from, std::size_t count) {
  std::string joined;
  for (std::size_t i = from; i < from + count && i < pieces.size(); ++i) {
    if (!joined.empty()) joined += ' ';
    joined += pieces[i].text;
  }
  return joined;
}

std::string normal_form(std::string_view text, std::size_t most) {
  const std::vector<Piece> pieces = pieces_of(text.substr(0, most * 24));
  return join(pieces, 0, std::min(most, pieces.size()));
}

std::string folded(std::string_view word) {
  const auto at = std::lower_bound(kFolds.begin(), kFolds.end(), word, [](const Fold& f, std::string_view w) { return f.first < w; });
  if (at != kFolds.end() && at->first == word) return std::string(at->second);
  if (word.size() > 3 && word.back() == 's' && word[word.size() - 2] != 's') word.remove_suffix(1);
  return std::string(word);
}

std::optional<core::Statistic> statistic_word(std::string_view word) {
  if (word == "averages" || word == "averaging" || word == "averaged") word = "mean";
  if (word == "n" || word == "count" || word == "total" || word == "overall" || word == "sample") return std::nullopt;
  if (word.size() > 1 && word.front() == 'p' && is_digit(word[1])) return core::find_statistic(word);
  return core::find_statistic(word);
}

std::optional<ModelName> model_name(std::string_view token) {
  const auto slash = token.rfind('/');  // "owner/model-8b"
  if (slash != std::string_view::npos) token.remove_prefix(slash + 1);
  ModelName name;
  std::size_t letters = 0;
  while (letters < token.size() && is_letter(token[letters])) name.family += lower(token[letters++]);
  if (name.family.size() < 3) return std::nullopt;
  for (std::size_t i = letters; i < token.size(); ++i) {
    if (!is_digit(token[i]) || is_digit(token[i - 1]) || is_letter(token[i - 1]) || token[i - 1] == '.') continue;
    std::size_t end = i;
    while (end < token.size() && (is_digit(token[end]) || (token[end] == '.' && end + 1 < token.size() && is_digit(token[end + 1])))) ++end;
    const char unit = end < token.size() ? lower(token[end]) : ' ';
    if ((unit != 'b' && unit != 'm') || (end + 1 < token.size() && (is_letter(token[end + 1]) || is_digit(token[end + 1])))) continue;
    name.size = std::string(token.substr(i, end - i)) + unit;
    return name;
  }
  return std::nullopt;
}

void add_models(std::string_view text, std::set<ModelName>& models) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_letter(text[i])) continue;
    std::size_t end = i;
    while (end < text.size() && (is_word_char(text[end]) || text[end] == '-' || text[end] == '.' || text[end] == ':')) ++end;
    if (auto model = model_name(text.substr(i, end - i))) models.insert(std::move(*model));
    i = end;
  }
}

std::optional<core::Statistic> statistic_at(const std::vector<Piece>& pieces, std::size_t at) {
  const auto word = [&](std::size_t n) { return at + n < pieces.size() ? std::string_view(pieces[at + n].text) : std::string_view(); };
  if (word(0) == "p" && at + 1 < pieces.size() && pieces[at].end == pieces[at + 1].begin) return core::find_statistic("p" + pieces[at + 1].text);
  if (word(0) == "standard" && word(1) == "deviation") return core::find_statistic("stddev");
  const bool ordinal = word(1) == "th" || word(1) == "st" || word(1) == "nd" || word(1) == "rd";
  if (ordinal && (word(2) == "percentile" || word(2) == "percentiles")) return core::find_statistic("p" + pieces[at].text);
  return statistic_word(word(0));
}

}  // namespace chimera::claims
