#include "measure/kernel_json.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

namespace chimera::measure {
namespace {

using Json = nlohmann::ordered_json;

Json rounded(double value) { return std::strtod(fmt::format("{:.9g}", value).c_str(), nullptr); }
Json seconds(base::Nanoseconds duration) { return rounded(static_cast<double>(duration) * 1e-9); }
base::Nanoseconds nanoseconds(const Json& value) { return static_cast<base::Nanoseconds>(std::llround(value.get<double>() * 1e9)); }

Json use_json(const core::KernelUse& use) {
  Json object = {{"name", use.name},
                 {"launches", use.launches},
                 {"total_s", seconds(use.total)},
                 {"median_s", seconds(use.median)},
                 {"grid", shape_text(use.shape.grid)},
                 {"block", shape_text(use.shape.block)},
                 {"shapes", use.shapes},
                 {"registers", use.shape.registers},
                 {"static_shared_bytes", use.shape.static_shared},
                 {"dynamic_shared_bytes", use.shape.dynamic_shared}};
  if (use.occupancy) object["occupancy_percent"] = rounded(100 * *use.occupancy);
  if (!use.limit.empty()) object["occupancy_limit"] = use.limit;
  return object;
}

base::Result<core::KernelUse> parse_use(const Json& object) {
  core::KernelUse use;
  use.name = object.at("name").get<std::string>();
  use.launches = object.at("launches").get<std::uint64_t>();
  use.total = nanoseconds(object.at("total_s"));
  use.median = nanoseconds(object.at("median_s"));
  const auto grid = parse_shape(object.at("grid").get<std::string>());
  const auto block = parse_shape(object.at("block").get<std::string>());
  if (!grid || !block) return base::fail(base::ErrorKind::input, fmt::format("the grid or block of kernel {} is not written as 1x2x3", use.name));
  use.shape = {*grid, *block, object.at("registers").get<std::uint32_t>(), object.at("static_shared_bytes").get<std::uint64_t>(), object.at("dynamic_shared_bytes").get<std::uint64_t>()};
  use.shapes = object.at("shapes").get<std::uint64_t>();
  if (const auto occupancy = object.find("occupancy_percent"); occupancy != object.end()) use.occupancy = occupancy->get<double>() / 100;
  use.limit = object.value("occupancy_limit", "");
  return use;
}

}  // namespace

std::string shape_text(const std::array<std::uint32_t, 3>& sizes) { return fmt::format("{}x{}x{}", sizes[0], sizes[1], sizes[2]); }

std::optional<std::array<std::uint32_t, 3>> parse_shape(std::string_view text) {
  std::array<std::uint32_t, 3> sizes{};
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  for (std::size_t i = 0; i < 3; ++i) {
    if (i > 0 && (at == end || *at++ != 'x')) return std::nullopt;
    const auto [next, error] = std::from_chars(at, end, sizes[i]);
    if (error != std::errc()) return std::nullopt;
    at = next;
  }
  return at == end ? std::optional(sizes) : std::nullopt;
}

std::string kernel_trace_json(const core::KernelTrace& trace, std::optional<double> busy_part) {
  Json object = {{"launches", trace.launches}, {"graph_launches", trace.graph_launches}};
  if (trace.lost > 0) object["lost_launches"] = trace.lost;
  object["devices"] = trace.devices;
  object["kernel_time_s"] = seconds(trace.kernel_time);
  object["busy_s"] = seconds(trace.busy);
  if (busy_part) object["busy_percent"] = rounded(100 * *busy_part);
  object["kernels"] = Json::array();
  for (const core::KernelUse& use : trace.kernels) object["kernels"].push_back(use_json(use));
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

base::Result<core::KernelTrace> parse_kernel_trace(std::string_view text) {
  try {
    const Json object = Json::parse(text);
    core::KernelTrace trace;
    trace.launches = object.at("launches").get<std::uint64_t>();
    trace.graph_launches = object.at("graph_launches").get<std::uint64_t>();
    trace.lost = object.value("lost_launches", std::uint64_t{0});
    trace.devices = object.at("devices").get<std::uint32_t>();
    trace.kernel_time = nanoseconds(object.at("kernel_time_s"));
    trace.busy = nanoseconds(object.at("busy_s"));
    for (const Json& one : object.at("kernels")) {
      TRY(core::KernelUse use, parse_use(one));
      trace.kernels.push_back(std::move(use));
    }
    return trace;
  } catch (const Json::exception& wrong) {
    return base::fail(base::ErrorKind::input, wrong.what());
  }
}

}  // namespace chimera::measure
