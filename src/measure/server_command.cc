#include <fmt/format.h>

#include <array>

#include "measure/managed_server.h"

namespace chimera::measure {
namespace {

constexpr std::array kPresets = {
    // llama.cpp tools/server/README.md
    ServerPreset{"llama-server", "openai", "llama-server -m {model} --host 127.0.0.1 --port {port} -ngl {num_gpu} -c {num_ctx} -b {batch}", "", "/health"},
    // ollama docs/faq.md: the context and the parallel requests of a server are set in its environment
    ServerPreset{"ollama", "ollama", "ollama serve", "OLLAMA_HOST=127.0.0.1:{port}", "/api/version"},
    // vLLM docs/cli/serve.md
    ServerPreset{"vllm", "openai", "vllm serve {model} --host 127.0.0.1 --port {port} --max-model-len {num_ctx}", "", "/health"},
};

}  // namespace

std::span<const ServerPreset> server_presets() { return kPresets; }

base::Result<std::vector<std::string>> split_words(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote == '\'') {
      c == '\'' ? static_cast<void>(quote = 0) : word.push_back(c);
    } else if (c == '\\' && i + 1 < line.size() && (quote == 0 || line[i + 1] == '"' || line[i + 1] == '\\')) {
      word.push_back(line[++i]);
      in_word = true;
    } else if (quote == '"') {
      c == '"' ? static_cast<void>(quote = 0) : word.push_back(c);
    } else if (c == '\'' || c == '"') {
      quote = c, in_word = true;
    } else if (c == ' ' || c == '\t' || c == '\n') {
      if (in_word) words.push_back(std::exchange(word, {}));
      in_word = false;
    } else {
      word.push_back(c), in_word = true;
    }
  }
  if (quote != 0) return base::fail(base::ErrorKind::usage, fmt::format("a quote {} is not closed in: {}", quote, line));
  if (in_word) words.push_back(std::move(word));
  return words;
}

base::Result<std::vector<std::pair<std::string, std::string>>> split_environment(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> pairs;
  TRY(const std::vector<std::string> words, split_words(text));
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == 0 || equals == std::string::npos) return base::fail(base::ErrorKind::usage, fmt::format("\"{}\" is no variable", word), "--serve-env 'KEY=value KEY2={num_ctx}'");
    pairs.emplace_back(word.substr(0, equals), word.substr(equals + 1));
  }
  return pairs;
}

base::Result<ServerSpec> server_spec(std::string_view command, std::string_view environment) {
  ServerSpec spec;
  std::string line(command);
  std::string variables(environment);
  for (const ServerPreset& preset : kPresets) {
    if (preset.name != command) continue;
    line = preset.command;
    if (!preset.environment.empty()) variables = fmt::format("{} {}", preset.environment, variables);
    spec.health.emplace_back(preset.health);
  }
  TRY(spec.command, split_words(line));
  TRY(spec.environment, split_environment(variables));
  if (spec.command.empty()) return base::fail(base::ErrorKind::usage, "--serve-cmd is empty", "a command, or llama-server, ollama, vllm");
  return spec;
}

}  // namespace chimera::measure
