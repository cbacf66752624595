#include "measure/series_log.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace chimera::measure {
namespace {

constexpr std::size_t kReserved = 1024;
constexpr std::size_t kMostEvents = 10'000;

}  // namespace

SeriesLog::Id SeriesLog::series(std::string_view name, std::string_view unit, std::string_view source, Keep keep) {
  const auto found = std::find_if(kept_.begin(), kept_.end(), [&](const Kept& k) { return k.series.name == name && k.series.source == source; });
  if (found != kept_.end()) return static_cast<Id>(found - kept_.begin());
  kept_.push_back({core::Series{std::string(name), std::string(unit), std::string(source), {}, {}}, keep});
  kept_.back().series.at.reserve(std::min(kReserved, longest_));
  kept_.back().series.values.reserve(std::min(kReserved, longest_));
  return kept_.size() - 1;
}

void SeriesLog::put(Id id, base::Nanoseconds at, double value) {
  core::Series& series = kept_[id].series;
  if (series.at.size() >= longest_) thin();
  series.at.push_back(at);
  series.values.push_back(value);
}

void SeriesLog::event(base::Nanoseconds at, std::string_view source, std::string what) {
  if (events_.size() < kMostEvents) events_.push_back({at, std::string(source), std::move(what)});
}

void SeriesLog::absent(std::string_view source, std::string reason) {
  if (std::any_of(absent_.begin(), absent_.end(), [&](const auto& known) { return known.source == source; })) return;
  absent_.push_back({std::string(source), std::move(reason)});
}

// Of each pair one stays; of an odd number the last stays too.
void SeriesLog::thin() {
  ++thinned_;
  for (Kept& kept : kept_) {
    core::Series& s = kept.series;
    std::size_t to = 0;
    for (std::size_t from = 0; from < s.at.size(); from += 2, ++to) {
      const std::size_t later = std::min(from + 1, s.at.size() - 1);
      const bool earlier = kept.keep == Keep::larger && s.values[from] > s.values[later];
      s.at[to] = s.at[earlier ? from : later];
      s.values[to] = s.values[earlier ? from : later];
    }
    s.at.resize(to);
    s.values.resize(to);
  }
}

core::Telemetry SeriesLog::take() {
  core::Telemetry taken;
  for (Kept& kept : kept_) {
    if (kept.series.at.empty()) continue;
    core::Series empty{kept.series.name, kept.series.unit, kept.series.source, {}, {}};
    empty.at.reserve(std::min(kReserved, longest_));
    empty.values.reserve(std::min(kReserved, longest_));
    taken.series.push_back(std::exchange(kept.series, std::move(empty)));
  }
  std::sort(taken.series.begin(), taken.series.end(), [](const auto& a, const auto& b) { return std::tie(a.name, a.source) < std::tie(b.name, b.source); });
  taken.events = std::exchange(events_, {});
  taken.absent = absent_;
  std::sort(taken.absent.begin(), taken.absent.end(), [](const auto& a, const auto& b) { return a.source < b.source; });
  return taken;
}

}  // namespace chimera::measure
