#include "app/engine_choice.h"

#include <fmt/format.h>

#include <cstdlib>

#include "base/files.h"
#include "base/log.h"
#include "engines/embedded.h"
#include "engines/ollama.h"
#include "engines/openai.h"

namespace chimera::app {
namespace {

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

base::Result<std::unique_ptr<engines::Engine>> make_replay(const EngineChoice& choice, engines::Pacer& pacer) {
  if (choice.transcript.empty()) return base::fail(base::ErrorKind::usage, "the replay engine needs a transcript", "--transcript FILE; --record FILE writes one");
  TRY(const std::string bytes, base::RealFileSystem().read(choice.transcript));
  TRY(engines::Transcript transcript, engines::parse_transcript(bytes));
  for (const std::string& note : transcript.notes) base::log_warning(fmt::format("{}: {}", choice.transcript, note));
  return std::make_unique<engines::ReplayEngine>(std::move(transcript), choice.timing, choice.match, pacer);
}

}  // namespace

base::Result<std::unique_ptr<engines::Engine>> make_engine(const EngineChoice& choice, engines::Pacer& pacer) {
  if (choice.engine == "replay") return make_replay(choice, pacer);
  if (choice.engine == "embedded") {
    TRY(std::unique_ptr<engines::Engine> engine, engines::EmbeddedEngine::create({engines::find_llama_libraries()}));
    return engine;
  }
  if (choice.engine == "ollama") return std::make_unique<engines::OllamaEngine>(engines::ollama_url(choice.url.empty() ? from_environment("OLLAMA_HOST") : choice.url));
  if (choice.engine == "openai") {
    std::string url = choice.url.empty() ? from_environment("OPENAI_BASE_URL") : choice.url;
    if (url.empty()) url = "http://127.0.0.1:8080";
    return std::make_unique<engines::OpenAiEngine>(engines::OpenAiOptions{std::move(url), from_environment("OPENAI_API_KEY")});
  }
  return base::fail(base::ErrorKind::usage, fmt::format("no engine called \"{}\"", choice.engine), "embedded, ollama, openai or replay");
}

}  // namespace chimera::app
