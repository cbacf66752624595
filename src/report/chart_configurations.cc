// Charts of what was compared: configurations, the effects of settings, two settings at once, what is traded for what.
#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "core/unit.h"
#include "report/chart_spec.h"

namespace chimera::report {
namespace {

constexpr int kRowHeight = 17;
constexpr int kDigits = 4;

constexpr std::string_view kLeader = "leader";
constexpr std::string_view kTied = "cannot be told from the leader";
constexpr std::string_view kBehind = "behind the leader";

std::string_view to_string(Standing standing) {
  switch (standing) {
    case Standing::leader: return kLeader;
    case Standing::tied: return kTied;
    case Standing::behind: return kBehind;
    case Standing::alone: break;
  }
  return "";
}

void include(std::vector<double>& values, const Mark& mark, const std::optional<Bounds>& bounds) {
  values.push_back(mark.value);
  if (!bounds) return;
  values.push_back(bounds->low.value);
  values.push_back(bounds->high.value);
}

// The ends of an interval along x or y, as the encoding of a rule.
void bounds_channels(JsonWriter& json, std::string_view along, const Measure& measure, const Extent& extent) {
  quantitative(json, along, "low", measure, extent);
  second(json, along == "x" ? "x2" : "y2", "high");
}

void rule(JsonWriter& json) { mark(json, "rule", {{"strokeWidth", 2}, {"opacity", 0.55}}); }

void filter_has(JsonWriter& json, std::string_view field) {
  json.key("transform").open_array().open_object().text("filter", fmt::format("isValid(datum.{})", field)).close_object().close_array();
}

void write_standings(JsonWriter& json, const ConfigurationsChart& chart) {
  if (chart.marks.front().standing == Standing::alone) return constant_colour(json, kBlue);
  std::vector<std::pair<std::string, std::string_view>> shown;
  const std::pair<Standing, std::string_view> all[] = {{Standing::leader, kOrange}, {Standing::tied, kBlue}, {Standing::behind, kGrey}};
  for (const auto& [standing, colour] : all)
    if (std::any_of(chart.marks.begin(), chart.marks.end(), [s = standing](const ConfigurationMark& m) { return m.standing == s; }))
      shown.emplace_back(std::string(to_string(standing)), colour);
  colours(json, "standing", shown);
}

}  // namespace

Chart to_chart(const ConfigurationsChart& chart) {
  SpecWriter spec(chart.head);
  JsonWriter& json = spec.json();
  std::vector<double> values;
  bool bounded = false;
  spec.open_points();
  for (const ConfigurationMark& m : chart.marks) {
    include(values, m.value, m.bounds);
    bounded |= m.bounds.has_value();
    spec.open_point(m.value, "value");
    json.text("name", m.name).integer("runs", m.runs);
    if (m.bounds) spec.add(*m.bounds);
    if (m.standing != Standing::alone) json.text("standing", to_string(m.standing));
    spec.close_point();
  }
  spec.close_points();
  const Extent extent = extent_of(values);
  step_height(json, kRowHeight);
  json.key("layer").open_array();
  for (const bool bounds : {true, false}) {
    if (bounds && !bounded) continue;
    json.open_object();
    bounds ? rule(json) : points(json, 60);
    json.key("encoding").open_object();
    if (bounds) bounds_channels(json, "x", chart.measure, extent);
    else quantitative(json, "x", "value", chart.measure, extent);
    nominal(json, "y", "name", chart.settings);
    write_standings(json, chart);
    json.close_object().close_object();
  }
  json.close_array();
  return spec.finish();
}

Chart to_chart(const EffectsChart& chart) {
  SpecWriter spec(chart.head);
  JsonWriter& json = spec.json();
  std::vector<double> values = {0};
  spec.open_points();
  for (const EffectMark& m : chart.marks) {
    include(values, m.effect, m.bounds);
    spec.open_point(m.effect, "value");
    json.text("name", m.factor + ": " + m.levels).text("factor", m.factor);
    spec.add(m.bounds);
    json.text("shown", m.bounds.low.value > 0 || m.bounds.high.value < 0 ? "differs" : "not shown to differ");
    spec.close_point();
  }
  spec.close_points();
  const Extent extent = extent_of(values);
  step_height(json, kRowHeight + 5);
  json.key("layer").open_array();
  json.open_object();
  mark(json, "rule", {{"strokeWidth", 1}, {"opacity", 0.6}});
  json.key("encoding").open_object();
  quantitative_datum(json, "x", 0, chart.measure, extent);
  constant_colour(json, kGrey);
  json.close_object().close_object();
  for (const bool bounds : {true, false}) {
    json.open_object();
    bounds ? rule(json) : points(json, 70);
    json.key("encoding").open_object();
    if (bounds) bounds_channels(json, "x", chart.measure, extent);
    else quantitative(json, "x", "value", chart.measure, extent);
    nominal(json, "y", "name", "");
    colours(json, "shown", {{"differs", kOrange}, {"not shown to differ", kGrey}});
    json.close_object().close_object();
  }
  json.close_array();
  return spec.finish();
}

Chart to_chart(const HeatmapChart& chart) {
  SpecWriter spec(chart.head);
  JsonWriter& json = spec.json();
  spec.open_points();
  for (const CellMark& m : chart.marks) {
    spec.open_point(m.value, "value");
    json.text("x", m.x).text("y", m.y).integer("runs", m.runs).text("label", core::format_significant(m.value.value, kDigits));
    if (m.bounds) {
      spec.add(*m.bounds);
      json.text("between", core::format_significant(m.bounds->low.value, kDigits) + "–" + core::format_significant(m.bounds->high.value, kDigits));
    }
    spec.close_point();
  }
  spec.close_points();
  step_height(json, 44);
  const auto place = [&] {
    nominal(json, "x", "x", chart.x, chart.x_levels);
    nominal(json, "y", "y", chart.y, chart.y_levels);
  };
  json.key("layer").open_array();
  json.open_object();
  mark(json, "rect", {{"opacity", 1}, {"cornerRadius", 3}});
  json.key("encoding").open_object();
  place();
  json.key("color").open_object().text("field", "value").text("type", "quantitative");
  json.text("title", chart.measure.unit.empty() ? chart.measure.title : chart.measure.title + " [" + chart.measure.unit + "]");
  json.key("scale").open_object().key("range").open_array().text("#eaf3fa").text("#6fb1dc").close_array().key("zero").boolean(false).close_object();
  json.key("legend").open_object().text("orient", "top").integer("gradientLength", 180).close_object().close_object();
  json.close_object().close_object();
  for (const auto& [field, size, shift] : {std::tuple{"label", 12, -7}, std::tuple{"between", 9, 9}}) {
    json.open_object();
    filter_has(json, field);
    mark(json, "text", {{"fontSize", double(size)}, {"dy", double(shift)}});
    json.key("encoding").open_object();
    place();
    json.key("text").open_object().text("field", field).close_object();
    constant_colour(json, "#10151c");
    json.close_object().close_object();
  }
  json.close_array();
  return spec.finish();
}

Chart to_chart(const TradeoffChart& chart) {
  SpecWriter spec(chart.head);
  JsonWriter& json = spec.json();
  std::vector<double> xs;
  std::vector<double> ys;
  bool bounded = false;
  spec.open_points();
  for (const TradeoffMark& m : chart.marks) {
    xs.push_back(m.x.value);
    include(ys, m.y, m.y_bounds);
    bounded |= m.y_bounds.has_value();
    spec.open_point(m.y, "y");
    spec.add(m.x, "x", "x_fact");
    json.text("name", m.name).text("front", m.front ? "on the front" : "another is better in one and as good in the other");
    if (m.y_bounds) spec.add(*m.y_bounds);
    spec.close_point();
  }
  spec.close_points();
  const Extent width = extent_of(xs);
  const Extent height = extent_of(ys);
  json.integer("height", 260);
  json.key("layer").open_array();
  for (const bool bounds : {true, false}) {
    if (bounds && !bounded) continue;
    json.open_object();
    bounds ? rule(json) : points(json, 70);
    json.key("encoding").open_object();
    quantitative(json, "x", "x", chart.x, width);
    if (bounds) bounds_channels(json, "y", chart.y, height);
    else quantitative(json, "y", "y", chart.y, height);
    colours(json, "front", {{"on the front", kOrange}, {"another is better in one and as good in the other", kGrey}});
    json.close_object().close_object();
  }
  json.close_array();
  return spec.finish();
}

}  // namespace chimera::report
