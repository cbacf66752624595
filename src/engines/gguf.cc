#include "engines/gguf.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace chimera::engines {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are read as they stand");

constexpr std::size_t kMostHead = std::size_t{1} << 30;
constexpr std::size_t kFirstRead = std::size_t{4} << 20;
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 62;
constexpr unsigned kDeepestArray = 4;
constexpr std::uint32_t kMostDimensions = 4;  // GGML_MAX_DIMS

// ggml.h and ggml-common.h.
constexpr std::array kTypes = {
    TensorType{0, "F32", 1, 4},        TensorType{1, "F16", 1, 2},        TensorType{2, "Q4_0", 32, 18},     TensorType{3, "Q4_1", 32, 20},     TensorType{6, "Q5_0", 32, 22},
    TensorType{7, "Q5_1", 32, 24},     TensorType{8, "Q8_0", 32, 34},     TensorType{10, "Q2_K", 256, 84},   TensorType{11, "Q3_K", 256, 110},  TensorType{12, "Q4_K", 256, 144},
    TensorType{13, "Q5_K", 256, 176},  TensorType{14, "Q6_K", 256, 210},  TensorType{16, "IQ2_XXS", 256, 66}, TensorType{17, "IQ2_XS", 256, 74}, TensorType{18, "IQ3_XXS", 256, 98},
    TensorType{19, "IQ1_S", 256, 50},  TensorType{20, "IQ4_NL", 32, 18},  TensorType{21, "IQ3_S", 256, 110}, TensorType{22, "IQ2_S", 256, 82},  TensorType{23, "IQ4_XS", 256, 136},
    TensorType{29, "IQ1_M", 256, 56},  TensorType{30, "BF16", 1, 2},      TensorType{34, "TQ1_0", 256, 54},  TensorType{35, "TQ2_0", 256, 66},  TensorType{39, "MXFP4", 32, 17},
};

// What stops the parser; caught in parse_gguf alone.
struct Stop {
  GgufProblem problem;
};
[[noreturn]] void wrong(std::string what) { throw Stop{{std::move(what), false}}; }

class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : bytes_(bytes) {}
  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }
  [[nodiscard]] std::string_view from(std::size_t begin) const { return bytes_.substr(begin, at_ - begin); }

  std::string_view take(std::uint64_t size) {
    if (size > kMostHead) wrong(fmt::format("a length of {} at byte {}", size, at_));
    if (size > left()) throw Stop{{fmt::format("it ends at byte {}, within its head", bytes_.size()), true}};
    const std::string_view taken = bytes_.substr(at_, static_cast<std::size_t>(size));
    at_ += static_cast<std::size_t>(size);
    return taken;
  }
  template <class T>
  T number() {
    T value{};
    std::memcpy(&value, take(sizeof(T)).data(), sizeof(T));
    return value;
  }
  std::string_view text() { return take(number<std::uint64_t>()); }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

// Bytes of a value of fixed size; 0 of strings and arrays.
std::size_t size_of(GgufType type) {
  switch (type) {
    case GgufType::u8:
    case GgufType::i8:
    case GgufType::boolean: return 1;
    case GgufType::u16:
    case GgufType::i16: return 2;
    case GgufType::u32:
    case GgufType::i32:
    case GgufType::f32: return 4;
    case GgufType::u64:
    case GgufType::i64:
    case GgufType::f64: return 8;
    case GgufType::string:
    case GgufType::array: return 0;
  }
  return 0;
}

GgufType take_type(Cursor& cursor) {
  const auto type = cursor.number<std::uint32_t>();
  if (type > static_cast<std::uint32_t>(GgufType::f64)) wrong(fmt::format("a value of the unknown type {} before byte {}", type, cursor.at()));
  return static_cast<GgufType>(type);
}

void pass_value(Cursor& cursor, GgufType type, unsigned depth) {
  if (type == GgufType::string) {
    static_cast<void>(cursor.text());
  } else if (type == GgufType::array) {
    if (depth == kDeepestArray) wrong(fmt::format("arrays within arrays at byte {}", cursor.at()));
    const GgufType element = take_type(cursor);
    const auto count = cursor.number<std::uint64_t>();
    if (const std::size_t size = size_of(element); size > 0) {
      if (count > kMostHead / size) wrong(fmt::format("an array of {} before byte {}", count, cursor.at()));
      static_cast<void>(cursor.take(count * size));
    } else {
      for (std::uint64_t i = 0; i < count; ++i) pass_value(cursor, element, depth + 1);
    }
  } else {
    static_cast<void>(cursor.take(size_of(type)));
  }
}

GgufTensor take_tensor(Cursor& cursor) {
  GgufTensor tensor;
  tensor.name = cursor.text();
  const auto dimensions = cursor.number<std::uint32_t>();
  if (dimensions > kMostDimensions) wrong(fmt::format("the tensor {} has {} dimensions", tensor.name, dimensions));
  for (std::uint32_t i = 0; i < dimensions; ++i) tensor.shape.push_back(cursor.number<std::uint64_t>());
  tensor.type = cursor.number<std::uint32_t>();
  tensor.offset = cursor.number<std::uint64_t>();
  return tensor;
}

