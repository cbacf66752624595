// Small tools for writing statements: numbers as facts, at sensible digits, in the field's words.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/ledger.h"
#include "core/finding.h"
#include "core/vocabulary.h"

namespace chimera::analysis {

[[nodiscard]] core::UnitPtr percent_unit();
[[nodiscard]] core::UnitPtr count_unit();

// Digits after the point so that `value` has `significant` digits; never negative.
[[nodiscard]] int decimals_for(double value, int significant);

// Whether people would not read the number in its own unit: 101549144 ns.
[[nodiscard]] bool hard_to_read(const core::Quantity& quantity);

// The fact with so many significant digits and its unit; in another unit of its dimension where the number would be hard to
// read ("101.5 ms", not "101549144 ns").
[[nodiscard]] std::string readable(const core::Fact& fact, int significant);

// Whether a setting's value reads as one word in "key=value, key=value"; others are shown as code.
[[nodiscard]] bool plain_value(std::string_view value);

// "decode throughput": the vocabulary's title of a metric. A name that only the artifact knows is code between backticks, as Draft shows
// it: "best" or "half" in a sentence would state something.
[[nodiscard]] std::string words_of(const core::Vocabulary& vocabulary, std::string_view metric);

// Derives facts about one response and writes them into statements.
class Prose {
 public:
  Prose(Ledger& ledger, const core::Vocabulary& vocabulary) : ledger_(ledger), vocabulary_(vocabulary) {}

  [[nodiscard]] std::string title(const std::string& metric) const { return words_of(vocabulary_, metric); }

  // A fact in percent, or a count, of the given inputs; nothing where the formula gives nothing.
  [[nodiscard]] std::optional<core::FactId> percent(std::string formula, std::vector<core::FactId> inputs, const std::string& metric);
  [[nodiscard]] std::optional<core::FactId> count(std::string formula, std::vector<core::FactId> inputs, const std::string& metric);
  // In the unit of the first input.
  [[nodiscard]] std::optional<core::FactId> same_unit(std::string formula, std::vector<core::FactId> inputs, core::Statistic statistic = {});
  // A pure number: a probability, a correlation.
  [[nodiscard]] std::optional<core::FactId> number(std::string formula, std::vector<core::FactId> inputs, const std::string& metric);
  // A parameter of an analysis that a statement has to name ("80 %"): not a measurement, but still a fact with a source.
  [[nodiscard]] core::FactId constant(double value, core::UnitPtr unit, core::FactId about);

  // Writes the fact with so many significant digits, and its unit.
  void quantity(core::Statement& to, core::FactId fact, int significant = 3) const;
  void whole(core::Statement& to, core::FactId fact) const;  // without decimals
  void p_value(core::Statement& to, core::FactId fact) const; // "p = 0.03", "p = 0.00006"
  // "0.4 % to 1.2 %", both ends with the digits that the width of the interval supports.
  void interval(core::Statement& to, core::FactId low, core::FactId high) const;

  [[nodiscard]] Ledger& ledger() const { return ledger_; }
  [[nodiscard]] double value(core::FactId fact) const { return ledger_.value(fact); }

 private:
  Ledger& ledger_;
  const core::Vocabulary& vocabulary_;
};

// Gathers the facts that the finding's statements quote, sorted, and sorts its paths.
[[nodiscard]] core::Finding finish(core::Finding finding);

}  // namespace chimera::analysis
