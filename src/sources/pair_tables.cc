#include "sources/pair_tables.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "sources/unit_columns.h"
#include "text/markdown_lines.h"

namespace chimera::sources {
namespace {

using text::MarkdownSpan;

core::Span to_core(MarkdownSpan span) { return {span.begin, span.end}; }

core::Cell text_cell(MarkdownSpan span) {
  core::Cell cell;
  cell.begin = span.begin;
  cell.size = static_cast<std::uint32_t>(std::min<std::uint64_t>(span.end - span.begin, std::numeric_limits<std::uint32_t>::max()));
  cell.kind = cell.size > 0 ? core::CellKind::text : core::CellKind::absent;
  return cell;
}

// Rows whose columns show up as they come. A table in which most cells would be empty is cut, so that its size stays
// in proportion to the text.
class GrowingTable {
 public:
  GrowingTable(const core::Document& document, core::TableKind kind, std::string name)
      : document_(&document), kind_(kind), name_(std::move(name)) {}

  void begin_row(std::uint64_t begin) {
    const std::size_t rows = columns_ ? columns_->row_count() + 1 : 1;
    if (!columns_ || rows * index_.size() > kMostEmpty + 4 * cells_) open();
    core::Row row;
    row.span = {begin, begin};
    row.line = document_->place(begin).line;
    if (columns_->row_count() == 0) done_.back().begin = begin;
    columns_->add_row(std::move(row));
    in_row_.clear();
  }
  [[nodiscard]] bool in_row(const std::string& key) const { return in_row_.count(key) > 0; }
  [[nodiscard]] bool has_row() const { return columns_.has_value() && columns_->row_count() > 0; }

  void put(const std::string& key, const WrittenCell& written, std::uint64_t end) {
    const auto [entry, fresh] = index_.try_emplace(key, 0);
    if (fresh) entry->second = columns_->add_column(key, unit_of_header(key));
    columns_->put(entry->second, written);
    core::Span& span = columns_->table().rows.back().span;
    span.end = std::max(span.end, end);
    in_row_.insert(key);
    ++cells_;
  }
  void take(std::vector<LocatedTable>& out) {
    close();
    std::move(done_.begin(), done_.end(), std::back_inserter(out));
  }

 private:
  static constexpr std::size_t kMostEmpty = 4096;

  void close() {
    if (columns_) done_.back().table = columns_->finish();
    columns_.reset();
  }
  void open() {
    close();
    done_.emplace_back();
    columns_.emplace(kind_, name_);
    index_.clear();
    cells_ = 0;
  }

  const core::Document* document_;
  core::TableKind kind_;
  std::string name_;
  std::optional<UnitColumns> columns_;
  std::map<std::string, std::size_t> index_;
  std::set<std::string> in_row_;
  std::size_t cells_ = 0;
  std::vector<LocatedTable> done_;
};

// What shares a row: the heading and the label under it.
using Scope = std::tuple<std::int32_t, std::uint64_t, std::uint64_t>;
Scope scope_of(std::int32_t heading, MarkdownSpan group) { return {heading, group.begin, group.end}; }

class PairTables {
 public:
  PairTables(const core::Document& document, const text::Markdown& markdown) : document_(document), text_(document.text), markdown_(markdown) {}

  std::vector<LocatedTable> make() {
    for (const text::EntityRow& entity : markdown_.entities) ++entities_[scope_of(entity.heading, entity.group)];
    for (const text::NameValue& pair : markdown_.pairs) ++pairs_[scope_of(pair.heading, pair.group)];
    std::size_t next = 0;  // entities and pairs in order of place
    for (const text::NameValue& pair : markdown_.pairs) {
      for (; next < markdown_.entities.size() && begin_of(markdown_.entities[next]) < pair.name.begin; ++next) add_entity(markdown_.entities[next]);
      add_pair(pair);
    }
    for (; next < markdown_.entities.size(); ++next) add_entity(markdown_.entities[next]);
    std::vector<LocatedTable> out;
    for (auto& [scope, table] : listings_) table.take(out);
    for (auto& [heading, table] : keyed_) table.take(out);
    return out;
  }

 private:
  static std::uint64_t begin_of(const text::EntityRow& entity) { return text::empty(entity.name) ? entity.values.front().name.begin : entity.name.begin; }

  void add_pair(const text::NameValue& pair) {
    const std::string key = plain_text(text::at(text_, pair.name));
    GrowingTable& table = listings_.try_emplace(scope_of(pair.heading, pair.group), document_, core::TableKind::listing, heading_text(text_, markdown_, pair.heading)).first->second;
    if (!table.has_row() || table.in_row(key)) {
      table.begin_row(pair.name.begin);
      if (!text::empty(pair.group)) table.put("group", {text_cell(pair.group), {}, {}}, 0);
    }
    table.put(key, read_written_cell(text_, to_core(pair.value)), pair.value.end);
  }

  void add_entity(const text::EntityRow& entity) {
    const Scope scope = scope_of(entity.heading, entity.group);
    if (entities_[scope] == 1 && pairs_.count(scope) > 0) {
      for (const text::NameValue& value : entity.values) add_pair({value.name, value.value, entity.group, entity.heading});
      return;
    }
    GrowingTable& table = keyed_.try_emplace(entity.heading, document_, core::TableKind::keyed, heading_text(text_, markdown_, entity.heading)).first->second;
    table.begin_row(begin_of(entity));
    table.put("", {text_cell(entity.name), {}, {}}, entity.name.end);
    if (!text::empty(entity.group)) table.put("group", {text_cell(entity.group), {}, {}}, 0);
    for (const text::NameValue& value : entity.values)
      table.put(plain_text(text::at(text_, value.name)), read_written_cell(text_, to_core(value.value)), value.value.end);
  }

  const core::Document& document_;
  std::string_view text_;
  const text::Markdown& markdown_;
  std::map<Scope, std::size_t> entities_;
  std::map<Scope, std::size_t> pairs_;
  std::map<Scope, GrowingTable> listings_;
  std::map<std::int32_t, GrowingTable> keyed_;
};

}  // namespace

std::vector<LocatedTable> tables_of_pairs(const core::Document& document, const text::Markdown& markdown) {
  return PairTables(document, markdown).make();
}

std::string heading_text(std::string_view text, const text::Markdown& markdown, std::int32_t heading) {
  if (heading < 0) return {};
  return plain_text(text::at(text, text::without_emphasis(text, markdown.blocks[static_cast<std::size_t>(heading)].span)));
}

std::string plain_text(std::string_view written) {
  std::string out;
  out.reserve(written.size());
  const std::size_t last_link = written.rfind("](");
  const std::size_t last_close = written.rfind(')');
  std::size_t skip_to = 0;  // the end of a link's target
  for (std::size_t i = 0; i < written.size(); ++i) {
    const char c = written[i];
    const char next = i + 1 < written.size() ? written[i + 1] : '\0';
    if (i < skip_to || c == '`') continue;
    if ((c == '*' || c == '_') && next == c) {
      ++i;
    } else if (c == ']' && next == '(') {
      if (last_close == std::string_view::npos || last_close < i) out += c;
      else skip_to = written.find(')', i) + 1;
    } else if (c == '[' && last_link != std::string_view::npos && i < last_link) {
      continue;
    } else if (c == '\\' && std::string_view("|*_`[]()#\\").find(next) != std::string_view::npos && next != '\0') {
      out += next, ++i;
    } else {
      out += c == '\n' ? ' ' : c;
    }
  }
  return out;
}

}  // namespace chimera::sources
