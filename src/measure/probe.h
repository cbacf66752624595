// Stamps what a call tells, by the clock it is given. All it does while the call runs is take a time and append it to
// reserved memory; everything is computed afterwards (call_metrics.h).
//
// Keeps a reference to the clock. Threads: one probe for each call.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "engines/completion.h"

namespace chimera::measure {

struct TextStamp {
  base::Nanoseconds at = 0;  // steady
  std::uint32_t bytes = 0;
  std::optional<std::uint32_t> tokens;
  engines::Channel channel = engines::Channel::content;
};

// Steady times; absent: it did not happen, or the engine does not tell.
struct CallTimes {
  std::optional<base::Nanoseconds> first_sent;
  std::optional<base::Nanoseconds> sent;  // of the last attempt
  std::optional<base::Nanoseconds> loaded;
  std::optional<base::Nanoseconds> prefilled;
  std::vector<TextStamp> texts;
  std::optional<base::Nanoseconds> ended;
};

class Probe final : public engines::Sink {
 public:
  // `reserve`: how many texts are expected; more are stamped too, at the price of moving the earlier ones.
  explicit Probe(const base::Clock& clock, std::size_t reserve = 4096);

  void on_event(engines::Event event) override;
  void on_text(std::string_view text, engines::Channel channel, std::optional<std::uint32_t> tokens) override;
  // Once, when complete() has returned.
  void end();
  [[nodiscard]] const CallTimes& times() const { return times_; }

 private:
  const base::Clock* clock_;  // so that a probe can be assigned
  CallTimes times_;
};

}  // namespace chimera::measure
