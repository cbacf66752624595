#include "sources/json_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "sources/json.h"
#include "sources/json_number.h"
#include "text/number.h"

namespace chimera::sources {
namespace {

using core::CellKind;
using core::DiagnosticCode;
using core::TableKind;

constexpr std::size_t kIndexedShape = 16;       // keys from which a shape is searched by hash
constexpr std::uint64_t kSparse = 24;           // cells of a table for each value in it, at most
constexpr std::uint64_t kSparseFloor = 4096;
constexpr std::size_t kMaxFamilies = 64;

bool has_digit(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// A cheap test that most strings fail before they are parsed as numbers.
bool may_be_number(std::string_view text) {
  if (text.empty() || text.size() > 64) return false;
  const auto last = static_cast<unsigned char>(text.back());
  if (!((last >= '0' && last <= '9') || last == '.')) return false;
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return c == ':' || c == '/' || c == '_' || ((c | 0x20) >= 'f' && (c | 0x20) <= 'z'); });
}

// Whether the array at `node` holds scalars only, and not too many.
bool is_matrix_row(const JsonTape& tape, std::uint32_t node) {
  const std::uint32_t size = tape[node].size();
  return size > 0 && size <= kMatrixWidth && tape[node].next() - node == size + 2;
}

// Whether all elements are arrays of the same number of scalars.
bool is_matrix(const JsonTape& tape, std::uint32_t node) {
  const std::uint32_t end = tape[node].next() - 1;
  for (std::uint32_t i = node + 1; i < end; i = tape[i].next()) {
    if (tape[i].kind() != JsonKind::array || !is_matrix_row(tape, i) || tape[i].size() != tape[node + 1].size()) return false;
  }
  return true;
}

}  // namespace

void JsonTables::add_root(const JsonTape& tape, std::uint32_t node) {
  tape_ = &tape;
  if (root_ == kNone) root_ = add_slot({}, {}, {});
  if (tape[node].kind() == JsonKind::array) {
    array(root_, node, {}, {});
    return;
  }
  if (tape[node].is_scalar()) {
    element(root_, node, {}, {}, Nested::series);
    return;
  }
  if (members_are_alike(document_.text, tape, node)) {
    keyed(kNone, root_, node, {}, {});
    return;
  }
  const std::uint32_t group = add_group(TableKind::object, {}, {});
  add_row(group, span(node), {}, {});
  members(group, groups_[group].shape, node);
}

void JsonTables::add_record(const JsonTape& tape, std::uint32_t node) {
  tape_ = &tape;
  if (root_ == kNone) root_ = add_slot({}, {}, {});
  if (tape[node].kind() == JsonKind::object) {
    const std::uint32_t group = family(node);
    add_row(group, span(node), {}, {});
    members(group, groups_[group].shape, node);
    return;
  }
  if (tape[node].is_scalar()) {
    element(root_, node, {}, {}, Nested::series);
  } else if (is_matrix_row(tape, node)) {
    matrix_row(slots_[root_], node, {}, {});
  } else {
    array(root_, node, {}, {});
  }
}

void JsonTables::finish() {
  for (const Group& group : groups_) {
    core::Table& table = document_.tables[group.table];
    for (core::Column& column : table.columns) column.cells.resize(table.rows.size());
  }
}

std::uint32_t JsonTables::add_group(TableKind kind, const std::string& name, std::string row_pattern) {
  const auto table = static_cast<std::uint32_t>(document_.tables.size());
  document_.tables.emplace_back();
  document_.tables.back().kind = kind;
  document_.tables.back().name = name;
  const auto shape = static_cast<std::uint32_t>(shapes_.size());
  shapes_.emplace_back();
  groups_.push_back({table, shape, std::move(row_pattern), 0});
  return static_cast<std::uint32_t>(groups_.size() - 1);
}

std::uint32_t JsonTables::add_slot(std::string table_name, std::string path, std::string name) {
  Slot& slot = slots_.emplace_back();
  slot.digits = has_digit(name);
  slot.name = std::move(name);
  slot.path = std::move(path);
  slot.table_name = std::move(table_name);
  return static_cast<std::uint32_t>(slots_.size() - 1);
}

