// A machine and telemetry as JSON texts and back, as they stand in a trial log (schema/trial.schema.json) and in outputs.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "core/machine.h"
#include "core/telemetry.h"

namespace chimera::measure {

[[nodiscard]] std::string machine_json(const core::Machine& machine);
// Input errors where a value is of another type; what is missing stays absent.
[[nodiscard]] base::Result<core::Machine> parse_machine(std::string_view json);

// Times are written from the start of the telemetry.
[[nodiscard]] std::string telemetry_json(const core::Telemetry& telemetry);
[[nodiscard]] base::Result<core::Telemetry> parse_telemetry(std::string_view json);

}  // namespace chimera::measure
