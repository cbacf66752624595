// What torch.utils.benchmark prints of one measurement:
//   <torch.utils.benchmark.utils.common.Measurement object at 0x7f1b2c0d5e60>
//   my_op(x)
//   setup: x = torch.randn(8)
//     Median: 2.34 ms
//     IQR:    0.12 ms (2.30 to 2.42)
//     5 measurements, 100 runs per measurement, 1 thread
#pragma once

#include <cstddef>

#include "plaintext/line_view.h"
#include "plaintext/table_builder.h"

namespace chimera::plaintext {

// The line behind the measurement that begins in line `i`, "  1.23 ms" below its name or as above; `i` where none does.
[[nodiscard]] std::size_t read_measurement_object(const LineView& lines, std::size_t i, TableBuilder& out);

}  // namespace chimera::plaintext
