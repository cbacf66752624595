// The second half of StreamPart: the account of numbers, diagnostics, batches.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "app/stream_part.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::app {
namespace {

using core::CellKind;
using core::FactBatch;
using core::Role;

constexpr std::uint64_t kMostTold = 1000;  // diagnostics of one file

void count(sources::Account& account, Role role, std::uint64_t numbers) {
  account.numbers += numbers;
  if (role == Role::unread) account.unread += numbers;
  else if (role == Role::text) account.ignored["text"] += numbers;
  else account.facts += numbers;
}

void add(const sources::Account& part, sources::Account& account) {
  account.numbers += part.numbers;
  account.facts += part.facts;
  account.unread += part.unread;
  for (const auto& [reason, numbers] : part.ignored) account.ignored[reason] += numbers;
}

}  // namespace

std::uint32_t StreamPart::Odd::series_at(std::uint32_t table, std::uint32_t row, std::uint32_t column) const {
  const std::vector<core::CellException>& exceptions = read.tables[table].exceptions;
  const auto place = std::pair(row, column);
  const auto found =
      std::lower_bound(exceptions.begin(), exceptions.end(), place, [](const core::CellException& e, const auto& p) { return std::pair(e.row, e.column) < p; });
  const bool apart = found != exceptions.end() && std::pair(found->row, found->column) == place;
  return apart ? variants.at(std::tuple(table, column, found->variant)) : series[table][column];
}

// Law 2 without a second scan of what is known: numbers in columns, in keys, and in texts that hold digits.
void StreamPart::add_to_account(const Odd& odd) {
  sources::Account& account = state_.account;
  for (std::size_t c = 0; c < plan_->numbers.size(); ++c) {
    const sources::NumberColumn& column = scanned_.numbers[c];
    const StreamColumn& meant = state_.tables.tables()[plan_->numbers[c].table].columns[plan_->numbers[c].column];
    std::uint64_t sentinels = 0;
    if (meant.sentinel) sentinels = static_cast<std::uint64_t>(std::count(column.value(), column.value() + column.count(), -1.0));
    count(account, meant.meaning.role, column.count() - sentinels);
    account.numbers += sentinels;
    account.unread += sentinels;
    state_.sentinels += sentinels;
  }
  account.numbers += scanned_.key_numbers;
  if (scanned_.key_numbers > 0) account.ignored["key"] += scanned_.key_numbers;
  add(texts_, account);
  if (!odd.document.text.empty()) add(sources::account(odd.document, odd.read.tables), account);
}

// With the quotes around it, so that "1,234" is the number it is.
std::string_view StreamPart::with_quotes(const sources::ScanText& at) const {
  const std::uint32_t quote = at.begin > 0 && block_->bytes[at.begin - 1] == '"' ? 1 : 0;
  return text(at.begin - quote, at.size + 2 * quote);
}

StreamPart::TextNumbers StreamPart::numbers_in(std::string_view written, Role role) {
  TextNumbers found;
  text::NumberScanner scanner(written, text::Commas::separate);
  text::NumberToken token;
  if (!scanner.next(token)) return found;
  const bool name = role == Role::identity || role == Role::factor;
  const std::vector<text::DateToken> dates = role == Role::time ? std::vector<text::DateToken>() : text::find_dates(written);
  do {
    const auto holds = [&](const text::DateToken& date) { return date.begin < token.end && token.begin < date.end; };
    const bool date = role == Role::time || std::any_of(dates.begin(), dates.end(), holds);
    ++(date ? found.dates : name ? found.identifiers : found.texts);
  } while (scanner.next(token));
  return found;
}

// Before the part's turn: most of the account's work, and nothing that the other parts need.
void StreamPart::account_texts() {
  texts_ = {};
  for (const sources::ScanText& at : scanned_.spelled) {
    // Its cell is counted with the columns.
    const std::size_t numbers = text::find_numbers(with_quotes(at), text::Commas::separate).size();
    if (numbers > 1) count(texts_, plan_->numbers[at.column].role, numbers - 1);
  }
  TextNumbers all;
  for (const sources::ScanText& at : scanned_.texts) {
    const std::string_view written = with_quotes(at);
    // The names of models and machines come again and again.
    SeenText& seen = seen_texts_[(std::hash<std::string_view>()(written) ^ at.column) % seen_texts_.size()];
    const Role role = plan_->numbers[at.column].role;
    if (seen.role != role || seen.text != written) {
      seen.text = written;
      seen.role = role;
      seen.numbers = numbers_in(written, role);
    }
    all.dates += seen.numbers.dates;
    all.identifiers += seen.numbers.identifiers;
    all.texts += seen.numbers.texts;
  }
  texts_.numbers += all.dates + all.identifiers + all.texts;
  for (const auto& [reason, numbers] : {std::pair("date", all.dates), std::pair("identifier", all.identifiers), std::pair("text", all.texts)})
    if (numbers > 0) texts_.ignored[reason] += numbers;
}

