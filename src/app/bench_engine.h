// The engine that chimera bench measures, with the server that it starts for it where --serve-cmd asks for one.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/bench.h"
#include "base/clock.h"
#include "base/result.h"
#include "engines/engine.h"
#include "engines/pacer.h"
#include "measure/managed_server.h"
#include "measure/served_engine.h"

namespace chimera::app {

// The kind of engine: of a server to start that of its preset, else openai, unless --engine says ollama.
[[nodiscard]] std::string engine_kind(const BenchCommand& command);
// Settings that the server's command names, beside those of the engine. Usage errors of the command.
[[nodiscard]] base::Result<std::vector<std::string>> served_settings(const BenchCommand& command);

// Owns what it is made of. Keeps references to pacer and clock.
class BenchEngine {
 public:
  // Logs of the server stand beside the log of the session.
  [[nodiscard]] static base::Result<BenchEngine> create(const BenchCommand& command, const std::string& log, engines::Pacer& pacer, const base::Clock& clock);
  [[nodiscard]] engines::Engine& engine() const { return served_ != nullptr ? *served_ : *engine_; }
  [[nodiscard]] bool starts_server() const { return served_ != nullptr; }
  [[nodiscard]] std::vector<std::string> files() const;  // written by the server

 private:
  std::unique_ptr<engines::Engine> engine_;
  std::unique_ptr<measure::ManagedServer> server_;
  std::unique_ptr<measure::ServedEngine> served_;
};

}  // namespace chimera::app
