#include "tune/search.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>
#include <unordered_set>

#include "analysis/statistics.h"

namespace chimera::tune {
namespace {

constexpr std::size_t kPerInitialLoad = 16;  // configurations of the initial design under one load
constexpr std::size_t kPromised = 4;         // configurations that a prior recommends, instead of an initial design
constexpr std::size_t kDrawn = 40;          // random configurations from which the farthest joins the initial design
constexpr double kClipShare = 0.8;          // worse values than this share are clipped: their shape does not matter
constexpr double kMatters = 0.01;            // a share: smaller improvements are not searched for while others are undecided
constexpr std::size_t kNeighboursOf = 12;   // leaders whose neighbours are candidates
constexpr std::size_t kMostMembers = 600;   // candidates under the present load
constexpr std::size_t kAhead = 8;           // measurements under one load that are planned for
constexpr double kDiscount = 0.7;           // of each further one: expected improvements of neighbours overlap

// Of a normal variable over what is below `best` (Jones, Schonlau & Welch 1998).
double expected_improvement(const Prediction& at, double best) {
  const double sd = std::sqrt(at.variance);
  const double z = (best - at.mean) / sd;
  return sd * (z * analysis::normal_cdf(z) + std::exp(-0.5 * z * z) * 0.3989422804014327);
}

}  // namespace

Search::Search(const Space& space, const Observations& observations, const Costs& costs, const Prior& prior, const Ingredients& ingredients, std::uint64_t seed)
    : space_(&space), observations_(&observations), costs_(&costs), prior_(&prior), ingredients_(ingredients), random_(seed), feasibility_(space), shuffled_(space.size()) {
  std::iota(shuffled_.begin(), shuffled_.end(), ConfigId{0});
  random_.shuffle(shuffled_);
}

bool Search::fits(std::optional<ConfigId> loaded, ConfigId config, double seconds) const {
  return costs_->switching(loaded, config) + costs_->repetition() <= seconds;
}

double Search::distance(ConfigId a, ConfigId b) const {
  double sum = 0;
  for (const std::size_t p : space_->varying()) {
    const Parameter& parameter = space_->parameters()[p];
    const double x = space_->level(a, p), y = space_->level(b, p);
    sum += parameter.kind == Parameter::Kind::categorical ? (x == y ? 0 : 1) : std::fabs(x - y) / static_cast<double>(parameter.levels.size() - 1);
  }
  return sum;
}

std::size_t Search::initial_points() const {
  const std::size_t points = std::clamp<std::size_t>(4 * space_->varying().size(), 8, 24);
  return prior_->size() >= points ? kPromised : points;
}

// Of the most promising configurations of earlier sessions, one that was not measured yet.
std::optional<ConfigId> Search::promised(std::optional<ConfigId> loaded, double seconds) const {
  const std::vector<PriorPoint>& ranking = prior_->ranking();
  for (std::size_t i = 0; i < std::min(kPromised, ranking.size()); ++i)
    if (observations_->find(ranking[i].config) == nullptr && fits(loaded, ranking[i].config, seconds)) return ranking[i].config;
  return std::nullopt;
}

std::optional<ConfigId> Search::random_unmeasured(std::optional<ConfigId> loaded, double seconds) {
  for (; drawn_ < shuffled_.size(); ++drawn_) {
    const ConfigId config = shuffled_[drawn_];
    if (observations_->find(config) == nullptr && fits(loaded, config, seconds)) return shuffled_[drawn_++];
  }
  for (const ConfigId config : shuffled_)  // those that did not fit when their turn came
    if (observations_->find(config) == nullptr && fits(loaded, config, seconds)) return config;
  return std::nullopt;
}

// Far from everything measured: under the present load while it has given less than its share, else anywhere.
std::optional<ConfigId> Search::initial(std::optional<ConfigId> loaded, double seconds) {
  const auto here = [&](ConfigId config) { return loaded && space_->group(config) == space_->group(*loaded); };
  std::size_t under_this = 0;
  for (const Observed& observed : observations_->all()) under_this += here(observed.config) ? 1 : 0;
  const bool stay = loaded && ingredients_.switch_cost && under_this < kPerInitialLoad;
  const std::vector<ConfigId>& from = stay ? space_->members(space_->group(*loaded)) : shuffled_;
  std::optional<ConfigId> farthest;
  double most = -1;
  for (std::size_t i = 0; i < kDrawn; ++i) {
    const ConfigId config = from[random_.below(from.size())];
    if (observations_->find(config) != nullptr || !fits(loaded, config, seconds)) continue;
    double nearest = 1e9;
    for (const Observed& observed : observations_->all()) nearest = std::min(nearest, distance(config, observed.config));
    if (nearest > most) most = nearest, farthest = config;
  }
  return farthest ? farthest : random_unmeasured(loaded, seconds);
}

void Search::choose_pool(std::optional<ConfigId> loaded) {
  std::vector<ConfigId> pool;
  std::unordered_set<ConfigId> inside;
  const auto take = [&](ConfigId config) {
    if (observations_->find(config) == nullptr && inside.insert(config).second) pool.push_back(config);
  };
  if (space_->size() <= kMostCandidates) {
    for (ConfigId config = 0; config < space_->size(); ++config) take(config);
  } else {
    std::vector<const Observed*> leaders;
    for (const Observed& observed : observations_->all())
      if (!observed.failed()) leaders.push_back(&observed);
    std::sort(leaders.begin(), leaders.end(), [](const Observed* a, const Observed* b) { return a->centre < b->centre; });
    for (std::size_t i = 0; i < std::min(kNeighboursOf, leaders.size()); ++i) {
      Levels levels;
      for (std::size_t p = 0; p < space_->parameters().size(); ++p) levels.push_back(space_->level(leaders[i]->config, p));
      for (const std::size_t p : space_->varying()) {
        const std::uint16_t here = levels[p];
        for (levels[p] = 0; levels[p] < space_->parameters()[p].levels.size(); ++levels[p])
          if (const auto found = space_->find(levels)) take(*found);
        levels[p] = here;
      }
    }
    for (const ConfigId config : members_here(loaded)) take(config);
    for (std::size_t i = 0; i < 4 * kMostCandidates && pool.size() < kMostCandidates; ++i) take(shuffled_[random_.below(shuffled_.size())]);
  }
  process_->set_pool({});
  works_.clear();
  pooled_.clear();
  add_to_pool(pool);
}

void Search::add_to_pool(const std::vector<ConfigId>& configs) {
  std::vector<ConfigId> fresh;
  for (const ConfigId config : configs) {
    if (observations_->find(config) != nullptr || !pooled_.insert(config).second) continue;
    fresh.push_back(config);
    works_.push_back(ingredients_.feasibility ? feasibility_.probability(config) : 1.0);
  }
  if (!fresh.empty()) process_->extend_pool(fresh);
}

// Some of the configurations that need no load now.
std::vector<ConfigId> Search::members_here(std::optional<ConfigId> loaded) {
  std::vector<ConfigId> here;
  if (!loaded) return here;
  const std::vector<ConfigId>& members = space_->members(space_->group(*loaded));
  const std::size_t offset = random_.below(members.size());
  for (std::size_t i = 0; i < std::min(kMostMembers, members.size()); ++i) here.push_back(members[(offset + i) % members.size()]);
  return here;
}

void Search::refit(std::optional<ConfigId> loaded) {
  analysis::Sample centres;
  for (const Observed& observed : observations_->all())
    if (!observed.failed()) centres.push_back(observed.centre);
  clip_ = centres.size() < 10 ? 1e300 : analysis::percentile(centres, 100 * kClipShare);
  std::vector<Point> points;
  for (const Observed& observed : observations_->all()) {
    if (observed.failed()) continue;
    const double error = observations_->error(observed);
    points.push_back({observed.config, std::min(observed.centre, clip_), error * error});
  }
  const std::vector<Point> before = prior_->points(*observations_);
  const std::size_t own = points.size();
  points.insert(points.end(), before.begin(), before.end());
  if (!process_) process_ = std::make_unique<GaussianProcess>(*space_);
  process_->fit(points);
  fitted_at_ = own;
  best_ = 1e300;
  points.resize(std::min(own, GaussianProcess::kMostPoints));
  for (const Prediction& prediction : before.empty() ? process_->posterior() : process_->posterior_of(points)) best_ = std::min(best_, prediction.mean);
  choose_pool(loaded);
}

std::vector<Standing> Search::beliefs() const {
  std::vector<Standing> all = standings(*observations_);
  if (!process_) return all;
  std::stable_sort(all.begin(), all.end(), [](const Standing& a, const Standing& b) { return a.centre < b.centre; });
  std::vector<Point> points;
  for (std::size_t i = 0; i < std::min(all.size(), GaussianProcess::kMostPoints); ++i)
    points.push_back({all[i].config, std::min(all[i].centre, clip_), all[i].error * all[i].error});
  const std::vector<Prediction> posterior = process_->posterior_of(points);
  for (std::size_t i = 0; i < points.size(); ++i)
    if (all[i].centre < clip_) all[i].centre = posterior[i].mean, all[i].error = std::sqrt(posterior[i].variance);
  return all;
}

std::vector<Search::Scored> Search::score() {
  std::vector<Scored> scored;
  promise_ = 0;
  const std::vector<ConfigId>& pool = process_->pool();
  for (std::size_t i = 0; i < pool.size(); ++i)
  {
    if (observations_->find(pool[i]) != nullptr) continue;
    const Prediction at = process_->predict(i);
    scored.push_back({expected_improvement(at, best_) * works_[i], i});
    promise_ = std::max(promise_, works_[i] * analysis::normal_cdf((best_ - kMatters - at.mean) / std::sqrt(at.variance)));
  }
  return scored;
}

// A load pays for all the measurements that follow under it, so that what counts is the best rate that a few of the
// most promising ones of a group reach together.
std::optional<ConfigId> Search::best_per_second(const std::vector<Scored>& scored, std::optional<ConfigId> loaded, double seconds) const {
  const std::vector<ConfigId>& pool = process_->pool();
  std::unordered_map<std::uint32_t, std::vector<Scored>> groups;
  for (const Scored& one : scored)
    if (fits(loaded, pool[one.place], seconds)) groups[space_->group(pool[one.place])].push_back(one);
  std::optional<ConfigId> chosen;
  double best_rate = -1;
  for (auto& [group, members] : groups) {
    const std::size_t ahead = std::min(kAhead, members.size());
    std::partial_sort(members.begin(), members.begin() + static_cast<std::ptrdiff_t>(ahead), members.end(),
                      [](const Scored& a, const Scored& b) { return a.value != b.value ? a.value > b.value : a.place < b.place; });
    const ConfigId first = pool[members.front().place];
    double gain = 0, weight = 1, spent = costs_->switching(loaded, first);
    for (std::size_t i = 0; i < ahead; ++i, weight *= kDiscount) {
      gain += weight * members[i].value;
      spent += costs_->repetition() + (i > 0 ? costs_->change() : 0);
      if (spent > seconds && i > 0) break;
      const double rate = gain / spent;
      if (rate > best_rate || (rate == best_rate && chosen && first < *chosen)) best_rate = rate, chosen = first;
    }
  }
  return chosen;
}

std::optional<ConfigId> Search::next(std::optional<ConfigId> loaded, double seconds) {
  if (!ingredients_.surrogate) return random_unmeasured(loaded, seconds);
  if (const auto known = promised(loaded, seconds)) return known;
  if (observations_->measured() < initial_points() && observations_->all().size() < 4 * initial_points()) return initial(loaded, seconds);
  if (observations_->measured() < 2) return random_unmeasured(loaded, seconds);
  const std::size_t points = observations_->measured();
  if (!process_ || points >= fitted_at_ + std::max<std::size_t>(5, std::min(fitted_at_, GaussianProcess::kMostPoints) / 8)) {
    refit(loaded);
  } else if (space_->size() > kMostCandidates && loaded && pool_group_ != space_->group(*loaded)) {
    add_to_pool(members_here(loaded));
  }
  if (loaded) pool_group_ = space_->group(*loaded);
  const std::vector<Scored> scored = score();
  if (scored.empty()) return random_unmeasured(loaded, seconds);
  if (ingredients_.switch_cost) return best_per_second(scored, loaded, seconds);
  const Scored* best = nullptr;
  for (const Scored& one : scored)
    if (fits(loaded, process_->pool()[one.place], seconds) && (best == nullptr || one.value > best->value)) best = &one;
  return best == nullptr ? std::nullopt : std::optional(process_->pool()[best->place]);
}

void Search::learn(ConfigId config) {
  const Observed* observed = observations_->find(config);
  if (observed == nullptr) return;
  feasibility_.add(config, !observed->failed());
  if (process_ && observed->failed() && ingredients_.feasibility)
    for (std::size_t i = 0; i < works_.size(); ++i) works_[i] = feasibility_.probability(process_->pool()[i]);
  if (!process_ || observed->failed()) return;
  const double error = observations_->error(*observed);
  process_->add({config, std::min(observed->centre, clip_), error * error});
  best_ = std::min(best_, observed->centre + error);
}

}  // namespace chimera::tune
