#include "plaintext/table_titles.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "core/unit.h"
#include "plaintext/around_tables.h"
#include "plaintext/pair_tables.h"
#include "plaintext/written_cell.h"
#include "text/markdown_lines.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

using core::Title;
using text::MarkdownSpan;

constexpr std::size_t kLongestLabel = 80;    // bytes
constexpr std::size_t kLongestCaption = 160; // of a sentence with a unit
constexpr std::size_t kLongestSummary = 200; // with its tags
constexpr std::ptrdiff_t kMostWords = 6;     // of a lead-in without a colon
constexpr std::string_view kSummary = "<summary>";

// A title from its place on, until one of its level or above; or the end of those, where the text is empty.
struct Mark {
  std::uint64_t at = 0;
  Title title;
  std::uint64_t until = 0;  // of a part that can be folded: where it ends, whatever headings stand in it; 0 where nothing says so
};

// "Results <b>A</b>" as it is shown.
std::string without_tags(std::string_view written) {
  std::string shown;
  for (std::size_t i = 0; i < written.size(); ++i) {
    const std::size_t close = written[i] == '<' ? written.find('>', i) : std::string_view::npos;
    if (close != std::string_view::npos) i = close;
    else shown += written[i];
  }
  return plain_text(text::trim(shown));
}

std::string_view last_line(std::string_view paragraph) {
  const std::size_t cut = paragraph.rfind('\n');
  return text::trim(cut == std::string_view::npos ? paragraph : paragraph.substr(cut + 1));
}

// "fast: 250.5 ± 7.9 t/s": a value of the list that it stands in, and no title of what follows.
bool says_number(std::string_view label) {
  const std::size_t mark = label.find(": ");
  if (mark == std::string_view::npos) return false;
  return read_written_cell(label, {mark + 2, label.size()}).cell.kind == core::CellKind::number;
}

// "Average speed (tokens/s) of generating 1024 tokens. Higher is better.": up to the end of the first sentence where a unit stands in brackets;
// empty where none does.
std::string caption_of(std::string_view paragraph) {
  for (std::size_t open = paragraph.find('('); open != std::string_view::npos; open = paragraph.find('(', open + 1)) {
    const std::size_t close = paragraph.find(')', open);
    if (close == std::string_view::npos) break;
    const core::UnitPtr unit = core::find_unit(paragraph.substr(open + 1, close - open - 1));
    if (unit == nullptr || unit->dimension == core::Dimension::none || unit->dimension == core::Dimension::count || open == 0) continue;
    const std::size_t stop = std::min(paragraph.find(". ", close), paragraph.size());
    std::string caption = plain_text(text::trim(paragraph.substr(0, stop)));
    while (!caption.empty() && (caption.back() == '.' || caption.back() == ':')) caption.pop_back();
    return caption.size() <= kLongestCaption ? caption : std::string();
  }
  return {};
}

// "**Table 2** Two stages. Small model.", "Table 2: two stages": as many of its sentences as a caption may be long. Empty where the
// paragraph does not begin so.
std::string numbered_caption(std::string_view paragraph) {
  constexpr std::string_view kTable = "Table ";
  const std::size_t begin = paragraph.substr(0, 2) == "**" ? 2 : 0;
  const std::size_t number = begin + kTable.size();
  if (paragraph.size() <= number || paragraph.compare(begin, kTable.size(), kTable) != 0 || paragraph.find('\n') != std::string_view::npos) return {};
  const std::size_t end = std::min(paragraph.find_first_not_of("0123456789", number), paragraph.size());
  if (end == number || end == paragraph.size() || std::string_view(":.*").find(paragraph[end]) == std::string_view::npos) return {};
  std::string shown;
  for (std::size_t i = 0; i < paragraph.size(); ++i)
    if (paragraph.compare(i, 2, "**") == 0) ++i;
    else shown += paragraph[i];
  std::string caption = plain_text(text::trim(shown));
  if (caption.size() > kLongestCaption) {
    const std::size_t stop = caption.rfind(". ", kLongestCaption);
    caption.resize(stop == std::string::npos || stop < kTable.size() + 4 ? 0 : stop);
  }
  while (!caption.empty() && (caption.back() == '.' || caption.back() == ':')) caption.pop_back();
  return caption;
}

