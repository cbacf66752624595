#include "sources/json_walk.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "sources/json_number.h"
#include "text/number.h"

namespace chimera::sources {
namespace {

using core::CellKind;
constexpr std::uint32_t kNone = JsonPlan::kNone;
constexpr std::size_t kMostKeys = 64;  // of one object, so that those seen fit into a word

constexpr bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Bytes that may stand directly behind a number or word.
constexpr std::array<bool, 256> enders() {
  std::array<bool, 256> all{};
  for (const char c : {' ', '\t', '\n', '\r', ',', ']', '}'}) all[static_cast<unsigned char>(c)] = true;
  return all;
}
constexpr std::array<bool, 256> kEnds = enders();
bool ends_scalar(char c) { return kEnds[static_cast<unsigned char>(c)]; }

constexpr std::array<double, 23> kPowers = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                            1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
constexpr std::uint64_t kMaxExact = std::uint64_t{1} << 53U;
constexpr int kMostDigits = 19;  // that a 64-bit mantissa holds whatever they are

// Numbers with an exponent, or more digits than a double holds exactly. Null where no double can hold it.
const char* parse_slowly(const char* begin, double& value) {
  const char* end = begin + 1;
  while (!ends_scalar(*end)) ++end;
  const auto result = std::from_chars(begin, end, value);
  return result.ec == std::errc() && result.ptr == end ? end : nullptr;
}

// The number of RFC 8259 that begins at `begin`, where a byte that ends scalars follows somewhere. Null where it is none.
inline const char* parse_number(const char* const begin, double& value) {
  const char* p = begin;
  const bool negative = *p == '-';
  p += negative ? 1 : 0;
  const char* const first = p;
  std::uint64_t mantissa = 0;
  unsigned digit = static_cast<unsigned char>(*p) - unsigned{'0'};
  if (digit > 9) return nullptr;
  do {
    mantissa = mantissa * 10 + digit;
    digit = static_cast<unsigned char>(*++p) - unsigned{'0'};
  } while (digit <= 9);
  if (*first == '0' && p - first > 1) return nullptr;
  std::size_t fraction = 0;
  std::ptrdiff_t digits = p - first;
  if (*p == '.') {
    const char* const point = p;
    digit = static_cast<unsigned char>(*++p) - unsigned{'0'};
    if (digit > 9) return nullptr;
    do {
      mantissa = mantissa * 10 + digit;
      digit = static_cast<unsigned char>(*++p) - unsigned{'0'};
    } while (digit <= 9);
    fraction = static_cast<std::size_t>(p - point) - 1;
    digits += p - point - 1;
  }
  if ((*p | 0x20) == 'e') {
    const char* exponent = p + 1;
    exponent += *exponent == '+' || *exponent == '-' ? 1 : 0;
    return is_digit(*exponent) ? parse_slowly(begin, value) : nullptr;
  }
  if (!ends_scalar(*p)) return nullptr;
  if (digits > kMostDigits || mantissa > kMaxExact || fraction >= kPowers.size()) return parse_slowly(begin, value);
  const double exact = static_cast<double>(mantissa) / kPowers[fraction];
  value = negative ? -exact : exact;
  return p;
}

bool is_hex(char c) { return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'); }

}  // namespace

void JsonWalk::scan(std::string_view bytes, ScanBlock& block) {
  block.numbers.resize(plan_.number_columns);
  block.kept.resize(plan_.kept_columns);
  block.clear();
  bytes_ = bytes;
  block_ = &block;
  const std::size_t last = bytes.rfind('\n');
  const std::size_t whole = last == std::string_view::npos ? 0 : last + 1;
  scan_part(0, whole);
  if (whole < bytes.size()) scan_part(whole, bytes.size());
}

// Halves a part that cannot be indexed, until the line at fault stands alone.
void JsonWalk::scan_part(std::size_t begin, std::size_t end) {
  if (begin >= end) return;
  if (bytes_[end - 1] == '\n' && index_.build(bytes_.substr(begin, end - begin))) return scan_lines(begin, end);
  std::size_t middle = bytes_.rfind('\n', begin + (end - begin) / 2);
  if (middle == std::string_view::npos || middle < begin) middle = bytes_.find('\n', begin);
  if (middle == std::string_view::npos || middle + 1 >= end) {
    const std::size_t line_end = bytes_[end - 1] == '\n' ? end - 1 : end;
    block_->odd.push_back({begin, line_end});
    ++block_->lines;
    return;
  }
  scan_part(begin, middle + 1);
  scan_part(middle + 1, end);
}

void JsonWalk::scan_lines(std::size_t begin, std::size_t end) {
  base_ = bytes_.data() + begin;
  part_ = static_cast<std::uint32_t>(begin);
  at_ = index_.begin();
  const std::uint32_t* const last = index_.end();
  const char* const limit = bytes_.data() + end;
  const void* const first = std::memchr(base_, '\\', end - begin);
  backslash_ = first == nullptr ? limit : static_cast<const char*>(first);
  while (at_ < last) {
    const char* const here = base_ + *at_;
    const void* const found = std::memchr(here, '\n', static_cast<std::size_t>(limit - here));
    const auto line_end = static_cast<std::uint32_t>(static_cast<const char*>(found) - base_);
    const std::uint32_t from = *at_;
    ++block_->lines;
    const auto row = static_cast<std::uint32_t>(block_->rows.size());
    const std::uint32_t* const before = at_;
    // Behind the last entry stands the last byte of the part, a line end, which nothing takes for anything.
    if (line(from) && at_[-1] < line_end && *at_ >= line_end) continue;
    block_->cut_rows(row);
    block_->odd.push_back({part_ + from, part_ + line_end});
    at_ = std::lower_bound(before, last, line_end);
  }
}

// The record whose `{` the next entry is.
bool JsonWalk::line(std::uint32_t begin) {
  if (base_[begin] != '{' || plan_.families.empty()) return false;
  std::uint64_t head = 0;
  const std::size_t left = bytes_.size() - part_ - begin;
  std::memcpy(&head, base_ + begin, std::min(sizeof head, left));
  std::uint8_t& likely = likely_[(head * 0x9E3779B97F4A7C15U) >> 56U];
  const std::uint32_t* const start = at_;
  const auto row = static_cast<std::uint32_t>(block_->rows.size());
  if (record(likely)) return true;
  for (std::uint32_t family = 0; family < plan_.families.size(); ++family) {
    if (family == likely) continue;
    block_->cut_rows(row);
    at_ = start;
    if (!record(family)) continue;
    likely = static_cast<std::uint8_t>(family);
    return true;
  }
  return false;
}

bool JsonWalk::record(std::uint32_t family) {
  const JsonPlan::Family& of = plan_.families[family];
  const auto row = static_cast<std::uint32_t>(block_->rows.size());
  block_->rows.push_back({part_ + *at_, of.group, ScanRow::kNone});
  if (!object(of.object, row)) return false;
  const auto keys = static_cast<std::size_t>(__builtin_popcountll(top_seen_));
  if (!fits_family(keys, plan_.objects[of.object].keys.size(), keys)) return false;
  return of.rivals.empty() || !has_rival(of);
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

// The key spelled at `name`, or kNone. The one predicted is compared sixteen bytes at once, the others by hash.
inline std::uint32_t JsonWalk::key_at(const JsonPlan::Object& object, const char* name, std::uint32_t predicted) const {
  if (predicted < object.keys.size() && bytes_.data() + bytes_.size() - name >= 16) {
    const JsonPlan::Key& key = object.keys[predicted];
    std::uint64_t words[2];
    std::memcpy(words, name, sizeof words);
    const bool head = (((words[0] ^ key.head[0]) & key.mask[0]) | ((words[1] ^ key.head[1]) & key.mask[1])) == 0;
    const std::size_t size = key.spelling.size();
    if (head && (size < 16 || (name + size < bytes_.data() + bytes_.size() && name[size] == '"' &&
                               std::memcmp(name + 16, key.spelling.data() + 16, size - 16) == 0)))
      return predicted;
  }
  const char* end = base_ + *at_;  // the colon
  do --end;
  while (is_space(*end));
  if (end < name || *end != '"') return kNone;
  const auto found = object.index.find(std::string(name, static_cast<std::size_t>(end - name)));
  return found == object.index.end() ? kNone : found->second;
}

bool JsonWalk::object(std::uint32_t object_index, std::uint32_t row) {
  const JsonPlan::Object& object = plan_.objects[object_index];
  if (object.keys.size() > kMostKeys) return false;
  ++at_;  // the opening bracket
  std::uint64_t seen = 0;
  std::uint32_t predicted = 0;
  if (base_[*at_] == '}') {
    ++at_;
    top_seen_ = 0;
    return true;
  }
  while (true) {
    const char* const name = base_ + *at_++;
    if (*name != '"' || base_[*at_] != ':') return false;
    const std::uint32_t found = key_at(object, name + 1, predicted);
    ++at_;  // the colon
    if (found == kNone) return false;
    const std::uint64_t bit = std::uint64_t{1} << found;
    if ((seen & bit) != 0) return false;
    seen |= bit;
    predicted = found + 1;
    if (!value(object.keys[found], row)) return false;
    const char separator = base_[*at_++];
    if (separator == ',') continue;
    top_seen_ = seen;
    return separator == '}';
  }
}

inline bool JsonWalk::value(const JsonPlan::Key& key, std::uint32_t row) {
  switch (base_[*at_]) {
    case '{': return key.object != kNone && object(key.object, row);
    case '[': return key.array != kNone && array(key.array, row);
    default: return key.scalars && scalar(key.numbers, key.kept, row);
  }
}

bool JsonWalk::array(std::uint32_t array_index, std::uint32_t row) {
  const JsonPlan::Array& array = plan_.arrays[array_index];
  ++at_;
  if (base_[*at_] == ']') return ++at_, true;
  while (true) {
    if (!element(array, row)) return false;
    const char separator = base_[*at_++];
    if (separator == ']') return true;
    if (separator != ',') return false;
  }
}

inline bool JsonWalk::element(const JsonPlan::Array& array, std::uint32_t row) {
  switch (base_[*at_]) {
    case '{': {
      if (array.object == kNone) return false;
      block_->rows.push_back({part_ + *at_, array.group, row});
      return object(array.object, static_cast<std::uint32_t>(block_->rows.size() - 1));
    }
    case '[': return false;
    default: return array.scalars && scalar(array.numbers, kNone, row);
  }
}

inline bool JsonWalk::scalar(std::uint32_t numbers, std::uint32_t kept, std::uint32_t row) {
  const char c = base_[*at_];
  if (c == '"') return string(numbers, kept, row);
  return c == '-' || is_digit(c) ? number(numbers, kept, row) : word(kept, row);
}

inline void JsonWalk::keep(std::uint32_t kept, std::uint32_t row, std::uint32_t begin, std::uint32_t end, CellKind kind, double number) {
  block_->kept[kept].push_back({row, part_ + begin, end - begin, kind, number});
}

inline bool JsonWalk::string(std::uint32_t numbers, std::uint32_t kept, std::uint32_t row) {
  const std::uint32_t begin = *at_++ + 1;
  std::uint32_t end = *at_;  // of what follows; the index has no entry for the closing quote
  do --end;
  while (is_space(base_[end]));
  if (base_[end] != '"' || end < begin) return false;
  if (backslash_ < base_ + end && !escapes_are_valid(begin, end)) return false;
  const char last = base_[end - 1];
  if (is_digit(last) || last == '.') {
    const std::string_view content(base_ + begin, end - begin);
    if (may_be_number(content)) {
      if (const auto parsed = text::parse_number(content)) {
        if (!parsed->finite) return false;
        if (numbers != kNone) block_->numbers[numbers].push(parsed->value, part_ + begin, end - begin, row);
        if (kept != kNone) keep(kept, row, begin, end, CellKind::number, parsed->value);
        return true;
      }
    }
  }
  if (kept != kNone) keep(kept, row, begin, end, CellKind::text, 0);
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

inline bool JsonWalk::number(std::uint32_t numbers, std::uint32_t kept, std::uint32_t row) {
  const std::uint32_t begin = *at_++;
  double value = 0;
  const char* const end = parse_number(base_ + begin, value);
  if (end == nullptr) return false;
  const auto size = static_cast<std::uint32_t>(end - base_) - begin;
  if (numbers != kNone) block_->numbers[numbers].push(value, part_ + begin, size, row);
  if (kept != kNone) keep(kept, row, begin, begin + size, CellKind::number, value);
  return true;
}

bool JsonWalk::word(std::uint32_t kept, std::uint32_t row) {
  const std::uint32_t begin = *at_++;
  for (const std::string_view word : {std::string_view("true"), std::string_view("false"), std::string_view("null")}) {
    const std::size_t left = bytes_.size() - part_ - begin;
    if (left <= word.size() || std::memcmp(base_ + begin, word.data(), word.size()) != 0 || !ends_scalar(base_[begin + word.size()])) continue;
    const bool null = word[0] == 'n';
    if (kept != kNone)
      keep(kept, row, begin, begin + static_cast<std::uint32_t>(word.size()), null ? CellKind::null : CellKind::boolean, word[0] == 't' ? 1 : 0);
    return true;
  }
  return false;
}

}  // namespace chimera::sources
