// "name: value" lines as pairs of the listing, with all that names and values say beside that.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/document.h"
#include "plaintext/line_view.h"
#include "plaintext/reading_context.h"
#include "plaintext/table_builder.h"

namespace chimera::plaintext {

class PairRows {
 public:
  PairRows(const LineView& lines, ReadingContext& context, TableBuilder& out) : lines_(lines), context_(context), out_(out) {}
  // What `content` of line `i` says. Where a value is a pair again, "timings: load time = 5 ms", its name is a path; a name without a
  // value is a label (title_lines.h).
  void read(std::size_t i, core::Span content);

 private:
  [[nodiscard]] std::vector<std::string_view> names_beside(std::size_t i) const;
  [[nodiscard]] std::string name_of_part(core::Span name) const;
  void put_pair(const std::string& prefix, core::Span name, core::Span value);
  void put_counted(const std::string& key, core::Span name, core::Span value, const std::vector<Entry>& counts);

  // Each says whether name and value are of its kind; then they are read. A key says of which pair the values are.
  bool put_head(std::size_t i, core::Span name, core::Span value);
  bool put_numbered(std::size_t i, core::Span name, core::Span value);
  bool put_heading(core::Span name, core::Span value);
  bool put_device(core::Span name, core::Span value);
  bool put_tuple(core::Span name, core::Span value);
  bool put_statistics(core::Span name, core::Span value);
  bool put_interval(const std::string& key, core::Span name, core::Span value);
  bool put_sides(const std::string& prefix, core::Span name, core::Span value);
  bool put_several(const std::string& prefix, core::Span name, core::Span value);
  bool put_chain(const std::string& key, core::Span name, core::Span value);
  bool put_variant(const std::string& key, core::Span name, core::Span value);

  const LineView& lines_;
  ReadingContext& context_;
  TableBuilder& out_;
  std::string last_name_;  // of the last pair that no braces stand around
  std::set<std::string> variants_;  // names in capitals that have said how what follows them was run
};

}  // namespace chimera::plaintext
