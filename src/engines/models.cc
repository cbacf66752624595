#include "engines/models.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <vector>

#include "base/files.h"
#include "base/sha256.h"

namespace chimera::engines {
namespace {

constexpr std::array kModels = {
    KnownModel{"gemma3:270m", "gemma3-270m", "gemma-3-270m-q4_k_m.gguf", "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818", 253113024,
               "Gemma 3 270M, Q4_K_M, base model without a chat template", "Gemma Terms of Use", "GEMMA_TERMS.html"},
    KnownModel{"smollm2:135m", "smollm2-135m", "SmolLM2-135M-Instruct.Q4_1.gguf", "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53", 98362432,
               "SmolLM2 135M Instruct, Q4_1", "Apache-2.0", "LICENSE"},
};

}  // namespace

std::span<const KnownModel> known_models() { return kModels; }

const KnownModel* find_known_model(std::string_view name) {
  const auto found = std::find_if(kModels.begin(), kModels.end(), [&](const KnownModel& model) { return model.name == name; });
  return found == kModels.end() ? nullptr : &*found;
}

std::string model_folder() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && *cache != '\0') return fmt::format("{}/chimera/models", cache);
  const char* home = std::getenv("HOME");
  return fmt::format("{}/.cache/chimera/models", home != nullptr && *home != '\0' ? home : "/var/tmp");
}

std::string path_of(const KnownModel& model) { return fmt::format("{}/{}", model_folder(), model.file); }

base::Result<std::string> find_model(std::string_view name) {
  std::error_code error;
  const KnownModel* known = find_known_model(name);
  if (known == nullptr) {
    if (std::filesystem::exists(name, error)) return std::string(name);
    return base::fail(base::ErrorKind::engine, fmt::format("no model file {}", name), "`chimera model list` shows the models that can be had by name");
  }
  const std::string path = path_of(*known);
  if (std::filesystem::exists(path, error)) return path;
  return base::fail(base::ErrorKind::engine, fmt::format("the model {} is not here yet", name), fmt::format("`chimera model get {}` brings it ({} MB)", name, known->bytes / 1'000'000));
}

base::Result<FileDigest> digest_of(const std::string& path) {
  TRY(const std::unique_ptr<base::ByteReader> reader, base::RealFileSystem().open_reader(path));
  base::Sha256 digest;
  std::vector<char> piece(1 << 20);
  FileDigest file;
  while (true) {
    TRY(const std::size_t size, reader->read(piece.data(), piece.size()));
    digest.add({piece.data(), size});
    file.bytes += size;
    if (size < piece.size()) break;
  }
  file.sha256 = base::to_hex(digest.finish());
  return file;
}

base::Result<void> assemble_model(const KnownModel& model, const std::string& parts_folder) {
  const base::RealFileSystem files;
  TRY(const base::Listing parts, files.walk(parts_folder));
  std::string bytes;
  bytes.reserve(model.bytes);
  for (const base::FileInfo& part : parts.files) {
    TRY(const std::string more, files.read(parts_folder + "/" + part.path));
    bytes += more;
  }
  if (bytes.size() != model.bytes) return base::fail(base::ErrorKind::input, fmt::format("the parts of {} have {} bytes together, expected {}", model.name, bytes.size(), model.bytes));
  const std::string digest = base::to_hex(base::sha256(bytes));
  if (digest != model.sha256) return base::fail(base::ErrorKind::input, fmt::format("{} has the digest {}, expected {}", model.name, digest, model.sha256), "what was fetched is not the model; nothing was kept");
  return base::write_file(path_of(model), bytes);
}

}  // namespace chimera::engines
