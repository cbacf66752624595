// Chooses tokens: repeat penalty, top-k, top-p, min-p, temperature, a draw; a grammar where there is one.
//
// The order is Ollama's and llama-server's. A grammar is asked about the drawn token first; only where it says no are
// all tokens of the vocabulary put to it and one is drawn anew. Owns llama.cpp's samplers; keeps references to the rest.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "engines/completion.h"
#include "engines/llama_library.h"

struct llama_context;
struct llama_vocab;

namespace chimera::engines {

struct SamplerSettings {
  double temperature = 0.8;  // 0 or less: always the likeliest token
  std::int64_t top_k = 40;   // 0: all
  double top_p = 0.9;
  double min_p = 0.0;
  double repeat_penalty = 1.1;
  std::int64_t repeat_last_n = 64;
  std::uint32_t seed = 0;
};
[[nodiscard]] base::Result<SamplerSettings> sampler_settings(const core::RunConfig& config);
void add_effective(const SamplerSettings& settings, core::RunConfig& config);

class LlamaSampler {
 public:
  // Fails (usage) where the grammar cannot be read.
  [[nodiscard]] static base::Result<std::unique_ptr<LlamaSampler>> create(LlamaLibrary& library, const llama_vocab* vocab, const SamplerSettings& settings, const Constraint& constraint);
  LlamaSampler(const LlamaSampler&) = delete;
  LlamaSampler& operator=(const LlamaSampler&) = delete;
  ~LlamaSampler();

  // The next token after the last decoded one. Nothing where the grammar allows none.
  [[nodiscard]] std::optional<std::int32_t> sample(llama_context* context);
  // How often the drawn token was not the grammar's: each time costs a pass over the vocabulary.
  [[nodiscard]] std::uint64_t rejected() const { return rejected_; }

 private:
  struct Chain;
  LlamaSampler(LlamaLibrary& library, const llama_vocab* vocab, const SamplerSettings& settings);
  void fill(llama_context* context);
  [[nodiscard]] std::int32_t draw();
  [[nodiscard]] bool grammar_allows(std::int32_t token);

  const LlamaFunctions& functions_;
  const llama_vocab* vocab_;
  SamplerSettings settings_;
  std::unique_ptr<Chain> chain_;
  std::deque<std::int32_t> recent_;
  std::uint64_t rejected_ = 0;
};

}  // namespace chimera::engines
