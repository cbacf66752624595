// When an object is a table: its members are objects with mostly the same keys.
#include <algorithm>
#include <unordered_map>

#include "base/ascii.h"
#include "core/statistic.h"
#include "sources/json_tables.h"
#include "text/model_names.h"
#include "text/record_names.h"

namespace chimera::sources {
namespace {

constexpr std::size_t kSampled = 1000;  // members that decide for all

using Keys = std::vector<std::uint64_t>;  // hashes of key paths, sorted, each once

std::uint64_t mix(std::uint64_t seed, std::string_view bytes) {
  std::uint64_t hash = seed ^ 0xCBF29CE484222325U;  // FNV-1a
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return (hash ^ hash >> 29) * 0xBF58476D1CE4E5B9U;
}

// The key paths of the scalars and arrays in the object at `node`; keys inside arrays do not count.
Keys leaf_keys(std::string_view text, const JsonTape& tape, std::uint32_t node) {
  Keys keys;
  std::vector<std::uint64_t> open = {0};
  const std::uint32_t end = tape[node].next() - 1;
  for (std::uint32_t i = node + 1; i < end;) {
    if (tape[i].kind() == JsonKind::end) {
      open.pop_back();
      ++i;
      continue;
    }
    const std::uint64_t path = mix(open.back(), text.substr(tape[i].begin(), tape[i].size()));
    const JsonNode& value = tape[++i];
    if (value.kind() == JsonKind::object) {
      open.push_back(path);
      ++i;
      continue;
    }
    keys.push_back(path);
    i = value.kind() == JsonKind::array ? value.next() : i + 1;
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

// "threads=4 size=1024" above each member, and objects alone: rows of those settings, whatever they hold.
bool keys_are_settings(std::string_view text, const JsonTape& tape, std::uint32_t node) {
  for (std::uint32_t i = node + 1; tape[i].kind() == JsonKind::key; i = tape[i + 1].next()) {
    const std::string_view key = text.substr(tape[i].begin(), tape[i].size());
    const std::size_t equals = key.find('=');
    const bool setting = equals != std::string_view::npos && equals > 0 && equals + 1 < key.size() && key.find(' ') > equals;
    if (!setting || tape[i + 1].kind() != JsonKind::object) return false;
  }
  return tape[node].size() > 0;
}

// |a and b| / |a or b| >= 1/2
bool half_alike(const Keys& a, const Keys& b) {
  std::size_t both = 0;
  for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();) {
    if (*i == *j) ++both, ++i, ++j;
    else if (*i < *j) ++i;
    else ++j;
  }
  return both * 2 >= a.size() + b.size() - both && both > 0;
}

// What more than half of the members have.
Keys common_keys(const std::vector<Keys>& members) {
  std::unordered_map<std::uint64_t, std::size_t> counts;
  for (const Keys& keys : members) {
    for (const std::uint64_t key : keys) ++counts[key];
  }
  Keys common;
  for (const auto& [key, count] : counts) {
    if (count * 2 > members.size()) common.push_back(key);
  }
  std::sort(common.begin(), common.end());
  return common;
}

// {"512": {"ctx": 4096}}, {"llama3.1:8b": {…}}: a number and a model are no names of members but say which of several that could stand
// there this one is.
bool is_one_of_several(std::string_view text, const JsonTape& tape, std::uint32_t node) {
  if (tape[node].size() != 1 || tape[node + 2].kind() != JsonKind::object || tape[node + 2].size() == 0) return false;
  const std::string_view key = text.substr(tape[node + 1].begin(), tape[node + 1].size());
  return base::all_digits(key) || text::is_model(key);
}

// "8", "batch=8", "q4_0" above an object, but no "p99", nor what statistics alone are of: {"pp512": {"mean": 812.5, "std": 3.5}}.
bool is_level(std::string_view text, const JsonTape& tape, std::uint32_t member) {
  const auto content = [&](std::uint32_t i) { return text.substr(tape[i].begin(), tape[i].size()); };
  const std::string_view key = content(member);
  if (base::all_digits(key) || key.find('=') != std::string_view::npos) return true;
  if (key.find_first_of("0123456789") == std::string_view::npos || core::find_statistic(key)) return false;
  for (std::uint32_t i = member + 2; tape[i].kind() == JsonKind::key; i = tape[i + 1].is_scalar() ? i + 2 : tape[i + 1].next())
    if (!core::find_statistic(content(i))) return true;
  return false;
}

}  // namespace

bool members_are_alike(std::string_view text, const JsonTape& tape, std::uint32_t node) {
  if (keys_are_settings(text, tape, node)) return true;
  if (tape[node].size() < 2) return is_one_of_several(text, tape, node);
  std::vector<Keys> members;
  for (std::uint32_t i = node + 1; tape[i].kind() == JsonKind::key; i = tape[i + 1].next()) {
    if (tape[i + 1].kind() != JsonKind::object) return false;
    if (members.size() < kSampled) members.push_back(leaf_keys(text, tape, i + 1));
  }
  if (members.size() == 2) return half_alike(members[0], members[1]);
  const Keys common = common_keys(members);
  const auto alike = std::count_if(members.begin(), members.end(), [&](const Keys& keys) { return half_alike(keys, common); });
  return static_cast<std::size_t>(alike) * 3 >= members.size() * 2;
}

bool keys_are_levels(std::string_view text, const JsonTape& tape, std::uint32_t node) {
  for (std::uint32_t i = node + 1; tape[i].kind() == JsonKind::key; i = tape[i + 1].next()) {
    if (tape[i + 1].kind() != JsonKind::object || tape[i + 1].size() == 0) return false;
    if (!is_level(text, tape, i)) return false;
  }
  return tape[node].size() > 0;
}

bool stands_apart(const JsonTape& tape, std::uint32_t node, std::uint32_t member, std::string_view name) {
  if (!text::names_pick(name) && !text::names_warm_up(name)) return false;
  // "best_params" beside "best_value" and no records: that was measured so.
  for (std::uint32_t i = node + 1; tape[i].kind() == JsonKind::key;) {
    const JsonNode& value = tape[i + 1];
    const bool nested = value.kind() == JsonKind::object && value.next() - i - 1 > 2 * value.size() + 2;
    if (i != member && ((value.kind() == JsonKind::array && value.size() > 0) || nested)) return true;
    i = value.is_scalar() ? i + 2 : value.next();
  }
  return false;
}

}  // namespace chimera::sources
