#include "engines/pacer.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace chimera::engines {
namespace {

constexpr base::Nanoseconds kSpin = 100'000;

}  // namespace

base::Nanoseconds RealPacer::now() const { return base::SystemClock().steady(); }

bool RealPacer::wait_until(base::Nanoseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  for (base::Nanoseconds left = time - now(); left > kSpin && !stop.stop_requested(); left = time - now())
    wake.wait_for(lock, stop, std::chrono::nanoseconds(left - kSpin), [] { return false; });
  while (now() < time && !stop.stop_requested()) continue;
  return !stop.stop_requested();
}

bool FakePacer::wait_until(base::Nanoseconds time, const std::stop_token& stop) {
  if (stop.stop_requested()) return false;
  clock_.advance(std::max<base::Nanoseconds>(0, time - clock_.steady()));
  return true;
}

}  // namespace chimera::engines
