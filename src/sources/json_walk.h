// Reads the lines of a JSON Lines text, or the elements of an array, whose records have the key paths of a JsonPlan: numbers with their spans into
// columns, row by row; everything else is passed over, and checked.
//
// A line or element that is no object of a known family, has a key or kind of value that the plan does not know, a key twice,
// several values, a number beyond a double or with its unit in quotes, or breaks the grammar (RFC 8259) is odd: the tolerant reader sees to it.
// The order of work is that of the text; nothing depends on how it is cut into blocks.
// Threads: one walk per thread; they may share the plan.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "sources/json_index.h"
#include "sources/json_plan.h"
#include "sources/scan_block.h"

namespace chimera::sources {

class JsonWalk {
 public:
  explicit JsonWalk(const JsonPlan& plan, JsonIndex::Way way = JsonIndex::Way::fastest) : plan_(plan), index_(way) {}

  // Bytes behind those scanned that must be readable, whatever they hold.
  static constexpr std::size_t kPadding = 16;

  // Fills `block` (cleared before) from `bytes`, less than 4 GiB. Its last line is odd where no line end closes it.
  void scan(std::string_view bytes, ScanBlock& block);

  // How a piece of an array ends: between two elements, with the array, or in no way that an array of objects has.
  enum class Piece { open, closed, broken };
  // Likewise from a piece of the plan's array between two elements, which begins with a comma unless it is the first, and may end behind the array.
  [[nodiscard]] Piece scan_elements(std::string_view bytes, bool first, ScanBlock& block);

 private:
  using Entry = const std::uint32_t*;  // of the index; what stands behind the thing read, null where that is not so

  void begin(std::string_view bytes, ScanBlock& block);
  void begin_part(std::size_t begin, std::size_t end);
  [[nodiscard]] Piece list_elements_as_odd();
  [[nodiscard]] Entry behind_value(Entry at) const;
  void scan_part(std::size_t begin, std::size_t end);
  void scan_lines(std::size_t begin, std::size_t end);
  [[nodiscard]] Entry line(Entry at);
  [[nodiscard]] Entry record(std::uint32_t family, Entry at);
  [[nodiscard]] Entry object(const JsonPlan::Object& object, std::uint32_t row, Entry at);
  [[nodiscard]] Entry value(const JsonPlan::Key& key, std::uint32_t row, Entry at);
  [[nodiscard]] Entry array(const JsonPlan::Array& array, std::uint32_t row, Entry at);
  [[nodiscard]] Entry element(const JsonPlan::Array& array, std::uint32_t parent, std::uint32_t index, Entry at);
  [[nodiscard]] Entry empty_container(Entry at) const;
  [[nodiscard]] Entry string(std::uint32_t numbers, std::uint32_t kept, std::uint32_t row, Entry at);
  [[nodiscard]] Entry number(std::uint32_t numbers, std::uint32_t kept, std::uint32_t row, Entry at);
  [[nodiscard]] Entry word(std::uint32_t kept, std::uint32_t row, Entry at);
  [[nodiscard]] bool quoted_number(std::uint32_t numbers, std::uint32_t kept, std::uint32_t row, std::uint32_t begin, std::uint32_t end);
  [[nodiscard]] bool has_rival(const JsonPlan::Family& family) const;
  [[nodiscard]] bool escapes_are_valid(std::uint32_t begin, std::uint32_t end);
  [[nodiscard]] const JsonPlan::Key* find_key(const JsonPlan::Object& object, const char* name, std::uint32_t colon) const;
  void keep(std::uint32_t kept, std::uint32_t row, std::uint32_t begin, std::uint32_t end, core::CellKind kind, double number);

  const JsonPlan& plan_;
  JsonIndex index_;
  std::string_view bytes_;            // of the block
  ScanBlock* block_ = nullptr;
  NumberColumn* columns_ = nullptr;   // of the block
  const char* base_ = nullptr;        // of the part that is indexed
  std::uint32_t part_ = 0;            // its offset in the block
  const char* backslash_ = nullptr;   // the next one in the part, or its end
  std::uint64_t top_seen_ = 0;        // keys of the record's own object, the first 64
  std::array<std::uint8_t, 256> likely_{};  // family, by how the line begins
};

}  // namespace chimera::sources
