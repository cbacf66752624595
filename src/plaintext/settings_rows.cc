#include "plaintext/settings_rows.h"

#include <algorithm>
#include <string>
#include <vector>

#include "plaintext/announced_runs.h"
#include "plaintext/block_heads.h"
#include "plaintext/lead_line.h"
#include "plaintext/run_head.h"
#include "plaintext/settings_lines.h"
#include "plaintext/written_cell.h"

namespace chimera::plaintext {

void put_settings(const LineView& lines, const SettingsLines& found, ReadingContext& context, TableBuilder& out) {
  if (found.values.empty()) return;
  GrowingTable& settings = out.settings(found.kind);
  settings.begin_row(found.values.front().key.begin);
  for (std::size_t k = 0; k < found.values.size(); ++k) {
    const Entry& entry = found.values[k];
    const std::string key = k < found.names.size() && !found.names[k].empty() ? found.names[k] : std::string(lines.at(entry.key));
    if (settings.in_row(key)) continue;
    WrittenCell written = read_written_cell(lines.text(), entry.value);
    // "--enforce-eager" alone
    if (entry.value.size() == 0) written.cell = {entry.key.begin, static_cast<std::uint32_t>(entry.key.size()), core::CellKind::boolean, 0, false, 1};
    settings.put(key, written, std::max(entry.key.end, entry.value.end));
    out.add_key(entry.key);
  }
  context.begin_block();
}

std::size_t read_run_head(const LineView& lines, std::size_t i, ReadingContext& context, TableBuilder& out) {
  const core::Span here = lines.line(i);
  if (ends_runs(lines.at(here))) {
    out.end_settings(kRunHead, here.begin);
    context.enter_section(here, std::string(lines.at(here)), '\0', out.keys().size());
    context.begin_block();
    return i;
  }
  auto found = run_head(lines.document(), i, lines.end());
  if (!found && (found = quoted_head(lines.document(), i, lines.end()))) {
    if (found->kind == kRunHead) out.end_settings("quoted head", here.begin);
    return put_settings(lines, *found, context, out), found->next;
  }
  if (!found) return i;
  if (!found->values.empty()) context.add_heading(here.begin, {});
  put_settings(lines, *found, context, out);
  return found->next;
}

std::size_t read_settings(const LineView& lines, std::size_t i, ReadingContext& context, TableBuilder& out) {
  if (lines.text()[lines.line(i).begin] == '#')
    if (const std::size_t next = read_run_head(lines, i, context, out); next > i) return next;
  if (ends_jobs(lines.at(lines.line(i)))) {
    out.end_settings(kJobHead, lines.line(i).begin);
    context.set_failure({});
  }
  if (const auto job = job_head(lines.document(), i, lines.end())) {
    context.set_failure(error_of_job(lines.text(), lines.line(i)));
    return put_settings(lines, *job, context, out), job->next;
  }
  // The line says values too, and is read for them.
  if (const auto part = job_part(lines.document(), i, lines.end())) {
    put_settings(lines, part->settings, context, out);
    out.end_settings(kJobPart, part->end < lines.count() ? lines.begin_of(part->end) : lines.end());
    return i;
  }
  if (const auto run = announced_run(lines.document(), i, lines.end())) return put_settings(lines, *run, context, out), run->next;
  if (lines.at(lines.line(i)).substr(0, 2) == "$ ") out.end_settings(kProgram, lines.line(i).begin);
  if (const auto head = block_head(lines, i)) return put_settings(lines, *head, context, out), head->next;
  const auto found = settings_lines(lines.document(), i, lines.end());
  if (!found) return i;
  put_settings(lines, *found, context, out);
  return found->next;
}

bool read_lead(const LineView& lines, std::size_t i, core::Span said, ReadingContext& context, TableBuilder& out) {
  const auto found = lead_line(lines.text(), said);
  if (!found) return false;
  // Where the first of them stands behind values, it says how what stands above it went.
  if (found->outcome && !out.keys().empty() && !out.settings(found->kind).has_row()) return false;
  if (!found->values.empty()) return put_settings(lines, *found, context, out), true;
  // "=== Summary ===" is a title as well.
  out.end_settings(kLead, lines.line(i).begin);
  context.enter_part(std::string(lines.at(lines.line(i))));
  context.begin_block();
  return false;
}

void read_settings_in_front(const LineView& lines, core::Span prefix, ReadingContext& context, TableBuilder& out) {
  SettingsLines found = bracketed_settings(lines.text(), prefix);
  found.kind = "in front";
  if (!found.values.empty()) return put_settings(lines, found, context, out);
  GrowingTable& before = out.settings(found.kind);
  if (!before.row_is_empty()) before.begin_row(prefix.begin - 1);  // before what this line says
}

}  // namespace chimera::plaintext
