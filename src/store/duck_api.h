// DuckDB's C API, found in libduckdb.so when it is first needed: linking the library would cost every command 11 ms at its
// start, also those that never open a store.
#pragma once

#include "base/result.h"

namespace chimera::store {

struct DuckApi;

// Loads the library once. An input error, with what the loader says, where it is not there or lacks a function.
[[nodiscard]] base::Result<void> load_duckdb();
// After load_duckdb() has succeeded. It has a member for each function of duck_api.def.
[[nodiscard]] const DuckApi& api();

}  // namespace chimera::store
