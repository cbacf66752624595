// Lines that say in words how what follows them is run: "Testing tiny:1b with num_gpu=20...", ">>> Using num_ctx 4096",
// "=== tiny:1b | ctx=2048 ===", "ollama run tiny:1b --verbose".
#pragma once

#include <optional>
#include <string_view>

#include "core/document.h"
#include "plaintext/settings_lines.h"

namespace chimera::plaintext {

// `line` without what loggers write around it. Every word of it is a setting, one of how runs are announced, or counts them; what was measured
// is in none. Without any settings it is a line that ends what such lines set: "=== Summary ===".
[[nodiscard]] std::optional<SettingsLines> lead_line(std::string_view text, core::Span line);

}  // namespace chimera::plaintext
