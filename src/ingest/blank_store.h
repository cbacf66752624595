// An empty store, made when the program was built (cmake/BlankStore.cmake).
#pragma once

#include <string_view>

namespace chimera::ingest {

// The bytes of store::make_blank().
[[nodiscard]] std::string_view blank_store();

}  // namespace chimera::ingest
