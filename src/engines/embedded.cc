#include "engines/embedded.h"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>

#if __has_include(<llama.h>)
#include <fmt/format.h>
#include <ggml-alloc.h>
#include <ggml-backend.h>
#include <llama.h>

#include <chrono>
#include <cmath>
#include <mutex>

#include "engines/delivery.h"
#include "engines/llama_library.h"
#include "engines/llama_model.h"
#include "engines/llama_reading.h"
#include "engines/llama_sampler.h"
#include "engines/models.h"
#include "engines/settings.h"
#include "engines/stop_filter.h"
#endif

namespace chimera::engines {

std::string find_llama_libraries() {
  const char* named = std::getenv("CHIMERA_LLAMA");
  if (named != nullptr && *named != '\0') return named;
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::filesystem::path beside = program.parent_path().parent_path() / "lib/chimera/llama";
  return std::filesystem::is_directory(beside, error) ? beside.string() : std::string();
}

#if __has_include(<llama.h>)

#include "engines/llama_table.def"

namespace {

using SteadyClock = std::chrono::steady_clock;

Failure failed(FailureKind kind, std::string message, std::string hint = {}) {
  return {kind, std::nullopt, {kind == FailureKind::cancelled ? base::ErrorKind::interrupted : base::ErrorKind::engine, std::move(message), std::move(hint)}};
}

// Ends a computation that nobody waits for any more. llama.cpp asks it between the parts of a step.
class Watch {
 public:
  Watch(const Timeouts& timeouts, const std::stop_token& stop) : timeouts_(timeouts), stop_(stop) {}
  void text_came() { any_ = true, alive_ = SteadyClock::now(); }
  [[nodiscard]] bool over() const { return stop_.stop_requested() || late(); }
  [[nodiscard]] Failure failure() const {
    if (stop_.stop_requested()) return failed(FailureKind::cancelled, "the call was cancelled");
    return failed(FailureKind::timed_out, fmt::format("no {} text for {} ms", any_ ? "further" : "first", limit() / 1'000'000));
  }
  static bool on_ask(void* self) { return static_cast<const Watch*>(self)->over(); }

 private:
  [[nodiscard]] base::Nanoseconds limit() const { return any_ ? timeouts_.between_tokens : timeouts_.first_token; }
  [[nodiscard]] bool late() const { return limit() > 0 && SteadyClock::now() - alive_ > std::chrono::nanoseconds(limit()); }

  const Timeouts& timeouts_;
  const std::stop_token& stop_;
  SteadyClock::time_point alive_ = SteadyClock::now();
  bool any_ = false;
};

base::Nanoseconds microseconds(std::int64_t us) { return us * 1000; }

void note_unused(const core::RunConfig& config, const core::RunConfig& effective, std::vector<std::string>& notes) {
  for (const core::Setting& setting : config.settings())
    if (const auto real = effective.get(setting.key); !real && !describes_only(setting.key) && setting.key != "output_tokens" && setting.key != "num_predict")
      notes.push_back(fmt::format("the setting {} is not one of the embedded engine's and has no effect", setting.key));
  if (const auto asked = config.get("num_ctx"), real = effective.get("num_ctx"); asked && *asked != "0" && *asked != *real)
    notes.push_back(fmt::format("num_ctx is {}, not {}: llama.cpp rounds it", *real, *asked));
}

// One completion over a loaded model.
class Run {
 public:
  Run(const LlamaFunctions& f, LlamaModel& model, LlamaSampler& sampler, Delivery& delivery, Watch& watch, const Request& request)
      : f_(f), model_(model), sampler_(sampler), delivery_(delivery), watch_(watch), stops_(request.stop) {}

  enum class Cache { off, on };  // on: what this prompt and the last one begin with in common is not evaluated again
  std::optional<Failure> prefill(std::vector<Token> tokens, Cache cache) {
    const std::size_t room = model_.context_size();
    if (tokens.empty()) return failed(FailureKind::unsupported, "the prompt is empty and the model has no token to begin with");
    if (tokens.size() >= room)
      return failed(FailureKind::context_overflow, fmt::format("the prompt has {} tokens, the context {}, and one at least is to be written", tokens.size(), room), "shorten the prompt or raise num_ctx");
    const std::size_t cached = keep_common(tokens, cache);
    f_.llama_synchronize(model_.context());  // or the last step of the call before would count as part of this one's prompt
    f_.llama_perf_context_reset(model_.context());
    const std::size_t step = model_.batch_size();
    for (std::size_t at = cached; at < tokens.size(); at += step)
      if (auto failure = decode(tokens.data() + at, std::min(step, tokens.size() - at))) return failure;
    f_.llama_synchronize(model_.context());  // a GPU is still at work when llama_decode() is back
    used_ = tokens.size();
    delivery_.completion().counts.prompt_tokens = tokens.size();
    delivery_.completion().counts.cached_tokens = cached;
    tokens.resize(tokens.size() / model_.step_size() * model_.step_size());
    if (cache == Cache::on) model_.kept() = std::move(tokens);
    return std::nullopt;
  }

