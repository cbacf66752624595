#include "sources/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "sources/capped.h"
#include "sources/json_tables.h"
#include "sources/json_tape.h"

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

// Where in the line an object begins that ends with it ("INFO {...}"), or npos.
std::size_t find_record(std::string_view line) {
  const std::size_t begin = line.find('{');
  if (begin > kMaxPrefix || !looks_like_json(line.substr(begin))) return kNpos;
  JsonParser parser(line, nullptr);
  JsonTape tape;
  const bool complete = parser.parse(begin, line.size(), tape) == JsonState::complete;
  return complete && is_blank(line.substr(parser.end())) ? begin : kNpos;
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

// Reads one document into its tables; what it holds between calls is where it stands.
class Reader {
 public:
  Reader(core::Document& document, core::Diagnostics& diagnostics)
      : document_(document),
        text_(document.text),
        capped_(document.artifact.path, diagnostics),
        parser_(text_, &capped_),
        tables_(document, capped_) {}

  void read() {
    if (document_.artifact.format == core::Format::jsonl) read_lines();
    else read_values();
    tables_.finish();
  }

 private:
  void read_lines();
  void read_values();
  bool read_line(std::size_t begin, std::size_t end);
  std::size_t next_value(std::size_t from);
  void passed_over(std::size_t begin, std::size_t end);
  void report_faults();
  [[nodiscard]] std::uint64_t line_of(std::uint64_t offset) const;

  core::Document& document_;
  std::string_view text_;
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
      passed_over(foreign, begin);
      foreign = kNpos;
    } else if (foreign == kNpos) {
      foreign = begin;
    }
    begin = end + 1;
  }
  passed_over(foreign, text_.size());
}

// Whether the line begins as a value does, is one, or ends in one behind a tool's prefix: then it is read.
bool Reader::read_line(std::size_t begin, std::size_t end) {
  while (begin < end && is_space(text_[begin])) ++begin;
  const std::string_view line = text_.substr(begin, end - begin);
  if (!looks_like_json(line) && (line[0] == '[' || !is_json_scalar(line))) {
    const std::size_t prefix = find_record(line);
    if (prefix == kNpos) return false;
    if (has_digit(line.substr(0, prefix))) passed_over(begin, begin + prefix);
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
      passed_over(at, found);
      at = found;
    }
  }
  if (at >= text_.size()) return;
  tape_.reserve((text_.size() - at) / kBytesPerNode);
  JsonState state = parser_.parse(at, text_.size(), tape_);
  report_faults();
  std::size_t following = next_value(parser_.end());
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
    following = next_value(parser_.end());
  }
}

// Where the next value begins behind one that ended (or broke off) at `from`; what stands between is passed over.
std::size_t Reader::next_value(std::size_t from) {
  const std::size_t at = parser_.skip_space(from, text_.size());
  if (at >= text_.size()) return kNpos;
  if (at > 0 && (text_[at] == '{' || text_[at] == '[') && looks_like_json(text_.substr(at))) return at;
  const std::size_t found = find_json(text_, at);
  passed_over(at, found == kNpos ? text_.size() : found);
  return found;
}

void Reader::passed_over(std::size_t begin, std::size_t end) {
  if (begin >= end) return;
  while (end > begin && is_space(text_[end - 1])) --end;
  if (begin == end || !capped_.admits(DiagnosticCode::json_foreign_text)) return;
  const std::uint64_t first = line_of(begin);
  const std::uint64_t last = line_of(end - 1);
  capped_.add(DiagnosticCode::json_foreign_text, first, {},
              first == last ? fmt::format("{} bytes are not JSON", end - begin)
                            : fmt::format("{} bytes up to line {} are not JSON", end - begin, last));
}

void Reader::report_faults() {
  for (JsonFault& fault : parser_.take_faults()) {
    const bool stopped = fault.code == DiagnosticCode::json_truncated;
    capped_.add(fault.code, line_of(fault.offset), std::move(fault.pointer), std::move(fault.message),
                stopped ? "what stands before this place was read" : "");
  }
}

std::uint64_t Reader::line_of(std::uint64_t offset) const {
  const auto& lines = document_.lines;
  return static_cast<std::uint64_t>(std::upper_bound(lines.begin(), lines.end(), offset) - lines.begin());
}

}  // namespace

void read_json(core::Document& document, core::Diagnostics& diagnostics) { Reader(document, diagnostics).read(); }

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
    ++lines;
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
