// Settings that lines of a text say, as rows: they measure nothing and hold for what follows (settings_lines.h).
#pragma once

#include <cstddef>

#include "core/document.h"
#include "plaintext/line_view.h"
#include "plaintext/reading_context.h"
#include "plaintext/settings_lines.h"
#include "plaintext/table_builder.h"

namespace chimera::plaintext {

// A row of the table of that kind; what is listed behind it is no part of what was listed before it.
void put_settings(const LineView& lines, const SettingsLines& found, ReadingContext& context, TableBuilder& out);

// What begins in line `i`. Gives the line behind it; `i` where there is nothing of the kind.
[[nodiscard]] std::size_t read_settings(const LineView& lines, std::size_t i, ReadingContext& context, TableBuilder& out);

// What `said` in line `i` announces, "Testing tiny:1b with num_gpu=8...". False where it announces nothing or a summary, which ends what such
// lines set.
bool read_lead(const LineView& lines, std::size_t i, core::Span said, ReadingContext& context, TableBuilder& out);

// "[threads=2]" in `prefix`, what stands in front of what a line says. Without such brackets it ends what those of a line above set.
void read_settings_in_front(const LineView& lines, core::Span prefix, ReadingContext& context, TableBuilder& out);

}  // namespace chimera::plaintext
