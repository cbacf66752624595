#include "app/ingest_job.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "app/console.h"
#include "app/job_run.h"
#include "app/store_commands.h"
#include "base/log.h"
#include "base/version.h"
#include "ingest/blank_store.h"
#include "store/writer.h"

namespace chimera::app {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;

constexpr std::uint64_t kShardBytes = std::uint64_t{256} << 20;
constexpr std::size_t kMostShards = 1000;

// "1:runs/a.jsonl": the second root on the command line, and a path below it.
std::string item_of(const ingest::UnreadFile& file) { return fmt::format("{}:{}", file.root, file.path); }

std::optional<ingest::UnreadFile> parse_item(const std::string& item, std::size_t roots) {
  ingest::UnreadFile file;
  const auto [end, error] = std::from_chars(item.data(), item.data() + item.size(), file.root);
  if (error != std::errc() || file.root >= roots || end == item.data() + item.size() || *end != ':') return std::nullopt;
  file.path = std::string(end + 1, item.data() + item.size());
  return file;
}

// The real files, of which a walk sees those of one task alone: a thousand tasks that each walk the whole tree would be the shared
// file system's whole load.
class ListedFiles final : public base::FileSystem {
 public:
  ListedFiles(const std::vector<std::string>& roots, const std::vector<ingest::UnreadFile>& listed) {
    for (const ingest::UnreadFile& file : listed) listed_[roots[file.root]].push_back(file.path);
  }
  [[nodiscard]] base::Result<base::Listing> walk(const std::string& root) const override {
    base::Listing listing;
    const auto found = listed_.find(root);
    if (found == listed_.end()) return listing;
    for (const std::string& path : found->second) {
      auto info = files_.stat(files_.is_file(root) ? root : (fs::path(root) / path).string());
      if (!info) continue;  // gone since: whoever has all tasks looks at the folders again
      info->path = path;
      listing.files.push_back(std::move(*info));
    }
    std::sort(listing.files.begin(), listing.files.end(), [](const base::FileInfo& a, const base::FileInfo& b) { return a.path < b.path; });
    return listing;
  }
  [[nodiscard]] base::Result<base::FileInfo> stat(const std::string& path) const override { return files_.stat(path); }
  [[nodiscard]] base::Result<std::string> read(const std::string& path) const override { return files_.read(path); }
  [[nodiscard]] bool is_file(const std::string& path) const override { return files_.is_file(path); }
  [[nodiscard]] base::Result<std::unique_ptr<base::ByteReader>> open_reader(const std::string& path) const override { return files_.open_reader(path); }

 private:
  base::RealFileSystem files_;
  std::map<std::string, std::vector<std::string>> listed_;  // by root
};

// A folder of this process on the node's own disk, where a database is faster and safer than on a network file system.
class Scratch {
 public:
  explicit Scratch(const std::string& attempt) {
    std::error_code error;
    place_ = fs::temp_directory_path(error) / ("chimera-" + attempt);
    fs::create_directories(place_, error);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code error;
    fs::remove_all(place_, error);
  }
  [[nodiscard]] std::string store() const { return (place_ / "shard.duckdb").string(); }

 private:
  fs::path place_;
};

// Whole under its name, or not there.
base::Result<void> move_store(const std::string& from, const std::string& to) {
  std::error_code error;
  if (fs::exists(from + ".wal", error)) return base::fail(ErrorKind::input, fmt::format("the store {} could not be completed", from), "is the disk of this node full? TMPDIR names another place");
  const std::string draft = to + ".partial";
  fs::copy_file(from, draft, fs::copy_options::overwrite_existing, error);
  const int file = error ? -1 : ::open(draft.c_str(), O_RDONLY | O_CLOEXEC);
  if (file >= 0 && ::fsync(file) != 0) error = std::error_code(errno, std::system_category());
  if (file >= 0) ::close(file);
  if (!error) fs::rename(draft, to, error);
  if (!error) return {};
  std::error_code ignored;
  fs::remove(draft, ignored);
  return base::fail(ErrorKind::input, fmt::format("cannot write {}: {}", to, error.message()), "free some space there");
}

unsigned workers_of(const IngestCommand& command) {
  const char* text = std::getenv("SLURM_CPUS_ON_NODE");
  const std::string_view allotted = text == nullptr ? "" : text;
  unsigned workers = command.workers;
  if (workers == 0) std::from_chars(allotted.data(), allotted.data() + allotted.size(), workers);
  return workers;
}

// What the shards hold, in the store, and what an ingest would have said of them.
base::Result<ingest::StoreOutcome> merge_shards(const cluster::JobFolder& folder, const JobOutcome& outcome, const IngestCommand& command) {
  const base::SystemClock clock;
  ingest::StoreOutcome all;
  TRY(store::Writer writer, store::Writer::open(folder.spec().result, {store::Access::write, command.workers, "256MB", true}, clock, std::string(base::version()), ingest::blank_store()));
  for (const auto& [task, result] : outcome.results) {
    TRY(const store::Adopted adopted, writer.adopt(folder.path() + "/tasks/" + result.file));
    all.fresh += adopted.files - adopted.replaced;
    all.changed += adopted.replaced;
    for (const auto& [fate, numbers] : adopted.coverage) ingest::count_fate(all.account, fate, numbers);
  }
  return all;
}

// The folders looked at once more, by this process: what is gone, what no task saw, what changed meanwhile.
base::Result<ingest::StoreOutcome> look_again(const IngestCommand& command, const ingest::StoreOutcome& merged, const CommonOptions& common) {
  TRY(ingest::StoreOutcome rest, ingest_files(command, command.store, base::RealFileSystem(), common));
  rest.unchanged -= std::min(rest.unchanged, merged.fresh + merged.changed);
  rest.fresh += merged.fresh;
  rest.changed += merged.changed;
  rest.account.numbers += merged.account.numbers;
  rest.account.facts += merged.account.facts;
  rest.account.unread += merged.account.unread;
  for (const auto& [reason, count] : merged.account.ignored) rest.account.ignored[reason] += count;
  return rest;
}

base::Result<std::vector<std::vector<std::string>>> tasks_of(const IngestCommand& command) {
  TRY(const std::vector<ingest::UnreadFile> files, ingest::files_to_read(ingest_options_of(command, command.store), base::RealFileSystem(), base::SystemClock()));
  std::uint64_t bytes = 0;
  for (const ingest::UnreadFile& file : files) bytes += file.size;
  const std::size_t by_size = static_cast<std::size_t>((bytes + kShardBytes - 1) / kShardBytes);
  const std::size_t count = command.shards > 0 ? command.shards : std::clamp<std::size_t>(by_size, std::max<std::uint32_t>(1, command.executor.slurm.nodes), kMostShards);
  std::vector<std::vector<std::string>> tasks;
  for (const std::vector<ingest::UnreadFile>& list : deal_by_size(files, count)) {
    tasks.emplace_back();
    for (const ingest::UnreadFile& file : list) tasks.back().push_back(item_of(file));
  }
  return tasks;
}

}  // namespace

