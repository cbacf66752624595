#include "plaintext/text_statements.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/statistic.h"
#include "core/unit.h"
#include "plaintext/clause_words.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/written_cell.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kLongestName = 64;       // bytes
constexpr std::size_t kLongestShortName = 12;  // of a name that no mark separates from its value: "lb", "median"
constexpr std::size_t kLongestText = 40;       // of a value in words
constexpr std::size_t kMostClauses = 64;
constexpr std::size_t kMostListed = 16;
constexpr std::size_t kMostBareWords = 3;      // before a number that no mark separates from them

bool is_number(std::string_view text, core::Span span) {
  return span.size() > 0 && read_written_cell(text, span).cell.kind == core::CellKind::number;
}

// "decode 8.44. Time(s)": a number at the end of a sentence, and another one behind it.
bool ends_a_sentence(std::string_view name) {
  const std::size_t stop = name.find(". ");
  return stop != std::string_view::npos && stop > 0 && is_digit(name[stop - 1]);
}

// Letters in it, no marks of source code, and short.
bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName && std::any_of(name.begin(), name.end(), is_letter) && !reads_as_code(name) &&
         name.find(':') == std::string_view::npos && !ends_a_sentence(name);
}

// Pieces between ", ", "; ", " - " and " | ", outside brackets.
std::vector<core::Span> pieces_of(std::string_view text, core::Span line) {
  std::vector<core::Span> pieces;
  int depth = 0;
  std::uint64_t begin = line.begin;
  for (std::uint64_t i = line.begin; i + 1 < line.end && pieces.size() < kMostClauses; ++i) {
    const char c = text[i];
    depth += c == '(' || c == '[' || c == '{' ? 1 : c == ')' || c == ']' || c == '}' ? -1 : 0;
    const bool dash = (c == '-' || c == '|') && i > begin && is_blank(text[i - 1]);
    if (depth > 0 || !is_blank(text[i + 1]) || (c != ',' && c != ';' && !dash)) continue;
    pieces.push_back(trimmed(text, {begin, i}));
    begin = i + 1;
  }
  if (line.end > begin && text[line.end - 1] == '|') --line.end;
  pieces.push_back(trimmed(text, {begin, line.end}));
  if (pieces.size() > 2 && pieces.back().size() == 0) pieces.pop_back();
  return pieces;
}

// Where the mark stands that separates name and value, outside brackets: the last ": " or " = "; npos where there is none.
std::uint64_t mark_of(std::string_view text, core::Span piece) {
  std::uint64_t found = std::string_view::npos;
  int depth = 0;
  for (std::uint64_t i = piece.begin; i + 1 < piece.end; ++i) {
    const char c = text[i];
    depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
    const bool colon = c == ':' && is_blank(text[i + 1]);
    const bool equals = c == '=' && i > piece.begin && is_blank(text[i - 1]) == is_blank(text[i + 1]);
    if (depth == 0 && (colon || equals)) found = i;
  }
  return found;
}

// "lb 0.39 ns": a short name and a number, with nothing but a blank between them; also "iteration 10/ 1000".
std::optional<Clause> bare_clause(std::string_view text, core::Span piece) {
  std::uint64_t cut = piece.begin;
  while (cut < piece.end && !is_blank(text[cut])) ++cut;
  Clause clause{{piece.begin, cut}, trimmed(text, {cut, piece.end})};
  const std::string_view name = at(text, clause.name);
  const bool word = !name.empty() && name.size() <= kLongestShortName && is_letter(name[0]) && std::all_of(name.begin(), name.end(), [](char c) { return is_letter(c) || c == '_'; });
  if (!word) return std::nullopt;
  const std::size_t of = at(text, clause.value).find('/');
  if (of != std::string_view::npos && of > 0) {
    const core::Span first = trimmed(text, {clause.value.begin, clause.value.begin + of});
    const core::Span second = trimmed(text, {clause.value.begin + of + 1, clause.value.end});
    const auto one = text::parse_number(at(text, first));
    const auto two = text::parse_number(at(text, second));
    if (one && two && one->integer && two->integer) clause.value = first;
  }
  if (!is_number(text, clause.value)) return std::nullopt;
  return clause;
}

