// What a command reads: folders and files, or one store in their place.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/result.h"

namespace chimera::app {

struct Inputs {
  std::vector<std::string> roots;
  std::unique_ptr<base::FileSystem> files;
};

// A usage error where a store stands beside other paths; an input error where the store cannot be opened.
[[nodiscard]] base::Result<Inputs> open_inputs(const std::vector<std::string>& paths);

}  // namespace chimera::app
