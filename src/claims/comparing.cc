#include "claims/comparing.h"

#include <fmt/format.h>

#include "claims/tolerance.h"

namespace chimera::claims {
namespace {

using core::Dimension;

int direction(const core::Fact& fact, const core::Vocabulary& vocabulary) {
  const core::Metric* metric = vocabulary.find(fact.metric);
  return metric == nullptr ? 0 : metric->direction;
}

int faster_sign(const core::Fact& fact, const core::Vocabulary& vocabulary) {
  switch (fact.value.unit->dimension) {
    case Dimension::time:
    case Dimension::token_time: return -1;
    case Dimension::token_rate:
    case Dimension::request_rate:
    case Dimension::bandwidth:
    case Dimension::frequency:
    case Dimension::flop_rate: return 1;
    default: return direction(fact, vocabulary);
  }
}

}  // namespace

int wanted_sign(Sense sense, const core::Fact& fact, const core::Vocabulary& vocabulary) {
  switch (sense) {
    case Sense::more: return 1;
    case Sense::less: return -1;
    case Sense::better: return direction(fact, vocabulary);
    case Sense::worse: return -direction(fact, vocabulary);
    case Sense::faster: return faster_sign(fact, vocabulary);
    case Sense::slower: return -faster_sign(fact, vocabulary);
    case Sense::same: return 0;
  }
  return 0;
}

Comparer::Pair Comparer::pair(core::FactId a, core::FactId b) {
  const Reading& left = rereader_.read(a);
  const Reading& right = rereader_.read(b);
  Pair result;
  for (const auto& [reading, id] : {std::pair{&left, a}, std::pair{&right, b}}) {
    if (reading->value) continue;
    result.problem = fmt::format("{}: {}", core::to_string(id), reading->problem);
    return result;
  }
  const bool derived = !left.fact->inputs.empty() || !right.fact->inputs.empty();
  if (!derived && left.fact->metric != right.fact->metric) {
    result.problem = fmt::format("{} is compared with {}", left.fact->metric, right.fact->metric);
    return result;
  }
  const auto converted = core::convert(*right.value, right.fact->value.unit, left.fact->value.unit);
  if (!converted) {
    result.problem = fmt::format("{} is compared with {}", core::to_string(left.fact->value.unit->dimension),
                                 core::to_string(right.fact->value.unit->dimension));
    return result;
  }
  result.a = *left.value;
  result.b = *converted;
  result.fact = &*left.fact;
  result.interval = left.fact->statistic.kind == core::Statistic::Kind::ci_low &&
                    right.fact->statistic.kind == core::Statistic::Kind::ci_high;
  return result;
}

Comparing Comparer::test(const Comparison& word, core::FactId a, core::FactId b) {
  const Pair both = pair(a, b);
  if (both.fact == nullptr) return {VerdictKind::unsupported, both.problem};
  if (word.sense == Sense::same) {
    const double nothing = both.fact->value.unit->dimension == Dimension::none ? 1 : 0;  // of a ratio, one
    const bool holds = both.interval ? both.a <= nothing && nothing <= both.b : roughly(both.a, both.b) || roughly(both.b, both.a);
    return {holds ? VerdictKind::supported : VerdictKind::contradicted, fmt::format("{} against {}", both.a, both.b)};
  }
  const int sign = wanted_sign(word.sense, *both.fact, vocabulary_);
  if (sign == 0) return {VerdictKind::unsupported, fmt::format("which direction of {} is better is not known", both.fact->metric)};
  const double ahead = sign * (both.a - both.b);
  const bool holds = word.superlative ? ahead >= 0 : ahead > 0;
  return {holds ? VerdictKind::supported : VerdictKind::contradicted, fmt::format("{} against {}", both.a, both.b)};
}

Comparing Comparer::test_equal(core::FactId a, core::FactId b) {
  const Pair both = pair(a, b);
  if (both.fact == nullptr) return {VerdictKind::unsupported, both.problem};
  return {both.a == both.b ? VerdictKind::supported : VerdictKind::contradicted, fmt::format("{} against {}", both.a, both.b)};
}

}  // namespace chimera::claims
