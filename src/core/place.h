// Where something stands: byte spans are the truth, places are for people.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "core/ids.h"

namespace chimera::core {

// Bytes [begin, end).
struct Span {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  [[nodiscard]] std::uint64_t size() const { return end - begin; }
  [[nodiscard]] bool contains(const Span& other) const { return begin <= other.begin && other.end <= end; }
  auto operator<=>(const Span&) const = default;
};

// As a person would find it. Unset members (0, empty) do not apply:
// JSON: line, pointer. JSONL: the record's line, the pointer inside the record. Table: line, row, column, header.
// Text: line, column. Lines count LF in the decoded text from 1; rows are data rows from 1, columns from 1.
struct Place {
  std::uint64_t line = 0;
  std::uint64_t column = 0;
  std::uint64_t row = 0;
  std::string header;
  std::string pointer;
  auto operator<=>(const Place&) const = default;
};

// One cell of one table of one document: how facts point at their bytes without carrying strings.
struct CellRef {
  DocumentId document;
  std::uint32_t table = 0;
  std::uint32_t row = 0;
  std::uint32_t column = 0;
  auto operator<=>(const CellRef&) const = default;
};

// "line 12, row 3, column ttft_s" or "line 40, /results/2/tokens_per_second": the form used in messages.
[[nodiscard]] std::string describe(const Place& place);

}  // namespace chimera::core
