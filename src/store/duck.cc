#include "store/duck.h"

#include <duckdb.h>
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>

#include "base/check.h"
#include "store/duck_api.h"
#include "store/duck_handles.h"

namespace chimera::store {

struct DuckApi {
#define CHIMERA_DUCKDB(name) decltype(&::name) name = nullptr;
#include "store/duck_api.def"
};

namespace {

std::string hint_for(std::string_view message) {
  if (message.find("No space left") != std::string_view::npos || message.find("File too large") != std::string_view::npos)
    return "free some space; what was committed before is kept";
  return {};
}

Rows::Kind kind_of(duckdb_type type) {
  switch (type) {
    case DUCKDB_TYPE_BOOLEAN: return Rows::Kind::boolean;
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
    case DUCKDB_TYPE_UBIGINT: return Rows::Kind::integer;
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE: return Rows::Kind::real;
    case DUCKDB_TYPE_VARCHAR:
    case DUCKDB_TYPE_BLOB: return Rows::Kind::text;
    default: return Rows::Kind::other;
  }
}

}  // namespace

tl::unexpected<base::Error> failed(const char* message) {
  const std::string text = message == nullptr ? "DuckDB gave no reason" : message;
  return base::fail(base::ErrorKind::input, text, hint_for(text));
}

// ---- Duck

Duck::Duck(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
Duck::Duck(Duck&&) noexcept = default;
Duck& Duck::operator=(Duck&& other) noexcept {
  std::swap(handle_, other.handle_);
  return *this;
}
Duck::~Duck() {
  if (handle_) api().duckdb_close(&handle_->database);
}

base::Result<Duck> Duck::open(const std::string& path, const DuckOptions& options) {
  TRY_VOID(load_duckdb());
  duckdb_config config = nullptr;
  if (api().duckdb_create_config(&config) == DuckDBError) return base::fail(base::ErrorKind::internal, "DuckDB cannot make a configuration");
  const auto set = [&](const char* name, const std::string& value) {
    CHECK(api().duckdb_set_config(config, name, value.c_str()) == DuckDBSuccess, "DuckDB knows its settings");
  };
  set("access_mode", options.access == Access::read ? "READ_ONLY" : "READ_WRITE");
  set("enable_external_access", options.outside ? "true" : "false");
  // What a new file may hold: zstd for the contents of files, a tenth of their size. Later versions refuse dictionaries.
  set("storage_compatibility_version", "v1.2.0");
  set("autoinstall_known_extensions", "false");
  set("autoload_known_extensions", "false");
  set("preserve_insertion_order", options.access == Access::read ? "true" : "false");
  // A checkpoint rewrites what was begun: after every few hundred small files it took a quarter of the time. What was committed
  // stands in the log until then.
  set("checkpoint_threshold", "64MB");
  // Asking whether runs or bitpacking is smaller, and writing the runs, took a twentieth of an ingest; without them a store is 3 to 11 %
  // larger.
  set("disabled_compression_methods", "rle");
  if (options.threads > 0) set("threads", std::to_string(options.threads));
  if (!options.memory_limit.empty()) set("memory_limit", options.memory_limit);
  auto handle = std::make_unique<Handle>();
  char* reason = nullptr;
  const duckdb_state state = api().duckdb_open_ext(path.c_str(), &handle->database, config, &reason);
  api().duckdb_destroy_config(&config);
  if (state == DuckDBSuccess) return Duck(std::move(handle));
  const std::string message = reason == nullptr ? "DuckDB gave no reason" : reason;
  api().duckdb_free(reason);
  return base::fail(base::ErrorKind::input, message, hint_for(message));
}

// ---- Rows

struct Rows::State {
  duckdb_result result{};
  duckdb_data_chunk chunk = nullptr;
  struct Column {
    std::string name;
    duckdb_type type = DUCKDB_TYPE_INVALID;
    const void* data = nullptr;
    std::uint64_t* validity = nullptr;
  };
  std::vector<Column> columns;
  idx_t row = 0;
  idx_t rows = 0;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    api().duckdb_destroy_data_chunk(&chunk);
    api().duckdb_destroy_result(&result);
  }
  template <class T>
  [[nodiscard]] T at(std::size_t column) const {
    return static_cast<const T*>(columns[column].data)[row];
  }
};

Rows::Rows(std::unique_ptr<State> state) : state_(std::move(state)) {
  for (idx_t c = 0; c < api().duckdb_column_count(&state_->result); ++c)
    state_->columns.push_back({api().duckdb_column_name(&state_->result, c), api().duckdb_column_type(&state_->result, c), nullptr, nullptr});
}
Rows::Rows(Rows&&) noexcept = default;
Rows& Rows::operator=(Rows&&) noexcept = default;
Rows::~Rows() = default;

std::size_t Rows::columns() const { return state_->columns.size(); }
std::string Rows::name(std::size_t column) const { return state_->columns[column].name; }
Rows::Kind Rows::kind(std::size_t column) const { return kind_of(state_->columns[column].type); }

bool Rows::next() {
  State& s = *state_;
  if (s.chunk != nullptr && ++s.row < s.rows) return true;
  do {
    api().duckdb_destroy_data_chunk(&s.chunk);
    s.chunk = api().duckdb_fetch_chunk(s.result);
    if (s.chunk == nullptr) return false;
    s.rows = api().duckdb_data_chunk_get_size(s.chunk);
  } while (s.rows == 0);
  s.row = 0;
  for (idx_t c = 0; c < s.columns.size(); ++c) {
    duckdb_vector vector = api().duckdb_data_chunk_get_vector(s.chunk, c);
    s.columns[c].data = api().duckdb_vector_get_data(vector);
    s.columns[c].validity = api().duckdb_vector_get_validity(vector);
  }
  return true;
}

bool Rows::null(std::size_t column) const {
  std::uint64_t* validity = state_->columns[column].validity;
  return validity != nullptr && !api().duckdb_validity_row_is_valid(validity, state_->row);
}

std::uint64_t Rows::number(std::size_t column) const {
  return state_->columns[column].type == DUCKDB_TYPE_UBIGINT ? state_->at<std::uint64_t>(column) : static_cast<std::uint64_t>(integer(column));
}

std::int64_t Rows::integer(std::size_t column) const {
  const State& s = *state_;
  switch (s.columns[column].type) {
    case DUCKDB_TYPE_TINYINT: return s.at<std::int8_t>(column);
    case DUCKDB_TYPE_SMALLINT: return s.at<std::int16_t>(column);
    case DUCKDB_TYPE_INTEGER: return s.at<std::int32_t>(column);
    case DUCKDB_TYPE_BIGINT: return s.at<std::int64_t>(column);
    case DUCKDB_TYPE_UTINYINT: return s.at<std::uint8_t>(column);
    case DUCKDB_TYPE_USMALLINT: return s.at<std::uint16_t>(column);
    case DUCKDB_TYPE_UINTEGER: return s.at<std::uint32_t>(column);
    case DUCKDB_TYPE_UBIGINT: return static_cast<std::int64_t>(s.at<std::uint64_t>(column));
    default: break;
  }
  CHECK(false, "the column holds integers");
  return 0;
}

double Rows::real(std::size_t column) const {
  return state_->columns[column].type == DUCKDB_TYPE_FLOAT ? static_cast<double>(state_->at<float>(column)) : state_->at<double>(column);
}

bool Rows::boolean(std::size_t column) const { return state_->at<bool>(column); }

std::string_view Rows::text(std::size_t column) const {
  auto* cells = static_cast<duckdb_string_t*>(const_cast<void*>(state_->columns[column].data));
  duckdb_string_t* cell = cells + state_->row;
  return {api().duckdb_string_t_data(cell), api().duckdb_string_t_length(*cell)};
}

std::string Rows::written(std::size_t column) const {
  switch (kind(column)) {
    case Kind::boolean: return boolean(column) ? "true" : "false";
    case Kind::integer: return state_->columns[column].type == DUCKDB_TYPE_UBIGINT ? std::to_string(number(column)) : std::to_string(integer(column));
    case Kind::real: return state_->columns[column].type == DUCKDB_TYPE_FLOAT ? fmt::format("{}", state_->at<float>(column)) : fmt::format("{}", real(column));
    case Kind::text: return std::string(text(column));
    case Kind::other: break;
  }
  return {};
}

// ---- Connection

Connection::Connection(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&& other) noexcept {
  std::swap(handle_, other.handle_);
  return *this;
}
Connection::~Connection() {
  if (handle_) api().duckdb_disconnect(&handle_->connection);
}

base::Result<Connection> Connection::open(const Duck& duck) {
  auto handle = std::make_unique<Handle>();
  if (api().duckdb_connect(duck.handle().database, &handle->connection) == DuckDBError)
    return base::fail(base::ErrorKind::internal, "DuckDB cannot open a connection");
  return Connection(std::move(handle));
}

void Connection::interrupt() { api().duckdb_interrupt(handle_->connection); }

base::Result<void> Connection::run(const std::string& sql) {
  duckdb_result result{};
  const duckdb_state state = api().duckdb_query(handle_->connection, sql.c_str(), &result);
  const base::Error error = state == DuckDBSuccess ? base::Error{} : failed(api().duckdb_result_error(&result)).value();
  api().duckdb_destroy_result(&result);
  if (state == DuckDBError) return tl::make_unexpected(error);
  return {};
}

base::Result<Rows> Connection::query(const std::string& sql, const std::vector<std::string>& texts) {
  duckdb_prepared_statement statement = nullptr;
  if (api().duckdb_prepare(handle_->connection, sql.c_str(), &statement) == DuckDBError) {
    const auto error = failed(api().duckdb_prepare_error(statement));
    api().duckdb_destroy_prepare(&statement);
    return error;
  }
  for (std::size_t i = 0; i < texts.size(); ++i) api().duckdb_bind_varchar_length(statement, i + 1, texts[i].data(), texts[i].size());
  auto state = std::make_unique<Rows::State>();
  const duckdb_state done = api().duckdb_execute_prepared(statement, &state->result);
  api().duckdb_destroy_prepare(&statement);
  if (done == DuckDBError) return failed(api().duckdb_result_error(&state->result));
  return Rows(std::move(state));
}

base::Result<Connection::Shape> Connection::shape(const std::string& sql) {
  Shape shape;
  duckdb_extracted_statements all = nullptr;
  shape.statements = api().duckdb_extract_statements(handle_->connection, sql.c_str(), &all);
  if (shape.statements == 0) {
    const char* reason = api().duckdb_extract_statements_error(all);
    const std::string message = reason == nullptr ? "there is no statement" : reason;
    api().duckdb_destroy_extracted(&all);
    return base::fail(base::ErrorKind::input, message);
  }
  duckdb_prepared_statement statement = nullptr;
  const duckdb_state state = api().duckdb_prepare_extracted_statement(handle_->connection, all, 0, &statement);
  api().duckdb_destroy_extracted(&all);
  if (state == DuckDBError) {
    const auto error = failed(api().duckdb_prepare_error(statement));
    api().duckdb_destroy_prepare(&statement);
    return error;
  }
  shape.is_select = api().duckdb_prepared_statement_type(statement) == DUCKDB_STATEMENT_TYPE_SELECT;
  for (idx_t c = 0; c < api().duckdb_prepared_statement_column_count(statement); ++c) {
    const char* name = api().duckdb_prepared_statement_column_name(statement, c);
    const duckdb_type type = api().duckdb_prepared_statement_column_type(statement, c);
    shape.names.emplace_back(name);
    api().duckdb_free(const_cast<char*>(name));
    shape.kinds.push_back(type == DUCKDB_TYPE_BLOB ? Rows::Kind::other : kind_of(type));
    shape.numeric.push_back(shape.kinds.back() == Rows::Kind::integer || shape.kinds.back() == Rows::Kind::real || type == DUCKDB_TYPE_HUGEINT ||
                            type == DUCKDB_TYPE_UHUGEINT || type == DUCKDB_TYPE_DECIMAL);
  }
  api().duckdb_destroy_prepare(&statement);
  return shape;
}

// ---- Appender

struct Appender::Handle {
  struct Column {
    duckdb_type type = DUCKDB_TYPE_INVALID;
    duckdb_vector vector = nullptr;
    void* data = nullptr;
  };
  duckdb_appender appender = nullptr;
  duckdb_data_chunk chunk = nullptr;
  std::vector<Column> columns;
  idx_t row = 0;          // of the chunk, that is being given
  std::size_t next = 0;   // its next column
  std::size_t bytes = 0;  // of texts in the chunk
  bool failed = false;

