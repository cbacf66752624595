// How JsonTables reads tables that are written by columns, and lists of settings.
#include <fmt/format.h>

#include <algorithm>

#include "sources/json_layout.h"
#include "sources/json_tables.h"

namespace chimera::sources {

using core::TableKind;

// The group for rows that are spread over the members of the objects of `shape`.
JsonGroup& JsonTables::spread_group(JsonGroup*& place, TableKind kind, const JsonGroup& around, const JsonShape& shape) {
  if (place != nullptr && !place->is_sparse(document_.tables[place->table])) return *place;
  std::string name = around.row_pattern;
  if (!shape.prefix.empty()) name += "/" + shape.prefix.substr(0, shape.prefix.size() - 1);
  place = &add_group(kind, name, name + "/*");
  document_.tables[place->table].by_columns = true;
  if (kind == TableKind::keyed) document_.tables[place->table].columns.emplace_back();
  return *place;
}

void JsonTables::columns(const JsonGroup& around, JsonShape& shape, const JsonColumns& found) {
  const JsonTape& tape = *tape_;
  const bool keyed = found.rows == JsonColumns::Rows::keyed;
  const auto row = static_cast<std::uint32_t>(document_.tables[around.table].rows.size() - 1);
  const Parent parent{around.table, row};
  std::string base = document_.tables[around.table].rows[row].pointer;
  if (!shape.prefix.empty()) base += "/" + shape.prefix.substr(0, shape.prefix.size() - 1);
  JsonGroup& group = spread_group(keyed ? shape.keyed_columns : shape.columns, keyed ? TableKind::keyed : TableKind::records, around, shape);
  std::vector<JsonSlot*> slots;
  std::size_t predicted = 0;
  for (const std::uint32_t key : found.members) {
    JsonSlot& slot = slot_at(&group, group.shape, tape[key], predicted);
    if (slot.digits) ignore_key(tape[key]);
    slots.push_back(&slot);
  }
  for (std::uint32_t r = 0; r < found.count; ++r) {
    const std::uint32_t first = found.members[0] + 2 + r * found.stride;
    const JsonNode& key = tape[first];
    const std::string name = found.stride == 1 ? std::to_string(r) : std::string(document_.text.substr(key.begin(), key.size()));
    add_row(group, span(first + found.stride - 1), base + "/*/" + name, parent);
    if (keyed) {
      document_.tables[group.table].columns[0].cells.push_back(text_cell(key));
      ++group.cells;
    }
    for (std::size_t c = 0; c < slots.size(); ++c) {
      const std::uint32_t at = found.members[c] + 2 + r * found.stride;
      if (found.stride == 2 && !(keyed && c == 0)) ignore_key(tape[at]);
      put(group, *slots[c], tape[at + found.stride - 1]);
    }
  }
}

// [{"Name": "TILE", "Value": 16}] as if it were {"TILE": 16}.
void JsonTables::settings(JsonGroup& group, JsonSlot& slot, std::uint32_t node, const std::vector<JsonNamedValue>& values) {
  const JsonTape& tape = *tape_;
  JsonShape& shape = shape_of(slot);
  const auto spelled = [&](const JsonNode& at) { return std::string_view(document_.text).substr(at.begin(), at.size()); };
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string name = unescape_json(spelled(tape[values[i].name]));
    const std::string path = shape.prefix + escape_pointer(name);
    const std::string pointer = fmt::format("{}/{}/{}", slot.path, i, escape_pointer(unescape_json(spelled(tape[values[i].value_key]))));
    const auto same = [&](const JsonSlot* each) { return each->path == path && each->pointer == pointer; };
    auto found = std::find_if(shape.slots.begin(), shape.slots.end(), same);
    if (found == shape.slots.end()) {
      JsonSlot& fresh = slots_.emplace_back(fmt::format("{}/{}", group.row_pattern, path), path, name);
      fresh.pointer = pointer;
      shape.add(fresh);
      found = shape.slots.end() - 1;
    }
    put(group, **found, tape[values[i].value]);
  }
  // Names and types beside the values.
  const auto has_digit = [](std::string_view text) { return text.find_first_of("0123456789") != std::string_view::npos; };
  for (std::uint32_t i = node + 1; i < tape[node].next(); ++i) {
    const bool value = std::any_of(values.begin(), values.end(), [&](const JsonNamedValue& each) { return each.value == i; });
    if (!value && (tape[i].kind() == JsonKind::text || tape[i].kind() == JsonKind::key) && has_digit(spelled(tape[i]))) ignore_key(tape[i]);
  }
}

}  // namespace chimera::sources
