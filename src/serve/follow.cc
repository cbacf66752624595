#include "serve/follow.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

namespace chimera::serve {
namespace {

constexpr std::size_t kAtOnce = std::size_t{1} << 20;

}  // namespace

Follower::State Follower::next(std::string& events) {
  std::error_code error;
  const std::uint64_t size = std::filesystem::file_size(path_, error);
  if (error) return State::gone;
  if (size < at_) {
    events += "event: restart\ndata: \n\n";
    at_ = 0;
    skipping_ = false;
  }
  if (size == at_) return State::waiting;
  std::ifstream file(path_, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(at_));
  std::string bytes(std::min<std::uint64_t>(kAtOnce, size - at_), '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  std::size_t begin = 0;
  for (std::size_t end; (end = bytes.find('\n', begin)) != std::string::npos; begin = end + 1) {
    std::string line = bytes.substr(begin, end - begin);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    for (char& c : line)
      if (c == '\r') c = ' ';  // would end the event's line
    if (skipping_) events += fmt::format("id: {}\nevent: passed\ndata: \n\n", at_ + end + 1);
    else if (!line.empty()) events += fmt::format("id: {}\ndata: {}\n\n", at_ + end + 1, line);
    skipping_ = false;
  }
  if (begin == 0 && bytes.size() == kAtOnce) {
    skipping_ = true;
    begin = bytes.size();
  }
  at_ += begin;
  return begin > 0 ? State::more : State::waiting;
}

}  // namespace chimera::serve
