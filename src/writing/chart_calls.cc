// The chart of the agents' calls.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "writing/charts.h"
#include "writing/review_loop.h"

namespace chimera::writing {
namespace {

constexpr std::size_t kMostCalls = 60;

struct CallPart {
  const char* key;   // in the run's record
  const char* name;
};
constexpr std::array kServerParts = {CallPart{"server_load_seconds", "model load"}, CallPart{"server_prompt_eval_seconds", "prompt evaluation"}, CallPart{"server_eval_seconds", "decoding"}};
constexpr CallPart kWhole = {"total_seconds", "whole call"};

}  // namespace

std::optional<StudyChart> make_calls_chart(const RunRecord& record, const Written* written, std::size_t number) {
  if (written == nullptr) return std::nullopt;
  report::PartsChart chart;
  chart.measure = {"duration", "s"};
  chart.names = "call";
  const auto add = [&](std::size_t call, const CallPart& part) {
    const auto fact = record.find(fmt::format("/calls/{}/{}", call, part.key));
    if (!fact) return false;
    const CallRecord& made = written->calls[call];
    const std::string name = fmt::format("{}: {}, {}, round {}", call + 1, made.author == Author::collector ? "A" : "B", made.section, made.round);
    chart.marks.push_back({name, part.name, {fact->id, fact->value.value}});
    if (std::find(chart.parts.begin(), chart.parts.end(), part.name) == chart.parts.end()) chart.parts.emplace_back(part.name);
    return true;
  };
  const std::size_t calls = std::min(kMostCalls, written->calls.size());
  for (std::size_t i = 0; i < calls; ++i) {
    bool told = false;
    for (const CallPart& part : kServerParts) told |= add(i, part);
    if (!told) add(i, kWhole);
  }
  if (chart.marks.empty()) return std::nullopt;
  chart.head = {fmt::format("chart-{}", number), "The agents' calls, in order", "How long each call took, from top to bottom in the order in which they were made.", std::string(RunRecord::kPath)};
  if (calls < written->calls.size()) chart.head.caption += " Later ones are left out.";
  return StudyChart{kOfTheRun, report::to_chart(chart)};
}

}  // namespace chimera::writing
