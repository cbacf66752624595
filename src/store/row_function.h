// From FactSources into stored.rows: a table function that DuckDB's threads pull batches from, in parallel.
#pragma once

#include <vector>

#include "base/result.h"
#include "core/fact_batch.h"
#include "store/duck.h"
#include "store/stored_meanings.h"

namespace chimera::store {

// The function as one connection knows it. Threads: one INSERT at a time.
class RowFunction {
 public:
  [[nodiscard]] static base::Result<RowFunction> add_to(const Connection& connection);
  // Pulls until every source is exhausted, inside the connection's transaction. Sources are worked on in order, each by
  // as many threads as are free. Returns how many numbers were written; the first error of a reader.
  [[nodiscard]] base::Result<std::uint64_t> insert(Connection& connection, const std::vector<core::FactSource*>& sources, StoredMeanings& meanings);

  struct Feed;

 private:
  explicit RowFunction(Feed** slot) : slot_(slot) {}
  Feed** slot_;  // DuckDB owns it, for as long as the database is open
};

}  // namespace chimera::store