std::vector<std::vector<ingest::UnreadFile>> deal_by_size(const std::vector<ingest::UnreadFile>& files, std::size_t count) {
  count = std::min(count, files.size());
  if (count == 0) return {};
  std::vector<std::size_t> order(files.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return files[a].size > files[b].size; });
  std::vector<std::vector<std::size_t>> lists(count);
  std::vector<std::pair<std::uint64_t, std::size_t>> sizes(count);  // bytes and files; a file costs something however small
  for (const std::size_t file : order) {
    const auto least = static_cast<std::size_t>(std::min_element(sizes.begin(), sizes.end()) - sizes.begin());
    lists[least].push_back(file);
    sizes[least].first += files[file].size;
    ++sizes[least].second;
  }
  std::vector<std::vector<ingest::UnreadFile>> dealt(count);
  for (std::size_t list = 0; list < count; ++list) {
    std::sort(lists[list].begin(), lists[list].end());
    for (const std::size_t file : lists[list]) dealt[list].push_back(files[file]);
  }
  return dealt;
}

int ingest_as_job(const IngestCommand& command, const CommonOptions& common) {
  JobWish wish;
  wish.kind = "ingest";
  wish.result = command.store;
  wish.command = command.command_line;
  const std::string path = command.executor.job.empty() ? cluster::job_folder_of(command.store) : command.executor.job;
  if (cluster::JobFolder::exists(path)) {
    // What is left to do of a job that was begun, whatever has become of the files since.
    const auto begun = cluster::JobFolder::open(path);
    if (!begun) return report_error(begun.error());
    wish.tasks = begun->spec().tasks;
  } else {
    auto tasks = tasks_of(command);
    if (!tasks) return report_error(tasks.error());
    wish.tasks = std::move(*tasks);
  }
  ingest::StoreOutcome merged;
  if (!wish.tasks.empty()) {
    const auto folder = begin_job(std::move(wish), command.executor, true);
    if (!folder) return report_error(folder.error());
    ExecutorOptions options = command.executor;
    options.retry = options.retry || command.executor.job.empty();
    const auto outcome = run_job(*folder, options, common);
    if (!outcome) return report_error(outcome.error());
    if (outcome->left) return static_cast<int>(ErrorKind::interrupted);
    if (!outcome->failures.empty()) return report_error(tell_failures(*folder, *outcome));
    auto taken = merge_shards(*folder, *outcome, command);
    if (!taken) return report_error(taken.error());
    merged = std::move(*taken);
  }
  const auto outcome = look_again(command, merged, common);
  if (!outcome) return report_error(outcome.error());
  std::error_code error;
  fs::remove_all(path, error);  // the shards are as large as the store
  return show_ingest(*outcome, command, common);
}

int ingest_task(const IngestCommand& command, const CommonOptions& common) {
  const auto folder = cluster::JobFolder::open(command.executor.job);
  if (!folder) return report_error(folder.error());
  const std::uint32_t task = *command.executor.task;
  if (task >= folder->spec().tasks.size()) return report_error({ErrorKind::usage, fmt::format("{} has no task {}", folder->path(), task), ""});
  std::vector<ingest::UnreadFile> listed;
  for (const std::string& item : folder->spec().tasks[task]) {
    const auto file = parse_item(item, command.paths.size());
    if (!file) return report_error({ErrorKind::input, fmt::format("task {} names no file: \"{}\"", task, item), ""});
    listed.push_back(*file);
  }
  IngestCommand mine = command;
  mine.workers = workers_of(command);
  const Scratch scratch(command.executor.attempt);
  const auto outcome = ingest_files(mine, scratch.store(), ListedFiles(command.paths, listed), common);
  if (!outcome) return report_error(outcome.error());
  const auto moved = move_store(scratch.store(), folder->task_file(task, command.executor.attempt, "duckdb"));
  if (!moved) return report_error(moved.error());
  base::log_info(fmt::format("{} files, {} numbers", outcome->fresh, outcome->account.numbers));
  return 0;
}

}  // namespace chimera::app