// "train loss 4.28": words and a number behind them.
std::optional<Clause> worded_clause(std::string_view text, core::Span piece) {
  const std::vector<core::Span> parts = words(text, piece);
  if (parts.size() < 2 || parts.size() > kMostBareWords + 1) return std::nullopt;
  const Clause clause{{piece.begin, parts[parts.size() - 2].end}, parts.back()};
  const std::string_view name = at(text, clause.name);
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) { return is_letter(c) || is_blank(c) || c == '_'; });
  if (!plain || !is_number(text, clause.value)) return std::nullopt;
  return clause;
}

// Takes pieces one by one into a statement.
class StatementReader {
 public:
  StatementReader(std::string_view text, core::Span line) : text_(text), line_(line) {}

  std::optional<Statement> read() {
    const std::vector<core::Span> pieces = pieces_of(text_, line_);
    if (pieces.size() < 2) return std::nullopt;
    for (const core::Span piece : pieces)
      if (!take(piece)) return std::nullopt;
    if (numbers_ < 2 || marked_ == 0 || labels_rates()) return std::nullopt;
    // "SSE3 = 1 | AVX = 0" lists features of a machine.
    if (equations_ > 0 && at(text_, line_).find(" | ") != std::string_view::npos) return std::nullopt;
    out_.equations = equations_ == out_.clauses.size();
    return std::move(out_);
  }

 private:
  // "read: IOPS=5565, BW=348MiB/s": clauses of what the label names, and no names that it is a part of.
  [[nodiscard]] bool labels_rates() const {
    const auto is_rate_in_line = [&](const Clause& clause) {
      const core::UnitPtr named = core::find_unit(at(text_, clause.name));
      const core::UnitPtr written = core::find_unit(read_written_cell(text_, clause.value).unit);
      return text_[clause.name.end] == '=' && ((named != nullptr && is_rate(named)) || (written != nullptr && is_rate(written)));
    };
    return out_.label.size() > 0 && equations_ == out_.clauses.size() && std::all_of(out_.clauses.begin(), out_.clauses.end(), is_rate_in_line);
  }

  bool take(core::Span piece) {
    if (piece.size() == 0) return false;
    const std::uint64_t mark = mark_of(text_, piece);
    if (mark == std::string_view::npos) {
      if (const auto clause = bare_clause(text_, piece)) return add(*clause);
      if (counted_)
        if (const auto clause = worded_clause(text_, piece)) return add(*clause);
      if (add_to_list(piece)) return true;
      // "Average on 10 runs - GPU latency: …"
      if (out_.clauses.empty() && out_.label.size() == 0 && piece.size() <= kLongestName) {
        out_.label = piece;
        return true;
      }
      return false;
    }
    Clause clause{trimmed(text_, {piece.begin, mark}), trimmed(text_, {mark + 1, piece.end})};
    if (out_.clauses.empty()) {
      if (numbers_a_run(clause)) return false;
      if (const auto counted = take_count(clause)) return *counted;
      if (!take_label(clause)) return false;
    }
    // "iter_dt 17397.29ms; iter 10: train loss 3.02"
    if (out_.clauses.size() == 1 && marked_ == 0)
      if (const auto counted = take_count(clause)) return *counted;
    if (out_.clauses.size() == 1 && text_[mark] == '=' && names_a_rate(out_.clauses.front()) && core::find_statistic(text::lower(at(text_, clause.name)))) return false;
    ++marked_;
    equations_ += text_[mark] == '=' ? 1U : 0U;
    return add_list(clause) || add(clause);
  }

