#include "sources/csv_records.h"

#include <algorithm>
#include <cstring>

namespace chimera::sources {

RecordReader::RecordReader(std::string_view text, char delimiter, std::uint64_t begin, std::uint64_t longest_line)
    : text_(text), delimiter_(delimiter), pos_(begin), longest_line_(longest_line) {
  constexpr std::size_t kLookedAt = 1U << 16U;
  const std::string_view head = text.substr(0, kLookedAt);
  cr_ends_lines_ = head.find('\n') == head.npos && head.find('\r') != head.npos;
  for (const char c : {delimiter, '\n', '\r'}) stops_[static_cast<unsigned char>(c)] = true;
  stops_['\r'] = cr_ends_lines_;
  blanks_[' '] = true;
  blanks_['\t'] = delimiter != '\t';
  blanks_['\r'] = !cr_ends_lines_;
}

// Remembers what it found, so that asking from many places of one long line stays linear.
std::uint64_t RecordReader::line_end(std::uint64_t from) {
  if (from < line_.begin || from >= line_.end) line_ = {from, std::min(text_.find(cr_ends_lines_ ? '\r' : '\n', from), text_.size())};
  return line_.end;
}

std::uint64_t RecordReader::cell_end(std::uint64_t from) const {
  const char* p = text_.data() + from;
  const char* const end = text_.data() + text_.size();
  while (p != end && !stops_[static_cast<unsigned char>(*p)]) ++p;
  return static_cast<std::uint64_t>(p - text_.data());
}

RawCell RecordReader::trimmed(std::uint64_t begin, std::uint64_t end) const {
  while (begin < end && is_blank(text_[begin])) ++begin;
  while (begin < end && is_blank(text_[end - 1])) --end;
  return {begin, end, false};
}

// The quote that ends the cell opened at `open`; the size of the text where none does within a record's length.
std::uint64_t RecordReader::closing_quote(std::uint64_t open) {
  const std::uint64_t limit = quotes_span_lines_ ? std::min<std::uint64_t>(text_.size(), open + longest_line_) : line_end(open);
  bool backslashes = false;  // a backslash before a quote means that the quote belongs to the text
  std::uint64_t at = open + 1;
  while (at < limit) {
    const void* const found = std::memchr(text_.data() + at, '"', limit - at);
    if (found == nullptr) break;
    at = static_cast<std::uint64_t>(static_cast<const char*>(found) - text_.data());
    const char next = at + 1 < text_.size() ? text_[at + 1] : '\n';
    if (text_[at - 1] == '\\' && at - 1 > open) {
      const bool ends_cell = next == delimiter_ || next == '\n' || next == '\r';
      backslashes = backslashes || !ends_cell;
      if (backslashes) {
        ++at;
        continue;
      }
    }
    if (next != '"') return at;
    at += 2;
  }
  return text_.size();
}

RawCell RecordReader::read_quoted(std::uint64_t begin, std::uint64_t open) {
  const std::uint64_t close = closing_quote(open);
  if (close == text_.size()) {
    unclosed_.push_back(open);
    quotes_span_lines_ = false;
    pos_ = line_end(open);
    RawCell cell = trimmed(open + 1, pos_);
    cell.quoted = true;
    return cell;
  }
  pos_ = cell_end(close + 1);
  // Text behind the closing quote: the quotes are part of the cell.
  if (const RawCell behind = trimmed(close + 1, pos_); !behind.empty()) return trimmed(begin, pos_);
  return {open + 1, close, true};
}

RawCell RecordReader::read_cell() {
  const std::uint64_t begin = pos_;
  std::uint64_t first = begin;
  if (begin < text_.size() && !is_blank(text_[begin]) && text_[begin] != '"') {
    pos_ = cell_end(begin);
    return pos_ > begin && is_blank(text_[pos_ - 1]) ? trimmed(begin, pos_) : RawCell{begin, pos_, false};
  }
  while (first < text_.size() && is_blank(text_[first])) ++first;
  if (first < text_.size() && text_[first] == '"') return read_quoted(begin, first);
  pos_ = cell_end(first);
  return trimmed(first, pos_);
}

void RecordReader::pass_line_end() {
  if (pos_ < text_.size()) ++pos_;
}

// Passes over lines from pos_ that are too long; false where that is the end of the text.
bool RecordReader::skip_long_lines() {
  while (pos_ < text_.size()) {
    if (text_.size() - pos_ <= longest_line_) return true;
    const std::uint64_t end = line_end(pos_);
    if (end - pos_ <= longest_line_) return true;
    too_long_.push_back({pos_, end});
    pos_ = end;
    pass_line_end();
  }
  return false;
}

// The cells of one record; false where there are too many.
bool RecordReader::read_cells(RawRecord& record) {
  record.cells.clear();
  record.span.begin = pos_;
  while (record.cells.size() < kMostCells) {
    record.cells.push_back(read_cell());
    if (pos_ >= text_.size() || text_[pos_] != delimiter_) return true;
    ++pos_;
    if (pos_ < text_.size()) continue;
    record.cells.push_back({pos_, pos_, false});  // a delimiter is the last byte: an empty cell behind it
    return true;
  }
  return false;
}

bool RecordReader::next(RawRecord& record) {
  while (skip_long_lines()) {
    if (read_cells(record)) {
      record.span.end = pos_;
      while (record.span.end > record.span.begin && text_[record.span.end - 1] == '\r') --record.span.end;
      pass_line_end();
      return true;
    }
    pos_ = line_end(pos_);
    too_long_.push_back({record.span.begin, pos_});
    pass_line_end();
  }
  return false;
}

}  // namespace chimera::sources
