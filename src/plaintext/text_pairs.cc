#include "plaintext/text_pairs.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/statistic.h"
#include "core/unit.h"
#include "plaintext/unit_columns.h"
#include "plaintext/spans.h"
#include "plaintext/written_cell.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kMostParts = 16;
constexpr std::size_t kMostQualifiers = 2;  // words before a unit

std::vector<core::Span> cut(std::string_view text, core::Span span, char mark) {
  std::vector<core::Span> parts;
  std::uint64_t begin = span.begin;
  for (std::uint64_t i = span.begin; i <= span.end && parts.size() <= kMostParts; ++i) {
    if (i < span.end && text[i] != mark) continue;
    parts.push_back(trimmed(text, {begin, i}));
    begin = i + 1;
  }
  return parts;
}

// The parts of "(p50/p90)", "(min, max)" or "min/avg/max" at the end of a name, and what stands before them.
struct NameParts {
  core::Span base;
  std::vector<core::Span> parts;
  bool percentiles = false;  // "percentile(50, 99)"
};

// "(min, max, ave)": with commas between them only statistics are parts.
NameParts statistics_of_name(std::string_view text, core::Span base, core::Span list) {
  constexpr std::string_view kPercentile = "percentile";
  NameParts out{base, cut(text, list, ','), false};
  std::string_view before = at(text, base);
  if (!before.empty() && before.back() == 's') before.remove_suffix(1);
  out.percentiles = before.size() >= kPercentile.size() && text::lower(before.substr(before.size() - kPercentile.size())) == kPercentile;
  if (out.percentiles) out.base = trimmed(text, {base.begin, base.begin + before.size() - kPercentile.size()});
  const auto is_part = [&](core::Span part) {
    const std::string name = text::lower(at(text, part));
    return out.percentiles ? !name.empty() && std::all_of(name.begin(), name.end(), [](char c) { return is_digit(c) || c == '.'; }) : core::find_statistic(name).has_value();
  };
  if (out.parts.size() < 2 || !std::all_of(out.parts.begin(), out.parts.end(), is_part)) return {};
  return out;
}

NameParts parts_of_name(std::string_view text, core::Span name) {
  core::Span base = name;
  core::Span list;
  if (name.size() > 2 && text[name.end - 1] == ')') {
    const std::size_t open = at(text, name).rfind('(');
    if (open == std::string_view::npos) return {};
    list = {name.begin + open + 1, name.end - 1};
    base = trimmed(text, {name.begin, name.begin + open});
    if (at(text, list).find(',') != std::string_view::npos) return statistics_of_name(text, base, list);
  } else {
    const std::size_t blank = at(text, name).rfind(' ');
    list = {blank == std::string_view::npos ? name.begin : name.begin + blank + 1, name.end};
    base = trimmed(text, {name.begin, list.begin});
  }
  std::vector<core::Span> parts = cut(text, list, '/');
  const auto plain = [&](const core::Span& part) {
    return part.size() > 0 && is_letter(text[part.begin]) && at(text, part).find_first_of(" ()") == std::string_view::npos;
  };
  if (parts.size() < 2 || !std::all_of(parts.begin(), parts.end(), plain)) return {};
  return {base, std::move(parts), false};
}

// "7851.8 total tokens/s": the number, its unit, and the words between them.
struct Quantity {
  core::Span value;
  std::string_view unit;
  std::string words;
};
bool read_quantity(std::string_view text, core::Span piece, Quantity& out) {
  const std::vector<core::Span> parts = words(text, piece);
  if (parts.size() < 2 || parts.size() > kMostQualifiers + 2 || !text::parse_number(at(text, parts.front()))) return false;
  out.value = parts.front();
  out.unit = at(text, parts.back());
  if (core::find_unit(out.unit) == nullptr) return false;
  for (std::size_t i = 1; i + 1 < parts.size(); ++i) {
    const std::string_view word = at(text, parts[i]);
    const bool plain = std::all_of(word.begin(), word.end(), [](char c) { return is_letter(c) || c == '-' || c == '_'; });
    if (!plain || word == "per" || core::find_unit(word) != nullptr) return false;  // "10.3 ms per token"
    out.words += std::string(word) + ' ';
  }
  return true;
}

}  // namespace