  // "Time = 0.034 0.035 0.036 s": several of one name, with one unit of time behind them all.
  bool add_list(const Clause& clause) {
    if (clause.value.size() == 0 || !is_digit(text_[clause.value.begin]) || !is_letter(text_[clause.value.end - 1])) return false;
    std::vector<core::Span> parts = words(text_, clause.value);
    if (parts.size() < 3 || parts.size() > kMostListed) return false;
    const std::string_view written = at(text_, parts.back());
    const core::UnitPtr unit = core::find_unit(written);
    parts.pop_back();
    const bool numbers = std::all_of(parts.begin(), parts.end(), [&](core::Span part) { return text::parse_number(at(text_, part)).has_value(); });
    if (!numbers || unit == nullptr || unit->dimension != core::Dimension::time || !add({clause.name, parts.front(), 1, written})) return false;
    for (std::size_t k = 1; k < parts.size(); ++k) out_.clauses.push_back({clause.name, parts[k], static_cast<std::uint32_t>(k + 1), written});
    return true;
  }

  // "Iteration 3: 45.1 tokens/s": the number says which run it was, and is no part of a name.
  [[nodiscard]] bool numbers_a_run(const Clause& clause) const {
    const WrittenCell value = read_written_cell(text_, clause.value);
    return text_[clause.name.end] == ':' && value.cell.kind == core::CellKind::number && core::find_unit(value.unit) != nullptr && bare_clause(text_, clause.name).has_value();
  }

  // "SET: 925.9 requests per second, p50=0.2 msec": what was done is no name of its rate.
  [[nodiscard]] bool names_a_rate(const Clause& clause) const {
    const core::UnitPtr unit = core::find_unit(read_written_cell(text_, clause.value).unit);
    return text_[clause.name.end] == ':' && unit != nullptr && unit->dimension == core::Dimension::request_rate;
  }

  // "iter 10: loss 3.14": the label counts, and is a clause itself.
  std::optional<bool> take_count(const Clause& clause) {
    const auto count = bare_clause(text_, clause.name);
    const auto first = count && text_[clause.name.end] == ':' ? worded_clause(text_, clause.value) : std::nullopt;
    if (!first) return std::nullopt;
    counted_ = true;
    ++marked_;
    return add(*count) && add(*first);
  }

  // "rate: 0.8, 0.5, 0.3": a number without a name goes on with the list of the last one.
  bool add_to_list(core::Span piece) {
    if (out_.clauses.empty() || !text::parse_number(at(text_, piece)) || !text::parse_number(at(text_, out_.clauses.back().value))) return false;
    Clause& last = out_.clauses.back();
    if (last.position == 0) last.position = 1;
    out_.clauses.push_back({last.name, piece, last.position + 1});
    return true;
  }

  // "Engine 000: Avg prompt throughput": what stands before the last colon.
  bool take_label(Clause& clause) {
    // "Decode batch. #running-req"
    const std::size_t mark = at(text_, clause.name).find(". #");
    if (mark != std::string_view::npos && out_.label.size() == 0) {
      out_.label = {clause.name.begin, clause.name.begin + mark};
      clause.name.begin += mark + 2;
      return true;
    }
    const std::size_t colon = at(text_, clause.name).rfind(": ");
    if (colon == std::string_view::npos) return take_subject(clause);
    if (out_.label.size() > 0) return false;
    out_.label = trimmed(text_, {clause.name.begin, clause.name.begin + colon});
    clause.name = trimmed(text_, {clause.name.begin + colon + 1, clause.name.end});
    return out_.label.size() <= kLongestName && !reads_as_code(at(text_, out_.label));
  }

  // "Decode 3. latency": a word, perhaps with a number, before a full stop.
  bool take_subject(Clause& clause) {
    const std::size_t stop = at(text_, clause.name).find(". ");
    if (stop == std::string_view::npos || out_.label.size() > 0) return true;
    const std::vector<core::Span> parts = words(text_, {clause.name.begin, clause.name.begin + stop});
    const bool word = !parts.empty() && parts.size() <= 2 && std::all_of(text_.begin() + static_cast<std::ptrdiff_t>(parts[0].begin),
                                                                          text_.begin() + static_cast<std::ptrdiff_t>(parts[0].end), is_letter);
    if (!word || (parts.size() == 2 && !text::parse_number(at(text_, parts[1])))) return true;
    out_.label = out_.of = parts.front();
    if (parts.size() == 2) out_.number = parts.back();
    clause.name = trimmed(text_, {clause.name.begin + stop + 2, clause.name.end});
    return true;
  }

