#include <algorithm>
#include <cmath>
#include <numeric>

#include "tune/session.h"

namespace chimera::tune {
namespace {

constexpr double kContending = 0.5;      // standard errors behind the leader up to which one more repetition is spent
constexpr double kMostForFinal = 0.15;   // of the budget
constexpr std::size_t kFinalists = 8;
constexpr unsigned kLeastRepetitions = 5;  // of a leader
constexpr double kPromise = 0.002;  // chance of an improvement below which those that may be the best are told apart first
constexpr std::size_t kRepetitionsOfFinalist = 10;

std::vector<ConfigId> all_configs(const Session& session) {
  std::vector<ConfigId> all(session.space().size());
  std::iota(all.begin(), all.end(), ConfigId{0});
  return all;
}

// Grouped by load, the present one first; within it in the given order.
void order_by_load(const Session& session, std::vector<ConfigId>& configs) {
  const auto loaded = session.loaded();
  const auto rank = [&](ConfigId c) { return loaded && session.space().group(c) == session.space().group(*loaded) ? 0U : session.space().group(c) + 1U; };
  std::stable_sort(configs.begin(), configs.end(), [&](ConfigId a, ConfigId b) { return rank(a) < rank(b); });
}

// Repetitions of one visit so that no more is spent on them than on getting there (Kalibera & Jones 2013 with equal
// variances of both levels): 1 where a repetition is dear, several where it costs next to nothing.
unsigned repetitions_per_visit(const Session& session, double setup, double factor, unsigned most) {
  const double ratio = setup / session.costs().repetition();
  return static_cast<unsigned>(std::clamp(std::round(factor * std::sqrt(ratio)), 1.0, static_cast<double>(most)));
}

// A single repetition may have been a slow one, and of two that differ either.
bool may_hide(const Session& session, const Observed& here, const Observed& best) {
  const auto lower = [](const Repetition& a, const Repetition& b) { return a.log_value < b.log_value; };
  const double lowest = std::min_element(here.repetitions.begin(), here.repetitions.end(), lower)->log_value;
  if (here.repetitions.size() == 1) return lowest - session.observations().excess() < best.centre;
  return here.repetitions.size() == 2 && lowest < best.centre;
}

bool contends(const Session& session, ConfigId config) {
  const Observed* best = leader(session.observations());
  const Observed* here = session.observations().find(config);
  if (best == nullptr || here == nullptr || here->failed()) return false;
  if (best->config == config) return true;
  const double error = std::hypot(session.observations().error(*here), session.observations().error(*best));
  if (here->centre - best->centre < kContending * error) return true;
  return may_hide(session, *here, *best);
}

// A visit of the search: the first repetitions, and more while the configuration may be the best.
bool search_visit(Session& session, ConfigId config) {
  if (!session.options().ingredients.racing) return session.visit(config, session.options().fixed_repetitions, "search");
  const double setup = session.costs().switching(session.loaded(), config);
  const unsigned first = repetitions_per_visit(session, setup, 0.3, 5);
  const unsigned most = std::max(3U, std::min(session.most_repetitions(), repetitions_per_visit(session, setup, 1.0, 16)));
  if (!session.visit(config, first, "search")) return false;
  while (contends(session, config)) {
    const Observed* here = session.observations().find(config);
    if (here->repetitions.size() >= most) break;
    if (!session.repeat(std::min(first, most - static_cast<unsigned>(here->repetitions.size())), "search")) return false;
  }
  return true;
}

// Where one stands alone: it and the next, while they have not been repeated. How far repetitions differ is not known from
// elsewhere.
std::vector<ConfigId> unproven(const Session& session) {
  std::vector<const Observed*> lowest;
  for (const Observed& observed : session.observations().all())
    if (!observed.failed()) lowest.push_back(&observed);
  const std::size_t two = std::min<std::size_t>(2, lowest.size());
  std::partial_sort(lowest.begin(), lowest.begin() + static_cast<std::ptrdiff_t>(two), lowest.end(), [](const Observed* a, const Observed* b) { return a->centre < b->centre; });
  std::vector<ConfigId> configs;
  for (std::size_t i = 0; i < two; ++i)
    if (lowest[i]->repetitions.size() < std::min(kLeastRepetitions, session.most_repetitions())) configs.push_back(lowest[i]->config);
  return configs;
}

// Measured before it was known how far a slow repetition lies above others: the lowest first.
std::vector<ConfigId> hidden(const Session& session) {
  const Observed* best = leader(session.observations());
  std::vector<const Observed*> doubtful;
  for (const Observed& observed : session.observations().all())
    if (!observed.failed() && observed.config != best->config && observed.repetitions.size() < session.most_repetitions() && may_hide(session, observed, *best)) doubtful.push_back(&observed);
  std::sort(doubtful.begin(), doubtful.end(), [](const Observed* a, const Observed* b) { return a->centre < b->centre; });
  std::vector<ConfigId> configs;
  for (const Observed* one : doubtful) configs.push_back(one->config);
  return configs;
}

// Those that may be the best and can still be measured, the most promising ones.
std::vector<ConfigId> finalists(Session& session, std::size_t enough) {
  const std::vector<Standing>& tied = session.tied();
  std::vector<ConfigId> configs;
  if (tied.size() < 2) configs = unproven(session);
  else
    for (std::size_t i = 0; i < std::min(kFinalists, tied.size()); ++i)
      if (session.observations().find(tied[i].config)->repetitions.size() < std::min<std::size_t>(enough, session.most_repetitions())) configs.push_back(tied[i].config);
  const std::size_t most = configs.size() + kFinalists;
  for (const ConfigId config : hidden(session))
    if (configs.size() < most && std::find(configs.begin(), configs.end(), config) == configs.end()) configs.push_back(config);
  return configs;
}

}  // namespace

std::string run_sweep(Session& session) {
  std::vector<ConfigId> order = all_configs(session);
  Random random(session.options().seed);
  if (session.options().strategy == Strategy::random) random.shuffle(order);
  for (const ConfigId config : order)
    if (!session.visit(config, session.options().fixed_repetitions, "search")) break;
  return "every configuration measured";
}

std::string run_halving(Session& session) {
  std::vector<ConfigId> alive = all_configs(session);
  Random random(session.options().seed);
  random.shuffle(alive);
  // As many as a third of the budget takes once; the rest goes to the better halves.
  unsigned repetitions = 1;
  const double first_round = session.remaining() * 2 / 3;
  std::vector<ConfigId> taken;
  for (const ConfigId config : alive) {
    if (session.remaining() < first_round) break;
    if (!session.visit(config, repetitions, "search")) return "budget spent";
    if (!session.observations().find(config)->failed()) taken.push_back(config);
  }
  alive = std::move(taken);
  while (alive.size() > 1) {
    std::sort(alive.begin(), alive.end(), [&](ConfigId a, ConfigId b) { return session.observations().find(a)->centre < session.observations().find(b)->centre; });
    alive.resize((alive.size() + 1) / 2);
    repetitions = std::min(2 * repetitions, session.most_repetitions());
    std::vector<ConfigId> order = alive;
    order_by_load(session, order);
    for (const ConfigId config : order)
      if (!session.visit(config, repetitions, "search")) return "budget spent";
  }
  return "one configuration left";
}

std::string run_racing(Session& session) {
  std::vector<ConfigId> order = all_configs(session);
  Random random(session.options().seed);
  random.shuffle(order);
  order_by_load(session, order);
  for (const ConfigId config : order) {
    if (session.observations().find(config) != nullptr || session.options().prior.is_behind(config)) continue;
    if (!session.visit(config, 1, "search")) return "budget spent";
  }
  for (std::size_t number = 0;; ++number) {
    const Block block = run_final_block(session, number, session.most_repetitions());
    if (block != Block::done) return block == Block::over ? "budget spent" : "settled";
  }
}

double final_seconds(Session& session) {
  const std::vector<ConfigId> configs = finalists(session, kRepetitionsOfFinalist);
  if (configs.empty()) return 0;
  const Costs& costs = session.costs();
  std::vector<std::uint32_t> groups;
  double setup = 0, repetitions = 0;
  for (const ConfigId config : configs) {
    const std::uint32_t group = session.space().group(config);
    const bool fresh = std::find(groups.begin(), groups.end(), group) == groups.end();
    if (fresh) groups.push_back(group);
    setup += fresh ? costs.load(config) : costs.change();
    const double done = session.observations().find(config)->count();
    repetitions += std::max(0.0, static_cast<double>(std::min<std::size_t>(kRepetitionsOfFinalist, session.most_repetitions())) - done);
  }
  const double each = repetitions / static_cast<double>(configs.size());
  const unsigned per_visit = repetitions_per_visit(session, setup / static_cast<double>(configs.size()), 1.5, 8);
  return std::ceil(each / per_visit) * setup + repetitions * costs.repetition();
}

Block run_final_block(Session& session, std::size_t number, std::size_t enough) {
  std::vector<ConfigId> configs = finalists(session, enough);
  if (configs.empty()) return Block::nothing_to_do;
  std::rotate(configs.begin(), configs.begin() + static_cast<std::ptrdiff_t>(number % configs.size()), configs.end());
  order_by_load(session, configs);
  for (const ConfigId config : configs) {
    const double setup = session.costs().switching(session.loaded(), config);
    if (!session.visit(config, repetitions_per_visit(session, setup, 1.5, 8), kFinal)) return Block::over;
  }
  return Block::done;
}

std::string run_search(Session& session, Search& search, double& suggestion_seconds) {
  const TuneOptions& options = session.options();
  const double most_for_final = options.ingredients.final_stage ? kMostForFinal * session.budget() : 0;
  const auto now = [&] { return session.progress().clock ? session.progress().clock() : 0.0; };
  std::size_t refitted = 0, blocks = 0;
  bool resting = false;  // nothing is left to decide between those that were measured
  session.believe([&search] { return search.beliefs(); });
  while (true) {
    const double start = now();
    const double reserve = most_for_final > 0 ? std::min(most_for_final, final_seconds(session)) : 0;
    if (session.observations().all().size() >= refitted + std::max<std::size_t>(5, refitted / 8)) session.costs().refit(), refitted = session.observations().all().size();
    const std::optional<ConfigId> config = session.remaining() > reserve ? search.next(session.loaded(), session.remaining() - reserve) : std::nullopt;
    suggestion_seconds += now() - start;
    if (config && (search.promise() >= kPromise || resting)) {
      resting = false;
      const ConfigId chosen = config.value_or(0);
      if (!search_visit(session, chosen)) return "budget spent";
      search.learn(chosen);
      continue;
    }
    const Block block = options.ingredients.final_stage ? run_final_block(session, blocks++, config ? kRepetitionsOfFinalist : session.most_repetitions()) : Block::nothing_to_do;
    resting = block == Block::nothing_to_do;
    if (resting && config) continue;
    if (resting) return session.exhausted() ? "settled" : "budget spent";
    if (block == Block::over) return "budget spent";
  }
}

}  // namespace chimera::tune
