#include "tune/tuner.h"

#include <cmath>

#include "tune/session.h"

namespace chimera::tune {
namespace {

constexpr std::size_t kSmallSpace = 64;  // configurations that a race visits all

std::string run(Session& session, Search& search, double& suggestion_seconds) {
  switch (session.options().strategy) {
    case Strategy::grid:
    case Strategy::random: return run_sweep(session);
    case Strategy::halving: return run_halving(session);
    case Strategy::racing: return run_racing(session);
    case Strategy::automatic: break;
  }
  return session.space().size() <= kSmallSpace ? run_racing(session) : run_search(session, search, suggestion_seconds);
}

}  // namespace

void answer_from(TuneResult& result, Observations observations, std::size_t space, double confidence) {
  result.measured = observations.measured();
  result.failed = observations.failures();
  result.exhausted = observations.all().size() == space;
  result.tied = tied_for_best(standings(observations), confidence);
  result.observations = std::move(observations);
  note_smallest_difference(result, confidence);
}

void note_smallest_difference(TuneResult& result, double confidence) {
  if (result.tied.empty()) return;
  result.smallest_difference = std::expm1(critical_value(result.tied.size(), confidence) * std::sqrt(2.0) * result.tied.front().error);
}

TuneResult tune(const Space& space, Measurer& measurer, const TuneOptions& options, const TuneProgress& progress) {
  Session session(space, measurer, options, progress);
  Search search(space, session.observations(), session.costs(), options.prior, options.ingredients, options.seed);
  double suggestion_seconds = 0;
  const std::string reason = run(session, search, suggestion_seconds);
  return session.finish(reason, suggestion_seconds);
}

}  // namespace chimera::tune
