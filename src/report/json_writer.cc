#include "report/json_writer.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <iterator>

namespace chimera::report {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// The bytes of one character of UTF-8, or of as much of one as could still have become one (Unicode 15, table 3-7).
struct Sequence {
  std::size_t bytes = 1;
  bool complete = false;
};

Sequence sequence_at(std::string_view text, std::size_t i) {
  const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[k]); };
  const unsigned char lead = byte(i);
  const std::size_t length = lead < 0x80 ? 1 : lead >= 0xC2 && lead < 0xE0 ? 2 : lead >= 0xE0 && lead < 0xF0 ? 3 : lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
  if (length == 0) return {};
  Sequence sequence;
  for (; sequence.bytes < length && i + sequence.bytes < text.size(); ++sequence.bytes) {
    const unsigned char next = byte(i + sequence.bytes);
    const bool second = sequence.bytes == 1;
    // Overlong forms, surrogates and what lies beyond U+10FFFF are told by the second byte.
    const unsigned char low = second && lead == 0xE0 ? 0xA0 : second && lead == 0xF0 ? 0x90 : 0x80;
    const unsigned char high = second && lead == 0xED ? 0x9F : second && lead == 0xF4 ? 0x8F : 0xBF;
    if (next < low || next > high) return sequence;
  }
  sequence.complete = sequence.bytes == length;
  return sequence;
}

// What stands behind the backslash; '\0' for a character that needs none or the long form.
char short_escape(char c) {
  switch (c) {
    case '"': return '"';
    case '\\': return '\\';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    default: return '\0';
  }
}

bool is_plain(char c) { return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x80 && c != '"' && c != '\\'; }

}  // namespace

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  out_ += bracket;
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  out_ += bracket;
  first_ = false;
  return *this;
}

void JsonWriter::separate() {
  if (!first_) out_ += ',';
  first_ = false;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  quote(name);
  out_ += ':';
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) {
  separate();
  quote(value);
  return *this;
}

JsonWriter& JsonWriter::number(double value) {
  separate();
  if (!std::isfinite(value)) {
    out_ += "null";
    return *this;
  }
  constexpr double kLong = 1e15;  // from here on with an exponent
  constexpr std::size_t kLongest = 32;
  char digits[kLongest];
  const auto end = std::fabs(value) >= kLong ? std::to_chars(digits, digits + kLongest, value, std::chars_format::scientific).ptr
                                             : fmt::format_to(digits, "{}", value);
  const std::string_view written(digits, static_cast<std::size_t>(end - digits));
  out_ += written;
  if (written.find_first_of(".e") == std::string_view::npos) out_ += ".0";
  return *this;
}

JsonWriter& JsonWriter::integer(std::int64_t value) {
  separate();
  fmt::format_to(std::back_inserter(out_), "{}", value);
  return *this;
}

JsonWriter& JsonWriter::boolean(bool value) {
  separate();
  out_ += value ? "true" : "false";
  return *this;
}

JsonWriter& JsonWriter::null() {
  separate();
  out_ += "null";
  return *this;
}

void JsonWriter::quote(std::string_view value) {
  out_ += '"';
  std::size_t i = 0;
  while (i < value.size()) {
    std::size_t plain = i;
    while (plain < value.size() && is_plain(value[plain])) ++plain;
    out_ += value.substr(i, plain - i);
    i = plain;
    if (i == value.size()) break;
    const Sequence sequence = sequence_at(value, i);
    if (const char escape = short_escape(value[i]); escape != '\0') (out_ += '\\') += escape;
    else if (static_cast<unsigned char>(value[i]) < 0x20) fmt::format_to(std::back_inserter(out_), "\\u{:04x}", static_cast<unsigned>(value[i]));
    else out_ += sequence.complete ? value.substr(i, sequence.bytes) : kReplacement;
    i += sequence.bytes;
  }
  out_ += '"';
}

}  // namespace chimera::report
