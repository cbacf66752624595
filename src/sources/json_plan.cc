#include "sources/json_plan.h"

#include <algorithm>
#include <cstring>

namespace chimera::sources {

std::uint32_t JsonPlan::add_object() {
  objects.emplace_back();
  return static_cast<std::uint32_t>(objects.size() - 1);
}

std::uint32_t JsonPlan::add_array() {
  arrays.emplace_back();
  return static_cast<std::uint32_t>(arrays.size() - 1);
}

void JsonPlan::add_family(std::uint32_t object, std::uint32_t group) {
  Family& family = families.emplace_back();
  family.object = object;
  family.group = group;
}

std::uint32_t JsonPlan::find(std::uint32_t object, std::string_view spelling) const {
  const auto found = objects[object].index.find(std::string(spelling));
  return found == objects[object].index.end() ? kNone : found->second;
}

JsonPlan::Key& JsonPlan::key(std::uint32_t object, std::string_view spelling) {
  Object& in = objects[object];
  const auto [entry, fresh] = in.index.try_emplace(std::string(spelling), static_cast<std::uint32_t>(in.keys.size()));
  if (!fresh) return in.keys[entry->second];
  Key& key = in.keys.emplace_back();
  key.spelling = spelling;
  char head[16] = {};
  char mask[16] = {};
  const std::string quoted = key.spelling + '"';
  const std::size_t count = std::min(quoted.size(), sizeof head);
  std::memcpy(head, quoted.data(), count);
  std::memset(mask, 0xFF, count);
  std::memcpy(key.head.data(), head, sizeof head);
  std::memcpy(key.mask.data(), mask, sizeof mask);
  return key;
}

void JsonPlan::finish() {
  for (std::size_t f = 0; f < families.size(); ++f) {
    families[f].rivals.clear();
    for (std::size_t e = 0; e < f; ++e) {
      std::size_t shared = 0;
      for (const Key& key : objects[families[f].object].keys) shared += find(families[e].object, key.spelling) != kNone ? 1 : 0;
      // The most that a record of `f` can have of `e` is what they share.
      if (shared >= 4 || 2 * shared >= objects[families[e].object].keys.size()) families[f].rivals.push_back(static_cast<std::uint32_t>(e));
    }
  }
}

bool fits_family(std::size_t keys, std::size_t known, std::size_t hits) {
  if (hits * 2 >= keys + known - hits) return true;
  const std::size_t fewer = std::min(keys, known);
  return fewer >= 4 && hits * 5 >= fewer * 4;
}

}  // namespace chimera::sources