  Handle() = default;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    if (chunk != nullptr) api().duckdb_destroy_data_chunk(&chunk);
    api().duckdb_appender_destroy(&appender);
  }

  void make_chunk() {
    std::vector<duckdb_logical_type> types(api().duckdb_appender_column_count(appender));
    for (idx_t c = 0; c < types.size(); ++c) {
      types[c] = api().duckdb_appender_column_type(appender, c);
      columns.push_back({api().duckdb_get_type_id(types[c]), nullptr, nullptr});
    }
    chunk = api().duckdb_create_data_chunk(types.data(), types.size());
    for (duckdb_logical_type& type : types) api().duckdb_destroy_logical_type(&type);
    find_vectors();
  }
  void find_vectors() {
    for (idx_t c = 0; c < columns.size(); ++c) {
      columns[c].vector = api().duckdb_data_chunk_get_vector(chunk, c);
      columns[c].data = api().duckdb_vector_get_data(columns[c].vector);
    }
  }
  const Column& take() {
    CHECK(next < columns.size(), "a row has a value for each column");
    return columns[next++];
  }
  template <class To, class From>
  void put(const Column& column, From value) const {
    CHECK(std::in_range<To>(value), "the column has room for the value");
    static_cast<To*>(column.data)[row] = static_cast<To>(value);
  }
  template <class From>
  void put_integer(From value) {
    const Column& column = take();
    switch (column.type) {
      case DUCKDB_TYPE_TINYINT: return put<std::int8_t>(column, value);
      case DUCKDB_TYPE_UTINYINT: return put<std::uint8_t>(column, value);
      case DUCKDB_TYPE_UINTEGER: return put<std::uint32_t>(column, value);
      case DUCKDB_TYPE_BIGINT: return put<std::int64_t>(column, value);
      case DUCKDB_TYPE_UBIGINT: return put<std::uint64_t>(column, value);
      default: CHECK(false, "the column holds integers");
    }
  }
  void put_text(std::string_view value, duckdb_type type) {
    const Column& column = take();
    CHECK(column.type == type, "the column holds texts, or bytes");
    api().duckdb_vector_assign_string_element_len(column.vector, row, value.data(), value.size());
    bytes += value.size();
  }
  void flush() {
    if (row == 0) return;
    api().duckdb_data_chunk_set_size(chunk, row);
    failed |= api().duckdb_append_data_chunk(appender, chunk) == DuckDBError;
    api().duckdb_data_chunk_reset(chunk);
    find_vectors();
    row = 0;
    bytes = 0;
  }
};

