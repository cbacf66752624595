#include "plaintext/counted_line.h"

#include <string>
#include <utility>
#include <vector>

#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/written_cell.h"
#include "text/number.h"

namespace chimera::plaintext {
namespace {

using core::Span;

constexpr std::size_t kLongestCount = 200;  // bytes
constexpr std::string_view kShare = "% of total";

struct Said {
  Span name;
  Span value;
};

// The names with numbers between the commas; nothing where a piece is neither one of them nor a share.
std::vector<Said> said_in(const LineView& lines, Span inside) {
  std::vector<Said> found;
  for (std::uint64_t begin = inside.begin; begin < inside.end;) {
    const std::size_t comma = lines.at({begin, inside.end}).find(", ");
    const std::uint64_t stop = comma == std::string_view::npos ? inside.end : begin + comma;
    const std::string_view piece = lines.at({begin, stop});
    const std::size_t equals = piece.find(" = ");
    if (equals != std::string_view::npos && equals > 0 && text::parse_number(piece.substr(equals + 3))) found.push_back({{begin, begin + equals}, {begin + equals + 3, stop}});
    else if (piece.size() <= kShare.size() || piece.substr(piece.size() - kShare.size()) != kShare) return {};
    begin = stop + 2;
  }
  return found;
}

}  // namespace

bool read_counted(const LineView& lines, core::Span content, TableBuilder& out) {
  if (content.size() == 0 || content.size() > kLongestCount || !is_digit(lines.text()[content.begin]) || lines.text()[content.end - 1] != ')') return false;
  const std::size_t open = lines.at(content).find(" (");
  if (open == std::string_view::npos) return false;
  const std::vector<Span> parts = words(lines.text(), {content.begin, content.begin + open});
  if (parts.size() != 2 || !all_digits(lines.at(parts[0])) || !is_letter(lines.text()[parts[1].begin])) return false;
  const std::vector<Said> said = said_in(lines, {content.begin + open + 2, content.end - 1});
  if (said.empty()) return false;
  out.put(std::string(lines.at(parts[1])), parts[1], read_written_cell(lines.text(), parts[0]), content.end);
  for (const Said& each : said) out.put(std::string(lines.at(each.name)), each.name, read_written_cell(lines.text(), each.value), content.end);
  out.add_key(parts[1]);
  return true;
}

}  // namespace chimera::plaintext
