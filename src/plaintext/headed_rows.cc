#include "plaintext/headed_rows.h"

#include <algorithm>
#include <map>
#include <utility>

#include "core/document.h"
#include "plaintext/html_marks.h"
#include "plaintext/spans.h"
#include "plaintext/written_cell.h"
#include "text/markdown_lines.h"

namespace chimera::plaintext {
namespace {

using text::MarkdownSpan;
using Row = std::vector<MarkdownSpan>;

constexpr std::size_t kMostRows = 4096;

bool is_bold(std::string_view text, MarkdownSpan cell) {
  const std::string_view written = text::at(text, cell);
  return without_marks(text, cell).begin >= cell.begin + 2 && (written.substr(0, 2) == "**" || written.substr(0, 2) == "__" || written.front() == '<');
}

bool stands_alone(std::string_view text, const Row& row) {
  if (row.size() < 2 || text::empty(row.front())) return false;
  const bool others = std::all_of(row.begin() + 1, row.end(), [](MarkdownSpan cell) { return text::empty(cell); });
  return others && read_written_cell(text, to_core(row.front())).cell.kind == core::CellKind::text;
}

// Whether rows under two headings are called the same.
bool names_repeat(std::string_view text, const std::vector<Row>& rows, const std::vector<bool>& heads) {
  std::map<std::string_view, std::size_t> heading_of;
  std::size_t headings = 0;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    if (heads[r]) ++headings;
    if (heads[r] || rows[r].empty()) continue;
    const auto [known, fresh] = heading_of.emplace(text::at(text, without_marks(text, rows[r].front())), headings);
    if (!fresh && known->second != headings) return true;
  }
  return false;
}

std::vector<bool> headings_of(std::string_view text, const std::vector<Row>& rows) {
  std::vector<bool> heads(rows.size());
  std::size_t found = 0;
  bool heads_bold = true;
  bool others_bold = false;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    heads[r] = stands_alone(text, rows[r]);
    found += heads[r] ? 1 : 0;
    const bool bold = !rows[r].empty() && !text::empty(rows[r].front()) && is_bold(text, rows[r].front());
    if (heads[r]) heads_bold = heads_bold && bold;
    else others_bold = others_bold || bold;
  }
  // Two headings in a row, or one that nothing follows, are names without values.
  bool followed = found > 0 && !heads.back();
  for (std::size_t r = 0; r + 1 < rows.size(); ++r) followed = followed && !(heads[r] && heads[r + 1]);
  const bool sure = (heads_bold && !others_bold) || (heads.front() && found > 1 && names_repeat(text, rows, heads));
  return followed && sure ? heads : std::vector<bool>(rows.size());
}

}  // namespace

std::vector<HeadedRows> split_at_headings(std::string_view text, const text::MarkdownTable& table) {
  const std::vector<bool> heads = table.rows.empty() || table.rows.size() > kMostRows ? std::vector<bool>() : headings_of(text, table.rows);
  if (std::find(heads.begin(), heads.end(), true) == heads.end()) return {{table, {}}};
  std::vector<HeadedRows> parts;
  const auto begin_part = [&](MarkdownSpan title) {
    text::MarkdownTable part = table;
    part.rows.clear();
    parts.push_back({std::move(part), title});
  };
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    if (heads[r]) begin_part(table.rows[r].front());
    else if (parts.empty()) begin_part({});
    if (!heads[r]) parts.back().table.rows.push_back(table.rows[r]);
  }
  return parts;
}

}  // namespace chimera::plaintext
