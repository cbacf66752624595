#include "plaintext/histogram_lines.h"

#include <string_view>
#include <vector>

#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "text/number.h"

namespace chimera::plaintext {
namespace {

// "0.001 |****   37", "0.002 |    4": a number, a bar of stars that may have no length, and a count.
bool is_bar(const LineView& lines, std::size_t i) {
  if (i >= lines.count() || lines.line(i).size() > kLongestLine) return false;
  const core::Span here = lines.line(i);
  const std::size_t bar = here.size() == 0 || !is_digit(lines.text()[here.begin]) ? std::string_view::npos : lines.at(here).find(" |");
  if (bar == std::string_view::npos || !text::parse_number(lines.at(trimmed(lines.text(), {here.begin, here.begin + bar})))) return false;
  const std::vector<core::Span> behind = words(lines.text(), {here.begin + bar + 2, here.end});
  if (behind.empty() || behind.size() > 2 || !all_digits(lines.at(behind.back()))) return false;
  return behind.size() == 1 || lines.at(behind.front()).find_first_not_of('*') == std::string_view::npos;
}

}  // namespace

std::size_t behind_histogram(const LineView& lines, std::size_t i) {
  const std::string_view said = lines.at(lines.line(i));
  constexpr std::string_view kHeader = "- count";
  const bool header = said.size() > kHeader.size() && said.substr(said.size() - kHeader.size()) == kHeader && said.find(" distribution -") != std::string_view::npos;
  const std::size_t first = header ? i + 1 : i;
  if (!header && (said.empty() || !is_digit(said.front()) || said.find(" |") == std::string_view::npos)) return i;
  std::size_t next = first;
  while (is_bar(lines, next)) ++next;
  return next < first + 2 ? i : next;
}

}  // namespace chimera::plaintext
