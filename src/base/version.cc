#include "base/version.h"

namespace chimera::base {

std::string_view version() { return CHIMERA_VERSION; }

}  // namespace chimera::base
