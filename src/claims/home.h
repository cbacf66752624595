// The one file that a sentence without a file name is about, where only one can be meant.
#pragma once

#include <cstdint>
#include <vector>

#include "claims/judging.h"

namespace chimera::claims {

class Home {
 public:
  explicit Home(const Judging& judging) : judging_(judging), binder_(judging.text, judging.evidence), values_(judging.evidence) {}

  // The document whose table has rows of a name in the saying and what it says of them: a metric that it names, a column in
  // the unit of a number, or, with words of speed, times and rates. `named`: the tables that have such rows. One document, or
  // none where several are so, where only digits name rows or a heading names further ones, of cells and headings.
  [[nodiscard]] std::vector<std::uint32_t> find(const Saying& saying, const std::vector<SheetId>& named) const;

 private:
  bool names_by_words(const Saying& saying, const SheetView& view) const;
  bool is_narrowed(const Saying& saying, const SheetView& view) const;
  bool speaks_of(const Saying& saying, const SheetView& view) const;

  const Judging& judging_;
  Binder binder_;
  Values values_;
};

}  // namespace chimera::claims