  enum class EndOfText { ends, ignored };  // ignored: fixed work, for measuring
  std::optional<Failure> generate(std::int64_t limit, EndOfText end_of_text) {
    Completion& completion = delivery_.completion();
    completion.counts.completion_tokens = 0;
    completion.finish = Finish::length;
    while (limit < 0 || static_cast<std::int64_t>(*completion.counts.completion_tokens) < limit) {
      const std::optional<Token> token = sampler_.sample(model_.context());
      if (!token || (end_of_text == EndOfText::ends && f_.llama_vocab_is_eog(model_.vocab(), *token))) {
        completion.finish = token ? Finish::stop : Finish::other;
        if (!token) completion.notes.emplace_back("the grammar allows no further token");
        break;
      }
      ++*completion.counts.completion_tokens;
      if (hand_on(model_.piece(*token))) {
        completion.finish = Finish::stop;
        break;
      }
      if (++used_ > model_.context_size()) break;
      if (watch_.over()) return watch_.failure();
      Token next = *token;
      if (auto failure = decode(&next, 1)) return failure;
    }
    if (const std::string rest = stops_.end(); !rest.empty()) delivery_.text(rest, Channel::content, std::exchange(pending_, 0));
    return std::nullopt;
  }

 private:
  // Empties the context but for what can be reused. Whole steps only: they were computed as they would be now, so the text is the
  // same to the last bit. Two tokens at least are evaluated: llama.cpp counts a step of one as generation.
  std::size_t keep_common(const std::vector<Token>& tokens, Cache cache) {
    constexpr std::size_t kEvaluated = 2;
    const std::vector<Token> kept = std::exchange(model_.kept(), {});  // until this prompt is evaluated
    const llama_memory_t memory = f_.llama_get_memory(model_.context());
    std::size_t same = 0;
    if (cache == Cache::on)
      while (same < kept.size() && same + kEvaluated < tokens.size() && kept[same] == tokens[same]) ++same;
    same = same / model_.step_size() * model_.step_size();
    if (same > 0 && f_.llama_memory_seq_rm(memory, 0, static_cast<llama_pos>(same), -1)) return same;
    f_.llama_memory_clear(memory, false);  // overwriting the data too would cost TTFT
    return 0;
  }

  // True where a stop text came.
  bool hand_on(const std::string& piece) {
    ++pending_;
    const std::string text = stops_.pass(piece);
    if (!text.empty()) {
      delivery_.text(text, Channel::content, std::exchange(pending_, 0));
      watch_.text_came();
    }
    return stops_.hit();
  }

  std::optional<Failure> decode(Token* tokens, std::size_t count) {
    const std::int32_t result = f_.llama_decode(model_.context(), f_.llama_batch_get_one(tokens, static_cast<std::int32_t>(count)));
    if (result == 0) return std::nullopt;
    if (result == 2) return watch_.failure();
    if (result == 1) return failed(FailureKind::context_overflow, fmt::format("the context of {} tokens is full", model_.context_size()), "raise num_ctx");
    return failed(FailureKind::refused, fmt::format("llama.cpp could not compute the next tokens (code {})", result));
  }

  const LlamaFunctions& f_;
  LlamaModel& model_;
  LlamaSampler& sampler_;
  Delivery& delivery_;
  Watch& watch_;
  StopFilter stops_;
  std::size_t used_ = 0;
  std::uint32_t pending_ = 0;  // tokens whose text is not handed on yet
};

}  // namespace

struct EmbeddedEngine::Parts {
  LlamaLibrary* library = nullptr;
  std::mutex mutex;  // one call at a time
  std::unique_ptr<LlamaModel> model;

  // Where it loads, `load_us` is how long that took.
  std::optional<Failure> ensure(const LoadSettings& settings, const std::stop_token& stop, std::optional<std::int64_t>& load_us) {
    if (model != nullptr && model->settings() == settings) return std::nullopt;
    const std::int64_t begin = library->functions().llama_time_us();
    model.reset();  // before the next: two may not fit
    auto loaded = LlamaModel::load(*library, settings, stop);
    if (!loaded) return std::move(loaded.error());
    model = std::move(*loaded);
    load_us = library->functions().llama_time_us() - begin;
    return std::nullopt;
  }

