// Hands a model's text on to the sink and keeps it: whole UTF-8 characters only, whatever pieces it comes in.
// Keeps references to the sink and the completion.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "engines/completion.h"
#include "engines/utf8.h"

namespace chimera::engines {

// More text than any model's context holds: a server that never stops must not fill the memory.
inline constexpr std::size_t kMostText = std::size_t{64} << 20;

class Delivery {
 public:
  Delivery(Sink& sink, Completion& completion) : sink_(sink), completion_(completion) {}
  void event(Event event) { sink_.on_event(event); }
  void text(std::string_view bytes, Channel channel, std::optional<std::uint32_t> tokens);
  // After the last text: characters that never came to their end.
  void end();
  // How often text() was called with bytes: what counts as life where timeouts are concerned.
  [[nodiscard]] std::size_t texts() const { return texts_; }
  [[nodiscard]] bool too_much() const { return completion_.text.size() + completion_.reasoning.size() > kMostText; }
  [[nodiscard]] Completion& completion() { return completion_; }

 private:
  struct Lane {
    Utf8Gate gate;
    std::optional<std::uint32_t> held_tokens;  // of text that the gate holds back
  };
  void pass_on(std::string_view text, Channel channel, std::optional<std::uint32_t> tokens);

  Sink& sink_;
  Completion& completion_;
  std::array<Lane, 2> lanes_;
  std::size_t texts_ = 0;
};

}  // namespace chimera::engines
