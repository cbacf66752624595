// Lays the values of a JsonTape out as the tables of a Document (the rules are in json.h).
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "core/document.h"
#include "sources/capped.h"
#include "sources/json_layout.h"
#include "sources/json_shape.h"
#include "sources/json_tape.h"
#include "sources/unit_cells.h"

namespace chimera::sources {

class JsonTables {
 public:
  JsonTables(core::Document& document, CappedDiagnostics& diagnostics) : document_(document), diagnostics_(diagnostics) {}
  // The one value of a document.
  void add_root(const JsonTape& tape, std::uint32_t node);
  // One of a sequence of values; a broken one joins those that it began like.
  void add_record(const JsonTape& tape, std::uint32_t node, JsonState state);
  // Fills up absent cells. Nothing may be added afterwards.
  void finish();

 private:
  using Names = std::vector<std::string>;
  struct Parent {
    std::uint32_t table = core::Row::kNone;
    std::uint32_t row = core::Row::kNone;
  };

  JsonGroup& add_group(core::TableKind kind, const std::string& name, std::string row_pattern);
  JsonGroup& group_at(JsonGroup*& place, core::TableKind kind, const JsonSlot& slot);
  JsonGroup& family(std::uint32_t node, JsonState state);
  JsonSlot& slot_at(const JsonGroup* group, JsonShape& shape, const JsonNode& key, std::size_t& predicted);
  JsonShape& shape_of(JsonSlot& slot);

  Parent add_row(const JsonGroup& group, core::Span span, std::string pointer, Parent parent);
  void value(JsonGroup* group, JsonSlot& slot, std::uint32_t node);
  void members(JsonGroup* group, JsonShape& shape, std::uint32_t node);
  void keyed(JsonGroup* group, JsonSlot& slot, std::uint32_t node, const std::string& pointer, Parent parent);
  [[nodiscard]] bool has_levels(const JsonGroup& group, std::uint32_t node) const;
  void levels(JsonGroup& group, std::uint32_t node);
  void array(JsonSlot& slot, std::uint32_t node, const std::string& pointer, Parent parent);
  void element(JsonSlot& slot, std::uint32_t node, std::string pointer, Parent parent);
  void matrix_row(JsonSlot& slot, std::uint32_t node, std::string pointer, Parent parent, const Names& names);
  void find_names(const JsonSlot& slot, std::uint32_t node);
  [[nodiscard]] Names names_in(std::uint32_t node);
  [[nodiscard]] bool is_tuple(std::uint32_t node) const;
  void tuple(JsonGroup& group, JsonSlot& slot, std::uint32_t node);
  void put(JsonGroup& group, JsonSlot& slot, const JsonNode& node);
  void ignore_key(const JsonNode& key);
  void order_ignored();
  JsonGroup& spread_group(JsonGroup*& place, core::TableKind kind, const JsonGroup& around, const JsonShape& shape);
  void columns(const JsonGroup& around, JsonShape& shape, const JsonColumns& found);
  void settings(JsonGroup& group, JsonSlot& slot, std::uint32_t node, const std::vector<JsonNamedValue>& values);

  static std::uint32_t add_column(core::Table& table, std::string key, std::string pointer);
  template <class T>
  void make_room(std::vector<T>& items, std::uint64_t offset) const;
  core::Cell cell(const JsonNode& node, const core::Table& table, std::size_t row, std::string_view path);
  [[nodiscard]] core::Cell text_cell(const JsonNode& node) const;
  [[nodiscard]] std::string_view take_unit(core::Cell& cell) const;
  void duplicate_key(const core::Row& row, const JsonSlot& slot, std::uint64_t offset);
  std::uint64_t line_at(std::uint64_t offset);
  [[nodiscard]] core::Span span(std::uint32_t node) const;
  [[nodiscard]] std::uint32_t behind(std::uint32_t node) const;
  [[nodiscard]] std::string pointer_to(Parent parent, const JsonSlot& slot) const;

  core::Document& document_;
  CappedDiagnostics& diagnostics_;
  const JsonTape* tape_ = nullptr;
  std::deque<JsonSlot> slots_;  // deques: addresses stay valid while they grow
  std::deque<JsonShape> shapes_;
  std::deque<JsonGroup> groups_;
  std::vector<JsonGroup*> families_;
  Names names_;        // that the object in hand gives the elements of its arrays, once they were read; mostly none
  Names outer_names_;  // that the object around it gives
  UnitCells units_;
  JsonSlot root_{{}, {}, {}};
  bool one_object_ = false;     // the document, which may then be written by columns
  std::size_t line_ = 0;        // where line_at found the last offset
};

// Whether the members of the object at `node` are alike enough to be rows of one table: all of them objects, with keys that are
// settings ("threads=4"); or at least two, most of them sharing half of their flattened keys (Jaccard) with what most have.
[[nodiscard]] bool members_are_alike(std::string_view text, const JsonTape& tape, std::uint32_t node);

// Whether the object at `node`, a row, has objects only, under keys that name no quantity but levels of a sweep: digits or "=" in each,
// {"llama": {"8": {...}, "16": {...}}}.
[[nodiscard]] bool keys_are_levels(std::string_view text, const JsonTape& tape, std::uint32_t node);

// Whether the object that is the member `name` of the object at `node`, with its key at `member`, says once more what one of the records beside
// it said, or what was before them ("best_config", "warmup"; text/record_names.h): then what it says is not said of the others.
[[nodiscard]] bool stands_apart(const JsonTape& tape, std::uint32_t node, std::uint32_t member, std::string_view name);

}  // namespace chimera::sources
