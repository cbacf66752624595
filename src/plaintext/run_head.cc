#include "plaintext/run_head.h"

#include <algorithm>
#include <string>

#include "plaintext/line_view.h"
#include "plaintext/spans.h"
#include "plaintext/written_cell.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kFewestLines = 3;
constexpr std::size_t kMostLines = 64;
constexpr std::size_t kMostNameWords = 4;
constexpr std::size_t kLongest = 512;      // bytes of a line
constexpr std::size_t kLongestText = 120;  // of a value
constexpr std::size_t kLongestOperation = 8;
constexpr std::string_view kRates = ": IOPS=";  // behind the name of an operation of a job

// "# Benchmark mode: Throughput, ops/time"
std::optional<Entry> commented_pair(std::string_view text, core::Span line) {
  line = trimmed(text, line);
  if (line.size() < 5 || line.size() > kLongest || at(text, line).substr(0, 2) != "# ") return std::nullopt;
  const std::size_t colon = at(text, line).find(": ");
  if (colon == std::string_view::npos) return std::nullopt;
  const Entry entry{trimmed(text, {line.begin + 2, line.begin + colon}), trimmed(text, {line.begin + colon + 1, line.end})};
  const std::string_view name = at(text, entry.key);
  const bool words_only = !name.empty() && is_letter(name[0]) && std::all_of(name.begin(), name.end(), [](char c) { return is_letter(c) || c == ' ' || c == '_' || c == '-'; });
  return words_only && entry.value.size() > 0 && words(text, entry.key).size() <= kMostNameWords ? std::optional(entry) : std::nullopt;
}

bool ends_with(std::string_view name, std::string_view word) {
  const std::string lower = text::lower(name);
  return lower.size() > word.size() && lower.compare(lower.size() - word.size(), word.size(), word) == 0;
}

// "1 thread, will synchronize" of Threads: the number that the name counts.
core::Span counted(std::string_view text, const Entry& entry) {
  const std::string name = text::lower(at(text, entry.key));
  std::uint64_t digits = entry.value.begin;
  while (digits < entry.value.end && is_digit(text[digits])) ++digits;
  if (digits == entry.value.begin || digits + 1 >= entry.value.end || text[digits] != ' ') return entry.value;
  std::uint64_t noun = digits + 1;
  while (noun < entry.value.end && is_letter(text[noun])) ++noun;
  const std::string thing = text::lower(at(text, {digits + 1, noun}));
  const bool same = thing.size() > 2 && (name == thing || name == thing + 's');
  const bool rest = std::none_of(text.begin() + static_cast<std::ptrdiff_t>(noun), text.begin() + static_cast<std::ptrdiff_t>(entry.value.end), is_digit);
  return same && rest && (noun == entry.value.end || text[noun] == ',') ? core::Span{entry.value.begin, digits} : entry.value;
}

// "(size = 10, kind = a)": each for itself. Nothing where it is anything else.
bool add_arguments(std::string_view text, core::Span value, std::vector<Entry>& out) {
  if (value.size() < 5 || text[value.begin] != '(' || text[value.end - 1] != ')') return false;
  std::vector<Entry> found;
  for (core::Span rest{value.begin + 1, value.end - 1}; rest.size() > 0;) {
    const core::Span piece{rest.begin, rest.begin + std::min<std::uint64_t>(at(text, rest).find(", "), rest.size())};
    const std::size_t equals = at(text, piece).find(" = ");
    rest.begin = std::min(piece.end + 2, rest.end);
    if (equals == std::string_view::npos || equals == 0) return false;
    const core::Span said = trimmed(text, {piece.begin + equals + 2, piece.end});
    if (said.size() > 0) found.push_back({trimmed(text, {piece.begin, piece.begin + equals}), said});
  }
  out.insert(out.end(), found.begin(), found.end());
  return !found.empty();
}

// "<none>" and remarks in brackets say nothing; nor does where a program lies.
bool says_something(std::string_view written) { return written.size() <= kLongestText && written.find_first_of("<({[") == std::string_view::npos && written[0] != '/'; }

}  // namespace

std::optional<SettingsLines> run_head(const core::Document& document, std::size_t i, std::uint64_t end) {
  const std::string_view text = document.text;
  const auto first = commented_pair(text, line_at(document, i, end, kLongest));
  if (!first) return std::nullopt;
  if (ends_with(at(text, first->key), " progress") && ends_with(at(text, first->value).substr(0, at(text, first->value).find(',')), "% complete")) return SettingsLines{std::string(kRunHead), {}, i + 1};
  if (!ends_with(at(text, first->key), " version")) return std::nullopt;
  if (i > 0 && commented_pair(text, line_at(document, i - 1, end, kLongest))) return std::nullopt;  // seen from its first line
  SettingsLines out;
  out.kind = std::string(kRunHead);
  for (out.next = i; out.next < i + kMostLines; ++out.next) {
    const auto entry = commented_pair(text, line_at(document, out.next, end, kLongest));
    if (!entry) break;
    if (add_arguments(text, entry->value, out.values)) continue;
    const core::Span value = counted(text, *entry);
    if (says_something(at(text, value))) out.values.push_back({entry->key, value});
  }
  return out.next >= i + kFewestLines && !out.values.empty() ? std::optional(std::move(out)) : std::nullopt;
}

