#include "plaintext/title_lines.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "core/statistic.h"
#include "plaintext/around_tables.h"
#include "plaintext/drawn_line.h"
#include "plaintext/log_prefix.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/text_pairs.h"
#include "plaintext/text_percentiles.h"
#include "plaintext/unit_columns.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kLongestStage = 40;
constexpr std::size_t kStageReach = 1000;  // lines in which a stage ends
constexpr std::size_t kMostHeadingWords = 8;
constexpr std::size_t kLabelIndent = 4;  // what stands so much deeper than a line without a value is about it

// "change:" above "time: -3 %": what stands below is no time.
bool compares(std::string_view label) {
  const std::string word = text::lower(label);
  return is_one_of(word, {"change", "changes", "difference", "delta", "ratio", "speedup"});
}

void add_prefix(const LineView& lines, std::size_t i, core::Span name, ReadingContext& context) {
  const bool above = i + 1 < lines.count() && lines.line(i + 1).size() > 0;
  context.enter_prefix(lines.at(name), lines.indent(i), above ? lines.indent(i + 1) : 0);
}

// "Warmup ..." above what warms up, where another line of that form ends it.
void read_stage(const LineView& lines, std::size_t i, ReadingContext& context) {
  const auto stage = [&](std::size_t at_line) {
    const core::Span whole = lines.line(at_line);
    const std::string_view all = lines.at(whole);
    const bool dots = all.size() > 4 && all.size() <= kLongestStage && all.substr(all.size() - 4) == " ...";
    return dots && !lines.has_number(whole) ? core::Span{whole.begin, whole.end - 4} : core::Span{};
  };
  const core::Span here = stage(i);
  if (here.size() == 0) return;
  const std::string name = text::lower(lines.at(here));
  const bool warm = name.rfind("warmup", 0) == 0 || name.rfind("warm-up", 0) == 0 || name.rfind("warm up", 0) == 0;
  if (!warm) return context.leave_warmup(std::string(lines.at(here)));
  for (std::size_t next = i + 1; next < lines.count() && next < i + kStageReach; ++next) {
    if (stage(next).size() == 0) continue;
    return context.enter_warmup(here, std::string(lines.at(here)));
  }
}

// "[I] GPU Compute" above "[I] min: 0.9 ms" and "[I] max: 1.1 ms": a logger leaves no empty line in front of a heading.
bool heads_in_log(const LineView& lines, std::size_t i) {
  const core::Span said = lines.unprefixed(i);
  const bool title = said.begin > lines.line(i).begin && said.size() > 0 && said.size() <= kLongestTitle && lines.at(said).find_first_of(".:=,!?") == std::string_view::npos &&
                     !lines.has_number(said) && words(lines.text(), said).size() <= 3;
  if (!title || i + 2 >= lines.count()) return false;
  const auto is_value = [&](std::size_t at_line) {
    const core::Span line = lines.unprefixed(at_line);
    const std::size_t colon = lines.at(line).find(": ");
    return line.begin > lines.line(at_line).begin && colon != std::string_view::npos && colon + 2 < line.size() && is_digit(lines.at(line)[colon + 2]) && !lines.has_number({line.begin, line.begin + colon});
  };
  return is_value(i + 1) && is_value(i + 2);
}

}  // namespace

void read_title(const LineView& lines, std::size_t i, std::size_t keys, ReadingContext& context) {
  core::Span title = framed_title(lines.text(), without_log_prefix(lines.text(), lines.line(i)));
  const bool framed = title.size() > 0;
  const bool above_ruler = i + 1 < lines.count() && is_ruler(lines.at(lines.line(i + 1))) && !is_ruler(lines.at(lines.line(i)));
  if (title.size() == 0 && above_ruler && lines.at(lines.line(i)).find(':') == std::string_view::npos) title = lines.line(i);
  const bool words =
      std::any_of(lines.at(title).begin(), lines.at(title).end(), [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; });
  if (words && lines.above_deeper(i) && heads_statistics(lines.text(), title, lines.line(i + 1))) {
    add_prefix(lines, i, title, context);
  } else if (words && title.size() <= kLongestTitle && lines.at(title).find('|') == std::string_view::npos) {
    const char mark = framed ? lines.text()[without_log_prefix(lines.text(), lines.line(i)).begin] : '\0';
    context.enter_section(title, std::string(lines.at(title)), mark, keys);
  }
  read_stage(lines, i, context);
}

