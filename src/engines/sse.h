// Server-sent events (WHATWG HTML, 9.2.6): the data of each event; comments, event names and ids are passed over.
#pragma once

#include <string>
#include <string_view>

#include "engines/lines.h"

namespace chimera::engines {

class SseSplitter {
 public:
  // Calls use(data) for each complete event that has data; stops where use gives false. False where use did, or where a
  // line or an event is too long.
  template <class Use>
  bool feed(std::string_view bytes, Use&& use) {
    return lines_.feed(bytes, [&](std::string_view line) { return read_line(line, use); }) && !too_long();
  }
  // An event that no blank line ended: many servers forget the last one.
  template <class Use>
  bool end(Use&& use) {
    const std::string rest = lines_.take_rest();
    return read_line(rest, use) && read_line({}, use);
  }
  [[nodiscard]] bool too_long() const { return too_long_ || lines_.too_long(); }

 private:
  template <class Use>
  bool read_line(std::string_view line, Use&& use) {
    if (line.empty()) return hand_on(use);
    if (line.rfind("data:", 0) != 0) return true;
    line.remove_prefix(5);
    if (!line.empty() && line.front() == ' ') line.remove_prefix(1);
    if (has_data_) data_ += '\n';
    has_data_ = true;
    data_ += line;
    too_long_ = data_.size() > kLongestLine;
    return !too_long_;
  }
  template <class Use>
  bool hand_on(Use&& use) {
    if (!has_data_) return true;
    has_data_ = false;
    const bool more = use(std::string_view(data_));
    data_.clear();
    return more;
  }

  LineSplitter lines_;
  std::string data_;
  bool has_data_ = false;
  bool too_long_ = false;
};

}  // namespace chimera::engines
