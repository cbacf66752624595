#include "plaintext/named_levels.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "core/unit.h"
#include "plaintext/spans.h"
#include "plaintext/written_cell.h"
#include "text/number.h"
#include "text/number_formats.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

using core::Cell;
using core::CellKind;

constexpr std::size_t kLongestHeader = 64;
constexpr std::size_t kMostHeaders = 64;
constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kBetween = " _-/";

constexpr std::array<std::string_view, 37> kVaried = {"batch",   "batches", "bs",     "thread",   "threads", "concurrency", "conc",    "context", "ctx",      "length", "lengths", "len",
                                                      "depth",   "size",    "sizes",  "tokens",   "users",   "clients",     "workers", "gpus",    "cores",    "isl",    "osl",     "requests",
                                                      "streams", "nodes",   "qps",    "ranks",    "n",       "processes",   "width",   "seq",     "parallel", "jobs",
                                                      "tp",      "dp",      "ngl"};

bool is_varied(std::string_view word) { return is_one_of(word, kVaried); }

// Of parallelism, which numbers nothing: "TP 1", "TP 2" are no positions.
bool is_degree(std::string_view word) { return word == "tp" || word == "dp"; }

struct Header {
  std::string name;    // without the "s" of a plural, to compare
  std::string spelt;
  NamedLevel level;
  bool positions = false;  // "batch 1", "batch 2": may number them
};

std::string singular(std::string name) {
  if (name.size() > 3 && name.back() == 's' && name[name.size() - 2] != 's') name.pop_back();
  return name;
}

Header header_of(std::string name, std::string_view value, std::string_view text, std::string rest, bool positions) {
  Header header;
  header.spelt = std::move(name);
  header.name = singular(header.spelt);
  header.level.value = text_cell({static_cast<std::uint64_t>(value.data() - text.data()), static_cast<std::uint64_t>(value.data() - text.data()) + value.size()});
  if (const std::optional<text::Number> number = text::parse_number(value)) {
    header.level.value.kind = CellKind::number;
    header.level.value.number = number->value;
    header.level.value.decimals = static_cast<std::int8_t>(std::clamp(number->decimals, 0, 127));
  }
  header.level.rest = std::move(rest);
  header.positions = positions;
  return header;
}

std::string joined_words(std::string_view words) { return text::lower(text::trim(words)); }

// "bs=8", "causal=True".
std::optional<Header> assigned(std::string_view text, std::string_view header) {
  const std::size_t equals = header.find('=');
  if (equals == std::string_view::npos || header.find('=', equals + 1) != std::string_view::npos) return std::nullopt;
  const std::string_view name = text::trim(header.substr(0, equals));
  const std::string_view value = text::trim(header.substr(equals + 1));
  if (name.empty() || value.empty() || !is_letter(name[0]) || value.find_first_of(" (,;") != std::string_view::npos) return std::nullopt;
  if (name.find_first_of("<>!:+*(") != std::string_view::npos) return std::nullopt;
  return header_of(joined_words(name), value, text, {}, false);
}

// "Concurrency: 16".
std::optional<Header> stated(std::string_view text, std::string_view header) {
  const std::size_t colon = header.find(':');
  if (colon == std::string_view::npos || colon == 0 || header.find_first_not_of(" 0123456789", colon + 1) != std::string_view::npos) return std::nullopt;
  const std::string_view value = text::trim(header.substr(colon + 1));
  const std::string name = joined_words(header.substr(0, colon));
  const bool letters = std::all_of(name.begin(), name.end(), [](char c) { return is_letter(c) || c == ' ' || c == '_'; });
  if (value.empty() || value.find(' ') != std::string_view::npos || !letters || !names_varied(name)) return std::nullopt;
  return header_of(name, value, text, {}, true);
}

// "TP (1)".
std::optional<Header> bracketed(std::string_view text, std::string_view header) {
  const std::size_t open = header.find('(');
  if (open == std::string_view::npos || open == 0 || header.back() != ')') return std::nullopt;
  const std::string_view value = header.substr(open + 1, header.size() - open - 2);
  const std::string name = joined_words(header.substr(0, open));
  if (value.empty() || value.find_first_not_of(kDigits) != std::string_view::npos || !is_varied(name)) return std::nullopt;
  return header_of(name, value, text, {}, !is_degree(name));
}

