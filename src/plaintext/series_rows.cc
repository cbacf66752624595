#include "plaintext/series_rows.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "plaintext/spans.h"
#include "plaintext/written_cell.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kReach = 3;  // lines in which another one stands
constexpr std::size_t kLongestWords = 40;

// Lines with and without a head are of two series.
std::string kind_of(const SeriesLine& line) { return (line.head.size() > 0 ? "head\n" : "\n") + line.said.front().key; }

// "Benchmark finished: small-1b: 512.3 tok/s, TTFT 42.7 ms": words in front of what was run say nothing of it.
std::optional<SeriesLine> series_in(std::string_view text, core::Span content) {
  auto found = series_line(text, content);
  if (found) return found;
  const std::string_view said = at(text, content);
  const std::size_t colon = said.substr(0, kLongestWords).find(": ");
  if (colon == std::string_view::npos || said.find(": ", colon + 2) == std::string_view::npos || said.find(' ') > colon) return std::nullopt;
  if (!std::all_of(said.begin(), said.begin() + static_cast<std::ptrdiff_t>(colon), [](char c) { return is_letter(c) || c == ' '; })) return std::nullopt;
  found = series_line(text, {content.begin + colon + 2, content.end});
  return found && found->head.size() > 0 ? std::move(found) : std::nullopt;
}

}  // namespace

bool SeriesRows::read(std::size_t i, core::Span content) {
  const auto found = series_in(lines_.text(), content);
  if (!found || !(found->alone || read_.count(kind_of(*found)) > 0 || comes_again(i, *found))) return false;
  read_.insert(kind_of(*found));
  std::string signature = "series\n";
  for (const Said& each : found->said) signature += each.key + '\n';
  GrowingTable& records = out_.table(core::TableKind::records, signature);
  out_.begin_row(records, content.begin);
  const core::Span about = found->head.size() > 0 ? found->head : context_.subject();
  if (about.size() > 0) records.put(std::string(key_of_head(lines_.at(about))), {text_cell(about), {}, {}}, content.begin);
  for (const Said& each : found->said) {
    const bool words = each.name.begin == each.value.begin && each.name.end == each.value.end;  // "(Q4)"
    records.put(each.key, words ? WrittenCell{text_cell(each.value), {}, {}} : read_written_cell(lines_.text(), each.value), each.value.end);
    if (!words) out_.add_key(each.name);
  }
  if (found->said.empty() || found->said.front().name.size() == 0) out_.add_key({content.end, content.end});
  return true;
}

bool SeriesRows::comes_again(std::size_t i, const SeriesLine& found) const {
  for (std::size_t next = i + 1; next < lines_.count() && next <= i + kReach; ++next) {
    if (lines_.begin_of(next) >= lines_.end() || lines_.line(next).size() == 0 || lines_.line(next).size() > kLongestLine) continue;
    const auto other = series_in(lines_.text(), lines_.content(next));
    if (other && kind_of(*other) == kind_of(found)) return true;
  }
  return false;
}

}  // namespace chimera::plaintext
