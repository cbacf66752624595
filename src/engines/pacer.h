// Waiting as an argument: a replay waits as long as the recorded engine took, a test not at all.
#pragma once

#include <stop_token>

#include "base/clock.h"

namespace chimera::engines {

class Pacer {
 public:
  virtual ~Pacer() = default;
  [[nodiscard]] virtual base::Nanoseconds now() const = 0;  // steady
  // Until now() is `time` or later. False where `stop` asked to end before.
  [[nodiscard]] virtual bool wait_until(base::Nanoseconds time, const std::stop_token& stop) = 0;
};

// Sleeps, and spins through the last tenth of a millisecond, because a sleep ends late.
class RealPacer final : public Pacer {
 public:
  [[nodiscard]] base::Nanoseconds now() const override;
  [[nodiscard]] bool wait_until(base::Nanoseconds time, const std::stop_token& stop) override;
};

// Moves a clock on instead of waiting. Keeps a reference to it.
class FakePacer final : public Pacer {
 public:
  explicit FakePacer(base::FakeClock& clock) : clock_(clock) {}
  [[nodiscard]] base::Nanoseconds now() const override { return clock_.steady(); }
  [[nodiscard]] bool wait_until(base::Nanoseconds time, const std::stop_token& stop) override;

 private:
  base::FakeClock& clock_;
};

}  // namespace chimera::engines
