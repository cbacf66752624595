#include "engines/synth.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cmath>
#include <filesystem>
#include <system_error>

#include "base/random.h"
#include "engines/gguf_build.h"

namespace chimera::engines {
namespace {

constexpr float kSpread = 0.02F;  // standard deviation of weights, about that of trained ones
constexpr std::size_t kPiece = std::size_t{1} << 20;

// Uniform with mean 0 and standard deviation 1.
float centred(base::SplitMix& random) { return (static_cast<float>(random.next() >> 40) * (2.0F / (1 << 24)) - 1.0F) * 1.7320508F; }

// IEEE 754 half precision of a small value, rounded toward zero; what is below its range becomes subnormal.
std::uint16_t half(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000U);
  const int exponent = static_cast<int>((bits >> 23) & 0xffU) - 127 + 15;
  const std::uint32_t fraction = (bits & 0x7fffffU) | 0x800000U;
  if (exponent >= 31) return static_cast<std::uint16_t>(sign | 0x7bffU);
  if (exponent <= 0) return static_cast<std::uint16_t>(sign | (exponent < -10 ? 0U : fraction >> (14 - exponent)));
  return static_cast<std::uint16_t>(sign | (static_cast<unsigned>(exponent) << 10) | ((fraction >> 13) & 0x3ffU));
}

// Where a block keeps its scale and its offset, both in half precision, and values of them that spread random numbers like weights
// around 0 (the structures of ggml-common.h).
struct BlockScale {
  std::uint32_t type;
  int scale_at;
  float scale;      // times kSpread
  int offset_at;    // -1: none
  float offset;
};
constexpr std::array kScales = {
    BlockScale{2, 0, 0.22F, -1, 0},         BlockScale{3, 0, 0.22F, 2, -1.65F},      BlockScale{6, 0, 0.11F, -1, 0},        BlockScale{7, 0, 0.11F, 2, -1.7F},       BlockScale{8, 0, 0.0135F, -1, 0},
    BlockScale{10, 80, 0.12F, 82, 0.18F},   BlockScale{11, 108, 0.024F, -1, 0},      BlockScale{12, 0, 0.0067F, 2, 0.05F},  BlockScale{13, 0, 0.0034F, 2, 0.053F},   BlockScale{14, 208, 0.00076F, -1, 0},
    BlockScale{16, 0, 0.01F, -1, 0},        BlockScale{17, 0, 0.01F, -1, 0},         BlockScale{18, 0, 0.01F, -1, 0},       BlockScale{19, 0, 0.1F, -1, 0},          BlockScale{20, 0, 0.015F, -1, 0},
    BlockScale{21, 0, 0.01F, -1, 0},        BlockScale{22, 0, 0.01F, -1, 0},         BlockScale{23, 0, 0.0008F, -1, 0},     BlockScale{34, 52, 1.2F, -1, 0},         BlockScale{35, 64, 1.2F, -1, 0},
};

void set_half(char* block, int at, float value) {
  const std::uint16_t bits = half(value);
  std::memcpy(block + at, &bits, sizeof bits);
}

void set_scales(char* block, const TensorType& type) {
  const auto found = std::find_if(kScales.begin(), kScales.end(), [&](const BlockScale& scale) { return scale.type == type.id; });
  if (found != kScales.end()) {
    set_half(block, found->scale_at, found->scale * kSpread);
    if (found->offset_at >= 0) set_half(block, found->offset_at, found->offset * kSpread);
  } else if (type.name == "MXFP4") {
    block[0] = 119;  // 2^-8
  } else if (type.name == "IQ1_M") {  // four bits of the scale in each of the four last 16-bit words
    const std::uint16_t scale = half(0.1F * kSpread);
    for (int i = 0; i < 4; ++i) {
      std::uint16_t word = 0;
      std::memcpy(&word, block + 48 + 2 * i, sizeof word);
      word = static_cast<std::uint16_t>((word & 0x0fffU) | ((static_cast<unsigned>(scale) >> (4 * i)) & 0xfU) << 12);
      std::memcpy(block + 48 + 2 * i, &word, sizeof word);
    }
  }
}

class Filler {
 public:
  Filler(const PlannedTensor& tensor, std::uint64_t seed) : type_(*find_tensor_type(tensor.type)), random_(seed), flat_(tensor.shape.size() == 1) {
    // A vector is a norm or a bias: neither random nor of influence on speed.
    value_ = tensor.name.find("bias") != std::string::npos ? 0.0F : 1.0F;
  }

  // `size` is a whole number of blocks.
  void fill(char* to, std::size_t size) {
    if (type_.name == "F32") return fill_with<float>(to, size, [](float value) { return value; });
    if (type_.name == "F16") return fill_with<std::uint16_t>(to, size, half);
    if (type_.name == "BF16") return fill_with<std::uint16_t>(to, size, [](float value) { return static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(value) >> 16); });
    for (std::size_t i = 0; i + 8 <= size; i += 8) put(to + i, random_.next());
    for (std::size_t i = size / 8 * 8; i < size; ++i) to[i] = static_cast<char>(random_.next());
    for (std::size_t i = 0; i < size; i += type_.bytes) set_scales(to + i, type_);
  }

 private:
  template <class T, class Convert>
  void fill_with(char* to, std::size_t size, const Convert& convert) {
    for (std::size_t i = 0; i + sizeof(T) <= size; i += sizeof(T)) put(to + i, static_cast<T>(convert(flat_ ? value_ : kSpread * centred(random_))));
  }
  template <class T>
  static void put(char* to, T value) { std::memcpy(to, &value, sizeof value); }

  TensorType type_;
  base::SplitMix random_;
  bool flat_;
  float value_ = 1;
};

