// For tests: a sink that keeps what it hears.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engines/completion.h"

namespace chimera::engines {

class TestSink final : public Sink {
 public:
  void on_event(Event event) override { events.push_back(event); }
  void on_text(std::string_view text, Channel channel, std::optional<std::uint32_t> count) override {
    (channel == Channel::content ? chunks : reasoning).emplace_back(text);
    tokens.push_back(count);
    if (heard) heard();
  }

  std::vector<Event> events;
  std::vector<std::string> chunks;
  std::vector<std::string> reasoning;
  std::vector<std::optional<std::uint32_t>> tokens;
  std::function<void()> heard;  // called after each text
};

}  // namespace chimera::engines
