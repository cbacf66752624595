#include "plaintext/text_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "plaintext/asciidoc_table.h"
#include "plaintext/baseline_counts.h"
#include "plaintext/compared_line.h"
#include "plaintext/compared_table.h"
#include "plaintext/confident_values.h"
#include "plaintext/counted_line.h"
#include "plaintext/crossed_table.h"
#include "plaintext/device_matrix.h"
#include "plaintext/drawn_rows.h"
#include "plaintext/histogram_lines.h"
#include "plaintext/iteration_blocks.h"
#include "plaintext/leftover.h"
#include "plaintext/line_marks.h"
#include "plaintext/line_tables.h"
#include "plaintext/log_prefix.h"
#include "plaintext/measurement_object.h"
#include "plaintext/pandas_frame.h"
#include "plaintext/run_marks.h"
#include "plaintext/sentence_rows.h"
#include "plaintext/settings_rows.h"
#include "plaintext/spaced_table.h"
#include "plaintext/spans.h"
#include "plaintext/spread_rows.h"
#include "plaintext/stacked_table.h"
#include "plaintext/statement_rows.h"
#include "plaintext/status_counts.h"
#include "plaintext/table_by_ends.h"
#include "plaintext/text_lines.h"
#include "plaintext/text_pairs.h"
#include "plaintext/title_lines.h"
#include "plaintext/tree_table.h"
#include "plaintext/unit_rows.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kMostDiagnostics = 100;

}  // namespace

TextReader::TextReader(const core::Document& document, core::Diagnostics& diagnostics, core::Span span, std::string section)
    : diagnostics_(diagnostics),
      lines_(document, span),
      context_(std::move(section)),
      out_(lines_, context_),
      aligned_(lines_, context_, out_),
      lists_(lines_, context_, out_),
      entries_(lines_, context_, out_),
      clauses_(lines_, context_, out_),
      pairs_(lines_, context_, out_),
      offloaded_(lines_, context_, out_),
      series_(lines_, context_, out_) {}

TextTables TextReader::read() {
  read_lines(read_pipe_tables(lines_, out_));
  std::vector<LocatedTable> tables = out_.take_tables();
  std::vector<core::Span> keys = out_.take_keys();
  SectionNotes notes = context_.take_notes();
  if (!lines_.any_source()) tell_rows_apart(lines_.document(), notes, tables);
  std::stable_sort(tables.begin(), tables.end(), [](const LocatedTable& a, const LocatedTable& b) { return a.begin < b.begin; });
  tidy(keys);
  return {std::move(tables), std::move(keys), std::move(notes), filled_, told_};
}

// All but those of the pipe tables in `skip`.
void TextReader::read_lines(const std::vector<core::Span>& skip) {
  auto table = skip.begin();
  for (std::size_t i = lines_.first(); i < lines_.count() && lines_.begin_of(i) < lines_.end();) {
    while (table != skip.end() && table->end <= lines_.begin_of(i)) ++table;
    if (table != skip.end() && table->begin <= lines_.line(i).begin) {
      ++i, ++filled_, ++told_;
      continue;
    }
    const std::size_t next = read_line(i);
    // A table's header, ruler and rows.
    if (next > i + 1) filled_ += next - i - 1, told_ += next - i - 1;
    i = next;
  }
}

