// A growing file of lines, read from a place on: what a live stream sends next.
#pragma once

#include <cstdint>
#include <string>

namespace chimera::serve {

class Follower {
 public:
  Follower(std::string path, std::uint64_t from) : path_(std::move(path)), at_(from) {}
  enum class State { more, waiting, gone };
  // Appends the whole lines that have come since the last call as server-sent events ("id:" is the byte behind the line),
  // up to a megabyte. A file that became shorter is begun anew, after an event "restart"; lines longer than a megabyte are
  // passed over and said to be.
  [[nodiscard]] State next(std::string& events);

 private:
  std::string path_;
  std::uint64_t at_ = 0;
  bool skipping_ = false;  // inside a line that is too long
};

}  // namespace chimera::serve
