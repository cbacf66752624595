#include "app/tune_memory.h"

#include <fmt/format.h>

#include "app/bench_engine.h"
#include "base/files.h"
#include "engines/memory_need.h"
#include "engines/models.h"

namespace chimera::app {
namespace {

constexpr double kGiB = 1U << 30U;

// What there is, and who says so.
struct Room {
  double bytes = 0;
  std::string said;
};

std::vector<Room> rooms_of(const std::vector<Limit>& limits, const core::Machine& machine) {
  std::vector<Room> rooms;
  double all = 0;
  for (const core::Gpu& gpu : machine.gpus) all += static_cast<double>(gpu.memory_bytes.value_or(0));
  if (all > 0) rooms.push_back({all, fmt::format("the {:.2f} GiB that there are", all / kGiB)});
  for (const Limit& limit : limits)
    if (limit.below && limit.metric.metric->key == "gpu_memory_bytes") rooms.push_back({limit.bound, limit.text + " allows"});
  return rooms;
}

}  // namespace

std::vector<std::string> too_large(const LiveSpace& live, const BenchCommand& command, const std::vector<Limit>& limits, const core::Machine& machine) {
  std::vector<std::string> reasons(live.space.size());
  const std::string kind = engine_kind(command);
  if (machine.gpus.empty() || (kind != "embedded" && command.serve_command.empty())) return reasons;
  const auto path = engines::find_model(command.model);
  const auto model = path ? engines::read_gguf(base::RealFileSystem(), *path) : base::Result<engines::Gguf>(tl::make_unexpected(path.error()));
  if (!model) return reasons;
  const std::vector<Room> rooms = rooms_of(limits, machine);
  for (tune::ConfigId config = 0; config < live.space.size(); ++config) {
    const auto settings = engines::memory_settings(live.plans[config].config);
    if (!settings || (kind != "embedded" && !settings->num_gpu)) continue;
    const auto need = engines::gpu_memory_need(*model, *settings);
    if (!need) continue;
    for (const Room& room : rooms)
      if (static_cast<double>(need->total()) > room.bytes)
        reasons[config] = fmt::format("not tried: it needs {:.2f} GiB of GPU memory at least (weights {:.2f}, cache {:.2f}, computing {:.2f}), more than {}", static_cast<double>(need->total()) / kGiB,
                                      static_cast<double>(need->weights) / kGiB, static_cast<double>(need->cache) / kGiB, static_cast<double>(need->compute) / kGiB, room.said);
  }
  return reasons;
}

}  // namespace chimera::app