Appender::Appender(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
Appender::Appender(Appender&&) noexcept = default;
Appender& Appender::operator=(Appender&&) noexcept = default;
Appender::~Appender() = default;

base::Result<Appender> Appender::open(const Connection& connection, const std::string& schema, const std::string& table) {
  auto handle = std::make_unique<Handle>();
  if (api().duckdb_appender_create(connection.handle().connection, schema.c_str(), table.c_str(), &handle->appender) == DuckDBError)
    return failed(api().duckdb_appender_error(handle->appender));
  handle->make_chunk();
  return Appender(std::move(handle));
}

Appender& Appender::number(std::uint64_t value) { return handle_->put_integer(value), *this; }
Appender& Appender::integer(std::int64_t value) { return handle_->put_integer(value), *this; }
Appender& Appender::real(double value) {
  const Handle::Column& column = handle_->take();
  CHECK(column.type == DUCKDB_TYPE_DOUBLE, "the column holds doubles");
  static_cast<double*>(column.data)[handle_->row] = value;
  return *this;
}
Appender& Appender::boolean(bool value) {
  const Handle::Column& column = handle_->take();
  CHECK(column.type == DUCKDB_TYPE_BOOLEAN, "the column holds truth values");
  static_cast<bool*>(column.data)[handle_->row] = value;
  return *this;
}
Appender& Appender::text(std::string_view value) { return handle_->put_text(value, DUCKDB_TYPE_VARCHAR), *this; }
Appender& Appender::bytes(std::string_view value) { return handle_->put_text(value, DUCKDB_TYPE_BLOB), *this; }
Appender& Appender::null() {
  const Handle::Column& column = handle_->take();
  api().duckdb_vector_ensure_validity_writable(column.vector);
  api().duckdb_validity_set_row_invalid(api().duckdb_vector_get_validity(column.vector), handle_->row);
  return *this;
}

void Appender::end_row() {
  constexpr std::size_t kMostBytes = std::size_t{1} << 20U;  // of texts that are held for nothing
  CHECK(handle_->next == handle_->columns.size(), "a row has a value for each column");
  handle_->next = 0;
  if (++handle_->row == api().duckdb_vector_size() || handle_->bytes > kMostBytes) handle_->flush();
}

base::Result<void> Appender::close() {
  handle_->flush();
  if (!handle_->failed && api().duckdb_appender_close(handle_->appender) == DuckDBSuccess) return {};
  return failed(api().duckdb_appender_error(handle_->appender));
}

}  // namespace chimera::store
