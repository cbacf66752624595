#include "plaintext/entry_rows.h"

#include <algorithm>
#include <string>
#include <vector>

#include "core/statistic.h"
#include "core/unit.h"
#include "plaintext/settings_lines.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/text_pairs.h"
#include "plaintext/text_sentences.h"
#include "plaintext/written_cell.h"
#include "text/words.h"

namespace chimera::plaintext {

bool EntryRows::read(core::Span content) {
  const std::vector<Entry> found = entries(lines_.text(), content);
  if (found.empty()) return false;
  put(found, {});
  return true;
}

bool EntryRows::read_worded(core::Span content) {
  const WordedEntries found = worded_entries(lines_.text(), content);
  if (found.values.empty()) return false;
  put(found.values, found.said);
  return true;
}

void EntryRows::put(const std::vector<Entry>& found, core::Span message) {
  // What may set the lines below is no row of what they say; the first line of those keys decides.
  std::string keys;
  for (const Entry& entry : found) keys.append(lines_.at(entry.key)).append(1, '\n');
  const bool may_set = may_set_.try_emplace(keys, only_chosen(lines_.text(), found)).first->second;
  if (may_set) context_.begin_block();
  GrowingTable& records = out_.table(core::TableKind::records, may_set ? keys : std::string());
  out_.begin_row(records, found.front().key.begin);
  if (message.size() > 0) records.put("message", {text_cell(message), {}, {}}, message.end);
  for (const Entry& entry : found) {
    const std::string key(lines_.at(entry.key));
    if (records.in_row(key)) out_.begin_row(records, entry.key.begin);
    records.put(key, read_written_cell(lines_.text(), entry.value), entry.value.end);
    out_.add_key(entry.key);
  }
}

bool read_tabbed(const LineView& lines, core::Span content, TableBuilder& out) {
  const std::string_view text = lines.text();
  const std::size_t tab = lines.at(content).find('\t');
  if (tab == 0 || tab == std::string_view::npos) return false;
  const core::Span label = trimmed(text, {content.begin, content.begin + tab});
  if (lines.at(label).find_first_of(":=") != std::string_view::npos) return false;
  std::vector<Entry> found;
  std::size_t numbers = 0;
  for (core::Span rest{label.end + 1, content.end}; rest.size() > 0;) {
    const std::uint64_t stop = rest.begin + std::min<std::uint64_t>(lines.at(rest).find('\t'), rest.size());
    const core::Span field = trimmed(text, {rest.begin, stop});
    const std::size_t colon = lines.at(field).find(": ");
    const core::Span name{field.begin, field.begin + (colon == std::string_view::npos ? 0 : colon)};
    if (name.size() == 0 || lines.has_number(name) || reads_as_code(lines.at(name))) return false;
    found.push_back({name, trimmed(text, {name.end + 1, field.end})});
    numbers += read_written_cell(text, found.back().value).cell.kind == core::CellKind::number ? 1U : 0U;
    rest.begin = std::min(stop + 1, rest.end);
  }
  if (numbers < 2) return false;
  const bool statistic = core::find_statistic(text::lower(lines.at(label))).has_value();
  GrowingTable& records = out.table(core::TableKind::records, "tabbed");
  out.begin_row(records, content.begin);
  if (!statistic) records.put(lines.has_number(label) ? "index" : "case", read_written_cell(text, label), label.end);
  for (const Entry& entry : found) {
    const WrittenCell written = read_written_cell(text, entry.value);
    const bool of_all = statistic && written.cell.kind == core::CellKind::number;
    records.put(std::string(lines.at(entry.key)) + (of_all ? '/' + std::string(lines.at(label)) : std::string()), written, entry.value.end);
    out.add_key(entry.key);
  }
  return true;
}

bool read_turns(const LineView& lines, core::Span content, const ReadingContext& context, TableBuilder& out) {
  const std::vector<Entry> found = context.tag().size() > 0 ? by_turns(lines.text(), content) : std::vector<Entry>();
  if (found.empty()) return false;
  GrowingTable* const records = found.size() > 1 ? &out.table(core::TableKind::records) : nullptr;
  if (records != nullptr) out.begin_row(*records, content.begin);
  for (const Entry& entry : found) {
    const std::string key(lines.at(entry.key));
    if (records == nullptr) out.put(key, entry.key, read_written_cell(lines.text(), entry.value), entry.value.end);
    else records->put(key, read_written_cell(lines.text(), entry.value), entry.value.end);
    out.add_key(entry.key);
  }
  return true;
}

bool read_counts(const LineView& lines, core::Span content, TableBuilder& out) {
  const std::vector<Entry> found = counted_things(lines.text(), content);
  for (const Entry& entry : found) {
    out.put(std::string(lines.at(entry.key)), entry.key, read_written_cell(lines.text(), entry.value), entry.value.end);
    out.add_key(entry.key);
  }
  return !found.empty();
}

bool read_statistics(const LineView& lines, core::Span content, const ReadingContext& context, TableBuilder& out) {
  const auto found = statistics_line(lines.text(), content);
  if (!found) return false;
  const core::Span config = found->config.size() > 0 ? found->config : context.tag();
  const core::Span name = found->of.size() > 0 ? found->of : context.list_of();
  if (config.size() == 0 && name.size() == 0) return false;
  const std::string of = name.size() > 0 ? std::string(lines.at(name)) + '/' : std::string();
  GrowingTable* const records = config.size() > 0 ? &out.table(core::TableKind::records, "statistics of " + of) : nullptr;
  if (records != nullptr) {
    out.begin_row(*records, content.begin);
    records->put("case", {text_cell(config), {}, {}}, content.begin);
  }
  for (const Entry& entry : found->values) {
    const std::string key = of + std::string(lines.at(entry.key));
    WrittenCell written = read_written_cell(lines.text(), entry.value);
    const auto statistic = core::find_statistic(text::lower(lines.at(entry.key)));
    if (written.unit.empty() && statistic && statistic->kind != core::Statistic::Kind::count) written.unit = found->unit;
    if (records == nullptr) out.put(context.prefix() + key, entry.key, written, entry.value.end);
    else records->put(key, written, entry.value.end);
    out.add_key(entry.key);
  }
  if (name.size() > 0) out.add_key(name);
  return true;
}

}  // namespace chimera::plaintext
