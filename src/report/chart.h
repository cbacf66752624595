// Charts as Vega-Lite specifications: what is drawn is a fact, and every point carries the id of the fact it shows.
//
// The structs say what a chart shows; to_chart() lays it out. Axes carry units, an axis that does not start at zero says
// so, and bounds are drawn wherever they are known. Same input, same bytes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/ids.h"

namespace chimera::report {

struct Mark {
  core::FactId fact;
  double value = 0;
};

// An interval at 95 % confidence.
struct Bounds {
  Mark low;
  Mark high;
};

// What an axis shows: "decode throughput" in "tok/s".
struct Measure {
  std::string title;
  std::string unit;
};

struct ChartHead {
  std::string id;       // "chart-3": of the figure in report.html and the file in figures/
  std::string title;    // states a finding only where one was made; names stand between backticks
  std::string caption;  // what is drawn, how, and what is left out
  std::string path;     // of the artifact
};

enum class Standing { leader, tied, behind, alone };  // `alone`: nothing is known of what can be told apart

struct ConfigurationMark {
  std::string name;
  Mark value;
  std::optional<Bounds> bounds;
  std::size_t runs = 1;
  Standing standing = Standing::alone;
};
struct ConfigurationsChart {
  ChartHead head;
  Measure measure;
  std::string settings;  // what the names list: "num_ctx · num_gpu"
  std::vector<ConfigurationMark> marks;
};

// A level against the first one, in percent.
struct EffectMark {
  std::string factor;
  std::string levels;  // "80 against 40"
  Mark effect;
  Bounds bounds;
};
struct EffectsChart {
  ChartHead head;
  Measure measure;
  std::vector<EffectMark> marks;
};

inline constexpr std::string_view kLoaded = "run that loaded the model", kOutlier = "outlier";
struct RunMark {
  std::size_t position = 0;  // in run order, from 1
  std::string group;         // "run", kLoaded, kOutlier, or a level of a setting: one colour each
  Mark value;
};
struct RunsChart {
  ChartHead head;
  Measure measure;
  std::string order;         // of the axis: "run, in order of time"
  std::vector<RunMark> marks;
  std::optional<Mark> median;
  std::optional<Bounds> bounds;  // of the median
};

struct CellMark {
  std::string x;
  std::string y;
  Mark value;
  std::optional<Bounds> bounds;
  std::size_t runs = 1;
};
struct HeatmapChart {
  ChartHead head;
  Measure measure;
  std::string x, y;
  std::vector<std::string> x_levels, y_levels;  // in natural order
  std::vector<CellMark> marks;
};

// A whole in its parts, stacked in the order of `parts`.
struct PartMark {
  std::string name, part;  // name of the whole: a configuration, a run
  Mark value;
};
struct PartsChart {
  ChartHead head;
  Measure measure;
  std::string names;  // what the names are: "num_ctx · num_gpu"
  std::vector<std::string> parts;
  std::vector<PartMark> marks;
};

struct DistributionChart {
  ChartHead head;
  Measure measure;
  std::vector<Mark> values;  // ascending
  std::vector<std::pair<std::string, Mark>> quantiles;  // "p50"
  std::optional<Bounds> median;
};

struct TradeoffMark {
  std::string name;
  Mark x;
  Mark y;
  std::optional<Bounds> y_bounds;
  bool front = false;  // no other is better in one and as good in the other
};
struct TradeoffChart {
  ChartHead head;
  Measure x;
  Measure y;
  std::vector<TradeoffMark> marks;
};

struct Chart {
  ChartHead head;
  std::string spec;                 // Vega-Lite 5, one line of JSON
  std::vector<core::FactId> facts;  // of every point and bound, ascending, each once
};

// Each CHECKs that there is something to draw.
[[nodiscard]] Chart to_chart(const ConfigurationsChart& chart);
[[nodiscard]] Chart to_chart(const EffectsChart& chart);
[[nodiscard]] Chart to_chart(const RunsChart& chart);
[[nodiscard]] Chart to_chart(const HeatmapChart& chart);
[[nodiscard]] Chart to_chart(const PartsChart& chart);
[[nodiscard]] Chart to_chart(const DistributionChart& chart);
[[nodiscard]] Chart to_chart(const TradeoffChart& chart);

}  // namespace chimera::report
