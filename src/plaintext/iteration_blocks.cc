#include "plaintext/iteration_blocks.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/unit.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/written_cell.h"
#include "text/number.h"

namespace chimera::plaintext {
namespace {

using core::Span;

constexpr std::string_view kIteration = "/iter ";
constexpr std::string_view kRange = "\xE2\x80\xA6";   // …
constexpr std::string_view kBullet = "\xE2\x80\xA2 ";  // •
constexpr std::size_t kLongestRow = 400;               // bytes, with the bars of its histogram
constexpr std::size_t kMostLines = 4096;               // above a row, in which its group is looked for

// A number and the unit behind it.
struct Amount {
  Span number;
  std::string_view unit;
  std::uint64_t end = 0;
};

// What begins at `begin`, behind blanks. Bytes are written "b", and those of powers of 1024 "kb".
std::optional<Amount> amount_at(std::string_view text, std::uint64_t begin, std::uint64_t end) {
  const Span rest = trimmed(text, {begin, end});
  text::NumberToken number;
  if (rest.size() == 0 || !is_digit(text[rest.begin]) || !text::NumberScanner(at(text, rest)).next(number) || number.begin != 0) return std::nullopt;
  const Span value{rest.begin, rest.begin + number.end};
  const Span behind = trimmed(text, {value.end, rest.end});
  std::uint64_t stop = behind.begin;
  while (stop < behind.end && (is_letter(text[stop]) || static_cast<unsigned char>(text[stop]) == 0xC2 || static_cast<unsigned char>(text[stop]) == 0xB5)) ++stop;
  const std::string_view unit = at(text, {behind.begin, stop});
  constexpr std::string_view kBytes[][2] = {{"b", "B"}, {"kb", "KiB"}, {"mb", "MiB"}, {"gb", "GiB"}};
  for (const auto& [written, known] : kBytes)
    if (unit == written) return Amount{value, known, stop};
  const core::UnitPtr known = core::find_unit(unit);
  return known != nullptr && known->dimension == core::Dimension::time ? std::optional(Amount{value, known->symbol, stop}) : std::nullopt;
}

// "(271.25 ns … 3.22 µs)" from its bracket on.
struct Range {
  Amount low;
  Amount high;
  std::uint64_t end = 0;
};
std::optional<Range> range_at(std::string_view text, Span line) {
  if (line.size() < 3 || text[line.begin] != '(') return std::nullopt;
  const std::size_t between = at(text, line).find(kRange);
  const std::size_t close = at(text, line).find(')');
  if (between == std::string_view::npos || close == std::string_view::npos || close < between) return std::nullopt;
  const auto low = amount_at(text, line.begin + 1, line.begin + between);
  const auto high = amount_at(text, line.begin + between + kRange.size(), line.begin + close);
  if (!low || !high) return std::nullopt;
  return Range{*low, *high, line.begin + close + 1};
}

// "benchmark    avg (min … max) p75 / p99    (min … top 1%)": it heads no section.
bool is_header(std::string_view line) {
  constexpr std::string_view kName = "benchmark ";
  return line.substr(0, kName.size()) == kName && line.find(" p75 / p99 ") != std::string_view::npos && line.find(kRange) != std::string_view::npos;
}

class Block {
 public:
  Block(const LineView& lines, std::size_t i, TableBuilder& out) : lines_(lines), text_(lines.text()), first_(i), out_(out) {}

  std::size_t read() {
    const Span here = lines_.line(first_);
    if (is_header(lines_.at(here))) return out_.add_key(here), first_ + (first_ + 1 < lines_.count() && is_ruler(lines_.at(lines_.line(first_ + 1))) ? 2 : 1);
    const std::size_t mark = here.size() > kLongestRow ? std::string_view::npos : lines_.at(here).find(kIteration);
    if (mark == std::string_view::npos || first_ + 1 >= lines_.count()) return first_;
    const std::vector<Span> parts = words(text_, {here.begin, here.begin + mark});
    if (parts.size() < 3) return first_;
    const auto mean = amount_at(text_, parts[parts.size() - 2].begin, here.begin + mark);
    const auto p75 = amount_at(text_, here.begin + mark + kIteration.size(), here.end);
    const auto range = range_at(text_, lines_.line(first_ + 1));
    const auto p99 = range ? amount_at(text_, range->end, lines_.line(first_ + 1).end) : std::nullopt;
    if (!mean || mean->end != here.begin + mark || !p75 || !p99) return first_;
    begin({here.begin, parts[parts.size() - 3].end});
    put("time per iteration/mean", *mean);
    put("time per iteration/p75", *p75);
    put("time per iteration/min", range->low);
    put("time per iteration/max", range->high);
    put("time per iteration/p99", *p99);
    return read_heap(first_ + 2);
  }

