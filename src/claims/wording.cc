#include "claims/wording.h"

#include <algorithm>
#include <array>

#include "claims/cursor.h"
#include "claims/lexicon.h"

namespace chimera::claims {
namespace {

// Before a comparing word these make it a wish or a possibility, which nothing can support or contradict.
constexpr std::array kHypothetical = std::to_array<std::string_view>(
    {"a", "be", "can", "could", "for", "if", "may", "might", "possible", "potential", "should", "to", "would"});
constexpr std::array kStates = std::to_array<std::string_view>(
    {"are", "is", "performed", "performs", "remain", "remained", "remains", "stayed", "stays", "was", "were"});
constexpr std::array kQualities = std::to_array<std::string_view>(
    {"accurate", "consistent", "efficient", "expensive", "predictable", "reliable", "responsive", "stable", "variable"});
constexpr std::array kNoDifference = std::to_array<std::string_view>(
    {"advantage", "benefit", "change", "changes", "correlation", "difference", "differences", "effect", "gain", "impact",
     "improvement", "trend", "trends", "variation"});
constexpr std::array kNegated = std::to_array<std::string_view>(
    {"available", "collected", "found", "included", "logged", "measured", "present", "provided", "recorded", "reported"});
constexpr std::array kLegend = std::to_array<std::string_view>({"fewer", "higher", "larger", "less", "lower", "more", "smaller"});
constexpr std::array kClauseEnd = std::to_array<std::string_view>(
    {"although", "and", "are", "because", "but", "can", "exist", "exists", "has", "have", "however", "is", "makes",
     "prevents", "so", "that", "therefore", "was", "were", "which", "while", "who", "will"});
static_assert(std::is_sorted(kHypothetical.begin(), kHypothetical.end()));
static_assert(std::is_sorted(kStates.begin(), kStates.end()));
static_assert(std::is_sorted(kQualities.begin(), kQualities.end()));
static_assert(std::is_sorted(kNoDifference.begin(), kNoDifference.end()));
static_assert(std::is_sorted(kNegated.begin(), kNegated.end()));
static_assert(std::is_sorted(kLegend.begin(), kLegend.end()));
static_assert(std::is_sorted(kClauseEnd.begin(), kClauseEnd.end()));

template <class Words>
bool among(const Words& words, std::string_view word) {
  return std::binary_search(words.begin(), words.end(), word);
}

struct Token {
  std::string text;  // lower case
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  bool breaks = false;  // a sentence, clause or line ends between the token before and this one
  bool comma = false;   // by nothing but a comma
};

// The words of the text one by one, with a few on either side in view.
class Words {
 public:
  Words(std::string_view text, const std::function<bool(std::uint64_t)>& hidden) : text_(text), hidden_(hidden) {
    for (auto& slot : window_) slot = read();
  }
  void advance() {
    past_[1] = std::move(past_[0]);
    past_[0] = std::move(window_[0]);
    for (std::size_t i = 0; i + 1 < window_.size(); ++i) window_[i] = std::move(window_[i + 1]);
    window_.back() = read();
  }
  [[nodiscard]] bool done() const { return window_[0].text.empty(); }
  [[nodiscard]] const Token& now() const { return window_[0]; }
  // The n-th word ahead in the same clause (n from 1), or an empty one.
  [[nodiscard]] const Token& ahead(std::size_t n) const {
    for (std::size_t i = 1; i <= n; ++i)
      if (window_[i].breaks || window_[i].text.empty()) return none_;
    return window_[n];
  }
  // The same, where commas do not end the clause: "explicit, measurable metrics".
  [[nodiscard]] const Token& ahead_over_commas(std::size_t n) const {
    for (std::size_t i = 1; i <= n; ++i)
      if ((window_[i].breaks && !window_[i].comma) || window_[i].text.empty()) return none_;
    return window_[n];
  }
  [[nodiscard]] const Token& before() const { return window_[0].breaks ? none_ : past_[0]; }
  [[nodiscard]] const Token& before_that() const { return window_[0].breaks || past_[0].breaks ? none_ : past_[1]; }
  static constexpr std::size_t kAhead = 12;

