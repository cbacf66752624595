// Where the elements of a large JSON array begin and end, by its brackets and strings alone, 64 bytes at a time.
//
// Knows the grammar (RFC 8259) only as far as this needs: what stands in comments or in single quotes is taken for what it would
// be without them. Whoever cuts a text here checks what was cut.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/place.h"

namespace chimera::sources {

// Offset behind the bracket of an array of objects with which `text` begins, behind a byte order mark and white space; npos
// where it begins otherwise.
[[nodiscard]] std::size_t begins_array_of_objects(std::string_view text);

struct ElementCut {
  std::size_t end = 0;  // behind the last element that ends in the text, or the bracket that closes the array; 0: neither is there
  bool closed = false;  // the array is
};
// `text` begins between two elements.
[[nodiscard]] ElementCut cut_elements(std::string_view text);

// The objects that are the elements of `text`, which begins and ends between two elements or ends behind the array. False where
// anything else than these, white space and commas stands in it, also an array.
[[nodiscard]] bool list_elements(std::string_view text, std::vector<core::Span>& elements);

}  // namespace chimera::sources
