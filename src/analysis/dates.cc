#include "analysis/dates.h"

#include <cmath>

#include "base/ascii.h"
#include "base/clock.h"

namespace chimera::analysis {
namespace {

using base::is_digit;

int digits_at(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (!is_digit(text[i])) return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

bool plausible(int year, int month, int day) {
  return year >= 1990 && year <= 2099 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

std::string written(std::string_view year, std::string_view month, std::string_view day) {
  std::string out;
  out.append(year).append("-").append(month).append("-").append(day);
  return out;
}

// At `at`: "2025-10-02", or "20251002" with a non-digit behind it.
std::optional<std::string> date_at(std::string_view text, std::size_t at) {
  const int year = digits_at(text, at, 4);
  if (year < 0) return std::nullopt;
  const bool dashed = at + 4 < text.size() && text[at + 4] == '-';
  const std::size_t month_at = at + (dashed ? 5 : 4);
  if (dashed && (month_at + 2 >= text.size() || text[month_at + 2] != '-')) return std::nullopt;
  const std::size_t day_at = month_at + (dashed ? 3 : 2);
  const std::size_t end = day_at + 2;
  if (!plausible(year, digits_at(text, month_at, 2), digits_at(text, day_at, 2))) return std::nullopt;
  if (end < text.size() && is_digit(text[end])) return std::nullopt;
  return written(text.substr(at, 4), text.substr(month_at, 2), text.substr(day_at, 2));
}

void widen(DateRange& range, const std::string& date) {
  if (range.first.empty() || date < range.first) range.first = date;
  if (range.last.empty() || date > range.last) range.last = date;
}

// The next date at or behind `from`; `from` moves behind it.
std::optional<std::string> next_date(std::string_view text, std::size_t& from) {
  for (std::size_t at = from; at + 8 <= text.size(); ++at) {
    if (!is_digit(text[at]) || (at > 0 && is_digit(text[at - 1]))) continue;
    if (auto date = date_at(text, at)) {
      from = at + 8;
      return date;
    }
  }
  from = text.size();
  return std::nullopt;
}

constexpr double kFirstSecond = 978307200;   // 2001-01-01
constexpr double kLastSecond = 4102444800;   // 2100-01-01

// Since 1970.
std::optional<std::string> date_of_seconds(double seconds) {
  if (!(seconds >= kFirstSecond && seconds < kLastSecond)) return std::nullopt;
  return base::format_date(static_cast<base::Nanoseconds>(std::floor(seconds)) * 1'000'000'000);
}

DateRange dates_in_cells(const core::Document& document, const std::vector<core::TableMeaning>& meaning) {
  DateRange range;
  for (std::size_t t = 0; t < document.tables.size(); ++t) {
    const core::Table& table = document.tables[t];
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      if (meaning[t].columns[c].role != core::Role::time) continue;
      for (const core::Cell& cell : table.columns[c].cells) {
        std::optional<std::string> date;
        const core::UnitPtr unit = meaning[t].columns[c].unit;
        const bool told = unit != nullptr && unit->dimension == core::Dimension::time;  // 1.3e9 ns is no 1.3e9 s
        if (cell.kind == core::CellKind::number) date = told ? date_of_seconds(cell.number * unit->factor) : date_of_epoch(cell.number);
        if (cell.kind == core::CellKind::text) date = find_date(document.at(cell.span()));
        if (date) widen(range, *date);
      }
    }
  }
  return range;
}

DateRange dates_in_name(std::string_view path) {
  DateRange range;
  for (std::size_t from = 0; from < path.size();) {
    if (auto date = next_date(path, from)) widen(range, *date);
  }
  if (!range.first.empty()) return range;
  for (std::size_t at = 0; at + 10 <= path.size(); ++at) {  // seconds since 1970, as many tools name their results
    const bool starts = is_digit(path[at]) && (at == 0 || !is_digit(path[at - 1]));
    const bool ends = at + 10 == path.size() || !is_digit(path[at + 10]);
    if (!starts || !ends) continue;
    double seconds = 0;
    std::size_t n = 0;
    while (n < 10 && is_digit(path[at + n])) seconds = seconds * 10 + (path[at + n++] - '0');
    if (n < 10) continue;
    if (auto date = date_of_epoch(seconds)) widen(range, *date);
  }
  return range;
}

DateRange dates_in_prose(std::string_view text) {
  DateRange range;
  for (std::size_t from = 0; from < text.size();) {
    if (auto date = next_date(text, from)) widen(range, *date);
  }
  return range;
}

}  // namespace

std::optional<std::string> find_date(std::string_view text) {
  std::size_t from = 0;
  return next_date(text, from);
}

std::optional<std::string> date_of_epoch(double value) {
  for (const double scale : {1.0, 1e3, 1e6, 1e9})
    if (auto date = date_of_seconds(value / scale)) return date;
  return std::nullopt;
}

DateRange dates_of(const core::Corpus& corpus, core::DocumentId id) {
  const core::Document& document = corpus.document(id);
  DateRange range = dates_in_cells(document, corpus.meaning(id));
  if (range.first.empty()) range = dates_in_name(document.artifact.path);
  if (range.first.empty() && core::is_prose(document.artifact.format)) range = dates_in_prose(document.text);
  return range;
}

}  // namespace chimera::analysis
