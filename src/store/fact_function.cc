#include "store/fact_function.h"

#include <duckdb.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <mutex>
#include <optional>

#include "store/duck_api.h"
#include "store/duck_handles.h"

namespace chimera::store {

struct DuckApi {
#define CHIMERA_DUCKDB(name) decltype(&::name) name = nullptr;
#include "store/duck_api.def"
};


// What all threads of one INSERT share.
struct CellFunction::Feed {
  const std::vector<core::FactSource*>* sources = nullptr;
  std::atomic<std::uint64_t> cells{0};
  std::mutex mutex;
  std::optional<base::Error> error;
};

namespace {

using Feed = CellFunction::Feed;

// The columns of stored.cells, in their order.
constexpr std::array<std::pair<const char*, duckdb_type>, 8> kColumns{{{"series", DUCKDB_TYPE_UINTEGER},
                                                                       {"row", DUCKDB_TYPE_UINTEGER},
                                                                       {"line", DUCKDB_TYPE_UINTEGER},
                                                                       {"value", DUCKDB_TYPE_DOUBLE},
                                                                       {"begin", DUCKDB_TYPE_UBIGINT},
                                                                       {"size", DUCKDB_TYPE_UINTEGER},
                                                                       {"config", DUCKDB_TYPE_UINTEGER},
                                                                       {"state", DUCKDB_TYPE_UTINYINT}}};

// One thread's place in the feed. A batch that no longer fits into a chunk waits for the next one.
class Puller {
 public:
  explicit Puller(Feed& feed) : feed_(feed) {}

  // Fills the chunk; 0 rows: nothing is left.
  base::Result<idx_t> fill(duckdb_data_chunk chunk) {
    const idx_t capacity = api().duckdb_vector_size();
    for (std::size_t c = 0; c < kColumns.size(); ++c) data_[c] = api().duckdb_vector_get_data(api().duckdb_data_chunk_get_vector(chunk, c));
    idx_t filled = 0;
    while (filled < capacity) {
      if (taken_ == batch_.count()) {
        TRY(const bool more, next_batch());
        if (!more) break;
      }
      filled += copy(filled, std::min<idx_t>(capacity - filled, batch_.count() - taken_));
    }
    return filled;
  }

 private:
  base::Result<bool> next_batch() {
    taken_ = 0;
    for (;;) {
      if (reader_) {
        TRY(const bool more, reader_->next(batch_));
        if (more) return true;
        batch_.clear();
        reader_.reset();
        ++source_;
      }
      if (source_ == feed_.sources->size()) return false;
      reader_ = (*feed_.sources)[source_]->reader();
    }
  }

  template <class To, class From>
  void column(std::size_t c, idx_t at, const std::vector<From>& from, idx_t count) {
    To* to = static_cast<To*>(data_[c]) + at;
    if constexpr (sizeof(To) == sizeof(From)) std::memcpy(to, from.data() + taken_, count * sizeof(To));
    else std::transform(from.begin() + static_cast<std::ptrdiff_t>(taken_), from.begin() + static_cast<std::ptrdiff_t>(taken_ + count), to,
                        [](From value) { return static_cast<To>(value); });
  }

  idx_t copy(idx_t at, idx_t count) {
    const bool cells = batch_.holds == core::FactBatch::Holds::cells;
    std::fill_n(static_cast<std::uint32_t*>(data_[0]) + at, count, cells ? batch_.series : batch_.table);
    column<std::uint32_t>(1, at, batch_.row, count);
    column<std::uint32_t>(2, at, batch_.line, count);
    column<double>(3, at, batch_.value, count);
    column<std::uint64_t>(4, at, batch_.begin, count);
    column<std::uint32_t>(5, at, batch_.size, count);
    column<std::uint32_t>(6, at, batch_.config, count);
    column<std::uint8_t>(7, at, batch_.state, count);
    taken_ += count;
    return count;
  }

  Feed& feed_;
  std::size_t source_ = 0;
  std::unique_ptr<core::FactReader> reader_;
  core::FactBatch batch_;
  std::size_t taken_ = 0;
  std::array<void*, kColumns.size()> data_{};
};

// The feed of the INSERT that runs now.
Feed* feed_of(void* extra) { return *static_cast<Feed**>(extra); }

void bind(duckdb_bind_info info) {
  for (const auto& [name, type] : kColumns) {
    duckdb_logical_type logical = api().duckdb_create_logical_type(type);
    api().duckdb_bind_add_result_column(info, name, logical);
    api().duckdb_destroy_logical_type(&logical);
  }
}

void start(duckdb_init_info info) { api().duckdb_init_set_max_threads(info, 1024); }

void start_thread(duckdb_init_info info) {
  Feed* feed = feed_of(api().duckdb_init_get_extra_info(info));
  api().duckdb_init_set_init_data(info, new Puller(*feed), [](void* puller) { delete static_cast<Puller*>(puller); });
}

void pull(duckdb_function_info info, duckdb_data_chunk chunk) {
  Feed* feed = feed_of(api().duckdb_function_get_extra_info(info));
  const auto filled = static_cast<Puller*>(api().duckdb_function_get_local_init_data(info))->fill(chunk);
  if (!filled) {
    api().duckdb_function_set_error(info, filled.error().message.c_str());
    const std::lock_guard lock(feed->mutex);
    if (!feed->error) feed->error = filled.error();
    return;
  }
  feed->cells += *filled;
  api().duckdb_data_chunk_set_size(chunk, *filled);
}

}  // namespace

base::Result<CellFunction> CellFunction::add_to(const Connection& connection) {
  auto* slot = new Feed*(nullptr);
  duckdb_table_function function = api().duckdb_create_table_function();
  api().duckdb_table_function_set_name(function, "chimera_cells");
  api().duckdb_table_function_set_extra_info(function, slot, [](void* extra) { delete static_cast<Feed**>(extra); });
  api().duckdb_table_function_set_bind(function, bind);
  api().duckdb_table_function_set_init(function, start);
  api().duckdb_table_function_set_local_init(function, start_thread);
  api().duckdb_table_function_set_function(function, pull);
  const duckdb_state state = api().duckdb_register_table_function(connection.handle().connection, function);
  api().duckdb_destroy_table_function(&function);
  if (state == DuckDBError) return base::fail(base::ErrorKind::internal, "DuckDB does not take the table function");
  return CellFunction(slot);
}

base::Result<std::uint64_t> CellFunction::insert(Connection& connection, const std::vector<core::FactSource*>& sources) {
  Feed feed;
  feed.sources = &sources;
  *slot_ = &feed;
  const auto done = connection.run("INSERT INTO stored.cells SELECT * FROM chimera_cells()");
  *slot_ = nullptr;
  if (feed.error) return tl::make_unexpected(*feed.error);
  if (!done) return tl::make_unexpected(done.error());
  return feed.cells.load();
}

}  // namespace chimera::store
