#include "plaintext/series_line.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include "core/unit.h"
#include "plaintext/clause_numbers.h"
#include "plaintext/clause_remarks.h"
#include "plaintext/clause_scan.h"
#include "plaintext/clause_words.h"
#include "plaintext/named_levels.h"
#include "plaintext/run_marks.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "text/model_names.h"
#include "text/number.h"
#include "text/number_formats.h"
#include "text/record_names.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kLongestLine = 240;
constexpr std::size_t kLongestHead = 64;
constexpr std::size_t kMostHeadWords = 9;
constexpr std::size_t kMostNameWords = 4;
constexpr std::size_t kMostValues = 16;
constexpr std::size_t kDigitsOfAName = 3;  // "RTX 3090" is one thing, "GPU 0" one of several


// A word of letters and digits, "q4_0", "8B", "M2"; "pp512", "tg128" and "p99" say what was measured.
bool is_mixed(std::string_view word) {
  const bool letters = std::any_of(word.begin(), word.end(), is_letter);
  const bool digits = std::any_of(word.begin(), word.end(), is_digit);
  if (!letters || !digits) return false;
  const std::size_t first = word.find_first_of("0123456789");
  const std::string front = text::lower(word.substr(0, first));
  return !(all_digits(word.substr(first)) && is_one_of(front, {"pp", "tg", "p", "bs", "n", "run", "step", "iter", "gpu", "cpu", "c"}));
}

// What stands between values.
std::size_t mark_at(std::string_view rest) {
  if (rest.empty() || !is_one_of(rest[0], " ,;")) return 0;  // of most bytes
  for (const std::string_view mark : {", ", "; ", " | ", " \xE2\x80\xA2 ", " \xC2\xB7 ", " @ ", " - "})
    if (rest.substr(0, mark.size()) == mark) return mark.size();
  return 0;
}

// "t/s", "req/min", "per second", "tps": without it no rate stands in the line, and most lines of a log have none.
bool may_say_rate(std::string_view line) {
  const auto ends_at = [&](std::size_t i) { return i >= line.size() || !is_letter(line[i]); };
  for (std::size_t i = 1; i + 1 < line.size(); ++i) {
    const std::string_view rest = line.substr(i + 1, 3);
    const bool time = rest == "sec" || rest == "Sec" || rest == "min" || ((rest[0] == 's' || rest[0] == 'S') && ends_at(i + 2));
    if (line[i] == '/' && is_letter(line[i - 1]) && time) return true;
    if ((line[i] == 'p' || line[i] == 'P') && (rest[0] == 's' || rest[0] == 'S') && ends_at(i + 2)) return true;
  }
  return line.find(" per ") != std::string_view::npos;
}

// "Engine 0: prompt throughput: 12 tokens/s, generation throughput: 45 tokens/s, running: 3 reqs": names and values, which others read.
bool marks_many_values(std::string_view line) {
  constexpr std::size_t kMost = 2;  // what was run, and "Stop reason: EOS"
  std::size_t marks = 0;
  for (std::size_t at = line.find(": "); at != std::string_view::npos && marks <= kMost; at = line.find(": ", at + 2)) ++marks;
  return marks > kMost;
}

class SeriesReader {
 public:
  SeriesReader(std::string_view text, core::Span line) : text_(text), line_(trimmed(text, line)), numbers_(text, line_) {}

  std::optional<SeriesLine> read() {
    if (line_.size() < 8 || line_.size() > kLongestLine || !may_say_rate(at(text_, line_)) || marks_many_values(at(text_, line_))) return std::nullopt;
    const core::Span behind = behind_index();
    const bool counted = behind.begin > line_.begin;
    if (take_values(behind)) {
      out_.alone = marks_ > 1 && out_.said.size() > 2;
      return out_.said.size() > 1 || counted ? finish() : std::nullopt;
    }
    // The longest end of the line that is nothing but values.
    for (std::uint64_t i = behind.begin + 1; i + 3 < behind.end && i < behind.begin + 2 * kLongestHead; ++i) {
      const std::size_t size = head_ends(i);
      if (size == 0 || !take_values(trimmed(text_, {i + size, behind.end}))) continue;
      out_.head = without_repetition(trimmed(text_, {behind.begin, i}));
      // "tiny:1b: 45.2 tok/s" is read as clauses are.
      const bool clauses = text::is_model(at(text_, words(text_, out_.head).front())) && clause_line(text_, line_);
      return names_what_was_run(out_.head) && !clauses ? finish() : std::nullopt;
    }
    return std::nullopt;
  }

