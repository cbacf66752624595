#include "engines/llama_library.h"

#if __has_include(<llama.h>)

#include <dlfcn.h>
#include <fmt/format.h>
#include <ggml-alloc.h>
#include <ggml-backend.h>
#include <llama.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

namespace chimera::engines {

#include "engines/llama_table.def"

namespace {

// Structures are passed by value, so headers and library must be of one version (deps/archives.lock).
constexpr std::string_view kVersion = "0.4.0-dev";
constexpr std::size_t kLogLines = 500;

void on_log(ggml_log_level, const char* text, void* user) { static_cast<LlamaLibrary*>(user)->add_log(text); }

void on_abort(const char* message) {
  for (const std::string_view part : {std::string_view("chimera: error: llama.cpp gave up: "), std::string_view(message), std::string_view("\n")})
    if (::write(STDERR_FILENO, part.data(), part.size()) < 0) break;
  ::_exit(static_cast<int>(base::ErrorKind::engine));
}

std::string find_library(const std::string& folder) {
  std::error_code error;
  std::vector<std::string> found;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.rfind("libllama.", 0) == 0 && name.find(".so") != std::string::npos) found.push_back(entry->path().string());
  }
  std::sort(found.begin(), found.end());
  return found.empty() ? std::string() : found.front();
}

}  // namespace

base::Result<LlamaLibrary*> LlamaLibrary::load(const std::string& folder) {
  static std::mutex mutex;
  static LlamaLibrary* loaded = nullptr;  // llama.cpp's own state is the process's
  const std::lock_guard lock(mutex);
  if (loaded != nullptr && loaded->folder_ == folder) return loaded;
  if (loaded != nullptr) return base::fail(base::ErrorKind::engine, fmt::format("llama.cpp is already loaded from {}", loaded->folder_), "a process can use one folder");
  auto library = std::unique_ptr<LlamaLibrary>(new LlamaLibrary);
  TRY_VOID(library->open(folder));
  loaded = library.release();
  return loaded;
}

base::Result<void> LlamaLibrary::open(const std::string& folder) {
  const std::string file = find_library(folder);
  if (file.empty()) return base::fail(base::ErrorKind::engine, fmt::format("no libllama*.so in \"{}\"", folder), "`tools/fetch_archives llama` brings it; CHIMERA_LLAMA names another folder");
  void* handle = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return base::fail(base::ErrorKind::engine, fmt::format("llama.cpp cannot be loaded: {}", ::dlerror()));
  auto functions = std::make_unique<LlamaFunctions>();
  const char* missing = nullptr;
#define CHIMERA_LLAMA(name)                                                          \
  functions->name = reinterpret_cast<decltype(&::name)>(::dlsym(handle, #name)); \
  if (functions->name == nullptr) missing = #name;
#include "engines/llama_functions.def"
#undef CHIMERA_LLAMA
  if (missing != nullptr) return base::fail(base::ErrorKind::engine, fmt::format("{} has no function {}: another version of llama.cpp", file, missing));
  version_ = functions->llama_version();
  if (version_ != kVersion) return base::fail(base::ErrorKind::engine, fmt::format("{} is llama.cpp {}, expected {}", file, version_, kVersion));
  functions->llama_log_set(on_log, this);
  functions->ggml_set_abort_callback(on_abort);
  functions->ggml_backend_load_all_from_path(folder.c_str());
  functions->llama_backend_init();
  for (std::size_t i = 0; i < functions->ggml_backend_dev_count(); ++i) {
    const ggml_backend_dev_t device = functions->ggml_backend_dev_get(i);
    devices_.push_back(fmt::format("{}: {}", functions->ggml_backend_dev_name(device), functions->ggml_backend_dev_description(device)));
  }
  if (devices_.empty()) return base::fail(base::ErrorKind::engine, fmt::format("llama.cpp found no device to compute with; {} needs libggml-cpu-*.so", folder));
  folder_ = folder;
  functions_ = functions.release();
  return {};
}

void LlamaLibrary::add_log(const char* text) {
  const std::lock_guard lock(mutex_);
  log_line_ += text;  // a line may come in parts
  if (log_line_.empty() || log_line_.back() != '\n') return;
  log_line_.pop_back();
  if (log_.size() == kLogLines) log_.erase(log_.begin());
  log_.push_back(std::exchange(log_line_, {}));
}

std::vector<std::string> LlamaLibrary::take_log() {
  const std::lock_guard lock(mutex_);
  return std::exchange(log_, {});
}

}  // namespace chimera::engines

#endif