// Places in the document of odd lines become places in the file.
void StreamPart::tell(Odd& odd) {
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

void StreamPart::emit_odd(const Odd& odd) {
  const auto line_at = [&](std::uint64_t offset) { return block_->first_line + line_of(static_cast<std::uint32_t>(offset - block_->begin)); };
  for (std::uint32_t t = 0; t < odd.document.tables.size(); ++t) {
    const core::Table& table = odd.document.tables[t];
    const core::TableMeaning& meaning = odd.read.tables[t];
    for (std::uint32_t c = 0; c <= table.columns.size(); ++c) {
      const bool rows = c == table.columns.size();
      FactBatch* batch = nullptr;
      for (std::uint32_t r = 0; r < table.rows.size(); ++r) {
        if (!rows && table.columns[c].cells[r].kind != CellKind::number) continue;
        const core::Span span = odd.document.to_file(rows ? table.rows[r].span : table.columns[c].cells[r].span());
        const std::uint32_t series = rows ? 0 : odd.series_at(t, r, c);
        const bool full = batch == nullptr || batch->count() == FactBatch::kCapacity || batch->series != series;
        if (full) {
          batch = &ready_.emplace_back();
          batch->holds = rows ? FactBatch::Holds::records : FactBatch::Holds::cells;
          batch->table = odd.entries[t];
          batch->series = series;
        }
        const auto size = static_cast<std::uint32_t>(std::min<std::uint64_t>(span.size(), 0xFFFFFFFFU));
        batch->push(rows ? 0 : table.columns[c].cells[r].number, span.begin, size, odd.ordinals[t][r], line_at(span.begin),
                    odd.configs[meaning.configs[r]], meaning.states[r]);
      }
    }
  }
}

void StreamPart::emit_rows() {
  std::vector<std::size_t> index(entries_.size(), 0);
  for (std::uint32_t r = 0; r < rows_.size(); ++r) {
    const sources::ScanRow& row = scanned_.rows[r];
    if (index[row.group] == 0 || ready_[index[row.group] - 1].count() == FactBatch::kCapacity) {
      FactBatch& batch = ready_.emplace_back();
      batch.holds = FactBatch::Holds::records;
      batch.table = entries_[row.group];
      index[row.group] = ready_.size();
    }
    ready_[index[row.group] - 1].push(0, block_->begin + row.begin, row.size, rows_[r].ordinal, block_->first_line + rows_[r].line, rows_[r].config,
                                      rows_[r].state);
  }
}

bool StreamPart::next(FactBatch& batch) {
  batch.clear();
  if (next_ready_ < ready_.size()) {
    std::swap(batch, ready_[next_ready_++]);
    return true;
  }
  while (column_ < scanned_.numbers.size()) {
    if (emit_column(batch)) return true;
    ++column_;
    from_ = 0;
  }
  return false;
}

// The line in the file of what begins at `begin` in the block: a record may go over several lines. Numbers of one column mostly
// stand as many lines below the first one of their row as the number before did.
std::uint64_t StreamPart::line_in(const RowResult& row, std::uint32_t begin) {
  if (state_.unit == StreamUnit::line) return block_->first_line + row.line;
  const std::size_t likely = std::size_t{row.line} + below_;
  if (likely < lines_.size() && lines_[likely] <= begin && (likely + 1 == lines_.size() || begin < lines_[likely + 1])) return block_->first_line + likely;
  const std::uint32_t line = line_of(begin);
  below_ = line - row.line;
  return block_->first_line + line;
}

// The next cells of a column all of whose cells mean the same.
bool StreamPart::emit_run(FactBatch& batch) {
  const sources::NumberColumn& column = scanned_.numbers[column_];
  const std::size_t count = std::min<std::size_t>(column.count() - from_, FactBatch::kCapacity);
  if (count == 0) return false;
  batch.resize(count);
  std::copy_n(column.value() + from_, count, batch.value.data());
  std::copy_n(column.size() + from_, count, batch.size.data());
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t begin = column.begin()[from_ + i];
    const RowResult& row = rows_[column.row()[from_ + i]];
    batch.begin[i] = block_->begin + begin;
    batch.row[i] = row.ordinal;
    batch.line[i] = line_in(row, begin);
    batch.config[i] = row.config;
    batch.state[i] = row.state;
  }
  from_ += static_cast<std::uint32_t>(count);
  return true;
}

// The next cells of the column; those that are -1 for "none" follow in a batch of their own.
bool StreamPart::emit_column(FactBatch& batch) {
  const sources::NumberColumn& column = scanned_.numbers[column_];
  batch.holds = FactBatch::Holds::cells;
  if (apart_.count() > 0 && (from_ == column.count() || apart_.count() == FactBatch::kCapacity)) {
    std::swap(batch, apart_);
    apart_.clear();
    return true;
  }
  batch.series = series_[column_];
  if (sentinels_[column_] == kNowhere) return emit_run(batch);
  apart_.holds = FactBatch::Holds::cells;
  apart_.series = sentinels_[column_];
  for (; from_ < column.count() && batch.count() < FactBatch::kCapacity && apart_.count() < FactBatch::kCapacity; ++from_) {
    const RowResult& row = rows_[column.row()[from_]];
    FactBatch& to = column.value()[from_] == -1 ? apart_ : batch;
    to.push(column.value()[from_], block_->begin + column.begin()[from_], column.size()[from_], row.ordinal, line_in(row, column.begin()[from_]), row.config, row.state);
  }
  if (batch.count() > 0) return true;
  if (apart_.count() == 0) return false;
  std::swap(batch, apart_);
  apart_.clear();
  return true;
}

}  // namespace chimera::app
