#include "store/row_function.h"

#include <duckdb.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "store/duck_api.h"
#include "store/duck_handles.h"
#include "store/row_packer.h"

namespace chimera::store {

struct DuckApi {
#define CHIMERA_DUCKDB(name) decltype(&::name) name = nullptr;
#include "store/duck_api.def"
};

// What all threads of one INSERT share.
struct RowFunction::Feed {
  const std::vector<core::FactSource*>* sources = nullptr;
  StoredMeanings* meanings = nullptr;
  std::atomic<std::uint64_t> numbers{0};
  std::mutex mutex;
  std::optional<base::Error> error;
};

namespace {

using Feed = RowFunction::Feed;

// The fields of stored.rows.cells, in their order.
constexpr std::array<std::pair<const char*, duckdb_type>, RowPacker::kWords> kFields{{{"context", DUCKDB_TYPE_UBIGINT},
                                                                                      {"place", DUCKDB_TYPE_UBIGINT},
                                                                                      {"extent", DUCKDB_TYPE_UBIGINT},
                                                                                      {"base", DUCKDB_TYPE_UBIGINT},
                                                                                      {"word0", DUCKDB_TYPE_BIGINT},
                                                                                      {"word1", DUCKDB_TYPE_BIGINT},
                                                                                      {"word2", DUCKDB_TYPE_BIGINT},
                                                                                      {"word3", DUCKDB_TYPE_BIGINT},
                                                                                      {"word4", DUCKDB_TYPE_BIGINT},
                                                                                      {"word5", DUCKDB_TYPE_BIGINT},
                                                                                      {"spans0", DUCKDB_TYPE_UBIGINT},
                                                                                      {"spans1", DUCKDB_TYPE_UBIGINT},
                                                                                      {"spans2", DUCKDB_TYPE_UBIGINT}}};

// One thread's place in the feed.
class Puller {
 public:
  explicit Puller(Feed& feed) : feed_(feed), packer_(*feed.meanings) {}

  // Fills the chunk; 0 rows: nothing is left.
  base::Result<idx_t> fill(duckdb_data_chunk chunk) {
    const idx_t capacity = api().duckdb_vector_size();
    duckdb_vector cells = api().duckdb_data_chunk_get_vector(chunk, 0);
    for (std::size_t f = 0; f < data_.size(); ++f) data_[f] = static_cast<std::uint64_t*>(api().duckdb_vector_get_data(api().duckdb_struct_vector_get_child(cells, f)));
    idx_t filled = 0;
    while (filled < capacity) {
      if (packer_.ready() != nullptr) {
        filled += hand_out(filled, capacity - filled);
        continue;
      }
      TRY(const bool more, read_on());
      if (!more) break;
    }
    return filled;
  }

 private:
  // Nothing is ready. False: nothing will be.
  base::Result<bool> read_on() {
    if (!reader_) {
      if (source_ == feed_.sources->size()) return false;
      reader_ = (*feed_.sources)[source_]->reader();
    }
    TRY(const bool more, reader_->next(batch_));
    if (more) {
      feed_.numbers += batch_.numbers();
      TRY_VOID(packer_.add(batch_));
      return true;
    }
    batch_.clear();
    reader_.reset();
    ++source_;
    packer_.let_go();
    return true;
  }

  // Of the first run that is ready, as much as there is room for.
  idx_t hand_out(idx_t at, idx_t room) {
    const RowPacker::Run& run = *packer_.ready();
    const std::size_t count = std::min<std::size_t>(room, run.count() - handed_out_);
    for (std::size_t f = 0; f < data_.size(); ++f) std::copy_n(run.words[f].data() + handed_out_, count, data_[f] + at);
    handed_out_ += count;
    if (handed_out_ == run.count()) {
      packer_.done_with_ready();
      handed_out_ = 0;
    }
    return count;
  }

  Feed& feed_;
  std::size_t source_ = 0;
  std::unique_ptr<core::FactReader> reader_;
  core::FactBatch batch_;
  RowPacker packer_;
  std::size_t handed_out_ = 0;  // of the run that is ready
  std::array<std::uint64_t*, RowPacker::kWords> data_{};
};

// The feed of the INSERT that runs now.
Feed* feed_of(void* extra) { return *static_cast<Feed**>(extra); }

void bind(duckdb_bind_info info) {
  std::array<duckdb_logical_type, kFields.size()> types{};
  std::array<const char*, kFields.size()> names{};
  for (std::size_t f = 0; f < kFields.size(); ++f) {
    names[f] = kFields[f].first;
    types[f] = api().duckdb_create_logical_type(kFields[f].second);
  }
  duckdb_logical_type cells = api().duckdb_create_struct_type(types.data(), names.data(), kFields.size());
  api().duckdb_bind_add_result_column(info, "cells", cells);
  api().duckdb_destroy_logical_type(&cells);
  for (duckdb_logical_type& type : types) api().duckdb_destroy_logical_type(&type);
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
  api().duckdb_data_chunk_set_size(chunk, *filled);
}

}  // namespace

base::Result<RowFunction> RowFunction::add_to(const Connection& connection) {
  auto* slot = new Feed*(nullptr);
  duckdb_table_function function = api().duckdb_create_table_function();
  api().duckdb_table_function_set_name(function, "chimera_rows");
  api().duckdb_table_function_set_extra_info(function, slot, [](void* extra) { delete static_cast<Feed**>(extra); });
  api().duckdb_table_function_set_bind(function, bind);
  api().duckdb_table_function_set_init(function, start);
  api().duckdb_table_function_set_local_init(function, start_thread);
  api().duckdb_table_function_set_function(function, pull);
  const duckdb_state state = api().duckdb_register_table_function(connection.handle().connection, function);
  api().duckdb_destroy_table_function(&function);
  if (state == DuckDBError) return base::fail(base::ErrorKind::internal, "DuckDB does not take the table function");
  return RowFunction(slot);
}

base::Result<std::uint64_t> RowFunction::insert(Connection& connection, const std::vector<core::FactSource*>& sources, StoredMeanings& meanings) {
  Feed feed;
  feed.meanings = &meanings;
  feed.sources = &sources;
  *slot_ = &feed;
  const auto done = connection.run("INSERT INTO stored.rows SELECT * FROM chimera_rows()");
  *slot_ = nullptr;
  if (feed.error) return tl::make_unexpected(*feed.error);
  if (!done) return tl::make_unexpected(done.error());
  return feed.numbers.load();
}

}  // namespace chimera::store