std::vector<NamedValue> listed_values(std::string_view text, core::Span name, core::Span value) {
  const NameParts names = parts_of_name(text, name);
  if (names.parts.empty()) return {};
  const bool in_brackets = value.size() > 2 && text[value.begin] == '[' && text[value.end - 1] == ']';
  if (in_brackets) value = trimmed(text, {value.begin + 1, value.end - 1});
  for (const char mark : {'/', ','}) {
    const std::vector<core::Span> values = cut(text, value, mark);
    if (values.size() != names.parts.size() || text::parse_number(at(text, value))) continue;  // "125,200" is one number
    std::vector<NamedValue> found;
    const std::string_view unit = read_written_cell(text, values.back()).unit;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const WrittenCell written = read_written_cell(text, values[i]);
      if (written.cell.kind != core::CellKind::number) return {};
      std::string key(at(text, names.base));
      if (!key.empty()) key += '/';
      if (names.percentiles) key += 'p';
      found.push_back({key + std::string(at(text, names.parts[i])), values[i], written.unit.empty() ? unit : std::string_view()});
    }
    return found;
  }
  return {};
}

std::vector<NamedValue> tuple_in_brackets(std::string_view text, core::Span line, core::Span& name) {
  line = trimmed(text, line);
  const std::size_t open = at(text, line).find(" [");
  const std::size_t close = open == std::string_view::npos ? open : at(text, line).find("] ", open);
  if (close == std::string_view::npos || !is_letter(text[line.begin])) return {};
  const core::Span base = trimmed(text, {line.begin, line.begin + open});
  const std::vector<core::Span> parts = cut(text, {line.begin + open + 2, line.begin + close}, ',');
  const std::vector<core::Span> values = cut(text, trimmed(text, {line.begin + close + 1, line.end}), ',');
  if (parts.size() != values.size()) return {};
  std::vector<NamedValue> found;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string_view part = at(text, parts[i]);
    const bool percentile = !part.empty() && std::all_of(part.begin(), part.end(), [](char c) { return is_digit(c) || c == '.'; });
    const bool word = !part.empty() && std::all_of(part.begin(), part.end(), is_letter);
    if ((!percentile && !word) || read_written_cell(text, values[i]).cell.kind != core::CellKind::number) return {};
    found.push_back({std::string(at(text, base)) + '/' + (percentile ? "p" : "") + std::string(part), values[i], {}});
  }
  name = {line.begin, line.begin + close + 1};
  return found;
}

std::vector<NamedValue> qualified_values(std::string_view text, core::Span name, core::Span value) {
  std::vector<NamedValue> found;
  const bool bars = at(text, value).find(" | ") != std::string_view::npos;
  for (const core::Span piece : cut(text, value, bars ? '|' : ',')) {
    Quantity quantity;
    if (!read_quantity(text, piece, quantity)) return {};
    std::string key = quantity.words + std::string(at(text, name));
    if (quantity.words.empty() && !found.empty()) key += '/' + std::string(quantity.unit);
    for (const NamedValue& other : found)
      if (other.key == key) return {};
    found.push_back({std::move(key), quantity.value, quantity.unit});
  }
  return found.size() < 2 ? std::vector<NamedValue>() : found;
}

std::vector<Entry> by_turns(std::string_view text, core::Span line) {
  const std::vector<core::Span> parts = words(text, line);
  if (parts.size() < 2 || parts.size() % 2 != 0) return {};
  std::vector<Entry> found;
  bool identifier = false;
  std::size_t numbers = 0;
  for (std::size_t i = 0; i < parts.size(); i += 2) {
    const std::string_view name = at(text, parts[i]);
    // "model_name tiny batch_size 8": words behind an identifier
    const bool number = text::parse_number(at(text, parts[i + 1])).has_value();
    const bool named = name.find('_') != std::string_view::npos && is_letter(text[parts[i + 1].begin]) && at(text, parts[i + 1]).find_first_of(":=(),") == std::string_view::npos;
    if (!is_letter(name.front()) || name.back() == ':' || name.find('=') != std::string_view::npos || (!number && !named)) return {};
    numbers += number ? 1U : 0U;
    identifier = identifier || name.find('_') != std::string_view::npos || !unit_of_header(name).empty();
    found.push_back({parts[i], parts[i + 1]});
  }
  return identifier && 2 * numbers > found.size() ? found : std::vector<Entry>();
}

std::vector<Entry> counted_things(std::string_view text, core::Span line) {
  const std::vector<core::Span> parts = words(text, line);
  std::vector<Entry> found;
  for (std::size_t i = 0; i + 1 < parts.size(); i += 2) {
    const auto count = text::parse_number(at(text, parts[i]));
    core::Span thing = parts[i + 1];
    const bool comma = thing.size() > 1 && text[thing.end - 1] == ',';
    if (comma) --thing.end;
    const std::string_view word = at(text, thing);
    const bool plain = std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    if (!count || !count->integer || !plain) return {};
    found.push_back({thing, parts[i]});
    if (i + 2 == parts.size()) return found.size() > 1 ? found : std::vector<Entry>();
    const bool joined = at(text, parts[i + 2]) == "and";
    if (!comma && !joined) return {};
    i += joined ? 1U : 0U;
  }
  return {};
}

