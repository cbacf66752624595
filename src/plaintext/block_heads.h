// Lines that people's own scripts write above the blocks of a run, and that say what it was: "[1/3] tiny-1b / base / short (4 runs)",
// "── Prompt: short (~23 tokens) ──", "Backend: mlx · Fmt: MLX · Quant: 4bit", "$ ./mm_512". Each holds for what follows until one of its kind comes again.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "plaintext/line_view.h"
#include "plaintext/settings_lines.h"

namespace chimera::plaintext {

// The kind of lines that call a program without options; any other command ends what they set.
inline constexpr std::string_view kProgram = "program";

// Nothing where the line says a value, tells of progress ("[1/3] Building x..."), or heads nothing.
[[nodiscard]] std::optional<SettingsLines> block_head(const LineView& lines, std::size_t i);

}  // namespace chimera::plaintext
