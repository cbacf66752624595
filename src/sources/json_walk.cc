#include "sources/json_walk.h"

#include <algorithm>
#include <cstring>

#include "base/ascii.h"
#include "sources/json_elements.h"
#include "sources/json_number.h"
#include "sources/plain_number.h"
#include "text/number.h"

namespace chimera::sources {
namespace {

using core::CellKind;
constexpr std::uint32_t kNone = JsonPlan::kNone;
constexpr std::size_t kMostKeys = 64;  // of one object, so that those seen fit into a word

constexpr bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
using base::is_digit;

// Bytes that may stand directly behind a number or word.
constexpr std::array<bool, 256> scalar_ends() {
  std::array<bool, 256> all{};
  for (const char c : {' ', '\t', '\n', '\r', ',', ']', '}'}) all[static_cast<unsigned char>(c)] = true;
  return all;
}
constexpr std::array<bool, 256> kScalarEnds = scalar_ends();
bool ends_scalar(char c) { return kScalarEnds[static_cast<unsigned char>(c)]; }

// Whether the key whose first byte is at `name` is this one: sixteen bytes at once. Nothing is read from `limit` on.
inline bool is_key(const JsonPlan::Key& key, const char* name, const char* limit) {
  std::uint64_t words[2];
  std::memcpy(words, name, sizeof words);
  const std::uint64_t differ = ((words[0] ^ key.head[0]) & key.mask[0]) | ((words[1] ^ key.head[1]) & key.mask[1]);
  if (differ != 0) return false;
  const std::size_t size = key.spelling.size();
  if (size < sizeof words) return true;
  if (limit - name <= static_cast<std::ptrdiff_t>(size) || name[size] != '"') return false;
  return std::memcmp(name + sizeof words, key.spelling.data() + sizeof words, size - sizeof words) == 0;
}

bool is_hex(char c) { return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'); }

}  // namespace

void JsonWalk::begin(std::string_view bytes, ScanBlock& block) {
  block.numbers.resize(plan_.number_columns);
  block.kept.resize(plan_.kept_columns);
  block.clear();
  bytes_ = bytes;
  block_ = &block;
  columns_ = block.numbers.data();
}

void JsonWalk::begin_part(std::size_t begin, std::size_t end) {
  base_ = bytes_.data() + begin;
  part_ = static_cast<std::uint32_t>(begin);
  const void* const first = std::memchr(base_, '\\', end - begin);
  backslash_ = first == nullptr ? bytes_.data() + end : static_cast<const char*>(first);
}

void JsonWalk::scan(std::string_view bytes, ScanBlock& block) {
  begin(bytes, block);
  const std::size_t last = bytes.rfind('\n');
  const std::size_t whole = last == std::string_view::npos ? 0 : last + 1;
  scan_part(0, whole);
  scan_part(whole, bytes.size());
}

// Halves a part that cannot be indexed, until the line at fault stands alone.
void JsonWalk::scan_part(std::size_t begin, std::size_t end) {
  if (begin >= end) return;
  if (bytes_[end - 1] == '\n' && index_.build(bytes_.substr(begin, end - begin))) return scan_lines(begin, end);
  std::size_t middle = bytes_.rfind('\n', begin + (end - begin) / 2);
  if (middle == std::string_view::npos || middle < begin) middle = bytes_.find('\n', begin);
  if (middle == std::string_view::npos || middle + 1 >= end) {
    block_->odd.push_back({begin, bytes_[end - 1] == '\n' ? end - 1 : end});
    ++block_->lines;
    return;
  }
  scan_part(begin, middle + 1);
  scan_part(middle + 1, end);
}

void JsonWalk::scan_lines(std::size_t begin, std::size_t end) {
  begin_part(begin, end);
  const char* const limit = bytes_.data() + end;
  const Entry last = index_.end();
  for (Entry at = index_.begin(); at < last;) {
    const std::uint32_t from = *at;
    const void* const found = std::memchr(base_ + from, '\n', static_cast<std::size_t>(limit - base_) - from);
    const auto line_end = static_cast<std::uint32_t>(static_cast<const char*>(found) - base_);
    ++block_->lines;
    const auto row = static_cast<std::uint32_t>(block_->rows.size());
    // Behind the last entry stands the last byte of the part, a line end, which nothing takes for anything.
    const std::uint64_t key_numbers = block_->key_numbers;
    const Entry behind = line(at);
    if (behind != nullptr && behind[-1] < line_end && *behind >= line_end) {
      at = behind;
      continue;
    }
    block_->cut_rows(row);
    block_->key_numbers = key_numbers;
    block_->odd.push_back({part_ + from, part_ + line_end});
    at = std::lower_bound(at, last, line_end);
  }
}

JsonWalk::Piece JsonWalk::scan_elements(std::string_view bytes, bool first, ScanBlock& block) {
  begin(bytes, block);
  if (!index_.build(bytes)) return list_elements_as_odd();
  begin_part(0, bytes.size());
  const JsonPlan::Array& array = plan_.arrays[plan_.elements];
  const Entry last = index_.end();
  for (Entry at = index_.begin(); at < last;) {
    if (base_[*at] == ']') return at + 1 == last ? Piece::closed : Piece::broken;
    if (!first && (base_[*at++] != ',' || at == last)) return Piece::broken;
    first = false;
    if (base_[*at] != '{') return Piece::broken;
    const auto row = static_cast<std::uint32_t>(block_->rows.size());
    const std::uint64_t key_numbers = block_->key_numbers;
    if (const Entry behind = element(array, ScanRow::kNone, 0, at); behind != nullptr && behind <= last) {
      at = behind;
      continue;
    }
    block_->cut_rows(row);
    block_->key_numbers = key_numbers;
    const Entry behind = behind_value(at);
    if (behind == nullptr) return Piece::broken;
    block_->odd.push_back({*at, behind[-1] + std::uint64_t{1}});
    at = behind;
  }
  return Piece::open;
}

// By brackets alone; null where they do not pair up.
JsonWalk::Entry JsonWalk::behind_value(Entry at) const {
  std::size_t depth = 0;
  for (const Entry last = index_.end(); at < last; ++at) {
    const char c = base_[*at];
    if (c == '{' || c == '[') ++depth;
    else if ((c == '}' || c == ']') && --depth == 0) return at + 1;
  }
  return nullptr;
}

// A piece that cannot be indexed: bytes that are not UTF-8 stand somewhere in it.
JsonWalk::Piece JsonWalk::list_elements_as_odd() {
  if (!list_elements(bytes_, block_->odd)) return Piece::broken;
  return cut_elements(bytes_).closed ? Piece::closed : Piece::open;
}

// The record that begins at `at`.
JsonWalk::Entry JsonWalk::line(Entry at) {
  if (base_[*at] != '{' || plan_.families.empty()) return nullptr;
  std::uint64_t head = 0;
  std::memcpy(&head, base_ + *at, sizeof head);
  std::uint8_t& likely = likely_[(head * 0x9E3779B97F4A7C15U) >> 56U];
  const auto row = static_cast<std::uint32_t>(block_->rows.size());
  const std::uint64_t key_numbers = block_->key_numbers;
  if (const Entry behind = record(likely, at)) return behind;
  for (std::uint32_t family = 0; family < plan_.families.size(); ++family) {
    if (family == likely) continue;
    block_->cut_rows(row);
    block_->key_numbers = key_numbers;
    const Entry behind = record(family, at);
    if (behind == nullptr) continue;
    likely = static_cast<std::uint8_t>(family);
    return behind;
  }
  return nullptr;
}

JsonWalk::Entry JsonWalk::record(std::uint32_t family, Entry at) {
  const JsonPlan::Family& of = plan_.families[family];
  const JsonPlan::Object& expected = plan_.objects[of.object];
  const auto row = static_cast<std::uint32_t>(block_->rows.size());
  const std::uint32_t begin = *at;
  block_->rows.push_back({part_ + begin, 0, of.group, ScanRow::kNone, 0});
  at = object(expected, row, at + 1);
  if (at == nullptr) return nullptr;
  block_->rows[row].size = at[-1] + 1 - begin;
  const auto keys = static_cast<std::size_t>(__builtin_popcountll(top_seen_));
  if (!fits_family(keys, expected.keys.size(), keys)) return nullptr;
  return of.rivals.empty() || !has_rival(of) ? at : nullptr;
}

// Whether an earlier family fits as well: the record is its.
bool JsonWalk::has_rival(const JsonPlan::Family& family) const {
  const std::vector<JsonPlan::Key>& keys = plan_.objects[family.object].keys;
  const auto count = static_cast<std::size_t>(__builtin_popcountll(top_seen_));
  return std::any_of(family.rivals.begin(), family.rivals.end(), [&](std::uint32_t rival) {
    const std::uint32_t other = plan_.families[rival].object;
    std::size_t hits = 0;
    for (std::size_t k = 0; k < keys.size(); ++k)
      if ((top_seen_ >> k & 1U) != 0 && plan_.find(other, keys[k].spelling) != kNone) ++hits;
    return fits_family(count, plan_.objects[other].keys.size(), hits);
  });
}

// The key that begins at `name`, by hash; null where it is new.
const JsonPlan::Key* JsonWalk::find_key(const JsonPlan::Object& object, const char* name, std::uint32_t colon) const {
  const char* end = base_ + colon - 1;
  while (is_space(*end)) --end;
  if (end < name || *end != '"') return nullptr;
  const auto found = object.index.find(std::string(name, static_cast<std::size_t>(end - name)));
  return found == object.index.end() ? nullptr : &object.keys[found->second];
}

// Members from behind the opening bracket.
JsonWalk::Entry JsonWalk::object(const JsonPlan::Object& object, std::uint32_t row, Entry at) {
  const char* const base = base_;
  const char* const limit = bytes_.data() + bytes_.size();
  const JsonPlan::Key* const keys = object.keys.data();
  const JsonPlan::Key* const end = keys + object.keys.size();
  if (object.keys.size() > kMostKeys) return nullptr;
  std::uint64_t seen = 0;
  const JsonPlan::Key* key = keys;
  char separator = base[*at] == '}' ? '}' : ',';
  if (separator == '}') ++at;
  while (separator == ',') {
    const char* const name = base + *at;
    if (*name != '"' || base[at[1]] != ':') return nullptr;
    if (key == end || !is_key(*key, name + 1, limit)) {
      const JsonPlan::Key* const found = find_key(object, name + 1, at[1]);
      if (found == nullptr) {
        at = empty_container(at + 2);
        if (at == nullptr) return nullptr;
        separator = base[*at++];
        continue;
      }
      key = found;
    }
    const std::uint64_t bit = std::uint64_t{1} << static_cast<unsigned>(key - keys);
    if ((seen & bit) != 0) return nullptr;
    seen |= bit;
    block_->key_numbers += key->name_numbers;
    at = value(*key, row, at + 2);
    if (at == nullptr) return nullptr;
    separator = base[*at++];
    ++key;
  }
  top_seen_ = seen;
  return separator == '}' ? at : nullptr;
}

// An array or object of nothing, which leaves nothing behind under any key.
JsonWalk::Entry JsonWalk::empty_container(Entry at) const {
  const char open = base_[*at];
  const char close = base_[at[1]];
  return (open == '[' && close == ']') || (open == '{' && close == '}') ? at + 2 : nullptr;
}

inline JsonWalk::Entry JsonWalk::value(const JsonPlan::Key& key, std::uint32_t row, Entry at) {
  const char c = base_[*at];
  if (c == '{') return key.object == kNone ? empty_container(at) : object(plan_.objects[key.object], row, at + 1);
  if (c == '[') return key.array == kNone ? empty_container(at) : array(plan_.arrays[key.array], row, at + 1);
  if (!key.scalars) return nullptr;
  if (c == '"') return string(key.numbers, key.kept, row, at);
  return c == '-' || is_digit(c) ? number(key.numbers, key.kept, row, at) : word(key.kept, row, at);
}

// Elements from behind the opening bracket.
JsonWalk::Entry JsonWalk::array(const JsonPlan::Array& array, std::uint32_t row, Entry at) {
  if (base_[*at] == ']') return at + 1;
  char separator = ',';
  for (std::uint32_t index = 0; separator == ','; ++index) {
    at = element(array, row, index, at);
    if (at == nullptr) return nullptr;
    separator = base_[*at++];
  }
  return separator == ']' ? at : nullptr;
}

inline JsonWalk::Entry JsonWalk::element(const JsonPlan::Array& array, std::uint32_t parent, std::uint32_t index, Entry at) {
  const char c = base_[*at];
  const auto row = static_cast<std::uint32_t>(block_->rows.size());
  if (c == '{') {
    if (array.object == kNone) return nullptr;
    const std::uint32_t begin = *at;
    block_->rows.push_back({part_ + begin, 0, array.group, parent, index});
    at = object(plan_.objects[array.object], row, at + 1);
    if (at != nullptr) block_->rows[row].size = at[-1] + 1 - begin;
    return at;
  }
  if (c == '[' || array.numbers == kNone) return nullptr;
  std::uint32_t end = at[1];
  while (is_space(base_[end - 1])) --end;
  const std::uint32_t quote = c == '"' ? 1 : 0;
  block_->rows.push_back({part_ + *at + quote, end - *at - 2 * quote, array.scalar_group, parent, index});
  if (c == '"') return string(array.numbers, kNone, row, at);
  return c == '-' || is_digit(c) ? number(array.numbers, kNone, row, at) : word(kNone, row, at);
}

inline void JsonWalk::keep(std::uint32_t kept, std::uint32_t row, std::uint32_t begin, std::uint32_t end, CellKind kind, double number) {
  block_->kept[kept].push_back({row, part_ + begin, end - begin, kind, number});
}

inline JsonWalk::Entry JsonWalk::string(std::uint32_t numbers, std::uint32_t kept, std::uint32_t row, Entry at) {
  const std::uint32_t begin = *at + 1;
  std::uint32_t end = at[1] - 1;  // the last byte before what follows: the index has no entry for the closing quote
  while (is_space(base_[end])) --end;
  if (base_[end] != '"' || end < begin) return nullptr;
  if (backslash_ < base_ + end && !escapes_are_valid(begin, end)) return nullptr;
  const char last = base_[end - 1];
  if (may_be_number_in_unit({base_ + begin, end - begin}) && read_json_number_in_unit({base_ + begin, end - begin})) return nullptr;
  if (is_digit(last) || last == '.') return quoted_number(numbers, kept, row, begin, end) ? at + 1 : nullptr;
  if (has_digit(base_ + begin, base_ + end)) block_->texts.push_back({part_ + begin, end - begin, row, numbers});
  if (kept != kNone) keep(kept, row, begin, end, CellKind::text, 0);
  return at + 1;
}

// A string that may be a number. False where it is one that no double can hold.
bool JsonWalk::quoted_number(std::uint32_t numbers, std::uint32_t kept, std::uint32_t row, std::uint32_t begin, std::uint32_t end) {
  const std::string_view content(base_ + begin, end - begin);
  const auto parsed = may_be_number(content) ? text::parse_number(content) : std::nullopt;
  if (parsed && !parsed->finite) return false;
  if (parsed && numbers != kNone) columns_[numbers].push(parsed->value, part_ + begin, end - begin, row);
  (parsed ? block_->spelled : block_->texts).push_back({part_ + begin, end - begin, row, numbers});
  if (kept != kNone) keep(kept, row, begin, end, parsed ? CellKind::number : CellKind::text, parsed ? parsed->value : 0);
  return true;
}

// Moves backslash_ behind `end`, or to the escape that is none.
bool JsonWalk::escapes_are_valid(std::uint32_t begin, std::uint32_t end) {
  const char* const limit = base_ + index_.end()[0];
  const auto find = [&](const char* from) {
    const void* const next = from < limit ? std::memchr(from, '\\', static_cast<std::size_t>(limit - from)) : nullptr;
    backslash_ = next == nullptr ? limit : static_cast<const char*>(next);
  };
  if (backslash_ < base_ + begin) find(base_ + begin);  // those before stood in keys, or in a line given up
  while (backslash_ < base_ + end) {
    const char c = backslash_[1];
    bool valid = c != '\0' && std::strchr("\"\\/bfnrtu", c) != nullptr;
    for (int i = 2; valid && c == 'u' && i < 6; ++i) valid = is_hex(backslash_[i]);
    if (!valid) return false;
    find(backslash_ + 2);
  }
  return true;
}

inline JsonWalk::Entry JsonWalk::number(std::uint32_t numbers, std::uint32_t kept, std::uint32_t row, Entry at) {
  const std::uint32_t begin = *at;
  double value = 0;
  const char* const end = parse_plain_number(base_ + begin, value);
  if (end == nullptr || !ends_scalar(*end)) return nullptr;
  const auto size = static_cast<std::uint32_t>(end - base_) - begin;
  if (numbers != kNone) columns_[numbers].push(value, part_ + begin, size, row);
  if (kept != kNone) keep(kept, row, begin, begin + size, CellKind::number, value);
  return at + 1;
}

JsonWalk::Entry JsonWalk::word(std::uint32_t kept, std::uint32_t row, Entry at) {
  const std::uint32_t begin = *at;
  const char* const from = base_ + begin;
  const bool is_false = std::memcmp(from, "false", 5) == 0;
  const std::uint32_t size = is_false ? 5 : 4;
  const bool null = std::memcmp(from, "null", 4) == 0;
  const bool is_true = std::memcmp(from, "true", 4) == 0;
  if (!(null || is_true || is_false) || !ends_scalar(from[size])) return nullptr;
  if (kept != kNone) keep(kept, row, begin, begin + size, null ? CellKind::null : CellKind::boolean, is_true ? 1 : 0);
  return at + 1;
}

}  // namespace chimera::sources
