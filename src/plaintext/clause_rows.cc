#include "plaintext/clause_rows.h"

#include <algorithm>
#include <string>

#include "core/statistic.h"
#include "core/unit.h"
#include "plaintext/run_marks.h"
#include "plaintext/settings_lines.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/text_pairs.h"
#include "plaintext/unit_columns.h"
#include "plaintext/written_cell.h"
#include "text/record_names.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

// Without the marks at its end that say how a run went.
std::optional<ClauseLine> unmarked_line(std::string_view text, core::Span content) { return clause_line(text, run_marks(text, content).said); }

constexpr std::size_t kReach = 3;  // lines in which one of the same names stands

}  // namespace

bool ClauseRows::read(std::size_t i, core::Span content) {
  const std::size_t stop = sentence_end(lines_.text(), content);
  if (stop != std::string_view::npos) {
    const bool first = read(i, {content.begin, content.begin + stop});
    return read(i, trimmed(lines_.text(), {content.begin + stop + 2, content.end})) || first;
  }
  RunMarks marks = run_marks(lines_.text(), content);
  if (marks.failure.size() == 0) {
    marks.failure = failed_in_front(lines_.text(), lines_.line(i));
    marks.symbol = true;
  }
  const auto found = clause_line(lines_.text(), marks.said);
  if (!found) return false;
  std::string signature;
  for (const Said& each : found->said) signature += each.key + '\n';
  if (found->proof == ClauseLine::Proof::repetition && !comes_again(i, *found, signature)) return false;
  read_.insert(signature);
  const std::string label(lines_.at(bare_name(lines_.text(), found->label)));
  if (text::names_pick(label) && sets_alone(*found)) return true;
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
  const core::Span warm_up = text::lower(first.key).rfind("warm", 0) == 0 ? first.name : marks.warm_up;
  if (records != nullptr && context_.warmup().size() == 0 && warm_up.size() > 0) records->put("phase", {text_cell(warm_up), {}, {}}, content.begin);
  if (records != nullptr && marks.failure.size() > 0 && (!marks.symbol || measured_nothing(*found))) records->put("error", {text_cell(marks.failure), {}, {}}, content.end);
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

// "Best config: num_gpu=20 num_ctx=2048" says which of the runs above it was best, and how none is run that follows.
bool ClauseRows::sets_alone(const ClauseLine& found) const {
  std::vector<Entry> values;
  for (const Said& each : found.said) values.push_back({each.name, each.value});
  return only_chosen(lines_.text(), values);
}

// Whether all that has a unit is zero.
bool ClauseRows::measured_nothing(const ClauseLine& found) const {
  return std::all_of(found.said.begin(), found.said.end(), [&](const Said& each) {
    const WrittenCell written = read_written_cell(lines_.text(), each.value);
    return written.cell.kind != core::CellKind::number || (written.unit.empty() && each.unit.empty()) || written.cell.number == 0;
  });
}

// Whether lines of these names were read before, or one follows.
bool ClauseRows::comes_again(std::size_t i, const ClauseLine& found, const std::string& signature) const {
  if (read_.count(signature) > 0) return true;
  for (std::size_t next = i + 1; next < lines_.count() && next <= i + kReach; ++next) {
    if (lines_.line(next).size() > kLongestLine) return false;
    const auto other = lines_.line(next).size() > 0 ? unmarked_line(lines_.text(), lines_.content(next)) : std::nullopt;
    if (other && same_names(found, *other)) return true;
  }
  return false;
}

}  // namespace chimera::plaintext
