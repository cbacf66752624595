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

// What a line says, without what loggers write around it.
core::Span TextReader::content_of(std::size_t i) const {
  return shown_by_progress(text_, without_marks(text_, without_log_fields(text_, without_log_prefix(text_, line(i)))));
}

// "[write seq] Throughput: 3.3 GiB/s": words in brackets say of what the value is. A name of a logger is one word.
bool TextReader::read_labelled(core::Span content) {
  const std::size_t close = content.size() > 4 && text_[content.begin] == '[' ? at(content).find("] ") : std::string_view::npos;
  if (close == std::string_view::npos || close > kLongestLabel) return false;
  const core::Span label = trimmed(text_, {content.begin + 1, content.begin + close});
  const std::string_view words = at(label);
  const bool plain = std::all_of(words.begin(), words.end(), [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z' ? true : c == ' ' || c == '-' || c == '_' || is_digit(c); });
  if (!plain || words.find(' ') == std::string_view::npos || is_digit(words.front())) return false;
  const auto pair = text::split_pair(text_, {content.begin + close + 2, content.end});
  if (!pair || text::empty(pair->name)) return false;
  const core::Span name{pair->name.begin, pair->name.end};
  const core::Span value{pair->value.begin, pair->value.end};
  const WrittenCell written = read_written_cell(text_, value);
  const std::string key(at(name));
  if (written.cell.kind != core::CellKind::number || core::find_unit(written.unit) == nullptr || reads_as_code(key)) return false;
  GrowingTable& records = table(core::TableKind::records, "labelled");
  begin_row(records, content.begin);
  records.put("case", {text_cell(label), {}, {}}, label.end);
  fill_row(records, key, name, value);
  return true;
}

// "clat percentiles (usec):" above "|  1.00th=[  611],  5.00th=[  701],".
std::size_t TextReader::read_ordinals(std::size_t i) {
  constexpr std::string_view kPercentiles = " percentiles (";
  constexpr std::string_view kMark = "th=[";
  const core::Span label = bare_name(text_, {line(i).begin, line(i).end - 1});
  const std::size_t cut = at(label).find(kPercentiles);
  const std::string_view unit = cut == std::string_view::npos || text_[line(i).end - 1] != ':' ? std::string_view() : unit_of_header(at(label));
  if (unit.empty()) return i;
  std::size_t next = i + 1;
  for (; next < line_count() && line(next).size() > 0 && line(next).size() <= kLongestLine && text_[line(next).begin] == '|'; ++next) {
    const core::Span here = line(next);
    for (std::size_t mark = at(here).find(kMark); mark != std::string_view::npos; mark = at(here).find(kMark, mark + 1)) {
      const std::size_t before = at(here).find_last_of(" |,", mark);
      const std::size_t close = at(here).find(']', mark);
      if (before == std::string_view::npos || close == std::string_view::npos) break;
      const core::Span part{here.begin + before + 1, here.begin + mark};
      const core::Span value = trimmed(text_, {here.begin + mark + kMark.size(), here.begin + close});
      std::string percent(at(part));
      while (percent.find('.') != std::string::npos && (percent.back() == '0' || percent.back() == '.')) percent.pop_back();
      WrittenCell written = read_written_cell(text_, value);
      if (written.cell.kind != core::CellKind::number) continue;
      written.unit = unit;
      put(prefix_ + std::string(at(label).substr(0, cut)) + "/p" + percent, part, written, value.end);
      keys_.push_back(part);
    }
  }
  return next == i + 1 ? i : next;
}

// Whether lines of these names were read before, or one follows.
bool TextReader::comes_again(std::size_t i, const ClauseLine& found, const std::string& signature) const {
  if (clauses_.count(signature) > 0) return true;
  for (std::size_t next = i + 1; next < line_count() && next <= i + kReach; ++next) {
    if (line(next).size() > kLongestLine) return false;
    const auto other = line(next).size() > 0 ? clause_line(text_, content_of(next)) : std::nullopt;
    if (other && same_names(found, *other)) return true;
  }
  return false;
}

// Lines that say the same things are rows of one table.
bool TextReader::read_clauses(std::size_t i, core::Span content) {
  const std::size_t stop = sentence_end(text_, content);
  if (stop != std::string_view::npos) {
    const bool first = read_clauses(i, {content.begin, content.begin + stop});
    return read_clauses(i, trimmed(text_, {content.begin + stop + 2, content.end})) || first;
  }
  const auto found = clause_line(text_, content);
  if (!found) return false;
  std::string signature;
  for (const Said& each : found->said) signature += each.key + '\n';
  if (found->proof == ClauseLine::Proof::repetition && !comes_again(i, *found, signature)) return false;
  clauses_.insert(signature);
  const std::string label(at(bare_name(text_, found->label)));
  const bool statistics = !label.empty() && std::all_of(found->said.begin(), found->said.end(), [](const Said& each) {
    return core::find_statistic(text::lower(each.key)).has_value();
  });
  // Statistics of one thing are pairs of the listing, as "latency/mean: 5" is.
  GrowingTable* const records = statistics ? nullptr : &table(core::TableKind::records, signature);
  if (records != nullptr) {
    begin_row(*records, content.begin);
    const core::Span about = found->label.size() > 0 ? found->label : subject_;
    if (about.size() > 0) records->put("case", {text_cell(about), {}, {}}, content.begin);
  }
  const std::string_view unit = unit_of_header(label);
  // "Warmup Iteration 1: 5 ms"
  const Said& first = found->said.front();
  if (records != nullptr && warmup_.size() == 0 && text::lower(first.key).rfind("warm", 0) == 0) records->put("phase", {text_cell(first.name), {}, {}}, content.begin);
  for (const Said& each : found->said) {
    WrittenCell written = read_written_cell(text_, each.value);
    if (written.unit.empty()) written.unit = each.unit;
    std::string key = (statistics ? label + '/' : std::string()) + each.key;
    key += time_per(written.unit);
    if (written.unit.empty() && written.cell.kind == core::CellKind::number && unit_of_header(key).empty()) written.unit = unit;
    if (records == nullptr) put(prefix_ + key, each.name, written, each.value.end);
    else records->put(key, written, each.value.end);
    keys_.push_back(each.name);
  }
  return true;
}

}  // namespace chimera::plaintext
