#include "app/tune_output.h"

#include <fmt/format.h>

#include <cmath>

#include "core/unit.h"
#include "report/json_writer.h"
#include "text/words.h"

namespace chimera::app {
namespace {

using report::JsonWriter;

// A value of the table, in its own kind: 16, true, "float4".
void write_literal(JsonWriter& json, std::string_view name, std::string_view text, std::string_view literal) {
  double number = 0;
  const bool integer = literal.find_first_not_of("-0123456789") == std::string_view::npos;
  if (literal == "true" || literal == "false") {
    json.key(name).boolean(literal == "true");
  } else if (!literal.empty() && literal.front() == '"') {
    json.text(name, text);
  } else if (integer) {
    json.key(name).integer(std::stoll(std::string(literal)));
  } else if (literal != "null" && std::sscanf(std::string(literal).c_str(), "%lf", &number) == 1) {
    json.number(name, number);
  } else {
    json.text(name, text);
  }
}

void write_config(JsonWriter& json, const TuningTable& table, tune::ConfigId config) {
  const tune::Space& space = table.table.space;
  json.open_object();
  for (std::size_t p = 0; p < space.parameters().size(); ++p) {
    const std::uint16_t level = space.level(config, p);
    write_literal(json, space.parameters()[p].name, space.parameters()[p].levels[level], table.literals[p][level]);
  }
  json.close_object();
}

void write_standing(JsonWriter& json, const tune::TuneResult& result, const TuningTable& table, const tune::Standing& standing) {
  json.open_object().key("config");
  write_config(json, table, standing.config);
  json.number("estimate", std::exp(standing.centre));
  json.integer("repetitions", result.observations.find(standing.config)->repetitions.size());
  json.number("low", std::expm1(standing.low)).number("high", std::expm1(standing.high)).close_object();
}

void write_trace(JsonWriter& json, const tune::TuneResult& result, const TuningTable& table) {
  json.key("trace").open_array();
  for (const tune::Step& step : result.steps) {
    json.open_object().number("seconds", step.seconds).text("phase", step.phase).key("config");
    write_config(json, table, step.config);
    json.key("values").open_array();
    for (const double value : step.values) json.number(value);
    json.close_array();
    if (step.values.empty()) json.text("failure", step.failure);
    if (step.leader) {
      json.key("incumbent");
      write_config(json, table, *step.leader);
    }
    json.close_object();
  }
  json.close_array();
}

}  // namespace

std::string replay_json(const tune::TuneResult& result, const TuningTable& table, std::uint64_t seed) {
  std::string text;
  JsonWriter json(text);
  json.open_object().key("incumbent");
  if (result.tied.empty()) {
    json.number(std::nan(""));  // null
  } else {
    write_standing(json, result, table, result.tied.front());
  }
  json.key("tied").open_array();
  for (const tune::Standing& standing : result.tied) write_standing(json, result, table, standing);
  json.close_array().number("smallest_difference", result.smallest_difference);
  json.integer("configurations", table.table.space.size()).integer("measured", result.measured).integer("failed", result.failed);
  json.key("exhausted").boolean(result.exhausted);
  json.number("charged_seconds", result.charged_seconds).integer("seed", seed).text("stop_reason", result.stop_reason);
  write_trace(json, result, table);
  json.close_object();
  return text + "\n";
}

std::string replay_text(const tune::TuneResult& result, const TuningTable& table) {
  const tune::Space& space = table.table.space;
  std::string text = fmt::format("{} of {} configurations measured, {} failed, {:.0f} s charged: {}\n", result.measured, space.size(), result.failed, result.charged_seconds, result.stop_reason);
  if (result.tied.empty()) return text;
  text += fmt::format("{} may be the best{}; differences below {:.1f} % could not be seen\n", result.tied.size(), result.exhausted ? "" : " of those measured", 100 * result.smallest_difference);
  for (const tune::Standing& standing : result.tied)
    text += fmt::format("  {:>10}  {:+.1f} % to {:+.1f} %  {}\n", core::format_significant(std::exp(standing.centre), 4), 100 * std::expm1(standing.low), 100 * std::expm1(standing.high),
                        text::visible(space.describe(standing.config)));
  return text;
}

}  // namespace chimera::app
