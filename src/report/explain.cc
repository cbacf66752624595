#include "report/explain.h"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <vector>

namespace chimera::report {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::size_t kInputsShown = 12;
constexpr int kDeepest = 8;

class Explainer {
 public:
  explicit Explainer(const Json& report) : configs_(report.at("configs")) {
    for (const Json& fact : report.at("facts")) {
      by_id_[fact.at("id").get<std::string>()] = &fact;
      if (fact.contains("label")) by_label_[fact.at("label").get<std::string>()] = &fact;
    }
  }

  [[nodiscard]] const Json* find(std::string_view id) const {
    if (const auto label = by_label_.find(std::string(id)); label != by_label_.end()) return label->second;
    const auto found = by_id_.find(std::string(id));
    return found == by_id_.end() ? nullptr : found->second;
  }

  [[nodiscard]] std::size_t labels() const { return by_label_.size(); }

  [[nodiscard]] std::string text(const Json& fact) const {
    std::string out = headline(fact) + "\n";
    const auto row = [&](std::string_view name, const std::string& value) {
      if (!value.empty()) out += fmt::format("  {:<11}{}\n", name, value);
    };
    row("metric", fmt::format("{} ({})", string(fact, "metric"), string(fact, "definition")));
    row("statistic", string(fact, "statistic"));
    row("config", config(fact));
    if (fact.contains("formula")) return out + derivation(fact);
    row("file", string(fact, "path"));
    row("place", place(fact.at("place")));
    row("bytes", fmt::format("{} to {}: {}", fact.at("begin").get<std::uint64_t>(), fact.at("end").get<std::uint64_t>(), string(fact, "raw")));
    row("excerpt", one_line(string(fact, "excerpt")));
    row("rule", string(fact, "rule"));
    if (string(fact, "state") != "ok") row("row", string(fact, "state"));
    return out;
  }

  // The fact with its inputs in place of their ids. `depth` ends a chain that a damaged file has made a circle.
  [[nodiscard]] Json tree(const Json& fact, int depth = 0) const {
    Json out = fact;
    if (fact.contains("config")) out["config"] = settings(fact);
    if (!fact.contains("inputs") || depth >= kDeepest) return out;
    out["inputs"] = Json::array();
    for (const Json& input : fact.at("inputs"))
      if (const Json* found = find(input.get<std::string>())) out["inputs"].push_back(tree(*found, depth + 1));
    return out;
  }

 private:
  static std::string string(const Json& fact, const char* key) { return fact.contains(key) ? fact.at(key).get<std::string>() : std::string(); }

  static std::string one_line(std::string text) {
    for (char& c : text)
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    return text;
  }

  static std::string headline(const Json& fact) {
    const std::string name = fact.contains("label") ? string(fact, "label") + " (" + string(fact, "id") + ")" : string(fact, "id");
    const std::string value = fact.contains("raw") ? string(fact, "raw") : fact.at("value").dump();
    const std::string unit = string(fact, "unit");
    return fmt::format("{}: {}{}{}", name, value, unit.empty() ? "" : " ", unit);
  }

  static std::string place(const Json& place) {
    std::string out;
    for (const auto& [key, value] : place.items())
      out += fmt::format("{}{} {}", out.empty() ? "" : ", ", key, value.is_string() ? value.get<std::string>() : value.dump());
    return out;
  }

  [[nodiscard]] const Json& settings(const Json& fact) const { return configs_.at(fact.at("config").get<std::size_t>()); }

  [[nodiscard]] std::string config(const Json& fact) const {
    if (!fact.contains("config")) return {};
    std::string out;
    for (const auto& [key, value] : settings(fact).items()) out += (out.empty() ? "" : ", ") + key + "=" + value.get<std::string>();
    return one_line(out);
  }

  [[nodiscard]] std::string derivation(const Json& fact) const {
    const Json& inputs = fact.at("inputs");
    const std::size_t total = fact.value("inputs_total", inputs.size());
    std::string out = fmt::format("  {:<11}{} of {} input{}\n", "formula", string(fact, "formula"), total, total == 1 ? "" : "s");
    for (std::size_t i = 0; i < inputs.size() && i < kInputsShown; ++i) {
      const Json* input = find(inputs[i].get<std::string>());
      if (input == nullptr) continue;
      out += "    " + headline(*input);
      out += input->contains("path") ? fmt::format("  {}, {}\n", string(*input, "path"), place(input->at("place")))
                                     : fmt::format("  = {}\n", string(*input, "formula"));
    }
    if (total > kInputsShown) out += fmt::format("    ... and {} more{}\n", total - kInputsShown, total > inputs.size() ? "" : " (--json lists all)");
    return out;
  }

  const Json& configs_;
  std::map<std::string, const Json*> by_id_;
  std::map<std::string, const Json*> by_label_;
};

}  // namespace

base::Result<std::string> explain(std::string_view report_json, std::string_view id, ExplainForm form) {
  const Json report = Json::parse(report_json.begin(), report_json.end(), nullptr, false);
  if (report.is_discarded() || !report.is_object() || report.value("chimera", "") != "report" || !report.contains("facts"))
    return base::fail(base::ErrorKind::input, "this is not a report.json that chimera wrote", "give the report.json of the report's folder with --in");
  try {
    const Explainer explainer(report);
    const Json* fact = explainer.find(id);
    if (fact == nullptr)
      return base::fail(base::ErrorKind::usage, fmt::format("the report has no fact {}", id),
                        fmt::format("its facts are f1 to f{}; the links in report.md carry these labels", explainer.labels()));
    if (form == ExplainForm::json) return explainer.tree(*fact).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
    return explainer.text(*fact);
  } catch (const Json::exception& error) {
    return base::fail(base::ErrorKind::input, fmt::format("report.json is damaged: {}", error.what()), "write the report again");
  }
}

}  // namespace chimera::report
