// chimera convert: what an artifact measured, in the format of another tool.
#pragma once

#include <string>

#include "app/commands.h"

namespace chimera::app {

struct ConvertCommand {
  std::string file;
  std::string to;   // trial, llama-bench, llama-bench-md, csv, csv-trio
  std::string out;  // file, of csv-trio the beginning of three names; empty: standard output
};
[[nodiscard]] int convert_command(const ConvertCommand& command, const CommonOptions& common);

}  // namespace chimera::app
