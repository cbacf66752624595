// Batches of facts as the rows of stored.rows (schema.sql): words of 64 bits, six numbers a row.
//
// DuckDB compresses 2,048 values together, by their differences where that is best, so rows of one table and layout wait until there are as
// many. Threads: a packer each; what they share is StoredMeanings.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "core/fact_batch.h"
#include "store/stored_meanings.h"

namespace chimera::store {

class RowPacker {
 public:
  static constexpr std::size_t kRows = core::FactBatch::kRows;
  static constexpr std::size_t kWords = 4 + kSlots + kSlots / 2;  // context, place, extent, base; words; spans

  // Rows of one table and layout, word by word.
  struct Run {
    std::array<std::vector<std::uint64_t>, kWords> words;
    [[nodiscard]] std::size_t count() const { return words[0].size(); }
  };

  explicit RowPacker(StoredMeanings& meanings) : meanings_(meanings) {}

  // An input error where the store has no room for what the batch says.
  [[nodiscard]] base::Result<void> add(const core::FactBatch& batch);
  // No rows of the tables so far will follow.
  void let_go();
  // A run that nothing more is added to; null where there is none.
  [[nodiscard]] const Run* ready() const { return ready_.empty() ? nullptr : ready_.front(); }
  void done_with_ready();

 private:
  // A number that its row's words have no room for gets a row of its own.
  struct Apart {
    std::size_t slot = 0;
    std::size_t row = 0;
  };
  void pack(const core::FactBatch& batch, std::size_t first, std::size_t last);
  void find_bases(const core::FactBatch& batch, std::size_t first, std::size_t last);
  void pack_column(const core::FactBatch& batch, const core::FactBatch::Column& column, std::size_t slot, Layout& layout);
  void choose_rows(bool record, std::size_t count);
  void add_rows(const core::FactBatch& batch, const Layout& layout);
  void fill(const core::FactBatch& batch, std::uint32_t layout, bool record, std::size_t from, std::size_t to, Run& run) const;
  void add_apart(const core::FactBatch& batch, const core::FactBatch::Column& column, const Apart& apart, const Layout& layout);
  [[nodiscard]] std::uint32_t number_of(const Layout& layout);
  Run*& run_of(std::uint32_t table, std::uint32_t layout);
  void added(Run*& run, std::size_t rows);

  StoredMeanings& meanings_;
  std::unordered_map<std::uint32_t, unsigned> decimals_;  // by meaning: of its last column
  std::map<Layout, std::uint32_t> layouts_;               // asked for before
  std::uint32_t highest_ = 0;                             // of their numbers
  // Of the columns that are packed: the first byte and line of each row, words and spans, and which rows hold anything.
  std::vector<std::uint64_t> base_, line_;
  std::array<std::vector<std::int64_t>, kSlots> words_;
  std::array<std::vector<std::uint64_t>, kSlots / 2> spans_;
  std::vector<std::uint32_t> rows_;
  std::vector<Apart> apart_;

  std::deque<Run> runs_;                            // addresses stay valid while it grows
  std::vector<Run*> free_;
  std::unordered_map<std::uint64_t, Run*> growing_;  // by table and layout
  std::size_t waiting_ = 0;                          // rows in them
  std::deque<Run*> ready_;
};

}  // namespace chimera::store
