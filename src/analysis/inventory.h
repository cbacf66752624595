// What is there: files by type, sizes, dates, name patterns, copies, and files that are something else inside.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/corpus.h"

namespace chimera::analysis {

struct TypeCount {
  core::Format type = core::Format::unknown;  // as the names declare
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::vector<std::string> paths;             // sorted
  base::Nanoseconds latest = 0;               // modification time
};

struct FolderCount {
  std::string folder;
  std::uint64_t files = 0;
};

struct NamePattern {
  std::string pattern;  // "*_param_tuning.csv"
  std::uint64_t files = 0;
};

struct Inventory {
  std::uint64_t files = 0;   // artifacts named as data or documents: JSON, JSONL, CSV, Markdown
  std::uint64_t bytes = 0;
  std::vector<TypeCount> types;           // sorted by type name; json, csv, markdown first
  TypeCount also_read;                    // of other names, with tables inside: logs, texts, files without an extension
  std::vector<TypeCount> not_read;        // the rest by declared type: pictures, prose in plain text
  std::vector<FolderCount> folders;       // sorted by name
  std::vector<NamePattern> patterns;      // at least three files, most first
  std::vector<std::vector<std::string>> copies;       // groups of paths with equal digests
  std::vector<std::string> content_differs;           // paths whose content is not what the name declares
  std::string smallest, largest;          // paths
  std::uint64_t smallest_bytes = 0, largest_bytes = 0;
  std::string first_date, last_date;      // written inside the artifacts ("2025-09-28"), empty where there are none
  std::uint64_t dated = 0;                // artifacts with a date inside
  bool checkout_times = false;            // modification times lie within minutes of each other: they are a checkout's
  std::uint64_t numbers = 0, facts = 0, ignored = 0, unread = 0;  // law 2, summed
};

[[nodiscard]] Inventory take_inventory(const core::Corpus& corpus);

}  // namespace chimera::analysis
