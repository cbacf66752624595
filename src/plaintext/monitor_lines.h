// Lines in which tools that watch a machine or a network say the same of one thing after another: iperf3's intervals, gpustat's GPUs, tegrastats.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "plaintext/growing_table.h"

namespace chimera::plaintext {

struct MonitorLines {
  LocatedTable found;
  std::vector<core::Span> keys;  // names of what they say
  std::size_t next = 0;          // the line behind them
};

// The lines that begin there, each a row:
// "[ ID] Interval  Transfer  Bitrate" above "[  5]   0.00-1.00   sec  11.2 MBytes  88.7 Mbits/sec", whose sides are "sender" and "receiver";
// "[0] NVIDIA A100 | 55'C,  97 % | 40000 / 81920 MB | me(39388M)";
// "#Entity  GPUTL  POWER" and "ID  W" above "GPU 0  97  359.2", as dcgmi dmon has them;
// "RAM 3012/7620MB (lfb 4x2MB) CPU [12%@1510,off] GR3D_FREQ 45%@624 GPU@44C VDD_IN 5012mW/4890mW".
[[nodiscard]] std::optional<MonitorLines> monitor_lines(const core::Document& document, std::size_t i, std::uint64_t end);

}  // namespace chimera::plaintext
