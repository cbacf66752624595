#include "writing/svg_figures.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "base/child.h"
#include "base/files.h"
#include "base/log.h"
#include "report/embedded.h"

namespace chimera::writing {
namespace {

constexpr auto kLongest = std::chrono::seconds(20);
constexpr auto kPause = std::chrono::milliseconds(5);

// Specifications are JSON, so they stand in the script as they are: what artifacts put into them stays a string.
std::string script_of(const std::vector<StudyChart>& charts) {
  std::string script(report::asset("charts.js"));
  script += "\n;(async () => { const drawn = []; for (const spec of [";
  for (const StudyChart& chart : charts) script += chart.chart.spec + ",\n";
  script += "]) { try { drawn.push(await chimeraCharts.toSvg(spec)); } catch { drawn.push(''); } } process.stdout.write(JSON.stringify(drawn)); })();\n";
  return script;
}

}  // namespace

SvgFigures SvgFigures::begin(const std::vector<StudyChart>& charts) {
  SvgFigures out;
  if (charts.empty()) return out;
  std::error_code error;
  std::string folder = (std::filesystem::temp_directory_path(error) / "chimera-figures-XXXXXX").string();
  if (error || mkdtemp(folder.data()) == nullptr) return out;
  out.folder_ = folder;
  out.charts_ = charts.size();
  if (!base::write_file(folder + "/script.js", script_of(charts))) return out;
  out.child_ = base::start_into_file({"node", "-"}, folder + "/script.js", folder + "/drawn.json");
  return out;
}

SvgFigures::SvgFigures(SvgFigures&& other) noexcept
    : folder_(std::exchange(other.folder_, {})), child_(std::exchange(other.child_, 0)), charts_(std::exchange(other.charts_, 0)) {}

SvgFigures& SvgFigures::operator=(SvgFigures&& other) noexcept {
  std::swap(folder_, other.folder_);
  std::swap(child_, other.child_);
  std::swap(charts_, other.charts_);
  return *this;
}

SvgFigures::~SvgFigures() {
  stop();
  if (folder_.empty()) return;
  std::error_code ignored;  // a folder that cannot be removed stays among the temporary ones
  std::filesystem::remove_all(folder_, ignored);
}

void SvgFigures::stop() {
  if (child_ == 0) return;
  ::kill(child_, SIGKILL);
  ::waitpid(child_, nullptr, 0);
  child_ = 0;
}

std::vector<std::string> SvgFigures::finish() {
  std::vector<std::string> none(charts_);
  if (child_ == 0) return none;
  const auto ends = std::chrono::steady_clock::now() + kLongest;
  int status = 0;
  pid_t ended = 0;
  while ((ended = ::waitpid(child_, &status, WNOHANG)) == 0) {
    if (std::chrono::steady_clock::now() >= ends) {
      stop();
      base::log_note("node drew no charts within its time; the Markdown links to report.html instead");
      return none;
    }
    std::this_thread::sleep_for(kPause);
  }
  child_ = 0;
  if (ended < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0) return none;
  const auto text = base::RealFileSystem().read(folder_ + "/drawn.json");
  if (!text) return none;
  const auto drawn = nlohmann::json::parse(*text, nullptr, false);
  if (!drawn.is_array() || drawn.size() != charts_) return none;
  for (std::size_t i = 0; i < none.size(); ++i)
    if (drawn[i].is_string()) none[i] = drawn[i].get<std::string>();
  return none;
}

}  // namespace chimera::writing
