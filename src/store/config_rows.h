// Rows of stored.configs and stored.free_configs, written column by column: a map that is appended value by value costs
// ten microseconds, and files exist in which every record has a configuration of its own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "core/config.h"
#include "core/fact_batch.h"
#include "store/duck.h"

namespace chimera::store {

// Configurations with free settings that wait to be written, in some twenty bytes each.
class FreeConfigRows {
 public:
  void push(std::uint32_t id, const core::FreeConfig& config) {
    ids_.push_back(id);
    bases_.push_back(config.base);
    texts_ += config.values;
    ends_.push_back(texts_.size());
  }
  [[nodiscard]] std::size_t count() const { return ids_.size(); }
  [[nodiscard]] std::uint32_t id(std::size_t i) const { return ids_[i]; }
  [[nodiscard]] std::uint32_t base(std::size_t i) const { return bases_[i]; }
  [[nodiscard]] std::string_view values(std::size_t i) const {
    const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
    return std::string_view(texts_).substr(begin, ends_[i] - begin);
  }

 private:
  std::vector<std::uint32_t> ids_, bases_;
  std::string texts_;
  std::vector<std::size_t> ends_;  // in texts_
};

// An input error where DuckDB cannot take them: a full disk.
[[nodiscard]] base::Result<void> append_config_rows(const Connection& connection, const std::vector<std::pair<std::uint32_t, core::RunConfig>>& rows);
[[nodiscard]] base::Result<void> append_free_config_rows(const Connection& connection, const FreeConfigRows& rows);

}  // namespace chimera::store
