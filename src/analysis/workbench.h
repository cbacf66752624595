// What the questions about agreement between artifacts share: the corpus, its terms and relatives, and how a number is
// put into a sentence.
#pragma once

#include <string>
#include <vector>

#include "analysis/ledger.h"
#include "analysis/related.h"
#include "analysis/recompute.h"
#include "analysis/terms.h"
#include "core/finding.h"
#include "core/vocabulary.h"

namespace chimera::analysis {

struct Workbench {
  Workbench(const core::Vocabulary& words, Ledger& book)
      : corpus(book.corpus()), vocabulary(words), ledger(book), terms(book.corpus()), relatives(book.corpus()) {}

  const core::Corpus& corpus;
  const core::Vocabulary& vocabulary;
  Ledger& ledger;
  TermIndex terms;
  Relatives relatives;
};

[[nodiscard]] bool is_prose(const core::Document& document);
[[nodiscard]] bool is_measure(core::Role role);  // response or count
// The same metric, and the same thing called by that name as far as both say which.
[[nodiscard]] bool same_metric(const core::ColumnMeaning& a, const core::ColumnMeaning& b);

// "mean decode throughput", "largest TTFT", "total tokens": a statistic of a metric in words.
[[nodiscard]] std::string words_for(const core::Statistic& statistic, std::string_view metric, const core::Vocabulary& vocabulary);

// Significant digits as written, less the zeros behind the value: 3 of "0.0651" and of "12.50", 4 of "1024.000".
[[nodiscard]] int digits_of(const core::Cell& cell);

// Digits after the point that show `value` with five significant digits, or as many more as tell it from `other`, but
// never more than were written.
[[nodiscard]] int decimals_for(double value, double other, int written);

// Adds the number in a cell, with decimals_for() against `other` (in the cell's unit).
void quote(core::Statement& statement, core::Finding& finding, const core::Corpus& corpus, const core::CellRef& cell, double other);
// Adds a derived fact.
void quote(core::Statement& statement, core::Finding& finding, const Ledger& ledger, core::FactId fact, double other);
// Adds a count of facts, itself a fact.
void quote_count(core::Statement& statement, core::Finding& finding, Workbench& bench, const std::vector<core::FactId>& counted);

// The number of a weaker artifact in `stated` against `value` in `unit`, which `stronger` gives.
[[nodiscard]] core::Disagreement disagreement(const core::Corpus& corpus, const core::CellRef& stated, const core::CellRef& stronger, double value, core::UnitPtr unit);

// What people call a row: its first name, else the settings that tell it apart, else its place ("row 4").
[[nodiscard]] std::string label_of(const core::Corpus& corpus, const core::CellRef& cell);

}  // namespace chimera::analysis
