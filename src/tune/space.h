// What may be tuned: parameters with their levels, and the configurations that exist.
//
// Configurations are numbered 0..size()-1 in the order they were given; a configuration that is not there (a constraint
// forbids it) has no number. Parameters with a single level are kept for output and ignored by every distance.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"

namespace chimera::tune {

using ConfigId = std::uint32_t;
using Levels = std::vector<std::uint16_t>;  // one level per parameter, counted from 0

struct Parameter {
  enum class Kind {
    ordinal,     // levels are in order: neighbours resemble each other
    categorical  // any two levels are equally unlike
  };
  std::string name;
  Kind kind = Kind::ordinal;
  std::vector<std::string> levels;  // as written
  bool reload = false;              // a change loads the model anew
};

class Space {
 public:
  // An input error where there is no parameter, no configuration, or a level that its parameter does not have.
  [[nodiscard]] static base::Result<Space> create(std::vector<Parameter> parameters, const std::vector<Levels>& configurations);

  [[nodiscard]] const std::vector<Parameter>& parameters() const { return parameters_; }
  [[nodiscard]] std::size_t size() const { return groups_.size(); }
  [[nodiscard]] std::uint16_t level(ConfigId config, std::size_t parameter) const { return levels_[config * parameters_.size() + parameter]; }
  // Of the parameters with more than one level.
  [[nodiscard]] const std::vector<std::size_t>& varying() const { return varying_; }
  [[nodiscard]] std::optional<ConfigId> find(const Levels& levels) const;
  // Configurations of one group agree in all reload parameters: going from one to another loads nothing.
  [[nodiscard]] std::uint32_t group(ConfigId config) const { return groups_[config]; }
  [[nodiscard]] const std::vector<ConfigId>& members(std::uint32_t group) const { return members_[group]; }
  [[nodiscard]] std::size_t groups() const { return members_.size(); }
  // "num_ctx=4096, threads=2": the varying parameters.
  [[nodiscard]] std::string describe(ConfigId config) const;
  // Of the varying parameters: ordinal ranks in [0, 1], categorical levels as they are.
  [[nodiscard]] std::vector<double> coordinates(ConfigId config) const;

 private:
  std::vector<Parameter> parameters_;
  std::vector<std::size_t> varying_;
  std::vector<std::uint16_t> levels_;
  std::vector<std::uint32_t> groups_;
  std::vector<std::vector<ConfigId>> members_;
  std::unordered_map<std::string, ConfigId> by_levels_;
};

}  // namespace chimera::tune
