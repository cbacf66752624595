// chimera model get|list|path: models for the embedded engine.
#pragma once

#include <string>

#include "app/commands.h"

namespace chimera::app {

struct ModelCommand {
  std::string action;  // get, list, path
  std::string name;
};
[[nodiscard]] int model_command(const ModelCommand& command, const CommonOptions& common);

}  // namespace chimera::app
