// One model in memory with its context: loading, its tokens, its chat template, what its file says.
//
// Owns both. Threads: one at a time. Needs llama.cpp's headers at build time; see embedded.h for where they are missing.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "engines/engine.h"
#include "engines/llama_library.h"

struct llama_model;
struct llama_context;
struct llama_vocab;

namespace chimera::engines {

using Token = std::int32_t;

// What a model must be loaded anew for.
struct LoadSettings {
  std::string path;
  std::optional<std::int64_t> num_gpu;  // layers; absent: all where there is a GPU
  std::int64_t num_ctx = 0;             // 0: what the model was made for, at most 4096
  std::int64_t batch = 2048;
  std::int64_t ubatch = 512;
  std::int64_t threads = 0;        // 0: as many as there are processors
  std::int64_t threads_batch = 0;  // 0: as `threads`
  std::string flash_attn = "auto";
  std::string kv_type = "f16";
  bool mmap = true;
  bool operator==(const LoadSettings&) const = default;
};
[[nodiscard]] base::Result<LoadSettings> load_settings(const core::RunConfig& config);

class LlamaModel {
 public:
  [[nodiscard]] static tl::expected<std::unique_ptr<LlamaModel>, Failure> load(LlamaLibrary& library, const LoadSettings& settings, const std::stop_token& stop);
  LlamaModel(const LlamaModel&) = delete;
  LlamaModel& operator=(const LlamaModel&) = delete;
  ~LlamaModel();

  [[nodiscard]] const LoadSettings& settings() const { return settings_; }
  [[nodiscard]] llama_context* context() const { return context_; }
  [[nodiscard]] const llama_vocab* vocab() const { return vocab_; }
  [[nodiscard]] std::size_t context_size() const;
  [[nodiscard]] std::size_t batch_size() const;
  [[nodiscard]] std::size_t step_size() const;  // where a long prompt is cut at every multiple, and computed piece by piece
  // The beginning of the last prompt, in whole steps, that is still in the context. Whoever computes anything else there empties it.
  [[nodiscard]] std::vector<Token>& kept() { return kept_; }

  enum class Control { plain, tokens };  // whether "<|im_end|>" in a text is text or the token
  [[nodiscard]] std::vector<Token> tokenise(std::string_view text, Control control) const;
  [[nodiscard]] std::string piece(Token token) const;
  // With the start of the sequence, and the messages in the model's template. Texts are told from the template's own
  // marks. Notes: a model without a usable template gets the messages as one text to go on from.
  [[nodiscard]] std::vector<Token> prompt(const Request& request, std::vector<std::string>& notes) const;

  // Settings as they took effect.
  [[nodiscard]] core::RunConfig effective() const;
  [[nodiscard]] ModelInfo info() const;
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }  // of loading

 private:
  LlamaModel(LlamaLibrary& library, LoadSettings settings) : library_(library), settings_(std::move(settings)) {}
  [[nodiscard]] std::optional<std::string> apply_template(const char* form, const std::vector<Message>& messages) const;
  [[nodiscard]] std::string metadata(const char* key) const;
  void read_log(const std::vector<std::string>& log);

  LlamaLibrary& library_;
  LoadSettings settings_;
  llama_model* model_ = nullptr;
  llama_context* context_ = nullptr;
  const llama_vocab* vocab_ = nullptr;
  std::int64_t offloaded_ = 0;
  std::vector<Token> kept_;
  std::vector<std::string> notes_;
};

}  // namespace chimera::engines
