#include "measure/kernel_trace.h"

#include <cxxabi.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "measure/occupancy.h"

namespace chimera::measure {
namespace {

bool opens(char c) { return c == '(' || c == '<' || c == '[' || c == '{'; }
bool closes(char c) { return c == ')' || c == '>' || c == ']' || c == '}'; }

// The parameters at the end, with their parentheses. Those of "operator()" and of "(anonymous namespace)" are not at the end.
std::string_view without_parameters(std::string_view name) {
  if (name.empty() || name.back() != ')') return name;
  int depth = 0;
  for (std::size_t i = name.size(); i-- > 0;) {
    if (closes(name[i])) ++depth;
    else if (opens(name[i]) && --depth == 0) return i == 0 ? name : name.substr(0, i);
  }
  return name;
}

// "void f<int>": a template's type of result stands in front of it.
std::string_view without_result(std::string_view name) {
  int depth = 0;
  for (std::size_t i = name.size(); i-- > 0;) {
    if (closes(name[i])) ++depth;
    else if (opens(name[i])) --depth;
    else if (name[i] == ' ' && depth == 0) return name.substr(i + 1);
  }
  return name;
}

// Nanoseconds in which at least one of the intervals ran.
std::uint64_t union_of(std::vector<std::pair<std::uint64_t, std::uint64_t>> intervals) {
  std::sort(intervals.begin(), intervals.end());
  std::uint64_t sum = 0;
  std::uint64_t reached = 0;
  for (const auto& [start, end] : intervals) {
    if (end <= reached) continue;
    sum += end - std::max(start, reached);
    reached = end;
  }
  return sum;
}

struct Gathered {
  std::vector<std::uint64_t> durations;
  std::map<core::LaunchShape, std::uint64_t> shapes;
};

std::optional<std::pair<unsigned, unsigned>> compute_capability(const std::vector<core::Gpu>& gpus) {
  if (gpus.empty() || !gpus.front().compute_major || !gpus.front().compute_minor) return std::nullopt;
  const auto of = [](const core::Gpu& gpu) { return std::pair(gpu.compute_major, gpu.compute_minor); };
  if (std::any_of(gpus.begin(), gpus.end(), [&](const core::Gpu& gpu) { return of(gpu) != of(gpus.front()); })) return std::nullopt;
  return std::pair(*gpus.front().compute_major, *gpus.front().compute_minor);
}

core::KernelUse use_of(const std::string& name, Gathered& gathered, const std::vector<core::Gpu>& gpus) {
  core::KernelUse use;
  use.name = name;
  use.launches = gathered.durations.size();
  for (const std::uint64_t duration : gathered.durations) use.total += static_cast<base::Nanoseconds>(duration);
  const auto middle = gathered.durations.begin() + static_cast<std::ptrdiff_t>(gathered.durations.size() / 2);
  std::nth_element(gathered.durations.begin(), middle, gathered.durations.end());
  use.median = static_cast<base::Nanoseconds>(*middle);
  if (gathered.durations.size() % 2 == 0) use.median = (use.median + static_cast<base::Nanoseconds>(*std::max_element(gathered.durations.begin(), middle))) / 2;
  use.shape = std::max_element(gathered.shapes.begin(), gathered.shapes.end(), [](const auto& a, const auto& b) { return a.second < b.second; })->first;
  use.shapes = gathered.shapes.size();
  const auto capability = compute_capability(gpus);
  const auto occupancy = capability ? theoretical_occupancy(capability->first, capability->second, use.shape) : std::nullopt;
  if (occupancy) {
    use.occupancy = occupancy->part;
    use.limit = occupancy->limit;
  }
  return use;
}

}  // namespace

std::string short_kernel_name(const std::string& mangled) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> demangled(abi::__cxa_demangle(mangled.c_str(), nullptr, nullptr, &status), std::free);
  if (status != 0 || demangled == nullptr) return mangled;
  return std::string(without_result(without_parameters(demangled.get())));
}

core::KernelTrace summarise_launches(const LaunchTrace& trace, const std::vector<core::Gpu>& gpus) {
  core::KernelTrace sum;
  sum.launches = trace.launches.size();
  sum.lost = trace.lost;
  std::vector<std::string> names;
  for (const std::string& name : trace.names) names.push_back(short_kernel_name(name));
  std::map<std::string, Gathered> kernels;
  std::map<std::uint32_t, std::vector<std::pair<std::uint64_t, std::uint64_t>>> intervals;  // of each device
  for (const KernelLaunch& launch : trace.launches) {
    if (launch.from_graph) ++sum.graph_launches;
    Gathered& gathered = kernels[names.at(launch.name)];
    gathered.durations.push_back(launch.end - launch.start);
    ++gathered.shapes[launch.shape];
    intervals[launch.device].emplace_back(launch.start, launch.end);
  }
  for (auto& [name, gathered] : kernels) {
    sum.kernels.push_back(use_of(name, gathered, gpus));
    sum.kernel_time += sum.kernels.back().total;
  }
  std::stable_sort(sum.kernels.begin(), sum.kernels.end(), [](const core::KernelUse& a, const core::KernelUse& b) { return a.total > b.total; });
  sum.devices = static_cast<std::uint32_t>(intervals.size());
  for (auto& [device, of_device] : intervals) sum.busy += static_cast<base::Nanoseconds>(union_of(std::move(of_device)));
  return sum;
}

}  // namespace chimera::measure
