// Named sets of options for where work is done, in the user's configuration file: what one cluster needs every time
// (docs/cluster.md).
//
//   # $XDG_CONFIG_HOME/chimera/config.toml (~/.config)
//   [profile.lab]
//   executor = "slurm"
//   nodes = 4
//   partition = "cpu"
//   sbatch = ["--constraint=epyc"]
//
// Fails: usage (no such profile, a key that is none), input (the file cannot be read or is no TOML).
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace chimera::app {

// Where profiles are looked for; empty where neither XDG_CONFIG_HOME nor HOME says so.
[[nodiscard]] std::string configuration_file();

// The arguments with `--profile NAME` replaced by the options that it stands for; what is typed too wins. The command is then whole:
// a task on a node needs no file of the user's. Arguments behind "--" are somebody else's.
[[nodiscard]] base::Result<std::vector<std::string>> with_profile(std::vector<std::string> arguments, const std::string& file);

}  // namespace chimera::app
