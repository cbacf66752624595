#include "plaintext/parted_cells.h"

#include <algorithm>
#include <utility>

#include "core/statistic.h"
#include "core/unit.h"
#include "plaintext/clause_words.h"
#include "plaintext/header_words.h"
#include "plaintext/named_levels.h"
#include "plaintext/spans.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::string_view kBetween = " / ";

// ".95" as "p95".
std::string quantile_of(std::string_view word) {
  const auto share = word.substr(0, 1) == "." || word.substr(0, 2) == "0." ? text::parse_number(word) : std::nullopt;
  const auto found = share ? core::percentile(share->value * 100) : std::nullopt;
  return found ? core::to_string(*found) : std::string();
}

bool is_statistic(std::string_view word) { return core::find_statistic(text::lower(text::trim(word))).has_value(); }

std::vector<std::string_view> split(std::string_view text, std::string_view between) {
  std::vector<std::string_view> pieces;
  for (std::size_t cut = text.find(between); cut != std::string_view::npos; cut = text.find(between)) {
    pieces.push_back(text.substr(0, cut));
    text.remove_prefix(cut + between.size());
  }
  pieces.push_back(text);
  return pieces;
}

// "TTFT P50/P95 (ms)": the word of statistics alone is what differs.
std::optional<PartedHeader> by_statistics(std::string_view header) {
  for (std::size_t begin = 0; begin < header.size();) {
    const std::size_t end = std::min(header.find_first_of(" ()", begin), header.size());
    const std::vector<std::string_view> names = split(header.substr(begin, end - begin), "/");
    const auto known = [](std::string_view name) { return is_statistic(name) || !quantile_of(name).empty(); };
    if (names.size() > 1 && std::all_of(names.begin(), names.end(), known)) {
      PartedHeader parted;
      const std::string before(header.substr(0, begin));
      for (const std::string_view name : names) {
        const std::string quantile = quantile_of(name);
        parted.keys.push_back(before + (quantile.empty() ? std::string(name) : quantile) + std::string(header.substr(end)));
      }
      return parted;
    }
    begin = end + 1;
  }
  return std::nullopt;
}

// "Input / Output TPS": what stands behind the last name is said of all.
std::optional<PartedHeader> by_names(std::string_view header) {
  const std::vector<std::string_view> names = split(header, kBetween);
  if (names.size() < 2) return std::nullopt;
  const std::size_t rest = names.back().find(' ');
  const std::string_view common = rest == std::string_view::npos ? std::string_view() : names.back().substr(rest);
  PartedHeader parted;
  for (const std::string_view& name : names) parted.keys.push_back(std::string(name) + (&name == &names.back() ? std::string() : std::string(common)));
  return parted;
}

// "Decode tok/s (p50)", where the first value is of the name alone.
std::optional<PartedHeader> by_brackets(std::string_view header) {
  const std::size_t open = header.rfind('(');
  if (open == std::string_view::npos || open == 0 || header.back() != ')') return std::nullopt;
  if (!is_statistic(header.substr(open + 1, header.size() - open - 2))) return std::nullopt;
  return PartedHeader{{std::string(text::trim(header.substr(0, open))), std::string(header)}, PartedHeader::Form::bracketed};
}

// "VRAM (G0/G1)": names of the parts, and no unit.
std::optional<PartedHeader> by_bracketed_names(std::string_view header) {
  const std::size_t open = header.rfind('(');
  if (open == std::string_view::npos || open == 0 || header.back() != ')') return std::nullopt;
  const std::string_view inner = header.substr(open + 1, header.size() - open - 2);
  const std::vector<std::string_view> names = split(inner, "/");
  const bool unit = core::find_unit(inner) != nullptr || std::any_of(names.begin(), names.end(), [](std::string_view name) { return name.empty() || core::find_unit(name) != nullptr; });
  if (names.size() < 2 || unit) return std::nullopt;
  PartedHeader parted;
  for (const std::string_view name : names) parted.keys.push_back(std::string(header.substr(0, open)) + std::string(text::trim(name)));
  return parted;
}

