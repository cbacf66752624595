// The pieces that chart specifications are put together from. Only for the chart_*.cc of this room.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/chart.h"
#include "report/json_writer.h"

namespace chimera::report {

// Colours that tell from each other and from white and black paper, also for people who see no red or green (after
// Okabe and Ito 2008, darkened to three to one against white).
inline constexpr std::string_view kBlue = "#0072b2";
inline constexpr std::string_view kOrange = "#c65102";
inline constexpr std::string_view kGreen = "#00805c";
inline constexpr std::string_view kPurple = "#a8588b";
inline constexpr std::string_view kGrey = "#7f8894";

// The ends of an axis that holds all values, at round numbers.
struct Extent {
  double low = 0;
  double high = 1;
  [[nodiscard]] bool from_zero() const { return low <= 0 && high >= 0; }
};
// From zero where the values reach near it, else close around them.
[[nodiscard]] Extent extent_of(const std::vector<double>& values);

// "decode throughput [tok/s]", and in a second line of an axis that does not hold zero, that it does not.
[[nodiscard]] std::vector<std::string> axis_title(const Measure& measure, const Extent& extent);

// Writes a specification into a string: the head, the data and what the parts add. Every number is a fact's.
class SpecWriter {
 public:
  explicit SpecWriter(const ChartHead& head);
  JsonWriter& json() { return json_; }
  // A point of the data begins and ends; members between them go through json().
  void open_points();
  void open_point(const Mark& mark, std::string_view value_name);
  void add(const Mark& mark, std::string_view value_name, std::string_view fact_name);  // of the open point
  void add(const Bounds& bounds);  // low, high, low_fact, high_fact
  void close_point();
  void close_points();
  [[nodiscard]] Chart finish();

 private:
  ChartHead head_;
  std::string spec_;
  JsonWriter json_;
  std::vector<core::FactId> facts_;
};

// `"x": {"field": ..., "type": "quantitative", ...}` of an axis with its extent.
void quantitative(JsonWriter& json, std::string_view channel, std::string_view field, const Measure& measure, const Extent& extent);
// The second end of a rule or bar.
void second(JsonWriter& json, std::string_view channel, std::string_view field);
// A named axis in the order of the data.
void nominal(JsonWriter& json, std::string_view channel, std::string_view field, std::string_view title);
void nominal(JsonWriter& json, std::string_view channel, std::string_view field, std::string_view title, const std::vector<std::string>& order);
// A colour for each value that occurs, with a legend above the plot.
void colours(JsonWriter& json, std::string_view field, const std::vector<std::pair<std::string, std::string_view>>& values);
void constant_colour(JsonWriter& json, std::string_view colour);
// The same with one value for all.
void quantitative_datum(JsonWriter& json, std::string_view channel, double value, const Measure& measure, const Extent& extent);
void mark(JsonWriter& json, std::string_view type, std::initializer_list<std::pair<std::string_view, double>> numbers);
void points(JsonWriter& json, double size);
void step_height(JsonWriter& json, int step);

}  // namespace chimera::report
