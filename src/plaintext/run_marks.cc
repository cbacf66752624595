#include "plaintext/run_marks.h"

#include <algorithm>
#include <array>
#include <string>

#include "plaintext/spans.h"
#include "text/record_names.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kMostMarks = 4;       // "✅ (ok)"
constexpr std::size_t kLongestReason = 80;  // of a failure

// Each a symbol of its own, with or without the selector of its coloured form.
constexpr std::array<std::string_view, 11> kMarks = {"\xE2\x9C\x85", "\xE2\x9C\x94", "\xE2\x9C\x93", "\xE2\x98\x91", "\xEF\xB8\x8F", "\xE2\x9D\x8C", "\xE2\x9C\x97", "\xE2\x9C\x98", "\xE2\x9C\x96", "\xE2\x9D\x8E", "\xE2\x9B\x94"};
constexpr std::size_t kWell = 5;  // of them say that all went well

bool is_mark(std::string_view said, bool well) {
  const auto found = std::find(kMarks.begin(), kMarks.end(), said);
  return found != kMarks.end() && (found - kMarks.begin() < static_cast<std::ptrdiff_t>(kWell)) == well;
}

bool ends_in(std::string_view said, std::string_view mark) { return said.size() > mark.size() && said.substr(said.size() - mark.size()) == mark; }

// "timeout", "OOM", "ERROR: connection refused"; "timeout 10 s" is how long was waited.
bool says_failure(std::string_view reason) {
  constexpr std::array<std::string_view, 13> kWhole = {"timeout", "timed out", "oom", "out of memory", "crash", "crashed", "killed", "aborted", "failed", "fail", "failure", "error", "cuda oom"};
  constexpr std::array<std::string_view, 4> kReasons = {"error:", "failed:", "failure:", "fail:"};
  const std::string words = text::lower(text::trim(reason));
  if (words.size() > kLongestReason) return false;
  return is_one_of(words, kWhole) || std::any_of(kReasons.begin(), kReasons.end(), [&](std::string_view each) { return words.rfind(each, 0) == 0; });
}

// The last mark of `said`, or what stands in the brackets at its end; empty where it is none. `whole` is the mark with its brackets.
core::Span last_mark(std::string_view text, core::Span said, core::Span& whole) {
  const std::string_view all = at(text, said);
  for (const std::string_view mark : kMarks)
    if (ends_in(all, mark)) return whole = {said.end - mark.size(), said.end};
  if (all.size() < 4 || (all.back() != ')' && all.back() != ']')) return {};
  const std::size_t open = all.rfind(all.back() == ')' ? '(' : '[');
  if (open == std::string_view::npos || open == 0 || !is_blank(all[open - 1])) return {};
  whole = {said.begin + open, said.end};
  return trimmed(text, {whole.begin + 1, whole.end - 1});
}

}  // namespace

core::Span failed_in_front(std::string_view text, core::Span line) {
  line = trimmed(text, line);
  for (const std::string_view mark : kMarks)
    if (is_mark(mark, false) && at(text, line).substr(0, mark.size()) == mark) return {line.begin, line.begin + mark.size()};
  return {};
}

core::Span warm_up_behind(std::string_view text, core::Span line) {
  constexpr std::array<std::string_view, 9> kWhole = {"warmup", "warm-up", "warm up", "warmup run", "warm-up run", "heat-up", "heatup", "heat up", "warmup, discarded"};
  if (line.size() < 4 || (text[line.end - 1] != ')' && text[line.end - 1] != ']')) return {};
  const std::size_t open = at(text, line).rfind(text[line.end - 1] == ')' ? '(' : '[');
  if (open == std::string_view::npos || open < 2 || !is_blank(text[line.begin + open - 1])) return {};
  const core::Span inside{line.begin + open + 1, line.end - 1};
  return inside.size() <= 17 && is_one_of(text::lower(at(text, inside)), kWhole) ? inside : core::Span{};
}

bool names_repetition(std::string_view word) {
  constexpr std::array<std::string_view, 10> kRuns = {"run", "attempt", "trial", "iteration", "iter", "repetition", "rep", "round", "pass", "warmup"};
  return is_one_of(text::lower(word), kRuns);
}

RunMarks run_marks(std::string_view text, core::Span line) {
  RunMarks marks;
  marks.said = trimmed(text, line);
  for (std::size_t i = 0; i < kMostMarks; ++i) {
    core::Span whole;
    const core::Span mark = last_mark(text, marks.said, whole);
    if (mark.size() == 0) break;
    const std::string_view said = at(text, mark);
    if (whole.size() > mark.size() && is_one_of(text::lower(said), {"warmup", "warm-up", "warm up"})) {
      marks.warm_up = mark;
      marks.said = trimmed(text, {marks.said.begin, whole.begin});
      continue;
    }
    const bool failed = is_mark(said, false) || says_failure(said);
    if (!failed && !is_mark(said, true) && !is_one_of(text::lower(said), {"ok", "success", "passed", "pass", "done"})) break;
    // Words say more than a symbol does.
    if (failed && (marks.failure.size() == 0 || is_mark(at(text, marks.failure), false))) marks.failure = mark;
    marks.said = trimmed(text, {marks.said.begin, whole.begin});
  }
  marks.symbol = marks.failure.size() > 0 && is_mark(at(text, marks.failure), false);
  const std::size_t colon = std::min(at(text, marks.said).find(": "), at(text, marks.said).size());
  const std::string_view front = at(text, {marks.said.begin, marks.said.begin + colon});
  const std::size_t open = front.find_last_of("([");
  if (marks.warm_up.size() == 0 && open != std::string_view::npos && text::names_warm_up(front.substr(open + 1, front.find_first_of(")]", open) - open - 1)))
    marks.warm_up = {marks.said.begin + open + 1, marks.said.begin + std::min(front.find_first_of(")]", open), front.size())};
  return marks;
}

}  // namespace chimera::plaintext