 private:
  std::optional<SeriesLine> finish() { return std::move(out_); }

  // "[1/3] ", "(2/5) ", "3/5: ", "3. ": how far the series is.
  [[nodiscard]] core::Span behind_index() const {
    const ClauseScan scan(text_, line_);
    if (const std::uint64_t behind = scan.behind_ordinal(line_.begin); behind > line_.begin) return trimmed(text_, {behind, line_.end});
    std::uint64_t i = line_.begin;
    const char close = text_[i] == '[' ? ']' : text_[i] == '(' ? ')' : '\0';
    i += close != '\0' ? 1U : 0U;
    const std::uint64_t begin = i;
    while (i < line_.end && (is_digit(text_[i]) || text_[i] == '/')) ++i;
    const std::string_view count = at(text_, {begin, i});
    const std::size_t slash = count.find('/');
    if (slash == std::string_view::npos || !all_digits(count.substr(0, slash)) || !all_digits(count.substr(slash + 1))) return line_;
    if (close != '\0' && (i >= line_.end || text_[i++] != close)) return line_;
    if (i < line_.end && text_[i] == ':') ++i;
    return i < line_.end && is_blank(text_[i]) ? trimmed(text_, {i, line_.end}) : line_;
  }

  // What parts a head from the values: ": ", " - ", an arrow between blanks. How long it is, 0 where none begins.
  [[nodiscard]] std::size_t head_ends(std::uint64_t i) const {
    if (text_[i] != ':' && text_[i] != ' ') return 0;
    const std::string_view rest = text_.substr(i, line_.end - i);
    for (const std::string_view mark : {": ", " - ", " \xE2\x80\x93 ", " \xE2\x80\x94 "})
      if (rest.substr(0, mark.size()) == mark) return mark.size();
    const std::size_t arrow = rest[0] == ' ' ? arrow_at(rest.substr(1)) : 0;
    return arrow > 0 && arrow + 1 < rest.size() && rest[arrow + 1] == ' ' ? arrow + 2 : 0;
  }

  // "b4404 q4_0 rep 0", "q4_0, run 2"
  [[nodiscard]] core::Span without_repetition(core::Span head) const {
    const std::vector<core::Span> all = words(text_, head);
    if (all.size() < 3 || !all_digits(at(text_, all.back())) || !names_repetition(at(text_, all[all.size() - 2]))) return head;
    core::Span rest{head.begin, all[all.size() - 3].end};
    while (rest.size() > 0 && is_one_of(text_[rest.end - 1], ",;-#")) --rest.end;
    return trimmed(text_, rest);
  }

  [[nodiscard]] bool names_what_was_run(core::Span head) const {
    const std::string_view written = at(text_, head);
    const std::vector<core::Span> all = words(text_, head);
    if (all.empty() || all.size() > kMostHeadWords || head.size() > kLongestHead || written.find('=') != std::string_view::npos || reads_as_code(written)) return false;
    if (text::names_number_format(written) || text::names_pick(written) || text::names_warm_up(written)) return false;
    bool found = false;
    for (std::size_t k = 0; k < all.size(); ++k) {
      const std::string_view word = at(text_, all[k]);
      if (is_word_of_prose(word) || word.back() == ':') return false;
      found = found || is_mixed(word) || (k > 0 && all_digits(word) && is_called(all[k - 1], word));
    }
    return found;
  }

  // "RTX 3090"; "Batch 128" and "Prompt 512" say how it was run.
  [[nodiscard]] bool is_called(core::Span before, std::string_view number) const {
    constexpr std::array<std::string_view, 12> kCounted = {"prompt", "gen", "generate", "test", "decode", "prefill", "request", "sample", "question", "step", "epoch", "seed"};
    const std::string_view word = at(text_, before);
    return number.size() >= kDigitsOfAName && word[0] >= 'A' && word[0] <= 'Z' && !names_varied(word) && !names_repetition(word) && !is_one_of(text::lower(word), kCounted);
  }

