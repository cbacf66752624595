// How rooms that only read facts ask for them: by id, or by a filter. Corpus is the one in memory; a store is another.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/document.h"
#include "core/fact.h"

namespace chimera::core {

// Empty members match everything.
struct FactFilter {
  std::string path;
  std::string metric;
  std::vector<Role> roles = {Role::response, Role::count};
};

class FactLookup {
 public:
  virtual ~FactLookup() = default;
  [[nodiscard]] virtual std::optional<Fact> find(FactId id) const = 0;
  // In order of path and place. Stops where `visit` returns false.
  virtual void for_each(const FactFilter& filter, const std::function<bool(const Fact&)>& visit) const = 0;
  // Every artifact, sorted by path.
  [[nodiscard]] virtual const std::vector<Artifact>& artifacts() const = 0;
  // The bytes at a span of an artifact's file, read again from what was ingested; empty where there are none.
  [[nodiscard]] virtual std::string bytes(const SourceRef& source) const = 0;
};

}  // namespace chimera::core
