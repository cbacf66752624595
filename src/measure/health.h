// What speaks for and against measuring on this machine now: a list of findings with what to do about each. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/machine.h"
#include "core/telemetry.h"
#include "measure/aa.h"

namespace chimera::measure {

enum class Health {
  good,     // as it should be
  missing,  // cannot be measured here
  poor,     // makes results noisier or less comparable
  bad       // measure later, or elsewhere
};

struct Check {
  std::string subject;  // "governor"
  Health health = Health::good;
  std::string found;
  std::string advice;   // empty where there is nothing to do
};

// What was looked at while it was quiet, and while the A/A ran; what else is on the machine.
struct Examined {
  core::Machine machine;
  core::Telemetry telemetry;
  std::vector<AaResult> aa;
  std::string clock_source;            // of the kernel: tsc
  std::optional<double> sync_ms;       // median of making a line lasting where logs are written
  std::string embedded;                // llama.cpp's folder; empty: not there
  std::string ncu;                     // path of Nsight Compute; empty: not there
  std::optional<double> free_bytes;    // of memory
  std::string cupti;                   // version and path; empty: not there, or it does not trace
  std::string cupti_problem;           // why not; both are empty where nobody looked
  std::string cupti_advice;
};

// In the order in which people would look: machine, processor, others, noise, sensors, engines.
[[nodiscard]] std::vector<Check> examine(const Examined& examined);
[[nodiscard]] std::string_view to_string(Health health);

}  // namespace chimera::measure
