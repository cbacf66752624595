// Judges numbers that a saying states about cells: values, aggregates, ranges, differences, ranks, settings.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "claims/judging.h"

namespace chimera::claims {

// A saying and the tables of the documents it is about.
struct Scope {
  const Saying& saying;
  std::vector<bool> hidden;      // pieces of file names
  std::vector<bool> taken;       // pieces of file names and row names
  std::vector<SheetView> views;
  bool explicit_files = true;    // the saying itself names the documents
};

class ValueJudge {
 public:
  explicit ValueJudge(const Judging& judging) : judging_(judging), binder_(judging.text, judging.evidence), values_(judging.evidence) {}

  // All that the saying states about the documents. `handled` (parallel to saying.mentions) is set for each mention
  // that got a verdict or that names a row.
  std::vector<Verdict> judge(const Saying& saying, const std::vector<std::uint32_t>& documents, bool explicit_files,
                             std::vector<bool>& handled) const;

  // Differences between rows that some of these tables have by name: supported ones only.
  std::vector<Verdict> support_differences(const Saying& saying, const std::vector<SheetId>& sheets, std::vector<bool>& handled) const;

  // Settings stated of a row that is known by its name ("g60_c2048 uses num_ctx=2048"), in any of the tables.
  std::vector<Verdict> judge_settings_of(const Saying& saying, const std::vector<SheetId>& sheets) const;

 private:
  struct Bound {
    const SheetView* view = nullptr;
    const ColumnPhrase* phrase = nullptr;  // null: found by the unit alone
    std::vector<std::uint32_t> columns;
  };
  Scope open(const Saying& saying, const std::vector<std::uint32_t>& documents) const;
  std::vector<Bound> bind(const Scope& scope, const Mention& mention, core::UnitPtr unit) const;
  const ColumnPhrase* phrase_for(const Scope& scope, const SheetView& view, const Mention& mention, core::UnitPtr unit) const;
  std::vector<Candidate> candidates(const Scope& scope, std::vector<Bound>& bounds, const Mention& mention, int range_side, std::vector<core::Statistic>& statistics) const;
  bool names(const Scope& scope, const Bound& bound, const Mention& mention, const core::ColumnMeaning& meaning) const;
  std::optional<core::Statistic> superlative(const Scope& scope, const ColumnPhrase& phrase, const core::ColumnMeaning& column) const;
  std::vector<std::uint32_t> rows_of(const Scope& scope, const SheetView& view, const Mention& mention) const;
  bool may_be_of_others(const Scope& scope, const std::vector<Bound>& bounds, const Mention& mention, core::UnitPtr unit) const;
  bool only_failures(const Scope& scope, const std::vector<Bound>& bounds) const;
  bool is_bare_setting(core::UnitPtr unit, const std::vector<Candidate>& candidates) const;
  bool by_unit_alone(const Scope& scope, const Mention& mention, core::UnitPtr unit, Verdict& verdict) const;
  bool within_all(const Mention& mention, core::UnitPtr unit, const std::vector<Candidate>& candidates, Verdict& verdict) const;
  std::vector<Bound> by_unit(const Scope& scope, core::UnitPtr unit) const;
  bool judge_number(const Scope& scope, const Mention& mention, Verdict& verdict) const;
  void tell_namesake(const Mention& mention, core::UnitPtr unit, const Candidate& candidate, const std::vector<Candidate>& candidates, Verdict& verdict) const;
  void compare(const Mention& mention, core::UnitPtr unit, const std::vector<Candidate>& candidates, Verdict& verdict) const;
  // The two sides of a comparison: what is named before and behind the pivot ("than", "versus").
  struct Sides {
    std::size_t pivot = 0;
    bool found = false;
  };
  Sides sides(const Saying& saying) const;
  std::vector<std::uint32_t> compared(const Scope& scope, const SheetView& view, const ColumnPhrase& phrase, PieceRange within) const;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> opposed(const Scope& scope, const SheetView& view, const ColumnPhrase& phrase, const Sides& split) const;
  ColumnPhrase speed_phrase(const SheetView& view, std::size_t at) const;
  std::vector<std::uint32_t> of_side(const SheetView& view, PieceRange own, PieceRange other) const;
  struct Opposed {
    const SheetView& view;
    std::uint32_t left_column = 0;
    std::uint32_t right_column = 0;
    std::vector<std::uint32_t> left;  // rows
    std::vector<std::uint32_t> right;
  };
  bool is_of_some_rows(const Mention& mention, core::UnitPtr unit, const Opposed& opposed) const;
  bool judge_multiple(const Scope& scope, const Mention& mention, Verdict& verdict) const;
  bool judge_difference(const Scope& scope, const Mention& mention, const Mention* word, Verdict& verdict) const;
  bool judge_across(const Scope& scope, const Mention& word, Verdict& verdict) const;
  bool judge_comparison(const Scope& scope, const Mention& word, Verdict& verdict) const;
  // What a superlative is said of: "duck" among the names of its kind, in the rows that the others select.
  struct Ranked {
    const SheetView& view;
    std::uint32_t column = 0;
    int sign = 0;
    std::vector<const RowName*> subjects;
    std::vector<std::uint32_t> within;  // rows
  };
  Ranked ranked(const Scope& scope, const SheetView& view, const Mention& word) const;
  std::optional<bool> leads(const Ranked& ranked, std::size_t count, Verdict& verdict) const;
  std::optional<bool> leads_among_paths(const Ranked& ranked, const std::vector<std::uint32_t>& columns, Verdict& verdict) const;
  bool judge_order_list(const Scope& scope, const Mention& word, Verdict& verdict) const;
  bool judge_rank(const Scope& scope, const Mention& word, Verdict& verdict) const;
  bool judge_extreme(const Scope& scope, const Mention& word, Verdict& verdict) const;
  struct Sizes {
    std::set<std::size_t> names;  // how many names of one kind
    std::set<std::size_t> alike;  // how many rows each of them has
  };
  Sizes sizes_of(const SheetView& view, std::string_view of) const;
  bool judge_rows(const Scope& scope, const Mention& mention, Verdict& verdict) const;
  bool file_piece_at(const Scope& scope, std::size_t piece) const;
  void cite_table(const SheetView& view, Verdict& verdict) const;
  void judge_settings(const Scope& scope, std::vector<Verdict>& verdicts) const;
  int wanted_sign(Sense sense, const core::ColumnMeaning& column) const;
  void cite(const Candidate& candidate, Verdict& verdict) const;

  const Judging& judging_;
  Binder binder_;
  Values values_;
};

}  // namespace chimera::claims
