#include "base/check.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace chimera::base {

void check_failed(std::string_view condition, std::string_view file, int line, std::string_view reason) {
  if (const auto slash = file.rfind("src/"); slash != std::string_view::npos) file.remove_prefix(slash);
  std::fprintf(stderr, "chimera: internal error: %.*s\n  at %.*s:%d, which assumed: %.*s\n  This is a bug in chimera, not in your data. Please report it with the command line.\n",
               static_cast<int>(reason.size()), reason.data(), static_cast<int>(file.size()), file.data(), line,
               static_cast<int>(condition.size()), condition.data());
  std::fflush(nullptr);
#ifdef CHIMERA_FUZZ
  std::abort();  // what a fuzzer takes for a finding: it keeps the input
#else
  _exit(70);
#endif
}

}  // namespace chimera::base
