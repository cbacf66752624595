#include "plaintext/value_lists.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/unit.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/text_percentiles.h"
#include "plaintext/unit_columns.h"
#include "plaintext/written_cell.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kMostPercentiles = 200;  // of one list

}  // namespace

std::size_t ValueLists::read_percentiles(std::size_t i) {
  const bool titled = i >= no_percentiles_ && !percentile_line(lines_.text(), lines_.line(i));
  if (i < no_percentiles_ || (titled && (lines_.has_number(lines_.line(i)) || is_ruler(lines_.at(lines_.line(i)))))) return i;
  std::vector<PercentileLine> rows;
  std::size_t next = i + (titled ? 1 : 0);
  double last = -HUGE_VAL;
  for (; next < lines_.count() && lines_.line(next).size() <= kLongestTitle; ++next) {
    const auto row = percentile_line(lines_.text(), lines_.line(next));
    if (!row) break;
    const WrittenCell written = read_written_cell(lines_.text(), row->value);
    // "0% in 0 secs" at the end: of so few values there is no such percentile.
    if (!rows.empty() && row->part == 0 && written.cell.number == 0) continue;
    const core::UnitPtr unit = core::find_unit(written.unit);
    const double value = written.cell.number * (unit == nullptr ? 1 : unit->factor);
    if (value < last || rows.size() == kMostPercentiles || (!rows.empty() && row->part <= rows.back().part)) {
      no_percentiles_ = next;
      return i;
    }
    last = value;
    rows.push_back(*row);
  }
  if (rows.size() < 2) return i;
  const core::Span title = titled ? lines_.line(i) : core::Span{rows.front().value.begin, rows.front().value.begin};
  const std::string of(lines_.at(subject_of_list(lines_.text(), title)));
  for (const PercentileLine& row : rows) {
    WrittenCell written = read_written_cell(lines_.text(), row.value);
    if (written.unit.empty()) written.unit = unit_of_header(of);
    out_.put(of.empty() ? row.key : of + '/' + row.key, title, written, row.value.end);
  }
  for (std::size_t k = i + (titled ? 1 : 0); k < next; ++k) out_.add_key(words(lines_.text(), lines_.line(k)).front());
  return next;
}

std::size_t ValueLists::read_spectrum(std::size_t i) {
  constexpr std::string_view kValue = "Value";
  if (lines_.line(i).size() > kLongestTitle || lines_.at(lines_.line(i)).substr(0, kValue.size()) != kValue) return i;
  const std::vector<core::Span> header = words(lines_.text(), lines_.line(i));
  if (header.size() != 4 || lines_.at(header[1]) != "Percentile" || lines_.at(header[2]) != "TotalCount" || lines_.at(header[3]) != "1/(1-Percentile)") return i;
  UnitColumns columns(core::TableKind::records, context_.section());
  columns.add_column(std::string(kValue), unit_of_header(lines_.at(header[0])));
  columns.add_column("quantile", {});
  std::size_t next = i + 1;
  if (next < lines_.count() && lines_.line(next).size() == 0) ++next;
  for (; next < lines_.count() && lines_.line(next).size() <= kLongestTitle; ++next) {
    const std::vector<core::Span> fields = words(lines_.text(), lines_.line(next));
    if (fields.size() != 4) break;
    const WrittenCell value = read_written_cell(lines_.text(), fields[0]);
    const WrittenCell part = read_written_cell(lines_.text(), fields[1]);
    if (value.cell.kind != core::CellKind::number || part.cell.kind != core::CellKind::number || part.cell.number > 1) break;
    columns.add_row(row_at(lines_.document(), lines_.line(next)));
    columns.put(0, value);
    columns.put(1, part);
  }
  if (columns.row_count() < 2) return i;
  // "#[Mean = 1.250, StdDeviation = 0.731]": of the histogram, whose mean stands elsewhere.
  while (next < lines_.count() && lines_.at(lines_.line(next)).substr(0, 2) == "#[") ++next;
  out_.add_key(lines_.line(i));
  core::Table table = columns.finish();
  const std::uint64_t begin = table.rows.front().span.begin;
  out_.add({begin, std::move(table)});
  return next;
}

