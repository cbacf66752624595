#include "tune/prior.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace chimera::tune {
namespace {

constexpr double kErrors = 3;              // standard errors behind the best that are no chance
constexpr double kClearly = 0.0953;        // log(1.1): the least difference for which a configuration may wait

// The precision-weighted mean of what the sessions say of one configuration.
struct Pooled {
  double weight = 0;
  double sum = 0;
  void add(double value, double variance) { weight += 1 / variance, sum += value / variance; }
  [[nodiscard]] double mean() const { return sum / weight; }
};

double variance_of(const PriorPoint& point, double doubt) { return std::max(point.error * point.error + doubt * doubt, 1e-8); }

// What has to be taken off the session's values to stand on the scale of `pooled`.
double shift_of(const PriorSession& session, const std::map<ConfigId, Pooled>& pooled) {
  Pooled shared, here, there;
  for (const PriorPoint& point : session.points) {
    const auto known = pooled.find(point.config);
    here.add(point.log_value, 1);
    if (known != pooled.end()) shared.add(point.log_value - known->second.mean(), variance_of(point, session.doubt) + 1 / known->second.weight);
  }
  if (shared.weight > 0) return shared.mean();
  for (const auto& [config, known] : pooled) there.add(known.mean(), 1);
  return here.mean() - (there.weight > 0 ? there.mean() : here.mean());
}

}  // namespace

Prior::Prior(std::vector<PriorSession> sessions) {
  std::stable_sort(sessions.begin(), sessions.end(), [](const PriorSession& a, const PriorSession& b) { return a.points.size() > b.points.size(); });
  std::map<ConfigId, Pooled> pooled;
  for (const PriorSession& session : sessions) {
    if (session.points.empty()) continue;
    const double shift = shift_of(session, pooled);
    for (const PriorPoint& point : session.points) pooled[point.config].add(point.log_value - shift, variance_of(point, session.doubt));
  }
  for (const auto& [config, known] : pooled) known_.push_back({config, known.mean(), std::sqrt(1 / known.weight)});
  std::sort(known_.begin(), known_.end(), [](const PriorPoint& a, const PriorPoint& b) { return a.log_value != b.log_value ? a.log_value < b.log_value : a.config < b.config; });
}

const PriorPoint* Prior::find(ConfigId config) const {
  const auto found = std::find_if(known_.begin(), known_.end(), [config](const PriorPoint& point) { return point.config == config; });
  return found == known_.end() ? nullptr : &*found;
}

bool Prior::is_behind(ConfigId config) const {
  const PriorPoint* point = find(config);
  if (point == nullptr) return false;
  const PriorPoint& best = known_.front();
  return point->log_value - best.log_value > std::max(kClearly, kErrors * std::hypot(point->error, best.error));
}

std::vector<Point> Prior::points(const Observations& observations) const {
  Pooled shift;
  std::vector<Point> out;
  for (const PriorPoint& point : known_) {
    const Observed* here = observations.find(point.config);
    if (here == nullptr) {
      out.push_back({point.config, point.log_value, point.error * point.error});
    } else if (!here->failed()) {
      const double error = observations.error(*here);
      shift.add(here->centre - point.log_value, error * error + point.error * point.error);
    }
  }
  if (shift.weight == 0) return {};
  for (Point& point : out) point.value += shift.mean();
  return out;
}

}  // namespace chimera::tune