  bool add(const Clause& clause) {
    if (!is_name(at(text_, clause.name)) || clause.value.size() == 0) return false;
    const bool number = is_number(text_, clause.value);
    if (!number && is_digit(text_[clause.value.begin]) && at(text_, clause.value).find(" / ") != std::string_view::npos) return false;  // "8.4 s / 231.5 tokens/s"
    if (!number && (clause.value.size() > kLongestText || reads_as_code(at(text_, clause.value)))) return false;
    for (const Clause& other : out_.clauses)
      if (at(text_, other.name) == at(text_, clause.name)) return false;
    numbers_ += number ? 1U : 0U;
    out_.clauses.push_back(clause);
    return true;
  }

  std::string_view text_;
  core::Span line_;
  Statement out_;
  bool counted_ = false;  // "iter 10:" stands before all
  std::size_t numbers_ = 0;
  std::size_t marked_ = 0;
  std::size_t equations_ = 0;
};

// "123 ns/op  16 B/op": numbers each followed by a word that is a unit or a rate; by any word where the name says that it is a
// benchmark, which may report what it likes.
std::vector<core::Span> values_per(std::string_view text, const std::vector<core::Span>& fields, std::size_t from, bool named) {
  std::vector<core::Span> values;
  bool rate = named;
  for (std::size_t i = from; i + 1 < fields.size(); i += 2) {
    const std::string_view unit = at(text, fields[i + 1]);
    if (!text::parse_number(at(text, fields[i]))) return {};
    const bool divided = unit.find('/') != std::string_view::npos && is_letter(unit.front());
    const bool any = named && (is_letter(unit.front()) || unit.front() == '%');
    if (!divided && !any && core::find_unit(unit) == nullptr) return {};
    rate = rate || divided;
    values.push_back({fields[i].begin, fields[i + 1].end});
  }
  const bool complete = fields.size() > from && (fields.size() - from) % 2 == 0;
  return rate && complete ? values : std::vector<core::Span>();
}

std::optional<BenchmarkLine> go_line(std::string_view text, const std::vector<core::Span>& fields) {
  if (fields.size() < 4 || !is_letter(text[fields[0].begin])) return std::nullopt;
  const auto count = text::parse_number(at(text, fields[1]));
  if (!count || !count->integer) return std::nullopt;
  const std::string_view name = at(text, fields[0]);
  const bool named = name.size() > 9 && name.substr(0, 9) == "Benchmark" && (name[9] < 'a' || name[9] > 'z');
  BenchmarkLine out{fields[0], fields[1], "iterations", values_per(text, fields, 2, named), {}};
  if (out.values.empty()) return std::nullopt;
  return out;
}

// The number behind "±" or "+/-" in `rest`, without its unit.
core::Span spread_in(std::string_view text, core::Span rest) {
  for (const std::string_view mark : {"\xC2\xB1", "+/-"}) {
    const std::size_t found = at(text, rest).find(mark);
    if (found == std::string_view::npos) continue;
    std::uint64_t begin = rest.begin + found + mark.size();
    while (begin < rest.end && is_blank(text[begin])) ++begin;
    std::uint64_t end = begin;
    while (end < rest.end && !is_blank(text[end]) && text[end] != ')') ++end;
    return {begin, end};
  }
  return {};
}

