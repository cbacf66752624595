// `chimera serve`: the web pages over a folder or a store.
#pragma once

#include <string>
#include <vector>

#include "app/commands.h"

namespace chimera::app {

struct ServeCommand {
  std::vector<std::string> paths;  // folders or files, or one store; empty: the current folder
  std::string host = "127.0.0.1";
  int port = 7411;
  std::string token;
};

// Prints the address and serves until interrupted (exit 0). Folders are read into a store of their own first, which goes
// with the command.
[[nodiscard]] int serve_command(const ServeCommand& command, const CommonOptions& common);

}  // namespace chimera::app
