// What one line of a log or of a tool's output is, seen alone.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/document.h"

namespace chimera::plaintext {

// Without what loggers and launchers put in front: times, levels, "[tags]", "file.py:12]", "(Worker pid=7)". Never the whole
// line.
[[nodiscard]] core::Span without_log_prefix(std::string_view text, core::Span line);

// "INFO", "warn:", "[E]": how much a logger thinks of a line.
[[nodiscard]] bool is_level(std::string_view word);

// A clock or a date without letters: "02:11:26.123", "07/07/2026-02:11:26", "0.00.123.456".
[[nodiscard]] bool is_time_stamp(std::string_view word);

// "[07/07/2026-02:11:26] [I]": an empty line, as loggers write it.
[[nodiscard]] bool is_only_prefix(std::string_view text, core::Span line);

// Without the fields that a logger puts behind what is said: " | tid=\"140\" id_slot=0".
[[nodiscard]] core::Span without_log_fields(std::string_view text, core::Span line);

// A line of '-', '=', '*', '#', '~', '+', '_' or what programs draw lines with (U+2500, U+2501, U+2550) only, blanks between them allowed, at
// least three.
[[nodiscard]] bool is_ruler(std::string_view line);

// A name without the bullets, marks and dots of progress before it and the dots that lead from it to its value.
[[nodiscard]] core::Span bare_name(std::string_view text, core::Span name);
// Source code printed into a log, or anything else that is no name and no plain value.
[[nodiscard]] bool reads_as_code(std::string_view part);
// How lines of programs begin or end, and lines of tools' output do not: "import x", "return y;", "def f(x):".
[[nodiscard]] bool is_source_line(std::string_view line);
// "name(" somewhere in it.
[[nodiscard]] bool calls_a_function(std::string_view part);

// "=== Title ===", "--- Title ---" or "-- Title (ms)": the title; empty where the line is none.
[[nodiscard]] core::Span framed_title(std::string_view text, core::Span line);

// Fields separated by a tab or by two or more blanks.
[[nodiscard]] std::vector<core::Span> wide_fields(std::string_view text, core::Span line);
// Fields separated by blanks.
[[nodiscard]] std::vector<core::Span> words(std::string_view text, core::Span line);

// "step:1/100 loss:4.3" and "level=info n=5 (of 9)": the pairs where the line is nothing but two or more of them and remarks.
struct Entry {
  core::Span key;
  core::Span value;
};
[[nodiscard]] std::vector<Entry> entries(std::string_view text, core::Span line);
// "run finished threads=8 rate=412.5": pairs as above behind a message in words, which is no title of theirs. No values where the line is none.
struct WordedEntries {
  core::Span said;
  std::vector<Entry> values;
};
[[nodiscard]] WordedEntries worded_entries(std::string_view text, core::Span line);
// "threads=8": a line that is nothing but one pair.
[[nodiscard]] std::optional<Entry> lone_entry(std::string_view text, core::Span line);

// "123.45 ms / 12 tokens (10.29 ms per token, 97.21 tokens per second)": the quantities, where the value is nothing
// but two or more of them, of different units.
[[nodiscard]] std::vector<core::Span> quantities(std::string_view text, core::Span value);

}  // namespace chimera::plaintext
