// chimera bench --kernels: whether they can be traced, and what those of a traced repetition did.
#pragma once

#include <optional>
#include <string>

#include "app/bench.h"
#include "app/bench_output.h"
#include "base/result.h"
#include "core/kernel_trace.h"
#include "measure/cupti.h"
#include "measure/session.h"

namespace chimera::app {

// A usage error where kernels are to be traced of an engine that works in another process.
[[nodiscard]] base::Result<void> check_kernels(const BenchCommand& command);
// CUPTI, where kernels are to be traced and it is there. Where it is not, a warning and `options` say why. It is looked for at the
// beginning, so that nobody waits an hour to read that it is missing, and attached at the end.
[[nodiscard]] std::optional<measure::Cupti> find_tracer(const BenchCommand& command, measure::SessionOptions& options);

// What tracing cost: the time of the traced repetition against the median of its trial's measured ones, 0.03 for 3 % longer.
// Absent where none was measured.
[[nodiscard]] std::optional<double> tracing_cost(const measure::TrialSession& session, const core::KernelRecord& record);

// A heading, a sentence of sums, the kernels that took longest, remarks.
[[nodiscard]] std::string kernel_table(const measure::TrialSession& session, const core::KernelRecord& record, TableStyle style);
// One object: "kernels" of schema/bench.schema.json.
[[nodiscard]] std::string kernel_json(const measure::TrialSession& session, const core::KernelRecord& record);

}  // namespace chimera::app
