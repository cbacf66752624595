// What stands in front of a line of a log and says nothing of what it is about.
#pragma once

#include <string_view>
#include <vector>

#include "core/document.h"

namespace chimera::plaintext {

// Behind one part that loggers, launchers and collectors of logs write before what is said, in whatever order they stand:
// "(Worker pid=7)", "web-1  | ", "[INFO ]", "[05/01 10:00:00 d2.utils]:", "Sep 18 04:07:30 host name[7]:", "stdout F", "root - INFO -",
// "file.cpp:31 -", "bench:run:12 |", "slot print_timing: id 0 | task 7 |", colours. `first`: nothing stood before it. The span itself where none is there.
[[nodiscard]] core::Span without_prefix_part(std::string_view text, core::Span span, bool first);

// Without the place in a source that stands apart at the end of the line: "loaded in 2.5 s            bench.py:12".
[[nodiscard]] core::Span without_place_at_end(std::string_view text, core::Span span);

// "loss=0.4, acc=0.9" of "Run: 50%|###   | 5/10 [00:12<00:12, 1.19s/it, loss=0.4, acc=0.9]": what a bar of progress shows beside the
// progress; all else as it is.
[[nodiscard]] core::Span shown_by_progress(std::string_view text, core::Span span);

// "Epoch   box_loss" of "Epoch   box_loss: 100%|####| 63/63 [00:12<00:00,  5.04it/s]": a line without the bar of progress behind it, which
// shows nothing beside the progress; all else as it is.
[[nodiscard]] core::Span without_bar(std::string_view text, core::Span span);

// Behind sequences that colour a terminal, "\033[1;36m", and without those at the end too.
[[nodiscard]] core::Span without_colours(std::string_view text, core::Span span);
[[nodiscard]] core::Span without_colours_around(std::string_view text, core::Span span);

// "step: 10", "loss: 10.7" of "\033[36mstep: 10 \033[32mloss: 10.7": what stands between sequences that colour a terminal. Empty where none
// stands inside.
[[nodiscard]] std::vector<core::Span> coloured_parts(std::string_view text, core::Span span);

// With "[threads=8]" in front of it, where that is the last of the brackets between the begin of the line and what is said.
[[nodiscard]] core::Span with_index(std::string_view text, core::Span line, core::Span said);

// Without the mark of a list, the tick or the picture in front of what is said, and without brackets around all of it:
// "✔ TTFT=176ms", "[ Prompt: 85.6 t/s | Generation: 22.1 t/s ]".
[[nodiscard]] core::Span without_marks(std::string_view text, core::Span span);

}  // namespace chimera::plaintext
