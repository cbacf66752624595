// Reads plain text line by line into tables: asks those who know one construct each, in an order that this class alone knows.
//
//   LineView        what the lines are
//   ReadingContext  where the reader stands
//   TableBuilder    what is being built
//   *_rows, *_tables, *_lists, title_lines  read one construct each
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/diagnostic.h"
#include "core/document.h"
#include "plaintext/aligned_tables.h"
#include "plaintext/clause_rows.h"
#include "plaintext/entry_rows.h"
#include "plaintext/line_view.h"
#include "plaintext/offloaded_layers.h"
#include "plaintext/pair_rows.h"
#include "plaintext/reading_context.h"
#include "plaintext/series_rows.h"
#include "plaintext/table_builder.h"
#include "plaintext/text_tables.h"
#include "plaintext/title_lines.h"
#include "plaintext/value_lists.h"

namespace chimera::plaintext {

// Threads: one reader's own. The document and the diagnostics outlive it.
class TextReader {
 public:
  // Of the lines that begin in `span`; `section` names the tables until a title does.
  TextReader(const core::Document& document, core::Diagnostics& diagnostics, core::Span span, std::string section);
  TextReader(const TextReader&) = delete;  // its parts refer to each other
  TextReader& operator=(const TextReader&) = delete;

  // Once.
  [[nodiscard]] TextTables read();

 private:
  void read_lines(const std::vector<core::Span>& skip);
  std::size_t read_line(std::size_t i);
  std::size_t read_tables(std::size_t i);
  [[nodiscard]] std::size_t first_line(std::size_t i, std::size_t keys) const;
  void read_dictionary(std::size_t i);
  void read_said(std::size_t i);
  void read_warm_up_line(std::size_t i, core::Span content, core::Span warm_up);
  bool read_records(std::size_t i, core::Span content);
  bool read_coloured(std::size_t i, core::Span content);
  void report_long_line(core::Span line);

  core::Diagnostics& diagnostics_;
  LineView lines_;
  ReadingContext context_;
  TableBuilder out_;
  AlignedTables aligned_;
  ValueLists lists_;
  EntryRows entries_;
  ClauseRows clauses_;
  PairRows pairs_;
  OffloadedLayers offloaded_;
  SeriesRows series_;
  std::size_t long_lines_ = 0;
  SilentLines silent_;      // the last of them
  std::size_t filled_ = 0;  // lines that are not blank
  std::size_t told_ = 0;    // those that gave a value, a header or a title
};

}  // namespace chimera::plaintext