 private:
  Token read() {
    Token token;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (is_letter(c) && !hidden_(at_) && (at_ == 0 || !(is_digit(text_[at_ - 1]) || text_[at_ - 1] == '_'))) break;
      if (is_letter(c) || c == '_') {  // the rest of a name
        while (at_ + 1 < text_.size() && is_word_char(text_[at_ + 1])) ++at_;
        continue;
      }
      if (c == ',') token.comma = !token.breaks;
      if (c == '.' || c == ';') token.comma = false;
      if (c == '.' || c == ',' || c == ';' || c == ':' || c == '(' || c == ')' || c == '|' || c == '!' || c == '?') token.breaks = true;
      if (c == '\n' && ends_block(at_)) token.breaks = true;
    }
    token.begin = at_;
    while (at_ < text_.size() && is_letter(text_[at_])) ++at_;
    token.end = at_;
    // "ttft_s", "q8": no word of prose; kept as a nameless token so that neighbours are right
    const bool name = at_ < text_.size() && (text_[at_] == '_' || is_digit(text_[at_]));
    const std::uint64_t size = std::min<std::uint64_t>(token.end - token.begin, 40);
    for (std::uint64_t i = 0; i < size; ++i) token.text += lower(text_[token.begin + i]);
    if (name) token.text.assign(1, '_');
    return token;
  }
  static char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
  // A line that is followed by a blank line, an item or a heading ends a clause; a wrapped line does not.
  bool ends_block(std::uint64_t newline) const {
    const std::uint64_t next = skip_blanks(text_, newline + 1);
    if (next >= text_.size()) return true;
    const char c = text_[next];
    return c == '\n' || c == '\r' || c == '-' || c == '*' || c == '#' || c == '|' || c == '>' || c == '+' || is_digit(c);
  }

