#include "sources/json_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include "base/check.h"
#include "sources/json.h"
#include "sources/json_number.h"
#include "text/number.h"

namespace chimera::sources {
namespace {

using core::CellKind;
using core::DiagnosticCode;
using core::TableKind;

constexpr std::size_t kMaxFamilies = 64;

// Whether the array at `node` holds scalars only, and at most `width`.
bool is_matrix_row(const JsonTape& tape, std::uint32_t node, std::size_t width) {
  const std::uint32_t size = tape[node].size();
  return size > 0 && size <= width && tape[node].next() - node == size + 2;
}

// Whether all elements are arrays of the same number of scalars.
bool is_matrix(const JsonTape& tape, std::uint32_t node, std::size_t width) {
  const std::uint32_t end = tape[node].next() - 1;
  for (std::uint32_t i = node + 1; i < end; i = tape[i].next()) {
    if (tape[i].kind() != JsonKind::array || !is_matrix_row(tape, i, width) || tape[i].size() != tape[node + 1].size()) return false;
  }
  return true;
}

}  // namespace

// Before another item at `offset`: room for as many as there will be if the text goes on as it did, within bounds.
template <class T>
void JsonTables::make_room(std::vector<T>& items, std::uint64_t offset) const {
  const std::size_t size = items.size();
  if (size < items.capacity() || size < 64) return;
  const double estimate = static_cast<double>(size) * static_cast<double>(document_.text.size()) / static_cast<double>(offset);
  items.reserve(std::clamp(static_cast<std::size_t>(estimate * 1.02) + 1, size * 2, size * 16));
}

void JsonTables::add_root(const JsonTape& tape, std::uint32_t node) {
  tape_ = &tape;
  one_object_ = tape[node].kind() == JsonKind::object;
  if (tape[node].kind() == JsonKind::array) {
    array(root_, node, {}, {});
  } else if (tape[node].is_scalar()) {
    element(root_, node, {}, {});
  } else if (members_are_alike(document_.text, tape, node) && find_columns(document_.text, tape, node).empty()) {
    keyed(nullptr, root_, node, {}, {});
  } else {
    JsonGroup& group = add_group(TableKind::object, {}, {});
    add_row(group, span(node), {}, {});
    members(&group, group.shape, node);
  }
}

void JsonTables::add_record(const JsonTape& tape, std::uint32_t node, JsonState state) {
  tape_ = &tape;
  if (tape[node].kind() == JsonKind::object) {
    JsonGroup& group = family(node, state);
    add_row(group, span(node), {}, {});
    members(&group, group.shape, node);
  } else if (tape[node].is_scalar()) {
    element(root_, node, {}, {});
  } else if (is_matrix_row(tape, node, kMatrixWidth)) {
    matrix_row(root_, node, {}, {}, {});
  } else {
    array(root_, node, {}, {});
  }
}

// Keys of levels are known for such once their members are: those of outer objects come after those within them.
void JsonTables::order_ignored() {
  std::vector<core::Ignored>& regions = document_.ignored;
  const auto earlier = [](const core::Ignored& a, const core::Ignored& b) { return a.span.begin < b.span.begin; };
  if (!std::is_sorted(regions.begin(), regions.end(), earlier)) std::stable_sort(regions.begin(), regions.end(), earlier);
  std::uint64_t end = 0;
  const auto is_known = [&](const core::Ignored& region) {
    if (region.span.begin < end) return true;
    end = region.span.end;
    return false;
  };
  regions.erase(std::remove_if(regions.begin(), regions.end(), is_known), regions.end());
}

void JsonTables::finish() {
  order_ignored();
  for (const JsonGroup& group : groups_) {
    core::Table& table = document_.tables[group.table];
    for (core::Column& column : table.columns) column.cells.resize(table.rows.size());
  }
  units_.split(document_);
}

JsonGroup& JsonTables::add_group(TableKind kind, const std::string& name, std::string row_pattern) {
  JsonGroup& group = groups_.emplace_back();
  group.table = static_cast<std::uint32_t>(document_.tables.size());
  group.row_pattern = std::move(row_pattern);
  core::Table& table = document_.tables.emplace_back();
  table.kind = kind;
  table.name = name;
  return group;
}

// The group at `place`, made where there is none; a table that became sparse is closed and another begun.
JsonGroup& JsonTables::group_at(JsonGroup*& place, TableKind kind, const JsonSlot& slot) {
  if (place != nullptr && !place->is_sparse(document_.tables[place->table])) return *place;
  place = &add_group(kind, slot.table_name, slot.table_name + "/*");
  if (kind == TableKind::series) place->shape.add(slots_.emplace_back(std::string(), slot.path, slot.name));
  return *place;
}

// The group that a record of a sequence belongs to.
JsonGroup& JsonTables::family(std::uint32_t node, JsonState state) {
  const auto fitting = [&](const auto& fits) { return std::find_if(families_.begin(), families_.end(), fits); };
  auto found = fitting([&](const JsonGroup* group) { return group->fits(document_.text, *tape_, node); });
  if (found == families_.end() && state != JsonState::complete) {
    found = fitting([&](const JsonGroup* group) { return group->count_known(document_.text, *tape_, node) == (*tape_)[node].size(); });
  }
  if (found == families_.end()) {
    if (families_.size() < kMaxFamilies) families_.push_back(&add_group(TableKind::records, {}, {}));
    found = families_.end() - 1;  // too many to tell apart: the last one takes what is left
  }
  if ((*found)->is_sparse(document_.tables[(*found)->table])) *found = &add_group(TableKind::records, {}, {});
  return **found;
}

// The slot of `key` in `shape`, made where it is new. `predicted` is the position looked at first, and is moved on.
JsonSlot& JsonTables::slot_at(const JsonGroup* group, JsonShape& shape, const JsonNode& key, std::size_t& predicted) {
  std::string_view name = std::string_view(document_.text).substr(key.begin(), key.size());
  std::string unescaped;
  if (key.escaped()) name = unescaped = unescape_json(name);
  const std::size_t found = shape.find(name, predicted);
  predicted = found + 1;
  if (found < shape.slots.size()) return *shape.slots[found];
  std::string path = shape.prefix + escape_pointer(name);
  std::string table_name = fmt::format("{}/{}", group == nullptr ? "" : group->row_pattern, path);
  JsonSlot& slot = slots_.emplace_back(std::move(table_name), std::move(path), std::string(name));
  shape.add(slot);
  return slot;
}

JsonShape& JsonTables::shape_of(JsonSlot& slot) {
  if (slot.shape == nullptr) {
    slot.shape = &shapes_.emplace_back();
    slot.shape->prefix = slot.path + "/";
  }
  return *slot.shape;
}

JsonTables::Parent JsonTables::add_row(const JsonGroup& group, core::Span row_span, std::string pointer, Parent parent) {
  std::vector<core::Row>& rows = document_.tables[group.table].rows;
  make_room(rows, row_span.begin);
  core::Row& row = rows.emplace_back();
  row.span = row_span;
  row.line = line_at(row_span.begin);
  row.pointer = std::move(pointer);
  row.parent_table = parent.table;
  row.parent_row = parent.row;
  return {group.table, static_cast<std::uint32_t>(rows.size() - 1)};
}

// One member of the last row of `group`.
void JsonTables::value(JsonGroup* group, JsonSlot& slot, std::uint32_t node) {
  const JsonNode& at = (*tape_)[node];
  if (at.is_scalar()) {
    put(*group, slot, at);
    return;
  }
  if (at.kind() == JsonKind::object && !slot.decided && at.size() > 0) {
    slot.decided = true;
    slot.splits = members_are_alike(document_.text, *tape_, node) && !(one_object_ && !find_columns(document_.text, *tape_, node).empty());
  }
  if (at.kind() == JsonKind::object && !slot.splits && !slot.apart) {
    members(group, shape_of(slot), node);
    return;
  }
  if (at.kind() == JsonKind::array && !outer_names_.empty() && is_tuple(node)) return tuple(*group, slot, node);
  if (at.kind() == JsonKind::array && (slot.shape == nullptr || slot.shape->slots.size() < kMostSettings))
    if (const auto listed = list_of_settings(document_.text, *tape_, node, slot.name)) return settings(*group, slot, node, *listed);
  const auto last = static_cast<std::uint32_t>(document_.tables[group->table].rows.size() - 1);
  const Parent row{group->table, last};
  if (at.kind() == JsonKind::array) array(slot, node, pointer_to(row, slot), row);
  else if (!slot.splits) element(slot, node, pointer_to(row, slot), row);
  else keyed(group, slot, node, pointer_to(row, slot), row);
}

void JsonTables::members(JsonGroup* group, JsonShape& shape, std::uint32_t node) {
  const JsonTape& tape = *tape_;
  std::size_t predicted = 0;
  Names outer = std::exchange(outer_names_, std::exchange(names_, {}));
  std::vector<std::uint32_t> spread;  // members that are columns
  if (one_object_) {
    for (const JsonColumns& found : find_columns(document_.text, tape, node)) {
      columns(*group, shape, found);
      spread.insert(spread.end(), found.members.begin(), found.members.end());
    }
    std::sort(spread.begin(), spread.end());
  }
  for (std::uint32_t i = node + 1; tape[i].kind() == JsonKind::key; i = behind(i + 1)) {
    if (std::binary_search(spread.begin(), spread.end(), i)) continue;
    JsonSlot& slot = slot_at(group, shape, tape[i], predicted);
    if (slot.digits) ignore_key(tape[i]);
    if (tape[i + 1].kind() == JsonKind::array) find_names(slot, i + 1);
    if (one_object_ && !slot.decided && tape[i + 1].kind() == JsonKind::object) slot.apart = stands_apart(tape, node, i, slot.name);
    value(group, slot, i + 1);
  }
  names_ = std::exchange(outer_names_, std::move(outer));
}

// Of two texts or more, none twice.
void JsonTables::find_names(const JsonSlot& slot, std::uint32_t node) {
  const JsonTape& tape = *tape_;
  const std::uint32_t size = tape[node].size();
  if (size < 2 || tape[node].next() - node != size + 2 || !names_elements(slot.name)) return;
  Names names;
  for (std::uint32_t i = node + 1; i <= node + size; ++i) {
    if (tape[i].kind() != JsonKind::text) return;
    names.push_back(escape_pointer(unescape_json(std::string_view(document_.text).substr(tape[i].begin(), tape[i].size()))));
    if (std::find(names.begin(), names.end() - 1, names.back()) != names.end() - 1) return;
  }
  names_ = std::move(names);
}

// Whether the elements of an array are what the outer names say: arrays among them, no objects, none without a name.
bool JsonTables::is_tuple(std::uint32_t node) const {
  const JsonTape& tape = *tape_;
  if (tape[node].size() < 2 || tape[node].size() > outer_names_.size()) return false;
  bool arrays = false;
  for (std::uint32_t i = node + 1; tape[i].kind() != JsonKind::end; i = behind(i)) {
    if (tape[i].kind() == JsonKind::object) return false;
    arrays = arrays || tape[i].kind() == JsonKind::array;
  }
  return arrays;
}

// The texts of a header row, of which none is read as a value.
JsonTables::Names JsonTables::names_in(std::uint32_t node) {
  Names names;
  for (std::uint32_t i = node + 1; (*tape_)[i].kind() != JsonKind::end; ++i) {
    const std::string_view name = std::string_view(document_.text).substr((*tape_)[i].begin(), (*tape_)[i].size());
    if (name.find_first_of("0123456789") != std::string_view::npos) ignore_key((*tape_)[i]);
    names.push_back(escape_pointer(unescape_json(name)));
  }
  return names;
}

// An array read like an object whose keys are the outer names.
void JsonTables::tuple(JsonGroup& group, JsonSlot& slot, std::uint32_t node) {
  JsonShape& shape = shape_of(slot);
  std::size_t index = 0;
  const Names names = std::exchange(outer_names_, {});  // they name nothing inside an element
  for (std::uint32_t i = node + 1; (*tape_)[i].kind() != JsonKind::end; i = behind(i), ++index) {
    const std::string& name = names[index];
    std::size_t found = shape.find(name, index);
    if (found == shape.slots.size()) {
      std::string path = shape.prefix + name;
      std::string table_name = fmt::format("{}/{}", group.row_pattern, path);
      shape.add(slots_.emplace_back(std::move(table_name), std::move(path), name));
      shape.slots.back()->pointer = fmt::format("{}/{}", slot.path, index);
    }
    value(&group, *shape.slots[found], i);
  }
  outer_names_ = names;
}

void JsonTables::ignore_key(const JsonNode& key) {
  make_room(document_.ignored, key.begin());
  document_.ignored.push_back({{key.begin(), key.begin() + key.size()}, "key"});
}

// An object whose members are rows. A member that is no object is a member of the last row of `group` as usual.
void JsonTables::keyed(JsonGroup* group, JsonSlot& slot, std::uint32_t node, const std::string& pointer, Parent parent) {
  const JsonTape& tape = *tape_;
  std::size_t predicted = 0;
  for (std::uint32_t i = node + 1; tape[i].kind() == JsonKind::key; i = behind(i + 1)) {
    const JsonNode& key = tape[i];
    if (tape[i + 1].kind() != JsonKind::object) {
      CHECK(group != nullptr, "the members of a root that is split are objects");
      JsonSlot& member = slot_at(group, shape_of(slot), key, predicted);
      if (member.digits) ignore_key(key);
      value(group, member, i + 1);
      continue;
    }
    JsonGroup& rows = group_at(slot.members, TableKind::keyed, slot);
    std::vector<core::Column>& columns = document_.tables[rows.table].columns;
    if (columns.empty()) columns.emplace_back();
    const std::string name = unescape_json(std::string_view(document_.text).substr(key.begin(), key.size()));
    add_row(rows, {key.begin() - 1, span(i + 1).end}, pointer + '/' + escape_pointer(name), parent);
    columns[0].cells.push_back(text_cell(key));
    ++rows.cells;
    if (has_levels(rows, i + 1)) levels(rows, i + 1);
    else members(&rows, rows.shape, i + 1);
  }
}

// Whether the members of a row are rows; a single one is where those of other rows were.
bool JsonTables::has_levels(const JsonGroup& group, std::uint32_t node) const {
  if (!keys_are_levels(document_.text, *tape_, node)) return false;
  return (group.levels != nullptr && (*tape_)[node].size() == 1) || members_are_alike(document_.text, *tape_, node);
}

// The members of the last row of `group`, each a row of its own.
void JsonTables::levels(JsonGroup& group, std::uint32_t node) {
  if (group.levels == nullptr) group.levels = &slots_.emplace_back(group.row_pattern, std::string(), std::string());
  const auto last = static_cast<std::uint32_t>(document_.tables[group.table].rows.size() - 1);
  keyed(&group, *group.levels, node, document_.tables[group.table].rows[last].pointer, {group.table, last});
}

void JsonTables::array(JsonSlot& slot, std::uint32_t node, const std::string& pointer, Parent parent) {
  const JsonTape& tape = *tape_;
  const bool matrix = is_matrix(tape, node, std::max<std::size_t>(kMatrixWidth, names_.size()));
  const bool named = matrix && tape[node].size() > 0 && tape[node + 1].size() == names_.size();
  const bool header = matrix && !named && begins_with_names(document_.text, tape, node);
  const Names names = named ? std::exchange(names_, {}) : header ? names_in(node + 1) : Names();
  std::uint64_t index = 0;
  for (std::uint32_t i = node + 1; tape[i].kind() != JsonKind::end; i = behind(i), ++index) {
    if (header && index == 0) continue;
    char digits[20];
    const char* end = std::to_chars(std::begin(digits), std::end(digits), index).ptr;
    std::string element_pointer;
    element_pointer.reserve(pointer.size() + 1 + static_cast<std::size_t>(end - digits));
    element_pointer.append(pointer).append(1, '/').append(static_cast<const char*>(digits), end);
    if (matrix) matrix_row(slot, i, std::move(element_pointer), parent, names);
    else element(slot, i, std::move(element_pointer), parent);
  }
}

void JsonTables::element(JsonSlot& slot, std::uint32_t node, std::string pointer, Parent parent) {
  const JsonNode& at = (*tape_)[node];
  if (at.kind() == JsonKind::object) {
    JsonGroup& group = group_at(slot.records, TableKind::records, slot);
    add_row(group, span(node), std::move(pointer), parent);
    members(&group, group.shape, node);
  } else if (at.is_scalar()) {
    JsonGroup& group = group_at(slot.scalars, TableKind::series, slot);
    add_row(group, span(node), std::move(pointer), parent);
    put(group, *group.shape.slots[0], at);
  } else {
    if (slot.element == nullptr) slot.element = &slots_.emplace_back(slot.table_name + "/*", slot.path, slot.name);
    array(*slot.element, node, pointer, parent);
  }
}

void JsonTables::matrix_row(JsonSlot& slot, std::uint32_t node, std::string pointer, Parent parent, const Names& names) {
  if (slot.matrix != nullptr && slot.matrix->names != names) slot.matrix = nullptr;
  JsonGroup& group = group_at(slot.matrix, TableKind::records, slot);
  group.names = names;
  add_row(group, span(node), std::move(pointer), parent);
  const std::uint32_t width = (*tape_)[node].size();
  while (group.shape.slots.size() < width) {
    const std::string index = std::to_string(group.shape.slots.size());
    const std::string& name = names.empty() ? index : names[group.shape.slots.size()];
    group.shape.add(slots_.emplace_back(std::string(), name, name));
    if (!names.empty()) group.shape.slots.back()->pointer = index;
  }
  for (std::uint32_t i = 0; i < width; ++i) put(group, *group.shape.slots[i], (*tape_)[node + 1 + i]);
}

// A scalar into the last row of `group`.
void JsonTables::put(JsonGroup& group, JsonSlot& slot, const JsonNode& node) {
  core::Table& table = document_.tables[group.table];
  const std::size_t row = table.rows.size() - 1;
  if (slot.column == core::Row::kNone) slot.column = add_column(table, slot.path, slot.pointer);
  std::uint32_t column = slot.column;
  if (table.columns[column].cells.size() > row) {
    duplicate_key(table.rows[row], slot, node.begin());
    if (slot.second == core::Row::kNone) slot.second = add_column(table, slot.path + "#2", {});
    column = slot.second;
    if (table.columns[column].cells.size() > row) return;  // a third value stays unread
  }
  std::vector<core::Cell>& cells = table.columns[column].cells;
  if (cells.size() < row) cells.resize(row);
  make_room(cells, node.begin());
  cells.push_back(cell(node, table, row, slot.path));
  ++group.cells;
  if (cells.back().kind != CellKind::text) return;
  if (const std::string_view unit = take_unit(cells.back()); !unit.empty()) units_.add(group.table, column, static_cast<std::uint32_t>(row), unit);
}

std::uint32_t JsonTables::add_column(core::Table& table, std::string key, std::string pointer) {
  core::Column& column = table.columns.emplace_back();
  column.key = std::move(key);
  column.pointer = std::move(pointer);
  return static_cast<std::uint32_t>(table.columns.size() - 1);
}

core::Cell JsonTables::cell(const JsonNode& node, const core::Table& table, std::size_t row, std::string_view path) {
  if (node.kind() == JsonKind::text) return text_cell(node);
  core::Cell cell;
  cell.begin = node.begin();
  cell.size = node.size();
  const std::string_view lexeme = std::string_view(document_.text).substr(node.begin(), node.size());
  switch (node.kind()) {
    case JsonKind::boolean:
      cell.kind = CellKind::boolean;
      cell.number = (lexeme[0] | 0x20) == 't' ? 1 : 0;
      return cell;
    case JsonKind::nonfinite:
      // NaN is no value; infinity may be a setting ("request_rate": Infinity), so the word stays.
      cell.kind = lexeme.find_first_of("aA") < 3 ? CellKind::null : CellKind::text;
      cell.number = cell.kind == CellKind::null ? std::numeric_limits<double>::quiet_NaN()
                                                   : std::numeric_limits<double>::infinity();
      if (lexeme[0] == '-') cell.number = -cell.number;
      return cell;
    case JsonKind::number: break;
    default: cell.kind = CellKind::null; return cell;
  }
  const JsonNumber number = evaluate_number(lexeme);
  cell.kind = number.range == NumberRange::too_large ? CellKind::null : CellKind::number;
  cell.number = number.value;
  cell.decimals = number.decimals;
  if (number.range != NumberRange::ok && diagnostics_.admits(DiagnosticCode::number_out_of_range)) {
    const std::string& at = table.rows[row].pointer;
    const char* found = number.range == NumberRange::too_large ? "is too large for a double" : "is too small for a double: 0";
    diagnostics_.add(DiagnosticCode::number_out_of_range, line_at(node.begin()),
                     table.kind == TableKind::series ? at : fmt::format("{}/{}", at, path),
                     fmt::format("{} {}", lexeme.substr(0, 40), found));
  }
  return cell;
}

// The content of a string or key: text, or a number that stands in quotes.
core::Cell JsonTables::text_cell(const JsonNode& node) const {
  core::Cell cell;
  cell.begin = node.begin();
  cell.size = node.size();
  cell.kind = CellKind::text;
  const std::string_view content = std::string_view(document_.text).substr(node.begin(), node.size());
  if (node.kind() == JsonKind::key || !may_be_number(content)) return cell;
  const auto number = text::parse_number(content);
  if (!number) return cell;
  cell.kind = CellKind::number;
  cell.quoted = true;
  cell.number = number->value;
  cell.decimals = static_cast<std::int8_t>(std::clamp(number->decimals, 0, 127));
  return cell;
}

// Makes a text that is a number and its unit that number; the unit, empty where the text is another one.
std::string_view JsonTables::take_unit(core::Cell& cell) const {
  const auto found = read_json_number_in_unit(document_.at(cell.span()));
  if (!found) return {};
  cell.begin += found->token.begin;
  cell.size = static_cast<std::uint32_t>(found->token.end - found->token.begin);
  cell.kind = CellKind::number;
  cell.quoted = true;
  cell.number = found->token.number.value;
  cell.decimals = static_cast<std::int8_t>(std::clamp(found->token.number.decimals, 0, 127));
  return found->unit;
}

void JsonTables::duplicate_key(const core::Row& row, const JsonSlot& slot, std::uint64_t offset) {
  if (!diagnostics_.admits(DiagnosticCode::json_duplicate_key)) return;
  diagnostics_.add(DiagnosticCode::json_duplicate_key, line_at(offset), fmt::format("{}/{}", row.pointer, slot.path),
                   fmt::format("\"{}\" occurs again in the same object", slot.name),
                   "the second value is in a column of its own; most JSON readers keep the last");
}

// Offsets mostly ascend: the search goes on from the last one.
std::uint64_t JsonTables::line_at(std::uint64_t offset) {
  const std::vector<std::uint64_t>& lines = document_.lines;
  for (int step = 0; step < 4 && line_ < lines.size() && lines[line_] <= offset; ++step) {
    if (line_ + 1 == lines.size() || offset < lines[line_ + 1]) return line_ + 1;
    ++line_;
  }
  line_ = static_cast<std::size_t>(std::upper_bound(lines.begin(), lines.end(), offset) - lines.begin());
  line_ -= line_ > 0 ? 1 : 0;
  return line_ + 1;
}

core::Span JsonTables::span(std::uint32_t node) const {
  const JsonNode& at = (*tape_)[node];
  if (at.is_scalar()) return {at.begin(), at.begin() + at.size()};
  return {at.begin(), (*tape_)[at.next() - 1].begin()};
}

std::uint32_t JsonTables::behind(std::uint32_t node) const {
  const JsonNode& at = (*tape_)[node];
  return at.is_scalar() ? node + 1 : at.next();
}

std::string JsonTables::pointer_to(Parent row, const JsonSlot& slot) const {
  return fmt::format("{}/{}", document_.tables[row.table].rows[row.row].pointer, slot.pointer.empty() ? slot.path : slot.pointer);
}

}  // namespace chimera::sources