 private:
  void begin(Span name) {
    table_ = &out_.table(core::TableKind::records, "iterations");
    out_.begin_row(*table_, name.begin);
    table_->put("benchmark", {text_cell(name), {}, {}}, name.end);
    if (const Span group = group_above(); group.size() > 0) table_->put("group", {text_cell(group), {}, {}}, name.end);
    out_.add_key(name);
  }

  void put(const std::string& key, const Amount& amount) {
    WrittenCell written = read_written_cell(text_, amount.number);
    written.unit = amount.unit;
    table_->put(key, written, amount.end);
  }

  // "(min … max) avg" of the heap; behind "gc" of the collector, and of the heap "avg (min…max)" behind that, or the collector's mean alone.
  std::size_t read_heap(std::size_t i) {
    if (i >= lines_.count() || lines_.line(i).size() > kLongestLine) return i;
    Span here = lines_.line(i);
    const bool collector = lines_.at(here).substr(0, 3) == "gc(";
    if (collector) here.begin += 2;
    const auto range = range_at(text_, here);
    const auto behind = range ? amount_at(text_, range->end, here.end) : std::nullopt;
    if (!behind) return i;
    const std::string of = collector ? "garbage collection" : "heap per iteration";
    put(of + "/min", range->low);
    put(of + "/max", range->high);
    const auto heap = range_at(text_, trimmed(text_, {behind->end, here.end}));
    put(heap ? "heap per iteration/mean" : of + "/mean", *behind);
    if (heap) put("heap per iteration/min", heap->low), put("heap per iteration/max", heap->high);
    return i + 1;
  }

  [[nodiscard]] Span group_above() const {
    for (std::size_t i = first_; i > lines_.first() && i + kMostLines > first_; --i) {
      if (!is_ruler(lines_.at(lines_.line(i - 1)))) continue;
      const Span title = i > lines_.first() + 1 ? lines_.line(i - 2) : Span{};
      return lines_.at(title).substr(0, kBullet.size()) == kBullet ? Span{title.begin + kBullet.size(), title.end} : Span{};
    }
    return {};
  }

  const LineView& lines_;
  std::string_view text_;
  std::size_t first_;
  TableBuilder& out_;
  GrowingTable* table_ = nullptr;
};

}  // namespace

std::size_t read_named_rate(const LineView& lines, std::size_t i, TableBuilder& out) {
  constexpr std::string_view kRate = " ops/s, \xC2\xB1";
  constexpr std::string_view kUp = "\x1B[1A";  // a terminal goes a line up
  constexpr std::size_t kReach = 8;             // lines in which it does so
  const Span here = lines.line(i);
  const std::size_t mark = here.size() == 0 || here.size() > kLongestTitle || !is_digit(lines.text()[here.begin]) ? std::string_view::npos : lines.at(here).find(kRate);
  if (mark == std::string_view::npos || i == 0 || lines.line(i - 1).size() < 2 || lines.at(lines.line(i - 1)).back() != ':' || lines.indent(i - 1) >= lines.indent(i)) return i;
  const WrittenCell rate = read_written_cell(lines.text(), {here.begin, here.begin + mark});
  const Span margin{here.begin + mark + kRate.size(), here.begin + std::min(lines.at(here).find('%', mark), here.size())};
  if (rate.cell.kind != core::CellKind::number || !text::parse_number(lines.at(margin))) return i;
  for (std::size_t next = i + 1; next < lines.count() && next < i + kReach; ++next)
    if (lines.line(next).size() <= kLongestLine && lines.at(lines.line(next)).find(kUp) != std::string_view::npos) return i + 1;
  GrowingTable& rows = out.table(core::TableKind::records, "named rates");
  const Span name{lines.line(i - 1).begin, lines.line(i - 1).end - 1};
  out.begin_row(rows, name.begin);
  rows.put("benchmark", {text_cell(name), {}, {}}, name.end);
  WrittenCell written = rate;
  written.unit = "op/s";
  written.spaced = false;  // one number, as its unit shows
  rows.put("operation rate", written, here.begin + mark);
  written = read_written_cell(lines.text(), margin);
  written.unit = "%";
  rows.put("margin", written, here.end);
  out.add_key(name);
  return i + 1;
}

std::size_t read_iteration_block(const LineView& lines, std::size_t i, TableBuilder& out) { return Block(lines, i, out).read(); }

}  // namespace chimera::plaintext
