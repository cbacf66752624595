// Reads plain text line by line into tables: text_tables.cc lines and the tables in them, text_values.cc lines that name values.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/diagnostic.h"
#include "core/document.h"
#include "plaintext/line_view.h"
#include "plaintext/reading_context.h"
#include "plaintext/table_builder.h"
#include "plaintext/text_clauses.h"
#include "plaintext/text_pairs.h"
#include "plaintext/text_tables.h"
#include "text/markdown.h"

namespace chimera::plaintext {

using Fields = std::vector<core::Span> (*)(std::string_view, core::Span);  // how the rows of an aligned table are cut

class TextReader {
 public:
  // Of the lines that begin in `span`; `section` names the tables until a title does.
  TextReader(const core::Document& document, core::Diagnostics& diagnostics, core::Span span, std::string section)
      : diagnostics_(diagnostics), span_(span), lines_(document, span), context_(std::move(section)), out_(lines_, context_) {}
  TextTables read();

 private:
  std::size_t read_line(std::size_t i);
  std::size_t read_settings(std::size_t i);
  void put_in_front(core::Span prefix);
  void put_settings(const std::string& kind, const std::vector<Entry>& values, const std::string& called = {});
  std::size_t read_tables(std::size_t i);
  std::size_t read_drawn(std::size_t i);
  void read_subject(std::size_t i);
  void add_prefix(std::size_t i, core::Span name);
  bool report_far_row(std::size_t i);
  void report_long_line(core::Span span);
  void read_pipe_tables();
  void skip_parted_rows(const text::MarkdownTable& table);
  std::size_t read_named_values(std::size_t i);
  std::size_t read_percentiles(std::size_t i);
  [[nodiscard]] std::vector<std::string_view> names_beside(std::size_t i) const;
  bool read_statement(core::Span content);
  [[nodiscard]] bool comes_again(std::size_t i, const ClauseLine& found, const std::string& signature) const;
  bool read_labelled(core::Span content);
  bool read_clauses(std::size_t i, core::Span content);
  bool read_insert(core::Span content);
  bool read_benchmark(core::Span content);
  bool read_equation(core::Span content);
  bool put_chain(const std::string& key, core::Span name, core::Span value);
  bool put_interval(const std::string& key, core::Span name, core::Span value);
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
  void read_stage(std::size_t i);
  bool read_entries(core::Span span);
  bool read_turns(core::Span span);
  bool read_counts(core::Span span);
  bool read_console(std::size_t i, core::Span content);
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

  core::Diagnostics& diagnostics_;
  core::Span span_;
  LineView lines_;
  ReadingContext context_;
  TableBuilder out_;
  std::size_t long_lines_ = 0;
  std::size_t last_columns_ = 0;  // of the aligned table above
  std::uint64_t last_header_ = 0;
  std::size_t far_rows_ = 0;
  std::size_t no_percentiles_ = 0;       // lines before it were seen not to be a list of percentiles
  std::string last_name_;                // of the last "name: value" that no braces stand around
  std::map<std::string, bool> may_set_;  // by the keys of a line of entries: whether it may set what follows
  std::vector<core::Span> skip_;         // pipe tables
  std::set<std::string> clauses_;        // what lines of clauses were read of
  std::size_t filled_ = 0;               // lines that are not blank
  std::size_t filled_read_ = 0;          // those that gave a value, a header or a title
};

}  // namespace chimera::plaintext
