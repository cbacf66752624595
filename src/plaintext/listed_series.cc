#include "plaintext/listed_series.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "plaintext/pair_tables.h"
#include "plaintext/series_line.h"
#include "plaintext/spans.h"
#include "plaintext/text_clauses.h"
#include "plaintext/written_cell.h"
#include "text/markdown_lines.h"

namespace chimera::plaintext {
namespace {

struct Item {
  const text::MarkdownBlock* block = nullptr;
  SeriesLine line;
};

class SeriesTables {
 public:
  SeriesTables(const core::Document& document, const text::Markdown& markdown, std::vector<core::Span>& keys) : document_(document), text_(document.text), markdown_(markdown), keys_(keys) {}

  std::vector<LocatedTable> make() {
    std::vector<Item> run;
    for (const text::MarkdownBlock& block : markdown_.blocks) {
      auto item = item_of(block);
      if (!run.empty() && !(item && goes_on(run.back(), *item))) take(std::exchange(run, {}));
      if (item) run.push_back(std::move(*item));
    }
    take(std::move(run));
    return std::move(out_);
  }

  // Of the items that were read, in order.
  [[nodiscard]] const std::vector<core::Span>& read() const { return read_; }

 private:
  [[nodiscard]] std::optional<Item> item_of(const text::MarkdownBlock& block) const {
    const bool item = block.kind == text::BlockKind::list_item;
    const core::Span span = to_core(block.span);
    if ((!item && block.kind != text::BlockKind::paragraph) || at(text_, span).find('\n') != std::string_view::npos) return std::nullopt;
    auto line = series_line(text_, span);
    const bool headed = line && item && line->head.size() > 0;
    if (!line || (!headed && !line->alone)) return std::nullopt;
    // "tiny:1b: 45.2 tok/s": a pair whose name says how it was run (pair_tables.h).
    const bool pair = line->head.size() > 0 && text_[line->head.end] == ':' && !settings_in_name(text_, bare(line->head)).empty();
    return pair ? std::nullopt : std::optional(Item{&block, std::move(*line)});
  }

  [[nodiscard]] core::Span bare(core::Span head) const { return to_core(text::without_emphasis(text_, {head.begin, head.end})); }

  // Items of one list that begin with the same quantity; one of another unit is no sample of what the others are.
  static bool goes_on(const Item& last, const Item& next) {
    return last.block + 1 == next.block && last.block->kind == next.block->kind && last.block->heading == next.block->heading && last.block->level == next.block->level &&
           last.line.said.front().key == next.line.said.front().key && (last.line.head.size() > 0) == (next.line.head.size() > 0);
  }

  void take(std::vector<Item> run) {
    const auto differ = [&](const Item& each) { return at(text_, each.line.head) != at(text_, run.front().line.head); };
    const bool list = run.size() > 1 && (run.front().line.head.size() == 0 || std::any_of(run.begin(), run.end(), differ));
    if (run.empty() || (!list && !run.front().line.alone)) return;
    GrowingTable table(document_, core::TableKind::records, heading_text(text_, markdown_, run.front().block->heading));
    for (const Item& item : run) {
      table.begin_row(item.block->span.begin);
      const core::Span head = bare(item.line.head);
      if (head.size() > 0) table.put(std::string(key_of_head(at(text_, head))), {text_cell(head), {}, {}}, head.end);
      for (const Said& each : item.line.said) {
        const bool words = each.name.begin == each.value.begin && each.name.end == each.value.end;  // "(Q4)"
        table.put(each.key, words ? WrittenCell{text_cell(each.value), {}, {}} : read_written_cell(text_, each.value), each.value.end);
        if (!words) keys_.push_back(each.name);
      }
      read_.push_back(to_core(item.block->span));
    }
    table.take(out_);
  }

  const core::Document& document_;
  std::string_view text_;
  const text::Markdown& markdown_;
  std::vector<core::Span>& keys_;
  std::vector<LocatedTable> out_;
  std::vector<core::Span> read_;
};

}  // namespace

std::vector<LocatedTable> tables_of_series(const core::Document& document, text::Markdown& markdown, std::vector<core::Span>& keys) {
  SeriesTables series(document, markdown, keys);
  std::vector<LocatedTable> found = series.make();
  const std::vector<core::Span>& read = series.read();
  const auto is_read = [&](std::uint64_t offset) {
    const auto next = std::partition_point(read.begin(), read.end(), [&](const core::Span& span) { return span.end <= offset; });
    return next != read.end() && next->begin <= offset;
  };
  auto& pairs = markdown.pairs;
  pairs.erase(std::remove_if(pairs.begin(), pairs.end(), [&](const text::NameValue& pair) { return is_read(pair.name.begin); }), pairs.end());
  return found;
}

}  // namespace chimera::plaintext
