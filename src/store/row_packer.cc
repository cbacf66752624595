#include "store/row_packer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "store/row_words.h"

namespace chimera::store {
namespace {

using core::FactBatch;

// What the packing leaves room for (schema.sql).
constexpr std::uint32_t kStateBits = 3;
constexpr std::uint32_t kExtentBits = 40;
constexpr std::uint32_t kOffsetBits = 17;
constexpr std::uint32_t kBelowBits = 10;
constexpr std::uint32_t kSizeBits = 5;
constexpr std::uint64_t kMostConfigs = std::uint64_t{1} << (32 - kStateBits);
constexpr std::uint64_t kAsExtent = (std::uint64_t{1} << kSizeBits) - 1;  // as a size: what the row's extent says

constexpr std::size_t kMostWaiting = std::size_t{1} << 15U;  // rows
constexpr std::size_t kMostKept = 64;                        // runs whose memory waits for others
constexpr std::uint64_t kNowhere = ~std::uint64_t{0};

// Where in a row's words the parts of a number are.
constexpr std::size_t kContext = 0, kPlace = 1, kExtent = 2, kBase = 3, kWord = 4, kSpan = kWord + kSlots;

std::uint64_t line_of(const FactBatch& batch, const FactBatch::Column& column, std::size_t i) { return column.line.empty() ? batch.line[i] : column.line[i]; }

std::uint64_t context_of(const FactBatch& batch, std::size_t i) {
  return std::uint64_t{batch.table} << 32U | std::uint64_t{batch.config[i]} << kStateBits | static_cast<std::uint64_t>(batch.state[i]);
}

}  // namespace

base::Result<void> RowPacker::add(const FactBatch& batch) {
  if (std::any_of(batch.config.begin(), batch.config.end(), [](std::uint32_t config) { return config >= kMostConfigs; }))
    return base::fail(base::ErrorKind::input, fmt::format("the store has {} configurations, the most that it keeps", kMostConfigs), "use a second store");
  std::size_t first = 0;
  do {
    const std::size_t last = std::min(batch.columns(), first + kSlots);
    if (first < last || batch.places) pack(batch, first, last);
    first = last;
  } while (first < batch.columns());
  if (highest_ >= StoredMeanings::kMostLayouts)
    return base::fail(base::ErrorKind::input, fmt::format("the store has {} layouts of rows, the most that it keeps", StoredMeanings::kMostLayouts / 2), "use a second store");
  return {};
}

// Columns [first, last) of the batch. Those of its first row group stand in rows that are the records' own.
void RowPacker::pack(const FactBatch& batch, std::size_t first, std::size_t last) {
  Layout layout;
  layout.record = batch.places && first == 0;
  if (layout.record) {
    base_ = batch.begin;
    line_ = batch.line;
  } else {
    find_bases(batch, first, last);
  }
  for (std::vector<std::uint64_t>& spans : spans_) spans.assign(batch.count(), 0);
  apart_.clear();
  for (std::size_t k = 0; k < kSlots; ++k) {
    if (first + k < last) pack_column(batch, batch.column(first + k), k, layout);
    else words_[k].assign(batch.count(), 0);
  }
  choose_rows(layout.record, batch.count());
  add_rows(batch, layout);
  for (const Apart& apart : apart_) add_apart(batch, batch.column(first + apart.slot), apart, layout);
}

// Of each row, where the first of these numbers stands.
void RowPacker::find_bases(const FactBatch& batch, std::size_t first, std::size_t last) {
  base_.assign(batch.count(), kNowhere);
  line_.assign(batch.count(), 0);
  for (std::size_t c = first; c < last; ++c) {
    const FactBatch::Column& column = batch.column(c);
    for (std::size_t i = 0; i < batch.count(); ++i) {
      if (column.size[i] == 0 || column.begin[i] >= base_[i]) continue;
      base_[i] = column.begin[i];
      line_[i] = line_of(batch, column, i);
    }
  }
}

void RowPacker::pack_column(const FactBatch& batch, const FactBatch::Column& column, std::size_t slot, Layout& layout) {
  const std::size_t count = batch.count();
  words_[slot].resize(count);
  layout.slots[slot] = {column.series, to_words(column.value.data(), count, decimals_[column.series], words_[slot].data()).divisor};
  std::vector<std::uint64_t>& spans = spans_[slot / 2];
  const std::uint32_t half = slot % 2 == 0 ? 0 : 32;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t size = column.size[i];
    const std::uint64_t offset = column.begin[i] - base_[i];
    const std::uint64_t below = line_of(batch, column, i) - line_[i];
    if (size == 0) continue;
    if (offset >> kOffsetBits == 0 && below >> kBelowBits == 0 && size < kAsExtent) spans[i] |= (offset << (kBelowBits + kSizeBits) | below << kSizeBits | size) << half;
    else apart_.push_back({slot, i});
  }
}

