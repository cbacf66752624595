// What stands right above and right below a table that a program printed: its command, the device, its build.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/document.h"
#include "plaintext/growing_table.h"
#include "text/markdown.h"

namespace chimera::plaintext {

// What lines right above a table of Markdown that begins at `table` set, and behind `begin`: listings of commands, "$ llama-bench -m a.gguf -t 8",
// of devices, "Device 0: NVIDIA RTX 1, compute capability 8.9", and of "hf (pretrained=org/m), num_fewshot: 5".
[[nodiscard]] std::vector<LocatedTable> settings_above(const core::Document& document, std::uint64_t begin, std::uint64_t table);

// Leaves out pairs of Markdown that such listings in `found` hold already, "Device 0: NVIDIA RTX 1", and builds.
void leave_out_pairs(std::string_view text, const std::vector<LocatedTable>& found, std::vector<text::NameValue>& pairs);

// "build: 1a2b3c4d (5000)" right behind `end` is that of the table above it: a column of its own.
void take_build_below(const core::Document& document, std::uint64_t end, core::Table& table);

// Whether a line says so.
[[nodiscard]] bool tells_build(std::string_view line);

}  // namespace chimera::plaintext
