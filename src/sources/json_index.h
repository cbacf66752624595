// Where the structure of a JSON text stands: the offsets of its brackets, colons and commas and of the first byte of
// every string and other scalar, all outside strings, in order. What simdjson calls stage 1 (Langdale, Lemire: "Parsing
// gigabytes of JSON per second", 2019), which is a part of its interface that releases may change; JsonIndex::portable
// is the same without it, and what is built where simdjson is not of the known major version.
//
// Owns the index; its memory is used again. Threads: one at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

namespace chimera::sources {

class JsonIndex {
 public:
  enum class Way { fastest, portable };

  explicit JsonIndex(Way way = Way::fastest);
  JsonIndex(JsonIndex&&) noexcept;
  JsonIndex& operator=(JsonIndex&&) noexcept;
  ~JsonIndex();

  // Several texts may stand one behind the other. False, and an empty index, where a string does not end or holds a
  // control character (a line end, above all), where the bytes are not UTF-8, or where they are 4 GiB or more.
  [[nodiscard]] bool build(std::string_view bytes);
  // Valid until the next build(). Behind the last offset stand two more, of the last byte.
  [[nodiscard]] const std::uint32_t* begin() const;
  [[nodiscard]] const std::uint32_t* end() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace chimera::sources
