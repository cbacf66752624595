// Text as HTML: escaping, and a judged draft's Markdown with its citations, claims and charts in place.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "report/html.h"
#include "text/markdown.h"

namespace chimera::report {

// For text and for attributes in double quotes. Control characters and marks that turn the direction of text become U+FFFD.
[[nodiscard]] std::string html_escape(std::string_view text);
void html_escape_to(std::string& out, std::string_view text);
// JSON as the content of a <script> element.
void script_json_to(std::string& out, std::string_view json);

// Renders one draft. Whatever the draft holds, the result has no element and no attribute but those written here.
class DraftHtml {
 public:
  explicit DraftHtml(const HtmlInput& input);
  // The sections; a <nav> of them; both have the same ids.
  [[nodiscard]] std::string sections();
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& contents() const { return contents_; }  // id, title

 private:
  enum class Within { sentences, phrase, link };  // sentences get a mark behind each
  void blocks();
  void heading(std::uint64_t begin, std::uint64_t end, int level);
  void paragraph(std::uint64_t begin, std::uint64_t end);
  void close_lists(int level);
  void list_item(std::uint64_t begin, std::uint64_t end, int level);
  void table(const text::MarkdownTable& table);
  void charts_of(std::string_view text);
  void inline_text(std::uint64_t begin, std::uint64_t end, Within within);
  [[nodiscard]] std::uint64_t link(std::uint64_t at, std::uint64_t end);
  void cite(std::string_view scheme, std::string_view target, std::uint64_t text_begin, std::uint64_t text_end);
  void sentence_mark(std::uint64_t until);
  [[nodiscard]] std::string label_of(std::string_view id) const;

  const HtmlInput& input_;
  std::string_view text_;
  text::Markdown parsed_;
  std::string out_;
  std::unordered_map<std::uint64_t, std::string_view> labels_;
  std::vector<std::pair<std::string, std::string>> contents_;
  std::vector<bool> lists_;      // open lists, outermost first: whether ordered
  std::size_t next_claim_ = 0;
  std::size_t next_ordinal_ = 0;
  bool in_section_ = false;
};

// A figure with room for its drawing.
void chart_figure(std::string& out, const Chart& chart, std::size_t index);

}  // namespace chimera::report
