// The second half of StreamPart: the account of numbers, diagnostics, batches.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
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

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Short digits with one point at most, which no scan takes for several numbers or for a date.
bool is_one_number(std::string_view written) {
  constexpr std::size_t kShort = 7;
  if (written.size() > kShort || written.empty() || written.front() == '.' || written.back() == '.') return false;
  std::size_t points = 0;
  for (const char c : written) {
    if (c == '.') ++points;
    else if (!is_digit(c)) return false;
  }
  return points <= 1;
}

// Digits at the end of one word that has none before: "req-00000012". How many numbers such a text holds, its digits do not tell.
std::size_t digits_at_end(std::string_view written) {
  std::size_t digits = 0;
  while (digits < written.size() && is_digit(written[written.size() - digits - 1])) ++digits;
  if (digits == 0) return 0;
  written.remove_suffix(digits);
  return std::all_of(written.begin(), written.end(), [](char c) { return c > ' ' && c < '\x7f' && !is_digit(c); }) ? digits : 0;
}

// "2025-11-05T10:03:00Z", perhaps without the zone: one time, and no number, on whatever day a month has for sure.
bool is_plain_time(std::string_view written) {
  constexpr std::string_view kPattern = "dddd-dd-ddTdd:dd:ddZ";
  if (written.size() + 1 < kPattern.size() || written.size() > kPattern.size()) return false;
  for (std::size_t i = 0; i < written.size(); ++i)
    if (kPattern[i] == 'd' ? !is_digit(written[i]) : written[i] != kPattern[i] && (i != 10 || written[i] != ' ')) return false;
  const auto two = [&](std::size_t i) { return (written[i] - '0') * 10 + written[i + 1] - '0'; };
  const auto between = [](int value, int least, int most) { return value >= least && value <= most; };
  return between(two(5), 1, 12) && between(two(8), 1, 28) && between(two(11), 0, 23) && between(two(14), 0, 59) && between(two(17), 0, 59);
}

// Of the first and the last eight bytes, where names differ.
std::size_t hash_of(std::string_view text) {
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::memcpy(&first, text.data(), std::min(text.size(), kWord));
  if (text.size() > kWord) std::memcpy(&last, text.data() + text.size() - kWord, kWord);
  const std::uint64_t mixed = (first * 0x9E3779B97F4A7C15U) ^ (last * 0xC2B2AE3D27D4EB4FU) ^ text.size();
  return static_cast<std::size_t>(mixed ^ mixed >> 32U);
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
  has_sentinels_.assign(plan_->numbers.size(), false);
  for (std::size_t c = 0; c < plan_->numbers.size(); ++c) {
    const sources::NumberColumn& column = scanned_.numbers[c];
    const StreamColumn& meant = state_.tables.tables()[plan_->numbers[c].table].columns[plan_->numbers[c].column];
    std::uint64_t sentinels = 0;
    if (meant.sentinel) sentinels = static_cast<std::uint64_t>(std::count(column.value(), column.value() + column.count(), -1.0));
    has_sentinels_[c] = sentinels > 0;
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

bool StreamPart::is_quoted(const sources::ScanText& at) const { return at.begin > 0 && block_->bytes[at.begin - 1] == '"'; }

// With the quotes around it, so that "1,234" is the number it is.
std::string_view StreamPart::with_quotes(const sources::ScanText& at) const {
  const std::uint32_t quote = is_quoted(at) ? 1 : 0;
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
    if (is_one_number(text(at.begin, at.size))) continue;
    // Its cell is counted with the columns.
    const std::size_t numbers = text::find_numbers(with_quotes(at), text::Commas::separate).size();
    if (numbers > 1) count(texts_, plan_->numbers[at.column].role, numbers - 1);
  }
  TextNumbers all;
  for (const sources::ScanText& at : scanned_.texts) {
    std::string_view written = text(at.begin, at.size);
    if (is_plain_time(written)) continue;
    const std::size_t digits = digits_at_end(written);
    written.remove_suffix(digits);
    // The names of models and machines come again and again.
    SeenText& seen = seen_texts_[hash_of(written) % seen_texts_.size()];
    const Role role = plan_->numbers[at.column].role;
    if (seen.role != role || seen.quoted != is_quoted(at) || seen.digits != digits || seen.text != written) {
      seen = {std::string(written), digits, role, is_quoted(at), numbers_in(with_quotes(at), role)};
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

void StreamPart::add_odd_column(const Odd& odd, std::uint32_t table, std::uint32_t column, std::uint32_t from, std::uint32_t to, FactBatch& batch) const {
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
void StreamPart::begin_groups() {
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
    return next < lines_.size() && lines_[next] < scanned_.rows[r].begin + scanned_.rows[r].size;
  };
  below_rows_ = false;
  for (std::uint32_t r = 0; state_.unit != StreamUnit::line && !below_rows_ && r < rows_.size(); ++r) below_rows_ = goes_on(r);
  cursors_.assign(scanned_.numbers.size(), 0);
}

bool StreamPart::next(FactBatch& batch) {
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
bool StreamPart::emit_group(FactBatch& batch) {
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
std::uint64_t StreamPart::line_in(const RowResult& row, std::uint32_t begin) {
  if (!below_rows_) return block_->first_line + row.line;
  const std::size_t likely = std::size_t{row.line} + below_;
  if (likely < lines_.size() && lines_[likely] <= begin && (likely + 1 == lines_.size() || begin < lines_[likely + 1])) return block_->first_line + likely;
  const std::uint32_t line = line_of(begin);
  below_ = line - row.line;
  return block_->first_line + line;
}

// The numbers of one column in these rows, if there are any.
void StreamPart::add_column(std::uint32_t column, const std::uint32_t* rows, std::size_t count, FactBatch& batch) {
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

// The same where -1 says that there is none: in a column of its own.
void StreamPart::add_sentinels(std::uint32_t column, const std::uint32_t* rows, std::size_t count, FactBatch& batch) {
  const sources::NumberColumn& from = scanned_.numbers[column];
  std::uint32_t& at = cursors_[column];
  const std::size_t first = batch.columns();
  for (std::size_t i = 0; i < count && at < from.count(); ++i) {
    if (from.row()[at] != rows[i]) continue;
    FactBatch::Column& into = batch.column_of(from.value()[at] == -1 ? sentinels_[column] : series_[column], first);
    into.set(i, from.value()[at], block_->begin + from.begin()[at], from.size()[at]);
    into.line[i] = line_in(rows_[rows[i]], from.begin()[at]);
    ++at;
  }
}

}  // namespace chimera::app
