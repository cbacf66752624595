// From folders into a store: only what is new or has changed is read. Files too large to be held in memory are streamed (stream/stream.h); their
// bytes are not kept in the store.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "ingest/into_corpus.h"

namespace chimera::ingest {

struct StoreOptions {
  Options ingest;
  std::string store;                                     // file; made where there is none
  std::uint64_t keep_bytes = std::uint64_t{16} << 20;    // files up to this size are kept in the store
  std::size_t batch_files = 1024;                       // written at once, at most; the next are read meanwhile
  std::uint64_t batch_bytes = std::uint64_t{24} << 20;   // likewise; a larger file has its own batch
  // After which a transaction ends: what is lost when the process is killed. Each costs the log, and the readers wait when it takes long.
  base::Nanoseconds commit_after = 2'000'000'000;
  std::size_t commit_files = 32768;
  std::uint64_t commit_bytes = std::uint64_t{64} << 20;
};

struct StoreOutcome {
  std::size_t fresh = 0;
  std::size_t changed = 0;
  std::size_t unchanged = 0;
  std::size_t deleted = 0;       // gone since the last ingest
  std::size_t readable = 0;      // files of all four kinds but deleted in which something could be read, now or before
  sources::Account account;      // of what was read now
  core::Diagnostics diagnostics; // likewise, and those of the walk
};

// Adds numbers of one fate ("fact", "unread", or why they are none) to an account.
void count_fate(sources::Account& account, const std::string& fate, std::uint64_t numbers);

// A file that an ingest would read.
struct UnreadFile {
  std::size_t root = 0;  // of the options' roots
  std::string path;      // below it
  std::uint64_t size = 0;
};
// Those that are new or have changed since the store was written; all of them where there is none. The store stays as it is.
[[nodiscard]] base::Result<std::vector<UnreadFile>> files_to_read(const StoreOptions& options, const base::FileSystem& files, const base::Clock& clock);

// One transaction for some batches of files, and for each file that is streamed: after a failure, or a death at any moment, what was
// committed stays and the next call goes on from there. Fails where a root cannot be opened, or the store cannot be written.
[[nodiscard]] base::Result<StoreOutcome> into_store(const StoreOptions& options, const base::FileSystem& files,
                                                                 const base::Clock& clock);

}  // namespace chimera::ingest
