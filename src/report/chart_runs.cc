// Charts of single runs: in the order they ran, as a distribution, as parts of a whole.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/check.h"
#include "core/unit.h"
#include "report/chart_spec.h"

namespace chimera::report {
namespace {

constexpr int kDigits = 4;
constexpr double kLabelHeight = 6.5;  // of the 100 % that the plot of a distribution is high
const Measure kShare = {"share of values up to this one", "%"};

// Colours in the order in which names are given.
std::vector<std::pair<std::string, std::string_view>> palette(const std::vector<std::string>& names) {
  constexpr std::string_view kColours[] = {kBlue, kOrange, kPurple, kGreen, kGrey};
  std::vector<std::pair<std::string, std::string_view>> out;
  for (std::size_t i = 0; i < names.size(); ++i) out.emplace_back(names[i], kColours[i % std::size(kColours)]);
  return out;
}

// A band or line at values that stand in the specification itself: named data, so that they carry their facts.
void open_extra(SpecWriter& spec, std::string_view type, double opacity) {
  JsonWriter& json = spec.json();
  json.open_object();
  mark(json, type, {{"opacity", opacity}});
  spec.open_points();
}

// The median across the plot, and the band that its interval spans.
void median_layers(SpecWriter& spec, const std::optional<Mark>& median, const std::optional<Bounds>& bounds, std::string_view along, const Measure& measure,
                   const Extent& extent) {
  JsonWriter& json = spec.json();
  for (const bool band : {true, false}) {
    if (!median || (band && !bounds)) continue;
    open_extra(spec, band ? "rect" : "rule", band ? 0.15 : 0.9);
    spec.open_point(*median, "value");
    if (band) spec.add(*bounds);
    json.text("name", band ? "median, 95 % confidence interval" : "median");
    spec.close_point();
    spec.close_points();
    json.key("encoding").open_object();
    quantitative(json, along, band ? "low" : "value", measure, extent);
    if (band) second(json, along == "x" ? "x2" : "y2", "high");
    constant_colour(json, kGreen);
    json.close_object().close_object();
  }
}

// At the height of their share, or below the label above: p95 and p99 are often nearly one value.
void label_quantiles(SpecWriter& spec, const DistributionChart& chart, const Extent& extent) {
  JsonWriter& json = spec.json();
  json.open_object().key("mark").open_object().text("type", "text").text("align", "left").number("dx", 8).number("dy", 6).number("fontSize", 11).close_object();
  spec.open_points();
  double above = 100 + kLabelHeight;
  for (auto quantile = chart.quantiles.rbegin(); quantile != chart.quantiles.rend(); ++quantile) {
    const auto& [name, m] = *quantile;
    spec.open_point(m, "value");
    double share = 0;
    std::from_chars(name.data() + 1, name.data() + name.size(), share);
    above = std::min(share, above - kLabelHeight);
    json.text("name", name).text("label", name + " " + core::format_significant(m.value, kDigits)).number("share", share).number("label_at", above);
    spec.close_point();
  }
  spec.close_points();
  json.key("encoding").open_object();
  quantitative(json, "x", "value", chart.measure, extent);
  quantitative(json, "y", "label_at", kShare, {0, 100});
  json.key("text").open_object().text("field", "label").close_object();
  json.close_object().close_object();
}

}  // namespace

Chart to_chart(const RunsChart& chart) {
  SpecWriter spec(chart.head);
  JsonWriter& json = spec.json();
  std::vector<double> values;
  std::vector<std::string> groups;
  for (const RunMark& m : chart.marks) {
    values.push_back(m.value.value);
    if (std::find(groups.begin(), groups.end(), m.group) == groups.end()) groups.push_back(m.group);
  }
  // The same colours in every chart: usual runs come first, what is special about some of them last.
  for (const std::string_view special : {kLoaded, kOutlier}) {
    const auto at = std::find(groups.begin(), groups.end(), special);
    if (at != groups.end()) std::rotate(at, at + 1, groups.end());
  }
  if (chart.bounds) values.insert(values.end(), {chart.bounds->low.value, chart.bounds->high.value});
  const Extent extent = extent_of(values);
  json.integer("height", 220);
  json.key("layer").open_array();
  median_layers(spec, chart.median, chart.bounds, "y", chart.measure, extent);
  json.open_object();
  points(json, chart.marks.size() > 200 ? 18 : 50);
  spec.open_points();
  for (const RunMark& m : chart.marks) {
    spec.open_point(m.value, "value");
    json.integer("run", m.position).text("group", m.group);
    spec.close_point();
  }
  spec.close_points();
  json.key("encoding").open_object();
  const double last = static_cast<double>(chart.marks.back().position);
  json.key("x").open_object().text("field", "run").text("type", "quantitative").text("title", chart.order);
  json.key("scale").open_object().key("domain").open_array().number(0.5).number(last + 0.5).close_array().key("nice").boolean(false).key("zero").boolean(false).close_object();
  json.key("axis").open_object().integer("tickMinStep", 1).key("grid").boolean(false).text("format", "d").close_object().close_object();
  quantitative(json, "y", "value", chart.measure, extent);
  if (groups.size() > 1) colours(json, "group", palette(groups));
  else constant_colour(json, kBlue);
  json.close_object().close_object().close_array();
  return spec.finish();
}

Chart to_chart(const PartsChart& chart) {
  SpecWriter spec(chart.head);
  JsonWriter& json = spec.json();
  std::vector<std::pair<std::string, double>> totals;
  spec.open_points();
  for (const PartMark& m : chart.marks) {
    if (totals.empty() || totals.back().first != m.name) totals.emplace_back(m.name, 0);
    totals.back().second += m.value.value;
    spec.open_point(m.value, "value");
    const auto order = std::find(chart.parts.begin(), chart.parts.end(), m.part) - chart.parts.begin();
    json.text("name", m.name).text("part", m.part).integer("order", static_cast<std::uint64_t>(order));
    spec.close_point();
  }
  spec.close_points();
  std::vector<double> values = {0};
  for (const auto& [name, total] : totals) values.push_back(total);
  step_height(json, 17);
  mark(json, "bar", {{"height", 11}});
  json.key("encoding").open_object();
  quantitative(json, "x", "value", chart.measure, extent_of(values));
  nominal(json, "y", "name", chart.names);
  colours(json, "part", palette(chart.parts));
  json.key("order").open_object().text("field", "order").close_object();
  json.close_object();
  return spec.finish();
}

Chart to_chart(const DistributionChart& chart) {
  SpecWriter spec(chart.head);
  JsonWriter& json = spec.json();
  CHECK(!chart.values.empty(), "a distribution has values");
  std::vector<double> values;
  for (const Mark& m : chart.values) values.push_back(m.value);
  const Extent extent = extent_of(values);
  std::optional<Mark> median;
  for (const auto& [name, m] : chart.quantiles)
    if (name == "p50") median = m;
  json.integer("height", 220);
  json.key("layer").open_array();
  median_layers(spec, median, chart.median, "x", chart.measure, extent);
  json.open_object().key("mark").open_object().text("type", "line").text("interpolate", "step-after").number("strokeWidth", 1.5);
  json.key("point").open_object().key("filled").boolean(true).number("size", values.size() > 200 ? 14 : 36).close_object().close_object();
  spec.open_points();
  for (std::size_t i = 0; i < chart.values.size(); ++i) {
    spec.open_point(chart.values[i], "value");
    json.number("share", 100 * static_cast<double>(i + 1) / static_cast<double>(chart.values.size()));
    spec.close_point();
  }
  spec.close_points();
  json.key("encoding").open_object();
  quantitative(json, "x", "value", chart.measure, extent);
  quantitative(json, "y", "share", kShare, {0, 100});
  constant_colour(json, kBlue);
  json.close_object().close_object();
  label_quantiles(spec, chart, extent);
  json.close_array();
  return spec.finish();
}

}  // namespace chimera::report
