// The models that `chimera model get` can bring, and where they are kept. Any other GGUF file works too.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace chimera::engines {

struct KnownModel {
  std::string_view name;
  std::string_view group;  // in deps/archives.lock
  std::string_view file;
  std::string_view sha256;  // of the file
  std::uint64_t bytes = 0;
  std::string_view about;
  std::string_view licence;
  std::string_view licence_file;  // beside the model, in <file>.licence/
};

[[nodiscard]] std::span<const KnownModel> known_models();
[[nodiscard]] const KnownModel* find_known_model(std::string_view name);

// $XDG_CACHE_HOME/chimera/models, ~/.cache/chimera/models.
[[nodiscard]] std::string model_folder();
// Where a known model is or would be.
[[nodiscard]] std::string path_of(const KnownModel& model);

// A path for what a user calls a model: a known name, else a file. An engine error where it is not there; says how to
// get it.
[[nodiscard]] base::Result<std::string> find_model(std::string_view name);

struct FileDigest {
  std::string sha256;  // hexadecimal
  std::uint64_t bytes = 0;
};
// Reads the file whole, which takes time.
[[nodiscard]] base::Result<FileDigest> digest_of(const std::string& path);

// Puts the parts of a model (the files of a folder, in the order of their names) together, verifies size and digest, and
// only then lets the model appear under path_of(). An input error where something differs.
[[nodiscard]] base::Result<void> assemble_model(const KnownModel& model, const std::string& parts_folder);

}  // namespace chimera::engines
