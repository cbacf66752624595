// An engine by the name that a user gives it, with what the environment says about it.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "engines/engine.h"
#include "engines/pacer.h"
#include "engines/replay.h"

namespace chimera::app {

struct EngineChoice {
  std::string engine;      // embedded, ollama, openai, replay
  std::string url;         // empty: OLLAMA_HOST; OPENAI_BASE_URL, else http://127.0.0.1:8080
  std::string transcript;  // replay: the file to play back
  engines::ReplayTiming timing;
  engines::ReplayMatch match = engines::ReplayMatch::exact;
};

// OPENAI_API_KEY is the token of an OpenAI-compatible server. Keeps a reference to the pacer.
[[nodiscard]] base::Result<std::unique_ptr<engines::Engine>> make_engine(const EngineChoice& choice, engines::Pacer& pacer);

}  // namespace chimera::app