// The slot of `key` in `shape`, made where it is new. `predicted`: the position at which it is looked for first, moved on.
std::uint32_t JsonTables::find_slot(std::uint32_t group, std::uint32_t shape_index, const JsonNode& key,
                                    std::size_t& predicted) {
  Shape& shape = shapes_[shape_index];
  std::string_view name = std::string_view(document_.text).substr(key.begin(), key.size());
  std::string unescaped;
  if (key.escaped()) name = unescaped = unescape_json(name);
  if (predicted < shape.slots.size() && slots_[shape.slots[predicted]].name == name) return shape.slots[predicted++];
  const std::size_t found = search_slot(shape, name);
  if (found < shape.slots.size()) {
    predicted = found + 1;
    return shape.slots[found];
  }
  std::string path = shape.prefix + escape_pointer(name);
  std::string table_name = fmt::format("{}/{}", group == kNone ? "" : groups_[group].row_pattern, path);
  const std::uint32_t slot = add_slot(std::move(table_name), std::move(path), std::string(name));
  shape.slots.push_back(slot);
  predicted = shape.slots.size();
  if (shape.slots.size() == kIndexedShape) {
    for (std::size_t i = 0; i + 1 < shape.slots.size(); ++i) shape.index.emplace(slots_[shape.slots[i]].name, i);
  }
  if (shape.slots.size() >= kIndexedShape) shape.index.emplace(slots_[slot].name, shape.slots.size() - 1);
  return slot;
}

// Its position in shape.slots, or their number where it is not there.
std::size_t JsonTables::search_slot(const Shape& shape, std::string_view name) const {
  if (!shape.index.empty()) {
    const auto found = shape.index.find(name);
    return found == shape.index.end() ? shape.slots.size() : found->second;
  }
  std::size_t i = 0;
  while (i < shape.slots.size() && slots_[shape.slots[i]].name != name) ++i;
  return i;
}

// Rows with ever new keys would make a table that is mostly absent cells: such a table is closed and another begun.
bool JsonTables::is_sparse(const Group& group) const {
  const core::Table& table = document_.tables[group.table];
  return table.columns.size() * (table.rows.size() + 1) > kSparse * group.cells + kSparseFloor;
}

std::uint32_t JsonTables::group_at(std::uint32_t& place, TableKind kind, const Slot& slot) {
  if (place != kNone && !is_sparse(groups_[place])) return place;
  place = add_group(kind, slot.table_name, slot.table_name + "/*");
  if (kind == TableKind::series) {
    shapes_[groups_[place].shape].slots.push_back(add_slot({}, slot.path, slot.name));
  }
  return place;
}

// Whether the keys of the object at `node` are mostly those of the group: half of the union of both, or nearly all
// of the smaller one (a failed request leaves fields out).
bool JsonTables::fits(const Group& group, std::uint32_t node) const {
  const JsonTape& tape = *tape_;
  const Shape& shape = shapes_[group.shape];
  std::size_t hits = 0;
  std::size_t predicted = 0;
  for (std::uint32_t i = node + 1; tape[i].kind() == JsonKind::key; i = behind(i + 1)) {
    const std::string_view name = std::string_view(document_.text).substr(tape[i].begin(), tape[i].size());
    if (predicted >= shape.slots.size() || slots_[shape.slots[predicted]].name != name) {
      predicted = search_slot(shape, name);
    }
    if (predicted < shape.slots.size()) ++hits, ++predicted;
  }
  const std::size_t keys = tape[node].size();
  const std::size_t known = shape.slots.size();
  if (hits * 2 >= keys + known - std::min(hits, keys + known)) return true;
  const std::size_t fewer = std::min(keys, known);
  return fewer >= 4 && hits * 5 >= fewer * 4;
}

// The group that a record of a sequence belongs to.
std::uint32_t JsonTables::family(std::uint32_t node) {
  for (std::uint32_t& group : families_) {
    if (!fits(groups_[group], node)) continue;
    if (is_sparse(groups_[group])) group = add_group(TableKind::records, {}, {});
    return group;
  }
  if (families_.size() >= kMaxFamilies) {  // too many to tell apart: the last one takes what is left
    if (is_sparse(groups_[families_.back()])) families_.back() = add_group(TableKind::records, {}, {});
    return families_.back();
  }
  families_.push_back(add_group(TableKind::records, {}, {}));
  return families_.back();
}

