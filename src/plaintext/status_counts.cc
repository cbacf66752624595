#include "plaintext/status_counts.h"

#include <algorithm>
#include <string>

#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/written_cell.h"
#include "text/number.h"

namespace chimera::plaintext {
namespace {

using core::Span;

constexpr std::string_view kBase = "responses/";
constexpr std::size_t kLongest = 400;  // bytes of a line
constexpr std::string_view kTuple = "[code:count]";

bool is_count(std::string_view text, Span span) { return span.size() > 0 && all_digits(at(text, span)); }

// "2xx", "503"
bool is_status(std::string_view word) {
  return word.size() == 3 && is_digit(word[0]) && ((is_digit(word[1]) && is_digit(word[2])) || word.substr(1) == "xx");
}

NamedValue of_status(std::string_view status, Span count) { return {std::string(kBase) + std::string(status), count, {}}; }

// "[15]  what": the number in the brackets, and what stands behind them.
struct CountInBrackets {
  Span number;
  Span behind;
};
CountInBrackets bracketed(std::string_view text, Span line) {
  if (line.size() < 5 || line.size() > kLongest || text[line.begin] != '[' || !is_digit(text[line.begin + 1])) return {};
  const std::size_t close = at(text, line).find(']');
  if (close == std::string_view::npos || !is_count(text, {line.begin + 1, line.begin + close})) return {};
  return {{line.begin + 1, line.begin + close}, trimmed(text, {line.begin + close + 1, line.end})};
}

// "1xx - 0, 2xx - 26002"
std::vector<NamedValue> by_class(std::string_view text, const std::vector<Span>& parts) {
  if (parts.size() < 6 || parts.size() % 3 != 0) return {};
  std::vector<NamedValue> found;
  for (std::size_t i = 0; i < parts.size(); i += 3) {
    const bool last = i + 3 == parts.size();
    const Span count{parts[i + 2].begin, parts[i + 2].end - (last ? 0 : 1)};
    if (!is_status(at(text, parts[i])) || at(text, parts[i + 1]) != "-" || !is_count(text, count) || (!last && text[count.end] != ',')) return {};
    found.push_back(of_status(at(text, parts[i]), count));
  }
  return found;
}

// "10489 2xx responses, 1857 non 2xx responses"
std::vector<NamedValue> in_words(std::string_view text, const std::vector<Span>& parts) {
  const bool form = parts.size() == 7 && is_count(text, parts[0]) && is_status(at(text, parts[1])) && at(text, parts[2]) == "responses," && is_count(text, parts[3]) &&
                    at(text, parts[4]) == "non" && at(text, parts[5]) == at(text, parts[1]) && at(text, parts[6]) == "responses";
  if (!form) return {};
  return {of_status(at(text, parts[1]), parts[0]), of_status(at(text, {parts[4].begin, parts[5].end}), parts[3])};
}

// "200:273  503:27" behind "[code:count]"; 0 is that of requests without an answer.
std::vector<NamedValue> by_code(std::string_view text, const std::vector<Span>& parts) {
  std::vector<NamedValue> found;
  for (const Span part : parts) {
    const std::size_t colon = at(text, part).find(':');
    if (colon == std::string_view::npos) return {};
    const Span code{part.begin, part.begin + colon};
    const Span count{part.begin + colon + 1, part.end};
    if (!is_count(text, count) || (!is_status(at(text, code)) && at(text, code) != "0")) return {};
    found.push_back(of_status(at(text, code), count));
  }
  return found;
}

// "Error distribution:" above lines of numbers in brackets.
bool below_errors(const LineView& lines, std::size_t i) {
  while (i > 0 && lines.line(i - 1).size() > 0 && lines.text()[lines.line(i - 1).begin] == '[') --i;
  if (i == 0 || lines.line(i - 1).size() == 0 || lines.line(i - 1).size() > kLongestTitle) return false;
  const std::string_view title = lines.at(lines.line(i - 1));
  return title.back() == ':' && (title.substr(0, 5) == "Error" || title.substr(0, 5) == "error");
}

}  // namespace

std::vector<NamedValue> status_counts(std::string_view text, Span line) {
  if (line.size() < 5 || line.size() > kLongest) return {};
  if (const CountInBrackets found = bracketed(text, line); found.number.size() > 0) {
    const std::vector<Span> parts = words(text, found.behind);
    const bool responses = parts.size() == 2 && is_status(at(text, found.number)) && is_count(text, parts[0]) && at(text, parts[1]) == "responses";
    return responses ? std::vector<NamedValue>{of_status(at(text, found.number), parts[0])} : std::vector<NamedValue>();
  }
  if (const std::size_t mark = is_digit(text[line.begin]) ? std::string_view::npos : at(text, line).find(kTuple); mark != std::string_view::npos)
    return by_code(text, words(text, {line.begin + mark + kTuple.size(), line.end}));
  if (!is_digit(text[line.begin]) || at(text, line).find("xx ") == std::string_view::npos) return {};
  const std::vector<Span> parts = words(text, line);
  std::vector<NamedValue> found = by_class(text, parts);
  return found.empty() ? in_words(text, parts) : found;
}

std::size_t read_status_counts(const LineView& lines, std::size_t i, TableBuilder& out) {
  const std::string_view text = lines.text();
  const Span here = lines.line(i);
  if (here.size() == 0 || (!is_digit(text[here.begin]) && !is_one_of(text[here.begin], "[S"))) return i;
  std::vector<NamedValue> found = status_counts(text, here);
  if (const CountInBrackets error = found.empty() ? bracketed(text, here) : CountInBrackets{}; error.behind.size() > 0 && is_letter(text[error.behind.begin]) && below_errors(lines, i)) {
    GrowingTable& errors = out.table(core::TableKind::records, "errors by what they were");
    out.begin_row(errors, here.begin);
    errors.put("error", {text_cell(error.behind), {}, {}}, here.end);
    errors.put("occurrences", read_written_cell(text, error.number), here.end);
    out.add_key({here.begin, here.begin});
    return i + 1;
  }
  if (found.empty()) return i;
  std::size_t next = i + 1;
  constexpr std::string_view kOthers = "others - ";
  const Span below = next < lines.count() ? lines.line(next) : Span{};
  if (lines.at(below).substr(0, kOthers.size()) == kOthers && is_count(text, {below.begin + kOthers.size(), below.end})) {
    found.push_back(of_status("others", {below.begin + kOthers.size(), below.end}));
    ++next;
  }
  out.put_all(found, here);
  // What stands around the counts says what they are.
  std::uint64_t from = here.begin;
  for (const NamedValue& each : found) {
    out.add_key({from, each.value.begin});
    from = each.value.end;
  }
  out.add_key({from, lines.line(next - 1).end});
  return next;
}

}  // namespace chimera::plaintext