  std::string_view text_;
  const std::function<bool(std::uint64_t)>& hidden_;
  std::uint64_t at_ = 0;
  std::array<Token, kAhead + 1> window_;
  std::array<Token, 2> past_;
  Token none_;
};

Mention make(MentionKind kind, std::uint64_t begin, std::uint64_t end) {
  Mention mention;
  mention.kind = kind;
  mention.span = {begin, end};
  return mention;
}

bool is_idiom(const Words& words) {
  const std::string& next = words.ahead(1).text;
  const std::string& before = words.before().text;
  const std::string& now = words.now().text;
  if (next == "is" && words.ahead(2).text == "better") return true;  // a legend
  if (now == "better" && before == "is" && among(kLegend, words.before_that().text)) return true;
  if (now == "best" && (next == "practice" || next == "practices" || next == "effort" || before == "at")) return true;
  if (now == "top" && (before == "on" || next == "k" || next == "p")) return true;
  if ((now == "lower" || now == "higher") && (next == "bound" || next == "end" || next == "level")) return true;
  return false;
}

std::optional<Mention> comparing(const Words& words) {
  const Token& now = words.now();
  const std::string& before = words.before().text;
  auto comparison = find_comparison(now.text);
  std::uint64_t end = now.end;
  if (comparison && comparison->sense == Sense::same && now.text != "unchanged" && now.text != "indistinguishable") {
    const std::string& next = words.ahead(1).text;
    if (next != "to" && next != "with" && !among(kStates, before)) return std::nullopt;
  }
  if (comparison && !comparison->superlative && before != "a" && among(kHypothetical, before)) return std::nullopt;
  if (!comparison && (now.text == "more" || now.text == "less") && among(kQualities, words.ahead(1).text)) {
    comparison = Comparison{now.text == "more" ? Sense::better : Sense::worse, false};
    end = words.ahead(1).end;
  }
  if (!comparison) {
    comparison = find_with_than(now.text);
    if (!comparison) return std::nullopt;
    bool than = false;  // "more tokens than"; "more than 5" is how a number is meant
    for (std::size_t n = 2; n <= 5 && !than; ++n) than = words.ahead(n).text == "than";
    if (!than) return std::nullopt;
  }
  if (is_idiom(words)) return std::nullopt;
  comparison->negated = before == "not" || before == "never" || before == "t";  // "isn't faster"
  Mention mention = make(comparison->superlative ? MentionKind::rank : MentionKind::comparison, now.begin, end);
  mention.comparison = *comparison;
  return mention;
}

// "no difference", "no significant effect"
std::optional<Mention> no_difference(const Words& words) {
  const std::string& now = words.now().text;
  if (now != "no" && now != "minimal" && now != "negligible") return std::nullopt;
  for (std::size_t n = 1; n <= 4; ++n) {
    if (!among(kNoDifference, words.ahead(n).text)) continue;
    Mention mention = make(MentionKind::comparison, words.now().begin, words.ahead(n).end);
    mention.comparison = {Sense::same, false};
    return mention;
  }
  return std::nullopt;
}

// "no GPU power", "without timing information", "lacks …", "absence of …", "not recorded": to the end of the clause.
std::optional<Mention> absence(const Words& words) {
  const std::string& now = words.now().text;
  const std::string& next = words.ahead(1).text;
  const bool opens = now == "no" || now == "without" || now == "lacks" || now == "lacking" ||
                     (now == "lack" && next == "of") || (now == "absence" && next == "of") || now == "absent" || now == "missing";
  const std::string& before = words.before().text;
  const bool denied = now == "not" && (before == "does" || before == "do" || before == "did") && is_reporting(next);  // "does not report"
  const bool negated = now == "not" && among(kNegated, next);
  if (!opens && !negated && !denied) return std::nullopt;
  if (now == "no" && (next == "longer" || next == "more" || next == "matter" || next == "doubt" || next.empty())) return std::nullopt;
  std::uint64_t end = words.now().end;
  for (std::size_t n = 1; n <= Words::kAhead; ++n) {
    const Token& token = words.ahead_over_commas(n);
    if (token.text.empty() || (n > 3 && token.comma) || (among(kClauseEnd, token.text) && token.text != "and")) break;
    end = token.end;
  }
  return make(MentionKind::absence, words.now().begin, end);
}

std::optional<double> fraction_word(const Words& words) {
  if (words.ahead(1).text != "of") return std::nullopt;
  if (words.now().text == "third") return 1.0 / 3;
  if (words.now().text == "quarter") return 0.25;
  return std::nullopt;
}

// `consumed` is how many words it took.
std::optional<Mention> counting(const Words& words, std::size_t& consumed) {
  const Token& now = words.now();
  auto value = find_number_word(now.text);
  std::uint64_t end = now.end;
  if (!value) value = fraction_word(words);
  if (!value && now.text == "one") {
    const bool counts = words.ahead(1).text == "of" || is_counted_thing(words.ahead(1).text);
    if (counts) value = 1;
  }
  if (!value) return std::nullopt;
  if ((now.text == "half" || now.text == "double") && (words.ahead(1).text == "precision" || words.before().text == "one")) return std::nullopt;
  if (*value >= 20 && *value <= 90) {  // "twenty-five"
    const auto ones = words.ahead(1).text == "one" ? std::optional(1.0) : find_number_word(words.ahead(1).text);
    if (ones && *ones >= 1 && *ones <= 9) {
      value = *value + *ones;
      end = words.ahead(1).end;
      consumed = 2;
    }
  }
  Mention mention = make(MentionKind::number_word, now.begin, end);
  mention.digits = mention.span;
  mention.integer = *value >= 1;
  mention.stated = {*value, core::no_unit(), 0};
  if (is_approximation(words.before().text)) mention.relation = Relation::about;
  return mention;
}

}  // namespace

void find_words(std::string_view text, const std::function<void(Mention)>& found,
                const std::function<bool(std::uint64_t)>& hidden) {
  for (Words words(text, hidden); !words.done(); words.advance()) {
    std::size_t consumed = 1;
    if (auto mention = counting(words, consumed)) {
      found(std::move(*mention));
      if (consumed == 2) words.advance();
    } else if (auto same = no_difference(words)) {
      found(std::move(*same));
    } else if (auto absent = absence(words)) {
      found(std::move(*absent));
    } else if (auto compared = comparing(words)) {
      found(std::move(*compared));
    }
  }
}

}  // namespace chimera::claims
