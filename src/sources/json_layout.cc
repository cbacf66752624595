#include "sources/json_layout.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>

#include "base/one_of.h"
#include "core/unit.h"
#include "text/model_names.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::sources {
namespace {

std::string_view content(std::string_view text, const JsonNode& node) { return text.substr(node.begin(), node.size()); }

bool holds_scalars(const JsonTape& tape, std::uint32_t node) {
  const JsonNode& at = tape[node];
  const std::uint32_t stride = at.kind() == JsonKind::array ? 1 : 2;
  return at.size() > 0 && at.next() - node == at.size() * stride + 2;
}

bool has_word_of(std::string_view key, const std::set<std::string_view>& words) {
  const std::vector<std::string> pieces = text::split_identifier(key);
  return std::any_of(pieces.begin(), pieces.end(), [&](const std::string& piece) { return words.count(piece) > 0; });
}

// Whole numbers, each larger than the one before.
bool rises(std::string_view text, const JsonTape& tape, std::uint32_t first, std::uint32_t count, std::uint32_t stride) {
  double last = -1;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto number = text::parse_number(content(text, tape[first + i * stride]));
    if (!number || !number->integer || number->value <= last) return false;
    last = number->value;
  }
  return true;
}

// Words in names of settings: what stands below them are values to choose from, not rows.
const std::set<std::string_view>& settings_words() {
  static const std::set<std::string_view> words = {"config", "configuration", "parameter", "parameters", "params", "setting", "settings", "option",
                                                   "options", "attributes", "tags", "labels", "environment", "env"};
  return words;
}

bool names_outcomes(std::string_view key) {
  static const std::set<std::string_view> words = {"error", "errors", "exit", "status", "success", "successes", "failed", "failure", "failures", "valid"};
  return has_word_of(key, words);
}

// Arrays of scalars that are members of one object.
struct ArrayMember {
  std::uint32_t key = 0;
  bool varies = false;
  bool words = false;      // texts or booleans stand in it
  bool fractions = false;  // numbers that are not whole: something measured
};

ArrayMember look_at(std::string_view text, const JsonTape& tape, std::uint32_t key) {
  ArrayMember member{key, false, false, false};
  const std::uint32_t first = key + 2;
  for (std::uint32_t i = first; i < first + tape[key + 1].size(); ++i) {
    const JsonKind kind = tape[i].kind();
    const std::string_view written = content(text, tape[i]);
    member.varies = member.varies || written != content(text, tape[first]);
    member.words = member.words || kind == JsonKind::text || kind == JsonKind::boolean;
    member.fractions = member.fractions || (kind == JsonKind::number && written.find('.') != written.npos);
  }
  return member;
}

// Those of arrays of one length that are columns; none where nothing is measured or nothing tells rows apart.
std::vector<std::uint32_t> columns_among(std::string_view text, const JsonTape& tape, const std::vector<std::uint32_t>& keys) {
  std::vector<std::uint32_t> columns;
  bool measured = false;
  bool apart = false;
  for (const std::uint32_t key : keys) {
    const ArrayMember member = look_at(text, tape, key);
    const bool outcomes = names_outcomes(content(text, tape[key]));
    if (outcomes && !member.varies) continue;  // what all of them end in is no failure of one
    columns.push_back(key);
    measured = measured || member.fractions;
    apart = apart || (member.varies && (outcomes || member.words || rises(text, tape, key + 2, tape[key + 1].size(), 1)));
  }
  return measured && apart && columns.size() > 1 ? columns : std::vector<std::uint32_t>();
}

// Of an object of scalars: whether all keys are models, {"llama3.1:8b": 52.1, "qwen2.5:7b": 61.2}.
bool keys_are_models(std::string_view text, const JsonTape& tape, std::uint32_t node) {
  for (std::uint32_t i = 0; i < tape[node].size(); ++i)
    if (!text::is_model(content(text, tape[node + 1 + i * 2])) || tape[node + 2 + i * 2].kind() == JsonKind::text) return false;
  return tape[node].size() > 0;
}

// The keys of an object of scalars as one text, where they are whole numbers that rise, or models; else empty.
std::string row_keys(std::string_view text, const JsonTape& tape, std::uint32_t node) {
  std::string keys;
  if (!holds_scalars(tape, node)) return keys;
  const bool numbered = tape[node].size() > 1 && rises(text, tape, node + 1, tape[node].size(), 2);
  if (!numbered && !keys_are_models(text, tape, node)) return keys;
  for (std::uint32_t i = 0; i < tape[node].size(); ++i) keys.append(content(text, tape[node + 1 + i * 2])).append(1, ' ');
  return keys;
}

bool are_percentiles(std::string_view keys) {
  constexpr std::array<std::string_view, 6> kUsual = {"50 ", "75 ", "90 ", "95 ", "99 ", "100 "};
  std::size_t usual = 0;
  for (const std::string_view each : kUsual) {
    const std::size_t at = keys.find(each);
    usual += at != keys.npos && (at == 0 || keys[at - 1] == ' ') ? 1 : 0;
  }
  return usual > 1;
}

bool ends_in_unit(std::string_view key) {
  const std::vector<std::string> words = text::split_identifier(key);
  return words.size() > 1 && core::find_unit(words.back()) != nullptr;
}

