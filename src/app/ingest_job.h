// chimera ingest --executor slurm: files dealt to tasks by size, a store of each task's own, and all of them taken over into one
// (docs/cluster.md). No two processes ever write one DuckDB file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/commands.h"
#include "ingest/into_store.h"

namespace chimera::app {

// At most `count` lists of about equal size: the largest file first, each to the list that has least. Lists keep the order of `files`.
// None is empty.
[[nodiscard]] std::vector<std::vector<ingest::UnreadFile>> deal_by_size(const std::vector<ingest::UnreadFile>& files, std::size_t count);

// Begins the job or goes on with it, merges, and shows what an ingest shows. Returns the exit code.
[[nodiscard]] int ingest_as_job(const IngestCommand& command, const CommonOptions& common);

// One task: reads its files into a store on this node, which is then moved into the folder of the job. Returns the exit code.
[[nodiscard]] int ingest_task(const IngestCommand& command, const CommonOptions& common);

}  // namespace chimera::app
