#include "claims/reread.h"

#include <fmt/format.h>

#include <cmath>

#include "analysis/formula.h"
#include "text/number.h"

namespace chimera::claims {
namespace {

constexpr int kDeepest = 32;           // derived from derived from …
constexpr std::size_t kEvidence = 12;  // places shown for one derived value

bool same(double a, double b) { return a == b || std::fabs(a - b) <= 1e-12 * std::fmax(std::fabs(a), std::fabs(b)); }

}  // namespace

const Reading& Rereader::read(core::FactId id) { return read(id, 0); }

const Reading& Rereader::read(core::FactId id, int depth) {
  const auto [entry, fresh] = known_.try_emplace(id);
  if (!fresh) return entry->second;
  entry->second.problem = "the fact rests on itself";  // stands only while its inputs are read
  std::optional<core::Fact> fact = facts_.find(id);
  Reading reading;
  if (!fact) reading.problem = "no fact has this id";
  else if (fact->inputs.empty()) reading = read_measured(std::move(*fact));
  else reading = read_derived(std::move(*fact), depth);
  return known_[id] = std::move(reading);
}

Reading Rereader::read_measured(core::Fact fact) const {
  Reading reading;
  reading.evidence = fact.evidence;
  if (fact.evidence.size() != 1) {
    reading.problem = fmt::format("a measured fact has one place, this one has {}", fact.evidence.size());
  } else {
    const std::string bytes = facts_.bytes(fact.evidence.front());
    for (const auto mark : {text::DecimalMark::point, text::DecimalMark::comma}) {
      const auto number = text::reparse_number(bytes, mark);
      if (number && number->value == fact.value.value) reading.value = number->value;
    }
    if (!reading.value) reading.problem = fmt::format("the bytes there are '{}'", bytes.substr(0, 40));
  }
  reading.fact = std::move(fact);
  return reading;
}

Reading Rereader::read_derived(core::Fact fact, int depth) {
  Reading reading;
  std::vector<double> inputs;
  for (const core::FactId id : fact.inputs) {
    if (depth >= kDeepest) {
      reading.problem = "derived through too many steps";
      break;
    }
    const Reading& input = read(id, depth + 1);
    if (!input.value) {
      reading.problem = fmt::format("input {}: {}", core::to_string(id), input.problem);
      break;
    }
    inputs.push_back(*input.value);
    for (const core::SourceRef& place : input.evidence)
      if (reading.evidence.size() < kEvidence) reading.evidence.push_back(place);
  }
  if (inputs.size() == fact.inputs.size()) {
    const auto value = analysis::evaluate(fact.formula, inputs);
    if (value && same(*value, fact.value.value)) reading.value = value;
    else reading.problem = value ? fmt::format("{} gives {}, not {}", fact.formula, *value, fact.value.value)
                                 : fmt::format("'{}' cannot be computed from its inputs", fact.formula);
  }
  reading.fact = std::move(fact);
  return reading;
}

}  // namespace chimera::claims
