#include "core/place.h"

#include <fmt/format.h>

namespace chimera::core {

std::string describe(const Place& place) {
  std::string text = place.line > 0 ? fmt::format("line {}", place.line) : std::string();
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (!place.pointer.empty()) add(place.pointer);
  if (place.row > 0) add(fmt::format("row {}", place.row));
  if (!place.header.empty()) add(fmt::format("column {}", place.header));
  else if (place.column > 0) add(fmt::format("column {}", place.column));
  return text;
}

}  // namespace chimera::core