class Titles {
 public:
  Titles(const core::Document& document, const text::Markdown& markdown, const std::vector<core::Span>& code)
      : text_(document.text), code_(code) {
    captions_above_ = stand_above(markdown);
    for (const text::MarkdownBlock& block : markdown.blocks) add_block(block);
    raise_outer_labels();
    add_summaries();
    std::stable_sort(marks_.begin(), marks_.end(), [](const Mark& a, const Mark& b) { return a.at < b.at; });
  }

  void put(std::vector<LocatedTable>& tables) const {
    std::vector<Title> open;
    std::vector<const Mark*> folded;  // the parts around, from the outermost on
    auto next = marks_.begin();
    for (LocatedTable& table : tables) {
      for (; next != marks_.end() && next->at < table.begin; ++next) {
        while (!open.empty() && open.back().level >= next->title.level) open.pop_back();
        if (next->until > 0) folded.push_back(&*next);
        else if (!next->title.text.empty()) open.push_back(next->title);
      }
      while (!folded.empty() && folded.back()->until <= table.begin) folded.pop_back();
      std::vector<Title> items = std::move(table.table.titles);  // of a list
      table.table.titles = open;
      const auto below = std::find_if(table.table.titles.begin(), table.table.titles.end(), [](const Title& title) { return title.level >= Title::kSummary; });
      if (!folded.empty()) table.table.titles.insert(below, folded.back()->title);
      std::move(items.begin(), items.end(), std::back_inserter(table.table.titles));
    }
  }

 private:
  void add(std::uint64_t at, int level, std::string text) { marks_.push_back({at, {level, std::move(text)}, 0}); }

  void add_block(const text::MarkdownBlock& block) {
    const bool below_label = std::exchange(label_above_, false);
    const std::string_view written = text::at(text_, block.span);
    if (block.kind == text::BlockKind::heading && written.find('\n') == std::string_view::npos)
      add(block.span.begin, block.level, plain_text(text::at(text_, text::without_emphasis(text_, block.span))));
    else if (block.kind == text::BlockKind::paragraph || block.kind == text::BlockKind::list_item)
      add_paragraph(block, below_label);
    else if (block.kind == text::BlockKind::rule)
      add(block.span.begin, Title::kLeadIn, {});
  }

  // "**Model A**" is the title of what follows it, "Results of A:" of what stands below it alone; other text ends that.
  void add_paragraph(const text::MarkdownBlock& block, bool below_label) {
    const MarkdownSpan span = block.span;
    const bool item = block.kind == text::BlockKind::list_item;
    const std::string_view line = last_line(text::at(text_, span));
    if (line.empty() || tells_build(line)) return;
    const bool whole = line.size() == text::trim(text::at(text_, span)).size();
    const MarkdownSpan plain = text::without_emphasis(text_, text::trimmed(text_, span));
    const bool bold = whole && plain.begin > span.begin + 1 && text_.substr(span.begin, 2) == "**";
    std::string label = plain_text(whole ? text::at(text_, plain) : line);
    const bool colon = !label.empty() && label.back() == ':';
    while (!label.empty() && (label.back() == ':' || label.back() == ' ')) label.pop_back();
    const bool is_short = label.size() <= kLongestLabel && std::count(label.begin(), label.end(), ' ') < kMostWords;
    const bool is_label = label.size() <= kLongestLabel && !(item && says_number(label)) && (bold || colon || (whole && is_short && line.back() != '.'));
    std::string caption = is_label || item || !whole ? std::string() : caption_of(line);
    if (caption.empty() && captions_above_ && !is_label && !item && whole) caption = numbered_caption(line);
    if (is_label && !item && (colon || bold)) below_label = add_label_above(span) || below_label;
    if (is_label && below_label) inner_.push_back({marks_.size(), block.heading});
    label_above_ = is_label && !item && whole && (colon || bold);
    add(span.end - line.size(), bold && is_label ? Title::kLabel : Title::kLeadIn, is_label ? std::move(label) : std::move(caption));
  }

