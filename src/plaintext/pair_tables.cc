#include "plaintext/pair_tables.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "core/item_titles.h"
#include "core/unit.h"
#include "plaintext/clause_remarks.h"
#include "plaintext/clause_words.h"
#include "plaintext/growing_table.h"
#include "plaintext/number_forms.h"
#include "plaintext/spans.h"
#include "plaintext/text_clauses.h"
#include "plaintext/text_lines.h"
#include "plaintext/written_cell.h"
#include "text/html_tables.h"
#include "text/markdown_lines.h"

namespace chimera::plaintext {
namespace {

using text::MarkdownSpan;

// What shares a row: the heading and the label under it.
using Scope = std::tuple<std::int32_t, std::uint64_t, std::uint64_t>;
Scope scope_of(std::int32_t heading, MarkdownSpan group) { return {heading, group.begin, group.end}; }

class PairTables {
 public:
  PairTables(const core::Document& document, const text::Markdown& markdown)
      : document_(document), text_(document.text), markdown_(markdown) {}

  std::vector<LocatedTable> make() {
    for (const text::EntityRow& entity : markdown_.entities) ++entities_[scope_of(entity.heading, entity.group)];
    for (const text::NameValue& pair : markdown_.pairs) {
      ++pairs_[scope_of(pair.heading, pair.group)];
      if (!pair.around.empty()) around_.try_emplace(scope_of(pair.heading, pair.group), pair.around);
    }
    std::size_t next = 0;  // entities and pairs in order of place
    for (const text::NameValue& pair : markdown_.pairs) {
      for (; next < markdown_.entities.size() && begin_of(markdown_.entities[next]) < pair.name.begin; ++next)
        add_entity(markdown_.entities[next]);
      add_pair(pair);
    }
    for (; next < markdown_.entities.size(); ++next) add_entity(markdown_.entities[next]);
    std::vector<LocatedTable> out;
    for (auto* tables : {&listings_, &settled_})
      for (auto& [scope, table] : *tables) take(scope, table, out);
    for (auto& [heading, table] : keyed_) table.take(out);
    return out;
  }

 private:
  // "- A100", "  - Llama" around the label of a list are titles of its table.
  void take(const Scope& scope, GrowingTable& table, std::vector<LocatedTable>& out) const {
    const std::size_t before = out.size();
    table.take(out);
    const auto around = around_.find(scope);
    if (around == around_.end()) return;
    const std::size_t items = std::min<std::size_t>(around->second.size(), core::kMostItemTitles);
    for (std::size_t t = before; t < out.size(); ++t)
      for (std::size_t i = 0; i < items; ++i)
        out[t].table.titles.push_back({core::kItemTitle + static_cast<int>(i), title_of(around->second[i])});
  }

  std::string title_of(MarkdownSpan item) const {
    std::string title = plain_text(text::at(text_, text::without_emphasis(text_, item)));
    while (!title.empty() && (title.back() == ':' || title.back() == ' ')) title.pop_back();
    return title;
  }

  static std::uint64_t begin_of(const text::EntityRow& entity) {
    return text::empty(entity.name) ? entity.values.front().name.begin : entity.name.begin;
  }

  // Sentences compare: "0.16 s vs 0.09 s", "2.2% gain"; lists say one thing beside the other.
  bool lists_values(const ClauseLine& line) const {
    if (line.proof != ClauseLine::Proof::itself || line.label.size() > 0) return false;
    return std::none_of(line.said.begin(), line.said.end(), [&](const Said& each) {
      const core::UnitPtr unit = core::find_unit(read_written_cell(text_, each.value).unit);
      const std::vector<core::Span> all = words(text_, each.name);
      return (unit != nullptr && unit->dimension == core::Dimension::fraction) || std::any_of(all.begin(), all.end(), [&](core::Span word) { return is_of_comparison(at(text_, word)); });
    });
  }

  // "45.2 tok/s, TTFT 231 ms" and "45.2 tok/s (TTFT 231 ms)" say more than one value, whose names are their own; `key` is that of the first.
  std::vector<Said> values_of(MarkdownSpan value, const std::string& key) const {
    const core::Span span = to_core(value);
    if (auto found = clause_line(text_, span); found && lists_values(*found)) {
      const auto unnamed = [](const Said& each) { return each.name.begin >= each.value.begin && each.name.end <= each.value.end; };
      for (Said& each : found->said)
        if (unnamed(each)) each.key = &each == &found->said.front() ? key : key + '/' + each.key;
      return std::move(found->said);
    }
    core::Span first = span;
    std::vector<Said> all = take_remark(text_, key, span, first);
    all.insert(all.begin(), {key, span, first});
    return all;
  }

