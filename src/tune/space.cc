#include "tune/space.h"

#include <fmt/format.h>

namespace chimera::tune {
namespace {

template <class Range>
std::string key_of(const Range& levels) {
  std::string key;
  for (const std::uint16_t level : levels) key.push_back(static_cast<char>(level & 0xff)), key.push_back(static_cast<char>(level >> 8));
  return key;
}

}  // namespace

base::Result<Space> Space::create(std::vector<Parameter> parameters, const std::vector<Levels>& configurations) {
  using base::ErrorKind;
  if (parameters.empty()) return base::fail(ErrorKind::input, "the space has no parameter", "name at least one parameter with two values");
  if (configurations.empty()) return base::fail(ErrorKind::input, "the space has no configuration", "no combination of values meets the conditions: relax one of them");
  Space space;
  space.parameters_ = std::move(parameters);
  for (std::size_t p = 0; p < space.parameters_.size(); ++p)
    if (space.parameters_[p].levels.size() > 1) space.varying_.push_back(p);
  std::unordered_map<std::string, std::uint32_t> groups;
  for (const Levels& levels : configurations) {
    if (levels.size() != space.parameters_.size())
      return base::fail(ErrorKind::input, fmt::format("a configuration has {} values, the space {} parameters", levels.size(), space.parameters_.size()));
    Levels loaded;
    for (std::size_t p = 0; p < levels.size(); ++p) {
      if (levels[p] >= space.parameters_[p].levels.size()) return base::fail(ErrorKind::input, fmt::format("a configuration has a value of {} that is not in the space", space.parameters_[p].name));
      if (space.parameters_[p].reload) loaded.push_back(levels[p]);
    }
    const auto id = static_cast<ConfigId>(space.groups_.size());
    if (!space.by_levels_.emplace(key_of(levels), id).second) continue;  // the same configuration twice is one
    const auto group = groups.emplace(key_of(loaded), static_cast<std::uint32_t>(space.members_.size())).first->second;
    if (group == space.members_.size()) space.members_.emplace_back();
    space.members_[group].push_back(id);
    space.groups_.push_back(group);
    space.levels_.insert(space.levels_.end(), levels.begin(), levels.end());
  }
  return space;
}

std::optional<ConfigId> Space::find(const Levels& levels) const {
  const auto found = by_levels_.find(key_of(levels));
  return found == by_levels_.end() ? std::nullopt : std::optional(found->second);
}

std::string Space::describe(ConfigId config) const {
  std::string text;
  for (const std::size_t p : varying_) text += fmt::format("{}{}={}", text.empty() ? "" : ", ", parameters_[p].name, parameters_[p].levels[level(config, p)]);
  return text;
}

std::vector<double> Space::coordinates(ConfigId config) const {
  std::vector<double> x;
  x.reserve(varying_.size());
  for (const std::size_t p : varying_) {
    const double at = level(config, p);
    x.push_back(parameters_[p].kind == Parameter::Kind::categorical ? at : at / static_cast<double>(parameters_[p].levels.size() - 1));
  }
  return x;
}

}  // namespace chimera::tune