// The only arrow of a text, where it is and how long; a size of 0 where there is none, or another.
struct Arrow {
  std::size_t at = 0;
  std::size_t size = 0;
};

Arrow only_arrow(std::string_view text) {
  constexpr std::string_view kEllipsis = "\xE2\x80\xA6";
  Arrow found;
  for (std::size_t i = text.find_first_of("-=\xE2"); i < text.size(); i = text.find_first_of("-=\xE2", i)) {
    const std::size_t size = text.substr(i, kEllipsis.size()) == kEllipsis ? 0 : arrow_at(text.substr(i));
    if (size > 0 && found.size > 0) return {};
    if (size > 0) found = {i, size};
    i += std::max<std::size_t>(size, 1);
  }
  return found;
}

std::vector<core::Span> spans_of(std::string_view text, core::Span cell, const PartedHeader& header) {
  const std::string_view written = at(text, cell);
  if (header.form == PartedHeader::Form::arrowed) {
    const Arrow arrow = only_arrow(written);
    if (arrow.size == 0) return {};
    return {{cell.begin, cell.begin + arrow.at}, {cell.begin + arrow.at + arrow.size, cell.end}};
  }
  if (header.form == PartedHeader::Form::bracketed) {
    const std::size_t open = written.find('(');
    if (open == std::string_view::npos || open == 0 || written.back() != ')') return {};
    return {{cell.begin, cell.begin + open}, {cell.begin + open + 1, cell.end - 1}};
  }
  std::vector<core::Span> spans;
  std::uint64_t begin = cell.begin;
  for (const std::string_view piece : split(written, "/")) {
    spans.push_back({begin, begin + piece.size()});
    begin += piece.size() + 1;
  }
  return spans;
}

}  // namespace

std::optional<PartedHeader> parted_header(std::string_view header) {
  header = text::trim(header);
  if (header.empty()) return std::nullopt;
  for (const auto read : {by_statistics, by_names, by_brackets, by_bracketed_names})
    if (auto parted = read(header)) return parted;
  return std::nullopt;
}

std::optional<PartedHeader> compared_header(std::string_view header) {
  header = text::trim(header);
  if (header.empty() || names_varied(header)) return std::nullopt;
  PartedHeader compared;
  compared.form = PartedHeader::Form::arrowed;
  if (const Arrow arrow = only_arrow(header); arrow.size > 0) {
    const std::string_view before = text::trim(header.substr(0, arrow.at));
    const std::string_view after = text::trim(header.substr(arrow.at + arrow.size));
    if (before.empty() || after.empty()) return std::nullopt;
    const std::size_t unit = unit_of_header(after).empty() ? std::string_view::npos : after.rfind(after.back() == ']' ? '[' : '(');
    compared.keys = {std::string(before) + (unit == std::string_view::npos ? std::string() : " " + std::string(after.substr(unit))), std::string(after)};
    return compared;
  }
  const std::string word = text::lower(header);
  const bool nothing = names_values(header) || is_one_of(word, {"change", "changes", "result", "results", "improvement", "comparison", "effect", "impact"});
  for (const std::string_view when : {"before", "after"}) compared.keys.push_back(std::string(when) + (nothing ? std::string() : " " + std::string(header)));
  return compared;
}

std::vector<WrittenCell> parted_cell(std::string_view text, core::Span cell, const PartedHeader& header) {
  std::vector<WrittenCell> values;
  const std::vector<core::Span> spans = spans_of(text, trimmed(text, cell), header);
  if (spans.size() != header.keys.size()) return {};
  for (const core::Span& span : spans) {
    values.push_back(read_written_cell(text, trimmed(text, span)));
    if (values.back().cell.kind != core::CellKind::number) return {};
  }
  for (WrittenCell& value : values)
    if (value.unit.empty()) value.unit = values.back().unit;
  return values;
}

}  // namespace chimera::plaintext
