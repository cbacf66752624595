#include "tune/front.h"

#include <algorithm>
#include <cmath>

#include "analysis/statistics.h"
#include "base/check.h"

namespace chimera::tune {
namespace {

constexpr double kNoWorse = 0.00995;  // log(1.01): what a rival may lose in the other objectives

// By the estimates alone.
bool improves(const FrontMember& rival, const FrontMember& member) {
  bool better = false;
  for (std::size_t k = 0; k < member.centre.size(); ++k) {
    if (rival.centre[k] > member.centre[k]) return false;
    better = better || rival.centre[k] < member.centre[k];
  }
  return better;
}

// Beyond doubt: `z` standard errors.
bool is_shown_to_improve(const FrontMember& rival, const FrontMember& member, double z) {
  bool better = false;
  for (std::size_t k = 0; k < member.centre.size(); ++k) {
    const double gap = rival.centre[k] - member.centre[k], reach = z * std::hypot(rival.error[k], member.error[k]);
    if (gap + reach > kNoWorse) return false;
    better = better || gap + reach < 0;
  }
  return better;
}

}  // namespace

std::vector<FrontMember> pareto_front(const std::vector<Observations>& objectives, double confidence) {
  CHECK(!objectives.empty(), "a front has objectives");
  std::vector<FrontMember> all;
  for (const Observed& observed : objectives.front().all()) {
    FrontMember member{.config = observed.config, .centre = {}, .error = {}};
    for (const Observations& objective : objectives) {
      const Observed* here = objective.find(observed.config);
      if (here == nullptr || here->failed()) break;
      member.centre.push_back(here->centre);
      member.error.push_back(objective.error(*here));
    }
    if (member.centre.size() == objectives.size()) all.push_back(std::move(member));
  }
  const double statements = static_cast<double>(std::max<std::size_t>(all.size(), 2) - 1) * static_cast<double>(objectives.size());
  const double z = analysis::normal_quantile(1 - (1 - confidence) / statements);
  std::vector<FrontMember> front;
  for (FrontMember& member : all) {
    if (std::any_of(all.begin(), all.end(), [&](const FrontMember& rival) { return is_shown_to_improve(rival, member, z); })) continue;
    member.by_estimate = std::none_of(all.begin(), all.end(), [&](const FrontMember& rival) { return improves(rival, member); });
    front.push_back(member);
  }
  std::sort(front.begin(), front.end(), [](const FrontMember& a, const FrontMember& b) { return a.centre != b.centre ? a.centre < b.centre : a.config < b.config; });
  return front;
}

}  // namespace chimera::tune
