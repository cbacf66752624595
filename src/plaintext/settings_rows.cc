#include "plaintext/settings_rows.h"

#include <algorithm>
#include <string>
#include <vector>

#include "plaintext/settings_lines.h"
#include "plaintext/written_cell.h"

namespace chimera::plaintext {
namespace {

// A row of the table of that kind; what is listed behind it is no part of what was listed before it.
void put_settings(const LineView& lines, const std::string& kind, const std::vector<Entry>& values, const std::string& called, ReadingContext& context, TableBuilder& out) {
  if (values.empty()) return;
  GrowingTable& settings = out.settings(kind);
  settings.begin_row(values.front().key.begin);
  for (const Entry& entry : values) {
    const std::string key = called.empty() ? std::string(lines.at(entry.key)) : called;
    if (settings.in_row(key)) continue;
    WrittenCell written = read_written_cell(lines.text(), entry.value);
    // "--enforce-eager" alone
    if (entry.value.size() == 0) written.cell = {entry.key.begin, static_cast<std::uint32_t>(entry.key.size()), core::CellKind::boolean, 0, false, 1};
    settings.put(key, written, std::max(entry.key.end, entry.value.end));
    out.add_key(entry.key);
  }
  context.begin_block();
}

}  // namespace

std::size_t read_settings(const LineView& lines, std::size_t i, ReadingContext& context, TableBuilder& out) {
  const auto found = settings_lines(lines.document(), i, lines.end());
  if (!found) return i;
  put_settings(lines, found->kind, found->values, found->name, context, out);
  return found->next;
}

void read_settings_in_front(const LineView& lines, core::Span prefix, ReadingContext& context, TableBuilder& out) {
  const std::string kind = "in front";
  const std::vector<Entry> values = bracketed_settings(lines.text(), prefix);
  if (!values.empty()) return put_settings(lines, kind, values, {}, context, out);
  GrowingTable& before = out.settings(kind);
  if (!before.row_is_empty()) before.begin_row(prefix.begin - 1);  // before what this line says
}

}  // namespace chimera::plaintext
