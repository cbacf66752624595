// Lines of a stream that comes in pieces. Lines end in LF, CR LF or CR; a line may be as long as the limit.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace chimera::engines {

inline constexpr std::size_t kLongestLine = std::size_t{16} << 20;

class LineSplitter {
 public:
  // Calls use(line) for each line that is complete, without its end; stops where use gives false.
  // False where use did, or where a line is too long (see too_long()).
  template <class Use>
  bool feed(std::string_view bytes, Use&& use) {
    while (!bytes.empty()) {
      if (after_cr_ && bytes.front() == '\n') bytes.remove_prefix(1);
      after_cr_ = false;
      const std::size_t feed = bytes.find('\n');  // two searches for one byte each are far faster than one for either
      const std::size_t end = std::min(feed, bytes.substr(0, feed).find('\r'));
      if (end == std::string_view::npos) return hold(bytes);
      after_cr_ = bytes[end] == '\r';
      if (!hand_on(bytes.substr(0, end), use)) return false;
      bytes.remove_prefix(end + 1);
    }
    return true;
  }
  // The last line, where the stream does not end in a line end.
  [[nodiscard]] std::string take_rest() { return std::move(held_); }
  [[nodiscard]] bool too_long() const { return too_long_; }

 private:
  bool hold(std::string_view bytes) {
    too_long_ = held_.size() + bytes.size() > kLongestLine;
    if (!too_long_) held_ += bytes;
    return !too_long_;
  }
  template <class Use>
  bool hand_on(std::string_view line, Use&& use) {
    if (held_.empty()) return use(line);  // most lines come whole: no copy
    if (!hold(line)) return false;
    const std::string whole = std::move(held_);
    held_.clear();
    return use(std::string_view(whole));
  }

  std::string held_;
  bool after_cr_ = false;
  bool too_long_ = false;
};

}  // namespace chimera::engines
