// Reads recorded tuning results: the caches of Kernel Tuner (whole or broken off) and the T4 results format of the
// auto-tuning community (github.com/odgaard/TuningSchema). Packed with gzip or not.
#pragma once

#include <string>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "tune/replay.h"

namespace chimera::app {

struct TuningTable {
  tune::RecordedTable table;
  std::vector<std::vector<std::string>> literals;  // JSON text of each level of each parameter
};

// Parameters are ordinal where all their values are numbers, else categorical; those named in `reload_parameters` load
// anew. Combinations that the table does not hold are forbidden. An input error where it is neither format, a usage
// error where a reload parameter is not in it.
[[nodiscard]] base::Result<TuningTable> read_tuning_table(const base::FileSystem& files, const std::string& path, const std::vector<std::string>& reload_parameters);

}  // namespace chimera::app
