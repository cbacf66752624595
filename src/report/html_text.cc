#include "report/html_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/fact.h"
#include "report/draft.h"
#include "text/markdown.h"

namespace chimera::report {
namespace {

constexpr std::uint64_t kBehindOrdinal = 6;  // the full stop and up to five blanks

// Marks that change the direction of what follows could make a page show another text than the file's.
bool turns_text(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U; };
  if (byte(0) != 0xE2) return false;
  return (byte(1) == 0x80 && (byte(2) == 0x8E || byte(2) == 0x8F || (byte(2) >= 0xAA && byte(2) <= 0xAE))) || (byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9);
}

}  // namespace

void html_escape_to(std::string& out, std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    if (c == '&') out += "&amp;";
    else if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '"') out += "&quot;";
    else if (c == '\r') continue;
    else if ((byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7F) out += "\uFFFD";
    else if (byte == 0xE2 && turns_text(text, i)) out += "\uFFFD", i += 2;
    else out += c;
  }
}

std::string html_escape(std::string_view text) {
  std::string out;
  html_escape_to(out, text);
  return out;
}

void script_json_to(std::string& out, std::string_view json) {
  for (std::size_t at = 0; at < json.size();) {
    const std::size_t next = std::min(json.find('<', at), json.size());
    out += json.substr(at, next - at);
    if (next < json.size()) out += "\\u003c";
    at = next + 1;
  }
}

void chart_figure(std::string& out, const Chart& chart, std::size_t index) {
  const std::string title = html_escape(chart.head.title);
  out += fmt::format("<figure id=\"{}\" class=\"chart\" data-chart=\"{}\"><figcaption><b>", chart.head.id, index);
  bool code = false;
  for (const char c : title) {
    if (c != '`') out += c;
    else out += (code = !code) ? "<code>" : "</code>";
  }
  if (code) out += "</code>";
  std::string caption = html_escape(chart.head.caption);
  caption.erase(std::remove(caption.begin(), caption.end(), '`'), caption.end());
  out += fmt::format("</b> <span>{}</span></figcaption><div class=\"plot\"></div></figure>\n", caption);
}

DraftHtml::DraftHtml(const HtmlInput& input) : input_(input), text_(input.draft), parsed_(text::parse_markdown(input.draft)) {
  for (const CitedFact& cited : input.publication->facts)
    if (!cited.label.empty()) labels_.emplace(cited.fact.id.value, cited.label);
}

std::string DraftHtml::label_of(std::string_view id) const {
  const auto known = labels_.find(core::parse_fact_id(id).value);
  return known == labels_.end() ? std::string() : std::string(known->second);
}

std::string DraftHtml::sections() {
  blocks();
  close_lists(0);
  if (in_section_) out_ += "</section>\n";
  return std::move(out_);
}

void DraftHtml::blocks() {
  std::uint64_t done = 0;  // a block inside another one was written with it
  for (const text::MarkdownBlock& block : parsed_.blocks) {
    const bool inside = block.span.begin < done && block.kind != text::BlockKind::list_item;
    if (inside) continue;
    if (block.kind != text::BlockKind::list_item) close_lists(0);
    switch (block.kind) {
      case text::BlockKind::heading: heading(block.span.begin, block.span.end, block.level); break;
      case text::BlockKind::list_item: list_item(block.span.begin, block.span.end, std::max(block.level, 1)); break;
      case text::BlockKind::table: table(parsed_.tables[static_cast<std::size_t>(block.table)]); break;
      case text::BlockKind::code:
        out_ += "<pre tabindex=\"0\">";
        html_escape_to(out_, text_.substr(block.span.begin, block.span.end - block.span.begin));
        out_ += "</pre>\n";
        break;
      case text::BlockKind::quote:
        out_ += "<blockquote>";
        paragraph(block.span.begin, block.span.end);
        out_ += "</blockquote>\n";
        break;
      case text::BlockKind::rule: out_ += "<hr>\n"; break;
      case text::BlockKind::paragraph:
      case text::BlockKind::html: paragraph(block.span.begin, block.span.end); break;
    }
    done = std::max(done, block.span.end);
  }
}

