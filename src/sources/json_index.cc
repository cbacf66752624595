#include "sources/json_index.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

namespace chimera::sources {
namespace {

enum class Kind : std::uint8_t { scalar, space, structure, quote };

constexpr std::array<Kind, 256> kinds() {
  std::array<Kind, 256> all{};
  for (const char c : {' ', '\t', '\n', '\r'}) all[static_cast<unsigned char>(c)] = Kind::space;
  for (const char c : {'{', '}', '[', ']', ':', ','}) all[static_cast<unsigned char>(c)] = Kind::structure;
  all[static_cast<unsigned char>('"')] = Kind::quote;
  return all;
}
constexpr std::array<Kind, 256> kKinds = kinds();

constexpr std::size_t kNpos = std::string_view::npos;

// Offset of the quote that ends the string opened at `open`, or npos: none does, or a control character comes first.
std::size_t closing_quote(std::string_view bytes, std::size_t open) {
  for (std::size_t at = open + 1; at < bytes.size(); ++at) {
    if (bytes[at] == '"') return at;
    if (static_cast<unsigned char>(bytes[at]) < 0x20) return kNpos;
    if (bytes[at] != '\\') continue;
    if (++at < bytes.size() && static_cast<unsigned char>(bytes[at]) < 0x20) return kNpos;
  }
  return kNpos;
}

bool index_portably(std::string_view bytes, std::vector<std::uint32_t>& index) {
  if (!simdjson::validate_utf8(bytes.data(), bytes.size())) return false;
  bool in_scalar = false;
  bool escaped = false;  // by a backslash outside strings, which is no JSON, but no reason to lose the place
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    Kind kind = kKinds[static_cast<unsigned char>(bytes[at])];
    if (escaped && kind == Kind::quote) kind = Kind::scalar;
    escaped = bytes[at] == '\\' && !escaped;
    const bool goes_on = kind == Kind::scalar && in_scalar;
    // A quote directly behind a scalar opens a string that has no entry of its own.
    if (!goes_on && kind != Kind::space && !(kind == Kind::quote && in_scalar)) index.push_back(static_cast<std::uint32_t>(at));
    in_scalar = kind == Kind::scalar;
    if (kind != Kind::quote) continue;
    at = closing_quote(bytes, at);
    if (at == kNpos) return false;
  }
  return true;
}

}  // namespace

struct JsonIndex::State {
  Way way = Way::portable;
  std::vector<std::uint32_t> index;  // of the portable way
  const std::uint32_t* begin = nullptr;
  const std::uint32_t* end = nullptr;
#ifdef CHIMERA_SIMDJSON_STAGE1
  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;

  bool build_fast(std::string_view bytes) {
    constexpr std::size_t kLeast = 1U << 16U;
    if (parser == nullptr || parser->capacity() < bytes.size()) {
      const std::size_t capacity = std::max(bytes.size() + bytes.size() / 8, kLeast);
      parser.reset();
      if (simdjson::get_active_implementation()->create_dom_parser_implementation(capacity, 1, parser) != simdjson::SUCCESS) return false;
    }
    const auto* const first = reinterpret_cast<const std::uint8_t*>(bytes.data());
    if (parser->stage1(first, bytes.size(), simdjson::stage1_mode::regular) != simdjson::SUCCESS) return false;
    std::uint32_t* const first_entry = parser->structural_indexes.get();
    begin = first_entry;
    end = first_entry + parser->n_structural_indexes;
    std::fill_n(first_entry + parser->n_structural_indexes, 2, static_cast<std::uint32_t>(bytes.size() - 1));
    return true;
  }
#else
  bool build_fast(std::string_view bytes) { return build_portably(bytes); }
#endif

  bool build_portably(std::string_view bytes) {
    index.clear();
    const bool valid = index_portably(bytes, index);
    if (!valid) index.clear();
    const std::size_t size = index.size();
    index.insert(index.end(), 2, static_cast<std::uint32_t>(bytes.empty() ? 0 : bytes.size() - 1));
    begin = index.data();
    end = begin + size;
    return valid;
  }
};

JsonIndex::JsonIndex(Way way) : state_(std::make_unique<State>()) { state_->way = way; }
JsonIndex::JsonIndex(JsonIndex&&) noexcept = default;
JsonIndex& JsonIndex::operator=(JsonIndex&&) noexcept = default;
JsonIndex::~JsonIndex() = default;

bool JsonIndex::build(std::string_view bytes) {
  state_->begin = state_->end = nullptr;
  if (bytes.size() > std::numeric_limits<std::uint32_t>::max() - 64) return false;
  const bool blank = std::all_of(bytes.begin(), bytes.end(), [](char c) { return kKinds[static_cast<unsigned char>(c)] == Kind::space; });
  if (state_->way == Way::portable || blank) return state_->build_portably(bytes);
  return state_->build_fast(bytes);
}

const std::uint32_t* JsonIndex::begin() const { return state_->begin; }
const std::uint32_t* JsonIndex::end() const { return state_->end; }

}  // namespace chimera::sources
