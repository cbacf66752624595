#include "base/clock.h"

#include <ctime>

namespace chimera::base {
namespace {

constexpr Nanoseconds kSecond = 1'000'000'000;

Nanoseconds read_clock(clockid_t id) {
  timespec ts{};
  clock_gettime(id, &ts);
  return static_cast<Nanoseconds>(ts.tv_sec) * kSecond + ts.tv_nsec;
}

std::string format(Nanoseconds wall, const char* pattern) {
  // Rounded towards the past, so that times before 1970 keep their second too.
  const auto seconds = static_cast<std::time_t>(wall >= 0 ? wall / kSecond : -((-wall + kSecond - 1) / kSecond));
  std::tm tm{};
  gmtime_r(&seconds, &tm);
  char buffer[64];
  const std::size_t size = std::strftime(buffer, sizeof buffer, pattern, &tm);
  return {buffer, size};
}

}  // namespace

Nanoseconds SystemClock::wall() const { return read_clock(CLOCK_REALTIME); }
Nanoseconds SystemClock::steady() const { return read_clock(CLOCK_MONOTONIC); }

std::string format_utc(Nanoseconds wall) { return format(wall, "%Y-%m-%d %H:%M:%S UTC"); }
std::string format_date(Nanoseconds wall) { return format(wall, "%Y-%m-%d"); }

}  // namespace chimera::base
