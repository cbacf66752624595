#include "engines/llama_sampler.h"

#if __has_include(<llama.h>)

#include <fmt/format.h>
#include <ggml-alloc.h>
#include <ggml-backend.h>
#include <llama.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "engines/settings.h"

namespace chimera::engines {

#include "engines/llama_table.def"

namespace {

template <class T>
base::Result<void> read(const core::RunConfig& config, std::string_view key, double low, double high, T& into) {
  TRY(const auto value, number_setting(config, key));
  if (!value) return {};
  if (*value < low || *value > high) return base::fail(base::ErrorKind::usage, fmt::format("the setting {} is {}, expected {} to {}", key, *value, low, high));
  if (std::is_integral_v<T> && *value != std::floor(*value)) return base::fail(base::ErrorKind::usage, fmt::format("the setting {} is {}, expected a whole number", key, *value));
  into = static_cast<T>(*value);
  return {};
}

}  // namespace

base::Result<SamplerSettings> sampler_settings(const core::RunConfig& config) {
  constexpr double kMost = 1e9;
  SamplerSettings settings;
  TRY_VOID(read(config, "temperature", -1, 1000, settings.temperature));
  TRY_VOID(read(config, "top_k", 0, kMost, settings.top_k));
  TRY_VOID(read(config, "top_p", 0, 1, settings.top_p));
  TRY_VOID(read(config, "min_p", 0, 1, settings.min_p));
  TRY_VOID(read(config, "repeat_penalty", 1e-6, 1000, settings.repeat_penalty));
  TRY_VOID(read(config, "repeat_last_n", 0, kMost, settings.repeat_last_n));
  TRY_VOID(read(config, "seed", 0, 4294967295.0, settings.seed));
  return settings;
}

void add_effective(const SamplerSettings& settings, core::RunConfig& config) {
  config.set("temperature", fmt::format("{}", settings.temperature));
  config.set("top_k", std::to_string(settings.top_k));
  config.set("top_p", fmt::format("{}", settings.top_p));
  config.set("min_p", fmt::format("{}", settings.min_p));
  config.set("repeat_penalty", fmt::format("{}", settings.repeat_penalty));
  config.set("repeat_last_n", std::to_string(settings.repeat_last_n));
  config.set("seed", std::to_string(settings.seed));
}

struct LlamaSampler::Chain {
  llama_sampler* chain = nullptr;
  llama_sampler* grammar = nullptr;
  std::vector<llama_token_data> candidates;
  llama_token_data_array array{};
};

LlamaSampler::LlamaSampler(LlamaLibrary& library, const llama_vocab* vocab, const SamplerSettings& settings)
    : functions_(library.functions()), vocab_(vocab), settings_(settings), chain_(std::make_unique<Chain>()) {
  const LlamaFunctions& f = functions_;
  chain_->chain = f.llama_sampler_chain_init(f.llama_sampler_chain_default_params());
  if (settings.temperature <= 0) {
    f.llama_sampler_chain_add(chain_->chain, f.llama_sampler_init_greedy());
    return;
  }
  if (settings.top_k > 0) f.llama_sampler_chain_add(chain_->chain, f.llama_sampler_init_top_k(static_cast<std::int32_t>(settings.top_k)));
  if (settings.top_p < 1) f.llama_sampler_chain_add(chain_->chain, f.llama_sampler_init_top_p(static_cast<float>(settings.top_p), 1));
  if (settings.min_p > 0) f.llama_sampler_chain_add(chain_->chain, f.llama_sampler_init_min_p(static_cast<float>(settings.min_p), 1));
  f.llama_sampler_chain_add(chain_->chain, f.llama_sampler_init_temp(static_cast<float>(settings.temperature)));
  f.llama_sampler_chain_add(chain_->chain, f.llama_sampler_init_dist(settings.seed));
}

base::Result<std::unique_ptr<LlamaSampler>> LlamaSampler::create(LlamaLibrary& library, const llama_vocab* vocab, const SamplerSettings& settings, const Constraint& constraint) {
  auto sampler = std::unique_ptr<LlamaSampler>(new LlamaSampler(library, vocab, settings));
  if (constraint.kind != Constraint::Kind::gbnf) return sampler;
  static_cast<void>(library.take_log());
  sampler->chain_->grammar = sampler->functions_.llama_sampler_init_grammar(vocab, constraint.text.c_str(), "root");
  if (sampler->chain_->grammar != nullptr) return sampler;
  const std::vector<std::string> log = library.take_log();
  return base::fail(base::ErrorKind::usage, fmt::format("the grammar cannot be read: {}", log.empty() ? "no rule `root`?" : log.front()));
}

LlamaSampler::~LlamaSampler() {
  if (chain_->chain != nullptr) functions_.llama_sampler_free(chain_->chain);
  if (chain_->grammar != nullptr) functions_.llama_sampler_free(chain_->grammar);
}

// The penalty is applied by index while the candidates still stand in the order of the vocabulary; llama.cpp's own
// sampler for it looks every candidate up, which for 262,144 of them takes longer than a small model's step.
void LlamaSampler::fill(llama_context* context) {
  const float* logits = functions_.llama_get_logits_ith(context, -1);
  const auto count = static_cast<std::size_t>(functions_.llama_vocab_n_tokens(vocab_));
  chain_->candidates.resize(count);
  for (std::size_t i = 0; i < count; ++i) chain_->candidates[i] = {static_cast<llama_token>(i), logits[i], 0.0F};
  const auto penalty = static_cast<float>(settings_.repeat_penalty);
  for (const llama_token token : std::set(recent_.begin(), recent_.end())) {
    float& logit = chain_->candidates[static_cast<std::size_t>(token)].logit;
    logit = logit <= 0 ? logit * penalty : logit / penalty;
  }
  chain_->array = {chain_->candidates.data(), count, -1, false};
}

std::int32_t LlamaSampler::draw() {
  functions_.llama_sampler_apply(chain_->chain, &chain_->array);
  return chain_->array.data[chain_->array.selected].id;
}

bool LlamaSampler::grammar_allows(std::int32_t token) {
  llama_token_data one = {token, 1.0F, 0.0F};
  llama_token_data_array array = {&one, 1, -1, false};
  functions_.llama_sampler_apply(chain_->grammar, &array);
  return std::isfinite(one.logit);
}

std::optional<std::int32_t> LlamaSampler::sample(llama_context* context) {
  fill(context);
  std::int32_t token = draw();
  if (chain_->grammar != nullptr && !grammar_allows(token)) {
    ++rejected_;
    fill(context);
    functions_.llama_sampler_apply(chain_->grammar, &chain_->array);
    // What is forbidden is taken out, not left to probabilities: a temperature may make minus infinity something else.
    const auto end = std::remove_if(chain_->array.data, chain_->array.data + chain_->array.size, [](const llama_token_data& candidate) { return !std::isfinite(candidate.logit); });
    chain_->array.size = static_cast<std::size_t>(end - chain_->array.data);
    if (chain_->array.size == 0) return std::nullopt;
    token = draw();
  }
  functions_.llama_sampler_accept(chain_->chain, token);
  if (chain_->grammar != nullptr) functions_.llama_sampler_accept(chain_->grammar, token);
  recent_.push_back(token);
  if (recent_.size() > static_cast<std::size_t>(settings_.repeat_last_n)) recent_.pop_front();
  return token;
}

}  // namespace chimera::engines

#endif
