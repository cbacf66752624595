// Charts as SVG files for the Markdown, drawn by the code that draws them on the page (web/src/charts.ts), which Node runs.
//
// Threads: none; Node is a process beside this one, so that the report goes on meanwhile. Fails: never: without Node, or where
// it takes too long, a chart has no drawing, and the Markdown links to the page alone.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "writing/charts.h"

namespace chimera::writing {

class SvgFigures {
 public:
  SvgFigures() = default;  // draws nothing
  // Starts Node from PATH on the charts' specifications.
  [[nodiscard]] static SvgFigures begin(const std::vector<StudyChart>& charts);
  SvgFigures(SvgFigures&& other) noexcept;
  SvgFigures& operator=(SvgFigures&& other) noexcept;
  ~SvgFigures();  // ends what still runs

  // Waits for Node, 20 seconds at most. An SVG for each chart, in their order; empty where there is none.
  [[nodiscard]] std::vector<std::string> finish();

 private:
  void stop();

  std::string folder_;  // of the script and of what Node prints; removed with this
  pid_t child_ = 0;
  std::size_t charts_ = 0;
};

}  // namespace chimera::writing
