#include "plaintext/offloaded_layers.h"

#include <array>
#include <cstdint>

#include "plaintext/settings_lines.h"
#include "plaintext/spans.h"
#include "plaintext/written_cell.h"

namespace chimera::plaintext {
namespace {

constexpr std::string_view kKey = "GPU layers";
constexpr std::string_view kKind = "lead\nGPU layers";

}  // namespace

bool OffloadedLayers::read(std::size_t i, core::Span said) {
  constexpr std::string_view kBefore = "offloaded ";
  constexpr std::string_view kBehind = " layers to GPU";
  const std::string_view all = lines_.at(said);
  if (all.size() < kBefore.size() + kBehind.size() || all.substr(all.size() - kBehind.size()) != kBehind) return false;
  const std::size_t before = all.rfind(kBefore);
  const std::size_t slash = all.find('/', before == std::string_view::npos ? 0 : before);
  if (before == std::string_view::npos || slash == std::string_view::npos) return false;
  const core::Span count{said.begin + before + kBefore.size(), said.begin + slash};
  const std::string_view layers = all.substr(slash + 1, all.size() - kBehind.size() - slash - 1);
  if (!all_digits(lines_.at(count)) || !all_digits(layers)) return false;
  const bool measured = !layers_.empty() && measured_since_last(i);
  const bool beside_another = !layers_.empty() && !measured && layers != layers_;
  layers_ = layers;
  last_ = i;
  if (beside_another) return out_.end_settings(kKind, count.begin), true;
  GrowingTable& settings = out_.settings(std::string(kKind));
  settings.begin_row(count.begin);
  settings.put(std::string(kKey), read_written_cell(lines_.text(), count), count.end);
  out_.add_key({count.end + 1 + layers.size(), said.end});
  // What is listed of one run may stand on both sides of the line.
  if (measured) context_.begin_block();
  return true;
}

// Whether a line says how many tokens a second came, or how long they took. Each line is looked at once, since the next one begins here.
bool OffloadedLayers::measured_since_last(std::size_t i) const {
  constexpr std::array<std::string_view, 6> kMarks = {"per second", "tok/s", "t/s", "tokens/s", "eval time", "total time"};
  for (std::size_t line = last_ + 1; line < i; ++line)
    for (const std::string_view mark : kMarks)
      if (lines_.at(lines_.line(line)).find(mark) != std::string_view::npos) return true;
  return false;
}

}  // namespace chimera::plaintext
