#include "app/audit.h"

#include <algorithm>

namespace chimera::app {
namespace {

constexpr std::size_t kReach = 90;    // bytes shown on either side in the line of the evidence
constexpr std::size_t kBeside = 140;  // bytes shown of the line above and below

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

std::size_t line_begin(std::string_view text, std::size_t at) {
  const auto newline = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  return newline == std::string_view::npos ? 0 : newline + 1;
}

std::size_t line_end(std::string_view text, std::size_t at) { return std::min(text.find('\n', at), text.size()); }

std::string clipped(std::string_view text, std::size_t begin, std::size_t end, std::size_t from, std::size_t to) {
  from = std::max(begin, from);
  to = std::min(end, to);
  while (from < to && continues(text[from])) ++from;
  while (to < end && to > from && continues(text[to])) --to;
  return (from > begin ? "…" : "") + std::string(text.substr(from, to - from)) + (to < end ? "…" : "");
}

}  // namespace

std::size_t code_point_width(std::string_view text, std::size_t at) {
  std::size_t width = 1;
  while (at + width < text.size() && continues(text[at + width])) ++width;
  return width;
}

std::string_view sign(claims::VerdictKind kind) {
  switch (kind) {
    case claims::VerdictKind::supported: return "✓";
    case claims::VerdictKind::contradicted: return "✗";
    case claims::VerdictKind::unsupported: return "?";
    case claims::VerdictKind::uncheckable: return "–";
  }
  return "–";
}

Excerpt excerpt(const core::Corpus& corpus, const core::SourceRef& source) {
  const auto& documents = corpus.documents();
  const auto found = std::lower_bound(documents.begin(), documents.end(), source.path, [](const core::Document& d, const std::string& path) { return d.artifact.path < path; });
  if (found == documents.end() || found->artifact.path != source.path || source.bytes.size() == 0) return {};
  const std::string_view text = found->text;
  const std::size_t begin = found->offsets.to_decoded(source.bytes.begin);
  const std::size_t end = found->offsets.to_decoded(source.bytes.end);
  const bool whole = begin == 0 && end == text.size();
  if (whole || begin >= end || end > text.size() || end - begin > 4 * kReach) return {};
  const std::size_t first = line_begin(text, begin);
  const std::size_t last = line_end(text, end);
  Excerpt out;
  if (first > 0) {
    const std::size_t above = line_begin(text, first - 1);
    out.before = clipped(text, above, first - 1, above, above + kBeside) + "\n";
  }
  out.before += clipped(text, first, begin, begin > kReach ? begin - kReach : 0, begin);
  out.marked = std::string(text.substr(begin, end - begin));
  out.after = clipped(text, end, last, end, end + kReach);
  if (last + 1 < text.size()) out.after += "\n" + clipped(text, last + 1, line_end(text, last + 1), last + 1, last + 1 + kBeside);
  return out;
}

}  // namespace chimera::app
