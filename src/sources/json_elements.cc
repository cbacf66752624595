#include "sources/json_elements.h"

#include <bit>
#include <cstdint>
#include <cstring>

#include "sources/wide_bytes.h"

namespace chimera::sources {
namespace {

struct Masks {
  std::uint64_t quotes = 0;
  std::uint64_t backslashes = 0;
  std::uint64_t opens = 0;   // of brackets and braces
  std::uint64_t closes = 0;
};

// "[" and "{" differ in one bit, as do "]" and "}".
constexpr char kCase = 0x20;

Masks masks_of(const char* bytes) {
  return {bytes_equal(bytes, '"'), bytes_equal(bytes, '\\'), bytes_equal(bytes, '{', kCase), bytes_equal(bytes, '}', kCase)};
}

// The bytes that stand behind a backslash which is not itself behind one. `carry`: whether the first one does, before and after.
std::uint64_t escaped_bytes(std::uint64_t backslashes, bool& carry) {
  std::uint64_t escaped = carry ? 1 : 0;
  carry = false;
  std::uint64_t left = backslashes & ~escaped;
  while (left != 0) {
    const int at = std::countr_zero(left);
    if (at == static_cast<int>(kWideBytes) - 1) {
      carry = true;
      break;
    }
    escaped |= std::uint64_t{2} << at;
    left &= ~(std::uint64_t{3} << at);
  }
  return escaped;
}

// Each bit the parity of those up to it: from quotes to what is inside of them.
std::uint64_t parity(std::uint64_t bits) {
  for (unsigned shift = 1; shift < kWideBytes; shift *= 2) bits ^= bits << shift;
  return bits;
}

// Of few bits; std::popcount is a call where the processor is not known to count them.
std::int64_t count_bits(std::uint64_t bits) {
  std::int64_t count = 0;
  for (; bits != 0; bits &= bits - 1) ++count;
  return count;
}

// Calls ended(offset behind the bracket, depth) for every closing bracket that leaves less than one element open: depth 0 behind
// an element, -1 behind the array. Until it says false.
template <class Ended>
void for_each_end(std::string_view text, Ended ended) {
  std::int64_t depth = 0;
  std::uint64_t inside = 0;  // all bits, where the piece before ended inside a string
  bool carry = false;
  for (std::size_t at = 0; at < text.size(); at += kWideBytes) {
    char rest[kWideBytes] = {};
    const char* bytes = text.data() + at;
    if (text.size() - at < kWideBytes) {
      std::memcpy(rest, bytes, text.size() - at);
      bytes = rest;
    }
    Masks masks = masks_of(bytes);
    if (masks.backslashes != 0 || carry) masks.quotes &= ~escaped_bytes(masks.backslashes, carry);
    const std::uint64_t strings = parity(masks.quotes) ^ inside;
    inside = (strings >> (kWideBytes - 1)) != 0 ? ~std::uint64_t{0} : 0;
    const std::uint64_t opens = masks.opens & ~strings;
    const std::uint64_t closes = masks.closes & ~strings;
    const std::int64_t closing = count_bits(closes);
    if (depth > closing) {  // no element can end here
      depth += count_bits(opens) - closing;
      continue;
    }
    for (std::uint64_t bits = opens | closes; bits != 0; bits &= bits - 1) {
      const int bit = std::countr_zero(bits);
      if ((opens >> bit & 1) != 0) ++depth;
      else if (--depth <= 0 && !ended(at + static_cast<std::size_t>(bit) + 1, depth)) return;
    }
  }
}

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

std::size_t skip_space(std::string_view text, std::size_t at) {
  while (at < text.size() && is_space(text[at])) ++at;
  return at;
}

}  // namespace

std::size_t begins_array_of_objects(std::string_view text) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  const std::size_t bracket = skip_space(text, text.substr(0, kMark.size()) == kMark ? kMark.size() : 0);
  if (bracket >= text.size() || text[bracket] != '[') return std::string_view::npos;
  const std::size_t element = skip_space(text, bracket + 1);
  return element < text.size() && text[element] == '{' ? bracket + 1 : std::string_view::npos;
}

ElementCut cut_elements(std::string_view text) {
  ElementCut cut;
  for_each_end(text, [&](std::size_t end, std::int64_t depth) {
    cut = {end, depth < 0};
    return !cut.closed;
  });
  return cut;
}

bool list_elements(std::string_view text, std::vector<core::Span>& elements) {
  std::size_t from = 0;  // behind the last one
  bool regular = true;
  bool closed = false;
  for_each_end(text, [&](std::size_t end, std::int64_t depth) {
    std::size_t begin = skip_space(text, from);
    closed = depth < 0;
    const bool comma = text[begin] == ',' && !closed;
    if (comma) begin = skip_space(text, begin + 1);
    regular = closed ? begin + 1 == end : (comma || from == 0) && text[begin] == '{';
    if (regular && !closed) elements.push_back({begin, end});
    from = end;
    return regular && !closed;
  });
  return regular && skip_space(text, from) == text.size();
}

}  // namespace chimera::sources
