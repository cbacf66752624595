#include <optional>

#include "text/markdown_lines.h"
#include "text/markdown_parts.h"

namespace chimera::text {
namespace {

// Longer values are sentences with a colon in them, not values.
constexpr std::size_t kLongestItemValue = 200;
constexpr std::size_t kLongestLineValue = 80;
constexpr std::size_t kLongestLabel = 80;
constexpr std::size_t kMostAround = 4;  // items inside each other that are told apart

// What later items stand under, by depth: 0 for labels outside lists.
class Labels {
 public:
  void enter(std::int32_t heading, int level) {
    if (heading != heading_) labels_.clear();
    heading_ = heading;
    while (!labels_.empty() && labels_.back().level >= level) labels_.pop_back();
  }
  void push(int level, MarkdownSpan name) {
    labels_.push_back({level, name.end - name.begin <= kLongestLabel ? name : MarkdownSpan{}});
  }
  [[nodiscard]] MarkdownSpan current() const { return labels_.empty() ? MarkdownSpan{} : labels_.back().name; }
  // The items around that; a label outside lists is a title of its own.
  [[nodiscard]] std::vector<MarkdownSpan> around() const {
    std::vector<MarkdownSpan> items;
    for (std::size_t i = 0; i + 1 < labels_.size() && items.size() < kMostAround; ++i)
      if (labels_[i].level > 0 && !empty(labels_[i].name)) items.push_back(labels_[i].name);
    return items;
  }

 private:
  struct Label {
    int level = 0;
    MarkdownSpan name;
  };
  std::int32_t heading_ = -1;
  std::vector<Label> labels_;
};

class PairCollector {
 public:
  PairCollector(std::string_view text, Markdown& markdown) : text_(text), out_(markdown) {}

  void add(const Fragment& fragment, bool continues) {
    const MarkdownBlock& block = out_.blocks[static_cast<std::size_t>(fragment.block)];
    if (block.kind != BlockKind::list_item && block.kind != BlockKind::paragraph) return;
    const bool item = block.kind == BlockKind::list_item;
    const int level = item ? block.level : 0;
    const MarkdownSpan line = without_box(fragment.span);
    const std::optional<PairSplit> pair = split_pair(text_, line);
    // "Model A:" in a line of a paragraph is of the pairs in the lines below it.
    const bool below_label = continues && !item && pair && !empty(pair->value);
    if ((!continues || !item) && !below_label) labels_.enter(block.heading, level);
    if (!pair) return add_label(line, block, item && !continues);
    if (empty(pair->value)) {
      if (!continues || !item) labels_.push(level, pair->name);
      return;
    }
    if (std::vector<NameValue> entries = split_entries(text_, pair->value); !entries.empty()) {
      out_.entities.push_back({pair->name, labels_.current(), std::move(entries), block.heading});
    } else if (pair->value.end - pair->value.begin <= (item || pair->bold ? kLongestItemValue : kLongestLineValue)) {
      add_pairs(line, block.heading);
    }
    if (item && !continues) labels_.push(level, pair->name);
  }

 private:
  void add_pairs(MarkdownSpan line, std::int32_t heading) {
    for (const PairSplit& pair : split_pairs(text_, line))
      out_.pairs.push_back({pair.name, without_emphasis(text_, pair.value), labels_.current(), heading, labels_.around()});
  }

  // An item without a pair, or a line that is bold as a whole, names what follows.
  void add_label(MarkdownSpan line, const MarkdownBlock& block, bool first_of_item) {
    const int level = block.kind == BlockKind::list_item ? block.level : 0;
    std::vector<NameValue> entries = split_entries(text_, line);
    if (entries.size() > 1) {
      out_.entities.push_back({{}, labels_.current(), std::move(entries), block.heading});
      return;
    }
    MarkdownSpan inner = without_emphasis(text_, line);
    if (inner.end - inner.begin > 1 && text_[inner.end - 1] == ':') --inner.end;
    const bool bold = inner.begin >= line.begin + 2 && text_[line.begin] == text_[line.begin + 1];
    if (first_of_item || (level == 0 && bold)) labels_.push(level, inner);
  }

  // "[x] done": the box of a task list is no part of its text.
  [[nodiscard]] MarkdownSpan without_box(MarkdownSpan line) const {
    const std::string_view all = at(text_, line);
    const bool box = all.size() > 4 && all[0] == '[' && all[2] == ']' && all[3] == ' ' &&
                     (all[1] == ' ' || all[1] == 'x' || all[1] == 'X');
    return box ? MarkdownSpan{line.begin + 4, line.end} : line;
  }

  std::string_view text_;
  Markdown& out_;
  Labels labels_;
};

}  // namespace

void collect_pairs(std::string_view text, const std::vector<Fragment>& fragments, Markdown& markdown) {
  PairCollector collector(text, markdown);
  std::int32_t block = -1;
  for (const Fragment& fragment : fragments) {
    collector.add(fragment, fragment.block == block);
    block = fragment.block;
  }
}

}  // namespace chimera::text
