#include "store/fact_function.h"

#include <duckdb.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <mutex>
#include <optional>
#include <type_traits>
#include <unordered_map>
#include <vector>

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

// The fields of stored.cells.cell, in their order.
constexpr std::array<std::pair<const char*, duckdb_type>, 4> kFields{{{"context", DUCKDB_TYPE_UBIGINT},
                                                                      {"place", DUCKDB_TYPE_UBIGINT},
                                                                      {"value", DUCKDB_TYPE_DOUBLE},
                                                                      {"span", DUCKDB_TYPE_UBIGINT}}};

// What the packing leaves room for (schema.sql).
constexpr std::uint32_t kStateBits = 3;
constexpr std::uint32_t kSizeBits = 24;
constexpr std::uint64_t kMostConfigs = std::uint64_t{1} << (32 - kStateBits);
constexpr std::uint64_t kLongestNumber = (std::uint64_t{1} << kSizeBits) - 1;
constexpr std::uint64_t kLastByte = (std::uint64_t{1} << (64 - kSizeBits)) - 1;

// Cells of one series as the columns of a chunk.
struct Run {
  std::vector<std::uint64_t> context;
  std::vector<std::uint64_t> place;
  std::vector<double> value;
  std::vector<std::uint64_t> span;
  [[nodiscard]] std::size_t count() const { return context.size(); }
  void resize(std::size_t cells) {
    context.resize(cells);
    place.resize(cells);
    value.resize(cells);
    span.resize(cells);
  }
};

// One thread's place in the feed. DuckDB compresses 2,048 values together, by their differences where that is best, so cells of one series
// wait until there are as many: what is compressed together is then of one run.
class Puller {
 public:
  explicit Puller(Feed& feed) : feed_(feed) {}

  // Fills the chunk; 0 rows: nothing is left.
  base::Result<idx_t> fill(duckdb_data_chunk chunk) {
    const idx_t capacity = api().duckdb_vector_size();
    duckdb_vector cells = api().duckdb_data_chunk_get_vector(chunk, 0);
    for (std::size_t f = 0; f < kFields.size(); ++f) data_[f] = api().duckdb_vector_get_data(api().duckdb_struct_vector_get_child(cells, f));
    idx_t filled = 0;
    while (filled < capacity) {
      if (!ready_.empty()) {
        filled += hand_out(filled, capacity - filled);
        continue;
      }
      TRY(const bool more, read_on());
      if (!more) break;
    }
    return filled;
  }

 private:
  static constexpr std::size_t kMostWaiting = std::size_t{1} << 19U;  // cells of all series: 16 MiB

  // Nothing is ready. False: nothing will be.
  base::Result<bool> read_on() {
    if (ended_) {
      index_.clear();  // no other source has these series
      ended_ = false;
    }
    if (taken_ < batch_.count()) return wait(), true;
    if (!reader_) {
      if (source_ == feed_.sources->size()) return false;
      reader_ = (*feed_.sources)[source_]->reader();
    }
    taken_ = 0;
    TRY(const bool more, reader_->next(batch_));
    if (more) {
      TRY_VOID(require_room());
      return true;
    }
    batch_.clear();
    reader_.reset();
    ++source_;
    ended_ = true;
    let_go();
    return true;
  }

  // The store has no place for what is larger than anything that was seen yet: better none of the file than a wrong number.
  base::Result<void> require_room() const {
    const bool cells = batch_.holds == core::FactBatch::Holds::cells;
    for (std::size_t i = 0; i < batch_.count(); ++i) {
      if (cells && batch_.size[i] > kLongestNumber)
        return base::fail(base::ErrorKind::input, fmt::format("the number at byte {} has {} bytes; a store keeps numbers of up to {}", batch_.begin[i], batch_.size[i], kLongestNumber));
      if (batch_.begin[i] > kLastByte) return base::fail(base::ErrorKind::input, "the file is larger than a TiB, which is more than a store keeps the places of", "split it");
      if (batch_.config[i] >= kMostConfigs) return base::fail(base::ErrorKind::input, fmt::format("the store has {} configurations, the most that it keeps", kMostConfigs), "use a second store");
    }
    return {};
  }

  // Moves cells of the batch to the others of their series, as many as there is room for.
  void wait() {
    const bool cells = batch_.holds == core::FactBatch::Holds::cells;
    const std::uint32_t number = cells ? batch_.series : batch_.table;  // series and tables are numbered together
    const auto [at, fresh] = index_.emplace(number, index_.size());
    if (at->second == runs_.size()) runs_.emplace_back();
    Run& run = runs_[at->second];
    const std::size_t before = run.count();
    const std::size_t count = std::min(core::FactBatch::kCapacity - before, batch_.count() - taken_);
    run.resize(before + count);
    const std::uint64_t series = std::uint64_t{number} << 32U;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t from = taken_ + i, to = before + i;
      run.context[to] = series | std::uint64_t{batch_.config[from]} << kStateBits | static_cast<std::uint64_t>(batch_.state[from]);
      run.place[to] = std::uint64_t{batch_.row[from]} << 32U | static_cast<std::uint32_t>(batch_.line[from]);
      // A record may be larger than any number: its size stands where it has no value.
      run.value[to] = cells ? batch_.value[from] : batch_.size[from];
      run.span[to] = batch_.begin[from] << kSizeBits | (cells ? batch_.size[from] : 0);
    }
    taken_ += count;
    waiting_ += count;
    if (run.count() == core::FactBatch::kCapacity) {
      waiting_ -= run.count();
      ready_.push_back(&run);
    } else if (waiting_ > kMostWaiting) {
      let_go();
    }
  }

  void let_go() {
    for (std::size_t i = 0; i < index_.size(); ++i)
      if (runs_[i].count() > 0) ready_.push_back(&runs_[i]);
    waiting_ = 0;
  }

  // Of the first run that is ready, as much as there is room for.
  idx_t hand_out(idx_t at, idx_t room) {
    Run& run = *ready_.front();
    const std::size_t count = std::min<std::size_t>(room, run.count() - handed_out_);
    const auto copy = [&](const auto& from, std::size_t field) {
      std::copy_n(from.data() + handed_out_, count, static_cast<std::remove_cvref_t<decltype(from[0])>*>(data_[field]) + at);
    };
    copy(run.context, 0);
    copy(run.place, 1);
    copy(run.value, 2);
    copy(run.span, 3);
    handed_out_ += count;
    if (handed_out_ == run.count()) {
      run.resize(0);
      ready_.pop_front();
      handed_out_ = 0;
    }
    return count;
  }

  Feed& feed_;
  std::size_t source_ = 0;
  std::unique_ptr<core::FactReader> reader_;
  core::FactBatch batch_;
  std::size_t taken_ = 0;     // of the batch
  bool ended_ = false;        // the source whose runs are ready
  std::unordered_map<std::uint32_t, std::size_t> index_;  // into runs_, by number of series or table
  std::deque<Run> runs_;      // addresses stay valid while it grows
  std::size_t waiting_ = 0;   // cells that are in no run that is ready
  std::deque<Run*> ready_;
  std::size_t handed_out_ = 0;  // of the first of them
  std::array<void*, kFields.size()> data_{};
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
  duckdb_logical_type cell = api().duckdb_create_struct_type(types.data(), names.data(), kFields.size());
  api().duckdb_bind_add_result_column(info, "cell", cell);
  api().duckdb_destroy_logical_type(&cell);
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
