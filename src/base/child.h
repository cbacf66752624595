// A program started without a shell whose standard output goes into a file, its errors nowhere.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace chimera::base {

// Found on PATH; reads `in`. 0 where it cannot be started. Whoever starts it waits for it.
[[nodiscard]] pid_t start_into_file(std::vector<std::string> words, const std::string& in, const std::string& out);

}  // namespace chimera::base
