#include "app/job_registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "base/log.h"

namespace chimera::app {
namespace {

namespace fs = std::filesystem;

fs::path registry() {
  if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state != '\0') return fs::path(state) / "chimera/jobs";
  const char* home = std::getenv("HOME");
  return home == nullptr || *home == '\0' ? fs::path() : fs::path(home) / ".local/state/chimera/jobs";
}

}  // namespace

void remember_job(const cluster::JobFolder& folder) {
  const fs::path place = registry();
  std::error_code error = std::make_error_code(std::errc::no_such_file_or_directory);
  if (!place.empty()) fs::create_directories(place, error);
  if (!error) fs::create_directory_symlink(folder.path(), place / folder.spec().name, error);
  if (error && error != std::errc::file_exists) base::log_warning(fmt::format("chimera jobs will not list this job ({}); name it by its folder: {}", error.message(), folder.path()));
}

std::vector<cluster::JobFolder> known_jobs() {
  std::vector<cluster::JobFolder> jobs;
  const fs::path place = registry();
  std::error_code error;
  if (place.empty() || !fs::is_directory(place, error)) return jobs;
  for (const fs::directory_entry& entry : fs::directory_iterator(place, error))
    if (auto job = cluster::JobFolder::open(entry.path().string())) jobs.push_back(std::move(*job));
  std::sort(jobs.begin(), jobs.end(), [](const auto& a, const auto& b) { return std::pair(a.spec().created, a.spec().name) < std::pair(b.spec().created, b.spec().name); });
  return jobs;
}

base::Result<cluster::JobFolder> find_job(const std::string& named) {
  if (cluster::JobFolder::exists(named)) return cluster::JobFolder::open(named);
  if (const std::string beside = cluster::job_folder_of(named); cluster::JobFolder::exists(beside)) return cluster::JobFolder::open(beside);
  std::vector<cluster::JobFolder> jobs = known_jobs();
  const auto begins = [&](const cluster::JobFolder& job) { return job.spec().name.rfind(named, 0) == 0 || job.spec().name.rfind("chimera-" + named, 0) == 0; };
  const auto first = std::find_if(jobs.begin(), jobs.end(), begins);
  if (first == jobs.end()) return base::fail(base::ErrorKind::input, fmt::format("no job called \"{}\"", named), "chimera jobs lists those that are known; a job can also be named by its folder");
  if (std::find_if(std::next(first), jobs.end(), begins) != jobs.end()) return base::fail(base::ErrorKind::input, fmt::format("several jobs begin with \"{}\"", named), "chimera jobs lists their names");
  return std::move(*first);
}

}  // namespace chimera::app
