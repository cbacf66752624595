// What a suggestion of chimera tune costs after so many trials: processor time of choosing, learning included, the mean of 40.
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <ctime>
#include <vector>

#include "tune/search.h"

namespace {

using namespace chimera::tune;

double now() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// Eight parameters with 34,560 configurations; the first two need a load.
Space make_space() {
  const std::vector<int> sizes = {4, 3, 6, 5, 4, 3, 4, 2};
  std::vector<Parameter> parameters;
  for (std::size_t p = 0; p < sizes.size(); ++p) {
    Parameter parameter{.name = fmt::format("p{}", p), .kind = Parameter::Kind::ordinal, .levels = {}, .reload = p < 2};
    for (int i = 0; i < sizes[p]; ++i) parameter.levels.push_back(std::to_string(i));
    parameters.push_back(std::move(parameter));
  }
  std::vector<Levels> all{{}};
  for (const int size : sizes) {
    std::vector<Levels> longer;
    for (const Levels& levels : all)
      for (int i = 0; i < size; ++i) {
        longer.push_back(levels);
        longer.back().push_back(static_cast<std::uint16_t>(i));
      }
    all = std::move(longer);
  }
  return *Space::create(parameters, all);
}

double value_of(const Space& space, ConfigId config, Random& random) {
  double log = 0;
  for (std::size_t p = 0; p < space.parameters().size(); ++p) log += 0.1 * std::cos(static_cast<double>(space.level(config, p)) + static_cast<double>(p));
  return std::exp(log + 0.02 * (random.uniform() - 0.5));
}

double milliseconds_after(const Space& space, std::size_t trials) {
  Random random(1);
  Observations observations;
  Costs costs(space, {.load_seconds = 10, .switch_seconds = 0.5, .repetition_seconds = 2});
  const Prior prior;
  Search search(space, observations, costs, prior, {}, 1);
  while (observations.all().size() < trials) {
    const auto config = static_cast<ConfigId>(random.below(space.size()));
    if (observations.find(config) == nullptr) observations.add(config, {value_of(space, config, random)}, 0);
  }
  std::optional<ConfigId> loaded;
  constexpr int kSuggestions = 40;
  double spent = 0;
  for (int i = 0; i < kSuggestions; ++i) {
    const double begin = now();
    const std::optional<ConfigId> config = search.next(loaded, 1e9);
    spent += now() - begin;
    if (!config) break;
    observations.add(*config, {value_of(space, *config, random)}, 0);
    const double learning = now();
    search.learn(*config);
    spent += now() - learning;
    loaded = config;
  }
  return 1e3 * spent / kSuggestions;
}

}  // namespace

int main() {
  const Space space = make_space();
  for (const std::size_t trials : {100U, 1000U, 10000U}) fmt::print("{} {:.2f}\n", trials, milliseconds_after(space, trials));
}
