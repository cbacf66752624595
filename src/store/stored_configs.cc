#include "store/stored_configs.h"

#include <duckdb.h>

#include <algorithm>
#include <array>

#include "base/check.h"
#include "store/duck_api.h"
#include "store/duck_handles.h"

namespace chimera::store {

struct DuckApi {
#define CHIMERA_DUCKDB(name) decltype(&::name) name = nullptr;
#include "store/duck_api.def"
};

namespace {

using core::FreeConfig;

constexpr std::uint64_t kNoFingerprint = 0;

// A text that holds what stands between two shows its symbol instead.
void append(std::string& texts, std::string_view value) {
  for (std::size_t at = value.find(FreeConfig::kBetween); at != std::string_view::npos; at = value.find(FreeConfig::kBetween)) {
    texts.append(value.substr(0, at)).append("\u241F");
    value.remove_prefix(at + 1);
  }
  texts.append(value);
}

// The rows of stored.configs, a chunk at a time.
class Chunks {
 public:
  explicit Chunks(duckdb_connection connection) {
    std::array<duckdb_logical_type, 4> types{};
    constexpr std::array<duckdb_type, 4> kTypes{DUCKDB_TYPE_UINTEGER, DUCKDB_TYPE_UBIGINT, DUCKDB_TYPE_UINTEGER, DUCKDB_TYPE_VARCHAR};
    std::transform(kTypes.begin(), kTypes.end(), types.begin(), [](duckdb_type type) { return api().duckdb_create_logical_type(type); });
    if (api().duckdb_appender_create(connection, "stored", "configs", &appender_) == DuckDBSuccess)
      chunk_ = api().duckdb_create_data_chunk(types.data(), types.size());
    for (duckdb_logical_type& type : types) api().duckdb_destroy_logical_type(&type);
  }
  Chunks(const Chunks&) = delete;
  Chunks& operator=(const Chunks&) = delete;
  ~Chunks() {
    if (chunk_ != nullptr) api().duckdb_destroy_data_chunk(&chunk_);
    api().duckdb_appender_destroy(&appender_);
  }
  [[nodiscard]] bool is_open() const { return chunk_ != nullptr; }
  [[nodiscard]] duckdb_vector column(idx_t c) const { return api().duckdb_data_chunk_get_vector(chunk_, c); }
  template <class T>
  [[nodiscard]] T* data(idx_t c) const { return static_cast<T*>(api().duckdb_vector_get_data(column(c))); }
  [[nodiscard]] bool append(idx_t count) {
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

std::string_view StoredConfigs::Fresh::values(std::size_t i) const {
  const std::size_t begin = i == 0 ? 0 : ends[i - 1];
  return std::string_view(texts).substr(begin, ends[i] - begin);
}

base::Result<void> StoredConfigs::load(Connection& connection) {
  known_.clear();
  shapes_.clear();
  fresh_shapes_.clear();
  bases_.clear();
  fresh_ = {};
  TRY(Rows next, connection.query("SELECT coalesce(max(id) + 1, 0) FROM stored.configs"));
  next_ = next.next() ? static_cast<std::uint32_t>(next.number(0)) : 0;
  TRY(Rows configs, connection.query("SELECT fingerprint, id FROM stored.configs WHERE fingerprint IS NOT NULL"));
  while (configs.next()) known_.emplace(configs.number(0), static_cast<std::uint32_t>(configs.number(1)));
  TRY(Rows shapes, connection.query("SELECT names, id FROM stored.shapes"));
  while (shapes.next()) shapes_.emplace(shapes.text(0), static_cast<std::uint32_t>(shapes.number(1)));
  return {};
}

std::uint32_t StoredConfigs::shape_of(const std::vector<core::Setting>& settings) {
  std::string names;
  for (const core::Setting& setting : settings) {
    if (&setting != settings.data()) names += FreeConfig::kBetween;
    append(names, setting.key);
  }
  const auto [entry, fresh] = shapes_.emplace(std::move(names), static_cast<std::uint32_t>(shapes_.size()));
  if (fresh) fresh_shapes_.emplace_back(entry->second, entry->first);
  return entry->second;
}

void StoredConfigs::begin_row(std::uint32_t shape, std::uint64_t fingerprint) {
  fresh_.ids.push_back(next_++);
  fresh_.shapes.push_back(shape);
  fresh_.fingerprints.push_back(fingerprint);
}

std::uint32_t StoredConfigs::add(const core::RunConfig& config) {
  const std::uint64_t fingerprint = config.fingerprint();
  const std::lock_guard lock(mutex_);
  const auto [entry, fresh] = known_.emplace(fingerprint, next_);
  if (!fresh) return entry->second;
  begin_row(shape_of(config.settings()), fingerprint);
  for (const core::Setting& setting : config.settings()) {
    if (&setting != config.settings().data()) fresh_.texts += FreeConfig::kBetween;
    append(fresh_.texts, setting.value);
  }
  fresh_.ends.push_back(fresh_.texts.size());
  return entry->second;
}

std::uint32_t StoredConfigs::add_base(const core::RunConfig& shared, const std::vector<std::string>& names) {
  core::RunConfig all = shared;
  for (const std::string& name : names) all.set(name, "");
  CHECK(all.settings().size() == shared.settings().size() + names.size(), "a free setting is none of those that are shared");
  const std::lock_guard lock(mutex_);
  Base base;
  base.shape = shape_of(all.settings());
  base.pieces.emplace_back();
  for (const core::Setting& setting : all.settings()) {
    if (&setting != all.settings().data()) base.pieces.back() += FreeConfig::kBetween;
    const auto free = std::find(names.begin(), names.end(), setting.key);
    if (free == names.end()) {
      append(base.pieces.back(), setting.value);
      continue;
    }
    base.order.push_back(static_cast<std::size_t>(free - names.begin()));
    base.pieces.emplace_back();
  }
  bases_.push_back(std::move(base));
  return static_cast<std::uint32_t>(bases_.size() - 1);
}

std::uint32_t StoredConfigs::add(const std::vector<core::FreeConfig>& configs) {
  const std::lock_guard lock(mutex_);
  const std::uint32_t first = next_;
  std::vector<std::string_view> values;
  for (const core::FreeConfig& config : configs) {
    const Base& base = bases_[config.base];
    values.clear();
    for (std::string_view rest = config.values;;) {
      const std::size_t end = rest.find(FreeConfig::kBetween);
      values.push_back(rest.substr(0, end));
      if (end == std::string_view::npos) break;
      rest.remove_prefix(end + 1);
    }
    CHECK(values.size() == base.order.size() || base.order.empty(), "a value for each free setting");
    begin_row(base.shape, kNoFingerprint);
    for (std::size_t i = 0; i < base.order.size(); ++i) fresh_.texts.append(base.pieces[i]).append(values[base.order[i]]);
    fresh_.texts += base.pieces.back();
    fresh_.ends.push_back(fresh_.texts.size());
  }
  return first;
}

base::Result<void> StoredConfigs::write_configs(Connection& connection) const {
  if (fresh_.ids.empty()) return {};
  Chunks chunks(connection.handle().connection);
  const idx_t most = api().duckdb_vector_size();
  for (std::size_t first = 0; first < fresh_.ids.size(); first += most) {
    if (!chunks.is_open()) return failed(chunks.problem());
    const idx_t count = std::min<idx_t>(most, fresh_.ids.size() - first);
    std::copy_n(fresh_.ids.data() + first, count, chunks.data<std::uint32_t>(0));
    std::copy_n(fresh_.fingerprints.data() + first, count, chunks.data<std::uint64_t>(1));
    std::copy_n(fresh_.shapes.data() + first, count, chunks.data<std::uint32_t>(2));
    api().duckdb_vector_ensure_validity_writable(chunks.column(1));
    std::uint64_t* const valid = api().duckdb_vector_get_validity(chunks.column(1));
    for (idx_t i = 0; i < count; ++i) {
      if (fresh_.fingerprints[first + i] == kNoFingerprint) api().duckdb_validity_set_row_invalid(valid, i);
      const std::string_view values = fresh_.values(first + i);
      api().duckdb_vector_assign_string_element_len(chunks.column(3), i, values.data(), values.size());
    }
    if (!chunks.append(count)) return failed(chunks.problem());
  }
  return chunks.close() ? base::Result<void>() : failed(chunks.problem());
}

base::Result<void> StoredConfigs::write(Connection& connection) {
  TRY(Appender shapes, Appender::open(connection, "stored", "shapes"));
  for (const auto& [id, names] : fresh_shapes_) shapes.number(id).text(names).end_row();
  TRY_VOID(shapes.close());
  TRY_VOID(write_configs(connection));
  fresh_shapes_.clear();
  fresh_ = {};
  return {};
}

}  // namespace chimera::store
