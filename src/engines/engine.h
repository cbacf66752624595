// A language model that can be asked: the seam between those who measure or write and whatever computes.
//
// Threads: complete() may run in several threads at a time, each with its own Sink; how many calls an engine really
// works on together is its own affair (embedded: one after the other). Fails: see Outcome; nothing throws.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "engines/completion.h"

namespace chimera::engines {

struct Capabilities {
  bool tokenise = false;     // tokenise() works
  bool gbnf = false;         // Constraint::Kind::gbnf is kept
  bool json_schema = false;  // Constraint::Kind::json_schema is kept
  bool logits = false;       // read() works
  bool unload = false;       // unload() works
};

// As reported by the engine or the model file; absent and empty: not told.
struct ModelInfo {
  std::string name;
  std::string family;
  std::string quantization;
  std::string digest;  // SHA-256, hexadecimal, of what the engine calls the model
  std::string licence;
  std::string weights;  // "synthetic" (chimera model synth); empty: real, or not told
  std::optional<std::uint64_t> parameters;
  std::optional<std::uint64_t> bytes;
  std::optional<std::uint64_t> context_length;  // that the model was made for
  std::optional<std::uint64_t> bytes_in_vram;   // now, where it is loaded
  std::optional<bool> chat_template;            // whether the model brings one
};

struct EngineInfo {
  std::string version;  // of the program that computes
  std::string where;    // address without secrets, or file
  std::vector<std::string> devices;
};

// A text to be read and not answered: in windows of `window` tokens, one behind the other without overlap, each a sequence of
// its own whose first token is the one that begins sequences, where the model has one. The second half of a window is told, so
// that every prediction has half a window of context; tokens behind the last whole window are left out. Equal to llama.cpp's
// perplexity tool without a stride of its own.
struct Reading {
  core::RunConfig config;
  std::string text;
  std::size_t window = 512;
};

struct WasRead {
  std::size_t tokens = 0;   // of the text, with the one that begins it
  std::size_t windows = 0;
  core::RunConfig effective;
};

// Hears what a model expects at one place of a text: a logit for each token of the vocabulary, which are the engine's and end
// with the call, and the token that is really there. False ends the reading.
class LogitsSink {
 public:
  virtual ~LogitsSink() = default;
  [[nodiscard]] virtual bool on_logits(std::span<const float> logits, std::int32_t token) = 0;
};

class Engine {
 public:
  virtual ~Engine() = default;

  // Blocks until the text is complete, something failed, or `stop` asks to end, which is heard within 100 ms.
  [[nodiscard]] virtual Outcome complete(const Request& request, Sink& sink, std::stop_token stop) = 0;

  [[nodiscard]] virtual std::string_view kind() const = 0;  // embedded, ollama, openai, replay
  [[nodiscard]] virtual Capabilities capabilities() const = 0;
  [[nodiscard]] virtual base::Result<EngineInfo> info() = 0;
  // What can be asked for as `model`, sorted by name.
  [[nodiscard]] virtual base::Result<std::vector<ModelInfo>> models() = 0;
  // Of the setting `model`. May take time: a file is read whole for its digest.
  [[nodiscard]] virtual base::Result<ModelInfo> model(const core::RunConfig& config) = 0;

  // Tokens of the text alone, without those that a template or the start of a sequence adds.
  [[nodiscard]] virtual base::Result<std::vector<std::int32_t>> tokenise(const core::RunConfig& config, std::string_view text);
  // Blocks until the text is read, the sink has enough, something failed, or `stop` asks to end.
  [[nodiscard]] virtual tl::expected<WasRead, Failure> read(const Reading& reading, LogitsSink& sink, std::stop_token stop);
  // Makes the next call a cold one.
  [[nodiscard]] virtual base::Result<void> unload(const core::RunConfig& config);
};

}  // namespace chimera::engines