std::optional<BenchmarkLine> libtest_line(std::string_view text, core::Span line) {
  constexpr std::string_view kTest = "test ";
  constexpr std::string_view kBench = " ... bench:";
  const std::string_view all = at(text, line);
  const std::size_t bench = all.find(kBench);
  if (all.substr(0, kTest.size()) != kTest || bench == std::string_view::npos) return std::nullopt;
  const core::Span rest = trimmed(text, {line.begin + bench + kBench.size(), line.end});
  const std::uint64_t bracket = std::min<std::uint64_t>(text.find('(', rest.begin), rest.end);
  const core::Span value = trimmed(text, {rest.begin, bracket});
  if (!is_number(text, value)) return std::nullopt;
  return BenchmarkLine{trimmed(text, {line.begin + kTest.size(), line.begin + bench}), {}, {}, {value}, spread_in(text, {bracket, rest.end})};
}

std::optional<BenchmarkLine> benchmark_js_line(std::string_view text, core::Span line) {
  constexpr std::string_view kTimes = " x ";
  const std::string_view all = at(text, line);
  const std::size_t rate = all.find(" ops/sec");
  const std::size_t times = rate == std::string_view::npos ? rate : all.rfind(kTimes, rate);
  if (times == std::string_view::npos || times == 0) return std::nullopt;
  const core::Span value{line.begin + times + kTimes.size(), line.begin + rate + 8};
  if (!is_number(text, value)) return std::nullopt;
  BenchmarkLine out{trimmed(text, {line.begin, line.begin + times}), {}, "samples", {value}, spread_in(text, {value.end, line.end})};
  const std::size_t open = all.find('(', rate);
  if (open != std::string_view::npos && all.find("runs sampled", open) != std::string_view::npos)
    out.count = {line.begin + open + 1, line.begin + std::min(all.find(' ', open), all.size())};
  return out;
}

// "SortBenchmark    1028.58 ms   8749.93 pts   2916.5 Iter/s": a name and values of different units, wide apart.
std::optional<BenchmarkLine> wide_line(std::string_view text, core::Span line) {
  const std::vector<core::Span> fields = wide_fields(text, line);
  if (fields.size() < 3 || !is_letter(text[fields[0].begin]) || text[fields[0].end - 1] == ':' || reads_as_code(at(text, fields[0]))) return std::nullopt;
  std::set<std::string_view> units;
  bool known = false;
  for (std::size_t i = 1; i < fields.size(); ++i) {
    const std::vector<core::Span> parts = words(text, fields[i]);
    if (parts.size() != 2 || !text::parse_number(at(text, parts[0])) || !is_letter(text[parts[1].begin])) return std::nullopt;
    known = known || core::find_unit(at(text, parts[1])) != nullptr;
    if (!units.insert(at(text, parts[1])).second) return std::nullopt;
  }
  if (!known) return std::nullopt;
  return BenchmarkLine{fields[0], {}, {}, std::vector<core::Span>(fields.begin() + 1, fields.end()), {}};
}

// What stands between commas outside single quotes; quotes around a piece are left out.
std::vector<core::Span> listed(std::string_view text, core::Span list) {
  std::vector<core::Span> pieces;
  bool quoted = false;
  std::uint64_t begin = list.begin;
  for (std::uint64_t i = list.begin; i <= list.end; ++i) {
    const bool ends = i == list.end || (text[i] == ',' && !quoted);
    if (!ends) {
      if (text[i] == '\'') quoted = !quoted;
      continue;
    }
    core::Span piece = trimmed(text, {begin, i});
    if (piece.size() >= 2 && text[piece.begin] == '\'' && text[piece.end - 1] == '\'') ++piece.begin, --piece.end;
    pieces.push_back(piece);
    begin = i + 1;
  }
  return pieces;
}

}  // namespace

std::optional<Statement> statement(std::string_view text, core::Span line) {
  line = trimmed(text, line);
  const std::string_view said = text.substr(line.begin, line.size());
  // ", CPU KV cache usage: 0.0%.": a line that ends as a sentence does.
  if (said.size() > 1 && said.back() == '.' && said[said.size() - 2] != '.') line.end -= 1;
  return StatementReader(text, line).read();
}

