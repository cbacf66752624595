// Ends a text before the first of some stop texts, whatever pieces it comes in.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chimera::engines {

class StopFilter {
 public:
  explicit StopFilter(std::vector<std::string> stops) : stops_(std::move(stops)) {
    stops_.erase(std::remove(stops_.begin(), stops_.end(), std::string()), stops_.end());
  }
  // What is surely before any stop text; what may begin one is held back.
  [[nodiscard]] std::string pass(std::string_view text) {
    held_ += text;
    std::size_t first = std::string::npos;
    for (const std::string& stop : stops_) first = std::min(first, held_.find(stop));
    hit_ = first != std::string::npos;
    const std::size_t safe = hit_ ? first : held_.size() - begun();
    std::string out = held_.substr(0, safe);
    held_.erase(0, safe);
    return out;
  }
  // What was held back, where the text ended without a stop text.
  [[nodiscard]] std::string end() { return hit_ ? std::string() : std::exchange(held_, {}); }
  [[nodiscard]] bool hit() const { return hit_; }

 private:
  // Bytes at the end of held_ that a stop text may begin with.
  [[nodiscard]] std::size_t begun() const {
    std::size_t most = 0;
    for (const std::string& stop : stops_)
      for (std::size_t size = std::min(stop.size() - 1, held_.size()); size > most; --size)
        if (std::string_view(held_).substr(held_.size() - size) == std::string_view(stop).substr(0, size)) most = size;
    return most;
  }

  std::vector<std::string> stops_;
  std::string held_;
  bool hit_ = false;
};

}  // namespace chimera::engines