std::vector<Entry> counts_in_brackets(std::string_view text, core::Span value) {
  const std::size_t open = value.size() > 2 && text[value.end - 1] == ')' ? at(text, value).find('(') : std::string_view::npos;
  if (open == std::string_view::npos || !text::parse_number(text::trim(at(text, value).substr(0, open)))) return {};
  const core::Span inside{value.begin + open + 1, value.end - 1};
  std::vector<Entry> found;
  for (const core::Span piece : cut(text, inside, at(text, inside).find(',') == std::string_view::npos ? '/' : ',')) {
    const std::vector<core::Span> parts = words(text, piece);
    if (parts.size() != 2) return {};
    const auto count = text::parse_number(at(text, parts[0]));
    const std::string_view word = at(text, parts[1]);
    const bool plain = word.size() > 3 && std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    if (!count || !count->integer || !plain || core::find_unit(word) != nullptr) return {};
    found.push_back({parts[1], parts[0]});
  }
  return found.size() > 1 ? found : std::vector<Entry>();
}

std::string_view StatisticsInLine::of(std::string_view name, std::string_view unit) const {
  return !unit.empty() && unit == unit_ && core::find_statistic(text::lower(name)).has_value() ? of_ : std::string_view();
}

void StatisticsInLine::note(std::string_view name, std::string_view unit) {
  if (core::find_statistic(text::lower(name)).has_value()) return;
  const std::size_t last = name.rfind(' ');
  const bool statistic = last != std::string_view::npos && core::find_statistic(text::lower(name.substr(last + 1))).has_value();
  of_ = statistic ? name.substr(0, last) : std::string_view();
  unit_ = unit;
}

bool is_counted(std::string_view text, core::Span name) {
  const std::vector<core::Span> parts = words(text, name);
  if (parts.size() != 2) return false;
  const std::string_view count = at(text, parts.back());
  const std::size_t slash = count.find('/');
  return slash != std::string_view::npos && all_digits(count.substr(0, slash)) && all_digits(count.substr(slash + 1));
}

std::optional<Entry> of_a_device(std::string_view text, core::Span name, core::Span value) {
  constexpr std::array<std::string_view, 3> kDevices = {"gpu", "device", "rank"};
  const std::vector<core::Span> parts = words(text, name);
  if (parts.size() != 2 || !is_one_of(text::lower(at(text, parts.front())), kDevices)) return std::nullopt;
  const std::string_view number = at(text, parts.back());
  const WrittenCell written = read_written_cell(text, value);
  const bool quantity = written.cell.kind == core::CellKind::number && core::find_unit(written.unit) != nullptr;
  if (!std::all_of(number.begin(), number.end(), is_digit) || !quantity) return std::nullopt;
  return Entry{parts.front(), parts.back()};
}

std::string_view rate_unit(std::string_view name, std::string_view unit) {
  const std::string words = text::lower(name);
  const core::UnitPtr known = core::find_unit(unit);
  if (known == nullptr || known->dimension != core::Dimension::information) return unit;
  for (const std::string_view end : {"/s", "/sec", "/second", " per second", " per sec"}) {
    if (words.size() <= end.size() || words.substr(words.size() - end.size()) != end) continue;
    const core::UnitPtr rate = core::find_unit(std::string(known->symbol) + "/s");
    return rate == nullptr ? unit : rate->symbol;
  }
  return unit;
}

std::string time_per(std::string_view& unit) {
  const std::size_t per = unit.find(" per ");
  if (per == std::string_view::npos || core::find_unit(unit) != nullptr) return {};
  const core::UnitPtr time = core::find_unit(unit.substr(0, per));
  if (time == nullptr || time->dimension != core::Dimension::time) return {};
  std::string words = "/time" + std::string(unit.substr(per));
  unit = unit.substr(0, per);
  return words;
}

core::Span without_remark(std::string_view text, core::Span value) {
  constexpr std::array<std::string_view, 7> kMarks = {"<", "#", "//", "--", "==", "\xE2\x86\x90", "\xE2\xAC\x85"};
  const auto number = [&](core::Span part) { return read_written_cell(text, part).cell.kind == core::CellKind::number; };
  const std::vector<core::Span> fields = wide_fields(text, value);
  if (fields.size() > 1) {
    const std::string_view rest = at(text, {fields[1].begin, value.end});
    const bool marked = std::any_of(kMarks.begin(), kMarks.end(), [&](std::string_view mark) { return rest.substr(0, mark.size()) == mark; });
    return marked && number(fields[0]) ? fields[0] : value;
  }
  if (value.size() > 2 && text[value.end - 1] == '.' && is_letter(text[value.end - 2])) {
    const core::Span whole{value.begin, value.end - 1};
    if (number(whole) && core::find_unit(read_written_cell(text, whole).unit) != nullptr) return whole;
  }
  return value;
}

