// The second half of Part: the account of numbers, diagnostics, batches.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "stream/part.h"

namespace chimera::stream {
namespace {

using core::CellKind;
using core::FactBatch;

constexpr std::uint64_t kMostTold = 1000;  // diagnostics of one file

void add(const sources::Account& part, sources::Account& account) {
  account.numbers += part.numbers;
  account.facts += part.facts;
  account.unread += part.unread;
  for (const auto& [reason, numbers] : part.ignored) account.ignored[reason] += numbers;
}

}  // namespace

std::uint32_t Part::Odd::series_at(std::uint32_t table, std::uint32_t row, std::uint32_t column) const {
  const std::vector<core::CellException>& exceptions = read.tables[table].exceptions;
  const auto place = std::pair(row, column);
  const auto found =
      std::lower_bound(exceptions.begin(), exceptions.end(), place, [](const core::CellException& e, const auto& p) { return std::pair(e.row, e.column) < p; });
  const bool apart = found != exceptions.end() && std::pair(found->row, found->column) == place;
  return apart ? variants.at(std::tuple(table, column, found->variant)) : series[table][column];
}

// Law 2 without a second scan of what is known: numbers in columns, in keys, and in texts that hold digits.
void Part::add_to_account(const Odd& odd) {
  sources::Account& account = state_.account;
  has_sentinels_.assign(plan_->numbers.size(), false);
  for (std::size_t c = 0; c < plan_->numbers.size(); ++c) {
    const sources::NumberColumn& column = scanned_.numbers[c];
    const Column& meant = state_.tables.tables()[plan_->numbers[c].table].columns[plan_->numbers[c].column];
    std::uint64_t sentinels = 0;
    if (meant.sentinels) sentinels = static_cast<std::uint64_t>(std::count_if(column.value(), column.value() + column.count(), *meant.sentinels));
    has_sentinels_[c] = sentinels > 0;
    count(account, meant.meaning.role, column.count() - sentinels);
    account.numbers += sentinels;
    if (sentinels > 0) account.ignored["no value"] += sentinels;
    state_.sentinels += sentinels;
  }
  account.numbers += scanned_.key_numbers;
  if (scanned_.key_numbers > 0) account.ignored["key"] += scanned_.key_numbers;
  add(texts_.account(), account);
  if (!odd.document.text.empty()) add(sources::account(odd.document, odd.read.tables), account);
}

// Places in the document of odd lines become places in the file.
void Part::tell(Odd& odd) {
  const core::Document& document = odd.document;
  const core::Diagnostics found = std::move(odd.diagnostics);
  for (core::Diagnostic diagnostic : found.entries()) {
    if (state_.told++ >= kMostTold) {
      ++state_.untold[diagnostic.code];
      continue;
    }
    diagnostic.place.pointer = pointer_in_file(odd, diagnostic.place.pointer);
    if (diagnostic.place.line > 0 && diagnostic.place.line <= document.lines.size()) {
      const std::uint64_t begin = document.offsets.to_source(document.lines[diagnostic.place.line - 1]) - block_->begin;
      diagnostic.place.line = block_->first_line + line_of(static_cast<std::uint32_t>(begin));
    }
    state_.diagnostics.add(std::move(diagnostic));
  }
}

void Part::emit_odd(const Odd& odd) {
  for (std::uint32_t t = 0; t < odd.document.tables.size(); ++t) {
    const core::Table& table = odd.document.tables[t];
    const auto rows = static_cast<std::uint32_t>(table.rows.size());
    for (std::uint32_t from = 0; from < rows; from += FactBatch::kRows) {
      const std::uint32_t to = std::min<std::uint32_t>(rows, from + FactBatch::kRows);
      std::uint32_t c = 0;
      bool places = true;
      do {
        FactBatch& batch = ready_.emplace_back();
        batch.table = odd.entries[t];
        batch.places = std::exchange(places, false);
        for (std::uint32_t r = from; r < to; ++r) {
          const core::Span span = odd.document.to_file(table.rows[r].span);
          batch.push(odd.ordinals[t][r], block_->first_line + line_of(static_cast<std::uint32_t>(span.begin - block_->begin)), span.begin,
                     static_cast<std::uint32_t>(std::min<std::uint64_t>(span.size(), 0xFFFFFFFFU)), odd.configs[odd.read.tables[t].configs[r]], odd.read.tables[t].states[r]);
        }
        for (; c < table.columns.size() && batch.columns() < FactBatch::kColumns; ++c) add_odd_column(odd, t, c, from, to, batch);
      } while (c < table.columns.size());
    }
  }
}

void Part::add_odd_column(const Odd& odd, std::uint32_t table, std::uint32_t column, std::uint32_t from, std::uint32_t to, FactBatch& batch) const {
  const std::vector<core::Cell>& cells = odd.document.tables[table].columns[column].cells;
  const std::size_t first = batch.columns();
  for (std::uint32_t r = from; r < to; ++r) {
    if (cells[r].kind != CellKind::number) continue;
    FactBatch::Column& into = batch.column_of(odd.series_at(table, r, column), first);
    const core::Span span = odd.document.to_file(cells[r].span());
    into.set(r - from, cells[r].number, span.begin, static_cast<std::uint32_t>(span.size()));
    into.line[r - from] = block_->first_line + line_of(static_cast<std::uint32_t>(span.begin - block_->begin));
  }
}

// What next() hands out of the rows that the scan read.
void Part::begin_groups() {
  group_rows_.resize(entries_.size());
  group_columns_.resize(entries_.size());
  for (std::vector<std::uint32_t>& rows : group_rows_) rows.clear();
  for (std::vector<std::uint32_t>& columns : group_columns_) columns.clear();
  for (std::uint32_t r = 0; r < rows_.size(); ++r) group_rows_[scanned_.rows[r].group].push_back(r);
  for (std::uint32_t c = 0; c < scanned_.numbers.size(); ++c)
    if (scanned_.numbers[c].count() > 0) group_columns_[plan_->numbers[c].table].push_back(c);
  group_ = from_ = column_ = 0;
  const auto goes_on = [&](std::uint32_t r) {
    const std::size_t next = std::size_t{rows_[r].line} + 1;
    return next < block_->lines.size() && block_->lines[next] < scanned_.rows[r].begin + scanned_.rows[r].size;
  };
  below_rows_ = false;
  for (std::uint32_t r = 0; state_.unit != Unit::line && !below_rows_ && r < rows_.size(); ++r) below_rows_ = goes_on(r);
  cursors_.assign(scanned_.numbers.size(), 0);
}

bool Part::next(FactBatch& batch) {
  batch.clear();
  if (next_ready_ < ready_.size()) {
    std::swap(batch, ready_[next_ready_++]);
    return true;
  }
  for (; group_ < group_rows_.size(); ++group_, from_ = 0)
    while (from_ < group_rows_[group_].size())
      if (emit_group(batch)) return true;
  return false;
}

// The next rows of a table, with as many of its columns as a batch has.
bool Part::emit_group(FactBatch& batch) {
  const std::vector<std::uint32_t>& columns = group_columns_[group_];
  const std::uint32_t* const rows = group_rows_[group_].data() + from_;
  const std::size_t count = std::min(group_rows_[group_].size() - from_, FactBatch::kRows);
  batch.clear();
  batch.table = entries_[group_];
  batch.places = column_ == 0;
  for (std::size_t i = 0; i < count; ++i) {
    const sources::ScanRow& row = scanned_.rows[rows[i]];
    const RowResult& result = rows_[rows[i]];
    batch.push(result.ordinal, block_->first_line + result.line, block_->begin + row.begin, row.size, result.config, result.state);
  }
  for (; column_ < columns.size() && batch.columns() < FactBatch::kColumns; ++column_) add_column(columns[column_], rows, count, batch);
  if (column_ == columns.size()) {
    column_ = 0;
    from_ += count;
  }
  return batch.places || batch.columns() > 0;
}

// The line in the file of what begins at `begin` in the block: a record may go over several lines. Numbers of one column mostly
// stand as many lines below the first one of their row as the number before did.
std::uint64_t Part::line_in(const RowResult& row, std::uint32_t begin) {
  if (!below_rows_) return block_->first_line + row.line;
  const std::vector<std::uint32_t>& lines = block_->lines;
  const std::size_t likely = std::size_t{row.line} + below_;
  if (likely < lines.size() && lines[likely] <= begin && (likely + 1 == lines.size() || begin < lines[likely + 1])) return block_->first_line + likely;
  const std::uint32_t line = line_of(begin);
  below_ = line - row.line;
  return block_->first_line + line;
}

// The numbers of one column in these rows, if there are any.
void Part::add_column(std::uint32_t column, const std::uint32_t* rows, std::size_t count, FactBatch& batch) {
  if (sentinels_[column] != kNowhere) return add_sentinels(column, rows, count, batch);
  const sources::NumberColumn& from = scanned_.numbers[column];
  std::uint32_t& at = cursors_[column];
  if (at == from.count() || from.row()[at] > rows[count - 1]) return;
  // As many numbers as rows from the first row to the last: each row has one.
  const bool full = from.count() - at >= count && from.row()[at] == rows[0] && from.row()[at + count - 1] == rows[count - 1];
  FactBatch::Column& to = full ? batch.add_full_column(series_[column], below_rows_) : batch.add_column(series_[column], below_rows_);
  const std::uint32_t first = at;
  if (full) {
    std::copy_n(from.value() + at, count, to.value.begin());
    std::copy_n(from.size() + at, count, to.size.begin());
    for (std::size_t i = 0; i < count; ++i) to.begin[i] = block_->begin + from.begin()[at + i];
    at += static_cast<std::uint32_t>(count);
  }
  for (std::size_t i = 0; !full && i < count && at < from.count(); ++i) {
    if (from.row()[at] != rows[i]) continue;
    to.set(i, from.value()[at], block_->begin + from.begin()[at], from.size()[at]);
    ++at;
  }
  if (!below_rows_) return;
  for (std::size_t i = 0, k = first; k < at; ++i) {
    if (from.row()[k] != rows[i]) continue;
    to.line[i] = line_in(rows_[rows[i]], from.begin()[k++]);
  }
}

// The same where some say that there is none: these in a column of their own.
void Part::add_sentinels(std::uint32_t column, const std::uint32_t* rows, std::size_t count, FactBatch& batch) {
  const sources::NumberColumn& from = scanned_.numbers[column];
  const facts::Sentinels none = none_[column];
  std::uint32_t& at = cursors_[column];
  const std::size_t first = batch.columns();
  for (std::size_t i = 0; i < count && at < from.count(); ++i) {
    if (from.row()[at] != rows[i]) continue;
    FactBatch::Column& into = batch.column_of(none(from.value()[at]) ? sentinels_[column] : series_[column], first);
    into.set(i, from.value()[at], block_->begin + from.begin()[at], from.size()[at]);
    into.line[i] = line_in(rows_[rows[i]], from.begin()[at]);
    ++at;
  }
}

}  // namespace chimera::stream
