// The commands that work on a store: options in, exit code out.
#pragma once

#include <cstdint>
#include <string>

#include "app/commands.h"
#include "ingest/into_store.h"

namespace chimera::app {

inline constexpr const char* kDefaultStore = "chimera.duckdb";

// `chimera ingest DIR... --store FILE`.
[[nodiscard]] int store_ingest_command(const IngestCommand& command, const CommonOptions& common);
[[nodiscard]] ingest::StoreOptions ingest_options_of(const IngestCommand& command, const std::string& store);
// The command's folders, as `files` shows them, into this store.
[[nodiscard]] base::Result<ingest::StoreOutcome> ingest_files(const IngestCommand& command, const std::string& store, const base::FileSystem& files, const CommonOptions& common);
// What an ingest has to say at its end; its exit code.
[[nodiscard]] int show_ingest(const ingest::StoreOutcome& outcome, const IngestCommand& command, const CommonOptions& common);

struct QueryCommand {
  std::string sql;  // "-": standard input
  std::string store = kDefaultStore;
  std::string format = "table";  // table, csv, json, md
  std::uint64_t limit = 0;       // rows printed; 0: all, and of a table the first thousand
};
[[nodiscard]] int query_command(const QueryCommand& command, const CommonOptions& common);

struct ExportCommand {
  std::string parquet;  // folder
  std::string store = kDefaultStore;
};
[[nodiscard]] int export_command(const ExportCommand& command, const CommonOptions& common);

}  // namespace chimera::app
