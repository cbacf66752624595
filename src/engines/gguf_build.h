// Puts GGUF metadata together, entry by entry.
#pragma once

#include <cstring>
#include <string>
#include <string_view>

#include "engines/gguf.h"
#include "engines/synth.h"

namespace chimera::engines {

template <class T>
void append_number(std::string& to, T value) {
  char raw[sizeof(T)];
  std::memcpy(raw, &value, sizeof(T));
  to.append(raw, sizeof(T));
}

inline void append_text(std::string& to, std::string_view text) {
  append_number<std::uint64_t>(to, text.size());
  to.append(text);
}

// Adds an entry as it stands elsewhere.
inline void add_raw(ModelPlan& plan, std::string_view key, GgufType type, std::string_view raw) {
  append_text(plan.metadata, key);
  append_number(plan.metadata, static_cast<std::uint32_t>(type));
  plan.metadata.append(raw);
  ++plan.entries;
}

inline void add_text(ModelPlan& plan, std::string_view key, std::string_view value) {
  std::string raw;
  append_text(raw, value);
  add_raw(plan, key, GgufType::string, raw);
}

inline void add_u32(ModelPlan& plan, std::string_view key, std::uint32_t value) {
  std::string raw;
  append_number(raw, value);
  add_raw(plan, key, GgufType::u32, raw);
}

inline void add_f32(ModelPlan& plan, std::string_view key, float value) {
  std::string raw;
  append_number(raw, value);
  add_raw(plan, key, GgufType::f32, raw);
}

}  // namespace chimera::engines
