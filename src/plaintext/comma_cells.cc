#include "plaintext/comma_cells.h"

#include <algorithm>
#include <optional>

#include "core/unit.h"
#include "plaintext/spans.h"
#include "text/markdown_lines.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

using text::MarkdownSpan;

constexpr std::size_t kGroup = 3;  // digits between commas that part thousands

enum class Form { any, proof, proof_in_unit, point };

// What the digits at the begin of a cell say about the commas of its column.
Form form_of(std::string_view cell) {
  const std::size_t sign = !cell.empty() && (cell[0] == '-' || cell[0] == '+' || cell[0] == '~') ? 1 : 0;
  if (cell.size() <= sign || !is_digit(cell[sign])) return Form::any;
  const std::size_t end = std::min(cell.find_first_not_of("0123456789.,", sign), cell.size());
  const std::string_view digits = cell.substr(sign, end - sign);
  const std::string_view unit = text::trim(cell.substr(end));
  if (digits.find('.') != std::string_view::npos || (!unit.empty() && core::find_unit(unit) == nullptr)) return Form::point;
  const std::size_t comma = digits.find(',');
  if (comma == std::string_view::npos) return Form::any;
  const std::size_t behind = digits.size() - comma - 1;
  if (behind == 0 || digits.find(',', comma + 1) != std::string_view::npos) return Form::point;
  if (behind == kGroup && digits[0] != '0') return Form::any;
  return unit.empty() ? Form::proof : Form::proof_in_unit;
}

// What the number at the begin of a cell says of commas where no header names a unit: that they are decimal marks, none, or either.
enum class Comma { any, decimal, none };

Comma comma_in(std::string_view written) {
  const std::size_t end = std::min(written.find_first_not_of("0123456789.,"), written.size());
  const std::string_view digits = written.substr(0, end);
  if (digits.empty() || (end < written.size() && !is_blank(written[end]))) return Comma::any;
  if (digits.find('.') != std::string_view::npos) return Comma::none;
  const std::size_t comma = digits.find(',');
  if (comma == std::string_view::npos || comma == 0) return Comma::any;
  if (digits.find(',', comma + 1) != std::string_view::npos || comma + 1 == digits.size()) return Comma::none;
  const bool proof = digits.size() - comma - 1 == kGroup && (digits[0] == '0' || comma > kGroup);  // "0,1" may be two devices
  return proof ? Comma::decimal : Comma::any;
}

bool names_unit(std::string_view header) {
  header = text::trim(header);
  const std::string_view last = header.substr(header.find_last_of(" _") + 1);
  return !unit_of_header(header).empty() || core::find_unit(header) != nullptr || (last.size() < header.size() && core::find_unit(last) != nullptr);
}

}  // namespace

CommaCells::CommaCells(std::string_view text, const std::vector<std::string>& header, const std::vector<std::vector<MarkdownSpan>>& rows) : text_(text), commas_(header.size()) {
  for (std::size_t c = 0; c < header.size(); ++c) {
    bool proved = false;
    bool in_unit = names_unit(header[c]);
    bool point = false;
    for (const std::vector<MarkdownSpan>& row : rows) {
      if (c >= row.size() || point) continue;
      const Form form = form_of(text::at(text, text::without_emphasis(text, row[c])));
      proved = proved || form == Form::proof || form == Form::proof_in_unit;
      in_unit = in_unit || form == Form::proof_in_unit;
      point = form == Form::point;
    }
    commas_[c] = proved && in_unit && !point;
  }
}

WrittenCell CommaCells::read(std::size_t column, MarkdownSpan cell) const {
  const core::Span span{cell.begin, cell.end};
  return column < commas_.size() && commas_[column] ? read_comma_cell(text_, span) : read_written_cell(text_, span);
}

bool needs_decimal_comma(std::string_view written) { return comma_in(written) == Comma::decimal; }

bool has_decimal_commas(std::string_view text, const std::vector<std::vector<core::Span>>& rows) {
  bool proved = false;
  for (const std::vector<core::Span>& row : rows) {
    for (const core::Span cell : row) {
      const Comma comma = comma_in(at(text, cell));
      if (comma == Comma::none) return false;
      proved = proved || comma == Comma::decimal;
    }
  }
  return proved;
}

WrittenCell read_comma_cell(std::string_view text, core::Span cell) {
  constexpr std::string_view kSpread = "\xC2\xB1";
  WrittenCell written = read_written_cell(text, cell);
  MarkdownSpan plain = text::without_emphasis(text, {cell.begin, cell.end});
  const std::string_view all = text::at(text, plain);
  if (all.size() > kSpread.size() && all.substr(all.size() - kSpread.size()) == kSpread) plain.end -= kSpread.size();
  const auto found = text::parse_number_with_unit(text::trim(text::at(text, plain)), text::DecimalMark::comma);
  if (!found || !found->token.number.finite || (!found->unit.empty() && core::find_unit(found->unit) == nullptr)) return written;
  WrittenCell number{text_cell({plain.begin + found->token.begin, plain.begin + found->token.end}), found->unit, {}};
  number.cell.kind = core::CellKind::number;
  number.cell.number = found->token.number.value;
  number.cell.decimals = static_cast<std::int8_t>(std::clamp(found->token.number.decimals, -127, 127));
  number.words = written.words;
  return number;
}

}  // namespace chimera::plaintext
