// Rows of quantities that no header names: "0.160ms   0.453 GB   2826.25GB/s   fused_mul".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "core/document.h"
#include "plaintext/growing_table.h"

namespace chimera::plaintext {

// Two or more lines of as many fields wide apart, in at least three of which a quantity in the same unit stands in every line. Those
// whose unit is of no other field's kind are called by it, a field of words "name", or else what stands before all of them; nothing
// says what the others are. Lines that begin at `end` or behind it are not looked at.
[[nodiscard]] std::optional<TableInLines> unit_rows(const core::Document& document, std::size_t first, std::uint64_t end, std::string section);

}  // namespace chimera::plaintext
