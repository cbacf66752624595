#include "engines/utf8.h"

#include <algorithm>
#include <utility>

namespace chimera::engines {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kEscape = "\xF4\x8F";  // how U+10FF80 to U+10FFFF begin

// How many bytes a character that begins so has, and the range of its second byte; 0: none does.
struct Lead {
  std::size_t size = 0;
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
};

Lead lead_of(unsigned char c) {
  if (c < 0x80) return {1};
  if (c < 0xC2 || c > 0xF4) return {0};
  if (c < 0xE0) return {2};
  if (c == 0xE0) return {3, 0xA0, 0xBF};
  if (c == 0xED) return {3, 0x80, 0x9F};
  if (c < 0xF0) return {3};
  if (c == 0xF0) return {4, 0x90, 0xBF};
  if (c == 0xF4) return {4, 0x80, 0x8F};
  return {4};
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

Character first_character(std::string_view text) {
  const Lead lead = lead_of(static_cast<unsigned char>(text.front()));
  if (lead.size == 0) return {Character::State::bad, 1};
  std::size_t good = 1;
  for (; good < lead.size && good < text.size(); ++good) {
    const auto c = static_cast<unsigned char>(text[good]);
    if (c < (good == 1 ? lead.low : 0x80) || c > (good == 1 ? lead.high : 0xBF)) return {Character::State::bad, good};
  }
  return {good == lead.size ? Character::State::whole : Character::State::begun, good};
}

bool is_utf8(std::string_view text) {
  if (is_ascii(text)) return true;
  while (!text.empty()) {
    const Character character = first_character(text);
    if (character.state != Character::State::whole) return false;
    text.remove_prefix(character.size);
  }
  return true;
}

std::string escape_bad_bytes(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const Character character = first_character(bytes);
    const std::string_view part = bytes.substr(0, character.size);
    if (character.state == Character::State::whole) out += part;
    else
      for (const char c : part) {
        const auto byte = static_cast<unsigned char>(c);
        out += kEscape;
        out += static_cast<char>(byte < 0xC0 ? 0xBE : 0xBF);
        out += static_cast<char>(0x80 | (byte & 0x3F));
      }
    bytes.remove_prefix(character.size);
  }
  return out;
}

std::string restore_bad_bytes(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const bool escaped = text.size() >= 4 && text.substr(0, 2) == kEscape && static_cast<unsigned char>(text[2]) >= 0xBE;
    if (!escaped) {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    const unsigned high = static_cast<unsigned char>(text[2]) == 0xBE ? 0x80U : 0xC0U;
    out += static_cast<char>(high | (static_cast<unsigned char>(text[3]) & 0x3FU));
    text.remove_prefix(4);
  }
  return out;
}

std::string Utf8Gate::pass(std::string_view bytes) {
  if (held_.empty() && is_ascii(bytes)) return std::string(bytes);
  const std::string all = std::exchange(held_, {}) + std::string(bytes);
  std::string out;
  out.reserve(all.size());
  for (std::string_view rest = all; !rest.empty();) {
    const Character character = first_character(rest);
    if (character.state == Character::State::whole) out += rest.substr(0, character.size);
    if (character.state == Character::State::begun) held_ = rest;
    if (character.state == Character::State::bad) {
      out += kReplacement;
      replaced_ = true;
    }
    rest.remove_prefix(character.size);
  }
  return out;
}

std::string Utf8Gate::end() {
  if (std::exchange(held_, {}).empty()) return {};
  replaced_ = true;
  return std::string(kReplacement);
}

}  // namespace chimera::engines
