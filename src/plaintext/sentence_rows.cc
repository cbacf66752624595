#include "plaintext/sentence_rows.h"

#include <string>
#include <vector>

#include "plaintext/console_values.h"
#include "plaintext/spans.h"
#include "plaintext/text_sentences.h"
#include "plaintext/text_statements.h"
#include "plaintext/written_cell.h"

namespace chimera::plaintext {

bool read_console(const LineView& lines, std::size_t i, core::Span content, ReadingContext& context, TableBuilder& out) {
  std::vector<NamedValue> found = counted_in_time(lines.text(), content);
  if (found.empty() && content.size() > 0 && is_digit(lines.text()[content.begin])) found = errors_by_kind(lines.text(), content);
  if (found.empty()) found = labelled_counts(lines.text(), content);
  if (!found.empty()) {
    out.put_all(found, content);
    out.add_key({content.begin, content.begin});
    return true;
  }
  if (const core::Span failure = ignored_failure(lines.text(), content); failure.size() > 0) {
    out.put("error", content, {text_cell(failure), {}, {}}, content.end);
    out.add_key({content.begin, failure.begin});
    return true;
  }
  const bool above_deeper = lines.above_deeper(i);
  core::Span about = above_deeper ? numbered_heading(lines.text(), content) : core::Span{};
  const core::Span address = above_deeper ? tested_address(lines.text(), content) : core::Span{};
  if (about.size() == 0 && address.size() == 0) return false;
  if (about.size() > 0) {
    const core::Span runs = take_runs(lines.text(), about);
    context.enter_subject(about, lines.indent(i));
    if (runs.size() > 0) out.put("runs", content, read_written_cell(lines.text(), runs), runs.end);
    out.add_key({content.begin, about.begin});
  } else {
    context.begin_block();
    out.put("url", content, {text_cell(address), {}, {}}, address.end);
    out.add_key({content.begin, content.begin});
  }
  return true;
}

bool read_taken(const LineView& lines, core::Span content, const ReadingContext& context, TableBuilder& out) {
  const std::vector<Taken> found = what_it_took(lines.text(), content);
  for (const Taken& each : found) {
    out.put(context.prefix() + each.key, each.name, read_written_cell(lines.text(), each.value), each.value.end);
    out.add_key(each.name);
  }
  return !found.empty();
}

bool read_equation(const LineView& lines, core::Span content, const ReadingContext& context, TableBuilder& out) {
  const auto found = last_equation(lines.text(), content);
  if (!found) return false;
  out.put(context.prefix() + std::string(lines.at(found->name)), found->name, read_written_cell(lines.text(), found->value), found->value.end);
  out.add_key(found->name);
  return true;
}

}  // namespace chimera::plaintext
