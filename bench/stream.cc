// bench_stream FILE [READERS]: streams a large JSON Lines or delimited file into batches of facts that nobody keeps, and
// prints one line of JSON: bytes, facts, rows, series, configurations, seconds, peak memory. bench/scan.py runs it.
#include <sys/resource.h>

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/files.h"
#include "facts/interpret.h"
#include "stream/source.h"

namespace {

using namespace chimera;

class CountingCatalog final : public core::FactCatalog {
 public:
  std::uint32_t table(const core::TableEntry& /*entry*/) override { return tables++; }
  std::uint32_t series(const core::SeriesEntry& /*series*/) override { return series_++; }
  std::uint32_t config(const core::RunConfig& config) override {
    const std::lock_guard lock(mutex_);
    return configs_.emplace(config.fingerprint(), static_cast<std::uint32_t>(configs_.size())).first->second;
  }
  std::uint32_t base(const core::RunConfig& /*shared*/, const std::vector<std::string>& /*names*/) override { return 0; }
  std::uint32_t configs(std::vector<core::FreeConfig> configs) override {
    free_ += configs.size();
    return 0;
  }
  void place(core::RecordPlace /*place*/) override {}
  [[nodiscard]] std::uint32_t series_count() const { return series_; }
  [[nodiscard]] std::size_t configs() const { return configs_.size() + free_; }
  std::atomic<std::uint32_t> tables{0};

 private:
  std::atomic<std::uint32_t> series_{0};
  std::atomic<std::size_t> free_{0};
  std::mutex mutex_;
  std::unordered_map<std::uint64_t, std::uint32_t> configs_;
};

int fail(const std::string& message) {
  fmt::print(stderr, "bench_stream: {}\n", message);
  return 3;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return fail("bench_stream FILE [READERS]");
  const std::string path = argv[1];
  const int readers = argc > 2 ? std::atoi(argv[2]) : 1;
  const base::RealFileSystem files;
  const auto info = files.stat(path);
  const auto interpreter = facts::Interpreter::create();
  if (!info || !interpreter) return fail("cannot read " + path);
  CountingCatalog catalog;
  const auto started = std::chrono::steady_clock::now();
  stream::Attempt attempt;
  auto source = stream::Source::open(*info, path, files, *interpreter, catalog, attempt);
  if (!source) return fail(source.error().message);
  if (*source == nullptr) return fail(path + " is not streamed");
  std::atomic<std::uint64_t> cells{0};
  std::atomic<std::uint64_t> rows{0};
  std::vector<std::jthread> threads;
  for (int i = 0; i < readers; ++i)
    threads.emplace_back([&] {
      const auto reader = (*source)->reader();
      core::FactBatch batch;
      while (reader->next(batch).value_or(false)) {
        cells += batch.numbers();
        rows += batch.places ? batch.count() : 0;
      }
    });
  threads.clear();
  const auto summary = (*source)->finish();
  if (!summary) return fail(summary.error().message);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  fmt::print("{{\"bytes\": {}, \"cells\": {}, \"rows\": {}, \"series\": {}, \"configs\": {}, \"seconds\": {:.3f}, \"peak_mib\": {}, \"coverage\": {{", summary->artifact.size,
             cells.load(), rows.load(), catalog.series_count(), catalog.configs(), seconds, usage.ru_maxrss / 1024);
  std::string between;
  for (const auto& [fate, count] : summary->coverage) {
    fmt::print("{}\"{}\": {}", between, fate, count);
    between = ", ";
  }
  fmt::print("}}}}\n");
  return 0;
}
