// Time as an argument: code that needs a clock is given one, so tests and replays decide what time it is.
#pragma once

#include <cstdint>
#include <string>

namespace chimera::base {

using Nanoseconds = std::int64_t;

class Clock {
 public:
  virtual ~Clock() = default;
  // Nanoseconds since the Unix epoch (UTC). May step; never subtract two of these to get a duration.
  [[nodiscard]] virtual Nanoseconds wall() const = 0;
  // Nanoseconds of a clock that never steps back. Only differences mean something.
  [[nodiscard]] virtual Nanoseconds steady() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Nanoseconds wall() const override;
  [[nodiscard]] Nanoseconds steady() const override;
};

// Stands still until told otherwise.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(Nanoseconds wall_start = 0) : wall_(wall_start) {}
  [[nodiscard]] Nanoseconds wall() const override { return wall_; }
  [[nodiscard]] Nanoseconds steady() const override { return steady_; }
  void advance(Nanoseconds by) { wall_ += by, steady_ += by; }

 private:
  Nanoseconds wall_ = 0;
  Nanoseconds steady_ = 0;
};

// "2025-11-14 18:53:30 UTC" (seconds, rounded down) and "2025-11-14".
[[nodiscard]] std::string format_utc(Nanoseconds wall);
[[nodiscard]] std::string format_date(Nanoseconds wall);

}  // namespace chimera::base