// Of an object of scalars: {"num_gpu": {"0": 5.1, "33": 52.1}} measured something, {"33": 2} may count.
bool has_fractions(std::string_view text, const JsonTape& tape, std::uint32_t node) {
  for (std::uint32_t i = 0; i < tape[node].size(); ++i) {
    const JsonNode& value = tape[node + 2 + i * 2];
    if (value.kind() == JsonKind::number && content(text, value).find('.') != std::string_view::npos) return true;
  }
  return false;
}

bool are_positions(std::string_view keys, std::uint32_t count) {
  std::string positions;
  for (std::uint32_t i = 0; i < count; ++i) positions += std::to_string(i) + ' ';
  return keys == positions;
}

}  // namespace

std::vector<JsonColumns> find_columns(std::string_view text, const JsonTape& tape, std::uint32_t node) {
  std::vector<JsonColumns> found;
  std::map<std::uint32_t, std::vector<std::uint32_t>> arrays;  // by length
  std::map<std::string, std::vector<std::uint32_t>> maps;      // by keys
  for (std::uint32_t i = node + 1; tape[i].kind() == JsonKind::key;) {
    const JsonNode& value = tape[i + 1];
    const bool array = value.kind() == JsonKind::array && value.size() > 1 && holds_scalars(tape, i + 1) && !names_elements(content(text, tape[i]));
    if (array) arrays[value.size()].push_back(i);
    if (value.kind() == JsonKind::object)
      if (std::string keys = row_keys(text, tape, i + 1); !keys.empty()) maps[std::move(keys)].push_back(i);
    i = value.is_scalar() ? i + 2 : value.next();
  }
  if (arrays.empty() && maps.empty()) return found;
  if (node > 0 && tape[node - 1].kind() == JsonKind::key && has_word_of(content(text, tape[node - 1]), settings_words())) return found;
  for (const auto& [count, members] : arrays) {
    if (members.size() < 2) continue;
    JsonColumns columns{JsonColumns::Rows::numbered, count, 1, columns_among(text, tape, members)};
    if (!columns.members.empty()) found.push_back(std::move(columns));
  }
  for (auto& [keys, members] : maps) {
    const std::uint32_t count = tape[members[0] + 1].size();
    const bool alone = members.size() == 1;
    const bool positions = are_positions(keys, count);
    const bool measured = keys_are_models(text, tape, members[0] + 1) || ends_in_unit(content(text, tape[members[0]])) || (!positions && has_fractions(text, tape, members[0] + 1));
    if (are_percentiles(keys) || (alone && !measured)) continue;
    found.push_back({positions ? JsonColumns::Rows::numbered : JsonColumns::Rows::keyed, count, 2, std::move(members)});
  }
  return found;
}

std::optional<std::vector<JsonNamedValue>> list_of_settings(std::string_view text, const JsonTape& tape, std::uint32_t node, std::string_view key) {
  static const std::set<std::string> kNames = {"name", "key"};
  if (tape[node].size() == 0 || tape[node].size() > kMostSettings || !has_word_of(key, settings_words())) return std::nullopt;
  std::vector<JsonNamedValue> values;
  std::set<std::string_view> names;
  for (std::uint32_t element = node + 1; tape[element].kind() != JsonKind::end; element = tape[element].next()) {
    if (tape[element].kind() != JsonKind::object || !holds_scalars(tape, element)) return std::nullopt;
    JsonNamedValue found;
    for (std::uint32_t i = 0; i < tape[element].size(); ++i) {
      const std::uint32_t member = element + 1 + i * 2;
      const std::string word = text::lower(content(text, tape[member]));
      const bool is_text = tape[member + 1].kind() == JsonKind::text;
      if (word == "value") found.value_key = member, found.value = member + 1;
      else if (!is_text) return std::nullopt;
      else if (kNames.count(word) > 0) found.name = member + 1;
    }
    const std::string_view name = content(text, tape[found.name]);
    if (found.name == 0 || found.value == 0 || name.empty() || !names.insert(name).second) return std::nullopt;
    values.push_back(found);
  }
  return values;
}

bool begins_with_names(std::string_view text, const JsonTape& tape, std::uint32_t node) {
  const std::uint32_t header = node + 1;
  const std::uint32_t width = tape[header].size();
  if (tape[node].size() < 2 || width < 2) return false;
  std::set<std::string_view> names;
  for (std::uint32_t i = 1; i <= width; ++i) {
    const std::string_view name = content(text, tape[header + i]);
    if (tape[header + i].kind() != JsonKind::text || name.empty() || !names.insert(name).second || text::parse_number(name)) return false;
  }
  const std::uint32_t below = tape[header].next();
  for (std::uint32_t i = 1; i <= width; ++i)
    if (tape[below + i].kind() == JsonKind::number) return true;
  return false;
}

bool names_elements(std::string_view key) {
  constexpr std::array<std::string_view, 5> kKeys = {"column_names", "columns", "fields", "header", "headers"};
  const std::string_view suffix = "_columns";
  const bool ends = key.size() > suffix.size() && key.substr(key.size() - suffix.size()) == suffix;
  return ends || base::is_one_of(key, kKeys);
}

}  // namespace chimera::sources
