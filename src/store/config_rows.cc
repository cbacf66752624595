#include "store/config_rows.h"

#include <duckdb.h>

#include <algorithm>
#include <array>
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

// The columns of stored.configs, in their order, a chunk at a time.
class ConfigChunk {
 public:
  explicit ConfigChunk(duckdb_connection connection) {
    if (api().duckdb_appender_create(connection, "stored", "configs", &appender_) == DuckDBError) return;
    duckdb_logical_type text = api().duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
    std::array<duckdb_logical_type, 4> types{api().duckdb_create_logical_type(DUCKDB_TYPE_UINTEGER), api().duckdb_create_logical_type(DUCKDB_TYPE_UBIGINT),
                                             api().duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR), api().duckdb_create_map_type(text, text)};
    chunk_ = api().duckdb_create_data_chunk(types.data(), types.size());
    for (duckdb_logical_type& type : types) api().duckdb_destroy_logical_type(&type);
    api().duckdb_destroy_logical_type(&text);
  }
  ConfigChunk(const ConfigChunk&) = delete;
  ConfigChunk& operator=(const ConfigChunk&) = delete;
  ~ConfigChunk() {
    if (chunk_ != nullptr) api().duckdb_destroy_data_chunk(&chunk_);
    api().duckdb_appender_destroy(&appender_);
  }

  [[nodiscard]] bool append(const ConfigRow* rows, idx_t count) {
    if (chunk_ == nullptr) return false;
    const auto column = [&](idx_t c) { return api().duckdb_data_chunk_get_vector(chunk_, c); };
    auto* ids = static_cast<std::uint32_t*>(api().duckdb_vector_get_data(column(0)));
    auto* fingerprints = static_cast<std::uint64_t*>(api().duckdb_vector_get_data(column(1)));
    auto* maps = static_cast<duckdb_list_entry*>(api().duckdb_vector_get_data(column(3)));
    idx_t all = 0;
    for (idx_t i = 0; i < count; ++i) all += rows[i].second.settings().size();
    if (api().duckdb_list_vector_reserve(column(3), all) == DuckDBError || api().duckdb_list_vector_set_size(column(3), all) == DuckDBError) return false;
    // A map is a list of structs; its vectors may have moved when they grew.
    duckdb_vector entries = api().duckdb_list_vector_get_child(column(3));
    duckdb_vector keys = api().duckdb_struct_vector_get_child(entries, 0), values = api().duckdb_struct_vector_get_child(entries, 1);
    idx_t at = 0;
    for (idx_t i = 0; i < count; ++i) {
      const core::RunConfig& config = rows[i].second;
      const std::string text = config.to_string();
      ids[i] = rows[i].first;
      fingerprints[i] = config.fingerprint();
      api().duckdb_vector_assign_string_element_len(column(2), i, text.data(), text.size());
      maps[i] = {at, config.settings().size()};
      for (const core::Setting& setting : config.settings()) {
        api().duckdb_vector_assign_string_element_len(keys, at, setting.key.data(), setting.key.size());
        api().duckdb_vector_assign_string_element_len(values, at, setting.value.data(), setting.value.size());
        ++at;
      }
    }
    api().duckdb_data_chunk_set_size(chunk_, count);
    const bool done = api().duckdb_append_data_chunk(appender_, chunk_) == DuckDBSuccess;
    api().duckdb_data_chunk_reset(chunk_);
    return done;
  }
  [[nodiscard]] bool close() { return api().duckdb_appender_close(appender_) == DuckDBSuccess; }
  [[nodiscard]] const char* problem() const { return api().duckdb_appender_error(appender_); }

 private:
  duckdb_appender appender_ = nullptr;
  duckdb_data_chunk chunk_ = nullptr;
};

}  // namespace

base::Result<void> append_config_rows(const Connection& connection, const std::vector<ConfigRow>& rows) {
  if (rows.empty()) return {};
  ConfigChunk chunk(connection.handle().connection);
  const idx_t most = api().duckdb_vector_size();
  bool good = true;
  for (std::size_t first = 0; good && first < rows.size(); first += most) good = chunk.append(rows.data() + first, std::min<idx_t>(most, rows.size() - first));
  if (good && chunk.close()) return {};
  return failed(chunk.problem());
}

}  // namespace chimera::store
