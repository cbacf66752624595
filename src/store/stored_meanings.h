// What the numbers of a store mean, each meaning once however many files have it; and the layouts of its rows: which meanings their slots
// have, and by what their words are divided.
//
// Threads: meaning() and layout() may be called from several; nothing else meanwhile.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.h"
#include "core/fact_batch.h"
#include "store/duck.h"

namespace chimera::store {

// Numbers that stand in one row of stored.rows.
inline constexpr std::size_t kSlots = 6;

struct Layout {
  static constexpr std::uint32_t kNothing = 0xFFFFFFFF;
  struct Slot {
    std::uint32_t meaning = kNothing;
    double divisor = 0;  // value = word / divisor; 0: the word is the value's bits
    friend bool operator<(const Slot& a, const Slot& b) { return std::pair(a.meaning, a.divisor) < std::pair(b.meaning, b.divisor); }
  };
  bool record = false;   // its rows say where a record stands
  std::array<Slot, kSlots> slots;
  friend bool operator<(const Layout& a, const Layout& b) { return std::pair(a.record, a.slots) < std::pair(b.record, b.slots); }
};

class StoredMeanings {
 public:
  static constexpr std::uint32_t kMostLayouts = 1U << 24U;  // their numbers are below; half of them are of records

  // Forgets everything and learns what the store has.
  [[nodiscard]] base::Result<void> load(Connection& connection);
  [[nodiscard]] std::uint32_t meaning(const core::SeriesEntry& series);
  // Odd numbers are layouts of records (schema.sql).
  [[nodiscard]] std::uint32_t layout(const Layout& layout);
  // Inside the connection's transaction.
  [[nodiscard]] base::Result<void> write(Connection& connection);

 private:
  struct Fresh {
    std::uint32_t id = 0;
    std::string key;
    std::uint32_t position = 0;
    core::ColumnMeaning meaning;
  };

  std::mutex mutex_;
  std::unordered_map<std::string, std::uint32_t> meanings_;  // by all that they say
  std::map<Layout, std::uint32_t> layouts_;
  std::uint32_t next_meaning_ = 0;
  std::uint32_t next_layout_ = 0;                            // halves of numbers
  std::vector<Fresh> fresh_meanings_;
  std::vector<std::pair<std::uint32_t, Layout>> fresh_layouts_;
};

}  // namespace chimera::store
