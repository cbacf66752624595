#include "app/ncu.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>

namespace chimera::app {
namespace {

namespace fs = std::filesystem;

// Names of Nsight Compute's metrics (its documentation, "Metrics Reference"; `ncu --query-metrics` lists them).
constexpr std::array kMetrics = {
    "gpu__time_duration.sum",
    "sm__warps_active.avg.pct_of_peak_sustained_active",
    "sm__maximum_warps_per_active_cycle_pct",
    "launch__occupancy_limit_registers",
    "launch__occupancy_limit_shared_mem",
    "launch__occupancy_limit_warps",
    "launch__occupancy_limit_blocks",
    "launch__registers_per_thread",
    "smsp__thread_inst_executed_per_inst_executed.ratio",
    "smsp__warps_eligible.avg.per_cycle_active",
    "smsp__average_warp_latency_issue_stalled_long_scoreboard.ratio",
    "smsp__average_warp_latency_issue_stalled_barrier.ratio",
    "l1tex__data_bank_conflicts_pipe_lsu_mem_shared_op_ld.sum",
    "l1tex__data_bank_conflicts_pipe_lsu_mem_shared_op_st.sum",
    "dram__throughput.avg.pct_of_peak_sustained_elapsed",
    "sm__throughput.avg.pct_of_peak_sustained_elapsed",
};

bool can_run(const fs::path& file) { return ::access(file.c_str(), X_OK) == 0 && fs::is_regular_file(file); }

}  // namespace

// On PATH, else where its installers put it; of several versions the newest.
std::string find_ncu() {
  const char* set = std::getenv("PATH");
  std::string_view path = set == nullptr ? "" : set;
  while (!path.empty()) {
    const std::string_view folder = path.substr(0, path.find(':'));
    path.remove_prefix(std::min(path.size(), folder.size() + 1));
    if (const fs::path file = fs::path(folder.empty() ? "." : folder) / "ncu"; can_run(file)) return file.string();
  }
  if (can_run("/usr/local/cuda/bin/ncu")) return "/usr/local/cuda/bin/ncu";
  std::error_code error;
  std::vector<std::string> found;
  for (fs::directory_iterator entry("/opt/nvidia/nsight-compute", error), end; !error && entry != end; entry.increment(error))
    if (can_run(entry->path() / "ncu")) found.push_back((entry->path() / "ncu").string());
  return found.empty() ? std::string() : *std::max_element(found.begin(), found.end());
}

base::Result<std::vector<std::string>> under_ncu(const std::vector<std::string>& command, const std::string& csv) {
  const std::string ncu = find_ncu();
  if (ncu.empty())
    return base::fail(base::ErrorKind::input, "Nsight Compute (ncu) is not installed here", "it comes with the CUDA toolkit; where it is elsewhere, add its folder to PATH; without --ncu everything but its counters is taken down");
  std::vector<std::string> all = {ncu, "--target-processes", "all", "--csv", "--page", "raw", "--metrics", fmt::format("{}", fmt::join(kMetrics, ",")), "--log-file", csv};
  all.insert(all.end(), command.begin(), command.end());
  return all;
}

}  // namespace chimera::app
