#include "plaintext/around_tables.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "core/settings_lines.h"
#include "plaintext/settings_lines.h"
#include "plaintext/spans.h"
#include "plaintext/unit_columns.h"
#include "plaintext/written_cell.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::uint64_t kReach = 16;        // lines
constexpr std::uint64_t kLinesBelow = 2;    // empty ones between a table and its build, and the line itself
constexpr std::size_t kLongestLine = 4096;
constexpr std::string_view kBuild = "build: ";

// The name of the table of such lines, as table_builder.h gives it to those of a text.
std::string name_of(const std::string& kind) {
  constexpr std::string_view kCommand = "command";
  std::string name(core::kSettingsLines);
  const std::size_t program = kind.find('\n');
  if (program != std::string::npos && kind.rfind(kCommand, 0) == 0) name += ": " + kind.substr(program + 1) + kind.substr(kCommand.size(), program - kCommand.size());
  return name;
}

LocatedTable listing_of(const core::Document& document, const SettingsLines& found) {
  UnitColumns columns(core::TableKind::listing, name_of(found.kind));
  const std::uint64_t begin = found.values.front().key.begin;
  columns.add_row(row_at(document, {begin, std::max(found.values.back().key.end, found.values.back().value.end)}));
  for (std::size_t k = 0; k < found.values.size(); ++k) {
    const Entry& entry = found.values[k];
    const std::string key = k < found.names.size() && !found.names[k].empty() ? found.names[k] : std::string(document.at(entry.key));
    WrittenCell written = read_written_cell(document.text, entry.value);
    if (entry.value.size() == 0) written.cell = {entry.key.begin, static_cast<std::uint32_t>(entry.key.size()), core::CellKind::boolean, 0, false, 1};  // "--enforce-eager"
    columns.put(columns.add_column(key, {}), written);
  }
  return {begin, columns.finish()};
}

// The digits and letters of the build: "1a2b3c4d".
core::Span build_in(std::string_view text, core::Span line) {
  line = trimmed(text, line);
  if (at(text, line).rfind(kBuild, 0) != 0) return {};
  const std::uint64_t begin = line.begin + kBuild.size();
  std::uint64_t end = begin;
  while (end < line.end && (is_digit(text[end]) || (text[end] >= 'a' && text[end] <= 'f'))) ++end;
  const bool hash = end - begin >= 7 && end - begin <= 40;
  return hash && (end == line.end || text[end] == ' ') ? core::Span{begin, end} : core::Span{};
}

}  // namespace

std::vector<LocatedTable> settings_above(const core::Document& document, std::uint64_t begin, std::uint64_t table) {
  std::vector<LocatedTable> out;
  const std::uint64_t line = document.place(table).line - 1;  // from 0
  std::size_t i = line > kReach ? line - kReach : 0;
  while (i < line && document.lines[i] < begin) ++i;
  while (i < line) {
    std::optional<SettingsLines> found = command_or_device(document, i, table);
    if (!found && i + 1 == line) found = called_line(document, i, table);
    if (found && !found->values.empty()) out.push_back(listing_of(document, *found));
    i = found && found->next > i ? found->next : i + 1;
  }
  return out;
}

void leave_out_pairs(std::string_view text, const std::vector<LocatedTable>& found, std::vector<text::NameValue>& pairs) {
  std::vector<core::Span> set;
  for (const LocatedTable& each : found)
    if (core::is_settings_lines(each.table.name)) set.push_back(each.table.rows.front().span);
  const auto is_set = [&](const text::NameValue& pair) {
    return build_in(text, {pair.name.begin, pair.value.end}).size() > 0 || std::any_of(set.begin(), set.end(), [&](const core::Span& span) { return span.begin <= pair.name.begin && pair.name.begin < span.end; });
  };
  pairs.erase(std::remove_if(pairs.begin(), pairs.end(), is_set), pairs.end());
}

void take_build_below(const core::Document& document, std::uint64_t end, core::Table& table) {
  if (table.rows.empty() || end == 0) return;
  const std::uint64_t last = document.place(end - 1).line - 1;
  for (std::uint64_t i = last + 1; i <= last + kLinesBelow && i < document.lines.size(); ++i) {
    const core::Span line = line_at(document, i, document.text.size(), kLongestLine);
    if (const core::Span build = build_in(document.text, line); build.size() > 0) {
      core::Column& column = table.columns.emplace_back();
      column.key = "build_commit";
      column.position = static_cast<std::uint32_t>(table.columns.size());
      column.cells.assign(table.rows.size(), text_cell(build));
      return;
    }
    if (!text::trim(document.at(line)).empty()) return;
  }
}

bool tells_build(std::string_view line) { return build_in(line, {0, line.size()}).size() > 0; }

}  // namespace chimera::plaintext
