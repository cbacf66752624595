// Takes down what sensors say: series in reserved memory that stays bounded, events, and absences said once.
//
// Threads: one at a time; the Sampler guards it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/telemetry.h"

namespace chimera::measure {

class SeriesLog {
 public:
  enum class Keep { later, larger };  // of two samples, where a long series is thinned to half
  using Id = std::size_t;

  // At most `longest` samples a series; when one is full, all are thinned.
  explicit SeriesLog(std::size_t longest) : longest_(longest) {}

  // The series of that name and source; the same one when it is asked for again.
  Id series(std::string_view name, std::string_view unit, std::string_view source, Keep keep = Keep::later);
  void put(Id series, base::Nanoseconds at, double value);
  void event(base::Nanoseconds at, std::string_view source, std::string what);
  // Only the first reason of a source is kept.
  void absent(std::string_view source, std::string reason);

  // How often the series were thinned: each time doubles the interval that is worth sampling at.
  [[nodiscard]] unsigned thinned() const { return thinned_; }
  // Series that have samples, sorted, events and absences; starts anew, but goes on to name what is absent.
  [[nodiscard]] core::Telemetry take();

 private:
  void thin();

  struct Kept {
    core::Series series;
    Keep keep = Keep::later;
  };
  std::size_t longest_;
  unsigned thinned_ = 0;
  std::vector<Kept> kept_;
  std::vector<core::TelemetryEvent> events_;
  std::vector<core::AbsentSource> absent_;
};

}  // namespace chimera::measure
