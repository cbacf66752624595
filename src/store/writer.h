// Writes files into a store, some lists of files a transaction, so that a store is after any moment what it was after one of them.
//
// Threads: write() pulls from the sources with DuckDB's threads; everything else one at a time.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/files.h"
#include "base/result.h"
#include "core/fact_batch.h"
#include "store/row_function.h"
#include "store/store.h"

namespace chimera::store {

struct StoredRoot {
  std::string typed;  // as on the command line
  std::string place;  // absolute
  std::string name;   // the prefix of its paths where there are several
  bool is_file = false;
};

struct StoredArtifact {
  std::uint32_t id = 0;
  std::uint32_t root = 0;
  std::string path;    // relative to the root
  bool read = false;   // by now; its digest is known
  std::uint64_t size = 0;
  base::Nanoseconds modified = 0;
  base::Nanoseconds ingested = 0;
  bool deleted = false;
  bool own = false;    // an output of chimera, kept without facts
};

struct IncomingFile {
  std::uint32_t root = 0;
  std::string path;                         // relative to the root
  std::uint64_t size = 0;
  base::Nanoseconds modified = 0;
  bool own = false;                         // an output of chimera: kept, but without facts
  bool retry = false;                       // could not be read: is tried again next time
  std::optional<std::uint32_t> supersedes;  // artifact whose facts these replace
  std::optional<std::string> content;       // bytes to keep
  // Makes the source; called once, by write().
  std::function<std::unique_ptr<core::FactSource>(core::FactCatalog&)> open;
};

struct Written {
  std::uint64_t numbers = 0;
  std::vector<core::SourceSummary> summaries;  // parallel to the files
};

// What came from another store.
struct Adopted {
  std::uint64_t files = 0;
  std::uint64_t replaced = 0;  // of them, whose names were known
  std::vector<std::pair<std::string, std::uint64_t>> coverage;  // numbers by their fate
};

class Writer {
 public:
  // Opens or makes the store, as Store::open_or_create(); `clock` must outlive the writer.
  [[nodiscard]] static base::Result<Writer> open(const std::string& path, const DuckOptions& options, const base::Clock& clock, const std::string& program,
                                                 std::string_view blank = {});
  Writer(Writer&&) noexcept;
  Writer& operator=(Writer&&) noexcept;
  ~Writer();

  // The number of the root at this place; a new one is entered.
  [[nodiscard]] base::Result<std::uint32_t> root(const StoredRoot& root);
  [[nodiscard]] base::Result<std::vector<StoredArtifact>> artifacts();
  // Hexadecimal, by artifact; empty of those that were not read.
  [[nodiscard]] base::Result<std::unordered_map<std::uint32_t, std::string>> digests();
  // Adds to the transaction that is open, or begins one. `later`: it stays open for the next list, or for commit(); an open one costs
  // memory, each commit a sync of the disk and the log of what DuckDB has not written in whole row groups yet. A failure takes back all
  // that was not committed.
  enum class Commit { now, later };
  [[nodiscard]] base::Result<Written> write(std::vector<IncomingFile> files, Commit commit = Commit::now);
  [[nodiscard]] base::Result<void> commit();
  // The last one: what is open goes straight into the file, and not into the log first, from where closing the store would fetch it.
  [[nodiscard]] base::Result<void> commit_last();
  // How many threads write() may use from now on. With more than it has work for, those without any ask for some again and again.
  [[nodiscard]] base::Result<void> use_threads(unsigned threads);

  // Takes over all that another store holds, whose file is only read, in one transaction; files of a name that is known replace what was
  // there. Doing it again changes nothing. Needs a store that was opened to reach outside.
  [[nodiscard]] base::Result<Adopted> adopt(const std::string& shard);

  // What else an ingest found out of one root, in one transaction: files that are gone, are back, or have another time
  // and the same bytes; and what the walk could not look at.
  struct Seen {
    std::vector<std::uint32_t> deleted;
    std::vector<std::uint32_t> unchanged;  // back again, or checked by their bytes: their times are those of `times`
    std::vector<base::Nanoseconds> times;
    std::vector<base::WalkProblem> problems;
  };
  [[nodiscard]] base::Result<void> note(std::uint32_t root, const Seen& seen);

 private:
  struct State;
  explicit Writer(std::unique_ptr<State> state);
  [[nodiscard]] base::Result<Adopted> adopt_attached(const std::string& shard);
  std::unique_ptr<State> state_;
};

}  // namespace chimera::store
