// Tables in text that nothing but commas or bars between cells make: "a,b,c" above "1,2,3" among lines of a log, "a | b | c" above one
// long rule or above none.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/document.h"

namespace chimera::plaintext {

struct LineTable {
  std::vector<core::Span> header;
  std::vector<std::vector<core::Span>> rows;  // as many cells as the header; empty where nothing stands
  std::size_t next = 0;                       // the line behind it
};

// At least three plain names in the line `first` of `document`, and rows of as many cells, mostly numbers, right below it. Lines that
// begin at `end` or behind it are not looked at.
[[nodiscard]] std::optional<LineTable> comma_table(const core::Document& document, std::size_t first, std::uint64_t end);

// Likewise between bars. Two columns are enough above a rule.
[[nodiscard]] std::optional<LineTable> barred_table(const core::Document& document, std::size_t first, std::uint64_t end);

// "(DID,     GUID)  (Edge)": nothing but words in brackets.
[[nodiscard]] bool is_bracketed(std::string_view text, core::Span line);
// Fields of which one that ends in a comma goes on in the next: "0x740f,   12261".
[[nodiscard]] std::vector<core::Span> joined_at_commas(std::string_view text, std::vector<core::Span> fields);

}  // namespace chimera::plaintext
