// What the texts of a row decide about it, remembered by these texts.
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/short_text.h"
#include "core/document.h"
#include "core/fact.h"

namespace chimera::stream {

// What the texts of a row decide: its settings, and whether it failed or warmed up.
struct Decision {
  std::uint32_t config = 0;  // as the catalog numbered it; of a table with free settings the base
  core::RowState state = core::RowState::ok;
};
using Decisions = std::unordered_map<std::string, Decision, base::TextHash, std::equal_to<>>;  // by text

// What a row's decision is found by: its table, what was decided about the row around it, and its texts. Made for every
// row of the file, hence by hand.
class DecisionKey {
 public:
  void begin(std::uint32_t table, const Decision& around) {
    size_ = 0;
    reserve(kFixed);
    put(table);
    put(around.config);
    bytes_[size_++] = around.state == core::RowState::failed ? 'f' : '-';
  }
  void add(std::uint32_t column, core::CellKind kind, std::string_view text) {
    if (kind == core::CellKind::absent) return;
    reserve(kFixed + text.size());
    put(column);
    bytes_[size_++] = static_cast<char>('0' + static_cast<int>(kind));
    put(static_cast<std::uint32_t>(text.size()));
    std::memcpy(bytes_.data() + size_, text.data(), text.size());
    size_ += text.size();
  }
  // A free setting is there, whatever its value.
  void add_free(std::uint32_t column) {
    reserve(kFixed);
    put(column);
    bytes_[size_++] = '*';
  }
  // Rows of this table have free settings: nothing that was decided without them is meant.
  void mark() {
    reserve(kFixed);
    bytes_[size_++] = '~';
  }
  [[nodiscard]] std::string_view key() const { return {bytes_.data(), size_}; }

 private:
  static constexpr std::size_t kFixed = 16;  // most bytes of one call beside a text
  void put(std::uint32_t value) {
    std::memcpy(bytes_.data() + size_, &value, sizeof value);
    size_ += sizeof value;
  }
  void reserve(std::size_t more) {
    if (size_ + more > bytes_.size()) bytes_.resize(2 * (size_ + more));
  }
  std::vector<char> bytes_;
  std::size_t size_ = 0;
};

}  // namespace chimera::stream