std::optional<Clause> last_equation(std::string_view text, core::Span line) {
  line = trimmed(text, line);
  const std::size_t equals = at(text, line).rfind(" = ");
  if (equals == std::string_view::npos || equals == 0) return std::nullopt;
  Clause clause{{line.begin, line.begin + equals}, trimmed(text, {line.begin + equals + 3, line.end})};
  for (const std::string_view mark : {": ", ", ", " - "})
    if (const std::size_t cut = at(text, clause.name).rfind(mark); cut != std::string_view::npos) clause.name.begin += cut + mark.size();
  clause.name = trimmed(text, clause.name);
  const std::string_view name = at(text, clause.name);
  const bool plain = is_name(name) && std::count(name.begin(), name.end(), ' ') < 4 && name.find('(') == std::string_view::npos;
  if (!plain || !is_number(text, clause.value)) return std::nullopt;
  return clause;
}

std::vector<core::Span> interval(std::string_view text, core::Span value) {
  value = trimmed(text, value);
  if (value.size() < 5 || text[value.begin] != '[') return {};
  const std::size_t close = at(text, value).find(']');
  if (close == std::string_view::npos) return {};
  const core::Span inside{value.begin + 1, value.begin + close};
  if (at(text, inside).find(',') != std::string_view::npos) return {};
  std::vector<core::Span> found;
  for (const core::Span word : words(text, inside)) {
    constexpr std::string_view kMinus = "\xE2\x88\x92";  // U+2212
    const char first = text[word.begin];
    const std::size_t sign = first == '-' || first == '+' ? 1 : at(text, word).substr(0, kMinus.size()) == kMinus ? kMinus.size() : 0;
    const bool number = word.size() > sign && is_digit(text[word.begin + sign]);
    if (number) found.push_back(word);
    else if (found.empty() || is_digit(first)) return {};
    else found.back().end = word.end;
  }
  if (found.size() != 3) return {};
  double last = -HUGE_VAL;
  for (const core::Span each : found) {
    const WrittenCell written = read_written_cell(text, each);
    const core::UnitPtr unit = core::find_unit(written.unit);
    const double scaled = written.cell.number * (unit == nullptr ? 1 : unit->factor);
    if (written.cell.kind != core::CellKind::number || scaled < last) return {};
    last = scaled;
  }
  return found;
}

std::optional<std::vector<Clause>> sql_insert(std::string_view text, core::Span line) {
  constexpr std::string_view kInsert = "INSERT INTO ";
  line = trimmed(text, line);
  const std::string_view all = at(text, line);
  if (all.size() < kInsert.size() || (all.front() != 'I' && all.front() != 'i')) return std::nullopt;
  const std::size_t open = all.find('(');
  const std::size_t close = all.find(')');
  if (text::lower(all.substr(0, kInsert.size())) != text::lower(kInsert) || open == std::string_view::npos || close == std::string_view::npos || close < open)
    return std::nullopt;
  const std::size_t values = all.find('(', close);
  const std::size_t last = all.rfind(')');
  if (values == std::string_view::npos || last < values || text::lower(text::trim(all.substr(close + 1, values - close - 1))) != "values") return std::nullopt;
  const auto names = listed(text, {line.begin + open + 1, line.begin + close});
  const auto cells = listed(text, {line.begin + values + 1, line.begin + last});
  const bool named = std::all_of(names.begin(), names.end(), [](const core::Span& name) { return name.size() > 0; });
  if (!named || names.size() != cells.size()) return std::nullopt;
  std::vector<Clause> clauses;
  for (std::size_t i = 0; i < names.size(); ++i) clauses.push_back({names[i], cells[i]});
  return clauses;
}

std::optional<BenchmarkLine> benchmark_line(std::string_view text, core::Span line) {
  line = trimmed(text, line);
  if (auto found = libtest_line(text, line)) return found;
  if (auto found = benchmark_js_line(text, line)) return found;
  if (auto found = wide_line(text, line)) return found;
  return go_line(text, words(text, line));
}

}  // namespace chimera::plaintext
