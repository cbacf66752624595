#include "writing/review.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "base/ascii.h"
#include "base/one_of.h"
#include "claims/draft.h"
#include "claims/plain_words.h"
#include "report/draft.h"
#include "text/words.h"

namespace chimera::writing {
namespace {

constexpr std::size_t kFewestWords = 2;
constexpr std::size_t kMostWords = 45;
constexpr std::size_t kNamePieces = 6;  // words of the longest metric name
constexpr std::size_t kMostOften = 2;   // a word that is no small one

constexpr std::array kEndorsing = std::to_array<std::string_view>(
    {"adopt", "adopted", "adopting", "adopts", "applied", "applies", "apply", "applying", "choose", "chooses", "choosing", "chose", "chosen",
     "keep", "keeping", "keeps", "kept", "pick", "picked", "picking", "picks", "prefer", "preferred", "prefers", "recommend", "recommended",
     "recommending", "recommends", "select", "selected", "selecting", "selects", "use", "used", "uses", "using"});
// Directly before a value they say that it is a bound.
constexpr std::array kBounding = std::to_array<std::string_view>({"about", "around", "beyond", "over", "through", "toward", "towards", "under", "until", "up"});
static_assert(std::is_sorted(kEndorsing.begin(), kEndorsing.end()));

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80; }
using base::is_digit;
bool is_small(std::string_view word) { return claims::is_plain_word(word, claims::PlainClass::small); }

enum class TokenKind { word, exhibit, mark, other };

struct Token {
  TokenKind kind = TokenKind::other;
  std::string_view text;  // as written
  int number = 0;         // of an exhibit
  std::string metric;     // of a word: the first of a metric's name
  std::string qualifier;  // said with it: "median"
  bool named = false;     // of a word: part of a name that an exhibit allows
  bool ranks = false;
};

// "{F12}" at `at`: its end and number.
std::optional<std::pair<std::size_t, int>> placeholder_at(std::string_view text, std::size_t at) {
  if (text.substr(at, 2) != "{F") return std::nullopt;
  std::size_t end = at + 2;
  int number = 0;
  for (; end < text.size() && is_digit(text[end]) && end - at < 8; ++end) number = number * 10 + (text[end] - '0');
  if (end == at + 2 || end >= text.size() || text[end] != '}') return std::nullopt;
  return std::pair{end + 1, number};
}

std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == ' ') {
      ++at;
      continue;
    }
    Token token;
    std::size_t end = at + 1;
    if (const auto found = placeholder_at(text, at)) {
      token.kind = TokenKind::exhibit;
      std::tie(end, token.number) = *found;
    } else if (is_letter(text[at])) {
      token.kind = TokenKind::word;
      while (end < text.size() && (is_letter(text[end]) || (text[end] == '-' && end + 1 < text.size() && is_letter(text[end + 1])))) ++end;
    } else if (std::string_view(",.;:").find(text[at]) != std::string_view::npos) {
      token.kind = TokenKind::mark;
    } else {
      while (end < text.size() && text[end] != ' ' && !is_letter(text[end]) && text[end] != '{' && std::string_view(",.;:").find(text[end]) == std::string_view::npos) ++end;
    }
    token.text = text.substr(at, end - at);
    tokens.push_back(token);
    at = end;
  }
  return tokens;
}

class Sentence {
 public:
  Sentence(std::string_view text, const Assignment& assignment, const core::Vocabulary& vocabulary)
      : text_(text), assignment_(assignment), vocabulary_(vocabulary), tokens_(tokens_of(text)) {}

  void check(Reviewed& out) {
    check_placeholders(out);
    check_words(out);
    if (!out.problems.empty()) return;
    check_form(out);
    check_clauses(out);
    check_ranks(out);
    check_metrics(out);
    for (std::size_t i = 0; i < tokens_.size(); ++i)
      if (tokens_[i].kind == TokenKind::exhibit) check_place(i, out);
  }

