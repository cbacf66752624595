#include "sources/json_tape.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

#include "base/ascii.h"

namespace chimera::sources {
namespace {

using core::DiagnosticCode;

constexpr std::uint64_t kOnes = 0x0101010101010101U;
constexpr std::uint64_t kHighs = 0x8080808080808080U;

// The high bit of every byte of `word` that is zero; bytes above the first hit may be marked wrongly.
constexpr std::uint64_t zero_bytes(std::uint64_t word) { return (word - kOnes) & ~word & kHighs; }

std::uint64_t load(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
}
using base::is_digit;

// Offset of the first `quote` or backslash at or after `at`, or `limit`.
std::uint64_t find_quote(std::string_view text, std::uint64_t at, std::uint64_t limit, char quote) {
  const std::uint64_t quotes = kOnes * static_cast<unsigned char>(quote);
  const std::uint64_t backslashes = kOnes * static_cast<unsigned char>('\\');
  if constexpr (std::endian::native == std::endian::little) {
    for (; at + 8 <= limit; at += 8) {
      const std::uint64_t word = load(text.data() + at);
      const std::uint64_t hits = zero_bytes(word ^ quotes) | zero_bytes(word ^ backslashes);
      if (hits != 0) return at + static_cast<unsigned>(std::countr_zero(hits)) / 8;
    }
  }
  while (at < limit && text[at] != quote && text[at] != '\\') ++at;
  return at;
}

struct Word {
  std::string_view spelling;
  JsonKind kind;
  bool standard;
};
constexpr Word kWords[] = {
    {"true", JsonKind::boolean, true},        {"false", JsonKind::boolean, true},
    {"null", JsonKind::null, true},           {"NaN", JsonKind::nonfinite, false},
    {"nan", JsonKind::nonfinite, false},      {"NAN", JsonKind::nonfinite, false},
    {"Infinity", JsonKind::nonfinite, false}, {"-Infinity", JsonKind::nonfinite, false},
    {"inf", JsonKind::nonfinite, false},      {"-inf", JsonKind::nonfinite, false},
    {"Inf", JsonKind::nonfinite, false},      {"-Inf", JsonKind::nonfinite, false},
    {"-NaN", JsonKind::nonfinite, false},     {"-nan", JsonKind::nonfinite, false},
    {"True", JsonKind::boolean, false},       {"False", JsonKind::boolean, false},
    {"None", JsonKind::null, false},          {"undefined", JsonKind::null, false},
};

// Parallel to JsonParser::Quirk.
constexpr std::string_view kQuirks[] = {"comments", "strings in single quotes", "keys without quotes",
                                        "commas before a closing bracket", "True, False, None or undefined",
                                        "numbers with a plus sign, or without digits beside the point"};

std::string_view excerpt(std::string_view text, std::uint64_t at, std::uint64_t limit) {
  std::uint64_t end = at;
  while (end < limit && end - at < 20 && static_cast<unsigned char>(text[end]) >= ' ') ++end;
  while (end < limit && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
  return text.substr(at, end - at);
}

}  // namespace

JsonState JsonParser::parse(std::uint64_t begin, std::uint64_t limit, JsonTape& tape) {
  at_ = begin;
  limit_ = limit;
  frames_.clear();
  Step step = Step::go_on;
  while (step == Step::go_on) {
    step = value(tape);
    if (step == Step::done) step = after_value(tape);
  }
  if (step == Step::done) return JsonState::complete;
  const bool truncated = step == Step::truncated;
  if (truncated) {
    note(tape, DiagnosticCode::json_truncated, at_,
         fmt::format("the text ends with {} bracket{} open", frames_.size(), frames_.size() == 1 ? "" : "s"));
  }
  close_all(tape);
  return truncated ? JsonState::truncated : JsonState::broken;
}

// Step::done: a value is complete. Step::go_on: a container was opened and its first value comes next.
JsonParser::Step JsonParser::value(JsonTape& tape) {
  skip_space();
  if (at_end()) return Step::truncated;
  if (tape.size() > std::numeric_limits<std::uint32_t>::max() - 4) {
    note(tape, DiagnosticCode::file_too_large, at_, "more values than can be numbered");
    return Step::broken;
  }
  const char c = text_[at_];
  switch (c) {
    case '{': return open(tape, JsonKind::object);
    case '[': return open(tape, JsonKind::array);
    case '\'':
    case '"': return string(tape, JsonKind::text);
    default: break;
  }
  if (is_digit(c)) return number(tape);
  const char following = at_ + 1 < limit_ ? text_[at_ + 1] : '\0';
  if ((c == '-' || c == '+' || c == '.') && (is_digit(following) || following == '.')) return number(tape);
  if (is_word(c) || c == '-') return word(tape);
  return broken(tape, fmt::format("expected a value, found \"{}\"", excerpt(text_, at_, limit_)));
}

JsonParser::Step JsonParser::open(JsonTape& tape, JsonKind kind) {
  if (frames_.size() >= kMaxDepth) return pass_over_deep(tape);
  frames_.push_back({static_cast<std::uint32_t>(tape.size()), 0});
  tape.emplace_back(kind, at_, 0);
  ++at_;
  skip_space();
  if (at_end()) return Step::truncated;
  if (text_[at_] == (kind == JsonKind::object ? '}' : ']')) {
    close_top(tape, ++at_);
    return Step::done;
  }
  return kind == JsonKind::object ? key(tape) : Step::go_on;
}

// Step::go_on: another value comes next. Step::done: the outermost value is complete.
JsonParser::Step JsonParser::after_value(JsonTape& tape) {
  while (!frames_.empty()) {
    ++frames_.back().count;
    skip_space();
    if (at_end()) return Step::truncated;
    const bool in_object = tape[frames_.back().node].kind() == JsonKind::object;
    const Step step = separator(tape, in_object ? '}' : ']');
    if (step == Step::go_on && in_object) return key(tape);
    if (step != Step::done) return step;
    close_top(tape, ++at_);
  }
  return Step::done;
}

// Step::go_on: behind a comma, a member comes next. Step::done: at the closing bracket.
JsonParser::Step JsonParser::separator(JsonTape& tape, char closing) {
  const char c = text_[at_];
  if (c == closing) return Step::done;
  if (c == ',') {
    ++at_;
    skip_space();
    if (at_end()) return Step::truncated;
    if (text_[at_] != closing) return Step::go_on;
    note(tape, Quirk::trailing_comma, at_);
    return Step::done;
  }
  if (c == '"' || (closing == ']' && (c == '{' || c == '['))) {
    note(tape, DiagnosticCode::json_syntax, at_, "expected a comma between two values");
    return Step::go_on;
  }
  return broken(tape, fmt::format("expected ',' or '{}', found \"{}\"", closing, excerpt(text_, at_, limit_)));
}

// Step::go_on: a key and its colon were read.
JsonParser::Step JsonParser::key(JsonTape& tape) {
  const std::uint64_t begin = at_;
  const char c = text_[at_];
  if (c == '"' || c == '\'') {
    const Step step = string(tape, JsonKind::key);
    if (step != Step::done) return step;
  } else if (is_word(c) && !is_digit(c)) {
    note(tape, Quirk::bare_key, at_);
    while (!at_end() && is_word(text_[at_])) ++at_;
    tape.emplace_back(JsonKind::key, begin, static_cast<std::uint32_t>(at_ - begin));
  } else {
    return broken(tape, fmt::format("expected a key, found \"{}\"", excerpt(text_, at_, limit_)));
  }
  skip_space();
  if (at_end()) return Step::truncated;
  if (text_[at_] != ':') {
    return broken(tape, fmt::format("expected ':', found \"{}\"", excerpt(text_, at_, limit_)));
  }
  ++at_;
  return Step::go_on;
}

JsonParser::Step JsonParser::string(JsonTape& tape, JsonKind kind) {
  const char quote = text_[at_];
  if (quote != '"') note(tape, Quirk::single_quotes, at_);
  const std::uint64_t begin = at_ + 1;
  bool escaped = false;
  std::uint64_t end = find_quote(text_, begin, limit_, quote);
  while (end < limit_ && text_[end] == '\\') {
    escaped = true;
    end = end + 2 <= limit_ ? find_quote(text_, end + 2, limit_, quote) : limit_;
  }
  if (end >= limit_) {
    at_ = limit_;
    return Step::truncated;
  }
  at_ = end + 1;
  if (end - begin > std::numeric_limits<std::uint32_t>::max()) {
    note(tape, DiagnosticCode::line_too_long, begin, "a string of more than 4 GiB");
    end = begin;
  }
  tape.emplace_back(kind, begin, static_cast<std::uint32_t>(end - begin), escaped);
  return Step::done;
}

JsonParser::Step JsonParser::number(JsonTape& tape) {
  const std::uint64_t begin = at_;
  const auto digits = [this] {
    const std::uint64_t first = at_;
    while (!at_end() && is_digit(text_[at_])) ++at_;
    return at_ - first;
  };
  const auto sign = [this] {
    if (!at_end() && (text_[at_] == '-' || text_[at_] == '+')) ++at_;
  };
  sign();
  bool standard = text_[begin] != '+' && digits() > 0;
  if (!standard) digits();
  if (!at_end() && text_[at_] == '.') {
    ++at_;
    standard = digits() > 0 && standard;
  }
  if (!at_end() && (text_[at_] | 0x20) == 'e') {
    ++at_;
    sign();
    if (digits() == 0 && !at_end()) standard = false, --at_;  // leaves a letter or a sign behind: broken below
  }
  if (at_end() && !frames_.empty()) return Step::truncated;  // more digits may have followed
  const bool is_time = at_ + 1 < limit_ && text_[at_] == ':' && is_digit(text_[at_ + 1]);  // "9:00:03" without quotes
  if (!at_end() && (is_time || is_word(text_[at_]) || text_[at_] == '.' || text_[at_] == '-' || text_[at_] == '+')) {
    at_ = begin;
    return broken(tape, fmt::format("expected a value, found \"{}\"", excerpt(text_, at_, limit_)));
  }
  if (!standard) note(tape, Quirk::number_spelling, begin);
  tape.emplace_back(JsonKind::number, begin, static_cast<std::uint32_t>(at_ - begin));
  return Step::done;
}

JsonParser::Step JsonParser::word(JsonTape& tape) {
  const std::uint64_t begin = at_;
  ++at_;  // a sign, or the first letter
  while (!at_end() && is_word(text_[at_])) ++at_;
  const std::string_view spelling = text_.substr(begin, at_ - begin);
  if (at_end() && !frames_.empty()) return Step::truncated;
  for (const Word& word : kWords) {
    if (word.spelling != spelling) continue;
    if (word.kind == JsonKind::nonfinite) {
      note(tape, DiagnosticCode::json_nonfinite, begin, fmt::format("{} stands where a number is expected", spelling));
    } else if (!word.standard) {
      note(tape, Quirk::foreign_word, begin);
    }
    tape.emplace_back(word.kind, begin, static_cast<std::uint32_t>(spelling.size()));
    return Step::done;
  }
  at_ = begin;
  return broken(tape, fmt::format("expected a value, found \"{}\"", excerpt(text_, at_, limit_)));
}

// A container below the depth limit: its brackets are counted, its content is not kept.
JsonParser::Step JsonParser::pass_over_deep(JsonTape& tape) {
  const std::uint64_t begin = at_;
  std::uint64_t depth = 0;
  while (!at_end()) {
    const char c = text_[at_];
    if (c == '"') {
      std::uint64_t end = find_quote(text_, at_ + 1, limit_, '"');
      while (end < limit_ && text_[end] == '\\') end = end + 2 <= limit_ ? find_quote(text_, end + 2, limit_, '"') : limit_;
      at_ = end;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      --depth;
    }
    if (!at_end()) ++at_;
    if (depth == 0) break;
  }
  note(tape, DiagnosticCode::json_too_deep, begin,
       fmt::format("more than {} brackets are open; {} bytes were passed over", kMaxDepth, at_ - begin));
  if (depth != 0) return Step::truncated;
  tape.emplace_back(JsonKind::null, begin, 0);
  return Step::done;
}

JsonParser::Step JsonParser::broken(const JsonTape& tape, std::string message) {
  note(tape, DiagnosticCode::json_syntax, at_, std::move(message));
  return Step::broken;
}

void JsonParser::close_top(JsonTape& tape, std::uint64_t end) {
  const Frame frame = frames_.back();
  frames_.pop_back();
  tape.emplace_back(JsonKind::end, end, 0);
  tape.back().close(0, frame.node);
  tape[frame.node].close(frame.count, static_cast<std::uint32_t>(tape.size()));
}

void JsonParser::close_all(JsonTape& tape) {
  while (!frames_.empty()) {
    if (tape.back().kind() == JsonKind::key) tape.pop_back();  // its value never came
    close_top(tape, at_);
    if (!frames_.empty()) ++frames_.back().count;
  }
}

void JsonParser::skip_space() {
  if (!at_end() && static_cast<unsigned char>(text_[at_]) > ' ' && text_[at_] != '/' && text_[at_] != '#') return;
  at_ = skip_space(at_, limit_);
}

std::uint64_t JsonParser::skip_space(std::uint64_t at, std::uint64_t limit) {
  while (true) {
    while (at < limit && is_space(text_[at])) ++at;
    if (at + 1 >= limit || (text_[at] != '/' && text_[at] != '#')) return at;
    const bool line_comment = text_[at] == '#' || text_[at + 1] == '/';
    if (!line_comment && text_[at + 1] != '*') return at;
    const std::size_t end = line_comment ? text_.find('\n', at) : text_.find("*/", at + 2);
    note({}, Quirk::comment, at);
    at = end == std::string_view::npos ? limit : std::min<std::uint64_t>(limit, end + (line_comment ? 1 : 2));
  }
}

void JsonParser::note(const JsonTape& tape, Quirk quirk, std::uint64_t offset) {
  const unsigned bit = 1U << static_cast<unsigned>(quirk);
  if (std::exchange(quirks_, quirks_ | bit) & bit) return;
  note(tape, DiagnosticCode::json_dialect, offset, std::string(kQuirks[static_cast<std::size_t>(quirk)]));
}

void JsonParser::note(const JsonTape& tape, DiagnosticCode code, std::uint64_t offset, std::string message) {
  if (cap_ == nullptr || !cap_->admits(code)) return;
  faults_.push_back({code, offset, pointer(tape), std::move(message)});
}

// The place reached, from the open containers: the last key of each object, the number of elements of each array.
std::string JsonParser::pointer(const JsonTape& tape) const {
  std::string path;
  for (std::size_t i = 0; i < frames_.size(); ++i) {
    const Frame& frame = frames_[i];
    if (tape.empty()) break;  // in a comment, whose place nobody needs so exactly
    if (tape[frame.node].kind() == JsonKind::array) {
      path += fmt::format("/{}", frame.count);
      continue;
    }
    std::size_t at = (i + 1 < frames_.size() ? frames_[i + 1].node : tape.size()) - 1;
    if (tape[at].kind() == JsonKind::end) at = tape[at].next();  // behind a member: back to where it was opened
    if (tape[at].kind() != JsonKind::key && at > frame.node) --at;
    if (tape[at].kind() != JsonKind::key) break;
    path += '/' + escape_pointer(unescape_json(text_.substr(tape[at].begin(), tape[at].size())));
  }
  return path;
}

namespace {

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | code >> 6);
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | code >> 18);
    out += static_cast<char>(0x80 | (code >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

constexpr std::uint32_t kReplacement = 0xFFFD;

// The four hexadecimal digits at the start of `text`; nothing where they are not there.
std::optional<std::uint32_t> hex4(std::string_view text) {
  if (text.size() < 4) return std::nullopt;
  std::uint32_t code = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + 4, code, 16);
  if (error != std::errc() || end != text.data() + 4) return std::nullopt;
  return code;
}

// Reads the "XXXX" of "\\uXXXX" (and a low surrogate behind a high one) at `at`, and moves `at` behind it.
std::uint32_t unicode_escape(std::string_view content, std::size_t& at) {
  const auto first = hex4(content.substr(at));
  if (!first) return kReplacement;
  at += 4;
  if (*first < 0xD800 || *first > 0xDFFF) return *first;
  if (*first >= 0xDC00 || content.substr(at, 2) != "\\u") return kReplacement;
  const auto second = hex4(content.substr(at + 2));
  if (!second || *second < 0xDC00 || *second > 0xDFFF) return kReplacement;
  at += 6;
  return 0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00);
}

}  // namespace

std::string unescape_json(std::string_view content) {
  std::string out;
  out.reserve(content.size());
  for (std::size_t at = 0; at < content.size();) {
    if (content[at] != '\\' || at + 1 == content.size()) {
      out += content[at++];
      continue;
    }
    const char c = content[at + 1];
    at += 2;
    switch (c) {
      case 'b': out += '\b'; break;
      case 'f': out += '\f'; break;
      case 'n': out += '\n'; break;
      case 'r': out += '\r'; break;
      case 't': out += '\t'; break;
      case 'u': append_utf8(out, unicode_escape(content, at)); break;
      case '"':
      case '\'':
      case '/':
      case '\\': out += c; break;
      default: append_utf8(out, kReplacement); out += c;
    }
  }
  return out;
}

std::string escape_pointer(std::string_view segment) {
  std::string out;
  out.reserve(segment.size());
  for (const char c : segment) {
    if (c == '~') out += "~0";
    else if (c == '/') out += "~1";
    else out += c;
  }
  return out;
}

}  // namespace chimera::sources