Gguf parse(std::shared_ptr<const std::string> bytes) {
  Cursor cursor(*bytes);
  Gguf file;
  file.bytes = std::move(bytes);
  if (cursor.take(4) != "GGUF") wrong("it does not begin with GGUF");
  file.version = cursor.number<std::uint32_t>();
  if (file.version == 0x02000000 || file.version == 0x03000000) wrong("its numbers are in big-endian order");
  if (file.version < 2 || file.version > 3) wrong(fmt::format("its version is {}, expected 2 or 3", file.version));
  const auto tensors = cursor.number<std::uint64_t>();
  const auto entries = cursor.number<std::uint64_t>();
  for (std::uint64_t i = 0; i < entries; ++i) {
    GgufEntry entry;
    entry.key = cursor.text();
    entry.type = take_type(cursor);
    const std::size_t begin = cursor.at();
    pass_value(cursor, entry.type, 0);
    entry.raw = cursor.from(begin);
    file.entries.push_back(entry);
  }
  for (std::uint64_t i = 0; i < tensors; ++i) file.tensors.push_back(take_tensor(cursor));
  file.alignment = file.integer("general.alignment").value_or(32);
  if (file.alignment == 0 || file.alignment > (1U << 20) || !std::has_single_bit(file.alignment)) wrong(fmt::format("its alignment is {}", file.alignment));
  file.data_begin = (cursor.at() + file.alignment - 1) / file.alignment * file.alignment;
  return file;
}

template <class T>
T as(std::string_view raw) {
  T value{};
  std::memcpy(&value, raw.data(), sizeof(T));
  return value;
}

}  // namespace

const GgufEntry* Gguf::find(std::string_view key) const {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const GgufEntry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

std::optional<std::string_view> Gguf::text(std::string_view key) const {
  const GgufEntry* entry = find(key);
  if (entry == nullptr || entry->type != GgufType::string) return std::nullopt;
  return entry->raw.substr(8);
}

std::optional<std::uint64_t> Gguf::integer(std::string_view key) const {
  const GgufEntry* entry = find(key);
  if (entry == nullptr) return std::nullopt;
  const auto whole = [](std::int64_t value) { return value < 0 ? std::nullopt : std::optional(static_cast<std::uint64_t>(value)); };
  switch (entry->type) {
    case GgufType::u8: return as<std::uint8_t>(entry->raw);
    case GgufType::u16: return as<std::uint16_t>(entry->raw);
    case GgufType::u32: return as<std::uint32_t>(entry->raw);
    case GgufType::u64: return as<std::uint64_t>(entry->raw);
    case GgufType::i8: return whole(as<std::int8_t>(entry->raw));
    case GgufType::i16: return whole(as<std::int16_t>(entry->raw));
    case GgufType::i32: return whole(as<std::int32_t>(entry->raw));
    case GgufType::i64: return whole(as<std::int64_t>(entry->raw));
    case GgufType::f32:
    case GgufType::f64:
    case GgufType::boolean:
    case GgufType::string:
    case GgufType::array: return std::nullopt;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> Gguf::length(std::string_view key) const {
  const GgufEntry* entry = find(key);
  if (entry == nullptr || entry->type != GgufType::array) return std::nullopt;
  return as<std::uint64_t>(entry->raw.substr(4));
}

const TensorType* find_tensor_type(std::uint32_t id) {
  const auto found = std::find_if(kTypes.begin(), kTypes.end(), [&](const TensorType& type) { return type.id == id; });
  return found == kTypes.end() ? nullptr : &*found;
}

const TensorType* find_tensor_type(std::string_view name) {
  const auto found = std::find_if(kTypes.begin(), kTypes.end(), [&](const TensorType& type) { return type.name == name; });
  return found == kTypes.end() ? nullptr : &*found;
}

std::optional<std::uint64_t> tensor_bytes(const GgufTensor& tensor) {
  const TensorType* type = find_tensor_type(tensor.type);
  if (type == nullptr || tensor.shape.empty() || tensor.shape.front() % type->block != 0) return std::nullopt;
  std::uint64_t bytes = type->bytes;
  for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
    const std::uint64_t factor = i == 0 ? tensor.shape[0] / type->block : tensor.shape[i];
    if (factor > 0 && bytes > kMostBytes / factor) return std::nullopt;
    bytes *= factor;
  }
  return bytes;
}

tl::expected<Gguf, GgufProblem> parse_gguf(std::shared_ptr<const std::string> bytes) {
  try {
    return parse(std::move(bytes));
  } catch (Stop& stop) {
    return tl::make_unexpected(std::move(stop.problem));
  }
}

base::Result<Gguf> read_gguf(const base::FileSystem& files, const std::string& path) {
  TRY(const std::unique_ptr<base::ByteReader> reader, files.open_reader(path));
  std::string bytes;
  for (std::size_t want = kFirstRead; want <= kMostHead; want *= 2) {
    const std::size_t had = bytes.size();
    bytes.resize(want);
    TRY(const std::size_t got, reader->read(bytes.data() + had, want - had));
    bytes.resize(had + got);
    auto parsed = parse_gguf(std::make_shared<const std::string>(bytes));
    if (parsed) return std::move(*parsed);
    if (!parsed.error().incomplete || had + got < want) return base::fail(base::ErrorKind::input, fmt::format("{} is no GGUF file that can be read: {}", path, parsed.error().what));
  }
  return base::fail(base::ErrorKind::input, fmt::format("{} is no GGUF file that can be read: its head is larger than 1 GiB", path));
}

}  // namespace chimera::engines
