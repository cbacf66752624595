// A large file of JSON Lines, delimited text or one JSON array of objects as a source of facts, read in blocks: memory does not grow with its size, and
// several readers share the work.
//
// What columns mean is settled by its first megabyte, read as a document of its own; rows are judged one by one by the
// same rules as in memory, except that what is usual in a table (loading times) is what was usual there. Lines longer
// than kLongestLine are passed over with a diagnostic.
// An array that turns out to be anything else (a bracket too many, a text behind it, a number among its objects) ends the reading
// with an error; then nothing counts that was read, and the attempt says so: the file is to be read whole.
// Threads: as core::FactSource says. Fails where the file cannot be read to its end.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "base/files.h"
#include "base/result.h"
#include "core/fact_batch.h"
#include "facts/interpret.h"

namespace chimera::stream {

struct Options {
  std::size_t sample_bytes = std::size_t{1} << 20U;  // that settle what columns mean
  std::size_t block_bytes = std::size_t{1} << 20U;
};

// What is asked and told when a file is read, perhaps twice.
struct Attempt {
  bool whole = false;              // read it whole
  std::atomic<bool> unfit{false};  // it was streamed, and cannot be
};

// The beginning of a file, read and understood before there is anything to enter its facts into.
struct Head {
  base::FileInfo info;
  std::string on_disk;
  std::unique_ptr<base::ByteReader> file;  // behind `bytes`
  std::string bytes;
  bool is_array = false;
  std::size_t begin = 0;                   // of an array: offset of its first element
  core::Document sample;                   // the whole records in `bytes`, as a document of their own
  core::Diagnostics found;
  facts::Interpretation read;              // of a sample that can be streamed
  bool fits = false;                       // it can
};

class Source final : public core::FactSource {
 public:
  static constexpr std::size_t kLongestLine = std::size_t{16} << 20U;

  // Keeps references to `files` and `attempt`. Null where only the route through memory can read the file: other formats, encodings and compressed files, several
  // tables in one file. `info.path` is as in outputs.
  [[nodiscard]] static base::Result<std::unique_ptr<Source>> open(const base::FileInfo& info, const std::string& on_disk,
                                                                        const base::FileSystem& files, const facts::Interpreter& interpreter,
                                                                        core::FactCatalog& catalog, Attempt& attempt, const Options& options = {});
  // The two halves of open().
  [[nodiscard]] static base::Result<Head> read_head(const base::FileInfo& info, const std::string& on_disk, const base::FileSystem& files,
                                                          const facts::Interpreter& interpreter, const Options& options = {});
  [[nodiscard]] static std::unique_ptr<Source> open(Head head, const base::FileSystem& files, const facts::Interpreter& interpreter,
                                                          core::FactCatalog& catalog, Attempt& attempt, const Options& options = {});
  ~Source() override;

  [[nodiscard]] std::unique_ptr<core::FactReader> reader() override;
  [[nodiscard]] base::Result<core::SourceSummary> finish() override;

 private:
  struct Shared;
  explicit Source(std::unique_ptr<Shared> shared);
  std::unique_ptr<Shared> shared_;
};

}  // namespace chimera::stream
