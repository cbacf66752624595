// Which metrics and settings were read at all, and where: what absences are held against.
//
// Threads: one. Built on the first question.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/lookup.h"
#include "core/vocabulary.h"

namespace chimera::claims {

class MetricIndex {
 public:
  MetricIndex(const core::FactLookup& facts, const core::Vocabulary& vocabulary) : facts_(facts), vocabulary_(vocabulary) {}

  // The metric of the vocabulary that the words begin with, the longest match first: "no GPU power samples" is
  // "gpu_power". Nothing where they name none.
  [[nodiscard]] std::optional<std::string> find_name(std::string_view words) const;
  // Where a metric or setting was first read, in `path` or (empty) anywhere.
  [[nodiscard]] std::optional<core::SourceRef> first_place(const std::string& name, const std::string& path);

 private:
  void build();

  const core::FactLookup& facts_;
  const core::Vocabulary& vocabulary_;
  bool built_ = false;
  std::map<std::string, std::map<std::string, core::SourceRef>, std::less<>> places_;  // name, path
};

}  // namespace chimera::claims