std::optional<ToldStatistic> told_statistic(std::string_view text, core::Span value) {
  using Kind = core::Statistic::Kind;
  constexpr std::array<Kind, 6> kTold = {Kind::mean, Kind::median, Kind::minimum, Kind::maximum, Kind::stddev, Kind::percentile};
  const std::string_view all = at(text, value);
  const std::size_t open = all.rfind(" (");
  if (open == std::string_view::npos || all.back() != ')') return std::nullopt;
  const std::string_view inside = all.substr(open + 2, all.size() - open - 3);
  const std::size_t comma = std::min(inside.find(", "), inside.size());
  const ToldStatistic out{trimmed(text, {value.begin, value.begin + open}), inside.substr(0, comma), inside.substr(std::min(comma + 2, inside.size()))};
  const auto statistic = core::find_statistic(text::lower(out.statistic));
  const bool told = statistic && is_one_of(statistic->kind, kTold);
  if (!told || std::any_of(out.of.begin(), out.of.end(), is_digit) || read_written_cell(text, out.value).cell.kind != core::CellKind::number) return std::nullopt;
  return out;
}

std::vector<std::string_view> sides_of_spread(std::string_view name) {
  for (const std::string_view mark : {" +- ", " +/- ", " \xC2\xB1 "})
    if (const std::size_t found = name.find(mark); found != std::string_view::npos) return {text::trim(name.substr(0, found)), text::trim(name.substr(found + mark.size()))};
  return {};
}

core::Span behind_formula(std::string_view text, core::Span value) {
  const std::string_view all = at(text, value);
  const std::size_t colon = all.rfind(": ");
  if (colon == std::string_view::npos) return {};
  const std::string_view formula = all.substr(0, colon);
  const core::Span result = trimmed(text, {value.begin + colon + 1, value.end});
  const bool computes = formula.find(" * ") != std::string_view::npos || formula.find(" / ") != std::string_view::npos;
  return computes && read_written_cell(text, result).cell.kind == core::CellKind::number ? result : core::Span{};
}

core::Span subject_tag(std::string_view text, core::Span prefix) {
  prefix = trimmed(text, prefix);
  if (prefix.size() < 4 || text[prefix.end - 1] != ']') return {};
  const std::size_t open = at(text, prefix).rfind('[');
  if (open == std::string_view::npos) return {};
  const core::Span tag = trimmed(text, {prefix.begin + open + 1, prefix.end - 1});
  const std::string_view words = at(text, tag);
  if (words.empty() || !is_letter(words.front()) || is_level(words) || std::any_of(words.begin(), words.end(), is_digit)) return {};
  return words.find_first_of(":./") == std::string_view::npos ? tag : core::Span{};
}

std::string without_brackets(std::string_view name, Bracketed what) {
  std::string out(name);
  const std::size_t open = out.find(" [");
  const std::size_t close = open == std::string::npos ? open : out.find(']', open);
  if (close == std::string::npos) return out;
  const bool fits = std::all_of(out.begin() + static_cast<std::ptrdiff_t>(open) + 2, out.begin() + static_cast<std::ptrdiff_t>(close),
                                [&](char c) { return is_letter(c) || (what == Bracketed::words && (c == ' ' || c == '/')); });
  if (fits) out.erase(open, close + 1 - open);
  return out;
}

std::vector<std::string_view> parts_of_tuple(std::string_view inside) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t comma = inside.find(',');
    parts.push_back(text::trim(inside.substr(0, comma)));
    if (comma == std::string_view::npos) return parts;
    inside.remove_prefix(comma + 1);
  }
}

std::vector<std::string> statistics_of_label(std::string_view label) {
  const std::size_t open = label.empty() || label.back() != ')' ? std::string_view::npos : label.rfind('(');
  if (open == std::string_view::npos || open == 0) return {};
  std::vector<std::string> statistics;
  for (const std::string_view part : parts_of_tuple(label.substr(open + 1, label.size() - open - 2))) {
    const std::string word = text::lower(part);
    statistics.push_back(word == "fastest" ? "min" : word == "slowest" ? "max" : word);
    if (!core::find_statistic(statistics.back())) return {};
  }
  return statistics.size() > 1 ? statistics : std::vector<std::string>();
}

bool heads_tuples(std::string_view label) {
  const std::size_t close = label.empty() || label[0] != '(' ? std::string_view::npos : label.find(')');
  if (close == std::string_view::npos || unit_of_header(label).empty()) return false;
  const std::vector<std::string_view> parts = parts_of_tuple(label.substr(1, close - 1));
  return parts.size() > 1 && std::all_of(parts.begin(), parts.end(), [](std::string_view part) { return core::find_statistic(text::lower(part)).has_value(); });
}

}  // namespace chimera::plaintext
