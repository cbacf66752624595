// Judges a number whose saying names no file: by the metric and the rows it names, anywhere in the evidence. Binding is
// weaker here, so a value must be precise, or its rows well named, before anything is said about it.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "claims/judging.h"

namespace chimera::claims {

class GlobalJudge {
 public:
  explicit GlobalJudge(const Judging& judging) : judging_(judging), binder_(judging.text, judging.evidence), values_(judging.evidence) {}

  // Tables that have rows of a name in the saying, in order.
  [[nodiscard]] std::vector<SheetId> named_sheets(const Saying& saying) const;
  // The one document that a saying without a file name can be about: no other has as many kinds of the rows that it names, or, where it
  // names none and ranks or gives a range, measures anything in its units. Nothing where several could be meant.
  [[nodiscard]] std::optional<std::uint32_t> sole_document(const Saying& saying) const;
  // False where nothing binds.
  bool judge(const Saying& saying, const Mention& mention, Verdict& verdict) const;
  // Of the files that a number is said to stand in: "2.92 s in the “cold_bench” files". The verdict is about their name; false
  // where no such name is given or the number is in them.
  bool judge_attribution(const Saying& saying, const Mention& mention, Verdict& verdict) const;

 private:
  struct Phrase {
    PieceRange range;
    const std::vector<Evidence::ColumnAt>* columns = nullptr;
  };
  struct Claimed {
    const Saying& saying;
    const Mention& mention;
    std::size_t at = 0;
    core::UnitPtr unit = nullptr;
    int digits = 0;  // significant ones
    Phrase phrase;
    std::vector<core::Statistic> statistics;
  };
  Phrase nearest_phrase(const Saying& saying, std::size_t at) const;
  core::UnitPtr unit_told(const Claimed& claimed, const Candidate& candidate) const;
  core::UnitPtr unit_beside(const Candidate& candidate, core::UnitPtr stated) const;
  bool by_key(const Claimed& claimed, Verdict& verdict) const;
  bool by_rows(const Claimed& claimed, Verdict& verdict) const;
  [[nodiscard]] bool tells_a_change(const Saying& saying) const;
  std::vector<std::uint32_t> columns_of_unit(SheetId sheet, core::UnitPtr unit) const;
  bool contradict_outside(const Claimed& claimed, SheetId sheet, std::uint32_t column, const std::vector<std::uint32_t>& rows, Verdict& verdict) const;
  bool fits_part(const Claimed& claimed, const SheetView& view, std::uint32_t column, const std::vector<std::uint32_t>& rows,
                 Verdict& verdict) const;
  struct Readings {
    std::optional<Candidate> meant;         // under the named metric
    std::optional<Candidate> fitting;       // the dimension fits
    std::optional<Candidate> unit_unknown;  // the named column, whose unit nobody wrote
    std::optional<Candidate> other;         // the digits, in another unit
    std::optional<Candidate> elsewhere;     // what the saying speaks of is not what was measured there
    std::optional<Candidate> one_row;       // one row, stated as a statistic
  };
  Readings readings(const Claimed& claimed) const;
  bool by_value(const Claimed& claimed, Verdict& verdict) const;
  bool by_range(const Claimed& claimed, Verdict& verdict) const;
  bool by_dimension(const Claimed& claimed, Verdict& verdict) const;
  bool by_absence(const Claimed& claimed, Verdict& verdict) const;
  bool by_unmeasured(const Claimed& claimed, Verdict& verdict) const;
  // The words that name something else than what the cell is of; empty where nothing does.
  core::Span named_another(const Saying& saying, const core::CellRef& cell) const;
  bool is_one_row_of_many(const Claimed& claimed, const Candidate& candidate) const;
  bool is_end_of_range(const Claimed& claimed) const;
  bool is_extreme(const Claimed& claimed) const;
  bool is_plain_count(const Claimed& claimed) const;
  bool names_metric(const Claimed& claimed) const;
  core::UnitPtr unit_of_phrase(const Claimed& claimed) const;
  Saying with_context(const Saying& saying, std::size_t& at) const;
  void cite(const Candidate& candidate, Verdict& verdict) const;

  const Judging& judging_;
  Binder binder_;
  Values values_;
};

}  // namespace chimera::claims
