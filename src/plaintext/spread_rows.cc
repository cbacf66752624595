#include "plaintext/spread_rows.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/statistic.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/written_cell.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

using core::Span;

constexpr std::string_view kSpread = "\xC2\xB1";      // ±
constexpr std::string_view kRange = "\xE2\x80\xA6";   // …
constexpr std::string_view kSigma = "\xCF\x83";       // σ
constexpr std::string_view kSingle = "Value";

bool is_mark(std::string_view word) { return word == kSpread || word == kRange; }

// A statistic of the header, and the mark that stands in front of it.
struct Slot {
  std::string statistic;
  std::string_view mark;
};

// "mean ± σ min … max"; empty where the line says anything else.
std::vector<Slot> slots_of(std::string_view text, Span line) {
  std::vector<Slot> slots;
  std::string_view mark;
  std::size_t marks = 0;
  for (const Span word : words(text, line)) {
    const std::string_view written = at(text, word);
    if (is_mark(written)) {
      if (!mark.empty() || slots.empty()) return {};
      mark = written;
      ++marks;
      continue;
    }
    const std::string statistic = written == kSigma ? "stddev" : text::lower(written);
    if (!core::find_statistic(statistic)) return {};
    slots.push_back({statistic, mark});
    mark = {};
  }
  return marks > 0 && mark.empty() ? slots : std::vector<Slot>();
}

struct SpreadRow {
  Span name;
  std::vector<Span> values;  // each with its unit
  Span change;               // "-26.5%"; may be empty
  Span factor;               // "(1.4x faster)"; may be empty
};

std::optional<SpreadRow> spread_row(std::string_view text, Span line, const std::vector<Slot>& slots) {
  const std::vector<Span> parts = words(text, line);
  const auto is_number = [&](std::size_t k) { return k < parts.size() && text::parse_number(at(text, parts[k])).has_value(); };
  std::size_t next = 0;
  while (next < parts.size() && is_letter(text[parts[next].begin])) ++next;
  if (next == 0 || !is_number(next)) return std::nullopt;
  SpreadRow row;
  row.name = {parts[0].begin, parts[next - 1].end};
  for (const Slot& slot : slots) {
    if (!slot.mark.empty() && (next >= parts.size() || at(text, parts[next++]) != slot.mark)) return std::nullopt;
    if (!is_number(next)) return std::nullopt;
    Span value = parts[next++];
    if (next < parts.size() && is_letter(text[parts[next].begin]) && at(text, parts[next]) != "N/A") value.end = parts[next++].end;
    else if (next < parts.size() && at(text, parts[next]).substr(0, 2) == "\xC2\xB5") value.end = parts[next++].end;  // µs
    row.values.push_back(value);
  }
  if (next < parts.size() && at(text, parts[next]).back() == '%') row.change = parts[next++];
  else if (next < parts.size() && at(text, parts[next]) == "N/A") ++next;
  if (next < parts.size() && text[parts[next].begin] == '(' && at(text, parts.back()).back() == ')') row.factor = {parts[next].begin, parts.back().end}, next = parts.size();
  return next == parts.size() ? std::optional(row) : std::nullopt;
}

void put_row(const SpreadRow& row, const std::vector<Slot>& slots, const LineView& lines, const std::string& prefix, TableBuilder& out) {
  const std::string name = prefix + std::string(lines.at(row.name));
  for (std::size_t k = 0; k < slots.size(); ++k)
    out.put(slots[k].statistic.empty() ? name : name + '/' + slots[k].statistic, row.name, read_written_cell(lines.text(), row.values[k]), row.values[k].end);
  if (row.change.size() > 0) out.put(name + "/Change", row.name, read_written_cell(lines.text(), row.change), row.change.end);
  if (row.factor.size() > 0) out.put(name + "/Factor", row.name, {text_cell(row.factor), {}, {}}, row.factor.end);
  out.add_key(row.name);
}

}  // namespace

std::size_t read_spread_rows(const LineView& lines, std::size_t i, const ReadingContext& context, TableBuilder& out) {
  const Span here = lines.line(i);
  if (here.size() > kLongestTitle) return i;
  const bool single = lines.at(here) == kSingle;
  if (!single && lines.at(here).find(kSpread) == std::string_view::npos) return i;
  const std::vector<Slot> slots = single ? std::vector<Slot>{Slot{}} : slots_of(lines.text(), here);
  if (slots.empty()) return i;
  std::size_t next = i + 1;
  for (; next < lines.count() && lines.line(next).size() > 0 && lines.line(next).size() <= kLongestLine; ++next) {
    const auto row = spread_row(lines.text(), lines.line(next), slots);
    if (!row) break;
    put_row(*row, slots, lines, context.prefix(), out);
  }
  return next == i + 1 ? i : next;
}

}  // namespace chimera::plaintext
