// SHA-256 of bytes: the identity of an artifact and of everything derived from one.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace chimera::base {

using Digest = std::array<std::uint8_t, 32>;

[[nodiscard]] Digest sha256(std::string_view bytes);
// 64 lower-case hexadecimal digits.
[[nodiscard]] std::string to_hex(const Digest& digest);

}  // namespace chimera::base
