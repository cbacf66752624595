#include "store/config_rows.h"

#include <duckdb.h>

#include <algorithm>
#include <functional>
#include <string>

#include "store/duck_api.h"
#include "store/duck_handles.h"

namespace chimera::store {

struct DuckApi {
#define CHIMERA_DUCKDB(name) decltype(&::name) name = nullptr;
#include "store/duck_api.def"
};

namespace {

using ConfigRow = std::pair<std::uint32_t, core::RunConfig>;

// Logical types that are given back.
class Types {
 public:
  Types() = default;
  Types(const Types&) = delete;
  Types& operator=(const Types&) = delete;
  ~Types() {
    for (duckdb_logical_type& type : types_) api().duckdb_destroy_logical_type(&type);
  }
  Types& simple(duckdb_type type) { return types_.push_back(api().duckdb_create_logical_type(type)), *this; }
  Types& map_of_texts() {
    duckdb_logical_type text = api().duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
    types_.push_back(api().duckdb_create_map_type(text, text));
    api().duckdb_destroy_logical_type(&text);
    return *this;
  }
  [[nodiscard]] std::vector<duckdb_logical_type>& all() { return types_; }

 private:
  std::vector<duckdb_logical_type> types_;
};

// The rows of one table, a chunk at a time.
class Chunks {
 public:
  Chunks(duckdb_connection connection, const char* table, Types& types) {
    if (api().duckdb_appender_create(connection, "stored", table, &appender_) == DuckDBSuccess)
      chunk_ = api().duckdb_create_data_chunk(types.all().data(), types.all().size());
  }
  Chunks(const Chunks&) = delete;
  Chunks& operator=(const Chunks&) = delete;
  ~Chunks() {
    if (chunk_ != nullptr) api().duckdb_destroy_data_chunk(&chunk_);
    api().duckdb_appender_destroy(&appender_);
  }

  // fill(first, count): rows [first, first + count) into the columns; false where there is no memory for them.
  base::Result<void> append(std::size_t rows, const std::function<bool(std::size_t, idx_t)>& fill) {
    const idx_t most = api().duckdb_vector_size();
    for (std::size_t first = 0; first < rows; first += most) {
      const idx_t count = std::min<idx_t>(most, rows - first);
      if (chunk_ == nullptr || !fill(first, count)) return failed(api().duckdb_appender_error(appender_));
      api().duckdb_data_chunk_set_size(chunk_, count);
      if (api().duckdb_append_data_chunk(appender_, chunk_) == DuckDBError) return failed(api().duckdb_appender_error(appender_));
      api().duckdb_data_chunk_reset(chunk_);
    }
    if (api().duckdb_appender_close(appender_) == DuckDBError) return failed(api().duckdb_appender_error(appender_));
    return {};
  }
  [[nodiscard]] duckdb_vector column(idx_t c) const { return api().duckdb_data_chunk_get_vector(chunk_, c); }
  template <class T>
  [[nodiscard]] T* data(idx_t c) const { return static_cast<T*>(api().duckdb_vector_get_data(column(c))); }

 private:
  duckdb_appender appender_ = nullptr;
  duckdb_data_chunk chunk_ = nullptr;
};

void assign(duckdb_vector vector, idx_t at, std::string_view text) { api().duckdb_vector_assign_string_element_len(vector, at, text.data(), text.size()); }

}  // namespace

base::Result<void> append_config_rows(const Connection& connection, const std::vector<ConfigRow>& rows) {
  if (rows.empty()) return {};
  Types types;
  types.simple(DUCKDB_TYPE_UINTEGER).simple(DUCKDB_TYPE_UBIGINT).simple(DUCKDB_TYPE_VARCHAR).map_of_texts();
  Chunks chunks(connection.handle().connection, "configs", types);
  return chunks.append(rows.size(), [&](std::size_t first, idx_t count) {
    idx_t all = 0;
    for (idx_t i = 0; i < count; ++i) all += rows[first + i].second.settings().size();
    duckdb_vector maps = chunks.column(3);
    if (api().duckdb_list_vector_reserve(maps, all) == DuckDBError || api().duckdb_list_vector_set_size(maps, all) == DuckDBError) return false;
    // A map is a list of structs; its vectors may have moved when they grew.
    duckdb_vector entries = api().duckdb_list_vector_get_child(maps);
    duckdb_vector keys = api().duckdb_struct_vector_get_child(entries, 0), values = api().duckdb_struct_vector_get_child(entries, 1);
    idx_t at = 0;
    for (idx_t i = 0; i < count; ++i) {
      const core::RunConfig& config = rows[first + i].second;
      chunks.data<std::uint32_t>(0)[i] = rows[first + i].first;
      chunks.data<std::uint64_t>(1)[i] = config.fingerprint();
      assign(chunks.column(2), i, config.to_string());
      chunks.data<duckdb_list_entry>(3)[i] = {at, config.settings().size()};
      for (const core::Setting& setting : config.settings()) {
        assign(keys, at, setting.key);
        assign(values, at, setting.value);
        ++at;
      }
    }
    return true;
  });
}

base::Result<void> append_free_config_rows(const Connection& connection, const FreeConfigRows& rows) {
  if (rows.count() == 0) return {};
  Types types;
  types.simple(DUCKDB_TYPE_UINTEGER).simple(DUCKDB_TYPE_UINTEGER).simple(DUCKDB_TYPE_VARCHAR);
  Chunks chunks(connection.handle().connection, "free_configs", types);
  return chunks.append(rows.count(), [&](std::size_t first, idx_t count) {
    for (idx_t i = 0; i < count; ++i) {
      chunks.data<std::uint32_t>(0)[i] = rows.id(first + i);
      chunks.data<std::uint32_t>(1)[i] = rows.base(first + i);
      assign(chunks.column(2), i, rows.values(first + i));
    }
    return true;
  });
}

}  // namespace chimera::store
