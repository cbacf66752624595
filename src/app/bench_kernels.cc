#include "app/bench_kernels.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "analysis/statistics.h"
#include "app/bench_engine.h"
#include "base/log.h"
#include "core/unit.h"
#include "measure/kernel_json.h"

namespace chimera::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kDigits = 4;
constexpr std::size_t kShownKernels = 12;
constexpr std::size_t kWidestName = 60;

std::string milliseconds(base::Nanoseconds duration) { return core::format_significant(static_cast<double>(duration) * 1e-6, kDigits); }
std::string percent(double part) { return fmt::format("{:.1f} %", 100 * part); }

// The beginning says which kernel it is, the last template arguments seldom.
std::string shortened(const std::string& name) { return name.size() <= kWidestName ? name : name.substr(0, kWidestName - 3) + "..."; }

std::string cost_text(const std::optional<double>& cost) {
  if (!cost) return "and counts in nothing above";
  return fmt::format("took {:.1f} % {} than the median of the measured ones, and counts in nothing above", 100 * std::abs(*cost), *cost < 0 ? "less" : "more");
}

std::string sums(const core::KernelRecord& record) {
  const core::KernelTrace& trace = record.trace;
  std::string text = fmt::format("{} launches", trace.launches);
  if (trace.launches > 0) text += fmt::format(", {} of them from CUDA graphs", percent(static_cast<double>(trace.graph_launches) / static_cast<double>(trace.launches)));
  text += fmt::format("; {} ms in kernels", milliseconds(trace.kernel_time));
  if (const auto busy = record.busy_part()) text += fmt::format("; the GPU was busy {} of {} ms{}", percent(*busy), milliseconds(record.duration), trace.devices > 1 ? fmt::format(", on average over {}", trace.devices) : "");
  return text;
}

std::vector<std::vector<std::string>> rows_of(const core::KernelTrace& trace) {
  std::vector<std::vector<std::string>> rows = {{"kernel", "launches", "total ms", "share", "median us", "grid", "block", "registers", "shared B", "occupancy"}};
  for (std::size_t i = 0; i < std::min(kShownKernels, trace.kernels.size()); ++i) {
    const core::KernelUse& use = trace.kernels[i];
    const std::string more = use.shapes > 1 ? fmt::format(" +{}", use.shapes - 1) : "";
    rows.push_back({shortened(use.name), std::to_string(use.launches), milliseconds(use.total), percent(static_cast<double>(use.total) / static_cast<double>(std::max<base::Nanoseconds>(1, trace.kernel_time))),
                    core::format_significant(static_cast<double>(use.median) * 1e-3, kDigits), measure::shape_text(use.shape.grid) + more, measure::shape_text(use.shape.block), std::to_string(use.shape.registers),
                    std::to_string(use.shape.static_shared + use.shape.dynamic_shared), use.occupancy ? fmt::format("{} ({})", percent(*use.occupancy), use.limit) : "-"});
  }
  return rows;
}

}  // namespace

base::Result<void> check_kernels(const BenchCommand& command) {
  const std::string engine = engine_kind(command);
  if (!command.kernels || engine == "embedded") return {};
  return base::fail(base::ErrorKind::usage, fmt::format("--kernels sees this process alone, and the engine {} works in another", engine), "--engine embedded; or the server under chimera run --ncu");
}

std::optional<measure::Cupti> find_tracer(const BenchCommand& command, measure::SessionOptions& options) {
  if (!command.kernels) return std::nullopt;
  auto cupti = measure::Cupti::load();
  if (cupti) return std::move(*cupti);
  options.why_no_kernels = fmt::format("kernels were not traced: {} ({})", cupti.error().message, cupti.error().hint);
  base::log_warning(options.why_no_kernels);
  return std::nullopt;
}

std::optional<double> tracing_cost(const measure::TrialSession& session, const core::KernelRecord& record) {
  analysis::Sample measured;
  for (const core::Sample& sample : session.samples)
    if (sample.trial == record.trial && sample.phase == core::Phase::measured && !sample.failure && sample.validity != core::Validity::invalid && sample.times.ended) measured.push_back(static_cast<double>(*sample.times.ended));
  if (measured.empty() || record.failure) return std::nullopt;
  const double median = analysis::median(measured);
  if (!(median > 0)) return std::nullopt;
  return static_cast<double>(record.duration) / median - 1;
}

std::string kernel_table(const measure::TrialSession& session, const core::KernelRecord& record, TableStyle style) {
  const bool markdown = style == TableStyle::markdown;
  const std::string title = fmt::format("Kernels of {}", record.trial);
  std::string text = markdown ? fmt::format("\n## {}\n\n", title) : fmt::format("\n{}: ", title);
  if (record.failure) return text + fmt::format("the repetition under {} failed: {}: {}\n", record.tracer, record.failure->kind, record.failure->message);
  text += fmt::format("one repetition more, under {}, {}.\n{}{}.\n", record.tracer, cost_text(tracing_cost(session, record)), markdown ? "\n" : "", sums(record));
  if (!record.trace.kernels.empty()) text += "\n" + rendered(rows_of(record.trace), style);
  if (record.trace.kernels.size() > kShownKernels) text += fmt::format("{}{} more kernels are in the log\n", markdown ? "\n" : "", record.trace.kernels.size() - kShownKernels);
  if (markdown && !record.remarks.empty()) text += "\n";
  for (const std::string& remark : record.remarks) text += fmt::format("{}{}\n", markdown ? "- " : "  ", remark);
  return text;
}

std::string kernel_json(const measure::TrialSession& session, const core::KernelRecord& record) {
  Json object = {{"tracer", record.tracer}, {"duration_s", static_cast<double>(record.duration) * 1e-9}, {"cost_percent", nullptr}};
  if (const auto cost = tracing_cost(session, record)) object["cost_percent"] = std::strtod(fmt::format("{:.9g}", 100 * *cost).c_str(), nullptr);
  if (record.failure) object["failure"] = {{"kind", record.failure->kind}, {"message", record.failure->message}};
  else object["trace"] = Json::parse(measure::kernel_trace_json(record.trace, record.busy_part()));
  object["remarks"] = record.remarks;
  return object.dump();
}

}  // namespace chimera::app
