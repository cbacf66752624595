#include "plaintext/header_columns.h"

#include <algorithm>
#include <utility>

#include "text/number.h"

namespace chimera::plaintext {
namespace {

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

HeaderColumns::HeaderColumns(std::string_view text, std::uint64_t line_begin, const std::vector<core::Span>& header)
    : text_(text), headers_(extents(line_begin, header)) {}

std::vector<HeaderColumns::Extent> HeaderColumns::extents(std::uint64_t line_begin, const std::vector<core::Span>& fields) const {
  std::vector<Extent> found;
  std::uint64_t from = line_begin;
  std::size_t column = 0;
  for (const core::Span field : fields) {
    const std::string_view gap = text_.substr(from, field.begin - from);
    if (gap.find('\t') != std::string_view::npos) return {};
    column += characters(gap);
    const std::size_t begin = column;
    column += characters(text_.substr(field.begin, field.size()));
    found.push_back({begin, column});
    from = field.end;
  }
  return found;
}

std::optional<std::vector<core::Span>> HeaderColumns::place(std::uint64_t line_begin, const std::vector<core::Span>& fields) const {
  const std::vector<Extent> placed = extents(line_begin, fields);
  if (headers_.empty() || placed.empty()) return std::nullopt;
  std::vector<core::Span> cells(headers_.size());
  std::size_t next = 0;  // the first header that is still free
  for (std::size_t k = 0; k < fields.size(); ++k) {
    const auto under = [&](const Extent& header) { return header.begin < placed[k].end && placed[k].begin < header.end; };
    const auto first = std::find_if(headers_.begin(), headers_.end(), under);
    const auto at = static_cast<std::size_t>(first - headers_.begin());
    const bool fits = first != headers_.end() && at >= next && (at + 1 == headers_.size() || !under(headers_[at + 1]));
    if (!fits) return std::nullopt;
    cells[at] = fields[k];
    next = at + 1;
  }
  if (cells.front().size() == 0) return std::nullopt;
  return cells;
}

std::optional<std::vector<core::Span>> HeaderColumns::cut(std::uint64_t line_begin, const std::vector<core::Span>& words) const {
  const std::vector<Extent> placed = extents(line_begin, words);
  if (headers_.empty() || placed.empty() || placed.front().begin != headers_.front().begin) return std::nullopt;
  std::vector<core::Span> cells;
  for (std::size_t k = 0; k < words.size(); ++k) {
    if (cells.size() < headers_.size() && placed[k].begin == headers_[cells.size()].begin) cells.push_back(words[k]);
    else cells.back().end = words[k].end;
  }
  if (cells.size() < headers_.size()) return std::nullopt;
  return cells;
}

std::optional<std::vector<core::Span>> HeaderColumns::cut_at_ends(std::uint64_t line_begin, const std::vector<core::Span>& words) const {
  const std::vector<Extent> placed = extents(line_begin, words);
  if (headers_.size() < 2 || placed.size() < headers_.size() || placed.front().begin != headers_.front().begin) return std::nullopt;
  std::size_t first = 1;  // of the words behind the name
  while (first < words.size() && !(placed[first].end > headers_[0].end && text::parse_number(text_.substr(words[first].begin, words[first].size())))) ++first;
  std::vector<core::Span> cells(headers_.size());
  cells[0] = {words.front().begin, words[first - 1].end};
  std::size_t column = 1;
  for (std::size_t k = first; k < words.size(); ++k) {
    while (column < headers_.size() && placed[k].end > headers_[column].end) ++column;
    if (column == headers_.size()) {
      if (text_[words[k].begin] >= '0' && text_[words[k].begin] <= '9') return std::nullopt;
      continue;
    }
    if (column > 1 && placed[k].begin < headers_[column - 1].end) return std::nullopt;
    cells[column] = cells[column].size() == 0 ? words[k] : core::Span{cells[column].begin, words[k].end};
  }
  const bool full = std::all_of(cells.begin(), cells.end(), [](core::Span cell) { return cell.size() > 0; });
  return full ? std::optional(std::move(cells)) : std::nullopt;
}

std::optional<std::vector<core::Span>> HeaderColumns::place_words(std::uint64_t line_begin, const std::vector<core::Span>& words) const {
  const std::vector<Extent> placed = extents(line_begin, words);
  if (headers_.empty() || placed.empty()) return std::nullopt;
  std::vector<core::Span> cells(headers_.size());
  std::size_t last = headers_.size();  // the header of the word before
  for (std::size_t k = 0; k < words.size(); ++k) {
    const auto under = [&](const Extent& header) { return header.begin < placed[k].end && placed[k].begin < header.end; };
    const auto first = std::find_if(headers_.begin(), headers_.end(), under);
    const auto at = static_cast<std::size_t>(first - headers_.begin());
    const bool beside = k > 0 && placed[k].begin == placed[k - 1].end + 1;
    if (beside && (first == headers_.end() || at == last)) {
      cells[last].end = words[k].end;
      continue;
    }
    const bool fits = first != headers_.end() && (last == headers_.size() || at > last) && (at + 1 == headers_.size() || !under(headers_[at + 1]));
    if (!fits) return std::nullopt;
    cells[at] = words[k];
    last = at;
  }
  return cells;
}

bool HeaderColumns::end_below(std::uint64_t line_begin, const std::vector<core::Span>& fields) const {
  const std::vector<Extent> placed = extents(line_begin, fields);
  return !placed.empty() && std::equal(placed.begin(), placed.end(), headers_.begin(), headers_.end(), [](const Extent& field, const Extent& header) { return field.end == header.end; });
}

bool HeaderColumns::end_below_name(std::uint64_t line_begin, const std::vector<core::Span>& fields) const {
  const std::vector<Extent> placed = extents(line_begin, fields);
  if (placed.size() < 2 || placed.size() != headers_.size() || placed.front().begin != headers_.front().begin) return false;
  const std::string_view name = text_.substr(fields.front().begin, fields.front().size());
  const bool letters = (name[0] >= 'a' && name[0] <= 'z') || (name[0] >= 'A' && name[0] <= 'Z');
  return letters && std::equal(placed.begin() + 1, placed.end(), headers_.begin() + 1, headers_.end(), [](const Extent& field, const Extent& header) { return field.end == header.end; });
}

std::size_t nearest_name(const core::Document& document, const std::vector<core::Span>& names, core::Span field) {
  const auto line_of = [&](core::Span span) { return document.lines[document.place(span.begin).line - 1]; };
  const std::uint64_t names_line = line_of(names.front());
  const std::uint64_t begin = field.begin - line_of(field);
  const std::uint64_t end = begin + field.size();
  const auto distance = [&](core::Span name) {
    const std::uint64_t from = name.begin - names_line;
    const std::uint64_t to = name.end - names_line;
    return to <= begin ? begin - to + 1 : end <= from ? from - end + 1 : 0;
  };
  const auto nearer = [&](core::Span a, core::Span b) { return distance(a) < distance(b); };
  return static_cast<std::size_t>(std::min_element(names.begin(), names.end(), nearer) - names.begin());
}

}  // namespace chimera::plaintext