  // Only of a sentence without problems.
  [[nodiscard]] core::Statement statement() const {
    core::Statement statement;
    std::string words;
    const auto flush = [&] {
      if (!words.empty()) statement.text(words);
      words.clear();
    };
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      const Token& token = tokens_[i];
      if (i > 0 && token.kind != TokenKind::mark) words += ' ';
      if (token.kind == TokenKind::exhibit) {
        flush();
        statement.append(at(token.number).fill).append(brackets(i));
      } else if (token.ranks) {
        flush();
        const Exhibit& ranked = at(ranked_by(i));
        statement.compare(token.text, ranked.fact, ranked.rank_over);
      } else {
        words += token.text;
      }
    }
    flush();
    return statement;
  }

 private:
  [[nodiscard]] bool known(int number) const { return number >= 1 && static_cast<std::size_t>(number) <= assignment_.exhibits.size(); }
  [[nodiscard]] const Exhibit& at(int number) const { return assignment_.exhibits[static_cast<std::size_t>(number) - 1]; }

  static void object(Reviewed& out, std::string problem) {
    out.problems.push_back(std::move(problem));
    ++out.bad;
    ++out.claims;
  }

  void check_placeholders(Reviewed& out) {
    for (const Token& token : tokens_) {
      if (token.kind != TokenKind::exhibit) continue;
      if (!known(token.number)) object(out, fmt::format("there is no fact {}", token.text));
      else if (std::find(out.cited.begin(), out.cited.end(), token.number) != out.cited.end()) object(out, fmt::format("{} is cited twice", token.text));
      else out.cited.push_back(token.number);
    }
    if (out.cited.empty() && out.problems.empty()) object(out, "cites no fact");
  }

  // Whether a word needs no evidence in a sentence of this tone.
  [[nodiscard]] bool is_free(std::string_view word) const {
    if (claims::is_plain_word(word, claims::PlainClass::plain)) return true;
    return assignment_.task.tone != agents::Tone::report && claims::is_plain_word(word, claims::PlainClass::advice);
  }

  struct Named {
    std::string metric;
    std::string qualifier;
    std::size_t words = 0;
  };
  // The metric that the words from token `i` on name, longest first, and how many words its name has.
  [[nodiscard]] Named metric_at(std::size_t i) const {
    std::string name;
    std::vector<std::string> names;
    for (std::size_t n = 0; n < kNamePieces && i + n < tokens_.size() && tokens_[i + n].kind == TokenKind::word; ++n) {
      name += (n == 0 ? "" : " ") + text::lower(tokens_[i + n].text);
      names.push_back(name);
    }
    for (std::size_t n = names.size(); n > 0; --n) {
      for (const Exhibit& exhibit : assignment_.exhibits)
        if (!exhibit.term.empty() && !exhibit.qualifier.empty() && exhibit.qualifier + " " + exhibit.term == names[n - 1]) return {exhibit.metric, exhibit.qualifier, n};
      for (const Exhibit& exhibit : assignment_.exhibits)
        if (!exhibit.term.empty() && exhibit.term == names[n - 1]) return {exhibit.metric, {}, n};
      const core::Metric* metric = vocabulary_.find_alias(names[n - 1]);
      if (metric != nullptr && (n > 1 || !is_free(names[n - 1]))) return {metric->name, {}, n};
    }
    return {};
  }

  void check_words(Reviewed& out) {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      Token& token = tokens_[i];
      if (token.kind == TokenKind::other) object(out, fmt::format("\"{}\" cites nothing", token.text));
      if (token.kind != TokenKind::word || token.named) continue;
      if (Named named = metric_at(i); named.words > 0) {
        token.metric = std::move(named.metric);
        token.qualifier = std::move(named.qualifier);
        for (std::size_t n = 0; n < named.words; ++n) tokens_[i + n].named = true;
        continue;
      }
      const std::string word = text::lower(token.text);
      if (is_free(word)) continue;
      token.ranks = std::any_of(assignment_.exhibits.begin(), assignment_.exhibits.end(), [&](const Exhibit& e) { return e.rank == word; });
      if (token.ranks && ranked_by(i) == 0) object(out, fmt::format("\"{}\" does not stand before the value that was found to be it", token.text));
      if (!token.ranks) object(out, fmt::format("\"{}\" is no plain word and cites nothing", token.text));
    }
  }

  // The exhibit that the rank at token `i` is said of: the next value, which must have been found to hold it; else 0.
  [[nodiscard]] int ranked_by(std::size_t i) const {
    for (std::size_t k = i + 1; k < tokens_.size(); ++k) {
      if (tokens_[k].kind != TokenKind::exhibit || !known(tokens_[k].number) || at(tokens_[k].number).kind != ExhibitKind::quantity) continue;
      return at(tokens_[k].number).rank == text::lower(tokens_[i].text) ? tokens_[k].number : 0;
    }
    return 0;
  }

  void check_form(Reviewed& out) const {
    std::map<std::string, std::size_t> often;
    std::size_t words = 0;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (tokens_[i].kind == TokenKind::exhibit && i > 0 && tokens_[i - 1].kind != TokenKind::word) object(out, "facts stand side by side without a word between them");
      if (tokens_[i].kind != TokenKind::word) continue;
      ++words;
      const std::string word = text::lower(tokens_[i].text);
      if (i > 0 && tokens_[i - 1].kind == TokenKind::word && text::lower(tokens_[i - 1].text) == word) object(out, fmt::format("\"{} {}\"", word, word));
      if (!is_small(word) && !tokens_[i].named && ++often[word] > kMostOften) object(out, fmt::format("\"{}\" comes too often", word));
    }
    if (words < kFewestWords || words > kMostWords) object(out, "too short or too long for a sentence");
    const bool closed = !tokens_.empty() && tokens_.back().text == ".";
    if (!closed) object(out, "does not end with a full stop");
    const bool dangling = tokens_.size() > 1 && tokens_[tokens_.size() - 2].kind == TokenKind::word && is_small(text::lower(tokens_[tokens_.size() - 2].text));
    if (dangling) object(out, fmt::format("breaks off at \"{}\"", tokens_[tokens_.size() - 2].text));
  }

  // A rank is read of what comes next: "the lowest with {F1}, at {F2}" says it of {F1}'s, whatever was found of {F2}.
  void check_ranks(Reviewed& out) const {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (!tokens_[i].ranks) continue;
      const int value = ranked_by(i);
      for (std::size_t k = i + 1; k < tokens_.size() && tokens_[k].number != value; ++k) {
        if (tokens_[k].ranks) object(out, fmt::format("\"{}\" and \"{}\" stand before one value", tokens_[i].text, tokens_[k].text));
        else if (is(k, ExhibitKind::configuration) && tokens_[k].number != at(value).owner) object(out, fmt::format("\"{}\" is said of {}, which it was not found of", tokens_[i].text, tokens_[k].text));
      }
    }
  }

  // "…, while the file getting.": a contrast that cites nothing contrasts nothing.
  void check_clauses(Reviewed& out) const {
    constexpr std::array kContrasts = std::to_array<std::string_view>({"whereas", "where", "while"});
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (tokens_[i].kind != TokenKind::word || !base::is_one_of(text::lower(tokens_[i].text), kContrasts)) continue;
      std::size_t k = i + 1;
      while (k < tokens_.size() && tokens_[k].kind != TokenKind::exhibit) ++k;
      if (k == tokens_.size()) object(out, fmt::format("what comes behind \"{}\" cites nothing", tokens_[i].text));
    }
  }

  [[nodiscard]] bool measured(std::size_t i) const {
    if (tokens_[i].kind != TokenKind::exhibit) return false;
    const ExhibitKind kind = at(tokens_[i].number).kind;
    return kind == ExhibitKind::quantity || kind == ExhibitKind::relation;
  }

  // A metric that the sentence names is that of the next value, or of the one before where none comes.
  void check_metrics(Reviewed& out) const {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (tokens_[i].metric.empty()) continue;
      std::optional<std::size_t> value;
      for (std::size_t k = i + 1; k < tokens_.size() && !value; ++k)
        if (measured(k)) value = k;
      for (std::size_t k = i; k > 0 && !value; --k)
        if (measured(k - 1)) value = k - 1;
      if (!value) object(out, fmt::format("names {} and cites no value of it", tokens_[i].metric));
      else if (at(tokens_[*value].number).metric != tokens_[i].metric)
        object(out, fmt::format("says {} of {}, which is {}", tokens_[i].text, tokens_[*value].text, at(tokens_[*value].number).term));
      else if (!tokens_[i].qualifier.empty() && at(tokens_[*value].number).qualifier != tokens_[i].qualifier)
        object(out, fmt::format("says {} of {}, which is another statistic", tokens_[i].qualifier, tokens_[*value].text));
    }
  }

  [[nodiscard]] bool is(std::size_t token, ExhibitKind kind) const { return tokens_[token].kind == TokenKind::exhibit && at(tokens_[token].number).kind == kind; }

  // The first exhibit of a kind in the sentence; its end where there is none.
  [[nodiscard]] std::size_t first(ExhibitKind kind) const {
    std::size_t k = 0;
    while (k < tokens_.size() && !is(k, kind)) ++k;
    return k;
  }

  // The configuration (or file) that a reader takes the value at token `i` to be of: in a sentence that begins with a
  // value the next one, else the one before; each only as far as no other value stands between, where both are told.
  [[nodiscard]] int neighbour(std::size_t i, ExhibitKind kind) const {
    int before = 0;
    int behind = 0;
    bool taken = false;
    for (std::size_t k = i; k > 0 && before == 0; --k) {
      if (is(k - 1, kind)) before = tokens_[k - 1].number;
      else taken = taken || is(k - 1, ExhibitKind::quantity);
    }
    if (taken && kind == ExhibitKind::configuration) before = -before;  // another value has it already
    for (std::size_t k = i + 1; k < tokens_.size() && behind == 0; ++k)
      if (is(k, kind)) behind = tokens_[k].number;
    const bool value_first = first(ExhibitKind::quantity) < first(kind);
    if (value_first && behind > 0) return behind;
    if (before > 0) return before;
    return behind > 0 ? behind : -before;
  }

  void check_place(std::size_t i, Reviewed& out) const {
    const Exhibit& value = at(tokens_[i].number);
    if (value.kind == ExhibitKind::configuration && !assignment_.endorses && assignment_.task.tone != agents::Tone::report)
      for (const Token& token : tokens_)
        if (token.kind == TokenKind::word && endorses(text::lower(token.text))) {
          object(out, fmt::format("\"{}\" puts {} forward, which the data do not tell from the others", token.text, tokens_[i].text));
          break;
        }
    if (value.kind == ExhibitKind::relation && (i == 0 || text::lower(tokens_[i - 1].text) != "that" || i + 2 != tokens_.size()))
      object(out, fmt::format("{} is a whole clause: it stands at the end, behind \"that\"", tokens_[i].text));
    if (value.kind != ExhibitKind::quantity) return;
    if (i > 0 && base::is_one_of(text::lower(tokens_[i - 1].text), kBounding))
      object(out, fmt::format("\"{} {}\" makes a bound of a value", tokens_[i - 1].text, tokens_[i].text));
    const int configuration = neighbour(i, ExhibitKind::configuration);
    if (configuration != 0 && configuration != value.owner) object(out, fmt::format("{} was not measured with {}", tokens_[i].text, agents::placeholder(configuration)));
    const int file = neighbour(i, ExhibitKind::artifact);
    if (file != 0 && !value.path.empty() && at(file).path != value.path) object(out, fmt::format("{} does not come from {}", tokens_[i].text, agents::placeholder(file)));
  }

  // What the sentence leaves open about the value at token `i`.
  [[nodiscard]] core::Statement brackets(std::size_t i) const {
    const Exhibit& value = at(tokens_[i].number);
    core::Statement text;
    if (value.kind != ExhibitKind::quantity) return text;
    const bool named = std::any_of(tokens_.begin(), tokens_.begin() + static_cast<std::ptrdiff_t>(i), [&](const Token& t) { return t.metric == value.metric || (t.kind == TokenKind::exhibit && at(t.number).metric == value.metric); }) ||
                       std::any_of(tokens_.begin(), tokens_.end(), [&](const Token& t) { return t.metric == value.metric; });
    const bool qualified = std::any_of(tokens_.begin(), tokens_.end(), [&](const Token& t) { return t.metric == value.metric && t.qualifier == value.qualifier; });
    std::string words = qualified ? std::string() : value.qualifier;
    if (!named) words += (words.empty() ? "" : " ") + value.term;
    const bool open = value.owner != 0 && neighbour(i, ExhibitKind::configuration) == 0;
    if (!value.state.empty()) words += (words.empty() ? "" : " ") + value.state;
    if (words.empty() && !open) return text;
    text.text(" (" + words);
    if (open) text.text(words.empty() ? "with " : ", with ").append(at(value.owner).fill);
    return text.text(")");
  }

  std::string_view text_;
  const Assignment& assignment_;
  const core::Vocabulary& vocabulary_;
  std::vector<Token> tokens_;
};