// Rows that are no records and hold none of these numbers are left out.
void RowPacker::choose_rows(bool record, std::size_t count) {
  rows_.clear();
  for (std::size_t i = 0; i < count; ++i)
    if (record || (spans_[0][i] | spans_[1][i] | spans_[2][i]) != 0) rows_.push_back(static_cast<std::uint32_t>(i));
}

void RowPacker::add_rows(const FactBatch& batch, const Layout& layout) {
  if (rows_.empty()) return;
  const std::uint32_t number = number_of(layout);
  for (std::size_t from = 0; from < rows_.size();) {
    Run*& run = run_of(batch.table, number);
    const std::size_t to = std::min(rows_.size(), from + kRows - run->count());
    fill(batch, number, layout.record, from, to, *run);
    added(run, to - from);
    from = to;
  }
}

// Appends rows_[from, to).
void RowPacker::fill(const FactBatch& batch, std::uint32_t layout, bool record, std::size_t from, std::size_t to, Run& run) const {
  const auto each = [&](std::size_t word, auto value) {
    std::vector<std::uint64_t>& into = run.words[word];
    for (std::size_t k = from; k < to; ++k) into.push_back(value(rows_[k]));
  };
  // Rows that follow one another are copied as they are.
  const bool all = to > from && rows_[to - 1] - rows_[from] == to - 1 - from;
  const auto copy = [&](std::size_t word, const auto& words) {
    if (!all) return each(word, [&](std::size_t i) { return static_cast<std::uint64_t>(words[i]); });
    const auto first = words.begin() + static_cast<std::ptrdiff_t>(rows_[from]);
    run.words[word].insert(run.words[word].end(), first, first + static_cast<std::ptrdiff_t>(to - from));
  };
  const std::uint64_t extent = std::uint64_t{layout} << kExtentBits;
  each(kContext, [&](std::size_t i) { return context_of(batch, i); });
  each(kPlace, [&](std::size_t i) { return std::uint64_t{batch.row[i]} << 32U | static_cast<std::uint32_t>(line_[i]); });
  each(kExtent, [&](std::size_t i) { return record ? extent | batch.size[i] : extent; });
  copy(kBase, base_);
  for (std::size_t k = 0; k < kSlots; ++k) copy(kWord + k, words_[k]);
  for (std::size_t k = 0; k < spans_.size(); ++k) copy(kSpan + k, spans_[k]);
}

void RowPacker::add_apart(const FactBatch& batch, const FactBatch::Column& column, const Apart& apart, const Layout& layout) {
  Layout alone;
  alone.slots[0] = layout.slots[apart.slot];
  const std::uint32_t number = number_of(alone);
  Run*& run = run_of(batch.table, number);
  const std::size_t i = apart.row;
  for (std::vector<std::uint64_t>& word : run->words) word.push_back(0);
  run->words[kContext].back() = context_of(batch, i);
  run->words[kPlace].back() = std::uint64_t{batch.row[i]} << 32U | static_cast<std::uint32_t>(line_of(batch, column, i));
  run->words[kExtent].back() = std::uint64_t{number} << kExtentBits | column.size[i];
  run->words[kBase].back() = column.begin[i];
  run->words[kWord].back() = static_cast<std::uint64_t>(words_[apart.slot][i]);
  run->words[kSpan].back() = kAsExtent;
  added(run, 1);
}

std::uint32_t RowPacker::number_of(const Layout& layout) {
  const auto [entry, fresh] = layouts_.emplace(layout, 0);
  if (fresh) entry->second = meanings_.layout(layout);
  highest_ = std::max(highest_, entry->second);
  return entry->second;
}

RowPacker::Run*& RowPacker::run_of(std::uint32_t table, std::uint32_t layout) {
  Run*& run = growing_[std::uint64_t{table} << 32U | layout];
  if (run != nullptr) return run;
  if (free_.empty()) free_.push_back(&runs_.emplace_back());
  run = free_.back();
  free_.pop_back();
  return run;
}

void RowPacker::added(Run*& run, std::size_t rows) {
  waiting_ += rows;
  if (run->count() == kRows) {
    waiting_ -= kRows;
    ready_.push_back(std::exchange(run, nullptr));
  } else if (waiting_ > kMostWaiting) {
    let_go();
  }
}

void RowPacker::let_go() {
  std::vector<std::pair<std::uint64_t, Run*>> all(growing_.begin(), growing_.end());
  std::sort(all.begin(), all.end());  // by table and layout
  for (const auto& [key, run] : all)
    if (run != nullptr) ready_.push_back(run);
  growing_.clear();
  waiting_ = 0;
}

void RowPacker::done_with_ready() {
  Run* const run = ready_.front();
  ready_.pop_front();
  if (free_.size() < kMostKept) {
    for (std::vector<std::uint64_t>& word : run->words) word.clear();
  } else {
    run->words = {};
  }
  free_.push_back(run);
}

}  // namespace chimera::store