  // For questions outside a call.
  base::Result<LlamaModel*> loaded_for(const core::RunConfig& config) {
    TRY(const LoadSettings settings, load_settings(config));
    std::optional<std::int64_t> load_us;
    if (auto failure = ensure(settings, {}, load_us)) return tl::make_unexpected(std::move(failure->error));
    return model.get();
  }

  std::optional<Failure> run(const Request& request, Delivery& delivery, const std::stop_token& stop);
};

std::optional<Failure> EmbeddedEngine::Parts::run(const Request& request, Delivery& delivery, const std::stop_token& stop) {
  const auto usage = [](base::Error error) { return Failure{FailureKind::unsupported, std::nullopt, std::move(error)}; };
  const LlamaFunctions& f = library->functions();
  const std::int64_t begin = f.llama_time_us();
  Completion& completion = delivery.completion();
  if (request.constraint.kind == Constraint::Kind::json_schema) return failed(FailureKind::unsupported, "the embedded engine takes a grammar (GBNF), no JSON schema");
  const auto settings = load_settings(request.config);
  if (!settings) return Failure{settings.error().kind == base::ErrorKind::engine ? FailureKind::no_such_model : FailureKind::unsupported, std::nullopt, settings.error()};
  const auto sampling = sampler_settings(request.config);
  if (!sampling) return usage(sampling.error());
  auto limit = integer_setting(request.config, request.config.get("output_tokens") ? "output_tokens" : "num_predict");
  if (!limit) return usage(limit.error());
  const auto ignore_eos = switch_setting(request.config, "ignore_eos");
  if (!ignore_eos) return usage(ignore_eos.error());
  const auto cache = switch_setting(request.config, "cache_prompt");
  if (!cache) return usage(cache.error());

  Watch watch(request.timeouts, stop);
  std::optional<std::int64_t> load_us;
  if (auto failure = ensure(*settings, stop, load_us)) return failure;
  if (load_us) completion.server.load = microseconds(*load_us);
  completion.notes = model->notes();
  completion.effective = model->effective();
  add_effective(*sampling, completion.effective);
  if (*ignore_eos) completion.effective.set("ignore_eos", **ignore_eos ? "on" : "off");
  if (*cache) completion.effective.set("cache_prompt", **cache ? "on" : "off");
  note_unused(request.config, completion.effective, completion.notes);
  delivery.event(Event::loaded);

  const auto sampler = LlamaSampler::create(*library, model->vocab(), *sampling, request.constraint);
  if (!sampler) return usage(sampler.error());
  f.llama_set_abort_callback(model->context(), Watch::on_ask, &watch);
  Run run(f, *model, **sampler, delivery, watch, request);
  std::optional<Failure> failure = run.prefill(model->prompt(request, completion.notes), cache->value_or(false) ? Run::Cache::on : Run::Cache::off);
  if (!failure) {
    delivery.event(Event::prefilled);
    failure = run.generate(limit->value_or(-1), ignore_eos->value_or(false) ? Run::EndOfText::ignored : Run::EndOfText::ends);
  }
  f.llama_synchronize(model->context());
  f.llama_set_abort_callback(model->context(), nullptr, nullptr);
  const llama_perf_context_data perf = f.llama_perf_context(model->context());
  if (perf.t_p_eval_ms > 0) completion.server.prompt_eval = static_cast<base::Nanoseconds>(std::llround(perf.t_p_eval_ms * 1e6));
  if (perf.t_eval_ms > 0) completion.server.eval = static_cast<base::Nanoseconds>(std::llround(perf.t_eval_ms * 1e6));
  completion.server.total = microseconds(f.llama_time_us() - begin);
  completion.usage = fmt::format(R"({{"n_p_eval":{},"n_eval":{},"t_p_eval_ms":{:.3f},"t_eval_ms":{:.3f},"grammar_rejected":{}}})", perf.n_p_eval, perf.n_eval, perf.t_p_eval_ms, perf.t_eval_ms, (*sampler)->rejected());
  return failure;
}

EmbeddedEngine::EmbeddedEngine(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
EmbeddedEngine::~EmbeddedEngine() = default;

base::Result<std::unique_ptr<EmbeddedEngine>> EmbeddedEngine::create(const EmbeddedOptions& options) {
  auto parts = std::make_unique<Parts>();
  TRY(parts->library, LlamaLibrary::load(options.library_folder));
  return std::unique_ptr<EmbeddedEngine>(new EmbeddedEngine(std::move(parts)));
}

Outcome EmbeddedEngine::complete(const Request& request, Sink& sink, std::stop_token stop) {
  Outcome outcome;
  outcome.completion.attempts = 1;
  const std::lock_guard lock(parts_->mutex);
  Delivery delivery(sink, outcome.completion);
  delivery.event(Event::sent);
  try {
    outcome.failure = parts_->run(request, delivery, stop);
  } catch (const std::bad_alloc&) {
    outcome.failure = failed(FailureKind::out_of_memory, "no memory left while computing", "take a smaller model, num_ctx or batch");
  } catch (const std::exception& error) {
    outcome.failure = failed(FailureKind::refused, fmt::format("llama.cpp failed: {}", error.what()));
  }
  delivery.end();
  if (outcome.failure) outcome.completion.finish = Finish::broken;
  return outcome;
}

Capabilities EmbeddedEngine::capabilities() const {
  Capabilities capabilities;
  capabilities.tokenise = true;
  capabilities.gbnf = true;
  capabilities.logits = true;
  capabilities.unload = true;
  return capabilities;
}

base::Result<EngineInfo> EmbeddedEngine::info() {
  return EngineInfo{parts_->library->version(), "this process", parts_->library->devices()};
}

base::Result<std::vector<ModelInfo>> EmbeddedEngine::models() {
  std::vector<ModelInfo> models;
  for (const KnownModel& known : known_models()) {
    if (!find_model(known.name)) continue;
    ModelInfo model;
    model.name = known.name;
    model.digest = known.sha256;
    model.licence = known.licence;
    model.bytes = known.bytes;
    models.push_back(std::move(model));
  }
  return models;
}

base::Result<ModelInfo> EmbeddedEngine::model(const core::RunConfig& config) {
  const std::lock_guard lock(parts_->mutex);
  TRY(LlamaModel* const model, parts_->loaded_for(config));
  ModelInfo info = model->info();
  TRY(FileDigest file, digest_of(model->settings().path));
  info.digest = std::move(file.sha256);
  info.bytes = file.bytes;
  return info;
}

base::Result<std::vector<std::int32_t>> EmbeddedEngine::tokenise(const core::RunConfig& config, std::string_view text) {
  const std::lock_guard lock(parts_->mutex);
  TRY(const LlamaModel* const model, parts_->loaded_for(config));
  return model->tokenise(text, LlamaModel::Control::plain);
}

tl::expected<WasRead, Failure> EmbeddedEngine::read(const Reading& reading, LogitsSink& sink, std::stop_token stop) {
  const std::lock_guard lock(parts_->mutex);
  const auto settings = load_settings(reading.config);
  if (!settings) return tl::make_unexpected(Failure{settings.error().kind == base::ErrorKind::engine ? FailureKind::no_such_model : FailureKind::unsupported, std::nullopt, settings.error()});
  try {
    std::optional<std::int64_t> load_us;
    if (auto failure = parts_->ensure(*settings, stop, load_us)) return tl::make_unexpected(std::move(*failure));
    return read_windows(parts_->library->functions(), *parts_->model, reading, sink, stop);
  } catch (const std::bad_alloc&) {
    return tl::make_unexpected(failed(FailureKind::out_of_memory, "no memory left for the logits of a window", "take a smaller --quality-window or batch"));
  } catch (const std::exception& error) {
    return tl::make_unexpected(failed(FailureKind::refused, fmt::format("llama.cpp failed: {}", error.what())));
  }
}

base::Result<void> EmbeddedEngine::unload(const core::RunConfig&) {
  const std::lock_guard lock(parts_->mutex);
  parts_->model.reset();
  return {};
}

#else  // built without llama.cpp's headers

struct EmbeddedEngine::Parts {};
EmbeddedEngine::EmbeddedEngine(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
EmbeddedEngine::~EmbeddedEngine() = default;

base::Result<std::unique_ptr<EmbeddedEngine>> EmbeddedEngine::create(const EmbeddedOptions&) {
  return base::fail(base::ErrorKind::engine, "this program was built without the embedded engine", "`tools/fetch_archives llama` brings llama.cpp; then build again");
}

Outcome EmbeddedEngine::complete(const Request&, Sink&, std::stop_token) { return {}; }
Capabilities EmbeddedEngine::capabilities() const { return {}; }
base::Result<EngineInfo> EmbeddedEngine::info() { return EngineInfo(); }
base::Result<std::vector<ModelInfo>> EmbeddedEngine::models() { return std::vector<ModelInfo>(); }
base::Result<ModelInfo> EmbeddedEngine::model(const core::RunConfig&) { return ModelInfo(); }
base::Result<std::vector<std::int32_t>> EmbeddedEngine::tokenise(const core::RunConfig& config, std::string_view text) { return Engine::tokenise(config, text); }
tl::expected<WasRead, Failure> EmbeddedEngine::read(const Reading& reading, LogitsSink& sink, std::stop_token stop) { return Engine::read(reading, sink, stop); }
base::Result<void> EmbeddedEngine::unload(const core::RunConfig& config) { return Engine::unload(config); }

#endif

}  // namespace chimera::engines
