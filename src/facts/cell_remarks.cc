#include "facts/cell_remarks.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "text/words.h"

namespace chimera::facts {
namespace {

constexpr std::size_t kLongestRemark = 64;
constexpr std::array<std::string_view, 10> kFailures = {"oom", "out of memory", "failed", "fail", "crash", "crashed", "timeout", "timed out", "killed", "aborted"};
constexpr std::array<std::string_view, 3> kWarmups = {"warmup", "warm-up", "warm up"};
constexpr std::array<std::string_view, 4> kCrosses = {"\xE2\x9D\x8C", "\xE2\x9C\x97", "\xE2\x9C\x98", "\xF0\x9F\x92\xA5"};

// Whether the words in brackets begin with one of the list: "(OOM)", "(OOM at 8k)", but not "(failover)".
template <std::size_t N>
bool begins_with(std::string_view inside, const std::array<std::string_view, N>& list) {
  return std::any_of(list.begin(), list.end(), [&](std::string_view word) {
    if (inside.substr(0, word.size()) != word) return false;
    return inside.size() == word.size() || std::string_view(" ,;:").find(inside[word.size()]) != std::string_view::npos;
  });
}

}  // namespace

CellRemark remark_behind(const core::Document& document, const core::Cell& cell) {
  if (cell.kind != core::CellKind::number || cell.size == 0) return CellRemark::none;
  std::string_view behind = std::string_view(document.text).substr(static_cast<std::size_t>(cell.begin) + cell.size, kLongestRemark);
  behind = behind.substr(0, behind.find_first_of("|\n<"));
  const bool cross = std::any_of(kCrosses.begin(), kCrosses.end(), [&](std::string_view mark) { return behind.find(mark) != std::string_view::npos; });
  if (cross && cell.number == 0) return CellRemark::failed;
  const std::size_t open = behind.find('(');
  const std::size_t close = open == std::string_view::npos ? open : behind.find(')', open);
  if (close == std::string_view::npos) return CellRemark::none;
  const std::string inside = text::lower(text::trim(behind.substr(open + 1, close - open - 1)));
  if (begins_with(inside, kFailures)) return CellRemark::failed;
  return begins_with(inside, kWarmups) ? CellRemark::warmup : CellRemark::none;
}

}  // namespace chimera::facts
