#include "sources/json_shape.h"

#include <algorithm>

namespace chimera::sources {
namespace {

constexpr std::uint64_t kSparse = 24;  // cells of a table for each value in it, at most
constexpr std::uint64_t kSparseFloor = 4096;

}  // namespace

void JsonShape::add(JsonSlot& slot) {
  slots.push_back(&slot);
  if (slots.size() < kIndexed) return;
  const std::size_t first = index_.empty() ? 0 : slots.size() - 1;
  for (std::size_t i = first; i < slots.size(); ++i) index_.emplace(slots[i]->name, i);
}

JsonSlot::JsonSlot(std::string the_table_name, std::string the_path, std::string the_name)
    : name(std::move(the_name)), path(std::move(the_path)), table_name(std::move(the_table_name)) {
  digits = std::any_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool JsonGroup::is_sparse(const core::Table& of) const {
  return of.columns.size() * (of.rows.size() + 1) > kSparse * cells + kSparseFloor;
}

std::size_t JsonGroup::count_known(std::string_view text, const JsonTape& tape, std::uint32_t node) const {
  std::size_t hits = 0;
  std::size_t predicted = 0;
  for (std::uint32_t i = node + 1; tape[i].kind() == JsonKind::key;) {
    const std::size_t found = shape.find(text.substr(tape[i].begin(), tape[i].size()), predicted);
    if (found < shape.slots.size()) ++hits, predicted = found + 1;
    const JsonNode& value = tape[i + 1];
    i = value.is_scalar() ? i + 2 : value.next();
  }
  return hits;
}

bool JsonGroup::fits(std::string_view text, const JsonTape& tape, std::uint32_t node) const {
  const std::size_t keys = tape[node].size();
  const std::size_t known = shape.slots.size();
  const std::size_t hits = count_known(text, tape, node);
  if (hits * 2 >= keys + known - hits) return true;
  const std::size_t fewer = std::min(keys, known);
  return fewer >= 4 && hits * 5 >= fewer * 4;
}

}  // namespace chimera::sources