  void put_values(GrowingTable& table, const text::NameValue& pair, const std::string& key) const {
    for (const Said& each : values_of(pair.value, key)) table.put(each.key, read_written_cell(text_, each.value), pair.value.end);
  }

  // "num_gpu=8: 45.2 tok/s", "tiny:1b: 45.2 tok/s": the name says how it was run, the unit what was measured.
  bool add_settled(const text::NameValue& pair) {
    const core::Span name = to_core(text::without_emphasis(text_, pair.name));
    const std::vector<Said> settings = settings_in_name(text_, name);
    const core::UnitPtr unit = settings.empty() ? nullptr : core::find_unit(read_written_cell(text_, to_core(pair.value)).unit);
    // A time may be of anything.
    if (unit == nullptr || !is_rate(unit) || quantity_name(*unit).empty()) return false;
    GrowingTable& table = settled_
                              .try_emplace(scope_of(pair.heading, pair.group), document_, core::TableKind::records, heading_text(text_, markdown_, pair.heading))
                              .first->second;
    table.begin_row(pair.name.begin);
    if (!text::empty(pair.group)) table.put("group", {text_cell(to_core(pair.group)), {}, {}}, 0);
    for (const Said& each : settings) table.put(each.key, read_written_cell(text_, each.value), each.value.end);
    put_values(table, pair, std::string(quantity_name(*unit)));
    return true;
  }

  void add_pair(const text::NameValue& pair) {
    if (add_settled(pair)) return;
    const std::string key = plain_text(text::at(text_, pair.name));
    GrowingTable& table = listings_
                              .try_emplace(scope_of(pair.heading, pair.group), document_, core::TableKind::listing,
                                           heading_text(text_, markdown_, pair.heading))
                              .first->second;
    if (!table.has_row() || table.in_row(key)) {
      table.begin_row(pair.name.begin);
      if (!text::empty(pair.group)) table.put("group", {text_cell(to_core(pair.group)), {}, {}}, 0);
    }
    put_values(table, pair, key);
  }

  void add_entity(const text::EntityRow& entity) {
    const Scope scope = scope_of(entity.heading, entity.group);
    if (entities_[scope] == 1 && pairs_.count(scope) > 0) {
      for (const text::NameValue& value : entity.values)
        add_pair({value.name, value.value, entity.group, entity.heading, {}});
      return;
    }
    GrowingTable& table = keyed_
                              .try_emplace(entity.heading, document_, core::TableKind::keyed,
                                           heading_text(text_, markdown_, entity.heading))
                              .first->second;
    table.begin_row(begin_of(entity));
    table.put("", {text_cell(to_core(entity.name)), {}, {}}, entity.name.end);
    if (!text::empty(entity.group)) table.put("group", {text_cell(to_core(entity.group)), {}, {}}, 0);
    for (const text::NameValue& value : entity.values)
      table.put(plain_text(text::at(text_, value.name)), read_written_cell(text_, to_core(value.value)),
                value.value.end);
  }

  const core::Document& document_;
  std::string_view text_;
  const text::Markdown& markdown_;
  std::map<Scope, std::size_t> entities_;
  std::map<Scope, std::size_t> pairs_;
  std::map<Scope, std::vector<MarkdownSpan>> around_;
  std::map<Scope, GrowingTable> listings_;
  std::map<Scope, GrowingTable> settled_;
  std::map<std::int32_t, GrowingTable> keyed_;
};

}  // namespace

std::vector<LocatedTable> tables_of_pairs(const core::Document& document, const text::Markdown& markdown) {
  return PairTables(document, markdown).make();
}

std::string heading_text(std::string_view text, const text::Markdown& markdown, std::int32_t heading) {
  // A heading of several lines is what a tool printed above a ruler.
  const auto is_printed = [&](std::int32_t block) { return text::at(text, markdown.blocks[static_cast<std::size_t>(block)].span).find('\n') != std::string_view::npos; };
  while (heading >= 0 && is_printed(heading)) heading = markdown.blocks[static_cast<std::size_t>(heading)].heading;
  if (heading < 0) return {};
  return plain_text(
      text::at(text, text::without_emphasis(text, markdown.blocks[static_cast<std::size_t>(heading)].span)));
}

std::string plain_text(std::string_view source) {
  const std::string without_html = text::without_html(source);
  const std::string_view written = without_html;
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
      if (last_close == std::string_view::npos || last_close < i)
        out += c;
      else
        skip_to = written.find(')', i) + 1;
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

}  // namespace chimera::plaintext
