#include "plaintext/source_lines.h"

#include <algorithm>

#include "plaintext/text_lines.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kLongestLine = 4096;  // bytes; a longer line is none of a program
constexpr std::size_t kReach = 24;          // lines before and behind one, in each of which

}  // namespace

SourceLines::SourceLines(const core::Document& document, std::size_t first, core::Span span) : first_(first), before_(1, 0) {
  const std::vector<std::uint64_t>& lines = document.lines;
  for (std::size_t i = first; i < lines.size() && lines[i] < span.end; ++i) {
    const std::uint64_t end = i + 1 < lines.size() ? lines[i + 1] - 1 : document.text.size();
    const core::Span line{lines[i], std::max(lines[i], end)};
    before_.push_back(before_.back() + (line.size() <= kLongestLine && is_source_line(document.at(line)) ? 1U : 0U));
  }
}

bool SourceLines::holds(std::size_t line) const {
  const std::size_t at = line - first_;
  const std::size_t from = at > kReach ? at - kReach : 0;
  const std::size_t until = std::min(at + kReach + 1, before_.size() - 1);
  const std::uint32_t before = before_[at] - before_[from];
  const std::uint32_t behind = before_[until] - before_[at + 1];
  const bool itself = before_[at + 1] > before_[at];
  return itself || (before >= kLines && behind >= kLines);
}

}  // namespace chimera::plaintext
