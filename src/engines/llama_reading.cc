#include "engines/llama_reading.h"

#if __has_include(<llama.h>)
#include <fmt/format.h>
#include <ggml-backend.h>
#include <llama.h>

#include <algorithm>

namespace chimera::engines {

#include "engines/llama_table.def"

namespace {

Failure failed(FailureKind kind, std::string message, std::string hint = {}) {
  return {kind, std::nullopt, {kind == FailureKind::cancelled ? base::ErrorKind::interrupted : base::ErrorKind::engine, std::move(message), std::move(hint)}};
}

bool on_ask(void* stop) { return static_cast<const std::stop_token*>(stop)->stop_requested(); }

// A batch of one sequence.
class Batch {
 public:
  Batch(const LlamaFunctions& f, std::size_t size) : f_(f), batch_(f.llama_batch_init(static_cast<std::int32_t>(size), 0, 1)) {}
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;
  ~Batch() { f_.llama_batch_free(batch_); }

  void clear() { batch_.n_tokens = 0; }
  void add(Token token, std::size_t position, bool wanted) {
    const auto i = static_cast<std::size_t>(batch_.n_tokens++);
    batch_.token[i] = token;
    batch_.pos[i] = static_cast<llama_pos>(position);
    batch_.n_seq_id[i] = 1;
    batch_.seq_id[i][0] = 0;
    batch_.logits[i] = wanted ? 1 : 0;
  }
  [[nodiscard]] bool wanted(std::size_t i) const { return batch_.logits[i] != 0; }
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(batch_.n_tokens); }
  [[nodiscard]] const llama_batch& get() const { return batch_; }

 private:
  const LlamaFunctions& f_;
  llama_batch batch_;
};

class Reader {
 public:
  Reader(const LlamaFunctions& f, LlamaModel& model, LogitsSink& sink, std::size_t window)
      : f_(f), model_(model), sink_(sink), window_(window), vocabulary_(static_cast<std::size_t>(f.llama_vocab_n_tokens(model.vocab()))), batch_(f, std::min(window, model.batch_size())) {}

  // One window. `on`: false where the sink has enough.
  std::optional<Failure> read(const Token* tokens, bool& on) {
    f_.llama_memory_clear(f_.llama_get_memory(model_.context()), false);
    const std::size_t step = std::min(window_, model_.batch_size());
    for (std::size_t at = 0; at < window_ && on; at += step) {
      batch_.clear();
      for (std::size_t position = at; position < std::min(window_, at + step); ++position) batch_.add(token(tokens, position), position, position >= window_ / 2 && position + 1 < window_);
      const std::int32_t result = f_.llama_decode(model_.context(), batch_.get());
      if (result == 2) return failed(FailureKind::cancelled, "reading was cancelled");
      if (result != 0) return failed(FailureKind::refused, fmt::format("llama.cpp could not read the text (code {})", result));
      for (std::size_t i = 0; i < batch_.size() && on; ++i) {
        if (!batch_.wanted(i)) continue;
        const float* logits = f_.llama_get_logits_ith(model_.context(), static_cast<std::int32_t>(i));
        if (logits == nullptr) return failed(FailureKind::refused, "llama.cpp has no logits for the text");
        on = sink_.on_logits({logits, vocabulary_}, tokens[at + i + 1]);
      }
    }
    return std::nullopt;
  }

 private:
  [[nodiscard]] Token token(const Token* tokens, std::size_t position) const {
    return position == 0 && f_.llama_vocab_get_add_bos(model_.vocab()) ? f_.llama_vocab_bos(model_.vocab()) : tokens[position];
  }

  const LlamaFunctions& f_;
  LlamaModel& model_;
  LogitsSink& sink_;
  std::size_t window_;
  std::size_t vocabulary_;
  Batch batch_;
};

}  // namespace

tl::expected<WasRead, Failure> read_windows(const LlamaFunctions& f, LlamaModel& model, const Reading& reading, LogitsSink& sink, const std::stop_token& stop) {
  Request request;
  request.prompt = reading.text;
  std::vector<std::string> notes;
  const std::vector<Token> tokens = model.prompt(request, notes);
  WasRead read{tokens.size(), 0, model.effective()};
  if (reading.window < 4 || tokens.size() < reading.window)
    return tl::make_unexpected(failed(FailureKind::unsupported, fmt::format("the text has {} tokens, fewer than a window of {}", tokens.size(), reading.window), "take a longer text or a smaller window"));
  if (reading.window > model.context_size())
    return tl::make_unexpected(failed(FailureKind::context_overflow, fmt::format("a window has {} tokens, the context {}", reading.window, model.context_size()), "raise num_ctx or take a smaller window"));
  f.llama_set_abort_callback(model.context(), on_ask, const_cast<std::stop_token*>(&stop));
  model.kept().clear();
  Reader reader(f, model, sink, reading.window);
  std::optional<Failure> failure;
  bool on = true;
  for (std::size_t at = 0; at + reading.window <= tokens.size() && on && !failure; at += reading.window) {
    failure = stop.stop_requested() ? failed(FailureKind::cancelled, "reading was cancelled") : reader.read(tokens.data() + at, on);
    ++read.windows;
  }
  f.llama_synchronize(model.context());
  f.llama_set_abort_callback(model.context(), nullptr, nullptr);
  if (failure) return tl::make_unexpected(std::move(*failure));
  return read;
}

}  // namespace chimera::engines

#endif