// "4 threads", "16 concurrent requests".
std::optional<Header> counted(std::string_view text, std::string_view header) {
  const std::size_t end = header.find_first_not_of(kDigits);
  if (end == 0 || end == std::string_view::npos || header[end] != ' ') return std::nullopt;
  const std::string_view words = text::trim(header.substr(end));
  const bool letters = std::all_of(words.begin(), words.end(), [](char c) { return is_letter(c) || c == ' '; });
  const std::string last = text::lower(words.substr(words.rfind(' ') + 1));
  if (!letters || !(is_varied(last) || is_varied(last + 's'))) return std::nullopt;
  return header_of(joined_words(words), header.substr(0, end), text, {}, false);
}

// "16 bytes", "4 KiB": of how much.
std::optional<Header> sized(std::string_view text, std::string_view header) {
  const std::optional<text::NumberWithUnit> size = is_digit(header[0]) ? text::parse_number_with_unit(header) : std::nullopt;
  const core::UnitPtr unit = size ? core::find_unit(size->unit) : nullptr;
  if (unit == nullptr || unit->dimension != core::Dimension::information) return std::nullopt;
  Header found = header_of("data size", header, text, {}, false);
  found.level.value.kind = CellKind::text;
  return found;
}

// "batch 8", "tps_bs8", "latency_bs8_ms".
std::optional<Header> numbered(std::string_view text, std::string_view header) {
  const std::size_t last = header.find_last_of(kDigits);
  if (last == std::string_view::npos) return std::nullopt;
  const std::size_t before = header.find_last_not_of(kDigits, last);
  if (before == std::string_view::npos) return std::nullopt;
  const std::string_view behind = header.substr(last + 1);
  if (!behind.empty() && kBetween.find(behind[0]) == std::string_view::npos) return std::nullopt;
  const std::size_t name_end = header.find_last_not_of(kBetween, before);
  if (name_end == std::string_view::npos || !is_letter(header[name_end])) return std::nullopt;
  std::size_t name_begin = name_end;
  while (name_begin > 0 && is_letter(header[name_begin - 1])) --name_begin;
  std::string name = text::lower(header.substr(name_begin, name_end + 1 - name_begin));
  if (!is_varied(name) || name == "n") return std::nullopt;
  // "batch_size 8", "ctx_len8"
  if (name_begin > 1 && kBetween.find(header[name_begin - 1]) != std::string_view::npos) {
    std::size_t begin = name_begin - 1;
    while (begin > 0 && is_letter(header[begin - 1])) --begin;
    const std::string above = text::lower(header.substr(begin, name_begin - 1 - begin));
    if (is_varied(above) || is_varied(above + 's')) name = above + '_' + name, name_begin = begin;
  }
  const std::string_view front = header.substr(0, name_begin);
  const std::size_t front_end = front.find_last_not_of(kBetween);
  std::string rest(front_end == std::string_view::npos ? std::string_view() : front.substr(0, front_end + 1));
  rest += rest.empty() ? text::trim(behind.substr(behind.empty() ? 0 : 1)) : behind;
  const bool positions = !is_degree(name);
  return header_of(std::move(name), header.substr(before + 1, last - before), text, std::move(rest), positions);
}

// "ISL 1024 / OSL 128": two settings that vary together, of which the whole is the level.
std::optional<Header> together(std::string_view text, std::string_view header) {
  const std::size_t cut = header.find_first_of("/,");
  if (cut == std::string_view::npos || header.find_first_of("/,", cut + 1) != std::string_view::npos) return std::nullopt;
  const std::string_view parts[] = {text::trim(header.substr(0, cut)), text::trim(header.substr(cut + 1))};
  std::string names;
  for (const std::string_view part : parts) {
    std::optional<Header> one = assigned(text, part);
    if (!one) one = numbered(text, part);
    if (!one || !one->level.rest.empty() || one->level.value.kind != CellKind::number) return std::nullopt;
    names += (names.empty() ? "" : " / ") + one->spelt;
  }
  return header_of(std::move(names), header, text, {}, false);
}

