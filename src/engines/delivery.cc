#include "engines/delivery.h"

#include <utility>

namespace chimera::engines {

void Delivery::text(std::string_view bytes, Channel channel, std::optional<std::uint32_t> tokens) {
  if (bytes.empty()) return;
  ++texts_;
  Lane& lane = lanes_[static_cast<std::size_t>(channel)];
  if (lane.held_tokens) tokens = tokens.value_or(0) + *std::exchange(lane.held_tokens, std::nullopt);
  const std::string whole = lane.gate.pass(bytes);
  if (whole.empty()) lane.held_tokens = tokens;
  else pass_on(whole, channel, tokens);
}

void Delivery::end() {
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    Lane& lane = lanes_[i];
    if (const std::string left = lane.gate.end(); !left.empty()) pass_on(left, static_cast<Channel>(i), std::exchange(lane.held_tokens, std::nullopt));
    if (lane.gate.replaced()) completion_.notes.emplace_back("the text held bytes that are no UTF-8; they were replaced by U+FFFD");
  }
}

void Delivery::pass_on(std::string_view text, Channel channel, std::optional<std::uint32_t> tokens) {
  sink_.on_text(text, channel, tokens);
  (channel == Channel::content ? completion_.text : completion_.reasoning) += text;
}

}  // namespace chimera::engines
