// Lines of several clauses as rows (text_clauses.h): lines that say the same things are rows of one table.
#pragma once

#include <cstddef>
#include <set>
#include <string>

#include "core/document.h"
#include "plaintext/line_view.h"
#include "plaintext/reading_context.h"
#include "plaintext/table_builder.h"
#include "plaintext/text_clauses.h"

namespace chimera::plaintext {

class ClauseRows {
 public:
  ClauseRows(const LineView& lines, const ReadingContext& context, TableBuilder& out) : lines_(lines), context_(context), out_(out) {}
  // Whether `content` of line `i` is such a line; then it is read. Where it alone does not show that its words are names, one of the
  // same names must have been read or stand close below it.
  bool read(std::size_t i, core::Span content);

 private:
  [[nodiscard]] bool sets_alone(const ClauseLine& found) const;
  [[nodiscard]] bool measured_nothing(const ClauseLine& found) const;
  [[nodiscard]] bool comes_again(std::size_t i, const ClauseLine& found, const std::string& signature) const;

  const LineView& lines_;
  const ReadingContext& context_;
  TableBuilder& out_;
  std::set<std::string> read_;  // the names of lines
};

}  // namespace chimera::plaintext
