#include "plaintext/growing_table.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace chimera::plaintext {
namespace {

constexpr std::size_t kMostEmpty = 4096;  // cells, beside three times those that are filled
constexpr std::size_t kMostBehind = 64;   // keys of a row that are looked at
constexpr std::size_t kMostShared = 16;   // likewise where each is looked for in another row

}  // namespace

void GrowingTable::begin_row(std::uint64_t begin) {
  const std::size_t rows = has_row() ? columns_->row_count() + 1 : 1;
  if (!columns_ || rows * index_.size() > kMostEmpty + 4 * cells_) open();
  core::Row row;
  row.span = {begin, begin};
  row.line = document_->place(begin).line;
  if (columns_->row_count() == 0) done_.back().begin = begin;
  columns_->add_row(std::move(row));
  in_row_.clear();
  orders_.emplace_back();
}

bool GrowingTable::turns_back(const std::string& key) const {
  const auto known = known_.find(key);
  if (known == known_.end() || orders_.empty() || known->second.row + 1 == orders_.size()) return false;
  const std::vector<std::size_t>& order = orders_[known->second.row];
  const std::size_t end = std::min(order.size(), known->second.place + kMostBehind);
  for (std::size_t i = known->second.place + 1; i < end; ++i)
    if (last_rows_[order[i]] + 1 == orders_.size()) return true;
  return heads_row(known->second.number, order);
}

// Whether all keys of this row were new when `key` had come before, and none stood in the row that it came in the last time: "Processor",
// "System", and then what was measured there.
bool GrowingTable::heads_row(std::size_t key, const std::vector<std::size_t>& row) const {
  const std::vector<std::size_t>& here = orders_.back();
  if (here.empty() || here.size() > kMostShared || row.size() > kMostShared) return false;
  return std::all_of(here.begin(), here.end(), [&](std::size_t other) { return other > key && std::find(row.begin(), row.end(), other) == row.end(); });
}

void GrowingTable::put(const std::string& key, const WrittenCell& written, std::uint64_t end) {
  const auto [entry, fresh] = index_.try_emplace(key, 0);
  if (fresh) entry->second = columns_->add_column(key, unit_of_header(key));
  columns_->put(entry->second, written);
  core::Span& span = columns_->table().rows.back().span;
  span.end = std::max(span.end, end);
  in_row_.insert(key);
  const auto [known, first] = known_.try_emplace(key, Known{last_rows_.size(), 0, 0});
  known->second.row = orders_.size() - 1;
  known->second.place = orders_.back().size();
  if (first) last_rows_.push_back(0);
  last_rows_[known->second.number] = orders_.size() - 1;
  orders_.back().push_back(known->second.number);
  ++cells_;
}

void GrowingTable::take(std::vector<LocatedTable>& out) {
  close();
  std::move(done_.begin(), done_.end(), std::back_inserter(out));
  done_.clear();
}

void GrowingTable::close() {
  if (columns_) done_.back().table = columns_->finish();
  columns_.reset();
}

void GrowingTable::open() {
  close();
  done_.emplace_back();
  columns_.emplace(kind_, name_);
  index_.clear();
  cells_ = 0;
}

}  // namespace chimera::plaintext
