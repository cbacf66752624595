// From folders to a Corpus: walk, read, interpret, account.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "core/corpus.h"
#include "facts/interpret.h"
#include "sources/account.h"

namespace chimera::ingest {

enum class OwnOutputs { skip, include };

struct Remembered;

struct Options {
  std::vector<std::string> roots;  // files or folders, at least one
  OwnOutputs own_outputs = OwnOutputs::skip;
  unsigned workers = 0;            // 0: as many as there are processors
  std::uint64_t memory_per_file = std::uint64_t{4} << 30;  // bytes; a file whose values need more is not read
  std::function<void(std::size_t done, std::size_t all)> progress;  // from any worker, may be empty
  Remembered* remembered = nullptr;  // filled and asked, where the same folders are read again and again
};

// One file of a listing.
struct FileItem {
  base::FileInfo info;  // path as in outputs
  std::string on_disk;
};

struct Ingested {
  core::Corpus corpus;             // sorted by path; files of types that are not read are in it without text
  sources::Account account;        // summed over all documents
  std::size_t readable = 0;        // artifacts in which something could be read
};

// What one file holds before anything is known of its meaning.
struct ReadFile {
  core::Document document;
  core::Diagnostics diagnostics;
  bool kept = false;      // goes into the corpus, if only as a name
  bool parsed = false;    // has tables to interpret
  bool readable = false;  // something could be read in it
  std::shared_ptr<const struct KnownFile> known;  // was read before: all of it stands there
  std::string key;                                // under which it is remembered
};

// A file with its meaning.
struct KnownFile {
  ReadFile file;
  facts::Interpretation tables;
  sources::Account account;
};

// Files by path, size and time of change: one that changed is read again.
struct Remembered {
  std::map<std::string, std::shared_ptr<const KnownFile>> files;
};

// One file read and interpreted, as into_corpus() does both. Threads: read_one() may be called from several.
struct InterpretedFile {
  ReadFile file;
  facts::Interpretation meaning;
  sources::Account account;
};
[[nodiscard]] InterpretedFile read_one(const FileItem& item, const Options& options, const base::FileSystem& files, const facts::Interpreter& interpreter);

struct ReadFiles {
  std::vector<ReadFile> files;  // sorted by path
  core::Diagnostics diagnostics;
};

// The two halves of into_corpus(): the first needs no interpreter, so that one can be loaded meanwhile.
// Fails (input) where a root cannot be opened at all; everything below that is a diagnostic.
[[nodiscard]] base::Result<ReadFiles> read_files(const Options& options, const base::FileSystem& files);
[[nodiscard]] Ingested interpret(ReadFiles read, const Options& options, const facts::Interpreter& interpreter);

// Fails (input) where a root cannot be opened at all; everything below that is a diagnostic of the corpus.
[[nodiscard]] base::Result<Ingested> into_corpus(const Options& options, const base::FileSystem& files,
                                            const facts::Interpreter& interpreter);

// What a walk could not look at.
void note_problems(core::Diagnostics& diagnostics, const std::string& prefix, const base::Listing& listing);

// The name by which paths under a root are prefixed where there are several.
[[nodiscard]] std::string root_name(const std::string& root);

// How a path of an artifact is found on this machine: the root's path in place of its prefix.
class RootPaths {
 public:
  explicit RootPaths(const std::vector<std::string>& roots, const base::FileSystem& files);
  // Prefix of every artifact path under root `i`: empty for a single root, else "name/".
  [[nodiscard]] const std::string& prefix(std::size_t i) const { return prefixes_[i]; }
  // "examples/a/b.csv" of artifact "a/b.csv" under root "examples"; for a root that is a file, the root itself.
  [[nodiscard]] std::string on_disk(const std::string& artifact_path) const;

 private:
  std::vector<std::string> roots_;
  std::vector<std::string> prefixes_;
  std::vector<char> is_file_;
};

}  // namespace chimera::ingest