std::size_t ValueLists::read_statistics_row(std::size_t i) {
  if (context_.list_of().size() == 0 || i + 1 >= lines_.count() || lines_.line(i).size() > kLongestTitle || lines_.line(i + 1).size() > kLongestTitle) return i;
  if (!names_statistics(lines_.text(), lines_.line(i))) return i;
  const std::vector<core::Span> header = words(lines_.text(), lines_.line(i));
  const std::vector<core::Span> values = words(lines_.text(), lines_.line(i + 1));
  const bool numbers = std::all_of(values.begin(), values.end(), [&](core::Span each) { return read_written_cell(lines_.text(), each).cell.kind == core::CellKind::number; });
  if (header.size() != values.size() || !numbers) return i;
  for (std::size_t k = 0; k < values.size(); ++k) {
    WrittenCell written = read_written_cell(lines_.text(), values[k]);
    if (written.unit.empty()) written.unit = unit_of_header(lines_.at(context_.list_of()));
    out_.put(context_.prefix() + std::string(lines_.at(context_.list_of())) + '/' + std::string(lines_.at(header[k])), header[k], written, values[k].end);
    out_.add_key(header[k]);
  }
  return i + 2;
}

std::size_t ValueLists::read_ordinals(std::size_t i) {
  constexpr std::string_view kPercentiles = " percentiles (";
  constexpr std::string_view kMark = "th=[";
  const core::Span label = bare_name(lines_.text(), {lines_.line(i).begin, lines_.line(i).end - 1});
  const std::size_t cut = lines_.at(label).find(kPercentiles);
  const std::string_view unit = cut == std::string_view::npos || lines_.text()[lines_.line(i).end - 1] != ':' ? std::string_view() : unit_of_header(lines_.at(label));
  if (unit.empty()) return i;
  std::size_t next = i + 1;
  for (; next < lines_.count() && lines_.line(next).size() > 0 && lines_.line(next).size() <= kLongestLine && lines_.text()[lines_.line(next).begin] == '|'; ++next) {
    const core::Span here = lines_.line(next);
    for (std::size_t mark = lines_.at(here).find(kMark); mark != std::string_view::npos; mark = lines_.at(here).find(kMark, mark + 1)) {
      const std::size_t before = lines_.at(here).find_last_of(" |,", mark);
      const std::size_t close = lines_.at(here).find(']', mark);
      if (before == std::string_view::npos || close == std::string_view::npos) break;
      const core::Span part{here.begin + before + 1, here.begin + mark};
      const core::Span value = trimmed(lines_.text(), {here.begin + mark + kMark.size(), here.begin + close});
      std::string percent(lines_.at(part));
      while (percent.find('.') != std::string::npos && (percent.back() == '0' || percent.back() == '.')) percent.pop_back();
      WrittenCell written = read_written_cell(lines_.text(), value);
      if (written.cell.kind != core::CellKind::number) continue;
      written.unit = unit;
      out_.put(context_.prefix() + std::string(lines_.at(label).substr(0, cut)) + "/p" + percent, part, written, value.end);
      out_.add_key(part);
    }
  }
  return next == i + 1 ? i : next;
}

std::size_t ValueLists::read_named_values(std::size_t i) {
  std::vector<std::vector<core::Span>> rows;
  std::size_t next = i;
  for (; next < lines_.count() && lines_.line(next).size() <= kLongestLine; ++next) {
    std::vector<core::Span> fields = wide_fields(lines_.text(), lines_.line(next));
    if (fields.size() != 2 || lines_.has_number({fields[0].begin, fields[0].begin + 1}) || reads_as_code(lines_.at(fields[0]))) break;
    if (lines_.at(fields[0]).find(": ") != std::string_view::npos || lines_.at(fields[0]).back() == ':' || lines_.at(fields[0]).back() == '=') break;
    for (core::Span& field : fields)  // marks of the best
      while (field.size() > 1 && lines_.text()[field.end - 1] == '*') --field.end;
    const WrittenCell value = read_written_cell(lines_.text(), fields[1]);
    if (value.cell.kind != core::CellKind::number || (value.unit.empty() && value.spread.kind == core::CellKind::absent)) break;
    rows.push_back(std::move(fields));
  }
  if (rows.size() < 2) return i;
  UnitColumns columns(core::TableKind::records, context_.section());
  columns.add_column("name", {});
  columns.add_column("value", {});
  // What they are about stands above a ruler.
  const bool titled = i > 1 && is_ruler(lines_.at(lines_.line(i - 1))) && lines_.line(i - 2).size() > 0 && lines_.line(i - 2).size() <= kLongestLine;
  if (titled) columns.add_column("group", {});
  for (const std::vector<core::Span>& fields : rows) {
    columns.add_row(row_at(lines_.document(), {fields[0].begin, fields[1].end}));
    columns.put(0, {text_cell(fields[0]), {}, {}});
    columns.put(1, read_written_cell(lines_.text(), fields[1]));
    if (titled) columns.put(2, {text_cell(lines_.line(i - 2)), {}, {}});
  }
  out_.add({rows.front()[0].begin, columns.finish()});
  return next;
}

}  // namespace chimera::plaintext
