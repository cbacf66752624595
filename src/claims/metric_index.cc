#include "claims/metric_index.h"

#include <algorithm>
#include <vector>

#include "text/words.h"

namespace chimera::claims {
namespace {

constexpr std::size_t kLongestName = 5;  // words
constexpr std::size_t kFarthest = 4;     // words between "no" and what is not there

std::string join(const std::vector<std::string>& words, std::size_t from, std::size_t count) {
  std::string joined;
  for (std::size_t i = from; i < from + count; ++i) joined += (i == from ? "" : " ") + words[i];
  return joined;
}

}  // namespace

void MetricIndex::build() {
  built_ = true;
  facts_.for_each({}, [this](const core::Fact& fact) {
    if (fact.evidence.empty() || !fact.inputs.empty()) return true;
    const core::SourceRef& place = fact.evidence.front();
    places_[fact.metric].try_emplace(place.path, place);
    for (const core::Setting& setting : fact.config.settings()) places_[setting.key].try_emplace(place.path, place);
    return true;
  });
}

std::optional<std::string> MetricIndex::find_name(std::string_view text) const {
  const std::vector<std::string> words = text::split_identifier(text);
  for (std::size_t count = std::min(kLongestName, words.size()); count > 0; --count) {
    for (std::size_t from = 0; from + count <= words.size() && from <= kFarthest; ++from) {
      const core::Metric* metric = vocabulary_.find_alias(join(words, from, count));
      if (metric != nullptr) return metric->name;
    }
  }
  return std::nullopt;
}

std::optional<core::SourceRef> MetricIndex::first_place(const std::string& name, const std::string& path) {
  if (!built_) build();
  const auto named = places_.find(name);
  if (named == places_.end()) return std::nullopt;
  const auto place = path.empty() ? named->second.begin() : named->second.find(path);
  if (place == named->second.end()) return std::nullopt;
  return place->second;
}

}  // namespace chimera::claims
