#include "sources/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "sources/capped.h"
#include "sources/json_tables.h"
#include "sources/json_tape.h"
#include "sources/log_records.h"
#include "sources/no_limit.h"

namespace chimera::sources {
namespace {

using core::DiagnosticCode;

constexpr std::size_t kProbedLines = 32;
constexpr std::size_t kProbedBytes = 512;  // that tell whether something is JSON
constexpr std::size_t kMaxPrefix = 200;     // bytes before a record on its line
constexpr std::size_t kBytesPerNode = 8;   // dense JSON; memory that is not touched costs nothing
constexpr std::size_t kNpos = std::string_view::npos;

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
bool is_blank(std::string_view text) { return std::all_of(text.begin(), text.end(), is_space); }

std::size_t line_end(std::string_view text, std::size_t at) { return std::min(text.find('\n', at), text.size()); }

// "[1, 2]" and "[true" are arrays; "[INFO] x", "[12:30:05]" and "[1] x" are not.
bool looks_like_array_of_scalars(std::string_view text) {
  JsonParser parser(text, nullptr);
  JsonTape tape;
  const JsonState state = parser.parse(0, text.size(), tape);
  if (state != JsonState::complete) return state == JsonState::truncated;
  return is_blank(text.substr(parser.end(), line_end(text, parser.end()) - parser.end()));
}

bool has_digit(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Where the value begins that a script gives to a page, `window.DATA = {`; kNpos where there is none at `from`.
std::size_t find_assigned(std::string_view text, std::size_t from) {
  constexpr std::string_view kPage = "window.";
  if (text.substr(from, kPage.size()) != kPage) return kNpos;
  std::size_t at = from;
  while (at < text.size() && (text[at] == '_' || text[at] == '.' || std::isalnum(static_cast<unsigned char>(text[at])) != 0)) ++at;
  while (at < text.size() && text[at] == ' ') ++at;
  if (at >= text.size() || text[at++] != '=') return kNpos;
  while (at < text.size() && is_space(text[at])) ++at;
  return looks_like_json(text.substr(at)) ? at : kNpos;
}

std::uint64_t line_of(const core::Document& document, std::uint64_t offset) {
  const auto& lines = document.lines;
  return static_cast<std::uint64_t>(std::upper_bound(lines.begin(), lines.end(), offset) - lines.begin());
}

void tell_of_foreign(const core::Document& document, std::size_t begin, std::size_t end, CappedDiagnostics& capped) {
  while (end > begin && is_space(document.text[end - 1])) --end;
  if (begin >= end || !capped.admits(DiagnosticCode::json_foreign_text)) return;
  const std::uint64_t first = line_of(document, begin);
  const std::uint64_t last = line_of(document, end - 1);
  capped.add(DiagnosticCode::json_foreign_text, first, {},
             first == last ? fmt::format("{} bytes are not JSON", end - begin)
                           : fmt::format("{} bytes up to line {} are not JSON", end - begin, last));
}

// What becomes of what is no JSON: whole lines of it are kept for another reader, or all is told of.
enum class Foreign { reported, kept };

// Reads one document into its tables; what it holds between calls is where it stands.
class Reader {
 public:
  Reader(core::Document& document, core::Diagnostics& diagnostics, Foreign foreign)
      : document_(document),
        text_(document.text),
        foreign_(foreign),
        capped_(document.artifact.path, diagnostics),
        parser_(text_, &capped_),
        tables_(document, capped_) {}

  void read() {
    if (document_.artifact.format == core::Format::jsonl) read_lines();
    else read_values();
    tables_.finish();
  }
  std::vector<core::Span> take_lines() { return std::move(lines_); }

 private:
  void read_lines();
  void read_values();
  bool read_line(std::size_t begin, std::size_t end);
  std::size_t next_value(std::size_t from, JsonState state);
  void passed_over(std::size_t begin, std::size_t end);
  void lines_passed_over(std::size_t begin, std::size_t end);
  void report_faults();

  core::Document& document_;
  std::string_view text_;
  Foreign foreign_;
  std::vector<core::Span> lines_;  // that are kept
  CappedDiagnostics capped_;
  JsonParser parser_;
  JsonTables tables_;
  JsonTape tape_;
};

void Reader::read_lines() {
  std::size_t foreign = kNpos;  // begin of lines that are not JSON
  for (std::size_t begin = 0; begin < text_.size();) {
    const std::size_t end = line_end(text_, begin);
    if (is_blank(text_.substr(begin, end - begin)) || read_line(begin, end)) {
      lines_passed_over(foreign, begin);
      foreign = kNpos;
    } else if (foreign == kNpos) {
      foreign = begin;
    }
    begin = end + 1;
  }
  lines_passed_over(foreign, text_.size());
}

// Whether the line begins as a value does, is one, or ends in one behind a tool's prefix: then it is read.
bool Reader::read_line(std::size_t begin, std::size_t end) {
  while (begin < end && is_space(text_[begin])) ++begin;
  const std::string_view line = text_.substr(begin, end - begin);
  if (!looks_like_json(line) && (line[0] == '[' || !is_json_scalar(line))) {
    const std::size_t prefix = find_record(line);
    if (prefix == kNpos) return false;
    const std::string_view before = line.substr(0, prefix);
    if (foreign_ == Foreign::kept && is_mark(before)) document_.ignored.push_back({{begin, begin + prefix}, "prose"});
    else if (has_digit(before)) passed_over(begin, begin + prefix);
    begin += prefix;
  }
  while (true) {
    tape_.clear();
    const JsonState state = parser_.parse(begin, end, tape_);
    report_faults();
    if (!tape_.empty()) tables_.add_record(tape_, 0, state);
    if (state != JsonState::complete) return true;
    begin = parser_.skip_space(parser_.end(), end);
    if (begin < end && text_[begin] == ',') begin = parser_.skip_space(begin + 1, end);  // lines cut out of an array
    if (begin >= end) return true;
    if (text_[begin] != '{') break;  // several records may share a line
  }
  passed_over(begin, end);
  return true;
}

void Reader::read_values() {
  std::size_t at = parser_.skip_space(0, text_.size());
  if (const std::size_t assigned = find_assigned(text_, at); assigned != kNpos) {
    at = assigned;
  } else if (at < text_.size() && !looks_like_json(text_.substr(at))) {
    std::size_t found = find_json(text_, at);
    if (found == kNpos) found = text_.find('{', at);
    if (found != kNpos) {
      lines_passed_over(at, found);
      at = found;
    }
  }
  if (at >= text_.size()) return;
  tape_.reserve((text_.size() - at) / kBytesPerNode);
  JsonState state = parser_.parse(at, text_.size(), tape_);
  report_faults();
  std::size_t following = next_value(parser_.end(), state);
  if (following == kNpos) {
    if (!tape_.empty()) tables_.add_root(tape_, 0);
    return;
  }
  document_.artifact.format = core::Format::jsonl;
  while (true) {
    if (!tape_.empty()) tables_.add_record(tape_, 0, state);
    if (following == kNpos) return;
    tape_.clear();
    state = parser_.parse(following, text_.size(), tape_);
    report_faults();
    following = next_value(parser_.end(), state);
  }
}

// Where the next value begins behind one that ended (or broke off) at `from`; what stands between is passed over.
std::size_t Reader::next_value(std::size_t from, JsonState state) {
  const std::size_t at = parser_.skip_space(from, text_.size());
  if (at >= text_.size()) return kNpos;
  if (at > 0 && (text_[at] == '{' || text_[at] == '[') && looks_like_json(text_.substr(at))) return at;
  const std::size_t found = find_json(text_, at);
  const std::size_t end = found == kNpos ? text_.size() : found;
  // Behind a value that broke off its own rest stands.
  if (state == JsonState::complete) lines_passed_over(at, end);
  else passed_over(at, end);
  return found;
}

// What stands in a line with a value is none of another text.
void Reader::lines_passed_over(std::size_t begin, std::size_t end) {
  if (begin >= end) return;
  if (foreign_ == Foreign::reported) return passed_over(begin, end);
  std::size_t first = begin;
  while (first > 0 && text_[first - 1] != '\n' && is_space(text_[first - 1])) --first;
  if (first > 0 && text_[first - 1] != '\n') {
    first = std::min(line_end(text_, begin) + 1, end);
    passed_over(begin, first);
  }
  std::size_t last = end;
  while (last > first && last < text_.size() && text_[last - 1] != '\n') --last;
  if (first < last) lines_.push_back({first, last});
  passed_over(std::max(first, last), end);
}

void Reader::passed_over(std::size_t begin, std::size_t end) {
  if (begin < end) tell_of_foreign(document_, begin, end, capped_);
}

void Reader::report_faults() {
  for (JsonFault& fault : parser_.take_faults()) {
    if (fault.code == DiagnosticCode::json_nonfinite && (text_[fault.offset] | 0x20) == 'i' && may_have_no_limit(fault.pointer)) continue;
    const bool stopped = fault.code == DiagnosticCode::json_truncated;
    capped_.add(fault.code, line_of(document_, fault.offset), std::move(fault.pointer), std::move(fault.message),
                stopped ? "what stands before this place was read" : "");
  }
}

}  // namespace

void read_json(core::Document& document, core::Diagnostics& diagnostics) { Reader(document, diagnostics, Foreign::reported).read(); }

std::vector<core::Span> read_json_of_log(core::Document& document, core::Diagnostics& diagnostics) {
  Reader reader(document, diagnostics, Foreign::kept);
  reader.read();
  return reader.take_lines();
}

void report_foreign(const core::Document& document, const std::vector<core::Span>& lines, core::Diagnostics& diagnostics) {
  CappedDiagnostics capped(document.artifact.path, diagnostics);
  for (const core::Span& each : lines) tell_of_foreign(document, each.begin, each.end, capped);
}

std::size_t find_record(std::string_view line) {
  const std::size_t begin = line.find('{');
  if (begin > kMaxPrefix || !looks_like_json(line.substr(begin))) return kNpos;
  JsonParser parser(line, nullptr);
  JsonTape tape;
  const bool complete = parser.parse(begin, line.size(), tape) == JsonState::complete;
  return complete && is_blank(line.substr(parser.end())) ? begin : kNpos;
}

bool is_json_scalar(std::string_view text) {
  JsonParser parser(text, nullptr);
  JsonTape tape;
  return parser.parse(0, text.size(), tape) == JsonState::complete && tape[0].is_scalar() && is_blank(text.substr(parser.end()));
}

bool looks_like_json(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && is_space(text[at])) ++at;
  text = text.substr(0, at + kProbedBytes);
  const std::size_t begin = at;
  while (at < text.size() && (text[at] == '[' || is_space(text[at]))) ++at;
  if (at >= text.size()) return begin < text.size();
  if (text[at] == '{') {
    const std::size_t key = text.find_first_not_of(" \t\r\n", at + 1);
    const bool comment = key != kNpos && (text[key] == '#' || text.substr(key, 2) == "//" || text.substr(key, 2) == "/*");
    return key == kNpos || comment || text[key] == '"' || text[key] == '\'' || text[key] == '}';
  }
  return at > begin && looks_like_array_of_scalars(text.substr(begin));
}

bool looks_like_jsonl(std::string_view text) {
  std::size_t lines = 0;
  std::size_t values = 0;
  std::size_t prefixed = 0;
  for (std::size_t begin = 0; begin < text.size() && lines < kProbedLines;) {
    const std::size_t end = line_end(text, begin);
    std::string_view line = text.substr(begin, end - begin);
    begin = end + 1;
    while (!line.empty() && is_space(line.back())) line.remove_suffix(1);
    if (line.empty()) continue;
    if (++lines == 1 && text::trim(line) == "[") return false;  // an array whose elements stand in lines, with commas before or behind them
    const bool braces = line.front() == '{' && line.back() == '}';
    const bool brackets = line.front() == '[' && line.back() == ']';
    if (braces || brackets) values += looks_like_json(line) ? 1 : 0;
    else if (line.back() == '}' && line.front() > ' ' && find_record(line) != kNpos) ++prefixed;
  }
  if (values >= 2 && values * 2 >= lines) return true;
  return prefixed >= 2 && (values + prefixed) * 10 >= lines * 9;
}

std::size_t find_json(std::string_view text, std::size_t from) {
  if (const std::size_t assigned = find_assigned(text, from); assigned != kNpos) return assigned;
  for (std::size_t at = text.find('\n', from); at != kNpos && at + 1 < text.size(); at = text.find('\n', at + 1)) {
    const char c = text[at + 1];
    if ((c == '{' || c == '[') && looks_like_json(text.substr(at + 1, kProbedBytes))) return at + 1;
  }
  return kNpos;
}

}  // namespace chimera::sources
