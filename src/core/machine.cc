#include "core/machine.h"

#include <fmt/format.h>

#include <cmath>

#include "core/hash.h"

namespace chimera::core {
namespace {

constexpr double kGiB = 1024.0 * 1024.0 * 1024.0;

std::uint64_t whole_gib(std::optional<std::uint64_t> bytes) { return bytes ? static_cast<std::uint64_t>(std::llround(static_cast<double>(*bytes) / kGiB)) : 0; }

void set_if(RunConfig& config, std::string_view key, const std::string& value) {
  if (!value.empty()) config.set(key, value);
}

// "NVIDIA H100 x2, NVIDIA L4": equal cards counted, in the order they stand.
std::string gpu_names(const std::vector<Gpu>& gpus) {
  std::string text;
  for (std::size_t i = 0; i < gpus.size();) {
    std::size_t same = i;
    while (same < gpus.size() && gpus[same].name == gpus[i].name) ++same;
    if (!text.empty()) text += ", ";
    text += gpus[i].name;
    if (same - i > 1) text += fmt::format(" x{}", same - i);
    i = same;
  }
  return text;
}

}  // namespace

std::string fingerprint(const Machine& machine) {
  Hash hash;
  hash.text(machine.cpu).text(machine.arch).number(machine.sockets).number(machine.cores).number(machine.threads);
  hash.text(machine.governor).number(machine.boost ? 1U + static_cast<unsigned>(*machine.boost) : 0U).number(whole_gib(machine.memory_bytes));
  hash.number(machine.gpus.size());
  for (const Gpu& gpu : machine.gpus) hash.text(gpu.name).number(whole_gib(gpu.memory_bytes)).number(static_cast<std::uint64_t>(std::llround(gpu.power_limit_w.value_or(0))));
  const Limits& limits = machine.limits;
  hash.number(static_cast<std::uint64_t>(std::llround(limits.cpus.value_or(0) * 1000))).number(whole_gib(limits.memory_bytes)).number(limits.allowed_cpus.value_or(0));
  return fmt::format("{:016x}", hash.value());
}

RunConfig settings_of(const Machine& machine) {
  RunConfig config;
  set_if(config, "cpu", machine.cpu);
  if (machine.cores > 0) config.set("cores", std::to_string(machine.cores));
  set_if(config, "governor", machine.governor);
  set_if(config, "gpu", gpu_names(machine.gpus));
  set_if(config, "driver", machine.driver);
  set_if(config, "cuda_version", machine.cuda_version);
  set_if(config, "os", machine.os);
  return config;
}

std::string describe(const Machine& machine) {
  std::string text = machine.cpu.empty() ? "unknown processor" : machine.cpu;
  text += fmt::format(", {} cores / {} threads", machine.cores, machine.threads);
  if (machine.memory_bytes) text += fmt::format(", {:.1f} GiB", static_cast<double>(*machine.memory_bytes) / kGiB);
  text += ", " + (machine.gpus.empty() ? std::string("no GPU") : gpu_names(machine.gpus));
  if (!machine.os.empty()) text += ", " + machine.os;
  return text;
}

}  // namespace chimera::core
