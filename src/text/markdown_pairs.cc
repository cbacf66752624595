#include <algorithm>
#include <array>
#include <optional>

#include "text/markdown_lines.h"
#include "text/markdown_parts.h"

namespace chimera::text {
namespace {

// Longer values are sentences with a colon in them, not values.
constexpr std::size_t kLongestItemValue = 200;
constexpr std::size_t kLongestLineValue = 80;
constexpr std::size_t kLongestLabel = 80;
constexpr std::size_t kLongestNumber = 24;  // with its unit, and the name behind it where two pairs share a line

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_key(std::string_view key) {
  return !key.empty() && key.size() <= 64 && (is_letter(key[0]) || key[0] == '_') && std::all_of(key.begin(), key.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '.' || c == '/' || c == '%';
  });
}

bool is_connective(std::string_view word) {
  constexpr std::array<std::string_view, 7> kWords = {"and", "with", "at", "or", "@", "|", "/"};
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

bool is_unit_word(std::string_view word) {
  return word.size() <= 12 && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '/' || c == '%' || static_cast<unsigned char>(c) >= 0x80;
  });
}

// The next word: up to white space, ';' or a comma that is no thousands separator.
MarkdownSpan next_word(std::string_view text, MarkdownSpan& rest) {
  const auto separates = [&](std::uint64_t i) {
    const char c = text[i];
    if (c == ' ' || c == '\t' || c == ';') return true;
    return c == ',' && !(i > rest.begin && i + 1 < rest.end && is_digit(text[i - 1]) && is_digit(text[i + 1]));
  };
  while (rest.begin < rest.end && separates(rest.begin)) ++rest.begin;
  std::uint64_t end = rest.begin;
  while (end < rest.end && !separates(end)) ++end;
  const MarkdownSpan word{rest.begin, end};
  rest.begin = end;
  return word;
}

// "num_gpu=40, num_ctx=1024 latency=5 ms": empty where anything else stands there.
std::vector<NameValue> parse_entries(std::string_view text, MarkdownSpan span) {
  std::vector<NameValue> entries;
  if (!empty(span) && text[span.end - 1] == '.') --span.end;
  for (MarkdownSpan word = next_word(text, span); !empty(word); word = next_word(text, span)) {
    word = without_emphasis(text, word);
    const std::string_view written = at(text, word);
    const std::size_t equals = written.find('=');
    if (equals != std::string_view::npos && is_key(written.substr(0, equals)) && equals + 1 < written.size()) {
      entries.push_back({{word.begin, word.begin + equals}, without_emphasis(text, {word.begin + equals + 1, word.end}), {}, -1});
    } else if (!entries.empty() && is_connective(written)) {
      continue;
    } else if (!entries.empty() && is_unit_word(written) && is_digit(text[entries.back().value.end - 1])) {
      entries.back().value.end = word.end;
    } else {
      return {};
    }
  }
  return entries;
}

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
    if (!continues || !item) labels_.enter(block.heading, level);
    const MarkdownSpan line = without_box(fragment.span);
    const std::optional<PairSplit> pair = split_pair(text_, line);
    if (!pair) return add_label(line, block, item && !continues);
    if (empty(pair->value)) {
      if (!continues || !item) labels_.push(level, pair->name);
      return;
    }
    if (std::vector<NameValue> entries = parse_entries(text_, without_emphasis(text_, pair->value)); !entries.empty()) {
      out_.entities.push_back({pair->name, labels_.current(), std::move(entries), block.heading});
    } else if (pair->value.end - pair->value.begin <= (item || pair->bold ? kLongestItemValue : kLongestLineValue)) {
      add_pairs(*pair, block.heading);
    }
    if (item && !continues) labels_.push(level, pair->name);
  }

 private:
  // "0.3, top_p: 0.9" is a value and another pair.
  void add_pairs(PairSplit pair, std::int32_t heading) {
    for (;;) {
      const std::string_view value = at(text_, pair.value);
      const std::size_t comma = value.substr(0, kLongestNumber).find(", ");
      const bool number = is_digit(value[0]) || value[0] == '~' || value[0] == '-';
      const MarkdownSpan rest{pair.value.begin + comma + 2, pair.value.end};
      const auto next = number && comma != std::string_view::npos ? split_pair(text_, rest) : std::nullopt;
      const bool short_name = next && !empty(next->value) && next->name.end - next->name.begin <= kLongestNumber;
      const MarkdownSpan own = short_name ? MarkdownSpan{pair.value.begin, pair.value.begin + comma} : pair.value;
      out_.pairs.push_back({pair.name, without_emphasis(text_, own), labels_.current(), heading});
      if (!short_name) return;
      pair = *next;
    }
  }

  // An item without a pair, or a line that is bold as a whole, names what follows.
  void add_label(MarkdownSpan line, const MarkdownBlock& block, bool first_of_item) {
    const int level = block.kind == BlockKind::list_item ? block.level : 0;
    std::vector<NameValue> entries = parse_entries(text_, line);
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
    const bool box = all.size() > 4 && all[0] == '[' && all[2] == ']' && all[3] == ' ' && (all[1] == ' ' || all[1] == 'x' || all[1] == 'X');
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
