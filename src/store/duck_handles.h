// What the owners of duck.h hold, for the sources that talk to DuckDB's C API.
#pragma once

#include "store/duck.h"

struct _duckdb_database;
struct _duckdb_connection;

namespace chimera::store {

struct Duck::Handle {
  _duckdb_database* database = nullptr;
};

struct Connection::Handle {
  _duckdb_connection* connection = nullptr;
};

// An input error with DuckDB's words, which may be null, and what can be done.
[[nodiscard]] tl::unexpected<base::Error> failed(const char* message);

}  // namespace chimera::store