// Gives the line to go on with. The order in which the readers of constructs are asked stands here, and in read_tables(), read_said() and
// read_records() below. Almost every line could be read as several constructs and is what the first says that knows it: so those with
// the narrowest grammar come first, and last those that take what any line may look like.
std::size_t TextReader::read_line(std::size_t i) {
  const core::Span here = lines_.line(i);
  if (here.size() == 0) return i + 1;
  // Dumps of arguments and commands are as long as they are, and what is in them looks like values.
  if (const std::size_t next = read_settings(lines_, i, context_, out_); next > i) return next;
  ++filled_;
  if (here.size() > kLongestLine) return report_long_line(here), i + 1;
  context_.leave_scopes(lines_.indent(i));
  // An INSERT ends in ");" as statements of programs do, and is none.
  if (read_insert(lines_, here, out_)) return ++told_, i + 1;
  if (lines_.is_source(i)) return read_dictionary(i), i + 1;
  // The commas of "[READ], AverageLatency(us), 79.25" are like those of a table, its bracket is like a tag of a logger.
  if (read_grouped_value(lines_, here, out_)) return ++told_, i + 1;
  if (const std::size_t next = read_status_counts(lines_, i, out_); next > i) return ++told_, next;
  // "[num_gpu=33]" and "# nThread 1 nGpus 8" are no prefix and no header.
  if (is_one_of(lines_.text()[here.begin], "[#") && read_lead(lines_, i, here, context_, out_)) return ++told_, i + 1;
  if (is_only_prefix(lines_.text(), here)) return context_.leave_section(out_.keys().size()), i + 1;
  if (const std::size_t next = behind_histogram(lines_, i); next > i) return ++told_, next;
  // A header above a ruler looks like a title, and a row like a line of pairs.
  const std::size_t tables = out_.count();
  const std::size_t keys = out_.keys().size();
  if (const std::size_t next = read_tables(i); next > i) {
    if (out_.count() > tables) out_.entitle(tables, title_above(lines_, first_line(i, keys), silent_));
    return ++told_, next;
  }
  if (!aligned_.report_far_row(i, diagnostics_)) read_said(i);
  return i + 1;
}

// Of the table that was read from the line `i` on: where the first of its names stands, of which there are `keys` before, if that is above.
std::size_t TextReader::first_line(std::size_t i, std::size_t keys) const {
  std::uint64_t begin = lines_.begin_of(i);
  for (auto key = out_.keys().begin() + static_cast<std::ptrdiff_t>(keys); key != out_.keys().end(); ++key) begin = std::min(begin, key->begin);
  return begin < lines_.begin_of(i) ? lines_.document().place(begin).line - 1 : i;
}

// "Config 1/2: {'num_gpu': 33}" ends as a line of a program does.
void TextReader::read_dictionary(std::size_t i) {
  if (lines_.at(lines_.line(i)).find(": {'") != std::string_view::npos && read_lead(lines_, i, lines_.unprefixed(i), context_, out_)) ++told_;
}

// What marks its own columns comes before what only stands in columns, and several blanks between fields before one: words would make two
// of one field. Lists of names and values have no header, so that almost all else could be a row of them.
std::size_t TextReader::read_tables(std::size_t i) {
  if (const std::size_t next = read_drawn(lines_, i, context_, out_); next > i) return next;
  if (const std::size_t next = read_measurement_object(lines_, i, out_); next > i) return next;
  for (const auto read : {read_iteration_block, read_named_rate})
    if (const std::size_t next = read(lines_, i, out_); next > i) return next;
  if (const std::size_t next = read_spread_rows(lines_, i, context_, out_); next > i) return next;
  if (auto frame = pandas_frame(lines_, i, context_.section(), out_.keys())) return out_.add(std::move(frame->found)), frame->next;
  for (const auto read : {crossed_table, tree_table, stacked_table, spaced_table, baseline_counts, compared_table, device_matrix})
    if (auto table = read(lines_.document(), i, lines_.end())) return out_.add(std::move(table->found)), table->next;
  for (const auto read : {comma_table, asciidoc_table, barred_table})
    if (const auto table = read(lines_.document(), i, lines_.end())) return aligned_.add(table->header, table->rows), table->next;
  if (const std::size_t next = lists_.read_percentiles(i); next > i) return next;
  if (const std::size_t next = lists_.read_spectrum(i); next > i) return next;
  for (const Fields fields : {wide_fields, words})
    if (const std::size_t next = aligned_.read(i, fields); next > i) return next;
  if (auto table = table_by_ends(lines_, i, context_.section(), out_.keys())) return out_.add(std::move(table->found)), table->next;
  if (auto rows = unit_rows(lines_.document(), i, lines_.end(), context_.section())) {
    out_.add(std::move(rows->found));
    return rows->next;
  }
  if (const std::size_t next = lists_.read_statistics_row(i); next > i) return next;
  if (const std::size_t next = lists_.read_ordinals(i); next > i) return next;
  if (const std::size_t next = read_quoted_result(lines_, i, context_, out_); next > i) return next;
  return lists_.read_named_values(i);
}