bool is_bad(const claims::Verdict& verdict) {
  return verdict.kind == claims::VerdictKind::contradicted || verdict.kind == claims::VerdictKind::unsupported;
}

}  // namespace

bool endorses(std::string_view word) { return std::binary_search(kEndorsing.begin(), kEndorsing.end(), word); }

Reviewed Reviewer::review(std::string_view sentence, const Assignment& assignment) {
  Reviewed out;
  Sentence reading(sentence, assignment, vocabulary_);
  reading.check(out);
  if (!out.problems.empty()) return out;
  out.statement = reading.statement();
  for (const core::Part& part : out.statement.parts())
    if (part.kind == core::Part::Kind::quantity || part.kind == core::Part::Kind::config) out.facts.insert(part.a);
  report::Draft draft;
  draft.paragraph(out.statement);
  for (const claims::Verdict& verdict : claims::judge_draft(draft.markdown(), facts_, vocabulary_, known_)) {
    ++out.claims;
    if (!is_bad(verdict)) continue;
    ++out.bad;
    out.problems.push_back(fmt::format("\"{}\" is {}: {}", verdict.claim.quote, claims::to_string(verdict.kind), verdict.reason));
  }
  return out;
}

std::string with_placeholders(std::string_view text, const std::vector<Exhibit>& exhibits) {
  std::string out(text);
  std::erase_if(out, [](char c) { return c == '`' || c == '*' || c == '_'; });
  std::vector<std::size_t> order(exhibits.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return exhibits[a].shown.size() > exhibits[b].shown.size(); });
  for (const std::size_t i : order) {
    std::string quoted = exhibits[i].shown;
    std::erase_if(quoted, [](char c) { return c == '`' || c == '*' || c == '_'; });
    const std::size_t found = quoted.size() < 3 ? std::string::npos : out.find(quoted);
    if (found == std::string::npos) continue;
    const bool inside = (found > 0 && (is_letter(out[found - 1]) || is_digit(out[found - 1]) || out[found - 1] == '.')) ||
                        (found + quoted.size() < out.size() && (is_letter(out[found + quoted.size()]) || is_digit(out[found + quoted.size()])));
    if (!inside) out.replace(found, quoted.size(), agents::placeholder(static_cast<int>(i) + 1));
  }
  return out;
}

FirstSentence first_sentence(std::string_view text) {
  FirstSentence first{std::string(text), 0};
  for (std::size_t at = 0; at + 2 < text.size(); ++at) {
    const bool ends = (text[at] == '.' || text[at] == '!' || text[at] == '?') && text[at + 1] == ' ' && text[at + 2] >= 'A' && text[at + 2] <= 'Z';
    if (!ends) continue;
    if (first.further++ == 0) first.text = std::string(text.substr(0, at + 1));
  }
  return first;
}

}  // namespace chimera::writing