  // All of `tail`, value by value.
  bool take_values(core::Span tail) {
    out_.said.clear();
    rated_ = false;
    marks_ = 0;
    for (std::uint64_t i = tail.begin; i < tail.end;) {
      std::uint64_t end = i;
      int depth = 0;
      std::size_t mark = 0;
      for (; end < tail.end && mark == 0; ++end) {
        depth += is_one_of(text_[end], "([") ? 1 : is_one_of(text_[end], ")]") ? -1 : 0;
        mark = depth == 0 ? mark_at(text_.substr(end, tail.end - end)) : 0;
      }
      if (mark > 0) --end, ++marks_;
      if (out_.said.size() >= kMostValues || !take_value(trimmed(text_, {i, end}))) return false;
      i = end + mark;
    }
    return rated_;
  }

  // "prefill 512.1 t/s", "0.23s to first token", "9.31 tok/s (prompt 71 tok/s)", "8k ctx".
  bool take_value(core::Span piece) {
    // "Stop reason: EOS token found"
    if (!out_.said.empty() && at(text_, piece).find(": ") != std::string_view::npos && at(text_, piece).find_first_of("0123456789") == std::string_view::npos) return true;
    core::Span remark;
    if (piece.size() > 3 && text_[piece.end - 1] == ')') {
      const std::size_t open = at(text_, piece).find(" (");
      if (open == std::string_view::npos) return false;
      remark = {piece.begin + open + 2, piece.end - 1};
      piece.end = piece.begin + open;
    }
    core::Span before;
    std::uint64_t i = piece.begin;
    ClauseNumber number;
    for (std::size_t count = 0; i < piece.end; ++count) {
      number = numbers_.at(i);
      if (number.value.size() > 0) break;
      std::uint64_t end = i;
      while (end < piece.end && !is_blank(text_[end])) ++end;
      if (count == kMostNameWords || !is_name({i, end})) return false;
      before = joined(before, {i, end});
      for (i = end; i < piece.end && is_blank(text_[i]);) ++i;
    }
    if (number.value.size() == 0 || number.end > piece.end) return false;
    const core::Span behind = trimmed(text_, {number.end, piece.end});
    if (before.size() > 0 && behind.size() > 0) return false;
    for (const core::Span word : words(text_, behind))
      if (!is_name(word)) return false;
    return put(number, before.size() > 0 ? before : behind, remark);
  }

  [[nodiscard]] bool is_name(core::Span word) const {
    const std::string_view written = at(text_, word);
    return is_letter(written[0]) && written.size() <= 24 && std::all_of(written.begin(), written.end(), [](char c) { return is_letter(c) || is_one_of(c, "_-/"); }) &&
           !is_word_of_prose(written) && !is_of_comparison_but_to(written);
  }
  // "to first token"
  static bool is_of_comparison_but_to(std::string_view word) { return text::lower(word) != "to" && is_of_comparison(word); }

  bool put(const ClauseNumber& number, core::Span name, core::Span remark) {
    const core::UnitPtr unit = number.known ? core::find_unit(number.unit) : nullptr;
    if (unit == nullptr) return name.size() > 0 && !out_.said.empty() && remark.size() == 0 && add(std::string(at(text_, name)), name, number.value);  // "@ 8k ctx"
    rated_ = rated_ || unit->dimension == core::Dimension::token_rate || unit->dimension == core::Dimension::request_rate;
    const bool time = unit->dimension == core::Dimension::time;
    std::string key = name.size() > 0 ? std::string(at(text_, name)) : time ? "time" : std::string(number.unit);
    if (key.rfind("to ", 0) == 0) key.insert(0, time ? "time " : "");
    const core::Span from = name.size() > 0 ? name : unit_span(text_, number);
    if (!add(key, from, number.value)) return false;
    if (remark.size() == 0) return true;
    const std::vector<Said> inside = said_in_remark(text_, remark, key, from, number.unit);
    for (const Said& each : inside)
      if (!add(each.key, each.name, each.value)) return false;
    if (!inside.empty()) return true;
    // "(Q4)", "(flash attention)"
    return add(text::names_number_format(at(text_, remark)) ? "quantization" : "remark", remark, remark);
  }

  bool add(std::string key, core::Span name, core::Span value) {
    for (const Said& other : out_.said)
      if (other.key == key) return false;
    out_.said.push_back({std::move(key), name, value});
    return true;
  }

  std::string_view text_;
  core::Span line_;
  ClauseNumbers numbers_;
  SeriesLine out_;
  bool rated_ = false;
  std::size_t marks_ = 0;
};

}  // namespace

std::string_view key_of_head(std::string_view head) { return text::is_model(head) ? "model" : "case"; }

std::optional<SeriesLine> series_line(std::string_view text, core::Span line) { return SeriesReader(text, line).read(); }

}  // namespace chimera::plaintext
