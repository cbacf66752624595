#include "app/doctor_slurm.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include "base/version.h"
#include "cluster/health.h"
#include "cluster/supervisor.h"
#include "core/hash.h"

namespace chimera::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostProbes = 16;

// Takes the folder away with everything in it.
class ProbeFolder {
 public:
  explicit ProbeFolder(std::string path) : path_(std::move(path)) {}
  ProbeFolder(const ProbeFolder&) = delete;
  ProbeFolder& operator=(const ProbeFolder&) = delete;
  ~ProbeFolder() {
    std::error_code error;
    fs::remove_all(path_, error);
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

cluster::JobSpec probe_spec(const DoctorCommand& command, const std::vector<std::string>& nodes, const base::Clock& clock) {
  std::error_code error;
  cluster::JobSpec spec;
  spec.name = fmt::format("chimera-{:08x}", core::Hash().number(static_cast<std::uint64_t>(clock.wall())).number(static_cast<std::uint64_t>(::getpid())).value() >> 32U);
  spec.kind = "probe";
  spec.program = fmt::format("chimera {}", base::version());
  spec.executable = fs::read_symlink("/proc/self/exe", error).string();
  spec.folder = fs::current_path(error).string();
  spec.slurm = command.slurm;
  for (const std::string& node : nodes) spec.tasks.push_back({node});
  return spec;
}

std::vector<std::string> nodes_to_probe(const std::vector<cluster::Node>& nodes) {
  std::vector<std::string> names;
  for (const cluster::Node& node : nodes)
    if (node.usable() && names.size() < kMostProbes && std::find(names.begin(), names.end(), node.name) == names.end()) names.push_back(node.name);
  return names;
}

// One array of one task for each node, since only a job can be told its node.
base::Result<void> submit_probes(const cluster::JobFolder& folder, cluster::Slurm& slurm, const base::Clock& clock) {
  for (std::uint32_t task = 0; task < folder.spec().tasks.size(); ++task) {
    cluster::Submission submission = cluster::submission_of(folder, 0, {task});
    submission.options.nodes = 0;
    submission.options.extra.push_back("--nodelist=" + folder.spec().tasks[task].front());
    TRY(const std::uint64_t job, slurm.submit(submission));
    TRY_VOID(folder.note({job, 0, {task}, clock.wall()}));
  }
  return {};
}

void probe(const DoctorCommand& command, cluster::Slurm& slurm, cluster::SeenCluster& seen) {
  const base::SystemClock clock;
  const ProbeFolder place(fmt::format(".chimera-doctor.{}.job", ::getpid()));
  const auto folder = cluster::JobFolder::create(place.path(), probe_spec(command, nodes_to_probe(seen.nodes), clock));
  if (!folder) {
    seen.refused = folder.error();
    return;
  }
  seen.folder = fs::path(folder->path()).parent_path().string();
  for (const auto& task : folder->spec().tasks) seen.probes.push_back({task.front(), std::nullopt, "", clock.wall(), 0});
  if (const auto submitted = submit_probes(*folder, slurm, clock); !submitted) {
    seen.refused = submitted.error();
    for (cluster::ProbedNode& node : seen.probes) node.failure = "Slurm refused its probe, or one before it";
  }
  constexpr base::Nanoseconds kLate = 10'000'000'000;  // of a result behind its task's end
  constexpr std::chrono::milliseconds kPoll{300};       // each look asks Slurm's controller, which other people share
  cluster::Supervisor supervisor(*folder, slurm, seen.limits, clock, {kLate, kLate, 1});
  const base::Nanoseconds end = clock.steady() + static_cast<base::Nanoseconds>(command.seconds * 1e9);
  while (true) {
    const auto state = supervisor.look();
    if (!state) return;
    for (std::size_t i = 0; i < state->tasks.size(); ++i) {
      cluster::ProbedNode& node = seen.probes[i];
      if (!node.result && state->tasks[i].result) node.result = state->tasks[i].result, node.seen = clock.wall();
      if (state->tasks[i].phase == cluster::TaskPhase::failed) node.failure = state->tasks[i].reason;
    }
    const cluster::Tally tally = state->tally();
    const bool waits_for_nothing = tally.over() || tally.open == tally.all();
    if (waits_for_nothing || (clock.steady() > end && tally.unseen == 0)) break;
    std::this_thread::sleep_for(kPoll);
  }
  if (const auto cancelled = supervisor.cancel(supervisor.state()); !cancelled) seen.refused = cancelled.error();
}

}  // namespace

std::vector<measure::Check> examine_slurm(const DoctorCommand& command) {
  cluster::SystemRunner runner;
  cluster::Slurm slurm(runner);
  cluster::SeenCluster seen;
  seen.program = fmt::format("chimera {}", base::version());
  seen.partition = command.slurm.partition;
  const auto limits = slurm.limits();
  const auto nodes = limits ? slurm.nodes() : base::Result<std::vector<cluster::Node>>(tl::make_unexpected(limits.error()));
  if (!nodes) {
    seen.unusable = nodes.error();
    return cluster::examine(seen);
  }
  seen.limits = *limits;
  for (const cluster::Node& node : *nodes)
    if (seen.partition.empty() || node.partition == seen.partition || node.partition == seen.partition + "*") seen.nodes.push_back(node);
  cluster::Submission any;
  any.name = "chimera-doctor", any.indices = {0}, any.folder = "/", any.output = "/dev/null", any.options = command.slurm;
  if (const auto possible = cluster::check_extra(command.slurm.extra); !possible) seen.refused = possible.error();
  else if (const auto taken = slurm.test(any); !taken) seen.refused = taken.error();
  if (!seen.refused && !command.quick && !nodes_to_probe(seen.nodes).empty()) probe(command, slurm, seen);
  return cluster::examine(seen);
}

}  // namespace chimera::app
