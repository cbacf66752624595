#include "report/chart_spec.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "core/fact.h"

namespace chimera::report {
namespace {

// Values that come this near to zero, as a share of the largest, are drawn from zero.
constexpr double kNearZero = 0.4;
constexpr double kTicks = 5;

// 1, 2 or 5 times a power of ten, at least a `kTicks`th of the width.
double round_step(double width) {
  const double raw = width / kTicks;
  const double power = std::pow(10, std::floor(std::log10(raw)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (raw <= factor * power) return factor * power;
  return 10 * power;
}

// Without the noise that multiplying a step leaves in the last digits.
double tidy(double value, double step) {
  const double digits = std::pow(10, std::ceil(-std::log10(step)) + 1);
  return digits >= 1 ? std::round(value * digits) / digits : value;
}

}  // namespace

Extent extent_of(const std::vector<double>& values) {
  CHECK(!values.empty(), "an axis has values");
  auto [low, high] = std::minmax_element(values.begin(), values.end());
  Extent extent{*low, *high};
  if (extent.low >= 0 && extent.low <= kNearZero * extent.high) extent.low = 0;
  if (extent.high <= 0 && extent.high >= kNearZero * extent.low) extent.high = 0;
  if (extent.low == extent.high) {
    const double around = extent.low == 0 ? 1 : std::fabs(extent.low) * 0.05;
    extent = {extent.low - around, extent.high + around};
  }
  const double step = round_step(extent.high - extent.low);
  extent.low = tidy(std::floor(extent.low / step) * step, step);
  extent.high = tidy(std::ceil(extent.high / step) * step, step);
  return extent;
}

std::vector<std::string> axis_title(const Measure& measure, const Extent& extent) {
  std::string title = measure.title;
  if (!measure.unit.empty()) title += " [" + measure.unit + "]";
  if (extent.from_zero()) return {std::move(title)};
  return {std::move(title), "(axis does not start at zero)"};
}

SpecWriter::SpecWriter(const ChartHead& head) : head_(head), json_(spec_) {
  // A metric's name begins a title in lower case.
  if (!head_.title.empty() && head_.title[0] >= 'a' && head_.title[0] <= 'z') head_.title[0] = static_cast<char>(head_.title[0] - 'a' + 'A');
  std::string title = head_.title;
  title.erase(std::remove(title.begin(), title.end(), '`'), title.end());
  json_.open_object().text("$schema", "https://vega.github.io/schema/vega-lite/v5.json");
  json_.key("usermeta").open_object().text("chimera", "chart").close_object();  // so that it is not read back as somebody's artifact
  json_.key("title").open_object().text("text", title).text("subtitle", head.path).text("anchor", "start").close_object();
  json_.text("description", head.caption).text("width", "container");
  json_.key("autosize").open_object().text("type", "fit-x").text("contains", "padding").close_object();
}

void SpecWriter::open_points() { json_.key("data").open_object().key("values").open_array(); }

void SpecWriter::open_point(const Mark& mark, std::string_view value_name) {
  json_.open_object();
  add(mark, value_name, "fact");
}

void SpecWriter::add(const Mark& mark, std::string_view value_name, std::string_view fact_name) {
  json_.number(value_name, mark.value).text(fact_name, core::to_string(mark.fact));
  facts_.push_back(mark.fact);
}

void SpecWriter::add(const Bounds& bounds) {
  add(bounds.low, "low", "low_fact");
  add(bounds.high, "high", "high_fact");
}

void SpecWriter::close_point() { json_.close_object(); }
void SpecWriter::close_points() { json_.close_array().close_object(); }

Chart SpecWriter::finish() {
  json_.close_object();
  std::sort(facts_.begin(), facts_.end());
  facts_.erase(std::unique(facts_.begin(), facts_.end()), facts_.end());
  CHECK(!facts_.empty(), "a chart shows something");
  return {std::move(head_), std::move(spec_), std::move(facts_)};
}

namespace {

void describe_axis(JsonWriter& json, const Measure& measure, const Extent& extent) {
  json.text("type", "quantitative").key("title").open_array();
  for (const std::string& line : axis_title(measure, extent)) json.text(line);
  json.close_array();
  json.key("scale").open_object().key("domain").open_array().number(extent.low).number(extent.high).close_array();
  json.key("nice").boolean(false).key("zero").boolean(false).close_object();
  json.key("axis").open_object().integer("tickCount", 5).text("labelOverlap", "greedy").close_object();
}

}  // namespace

void quantitative(JsonWriter& json, std::string_view channel, std::string_view field, const Measure& measure, const Extent& extent) {
  json.key(channel).open_object().text("field", field);
  describe_axis(json, measure, extent);
  json.close_object();
}

void quantitative_datum(JsonWriter& json, std::string_view channel, double value, const Measure& measure, const Extent& extent) {
  json.key(channel).open_object().number("datum", value);
  describe_axis(json, measure, extent);
  json.close_object();
}

void second(JsonWriter& json, std::string_view channel, std::string_view field) { json.key(channel).open_object().text("field", field).close_object(); }

void nominal(JsonWriter& json, std::string_view channel, std::string_view field, std::string_view title) {
  json.key(channel).open_object().text("field", field).text("type", "nominal").text("title", title);
  json.key("sort").null();  // as the data come
  json.close_object();
}

void nominal(JsonWriter& json, std::string_view channel, std::string_view field, std::string_view title, const std::vector<std::string>& order) {
  json.key(channel).open_object().text("field", field).text("type", "nominal").text("title", title);
  json.key("sort").open_array();
  for (const std::string& level : order) json.text(level);
  json.close_array();
  json.key("axis").open_object().integer("labelAngle", 0).close_object();
  json.close_object();
}

void colours(JsonWriter& json, std::string_view field, const std::vector<std::pair<std::string, std::string_view>>& values) {
  json.key("color").open_object().text("field", field).text("type", "nominal").text("title", "");
  json.key("scale").open_object().key("domain").open_array();
  for (const auto& [value, colour] : values) json.text(value);
  json.close_array().key("range").open_array();
  for (const auto& [value, colour] : values) json.text(colour);
  json.close_array().close_object();
  json.key("legend").open_object().text("orient", "top").text("symbolType", "circle").close_object();
  json.close_object();
}

void constant_colour(JsonWriter& json, std::string_view colour) { json.key("color").open_object().text("value", colour).close_object(); }

void mark(JsonWriter& json, std::string_view type, std::initializer_list<std::pair<std::string_view, double>> numbers) {
  json.key("mark").open_object().text("type", type);
  for (const auto& [name, value] : numbers) json.number(name, value);
  json.close_object();
}

void points(JsonWriter& json, double size) {
  json.key("mark").open_object().text("type", "point").key("filled").boolean(true).number("size", size).number("opacity", 0.9).close_object();
}

void step_height(JsonWriter& json, int step) { json.key("height").open_object().integer("step", static_cast<std::uint64_t>(step)).close_object(); }

}  // namespace chimera::report
