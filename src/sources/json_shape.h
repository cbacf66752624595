// What is known of the keys of a JSON document's tables while they grow (json_tables.h).
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/document.h"
#include "sources/json_tape.h"

namespace chimera::sources {

struct JsonGroup;
struct JsonSlot;

// The keys of objects at one place, in order of first appearance. Slots are owned elsewhere.
struct JsonShape {
  std::string prefix;  // of the paths of its slots: "timing/"
  std::vector<JsonSlot*> slots;
  JsonGroup* columns = nullptr;        // of tables that are written by columns in objects of this shape
  JsonGroup* keyed_columns = nullptr;

  // The position of the slot called `name` (keys without escapes), or slots.size(). Looks at `predicted` first.
  [[nodiscard]] std::size_t find(std::string_view name, std::size_t predicted) const;
  void add(JsonSlot& slot);

 private:
  static constexpr std::size_t kIndexed = 16;  // keys from which a search goes by hash
  std::unordered_map<std::string_view, std::size_t> index_;
};

// A key path of the rows of one table, and what has been found there so far.
struct JsonSlot {
  JsonSlot(std::string the_table_name, std::string the_path, std::string the_name);

  std::string name;        // last key, without escapes
  std::string path;        // key path inside the row
  std::string table_name;  // of tables that hang here
  std::string pointer;     // to it from the row; empty: as the path says
  bool digits = false;     // in the name
  bool decided = false;    // whether its objects are rows or columns
  bool splits = false;     // they are rows
  bool apart = false;      // or a row each, of a table of their own
  std::uint32_t column = core::Row::kNone;  // of scalars
  std::uint32_t second = core::Row::kNone;  // of scalars under a key that occurred before
  JsonShape* shape = nullptr;      // of objects that give columns
  JsonGroup* members = nullptr;    // of objects whose members are rows
  JsonGroup* records = nullptr;    // of objects in an array
  JsonGroup* scalars = nullptr;    // of scalars in an array
  JsonGroup* matrix = nullptr;     // of equally long arrays in an array
  JsonSlot* element = nullptr;     // of other arrays in an array
};

// A table that grows, and the shape of its rows.
struct JsonGroup {
  std::uint32_t table = 0;
  std::string row_pattern;   // what names of tables inside a row begin with
  JsonShape shape;
  JsonSlot* levels = nullptr;      // of rows whose members are rows themselves
  std::vector<std::string> names;  // of the columns of a matrix; empty: they are numbered
  std::uint64_t cells = 0;   // that hold something

  // Whether rows with ever new keys have made a table that is mostly absent cells.
  [[nodiscard]] bool is_sparse(const core::Table& of) const;
  // How many keys of the object at `node` are known, and whether they are mostly those of the shape: half of the
  // union of both, or nearly all of the smaller one (a failed request leaves fields out).
  [[nodiscard]] std::size_t count_known(std::string_view text, const JsonTape& tape, std::uint32_t node) const;
  [[nodiscard]] bool fits(std::string_view text, const JsonTape& tape, std::uint32_t node) const;
};

// Equal bytes. Keys are short: two overlapping loads are faster than a call.
[[nodiscard]] inline bool same_key(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  if (a.size() < 8 || a.size() > 16) return a == b;
  std::uint64_t words[4];
  std::memcpy(&words[0], a.data(), 8);
  std::memcpy(&words[1], b.data(), 8);
  std::memcpy(&words[2], a.data() + a.size() - 8, 8);
  std::memcpy(&words[3], b.data() + b.size() - 8, 8);
  return words[0] == words[1] && words[2] == words[3];
}

inline std::size_t JsonShape::find(std::string_view name, std::size_t predicted) const {
  if (predicted < slots.size() && same_key(slots[predicted]->name, name)) return predicted;
  if (!index_.empty()) {
    const auto found = index_.find(name);
    return found == index_.end() ? slots.size() : found->second;
  }
  std::size_t i = 0;
  while (i < slots.size() && !same_key(slots[i]->name, name)) ++i;
  return i;
}

}  // namespace chimera::sources
