// A JSON text as a flat list of nodes in document order, each with its exact span.
//
// The parser is iterative (nesting costs heap, never stack) and tolerant: what real tools write beside the JSON grammar
// (NaN, comments, trailing commas, Python's None) is read and reported, and a text that breaks off yields everything up to
// the fault. Numbers are not evaluated here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/diagnostic.h"
#include "sources/capped.h"

namespace chimera::sources {

enum class JsonKind : std::uint8_t { object, array, end, key, text, number, nonfinite, boolean, null };

// 16 bytes. Objects and arrays are followed by their content (keys before their values) and an `end` node.
class JsonNode {
 public:
  JsonNode(JsonKind kind, std::uint64_t begin, std::uint32_t size, bool escaped = false)
      : head_(begin | std::uint64_t{escaped} << 55 | static_cast<std::uint64_t>(kind) << 56), size_(size) {}
  [[nodiscard]] JsonKind kind() const { return static_cast<JsonKind>(head_ >> 56); }
  // Offset of the first byte: of a string's or key's content, of a bracket; of `end`: behind the closing bracket.
  [[nodiscard]] std::uint64_t begin() const { return head_ & ((std::uint64_t{1} << 55) - 1); }
  // Bytes of a scalar or key; members of an object, elements of an array.
  [[nodiscard]] std::uint32_t size() const { return size_; }
  [[nodiscard]] bool escaped() const { return (head_ >> 55 & 1) != 0; }
  // Of an object or array: index of the node behind its `end`; of an `end`: index of its object or array.
  [[nodiscard]] std::uint32_t next() const { return next_; }
  [[nodiscard]] bool is_scalar() const { return kind() > JsonKind::key; }
  void close(std::uint32_t count, std::uint32_t next) { size_ = count, next_ = next; }

 private:
  std::uint64_t head_;
  std::uint32_t size_;
  std::uint32_t next_ = 0;
};

using JsonTape = std::vector<JsonNode>;

struct JsonFault {
  core::DiagnosticCode code{};
  std::uint64_t offset = 0;
  std::string pointer;  // of the value reached, inside the value that parse() was asked for
  std::string message;
};

enum class JsonState { complete, truncated, broken };

class JsonParser {
 public:
  static constexpr std::size_t kMaxDepth = 1000;

  // Without a cap, faults are not kept.
  JsonParser(std::string_view text, CappedDiagnostics* cap) : text_(text), cap_(cap) {}

  // Appends the value that begins at `begin` (no white space before it) to `tape` and looks no further than `limit`.
  // end() is then the offset behind the value or of the fault; containers that are open there are closed on the tape.
  JsonState parse(std::uint64_t begin, std::uint64_t limit, JsonTape& tape);
  [[nodiscard]] std::uint64_t end() const { return at_; }
  // Offset of the next byte that is neither white space nor in a comment, or `limit`.
  [[nodiscard]] std::uint64_t skip_space(std::uint64_t begin, std::uint64_t limit);

  // What was wrong since the last call, in order of offset, as far as the cap admitted it.
  [[nodiscard]] std::vector<JsonFault> take_faults() { return std::exchange(faults_, {}); }

 private:
  struct Frame {
    std::uint32_t node;
    std::uint32_t count;
  };
  enum class Step { go_on, done, truncated, broken };
  // What JSON does not allow and other languages write: read as meant, and told once each.
  enum class Quirk : std::uint8_t { comment, single_quotes, bare_key, trailing_comma, foreign_word, number_spelling };

  Step value(JsonTape& tape);
  Step open(JsonTape& tape, JsonKind kind);
  Step after_value(JsonTape& tape);
  Step separator(JsonTape& tape, char closing);
  Step key(JsonTape& tape);
  Step string(JsonTape& tape, JsonKind kind);
  Step number(JsonTape& tape);
  Step word(JsonTape& tape);
  Step pass_over_deep(JsonTape& tape);
  Step broken(const JsonTape& tape, std::string message);
  void close_top(JsonTape& tape, std::uint64_t end);
  void close_all(JsonTape& tape);
  void skip_space();
  void note(const JsonTape& tape, Quirk quirk, std::uint64_t offset);
  void note(const JsonTape& tape, core::DiagnosticCode code, std::uint64_t offset, std::string message);
  [[nodiscard]] std::string pointer(const JsonTape& tape) const;
  [[nodiscard]] bool at_end() const { return at_ >= limit_; }

  std::string_view text_;
  std::uint64_t at_ = 0;
  std::uint64_t limit_ = 0;
  std::vector<Frame> frames_;
  std::vector<JsonFault> faults_;
  CappedDiagnostics* cap_;
  unsigned quirks_ = 0;  // a bit for each one told
};

// The content of a JSON string without its escapes; a lone surrogate or an unknown escape becomes U+FFFD.
[[nodiscard]] std::string unescape_json(std::string_view content);
// `segment` as part of a JSON pointer (RFC 6901): "~" is "~0", "/" is "~1".
[[nodiscard]] std::string escape_pointer(std::string_view segment);

}  // namespace chimera::sources
