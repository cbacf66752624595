// UTF-8 that may be cut or broken, as servers send it that put one token into each message.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace chimera::engines {

struct Character {
  enum class State { whole, begun, bad };  // begun: the text ends before the character does
  State state = State::whole;
  std::size_t size = 0;  // bytes of it that are there, at least 1
};

// The first character of a text that is not empty (Unicode 15, table 3-7).
[[nodiscard]] Character first_character(std::string_view text);
[[nodiscard]] bool is_utf8(std::string_view text);

// Bytes that are no UTF-8 become characters that nobody uses (U+10FF00 + byte), so that a strict JSON parser takes them;
// restore_bad_bytes() gives the bytes back.
[[nodiscard]] std::string escape_bad_bytes(std::string_view bytes);
[[nodiscard]] std::string restore_bad_bytes(std::string_view text);

// Replaces what is no UTF-8 by U+FFFD; holds back a character that has only begun.
class Utf8Gate {
 public:
  // The whole characters so far.
  [[nodiscard]] std::string pass(std::string_view bytes);
  // What is left at the end: a replacement character, or nothing.
  [[nodiscard]] std::string end();
  [[nodiscard]] bool replaced() const { return replaced_; }

 private:
  std::string held_;
  bool replaced_ = false;
};

}  // namespace chimera::engines