// A line of its own, without what loggers write around it. A title may go on with values, so it is read first and ends nothing; whether
// something was read of the line is told by the names of values.
void TextReader::read_said(std::size_t i) {
  const core::Span here = lines_.line(i);
  const core::Span behind = lines_.unprefixed(i);
  const core::Span prefix{here.begin, behind.begin};
  if (offloaded_.read(i, behind) || read_lead(lines_, i, behind, context_, out_)) return void(++told_);
  context_.set_tag(subject_tag(lines_.text(), prefix));
  read_settings_in_front(lines_, prefix, context_, out_);
  const core::Span content = lines_.content_in(behind);
  if (const core::Span warm_up = context_.warmup().size() == 0 ? warm_up_behind(lines_.text(), content) : core::Span{}; warm_up.size() > 0) return read_warm_up_line(i, content, warm_up);
  const std::size_t keys = out_.keys().size();
  const std::string section = context_.section();
  const std::size_t size_of_prefix = context_.prefix().size();
  read_title(lines_, i, keys, context_);
  const bool labelled = content.size() > 0 && lines_.at(content).back() == ':';
  // A label is of the statistics right below it, and of nothing else.
  if (!read_statistics(lines_, content, context_, out_)) context_.set_list_of(labelled ? bare_name(lines_.text(), {content.begin, content.end - 1}) : core::Span{});
  // "[threads=8] 5 ms": with its bracket the line says two things.
  const core::Span indexed = with_index(lines_.text(), here, content);
  if (out_.keys().size() == keys && indexed.begin < content.begin) clauses_.read(i, indexed);
  if (out_.keys().size() == keys && !read_coloured(i, content) && !read_records(i, content)) {
    pairs_.read(i, content);
    if (out_.keys().size() == keys && !read_equation(lines_, content, context_, out_)) {
      // It says no value: what it is to those below it. A label that opened a section or a prefix is no heading too.
      if (!labelled || (context_.section() == section && context_.prefix().size() == size_of_prefix)) read_heading(lines_, i, context_);
      if (!labelled) read_subject(lines_, i, context_);
    }
  }
  if (out_.keys().size() == keys) silent_ = {silent_.last + 2 < i ? i : silent_.first, i};
  told_ += out_.keys().size() > keys || context_.section() != section || is_ruler(lines_.at(here)) ? 1U : 0U;
}

// "memcpy: 30.9 GB/s (heat-up)": what the line says without its mark, in rows of their own.
void TextReader::read_warm_up_line(std::size_t i, core::Span content, core::Span warm_up) {
  const std::size_t keys = out_.keys().size();
  core::Span said{content.begin, warm_up.begin - 1};
  while (said.size() > 0 && is_blank(lines_.text()[said.end - 1])) --said.end;
  context_.begin_block();
  context_.set_warm_up_line(warm_up);
  if (!read_records(i, said)) pairs_.read(i, said);
  context_.set_warm_up_line({});
  context_.begin_block();
  if (out_.keys().size() > keys) ++told_;
}

// Colours that change inside a line part what it says, where two parts or more are a name and a number, or the last one says several things.
bool TextReader::read_coloured(std::size_t i, core::Span content) {
  const std::vector<core::Span> parts = coloured_parts(lines_.text(), content);
  const auto is_pair = [&](core::Span part) {
    const std::size_t colon = lines_.at(part).find(": ");
    return colon != std::string_view::npos && colon > 0 && lines_.has_number({part.begin + colon, part.end}) && !lines_.has_number({part.begin, part.begin + colon});
  };
  if (std::count_if(parts.begin(), parts.end(), is_pair) < 2)
    return parts.size() > 1 && lines_.at(parts.back()).find(": ") < lines_.at(parts.back()).rfind(": ") && read_records(i, parts.back());
  for (const core::Span part : parts) pairs_.read(i, part);
  return true;
}

