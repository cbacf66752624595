// Reads plain text line by line into tables: text_tables.cc lines and the tables in them, text_values.cc lines that name values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "core/diagnostic.h"
#include "core/document.h"
#include "plaintext/growing_table.h"
#include "plaintext/settings_lines.h"
#include "plaintext/source_lines.h"
#include "plaintext/text_clauses.h"
#include "plaintext/text_pairs.h"
#include "plaintext/text_tables.h"
#include "text/markdown.h"

namespace chimera::plaintext {

constexpr std::size_t kLongestLine = 4096;  // bytes; a longer line is no table row and no pair
constexpr std::size_t kLongestTitle = 100;

using Fields = std::vector<core::Span> (*)(std::string_view, core::Span);  // how the rows of an aligned table are cut

class TextReader {
 public:
  TextReader(core::Document& document, core::Diagnostics& diagnostics, std::string section)
      : document_(document), diagnostics_(diagnostics), text_(document.text), section_(std::move(section)) {}
  // The lines that begin in `span`.
  TextTables read(core::Span span);

 private:
  [[nodiscard]] core::Span line(std::size_t i) const;
  [[nodiscard]] std::size_t quotes_before(std::size_t first, core::Span span) const;
  [[nodiscard]] std::size_t line_count() const { return document_.lines.size(); }
  [[nodiscard]] std::string_view at(core::Span span) const { return text_.substr(span.begin, span.size()); }
  [[nodiscard]] bool has_number(core::Span span) const;

  struct Prefix {
    std::size_t indent = 0;  // of the line that says it
    std::size_t below = 0;   // of the first line below it
    std::size_t size = 0;    // of the prefix up to it
  };
  std::size_t read_line(std::size_t i);
  std::size_t read_settings(std::size_t i);
  void put_in_front(core::Span prefix);
  void put_settings(const std::string& kind, const std::vector<Entry>& values, const std::string& called = {});
  std::size_t read_tables(std::size_t i);
  std::size_t read_drawn(std::size_t i);
  void leave_scopes(std::size_t i);
  void read_subject(std::size_t i);
  void add_prefix(std::size_t i, core::Span name);
  bool report_far_row(std::size_t i);
  void report_long_line(core::Span span);
  [[nodiscard]] std::size_t indent(std::size_t i) const { return line(i).begin - document_.lines[i]; }
  void read_pipe_tables(core::Span span);
  void skip_parted_rows(const text::MarkdownTable& table);
  std::size_t read_named_values(std::size_t i);
  std::size_t read_percentiles(std::size_t i);
  [[nodiscard]] std::vector<std::string_view> names_beside(std::size_t i) const;
  void begin_row(GrowingTable& table, std::uint64_t begin);
  bool read_statement(core::Span content);
  [[nodiscard]] core::Span content_of(std::size_t i) const;
  [[nodiscard]] bool comes_again(std::size_t i, const ClauseLine& found, const std::string& signature) const;
  bool read_labelled(core::Span content);
  bool read_clauses(std::size_t i, core::Span content);
  bool read_insert(core::Span content);
  bool read_benchmark(core::Span content);
  bool read_equation(core::Span content);
  bool put_chain(const std::string& key, core::Span name, core::Span value);
  bool put_interval(const std::string& key, core::Span name, core::Span value);
  void put(const std::string& column, core::Span at, const WrittenCell& written, std::uint64_t end);
  void fill_row(GrowingTable& table, const std::string& key, core::Span name, core::Span value);
  std::size_t read_aligned(std::size_t i, Fields fields);
  std::size_t read_indexed(std::size_t i, std::vector<core::Span> header);
  std::size_t read_placed(std::size_t i, const std::vector<core::Span>& header);
  [[nodiscard]] bool is_row(const std::vector<core::Span>& fields, std::size_t columns) const;
  void put_field(UnitColumns& columns, std::map<std::string, std::size_t>& counters, std::size_t column, core::Span field) const;
  [[nodiscard]] bool names_parts(std::size_t i, const std::vector<core::Span>& header) const;
  [[nodiscard]] std::vector<core::Span> short_row(std::size_t top, std::size_t i, const std::vector<core::Span>& header) const;
  [[nodiscard]] std::vector<core::Span> without_rates(const std::vector<core::Span>& row, std::size_t columns) const;
  void add_aligned(const std::vector<core::Span>& header, const std::vector<std::vector<core::Span>>& rows);
  void read_title(std::size_t i);
  void read_heading(std::size_t i);
  void enter_section(core::Span title, char mark);
  void leave_section();
  void read_stage(std::size_t i);
  bool read_entries(core::Span span);
  bool read_turns(core::Span span);
  bool read_counts(core::Span span);
  bool read_console(std::size_t i, core::Span content);
  void put_all(const std::vector<NamedValue>& values, core::Span name);
  bool read_statistics(core::Span span);
  bool read_grouped_value(core::Span span);
  bool read_conditioned(core::Span span);
  bool read_taken(core::Span span);
  bool put_several(const std::string& prefix, core::Span name, core::Span value);
  bool put_tuple(core::Span name, core::Span value);
  std::size_t read_statistics_row(std::size_t i);
  std::size_t read_ordinals(std::size_t i);
  void read_label(std::size_t i, core::Span name);
  void read_pairs(std::size_t i, core::Span span);
  bool put_head(std::size_t i, core::Span name, core::Span value);
  [[nodiscard]] std::string name_of_part(core::Span name) const;
  bool put_heading(core::Span name, core::Span value);
  bool put_device(core::Span name, core::Span value);
  void put_pair(const std::string& prefix, core::Span name, core::Span value);
  GrowingTable& table(core::TableKind kind, const std::string& signature = {});

  core::Document& document_;
  core::Diagnostics& diagnostics_;
  std::string_view text_;
  std::size_t long_lines_ = 0;
  std::size_t last_columns_ = 0;  // of the aligned table above
  std::uint64_t last_header_ = 0;
  std::size_t far_rows_ = 0;
  std::size_t no_percentiles_ = 0;  // lines before it were seen not to be a list of percentiles
  std::string section_;
  std::string title_;               // the last one that lines or marks frame
  std::string chapter_;             // the section that was titled by equals signs
  std::size_t keys_at_title_ = 0;   // keys_ before the title of the section
  SectionNotes notes_;
  core::Span list_of_;              // "latencies", the label right above statistics; empty: none
  core::Span tag_;                  // "TPOT", that stands before the line that is being read; empty: none
  core::Span subject_;              // the line that names what the deeper lines below it are about; empty: none
  std::size_t subject_indent_ = 0;
  std::string last_name_;           // of the last "name: value" that no braces stand around
  std::string prefix_;              // "change/", of the keys of deeper lines
  std::vector<Prefix> prefixes_;    // what it is made of
  core::Span warmup_;               // the title of a section of warm-up runs; empty outside
  std::uint64_t end_ = 0;  // of what is read
  std::size_t quoted_ = 0; // marks of quotations before each line
  std::optional<SourceLines> source_;
  std::map<std::string, bool> may_set_;  // by the keys of a line of entries: whether it may set what follows
  bool new_row_ = false;            // the next pair begins a row
  std::map<std::tuple<std::string, core::TableKind, std::string>, GrowingTable> growing_;
  std::vector<LocatedTable> found_;
  std::vector<core::Span> skip_;  // pipe tables
  std::set<std::string> clauses_;  // what lines of clauses were read of
  std::vector<core::Span> keys_;
  std::size_t lines_ = 0;       // not blank
  std::size_t lines_read_ = 0;  // that gave a value, a header or a title
};

}  // namespace chimera::plaintext
