// Lines of nothing but names and values beside each other, as rows.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/document.h"
#include "plaintext/line_view.h"
#include "plaintext/reading_context.h"
#include "plaintext/table_builder.h"
#include "plaintext/text_lines.h"

namespace chimera::plaintext {

// Each says whether what a line says is of its kind; then it is read.

// "step:1/100 loss:4.3", "level=info n=5": a record.
class EntryRows {
 public:
  EntryRows(const LineView& lines, ReadingContext& context, TableBuilder& out) : lines_(lines), context_(context), out_(out) {}
  [[nodiscard]] bool read(core::Span content);
  // "run finished threads=8 rate=412.5": a record with a message.
  [[nodiscard]] bool read_worded(core::Span content);

 private:
  void put(const std::vector<Entry>& found, core::Span message);


  const LineView& lines_;
  ReadingContext& context_;
  TableBuilder& out_;
  std::map<std::string, bool> may_set_;  // by the keys of a line: whether it may set what follows
};

// "AVG<tab>Method: MEMCPY<tab>Elapsed: 0.0059<tab>Copy: 5423.7 MiB/s": pairs parted by tabs behind a label, which is the number of the row, a
// statistic of all its values, or what they are of.
[[nodiscard]] bool read_tabbed(const LineView& lines, core::Span content, TableBuilder& out);

// "[BENCHMARK] num_samples 500": names and numbers by turns behind a tag; a lone one is a pair.
[[nodiscard]] bool read_turns(const LineView& lines, core::Span content, const ReadingContext& context, TableBuilder& out);

// "12 threads and 400 connections".
[[nodiscard]] bool read_counts(const LineView& lines, core::Span content, TableBuilder& out);

// "ttft  p50=178,207ms  p95=714,371ms": statistics of one thing; under several configurations, in brackets before them, rows of a table.
[[nodiscard]] bool read_statistics(const LineView& lines, core::Span content, const ReadingContext& context, TableBuilder& out);

}  // namespace chimera::plaintext
