#include "plaintext/loop_times.h"

#include <algorithm>
#include <array>

#include "core/unit.h"
#include "plaintext/number_forms.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/written_cell.h"

namespace chimera::plaintext {
namespace {

constexpr std::string_view kPerLoop = " per loop";
constexpr std::size_t kLongest = 160;  // bytes of such a line

bool is_number(std::string_view text, core::Span span) { return read_written_cell(text, span).cell.kind == core::CellKind::number; }

// "1000000", and "1,000,000" as IPython 8 writes it.
bool is_whole(std::string_view word) {
  return !word.empty() && is_digit(word.front()) && is_digit(word.back()) && std::all_of(word.begin(), word.end(), [](char c) { return is_digit(c) || c == ','; });
}

// "20000 loops, best of 5"
std::vector<NamedValue> best_of(std::string_view text, core::Span said, core::Span value) {
  const std::vector<core::Span> parts = words(text, said);
  const auto word = [&](std::size_t k) { return at(text, parts[k]); };
  if (parts.size() != 5 || !is_whole(word(0)) || (word(1) != "loops," && word(1) != "loop,") || word(2) != "best" || word(3) != "of" || !is_whole(word(4))) return {};
  return {{"time per loop/min", value, {}}, {"loops", parts[0], {}}, {"runs", parts[4], {}}};
}

// "(mean ± std. dev. of 7 runs, 1000000 loops each)": the numbers of runs and loops.
std::vector<NamedValue> mean_of(std::string_view text, core::Span value, core::Span told) {
  const std::vector<core::Span> parts = words(text, told);
  std::vector<NamedValue> out;
  for (std::size_t k = 0; k + 1 < parts.size(); ++k) {
    const std::string_view of = at(text, parts[k + 1]).substr(0, 4);
    if (is_whole(at(text, parts[k])) && (of == "runs" || of == "run," || of == "loop")) out.push_back({of == "loop" ? "loops" : "runs", parts[k], {}});
  }
  const std::size_t mark = std::min(at(text, value).find(" \xC2\xB1 "), at(text, value).find(" +- "));
  if (out.size() != 2 || mark == std::string_view::npos) return {};
  const core::Span mean{value.begin, value.begin + mark};
  const core::Span spread = trimmed(text, {value.begin + mark + 3, value.end});
  if (!is_number(text, mean) || !is_number(text, spread)) return {};
  out.insert(out.begin(), {{"time per loop/mean", mean, {}}, {"time per loop/stddev", spread, {}}});
  return out;
}

std::string_view rate_named_by(std::string_view text, core::Span span) {
  using core::Dimension;
  constexpr std::array<Dimension, 5> kRates = {Dimension::bandwidth, Dimension::token_rate, Dimension::request_rate, Dimension::operation_rate, Dimension::flop_rate};
  const WrittenCell written = read_written_cell(text, span);
  const core::UnitPtr unit = core::find_unit(written.unit);
  const bool rate = written.cell.kind == core::CellKind::number && unit != nullptr && is_one_of(unit->dimension, kRates);
  return rate && words(text, span).size() == 2 ? quantity_name(*unit) : std::string_view();
}

}  // namespace

std::vector<NamedValue> loop_times(std::string_view text, core::Span line) {
  line = trimmed(text, line);
  const std::size_t per = line.size() > kLongest ? std::string_view::npos : at(text, line).find(kPerLoop);
  if (per == std::string_view::npos) return {};
  const core::Span before{line.begin, line.begin + per};
  const core::Span behind = trimmed(text, {before.end + kPerLoop.size(), line.end});
  if (behind.size() > 0) return text[behind.begin] == '(' && text[behind.end - 1] == ')' ? mean_of(text, before, {behind.begin + 1, behind.end - 1}) : std::vector<NamedValue>();
  const std::size_t colon = at(text, before).find(": ");
  if (colon == std::string_view::npos) return {};
  const core::Span value = trimmed(text, {before.begin + colon + 2, before.end});
  return is_number(text, value) ? best_of(text, {before.begin, before.begin + colon}, value) : std::vector<NamedValue>();
}

std::vector<NamedValue> lone_rate(std::string_view text, core::Span line) {
  line = trimmed(text, line);
  if (line.size() == 0 || line.size() > kLongest || !is_digit(text[line.begin])) return {};
  if (const std::string_view name = rate_named_by(text, line); !name.empty()) return {{std::string(name), line, {}}};
  const std::size_t open = at(text, line).find(" (");
  if (open == std::string_view::npos || text[line.end - 1] != ')') return {};
  const core::Span rate{line.begin + open + 2, line.end - 1};
  const std::vector<core::Span> amount = words(text, {line.begin, line.begin + open});
  const std::string_view name = rate_named_by(text, rate);
  // "13383.65 MiB transferred"
  if (name.empty() || amount.size() != 3 || !is_number(text, {amount[0].begin, amount[1].end}) || is_digit(text[amount[2].begin])) return {};
  return {{std::string(at(text, amount[2])), {amount[0].begin, amount[1].end}, {}}, {std::string(name), rate, {}}};
}

}  // namespace chimera::plaintext