// Whether the line says several things, or one in a grammar of its own. Those whose marks leave no doubt come first: runs of benchmarks,
// key=value, names and numbers behind a tag. Statements ask for marks between their clauses, sentences for a verb, conditions for brackets;
// clauses take any words beside numbers, and words in brackets before a pair may be a tag.
bool TextReader::read_records(std::size_t i, core::Span content) {
  using Reader = TextReader;
  using Line = std::size_t;
  using core::Span;
  struct Construct {
    LineMarks marks;  // in each line of its kind; who has none may know any line
    bool (*read)(Reader& r, Line n, Span said);
  };
  static constexpr std::array kConstructs = std::to_array<Construct>({
      {LineMarks("0#"), [](Reader& r, Line n, Span) { return read_compressed(r.lines_, n, r.out_); }},
      {LineMarks("0:"), [](Reader& r, Line, Span said) { return read_length_rate(r.lines_, said, r.out_); }},
      {LineMarks("0(%"), [](Reader& r, Line, Span said) { return read_confident(r.lines_, said, r.context_, r.out_); }},
      {LineMarks("0["), [](Reader& r, Line, Span said) { return read_compared(r.lines_, said, r.out_); }},
      {LineMarks("0"), [](Reader& r, Line, Span said) { return read_benchmark(r.lines_, said, r.out_); }},
      {LineMarks("0(:"), [](Reader& r, Line, Span said) { return read_called(r.lines_, said, r.out_); }},
      {LineMarks("0("), [](Reader& r, Line, Span said) { return read_counted(r.lines_, said, r.out_); }},
      {LineMarks("0("), [](Reader& r, Line, Span said) { return read_generated(r.lines_, said, r.out_); }},
      {LineMarks("\t:"), [](Reader& r, Line, Span said) { return read_tabbed(r.lines_, said, r.out_); }},
      {LineMarks("0"), [](Reader& r, Line, Span said) { return read_loops(r.lines_, said, r.out_); }},
      {LineMarks("0"), [](Reader& r, Line, Span said) { return read_trial(r.lines_, said, r.out_); }},
      {LineMarks("0(="), [](Reader& r, Line n, Span said) { return read_object(r.lines_, n, said, r.out_); }},
      {LineMarks("0:"), [](Reader& r, Line n, Span said) { return read_named_result(r.lines_, n, said, r.out_); }},
      {LineMarks("["), [](Reader& r, Line, Span said) { return read_tuple(r.lines_, said, r.out_); }},
      {LineMarks(""), [](Reader& r, Line, Span said) { return r.entries_.read(said); }},
      {LineMarks(""), [](Reader& r, Line, Span said) { return read_turns(r.lines_, said, r.context_, r.out_); }},
      {LineMarks("0"), [](Reader& r, Line, Span said) { return read_counts(r.lines_, said, r.out_); }},
      {LineMarks(""), [](Reader& r, Line n, Span said) { return read_console(r.lines_, n, said, r.context_, r.out_); }},
      {LineMarks("|"), [](Reader& r, Line, Span said) { return read_barred(r.lines_, said, r.out_); }},
      {LineMarks("{:"), [](Reader& r, Line, Span said) { return read_span_fields(r.lines_, said, r.out_); }},
      {LineMarks(""), [](Reader& r, Line n, Span said) { return r.series_.read(n, said); }},
      {LineMarks(""), [](Reader& r, Line, Span said) { return read_statement(r.lines_, said, r.context_, r.out_); }},
      {LineMarks(""), [](Reader& r, Line, Span said) { return read_taken(r.lines_, said, r.context_, r.out_); }},
      {LineMarks("=@["), [](Reader& r, Line, Span said) { return read_conditioned(r.lines_, said, r.out_); }},
      {LineMarks(""), [](Reader& r, Line n, Span said) { return r.clauses_.read(n, said); }},
      {LineMarks("["), [](Reader& r, Line, Span said) { return read_labelled(r.lines_, said, r.out_); }},
      {LineMarks(""), [](Reader& r, Line, Span said) { return read_warm_up(r.lines_, said, r.context_, r.out_); }},
      {LineMarks("0"), [](Reader& r, Line, Span said) { return read_lone_rate(r.lines_, said, r.out_); }},
      {LineMarks("="), [](Reader& r, Line, Span said) { return r.entries_.read_worded(said); }},
  });
  const LineMarks marks(lines_.at(content));
  return std::any_of(kConstructs.begin(), kConstructs.end(), [&](const Construct& construct) { return marks.hold(construct.marks) && construct.read(*this, i, content); });
}

void TextReader::report_long_line(core::Span line) {
  if (++long_lines_ > kMostDiagnostics) return;
  std::string message = fmt::format("{} bytes, where a record has {} at most", line.size(), kLongestLine);
  if (long_lines_ == kMostDiagnostics) message += "; further lines like it are not listed";
  const core::Document& document = lines_.document();
  diagnostics_.add({core::DiagnosticCode::line_too_long, document.artifact.path, document.place(line.begin), std::move(message), {}});
}

}  // namespace chimera::plaintext
