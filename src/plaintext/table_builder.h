// The tables that the lines of a text become: one of each kind and section grows line by line, others are found whole.
// Threads: one reader's own. The lines and the context outlive it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "core/document.h"
#include "plaintext/growing_table.h"
#include "plaintext/line_view.h"
#include "plaintext/reading_context.h"
#include "plaintext/text_pairs.h"

namespace chimera::plaintext {

class TableBuilder {
 public:
  // The context says of which section a table is, and which runs and things its rows are of.
  TableBuilder(const LineView& lines, const ReadingContext& context) : lines_(lines), context_(context) {}

  // That of the section for lines that say the same things; empty until its first row begins. The signature tells those of a kind apart.
  [[nodiscard]] GrowingTable& table(core::TableKind kind, const std::string& signature = {});
  // That of settings, which hold beyond the section; the kind tells apart which of them replace each other.
  [[nodiscard]] GrowingTable& settings(const std::string& kind);
  // Ends what rows of such tables set whose kind begins so: what follows `begin` has none of it.
  void end_settings(std::string_view kind, std::uint64_t begin);
  // A row that says of which stage it is, where that is one of warm-up.
  void begin_row(GrowingTable& table, std::uint64_t begin) const;
  // The value of a name that is read nowhere else.
  void fill(GrowingTable& table, const std::string& key, core::Span name, core::Span value);

  // Into the listing of the section; `end` is where what is said ends. A name that comes again begins a row, and so does a new block.
  void put(const std::string& key, core::Span name, const WrittenCell& written, std::uint64_t end);
  // All values of one name.
  void put_all(const std::vector<NamedValue>& values, core::Span name);

  // A table that is whole.
  void add(LocatedTable table) { found_.push_back(std::move(table)); }
  // How many there are; the line in words that stands above those from the `from`th on.
  [[nodiscard]] std::size_t count() const { return found_.size(); }
  void entitle(std::size_t from, const std::string& title);

  // Where the names of values stand, in the order in which they were read. Functions that make whole tables add theirs.
  [[nodiscard]] std::vector<core::Span>& keys() { return keys_; }
  [[nodiscard]] const std::vector<core::Span>& keys() const { return keys_; }
  void add_key(core::Span name) { keys_.push_back(name); }
  void add_keys(const std::vector<core::Span>& keys) { keys_.insert(keys_.end(), keys.begin(), keys.end()); }

  // What was built, in no order; leaves nothing.
  [[nodiscard]] std::vector<LocatedTable> take_tables();
  [[nodiscard]] std::vector<core::Span> take_keys() { return std::move(keys_); }

 private:
  const LineView& lines_;
  const ReadingContext& context_;
  std::map<std::tuple<std::string, core::TableKind, std::string>, GrowingTable> growing_;  // by section, kind and signature
  std::size_t block_ = 0;  // of the last row of a listing
  std::vector<LocatedTable> found_;
  std::vector<core::Span> keys_;
};

}  // namespace chimera::plaintext