void read_label(const LineView& lines, std::size_t i, core::Span name, ReadingContext& context) {
  const bool last = i + 1 >= lines.count();
  const core::Span below = last ? core::Span{} : lines.line(i + 1);
  const bool indented = !last && lines.indent(i + 1) > lines.indent(i);
  if ((below.size() > 0 && !indented) || name.size() == 0 || name.size() > kLongestTitle || reads_as_code(lines.at(name))) return;
  if (below.size() > 0 && below.size() <= kLongestTitle && names_statistics(lines.text(), below)) return;  // which are of the label
  // "Summary:" below "====== SET ======" is that of its chapter.
  if (!context.chapter().empty() && text::lower(lines.at(name)) == "summary") return context.enter_part(context.chapter());
  if (indented && (compares(lines.at(name)) || heads_tuples(lines.at(name)) || heads_statistics(lines.text(), name, below))) {
    add_prefix(lines, i, name, context);
  } else if (indented) {
    context.enter_part(std::string(lines.at(name)), lines.indent(i));
  } else {
    context.enter_part(std::string(lines.at(name)));
  }
}

void read_heading(const LineView& lines, std::size_t i, ReadingContext& context) {
  if (heads_in_log(lines, i)) return context.add_heading(lines.line(i).begin, lines.unprefixed(i));
  const core::Span here = lines.line(i);
  // "Model A:" below another heading is the nearer one.
  const bool below_heading = lines.at(here).back() == ':' && i > 0 && context.is_heading(lines.line(i - 1).begin);
  // "Benchmarking tiny:1b" behind what stands deeper and above what does.
  const bool outdented = i > 0 && lines.indent(i - 1) > lines.indent(i) && lines.above_deeper(i) && lines.at(here).find("  ") == std::string_view::npos && lines.at(here).find(": ") == std::string_view::npos;
  const bool alone = i == 0 || lines.line(i - 1).size() == 0 || is_ruler(lines.at(lines.line(i - 1))) || below_heading || outdented;
  const bool ends = std::string_view(".!?,;").find(lines.at(here).back()) != std::string_view::npos || (here.size() > 1 && lines.at(here).substr(here.size() - 2) == "::");
  const bool drawn = lines.at(here).find("---") != std::string_view::npos || lines.at(here).find("===") != std::string_view::npos;  // progress
  if (alone && !ends && !drawn && !tells_build(lines.at(here)) && here.size() <= kLongestTitle && !is_ruler(lines.at(here)) && words(lines.text(), here).size() <= kMostHeadingWords)
    context.add_heading(here.begin, lines.at(here).back() == ':' ? bare_name(lines.text(), {here.begin, here.end - 1}) : here);
}

void read_subject(const LineView& lines, std::size_t i, ReadingContext& context) {
  if (i + 1 >= lines.count() || lines.line(i).size() > kLongestTitle || lines.line(i + 1).size() == 0 || is_ruler(lines.at(lines.line(i)))) return;
  if (lines.above_deeper(i) && heads_statistics(lines.text(), lines.line(i), lines.line(i + 1))) return add_prefix(lines, i, lines.line(i), context);
  if (lines.indent(i + 1) < lines.indent(i) + kLabelIndent || lines.at(lines.line(i)).find(": ") != std::string_view::npos) return;
  if (context.inside_subject(lines.indent(i))) return add_prefix(lines, i, lines.line(i), context);
  context.enter_subject(lines.line(i), lines.indent(i));
}

std::string title_above(const LineView& lines, std::size_t i, SilentLines silent) {
  std::size_t above = i;
  if (above > lines.first() && lines.line(above - 1).size() == 0) --above;
  const bool parted = above < i;
  if (above <= lines.first()) return {};
  const core::Span title = lines.unprefixed(--above);
  const bool endpoint = lines.at(title).find(" @ http") != std::string_view::npos;  // "tiny-chat @ http://127.0.0.1:9000" says where
  if ((above < silent.first || above > silent.last) && !endpoint) return {};
  const bool alone = above == lines.first() || lines.line(above - 1).size() == 0;
  const std::string_view said = lines.at(title);
  if (said.empty() || said.size() > kLongestTitle || (parted && !alone) || words(lines.text(), title).size() > kMostHeadingWords) return {};
  const bool letters = std::any_of(said.begin(), said.end(), [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; });
  // Sentences, pairs, programs, rows of another table, and what a table says of itself.
  if (!letters || std::string_view(".!?,;{}").find(said.back()) != std::string_view::npos || is_ruler(said) || tells_build(said)) return {};
  if (said.find(": ") != std::string_view::npos || said.find('=') != std::string_view::npos || reads_as_code(said)) return {};
  if (drawn_line(lines.text(), lines.line(above)).kind != DrawnLine::Kind::other) return {};
  return std::string(text::trim(said.back() == ':' ? said.substr(0, said.size() - 1) : said));
}

}  // namespace chimera::plaintext