// "Q4_K_M", "FP16 (tok/s)", "INT8 TTFT (ms)".
std::optional<Header> of_format(std::string_view text, std::string_view header) {
  const std::size_t end = std::min(header.find(' '), header.size());
  if (!text::names_number_format(header.substr(0, end))) return std::nullopt;
  std::string_view rest = text::trim(header.substr(end));
  if (rest.size() > 2 && rest.front() == '(' && rest.find(')') == rest.size() - 1) rest = text::trim(rest.substr(1, rest.size() - 2));
  return header_of("quantization", header.substr(0, end), text, std::string(rest), false);
}

// "Q1 | Q2" are quarters or questions as well: one name at least says no more than a format, or they are of models and begin above one.
bool may_be_quarters(std::string_view text, std::string_view corner, const std::vector<Header>& headers) {
  const std::string_view first = text.substr(headers.front().level.value.begin, headers.front().level.value.size);
  if (text::lower(corner).find("model") != std::string::npos && first != "Q1" && first != "q1") return false;
  return std::all_of(headers.begin(), headers.end(), [&](const Header& header) {
    const std::string_view name = text.substr(header.level.value.begin, header.level.value.size);
    return name.size() == 2 && (name[0] == 'q' || name[0] == 'Q');
  });
}

std::optional<Header> read_header(std::string_view text, const Cell& cell) {
  const std::string_view header = text::trim(text.substr(cell.begin, cell.size));
  if (cell.kind == CellKind::number || header.empty() || header.size() > kLongestHeader) return std::nullopt;
  for (const auto form : {together, assigned, stated, bracketed, counted, sized})
    if (auto read = form(text, header)) return read;
  if (auto read = of_format(text, header)) return read;
  return header.find('=') == std::string_view::npos ? numbered(text, header) : std::nullopt;
}

// Two levels or more, and each of every quantity that is left of the names.
bool are_full(std::string_view text, const std::vector<Header>& headers) {
  std::set<std::string_view> levels;
  std::set<std::string_view> rests;
  std::set<std::pair<std::string_view, std::string_view>> both;
  for (const Header& header : headers) {
    const std::string_view level = text.substr(header.level.value.begin, header.level.value.size);
    levels.insert(level);
    rests.insert(header.level.rest);
    if (!both.emplace(level, header.level.rest).second) return false;
  }
  return levels.size() > 1 && levels.size() * rests.size() == headers.size();
}

// "batch 1", "batch 2", "batch 3" may be the first, the second and the third.
bool may_be_positions(const std::vector<Header>& headers) {
  std::set<double> numbers;
  for (const Header& header : headers) {
    if (!header.positions || header.level.value.kind != CellKind::number) return false;
    numbers.insert(header.level.value.number);
  }
  return !numbers.empty() && *numbers.begin() <= 1 && *numbers.rbegin() - *numbers.begin() + 1 == static_cast<double>(numbers.size());
}

}  // namespace

bool names_varied(std::string_view words) {
  const std::vector<std::string> split = text::split_identifier(words);
  return std::any_of(split.begin(), split.end(), [](const std::string& word) { return is_varied(word); });
}

std::optional<NamedLevels> named_levels(const core::Document& document, const std::vector<Cell>& header) {
  if (header.size() > kMostHeaders) return std::nullopt;
  std::vector<Header> headers;
  std::size_t first = header.size();
  for (; first > 0; --first) {
    std::optional<Header> read = read_header(document.text, header[first - 1]);
    if (!read || (!headers.empty() && read->name != headers.back().name)) break;
    headers.push_back(std::move(*read));
  }
  if (first == 0 || headers.size() < 2) return std::nullopt;
  std::reverse(headers.begin(), headers.end());
  if (!are_full(document.text, headers) || may_be_positions(headers) || may_be_quarters(document.text, document.at(header[first - 1].span()), headers)) return std::nullopt;
  NamedLevels found{first, headers.back().spelt, {}};
  for (Header& each : headers) found.levels.push_back(std::move(each.level));
  return found;
}

}  // namespace chimera::plaintext