std::optional<SettingsLines> quoted_head(const core::Document& document, std::size_t i, std::uint64_t end) {
  const std::string_view text = document.text;
  const core::Span line = trimmed(text, line_at(document, i, end, kLongest));
  const std::string_view said = at(text, line);
  const std::size_t open = said.find(" '");
  const std::size_t close = open == std::string_view::npos ? open : said.find('\'', open + 2);
  if (close == std::string_view::npos || open < 3 || said.substr(0, 2) != "# ") return std::nullopt;
  const core::Span word{line.begin + 2, line.begin + open};
  if (!std::all_of(said.begin() + 2, said.begin() + static_cast<std::ptrdiff_t>(open), is_letter)) return std::nullopt;
  const core::Span value{line.begin + open + 2, line.begin + close};
  const core::Span rest = trimmed(text, {value.end + 1, line.end});
  const bool running = at(text, word) == "Running" && at(text, rest) == "benchmark:";
  const bool remark = rest.size() > 1 && text[rest.begin] == '(' && text[rest.end - 1] == ')';
  if (value.size() == 0 || !(running || remark)) return std::nullopt;
  return SettingsLines{running ? std::string(kRunHead) : "quoted head", {{word, value}}, i + 1, {running ? "benchmark" : std::string()}};
}

std::optional<SettingsLines> job_head(const core::Document& document, std::size_t i, std::uint64_t end) {
  const std::string_view text = document.text;
  const core::Span line = trimmed(text, line_at(document, i, end, kLongest));
  const std::string_view said = at(text, line);
  const std::size_t open = said.find(": (");
  const std::size_t close = open == std::string_view::npos ? open : said.find("): err=", open);
  if (close == std::string_view::npos || open == 0 || line.begin != document.lines[i] || said.substr(0, open).find_first_of("\t:") != std::string_view::npos) return std::nullopt;
  SettingsLines out{std::string(kJobHead), {{{line.begin, line.begin + open}, {line.begin, line.begin + open}}}, i + 1, {"job"}};
  for (core::Span rest{line.begin + open + 3, line.begin + close}; rest.size() > 0;) {
    const core::Span piece{rest.begin, rest.begin + std::min<std::uint64_t>(at(text, rest).find(", "), rest.size())};
    const std::size_t equals = at(text, piece).find('=');
    rest.begin = std::min(piece.end + 2, rest.end);
    if (equals == std::string_view::npos || equals == 0 || equals + 1 == piece.size()) return std::nullopt;
    // "groupid" numbers the jobs that were run at once.
    if (ends_with(at(text, {piece.begin, piece.begin + equals}), "id")) continue;
    out.values.push_back({{piece.begin, piece.begin + equals}, {piece.begin + equals + 1, piece.end}});
    out.names.emplace_back();
  }
  return out;
}

std::optional<JobPart> job_part(const core::Document& document, std::size_t i, std::uint64_t end) {
  const std::string_view text = document.text;
  const core::Span line = trimmed(text, line_at(document, i, end, kLongest));
  const std::size_t colon = at(text, line).substr(0, kLongestOperation + 1).find(':');
  if (colon == std::string_view::npos || colon == 0 || line.begin == document.lines[i] || at(text, line).substr(colon, kRates.size()) != kRates) return std::nullopt;
  const std::uint64_t deep = line.begin - document.lines[i];
  const core::Span name{line.begin, line.begin + colon};
  if (!std::all_of(text.begin() + static_cast<std::ptrdiff_t>(name.begin), text.begin() + static_cast<std::ptrdiff_t>(name.end), is_letter)) return std::nullopt;
  JobPart out{{std::string(kJobPart), {{name, name}}, i + 1, {"case"}}, i + 1};
  for (; out.end < i + kMostLines && out.end < document.lines.size(); ++out.end) {
    const core::Span below = trimmed(text, line_at(document, out.end, end, kLongest));
    if (below.size() == 0 || below.begin - document.lines[out.end] <= deep) break;
  }
  return out;
}

core::Span error_of_job(std::string_view text, core::Span line) {
  constexpr std::string_view kError = "): err=";
  const std::size_t mark = at(text, line).find(kError);
  if (mark == std::string_view::npos) return {};
  core::Span said{line.begin + mark + kError.size(), line.end};
  if (said.size() == 0 || !is_digit(text[said.begin]) || text[said.begin] == '0') return {};
  const std::size_t close = at(text, said).find("): ");
  said.end = close == std::string_view::npos ? said.end : said.begin + close;
  constexpr std::string_view kMessage = "error=";
  const std::size_t message = at(text, said).rfind(kMessage);
  return message == std::string_view::npos ? said : core::Span{said.begin + message + kMessage.size(), said.end};
}

bool ends_jobs(std::string_view line) {
  constexpr std::string_view kAll = "(all jobs):";
  return line.size() > kAll.size() && line.substr(line.size() - kAll.size()) == kAll;
}

bool ends_runs(std::string_view line) {
  line = text::trim(line.substr(std::min(line.find_first_not_of("# "), line.size())));
  return text::lower(line.substr(0, 12)) == "run complete" && (line.size() == 12 || line[12] == '.');
}

}  // namespace chimera::plaintext
