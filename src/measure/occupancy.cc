#include "measure/occupancy.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <utility>

namespace chimera::measure {
namespace {

constexpr std::uint64_t kWarp = 32;
constexpr std::uint64_t kThreadsOfBlock = 1024;
constexpr std::uint64_t kRegisters = 65536;  // of a multiprocessor, and the most of a block
constexpr std::uint64_t kRegistersOfThread = 256;
constexpr std::uint64_t kRegisterUnit = 256;
constexpr std::uint64_t kPartitions = 4;  // of a multiprocessor, each with its share of the registers

struct Limits {
  unsigned major;
  unsigned minor;
  std::uint64_t warps;
  std::uint64_t blocks;
  std::uint64_t shared_kib;
};
constexpr std::array kLimits = {
    Limits{7, 5, 32, 16, 64},   Limits{8, 0, 64, 32, 164},  Limits{8, 6, 48, 16, 100},  Limits{8, 7, 48, 16, 164},  Limits{8, 9, 48, 24, 100},  Limits{9, 0, 64, 32, 228},
    Limits{10, 0, 64, 32, 228}, Limits{10, 3, 64, 32, 228}, Limits{11, 0, 48, 24, 228}, Limits{12, 0, 48, 24, 100}, Limits{12, 1, 48, 24, 100},
};

std::uint64_t rounded_up(std::uint64_t value, std::uint64_t unit) { return (value + unit - 1) / unit * unit; }

// Blocks whose registers fit. The hardware checks a block as if its warps were spread over all partitions.
std::uint64_t by_registers(std::uint64_t registers, std::uint64_t warps) {
  if (registers == 0) return std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t of_warp = rounded_up(registers * kWarp, kRegisterUnit);
  if (registers > kRegistersOfThread || of_warp * rounded_up(warps, kPartitions) > kRegisters) return 0;
  return kRegisters / kPartitions / of_warp * kPartitions / warps;
}

}  // namespace

std::optional<Occupancy> theoretical_occupancy(unsigned compute_major, unsigned compute_minor, const core::LaunchShape& shape) {
  const auto limits = std::find_if(kLimits.begin(), kLimits.end(), [&](const Limits& one) { return one.major == compute_major && one.minor == compute_minor; });
  const std::uint64_t threads = std::uint64_t{shape.block[0]} * shape.block[1] * shape.block[2];
  if (limits == kLimits.end() || threads == 0) return std::nullopt;
  const std::uint64_t warps = rounded_up(threads, kWarp) / kWarp;
  const bool ampere = compute_major >= 8;
  const std::uint64_t shared = rounded_up(shape.static_shared + shape.dynamic_shared + (ampere ? 1024 : 0), ampere ? 128 : 256);
  const std::array<std::pair<std::uint64_t, const char*>, 4> bounds = {{
      {threads > kThreadsOfBlock ? 0 : limits->warps / warps, "warps"},
      {limits->blocks, "blocks"},
      {by_registers(shape.registers, warps), "registers"},
      {shared == 0 ? std::numeric_limits<std::uint64_t>::max() : limits->shared_kib * 1024 / shared, "shared memory"},
  }};
  const auto least = std::min_element(bounds.begin(), bounds.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return Occupancy{static_cast<double>(least->first * warps) / static_cast<double>(limits->warps), static_cast<unsigned>(least->first), least->second};
}

}  // namespace chimera::measure