  // Whether the first numbered caption stands above its table: else it would title the table of the next.
  [[nodiscard]] bool stand_above(const text::Markdown& markdown) const {
    for (std::size_t i = 0; i < markdown.blocks.size(); ++i) {
      const text::MarkdownBlock& block = markdown.blocks[i];
      if (block.kind != text::BlockKind::paragraph || numbered_caption(text::at(text_, block.span)).empty()) continue;
      const bool table_above = i > 0 && markdown.blocks[i - 1].kind == text::BlockKind::table;
      return !table_above && i + 1 < markdown.blocks.size() && markdown.blocks[i + 1].kind == text::BlockKind::table;
    }
    return false;
  }

  // "Before:" in a line of its own right above the last line of a paragraph.
  bool add_label_above(MarkdownSpan span) {
    const std::string_view all = text::trim(text::at(text_, span));
    const std::size_t cut = all.find('\n');
    const std::string_view above = cut == std::string_view::npos || cut != all.rfind('\n') ? std::string_view() : text::trim(all.substr(0, cut));
    if (above.size() < 2 || above.size() > kLongestLabel || above.back() != ':') return false;
    add(span.begin, Title::kLeadIn, plain_text(above.substr(0, above.size() - 1)));
    return true;
  }

  // "Before:" right above "Run 1:" and below it "Run 2:", then "After:" above "Run 1:" again: a label right above one that stands right below
  // another label of the same heading too is the title of all up to the next of its kind.
  void raise_outer_labels() {
    for (const Inner& inner : inner_) outer_[key_of(inner)].insert(marks_[inner.mark - 1].title.text);
    for (const Inner& inner : inner_) {
      if (outer_[key_of(inner)].size() < 2) continue;
      marks_[inner.mark - 1].title.level = Title::kLabel;
      // Bold as well, up to the next title: "**Run 1**", "**Run 2**".
      for (std::size_t k = inner.mark; k < marks_.size() && marks_[k].title.level >= Title::kLabel && !is_outer(k); ++k)
        if (!marks_[k].title.text.empty()) marks_[k].title.level = Title::kLeadIn;
    }
  }

  struct Inner {
    std::size_t mark = 0;       // a label right below the one before it
    std::int32_t heading = -1;  // of its block
  };
  using InnerKey = std::pair<std::int32_t, std::string_view>;
  [[nodiscard]] InnerKey key_of(const Inner& inner) const { return {inner.heading, marks_[inner.mark].title.text}; }

  [[nodiscard]] bool is_outer(std::size_t k) const {
    const auto inner = std::lower_bound(inner_.begin(), inner_.end(), k + 1, [](const Inner& each, std::size_t mark) { return each.mark < mark; });
    return inner != inner_.end() && inner->mark == k + 1 && outer_.at(key_of(*inner)).size() > 1;
  }

  void add_summaries() {
    std::vector<std::size_t> open;  // their marks
    for (std::size_t at = text_.find('<'); at != std::string_view::npos; at = text_.find('<', at + 1)) {
      if (text_.compare(at, 10, "</details>") == 0 && !in_code(at)) {
        if (!open.empty()) marks_[open.back()].until = at, open.pop_back();
        add(at, Title::kSummary, {});
      }
      if (text_.compare(at, kSummary.size(), kSummary) != 0 || in_code(at)) continue;
      const std::size_t begin = at + kSummary.size();
      const std::string_view rest = text_.substr(begin, kLongestSummary);
      const std::size_t end = rest.find("</summary>");
      if (end == std::string_view::npos) continue;
      open.push_back(marks_.size());
      add(at, Title::kSummary, without_tags(rest.substr(0, end)));
    }
  }

  bool in_code(std::uint64_t offset) const {
    const auto next = std::partition_point(code_.begin(), code_.end(), [&](const core::Span& span) { return span.end <= offset; });
    return next != code_.end() && next->begin <= offset;
  }

  std::string_view text_;
  const std::vector<core::Span>& code_;
  std::vector<Mark> marks_;
  std::vector<Inner> inner_;
  std::map<InnerKey, std::set<std::string_view>> outer_;  // what stands right above such labels
  bool captions_above_ = false;  // "Table 1: …" stands above what it is of
  bool label_above_ = false;  // right above the block that is read
};

}  // namespace

void put_titles(const core::Document& document, const text::Markdown& markdown, const std::vector<core::Span>& code, std::vector<LocatedTable>& tables) {
  Titles(document, markdown, code).put(tables);
}

}  // namespace chimera::plaintext