void DraftHtml::heading(std::uint64_t begin, std::uint64_t end, int level) {
  if (level <= 2) {
    if (in_section_) out_ += "</section>\n";
    const std::string id = fmt::format("s{}", contents_.size() + 1);
    out_ += fmt::format("<section aria-labelledby=\"{0}\">\n<h{1} id=\"{0}\">", id, level);
    const std::size_t from = out_.size();
    inline_text(begin, end, Within::phrase);
    contents_.emplace_back(id, out_.substr(from));
    out_ += fmt::format("</h{}>\n", level);
    const std::string_view title = text_.substr(begin, end - begin);
    const auto named = std::find_if(input_.writers.begin(), input_.writers.end(), [&](const auto& w) { return w.first == title; });
    if (level == 2) out_ += fmt::format("<p class=\"by\">written by {}</p>\n", html_escape(named == input_.writers.end() ? input_.writer : named->second));
    in_section_ = true;
    return;
  }
  out_ += fmt::format("<h{}>", std::min(level, 6));
  inline_text(begin, end, Within::phrase);
  out_ += fmt::format("</h{}>\n", std::min(level, 6));
}

void DraftHtml::paragraph(std::uint64_t begin, std::uint64_t end) {
  const std::string_view words = text_.substr(begin, end - begin);
  if (words.substr(0, kChartsLead.size()) == kChartsLead && words.find("](chart:") != std::string_view::npos) return charts_of(words);
  out_ += "<p>";
  inline_text(begin, end, Within::sentences);
  out_ += "</p>\n";
}

void DraftHtml::charts_of(std::string_view words) {
  constexpr std::size_t kMany = 6;
  std::size_t count = 0;
  for (std::size_t at = 0; (at = words.find("](chart:", at)) != std::string_view::npos; ++at) ++count;
  out_ += count > kMany ? "<div class=\"charts many\">\n" : "<div class=\"charts\">\n";
  for (std::size_t at = 0; (at = words.find("](chart:", at)) != std::string_view::npos;) {
    at += 8;
    const std::string_view id = words.substr(at, words.find(')', at) - at);
    for (std::size_t i = 0; i < input_.charts->size(); ++i)
      if ((*input_.charts)[i].head.id == id) chart_figure(out_, (*input_.charts)[i], i);
  }
  out_ += "</div>\n";
}

void DraftHtml::close_lists(int level) {
  while (static_cast<int>(lists_.size()) > level) {
    out_ += lists_.back() ? "</li></ol>\n" : "</li></ul>\n";
    lists_.pop_back();
  }
}

void DraftHtml::list_item(std::uint64_t begin, std::uint64_t end, int level) {
  // An ordinal and its full stop or bracket stand right before the item.
  while (next_ordinal_ < parsed_.ordinals.size() && parsed_.ordinals[next_ordinal_].end + kBehindOrdinal < begin) ++next_ordinal_;
  const bool ordered = next_ordinal_ < parsed_.ordinals.size() && parsed_.ordinals[next_ordinal_].end < begin;
  level = std::min(level, static_cast<int>(lists_.size()) + 1);
  close_lists(level);
  if (static_cast<int>(lists_.size()) == level && lists_.back() != ordered) close_lists(level - 1);
  if (static_cast<int>(lists_.size()) == level) {
    out_ += "</li>\n<li>";
  } else {
    out_ += ordered ? "<ol><li>" : "<ul><li>";
    lists_.push_back(ordered);
  }
  // What stands in deeper items is theirs.
  const std::size_t own = text_.substr(begin, end - begin).find("\n");
  inline_text(begin, own == std::string_view::npos ? end : begin + own, Within::sentences);
}

}  // namespace chimera::report
