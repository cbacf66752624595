#include "plaintext/growing_table.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace chimera::plaintext {
namespace {

constexpr std::size_t kMostEmpty = 4096;  // cells, beside three times those that are filled

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
}

void GrowingTable::put(const std::string& key, const WrittenCell& written, std::uint64_t end) {
  const auto [entry, fresh] = index_.try_emplace(key, 0);
  if (fresh) entry->second = columns_->add_column(key, unit_of_header(key));
  columns_->put(entry->second, written);
  core::Span& span = columns_->table().rows.back().span;
  span.end = std::max(span.end, end);
  in_row_.insert(key);
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
