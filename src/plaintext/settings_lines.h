// Lines that say how what follows was run and measure nothing: dumps of arguments, commands with options, titles of settings.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/document.h"
#include "plaintext/growing_table.h"
#include "plaintext/text_lines.h"

namespace chimera::plaintext {

// The kind of lines that announce a run in words (lead_line.h).
inline constexpr std::string_view kLead = "lead";

struct SettingsLines {
  std::string kind;           // lines of one kind replace each other
  std::vector<Entry> values;  // may be empty: lines that say nothing of use and measure nothing
  std::size_t next = 0;       // the line behind them
  std::vector<std::string> names = {};  // parallel to the values where keys do not say what they are: "gpu" of "Device 0", "model" of "-m"
  bool outcome = false;       // it says as well how its run went: "NGL=20 STATUS=OK"
};

// What begins in a line, counted in the document: "args=Namespace(batch_size=8, model='m')", "(fc1): Linear(in_features=256)" of a model
// that is printed, "  hidden_size ........ 8192" and more such lines, "$ bench --model m --concurrency 8", which may go on behind
// backslashes, "Device 0: NVIDIA RTX 1, compute capability 8.9" and the devices below it, "### causal=False, headdim=64 ###".
[[nodiscard]] std::optional<SettingsLines> settings_lines(const core::Document& document, std::size_t i, std::uint64_t end);

// The surest of these: commands, and devices of makers that are known.
[[nodiscard]] std::optional<SettingsLines> command_or_device(const core::Document& document, std::size_t i, std::uint64_t end);
// "hf (pretrained=org/m), num_fewshot: 5".
[[nodiscard]] std::optional<SettingsLines> called_line(const core::Document& document, std::size_t i, std::uint64_t end);

// "a=1, b='x, y', c=[1, 2]" outside brackets and quotes; nothing where it is anything else.
[[nodiscard]] std::optional<std::vector<Entry>> call_arguments(std::string_view text, core::Span inside);

// Whether a line says nothing but whole numbers and words, two or more: it may set what follows it.
[[nodiscard]] bool only_chosen(std::string_view text, const std::vector<Entry>& values);

// "[tiny-7b] [concurrency=8] ttft=12ms": the pairs in the last brackets in front of what a line says, and names of models in any. Else empty.
[[nodiscard]] SettingsLines bracketed_settings(std::string_view text, core::Span prefix);

}  // namespace chimera::plaintext