std::uint64_t size_of(const PlannedTensor& tensor) { return tensor_bytes({tensor.name, tensor.shape, tensor.type, 0}).value_or(0); }
std::uint64_t padded(std::uint64_t size, std::uint64_t alignment) { return (size + alignment - 1) / alignment * alignment; }

std::string head_of(const ModelPlan& plan) {
  std::string head = "GGUF";
  append_number<std::uint32_t>(head, 3);
  append_number<std::uint64_t>(head, plan.tensors.size());
  append_number<std::uint64_t>(head, plan.entries);
  head += plan.metadata;
  std::uint64_t offset = 0;
  for (const PlannedTensor& tensor : plan.tensors) {
    append_text(head, tensor.name);
    append_number(head, static_cast<std::uint32_t>(tensor.shape.size()));
    for (const std::uint64_t size : tensor.shape) append_number(head, size);
    append_number(head, tensor.type);
    append_number(head, offset);
    offset += padded(size_of(tensor), plan.alignment);
  }
  head.resize(padded(head.size(), plan.alignment), '\0');
  return head;
}

// A draft beside its final name, which it gets when it is whole.
class Draft {
 public:
  explicit Draft(const std::string& path) : path_(path), draft_(fmt::format("{}.{}.partial", path, ::getpid())) {}
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft() {
    if (file_ >= 0) ::close(file_);
    if (!done_) ::unlink(draft_.c_str());
  }

  base::Result<void> open(std::uint64_t bytes) {
    std::error_code error;
    const std::filesystem::path parent = std::filesystem::path(path_).parent_path();
    if (!parent.empty()) std::filesystem::create_directories(parent, error);
    struct statvfs space {};
    if (::statvfs(parent.empty() ? "." : parent.c_str(), &space) == 0 && space.f_bavail * space.f_frsize < bytes)
      return base::fail(base::ErrorKind::input, fmt::format("{} needs {:.1f} GB, and {:.1f} GB are free there", path_, static_cast<double>(bytes) * 1e-9, static_cast<double>(space.f_bavail * space.f_frsize) * 1e-9), "-o names another place");
    file_ = ::open(draft_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    return file_ < 0 ? cannot() : base::Result<void>();
  }
  base::Result<void> write(const char* from, std::size_t size) {
    while (size > 0) {
      const ssize_t written = ::write(file_, from, size);
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return cannot();
      from += written;
      size -= static_cast<std::size_t>(written);
    }
    return {};
  }
  base::Result<void> finish() {
    if (::fsync(file_) != 0 || ::rename(draft_.c_str(), path_.c_str()) != 0) return cannot();
    done_ = true;
    return {};
  }

 private:
  [[nodiscard]] base::Result<void> cannot() const { return base::fail(base::ErrorKind::input, fmt::format("cannot write {}: {}", path_, std::system_category().message(errno))); }
  std::string path_;
  std::string draft_;
  int file_ = -1;
  bool done_ = false;
};

base::Result<void> write_tensor(Draft& draft, const PlannedTensor& tensor, std::uint64_t seed, std::uint64_t alignment, std::vector<char>& piece) {
  Filler filler(tensor, seed);
  const std::uint32_t block = find_tensor_type(tensor.type)->bytes;
  const std::uint64_t size = size_of(tensor);
  const std::size_t step = kPiece / block * block;
  for (std::uint64_t done = 0; done < size; done += step) {
    const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(step, size - done));
    filler.fill(piece.data(), part);
    TRY_VOID(draft.write(piece.data(), part));
  }
  const std::string padding(padded(size, alignment) - size, '\0');
  return draft.write(padding.data(), padding.size());
}

}  // namespace

std::uint64_t ModelPlan::bytes() const {
  std::uint64_t total = 0;
  for (const PlannedTensor& tensor : tensors) total += padded(size_of(tensor), alignment);
  return total;
}

base::Result<ModelPlan> plan_like(const Gguf& file) {
  if (file.tensors.empty()) return base::fail(base::ErrorKind::input, "the file holds no tensors, a vocabulary alone", "--vocab takes such a file, with --arch and --size");
  if (file.integer("split.count").value_or(1) > 1) return base::fail(base::ErrorKind::input, "the file is one part of a split model", "join its parts first: llama-gguf-split --merge");
  ModelPlan plan;
  plan.alignment = file.alignment;
  for (const GgufEntry& entry : file.entries) {
    if (entry.key == kWeightsKey) continue;
    if (entry.key == "general.name") add_text(plan, entry.key, fmt::format("{} (synthetic)", file.text(entry.key).value_or("model")));
    else add_raw(plan, entry.key, entry.type, entry.raw);
  }
  if (file.find("general.name") == nullptr) add_text(plan, "general.name", "synthetic");
  add_text(plan, kWeightsKey, kSynthetic);
  for (const GgufTensor& tensor : file.tensors) {
    if (!tensor_bytes(tensor)) return base::fail(base::ErrorKind::input, fmt::format("the tensor {} has the type {} or a shape that is not known here", tensor.name, tensor.type));
    plan.tensors.push_back({std::string(tensor.name), tensor.shape, tensor.type});
  }
  return plan;
}

base::Result<void> write_model(const ModelPlan& plan, std::uint64_t seed, const std::string& path) {
  Draft draft(path);
  const std::string head = head_of(plan);
  TRY_VOID(draft.open(head.size() + plan.bytes()));
  TRY_VOID(draft.write(head.data(), head.size()));
  std::vector<char> piece(kPiece);
  base::SplitMix seeds(seed);  // one for each tensor
  for (const PlannedTensor& tensor : plan.tensors) TRY_VOID(write_tensor(draft, tensor, seeds.next(), plan.alignment, piece));
  return draft.finish();
}

}  // namespace chimera::engines
