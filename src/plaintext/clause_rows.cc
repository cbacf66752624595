#include <algorithm>
#include <string>

#include "core/statistic.h"
#include "core/unit.h"
#include "plaintext/log_prefix.h"
#include "plaintext/spans.h"
#include "plaintext/text_clauses.h"
#include "plaintext/text_lines.h"
#include "plaintext/text_pairs.h"
#include "plaintext/text_reader.h"
#include "plaintext/written_cell.h"
#include "text/markdown_lines.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kLongestLabel = 40;
constexpr std::size_t kReach = 3;  // lines in which one of the same names stands

}  // namespace

// "[write seq] Throughput: 3.3 GiB/s": words in brackets say of what the value is. A name of a logger is one word.
bool TextReader::read_labelled(core::Span content) {
  const std::size_t close = content.size() > 4 && lines_.text()[content.begin] == '[' ? lines_.at(content).find("] ") : std::string_view::npos;
  if (close == std::string_view::npos || close > kLongestLabel) return false;
  const core::Span label = trimmed(lines_.text(), {content.begin + 1, content.begin + close});
  const std::string_view words = lines_.at(label);
  const bool plain = std::all_of(words.begin(), words.end(), [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z' ? true : c == ' ' || c == '-' || c == '_' || is_digit(c); });
  if (!plain || words.find(' ') == std::string_view::npos || is_digit(words.front())) return false;
  const auto pair = text::split_pair(lines_.text(), {content.begin + close + 2, content.end});
  if (!pair || text::empty(pair->name)) return false;
  const core::Span name{pair->name.begin, pair->name.end};
  const core::Span value{pair->value.begin, pair->value.end};
  const WrittenCell written = read_written_cell(lines_.text(), value);
  const std::string key(lines_.at(name));
  if (written.cell.kind != core::CellKind::number || core::find_unit(written.unit) == nullptr || reads_as_code(key)) return false;
  GrowingTable& records = out_.table(core::TableKind::records, "labelled");
  out_.begin_row(records, content.begin);
  records.put("case", {text_cell(label), {}, {}}, label.end);
  out_.fill(records, key, name, value);
  return true;
}

// "clat percentiles (usec):" above "|  1.00th=[  611],  5.00th=[  701],".
std::size_t TextReader::read_ordinals(std::size_t i) {
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

// Whether lines of these names were read before, or one follows.
bool TextReader::comes_again(std::size_t i, const ClauseLine& found, const std::string& signature) const {
  if (clauses_.count(signature) > 0) return true;
  for (std::size_t next = i + 1; next < lines_.count() && next <= i + kReach; ++next) {
    if (lines_.line(next).size() > kLongestLine) return false;
    const auto other = lines_.line(next).size() > 0 ? clause_line(lines_.text(), lines_.content(next)) : std::nullopt;
    if (other && same_names(found, *other)) return true;
  }
  return false;
}

// Lines that say the same things are rows of one table.
bool TextReader::read_clauses(std::size_t i, core::Span content) {
  const std::size_t stop = sentence_end(lines_.text(), content);
  if (stop != std::string_view::npos) {
    const bool first = read_clauses(i, {content.begin, content.begin + stop});
    return read_clauses(i, trimmed(lines_.text(), {content.begin + stop + 2, content.end})) || first;
  }
  const auto found = clause_line(lines_.text(), content);
  if (!found) return false;
  std::string signature;
  for (const Said& each : found->said) signature += each.key + '\n';
  if (found->proof == ClauseLine::Proof::repetition && !comes_again(i, *found, signature)) return false;
  clauses_.insert(signature);
  const std::string label(lines_.at(bare_name(lines_.text(), found->label)));
  const bool statistics = !label.empty() && std::all_of(found->said.begin(), found->said.end(), [](const Said& each) {
    return core::find_statistic(text::lower(each.key)).has_value();
  });
  // Statistics of one thing are pairs of the listing, as "latency/mean: 5" is.
  GrowingTable* const records = statistics ? nullptr : &out_.table(core::TableKind::records, signature);
  if (records != nullptr) {
    out_.begin_row(*records, content.begin);
    const core::Span about = found->label.size() > 0 ? found->label : context_.subject();
    if (about.size() > 0) records->put("case", {text_cell(about), {}, {}}, content.begin);
  }
  const std::string_view unit = unit_of_header(label);
  // "Warmup Iteration 1: 5 ms"
  const Said& first = found->said.front();
  if (records != nullptr && context_.warmup().size() == 0 && text::lower(first.key).rfind("warm", 0) == 0) records->put("phase", {text_cell(first.name), {}, {}}, content.begin);
  for (const Said& each : found->said) {
    WrittenCell written = read_written_cell(lines_.text(), each.value);
    if (written.unit.empty()) written.unit = each.unit;
    std::string key = (statistics ? label + '/' : std::string()) + each.key;
    key += time_per(written.unit);
    if (written.unit.empty() && written.cell.kind == core::CellKind::number && unit_of_header(key).empty()) written.unit = unit;
    if (records == nullptr) out_.put(context_.prefix() + key, each.name, written, each.value.end);
    else records->put(key, written, each.value.end);
    out_.add_key(each.name);
  }
  return true;
}

}  // namespace chimera::plaintext
