// The configurations of a store: which number each has, and those that wait to be written.
//
// A file may have a configuration of its own in every record, a seed. So one costs some thirty bytes until it is written,
// and is written column by column: names and values as one text each, for a map that is appended value by value takes ten
// microseconds. Threads: add() and add_base() may be called from several; nothing else meanwhile.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "core/config.h"
#include "core/fact_batch.h"
#include "store/duck.h"

namespace chimera::store {

class StoredConfigs {
 public:
  // Forgets everything and learns what the store has.
  [[nodiscard]] base::Result<void> load(Connection& connection);
  [[nodiscard]] std::uint32_t add(const core::RunConfig& config);
  [[nodiscard]] std::uint32_t add_base(const core::RunConfig& shared, const std::vector<std::string>& names);
  // The number of the first; the others follow.
  [[nodiscard]] std::uint32_t add(const std::vector<core::FreeConfig>& configs);
  // Inside the connection's transaction. An input error where DuckDB cannot take them: a full disk.
  [[nodiscard]] base::Result<void> write(Connection& connection);
  // The first number that is free.
  [[nodiscard]] std::uint32_t next() const { return next_; }

 private:
  // Rows of stored.configs by column.
  struct Fresh {
    std::vector<std::uint32_t> ids, shapes;
    std::vector<std::uint64_t> fingerprints;  // of those with free settings kNoFingerprint
    std::string texts;
    std::vector<std::size_t> ends;            // in texts
    [[nodiscard]] std::string_view values(std::size_t i) const;
  };
  // What is in front of each free value, and behind the last, in the text of all values.
  struct Base {
    std::uint32_t shape = 0;
    std::vector<std::string> pieces;
    std::vector<std::size_t> order;  // which of the free values comes in the i-th place
  };
  [[nodiscard]] std::uint32_t shape_of(const std::vector<core::Setting>& settings);
  void begin_row(std::uint32_t shape, std::uint64_t fingerprint);
  [[nodiscard]] base::Result<void> write_configs(Connection& connection) const;

  std::mutex mutex_;
  std::uint32_t next_ = 0;
  std::unordered_map<std::uint64_t, std::uint32_t> known_;  // by fingerprint
  std::unordered_map<std::string, std::uint32_t> shapes_;   // by names
  std::vector<std::pair<std::uint32_t, std::string>> fresh_shapes_;
  std::vector<Base> bases_;
  Fresh fresh_;
};

}  // namespace chimera::store
