// Trial logs under the folders that are served: which there are, and asking the program that writes one to stop.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace chimera::app {

struct LogEntry {
  std::string name;          // relative to its root
  std::string file;          // where it lies
  std::uint64_t bytes = 0;
  bool written = false;      // a chimera has it open for writing
};

class Logs {
 public:
  explicit Logs(std::vector<std::string> roots) : roots_(std::move(roots)) {}
  // JSONL files whose first line says that they are trial logs, sorted by name. Links that lead out of a root are not followed.
  [[nodiscard]] std::vector<LogEntry> list() const;
  [[nodiscard]] std::optional<std::string> find(const std::string& name) const;
  // SIGINT to each chimera of this user that writes the log: it ends as at Ctrl-C and keeps what was measured. How many.
  [[nodiscard]] base::Result<unsigned> stop(const std::string& name) const;

 private:
  std::vector<std::string> roots_;
};

}  // namespace chimera::app
