#include "analysis/prose.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace chimera::analysis {

namespace {

// The ends of intervals say so, that a reader can test a tie by them.
core::Statistic statistic_of(std::string_view formula) {
  const std::string_view name = formula.substr(0, formula.find(';'));
  const auto ends_with = [&](std::string_view end) { return name.size() > end.size() && name.substr(name.size() - end.size()) == end; };
  if (ends_with("_low")) return {core::Statistic::Kind::ci_low, 0};
  if (ends_with("_high")) return {core::Statistic::Kind::ci_high, 0};
  return {};
}

}  // namespace

core::UnitPtr percent_unit() { return core::unit_of("%"); }

core::UnitPtr count_unit() {
  static const core::UnitPtr unit = [] {
    const auto& all = core::all_units();
    const auto at = std::find_if(all.begin(), all.end(), [](const core::Unit& u) { return u.dimension == core::Dimension::count; });
    CHECK(at != all.end(), "the table of units has a count");
    return &*at;
  }();
  return unit;
}

int decimals_for(double value, int significant) {
  if (value == 0 || !std::isfinite(value)) return 0;
  const int magnitude = static_cast<int>(std::floor(std::log10(std::abs(value))));
  return std::clamp(significant - 1 - magnitude, 0, 15);
}

namespace {

constexpr double kLeastReadable = 1e-3;
constexpr int kLeastDigits = 3;  // of a converted number, which otherwise could not be held against its neighbours
constexpr double kMostReadable = 1e5;

core::UnitPtr unit_to_show(double value, core::UnitPtr unit) {
  const double size = std::abs(value);
  return size == 0 || (size >= kLeastReadable && size < kMostReadable) ? unit : core::readable_unit(size, unit);
}

}  // namespace

bool hard_to_read(const core::Quantity& quantity) { return unit_to_show(quantity.value, quantity.unit) != quantity.unit; }

std::string readable(const core::Fact& fact, int significant) {
  const core::UnitPtr unit = unit_to_show(fact.value.value, fact.value.unit);
  const double value = core::convert(fact.value.value, fact.value.unit, unit).value_or(fact.value.value);
  return core::format_significant(value, significant) + (unit->symbol.empty() ? "" : " " + std::string(unit->symbol));
}

bool plain_value(std::string_view value) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view("._:/+-").find(c) != std::string_view::npos;
  };
  return !value.empty() && std::all_of(value.begin(), value.end(), plain);
}

std::string words_of(const core::Vocabulary& vocabulary, std::string_view metric) {
  const core::Metric* known = vocabulary.find(metric);
  if (known != nullptr && !known->title.empty()) return known->title;
  std::string name(metric);
  name.erase(std::remove(name.begin(), name.end(), '`'), name.end());
  return name.empty() ? "a column without a name" : "`" + name + "`";
}

std::optional<core::FactId> Prose::percent(std::string formula, std::vector<core::FactId> inputs, const std::string& metric) {
  const core::Statistic statistic = statistic_of(formula);
  return ledger_.try_derive({std::move(formula), std::move(inputs), metric, percent_unit(), statistic, {}});
}

std::optional<core::FactId> Prose::count(std::string formula, std::vector<core::FactId> inputs, const std::string& metric) {
  return ledger_.try_derive({std::move(formula), std::move(inputs), metric, count_unit(), {core::Statistic::Kind::count, 0}, {}});
}

std::optional<core::FactId> Prose::same_unit(std::string formula, std::vector<core::FactId> inputs, core::Statistic statistic) {
  CHECK(!inputs.empty(), "a derived fact rests on others");
  const core::Fact first = ledger_.get(inputs.front());
  return ledger_.try_derive({std::move(formula), std::move(inputs), first.metric, first.value.unit, statistic, {}});
}

std::optional<core::FactId> Prose::number(std::string formula, std::vector<core::FactId> inputs, const std::string& metric) {
  return ledger_.try_derive({std::move(formula), std::move(inputs), metric, core::no_unit(), {}, {}});
}

core::FactId Prose::constant(double value, core::UnitPtr unit, core::FactId about) {
  return ledger_.derive({fmt::format("constant;{}", value), {about}, "parameter", unit, {}, {}});
}

void Prose::quantity(core::Statement& to, core::FactId fact, int significant) const {
  const core::Fact found = ledger_.get(fact);
  if (hard_to_read(found.value)) {
    to.shown(fact, readable(found, std::max(significant, kLeastDigits)));
    return;
  }
  const int decimals = decimals_for(found.value.value, significant);
  // A number that was written down is not given more digits than it was written with.
  to.quantity(found, found.evidence.empty() ? decimals : std::min(decimals, std::max(0, found.value.decimals)));
}

void Prose::whole(core::Statement& to, core::FactId fact) const { to.quantity(ledger_.get(fact), 0); }

void Prose::p_value(core::Statement& to, core::FactId fact) const {
  to.text("p = ");
  quantity(to, fact, value(fact) < 0.1 ? 1 : 2);
}

void Prose::interval(core::Statement& to, core::FactId low, core::FactId high) const {
  const core::Fact from = ledger_.get(low);
  const core::Fact until = ledger_.get(high);
  int decimals = decimals_for(until.value.value - from.value.value, 2);
  // An end on one side of zero must not be shown as zero.
  for (const double end : {from.value.value, until.value.value})
    if (end != 0) decimals = std::max(decimals, std::min(decimals + 3, decimals_for(end, 1)));
  to.quantity(from, decimals).text(" to ").quantity(until, decimals);
}

core::Finding finish(core::Finding finding) {
  const auto gather = [&](const core::Statement& statement) {
    for (const core::Part& part : statement.parts()) {
      if (part.a.value != 0) finding.facts.push_back(part.a);
      if (part.b.value != 0) finding.facts.push_back(part.b);
    }
  };
  gather(finding.statement);
  for (const core::Statement& doubt : finding.doubts) gather(doubt);
  gather(finding.action);
  std::sort(finding.facts.begin(), finding.facts.end());
  finding.facts.erase(std::unique(finding.facts.begin(), finding.facts.end()), finding.facts.end());
  std::sort(finding.paths.begin(), finding.paths.end());
  finding.paths.erase(std::unique(finding.paths.begin(), finding.paths.end()), finding.paths.end());
  return finding;
}

}  // namespace chimera::analysis
