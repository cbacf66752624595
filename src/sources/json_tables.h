// Lays the values of a JsonTape out as the tables of a Document (the rules are in json.h).
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/document.h"
#include "sources/capped.h"
#include "sources/json_tape.h"

namespace chimera::sources {

class JsonTables {
 public:
  JsonTables(core::Document& document, CappedDiagnostics& diagnostics) : document_(document), diagnostics_(diagnostics) {}
  // The one value of a document.
  void add_root(const JsonTape& tape, std::uint32_t node);
  // One of a sequence of values.
  void add_record(const JsonTape& tape, std::uint32_t node);
  // Fills up absent cells. Nothing may be added afterwards.
  void finish();

 private:
  static constexpr std::uint32_t kNone = core::Row::kNone;

  // A key path of the rows of one table, and what has been found there so far (indices, kNone where nothing).
  struct Slot {
    std::string name;          // last key, without escapes
    std::string path;          // key path inside the row
    std::string table_name;    // of tables that hang here
    bool digits = false;       // in the name
    bool decided = false;      // keyed or flattened
    bool splits = false;       // keyed
    std::uint32_t column = kNone;     // of scalars
    std::uint32_t second = kNone;     // of scalars under a key that occurred before
    std::uint32_t shape = kNone;      // of objects that give columns
    std::uint32_t members = kNone;    // groups: of objects whose members are rows,
    std::uint32_t records = kNone;    // of objects in an array,
    std::uint32_t scalars = kNone;    // of scalars in an array,
    std::uint32_t matrix = kNone;     // of equally long arrays in an array
    std::uint32_t element = kNone;    // slot: of other arrays in an array
  };
  // The keys of objects at one place, in order of first appearance.
  struct Shape {
    std::vector<std::uint32_t> slots;
    std::unordered_map<std::string_view, std::size_t> index;  // position in slots, once there are many
    std::string prefix;  // of the paths of its slots: "timing/"
  };
  // A table that grows, and the shape of its rows.
  struct Group {
    std::uint32_t table = 0;
    std::uint32_t shape = 0;
    std::string row_pattern;   // what names of tables inside a row begin with
    std::uint64_t cells = 0;
  };
  enum class Nested { matrix, series };  // what arrays in an array become
  struct Parent {
    std::uint32_t table = core::Row::kNone;
    std::uint32_t row = core::Row::kNone;
  };

  std::uint32_t add_group(core::TableKind kind, const std::string& name, std::string row_pattern);
  std::uint32_t add_slot(std::string table_name, std::string path, std::string name);
  std::uint32_t find_slot(std::uint32_t group, std::uint32_t shape, const JsonNode& key, std::size_t& predicted);
  [[nodiscard]] std::size_t search_slot(const Shape& shape, std::string_view name) const;
  std::uint32_t shape_of(Slot& slot);
  std::uint32_t group_at(std::uint32_t& place, core::TableKind kind, const Slot& slot);
  std::uint32_t family(std::uint32_t node);
  [[nodiscard]] bool is_sparse(const Group& group) const;
  [[nodiscard]] bool fits(const Group& group, std::uint32_t node) const;

  Parent add_row(std::uint32_t group, core::Span span, std::string pointer, Parent parent);
  void value(std::uint32_t group, std::uint32_t slot, std::uint32_t node);
  void members(std::uint32_t group, std::uint32_t shape, std::uint32_t node);
  void keyed(std::uint32_t group, std::uint32_t slot, std::uint32_t node, const std::string& pointer, Parent parent);
  void array(std::uint32_t slot, std::uint32_t node, const std::string& pointer, Parent parent);
  void element(std::uint32_t slot, std::uint32_t node, std::string pointer, Parent parent, Nested nested);
  void matrix_row(Slot& slot, std::uint32_t node, std::string pointer, Parent parent);
  void put(std::uint32_t group, std::uint32_t slot, const JsonNode& node);

  static std::uint32_t add_column(core::Table& table, std::string key);
  core::Cell cell(const JsonNode& node, const core::Table& table, std::size_t row, std::string_view path);
  [[nodiscard]] core::Cell text_cell(const JsonNode& node) const;
  void duplicate_key(const core::Row& row, const Slot& slot, std::uint64_t offset);
  std::uint64_t line_at(std::uint64_t offset);
  [[nodiscard]] core::Span span(std::uint32_t node) const;
  [[nodiscard]] std::uint32_t behind(std::uint32_t node) const;
  [[nodiscard]] std::string pointer_to(Parent parent, const Slot& slot) const;

  core::Document& document_;
  CappedDiagnostics& diagnostics_;
  const JsonTape* tape_ = nullptr;
  std::deque<Slot> slots_;     // deques: references stay valid while they grow
  std::deque<Shape> shapes_;
  std::deque<Group> groups_;
  std::vector<std::uint32_t> families_;
  std::uint32_t root_ = kNone;  // slot
  std::size_t line_ = 0;        // where line_at found the last offset
};

// Whether the members of the object at `node` are alike enough to be rows of one table: at least two, all of them
// objects, most of them sharing half of their flattened keys (Jaccard) with what most have.
[[nodiscard]] bool members_are_alike(std::string_view text, const JsonTape& tape, std::uint32_t node);

}  // namespace chimera::sources