JsonTables::Parent JsonTables::add_row(std::uint32_t group, core::Span row_span, std::string pointer, Parent parent) {
  const std::uint32_t table = groups_[group].table;
  std::vector<core::Row>& rows = document_.tables[table].rows;
  core::Row& row = rows.emplace_back();
  row.span = row_span;
  row.line = line_at(row_span.begin);
  row.pointer = std::move(pointer);
  row.parent_table = parent.table;
  row.parent_row = parent.row;
  return {table, static_cast<std::uint32_t>(rows.size() - 1)};
}

// One member of the last row of `group`.
void JsonTables::value(std::uint32_t group, std::uint32_t slot_index, std::uint32_t node) {
  const JsonNode& at = (*tape_)[node];
  if (at.is_scalar()) {
    put(group, slot_index, at);
    return;
  }
  Slot& slot = slots_[slot_index];
  const std::uint32_t table = groups_[group].table;
  const Parent row{table, static_cast<std::uint32_t>(document_.tables[table].rows.size() - 1)};
  if (at.kind() == JsonKind::array) {
    array(slot_index, node, pointer_to(row, slot), row);
    return;
  }
  if (!slot.decided && at.size() > 0) {
    slot.decided = true;
    slot.splits = members_are_alike(document_.text, *tape_, node);
  }
  if (slot.splits) {
    keyed(group, slot_index, node, pointer_to(row, slot), row);
    return;
  }
  members(group, shape_of(slot), node);
}

std::uint32_t JsonTables::shape_of(Slot& slot) {
  if (slot.shape == kNone) {
    slot.shape = static_cast<std::uint32_t>(shapes_.size());
    shapes_.emplace_back().prefix = slot.path + "/";
  }
  return slot.shape;
}

void JsonTables::members(std::uint32_t group, std::uint32_t shape, std::uint32_t node) {
  const JsonTape& tape = *tape_;
  std::size_t predicted = 0;
  for (std::uint32_t i = node + 1; tape[i].kind() == JsonKind::key; i = behind(i + 1)) {
    const std::uint32_t slot = find_slot(group, shape, tape[i], predicted);
    if (slots_[slot].digits) document_.ignored.push_back({{tape[i].begin(), tape[i].begin() + tape[i].size()}, "key"});
    value(group, slot, i + 1);
  }
}

// An object whose members are rows. A member that is no object is a member of the last row of `group` as usual.
void JsonTables::keyed(std::uint32_t group, std::uint32_t slot_index, std::uint32_t node, const std::string& pointer,
                       Parent parent) {
  const JsonTape& tape = *tape_;
  Slot& slot = slots_[slot_index];
  std::size_t predicted = 0;
  for (std::uint32_t i = node + 1; tape[i].kind() == JsonKind::key; i = behind(i + 1)) {
    const JsonNode& key = tape[i];
    if (tape[i + 1].kind() != JsonKind::object) {
      const std::uint32_t member = find_slot(group, shape_of(slot), key, predicted);
      if (slots_[member].digits) document_.ignored.push_back({{key.begin(), key.begin() + key.size()}, "key"});
      value(group, member, i + 1);
      continue;
    }
    const std::uint32_t rows = group_at(slot.members, TableKind::keyed, slot);
    core::Table& table = document_.tables[groups_[rows].table];
    if (table.columns.empty()) table.columns.emplace_back();
    const std::string name = unescape_json(std::string_view(document_.text).substr(key.begin(), key.size()));
    const Parent row = add_row(rows, {key.begin() - 1, span(i + 1).end}, pointer + '/' + escape_pointer(name), parent);
    std::vector<core::Cell>& names = document_.tables[row.table].columns[0].cells;
    names.resize(row.row);
    names.push_back(text_cell(key));
    ++groups_[rows].cells;
    members(rows, groups_[rows].shape, i + 1);
  }
}

