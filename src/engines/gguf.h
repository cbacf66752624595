// The head of a GGUF file (github.com/ggml-org/ggml, docs/gguf.md): its metadata and what tensors it holds.
//
// Owns the bytes of the head; views into them live as long as any copy. Fails: nothing is believed before it was held against what
// is there, so a file may be anything. Files in big-endian order are refused.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/result.h"

namespace chimera::engines {

enum class GgufType : std::uint32_t { u8, i8, u16, i16, u32, i32, f32, boolean, string, array, u64, i64, f64 };

struct GgufEntry {
  std::string_view key;
  GgufType type = GgufType::u8;
  std::string_view raw;  // the value as it stands, an array with its type and count
};

struct GgufTensor {
  std::string_view name;
  std::vector<std::uint64_t> shape;  // the first is that of a row
  std::uint32_t type = 0;            // of ggml; see TensorType
  std::uint64_t offset = 0;          // from the beginning of the data
};

struct Gguf {
  std::shared_ptr<const std::string> bytes;
  std::uint32_t version = 3;
  std::uint64_t alignment = 32;
  std::uint64_t data_begin = 0;
  std::vector<GgufEntry> entries;   // in the order of the file
  std::vector<GgufTensor> tensors;  // in the order of the file

  [[nodiscard]] const GgufEntry* find(std::string_view key) const;
  [[nodiscard]] std::optional<std::string_view> text(std::string_view key) const;
  [[nodiscard]] std::optional<std::uint64_t> integer(std::string_view key) const;  // of any whole type, not negative
  [[nodiscard]] std::optional<std::uint64_t> length(std::string_view key) const;   // of an array
};

// How a tensor's numbers are stored: `block` of them in `bytes`.
struct TensorType {
  std::uint32_t id = 0;
  std::string_view name;  // "Q4_K"
  std::uint32_t block = 1;
  std::uint32_t bytes = 1;
};
[[nodiscard]] const TensorType* find_tensor_type(std::uint32_t id);          // null: not known
[[nodiscard]] const TensorType* find_tensor_type(std::string_view name);
// Nothing where the type is not known, a row is no whole number of blocks, or the size is beyond 2^62.
[[nodiscard]] std::optional<std::uint64_t> tensor_bytes(const GgufTensor& tensor);

struct GgufProblem {
  std::string what;
  bool incomplete = false;  // the bytes may be the beginning of a good head
};
[[nodiscard]] tl::expected<Gguf, GgufProblem> parse_gguf(std::shared_ptr<const std::string> bytes);
// Reads no more than the head, whose size must be below 1 GiB. Input errors name the file.
[[nodiscard]] base::Result<Gguf> read_gguf(const base::FileSystem& files, const std::string& path);

}  // namespace chimera::engines
