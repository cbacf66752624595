#include "app/bench_view.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "base/log.h"
#include "core/unit.h"
#include "measure/summary.h"

namespace chimera::app {
namespace {

std::string duration_text(double seconds) {
  if (seconds < 90) return fmt::format("{:.0f} s", seconds);
  if (seconds < 5400) return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.1f} h", seconds / 3600);
}

std::string status_line(const measure::SessionProgress& at) {
  if (at.tracing) return fmt::format("tracing the kernels of {}", at.trial);
  std::string text = fmt::format("block {}, visit {} of {}: {}", at.block, at.visit, at.visits, at.trial);
  if (at.seconds_left) text += fmt::format("; about {} to the end of block {}, when the intervals are looked at", duration_text(*at.seconds_left), at.block + at.blocks_ahead - 1);
  return text;
}

class SilentView final : public BenchView {
 public:
  void on_visit(const measure::SessionProgress&, const measure::TrialSession&) override {}
  void finish() override {}
};

class LineView final : public BenchView {
 public:
  void on_visit(const measure::SessionProgress& at, const measure::TrialSession&) override {
    if (at.visit == 1 || at.tracing) base::log_info(status_line(at));
  }
  void finish() override {}
};

class TableView final : public BenchView {
 public:
  void on_visit(const measure::SessionProgress& at, const measure::TrialSession& so_far) override {
    finish();
    winsize size{};
    const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    const std::size_t width = known ? size.ws_col : 80;
    const std::size_t height = known ? size.ws_row : 24;
    std::string text;
    const auto add = [&](const std::string& line) {
      text += line.substr(0, width - 1) + "\n";
      ++lines_;
    };
    for (const core::TrialPlan& plan : so_far.start.plan) {
      if (lines_ + 2 >= height) break;
      std::string line = fmt::format("{}{:<10}", plan.trial == at.trial ? "> " : "  ", plan.trial);
      for (const std::string& key : measure::watched_metrics(so_far)) line += cell(so_far, plan.trial, key);
      add(line);
    }
    add(status_line(at));
    std::fputs(text.c_str(), stderr);
    std::fflush(stderr);
  }
  void finish() override {
    if (lines_ > 0) std::fprintf(stderr, "\x1b[%zuA\x1b[J", lines_);
    std::fflush(stderr);
    lines_ = 0;
  }

 private:
  static std::string cell(const measure::TrialSession& so_far, const std::string& trial, const std::string& key) {
    const std::vector<measure::BlockValue> values = measure::block_values(so_far, trial, key);
    if (values.empty()) return fmt::format("{:<24}", "");
    const core::MetricInfo* metric = core::find_trial_metric(key);
    std::vector<double> sorted;
    for (const measure::BlockValue& value : values) sorted.push_back(value.value);
    std::sort(sorted.begin(), sorted.end());
    const double factor = metric->unit == "s" ? 1e3 : 1;
    return fmt::format("{:<24}", fmt::format("{} {} {}", metric->title, core::format_significant(sorted[sorted.size() / 2] * factor, 4), metric->unit == "s" ? "ms" : metric->unit));
  }
  std::size_t lines_ = 0;
};

}  // namespace

std::unique_ptr<BenchView> make_bench_view(const CommonOptions& common) {
  if (common.quiet) return std::make_unique<SilentView>();
  if (isatty(STDERR_FILENO) != 1) return std::make_unique<LineView>();
  return std::make_unique<TableView>();
}

}  // namespace chimera::app