void JsonTables::array(std::uint32_t slot, std::uint32_t node, const std::string& pointer, Parent parent) {
  const JsonTape& tape = *tape_;
  const Nested nested = is_matrix(tape, node) ? Nested::matrix : Nested::series;
  std::uint64_t index = 0;
  for (std::uint32_t i = node + 1; tape[i].kind() != JsonKind::end; i = behind(i), ++index) {
    char digits[20];
    const char* end = std::to_chars(std::begin(digits), std::end(digits), index).ptr;
    std::string element_pointer;
    element_pointer.reserve(pointer.size() + 1 + static_cast<std::size_t>(end - digits));
    element_pointer.append(pointer).append(1, '/').append(static_cast<const char*>(digits), end);
    element(slot, i, std::move(element_pointer), parent, nested);
  }
}

void JsonTables::element(std::uint32_t slot_index, std::uint32_t node, std::string pointer, Parent parent,
                         Nested nested) {
  const JsonNode& at = (*tape_)[node];
  Slot& slot = slots_[slot_index];
  if (at.kind() == JsonKind::object) {
    const std::uint32_t group = group_at(slot.records, TableKind::records, slot);
    add_row(group, span(node), std::move(pointer), parent);
    members(group, groups_[group].shape, node);
  } else if (at.is_scalar()) {
    const std::uint32_t group = group_at(slot.scalars, TableKind::series, slot);
    add_row(group, span(node), std::move(pointer), parent);
    put(group, shapes_[groups_[group].shape].slots[0], at);
  } else if (nested == Nested::matrix) {
    matrix_row(slot, node, std::move(pointer), parent);
  } else {
    if (slot.element == kNone) {
      slot.element = add_slot(slot.table_name + "/*", slot.path, slot.name);
    }
    array(slot.element, node, pointer, parent);
  }
}

void JsonTables::matrix_row(Slot& slot, std::uint32_t node, std::string pointer, Parent parent) {
  const std::uint32_t group = group_at(slot.matrix, TableKind::records, slot);
  add_row(group, span(node), std::move(pointer), parent);
  std::vector<std::uint32_t>& columns = shapes_[groups_[group].shape].slots;
  const std::uint32_t width = (*tape_)[node].size();
  while (columns.size() < width) {
    const std::string index = std::to_string(columns.size());
    columns.push_back(add_slot({}, index, index));
  }
  for (std::uint32_t i = 0; i < width; ++i) put(group, columns[i], (*tape_)[node + 1 + i]);
}

// A scalar into the last row of `group`.
void JsonTables::put(std::uint32_t group_index, std::uint32_t slot_index, const JsonNode& node) {
  Group& group = groups_[group_index];
  Slot& slot = slots_[slot_index];
  core::Table& table = document_.tables[group.table];
  const std::size_t row = table.rows.size() - 1;
  if (slot.column == kNone) slot.column = add_column(table, slot.path);
  std::vector<core::Cell>* cells = &table.columns[slot.column].cells;
  if (cells->size() > row) {
    duplicate_key(table.rows[row], slot, node.begin());
    if (slot.second == kNone) slot.second = add_column(table, slot.path + "#2");
    cells = &table.columns[slot.second].cells;
    if (cells->size() > row) return;  // a third value stays unread
  }
  if (cells->size() < row) cells->resize(row);
  cells->push_back(cell(node, table, row, slot.path));
  ++group.cells;
}

std::uint32_t JsonTables::add_column(core::Table& table, std::string key) {
  table.columns.emplace_back().key = std::move(key);
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
      cell.kind = CellKind::number;
      cell.number = lexeme.find_first_of("aA") < 3 ? std::numeric_limits<double>::quiet_NaN()
                                                   : std::numeric_limits<double>::infinity();
      if (lexeme[0] == '-') cell.number = -cell.number;
      return cell;
    case JsonKind::number: break;
    default: cell.kind = CellKind::null; return cell;
  }
  const JsonNumber number = evaluate_number(lexeme);
  cell.kind = CellKind::number;
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

void JsonTables::duplicate_key(const core::Row& row, const Slot& slot, std::uint64_t offset) {
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

std::string JsonTables::pointer_to(Parent row, const Slot& slot) const {
  return fmt::format("{}/{}", document_.tables[row.table].rows[row.row].pointer, slot.path);
}

}  // namespace chimera::sources
