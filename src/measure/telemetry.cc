#include "measure/telemetry.h"

#include <chrono>
#include <csignal>

namespace chimera::measure {

Sampler::Sampler(std::vector<std::unique_ptr<Sensor>> sensors, const SamplerOptions& options, const base::Clock& clock)
    : sensors_(std::move(sensors)), options_(options), clock_(clock), log_(options.longest), since_(clock.steady()) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);  // inherited by the thread: signals are somebody else's business
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Sampler::~Sampler() = default;

void Sampler::run(const std::stop_token& stop) {
  const base::Nanoseconds start = clock_.steady();
  base::Nanoseconds due = start;
  for (unsigned long number = 0; !stop.stop_requested(); ++number) {
    std::unique_lock lock(mutex_);
    const base::Nanoseconds now = clock_.steady();
    lag_.add(now - due);
    tick(number);
    const base::Nanoseconds interval = options_.interval << log_.thinned();
    due += interval;
    if (due <= clock_.steady()) due = clock_.steady() + interval;  // ticks that were missed are not made up for
    wake_.wait_for(lock, stop, std::chrono::nanoseconds(due - clock_.steady()), [] { return false; });
  }
}

void Sampler::tick(unsigned long number) {
  for (const std::unique_ptr<Sensor>& sensor : sensors_)
    if (number % sensor->every() == 0) sensor->sample(clock_.steady(), log_);
}

core::Telemetry Sampler::take() {
  const std::lock_guard lock(mutex_);
  core::Telemetry taken = log_.take();
  taken.started = std::exchange(since_, clock_.steady());
  taken.ended = since_;
  taken.interval = options_.interval << log_.thinned();
  taken.lag = std::exchange(lag_, {});
  return taken;
}

core::Telemetry Sampler::stop() {
  if (thread_.joinable()) {
    thread_.request_stop();
    thread_.join();
    const std::lock_guard lock(mutex_);
    tick(0);
  }
  return take();
}

std::unique_ptr<Sampler> start_sampler(const Watched& watched, const SamplerOptions& options, const base::Clock& clock) {
  std::vector<std::unique_ptr<Sensor>> sensors = kernel_sensors(watched);
  sensors.push_back(rapl_sensor(watched));
  sensors.push_back(gpu_sensor(watched));
  return std::make_unique<Sampler>(std::move(sensors), options, clock);
}

}  // namespace chimera::measure
