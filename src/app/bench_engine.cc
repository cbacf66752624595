#include "app/bench_engine.h"

#include <algorithm>

#include "app/engine_choice.h"

namespace chimera::app {

std::string engine_kind(const BenchCommand& command) {
  if (command.serve_command.empty()) return command.engine;
  for (const measure::ServerPreset& preset : measure::server_presets())
    if (preset.name == command.serve_command) return std::string(preset.engine);
  return command.engine == "ollama" ? "ollama" : "openai";
}

base::Result<std::vector<std::string>> served_settings(const BenchCommand& command) {
  if (command.serve_command.empty()) return std::vector<std::string>();
  TRY(const measure::ServerSpec spec, measure::server_spec(command.serve_command, command.serve_environment));
  std::vector<std::string> texts = spec.command;
  for (const auto& [name, value] : spec.environment) texts.push_back(value);
  std::vector<std::string> names;
  for (const std::string& text : texts)
    for (std::size_t open = text.find('{'); open != std::string::npos; open = text.find('{', open + 1)) {
      const std::size_t close = text.find('}', open);
      if (close == std::string::npos) break;
      const std::string name = text.substr(open + 1, close - open - 1);
      if (name != "port" && name != "model" && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  return names;
}

base::Result<BenchEngine> BenchEngine::create(const BenchCommand& command, const std::string& log, engines::Pacer& pacer, const base::Clock& clock) {
  BenchEngine made;
  EngineChoice choice{engine_kind(command), command.url, command.transcript, {}, engines::ReplayMatch::in_order};
  if (command.pace == "instant") choice.timing.kind = engines::ReplayTiming::Kind::at_once;
  if (!command.serve_command.empty()) {
    TRY(measure::ServerSpec spec, measure::server_spec(command.serve_command, command.serve_environment));
    const std::size_t dot = log.rfind(".jsonl");
    spec.log_stem = dot == std::string::npos ? log : log.substr(0, dot);
    TRY(measure::ManagedServer server, measure::ManagedServer::create(std::move(spec), clock));
    made.server_ = std::make_unique<measure::ManagedServer>(std::move(server));
    choice.url = made.server_->url();
  }
  TRY(made.engine_, make_engine(choice, pacer));
  if (made.server_ != nullptr) made.served_ = std::make_unique<measure::ServedEngine>(*made.engine_, *made.server_);
  if (command.record.empty()) return made;
  TRY(engines::TranscriptWriter writer, engines::TranscriptWriter::open(command.record));
  made.transcript_ = std::make_unique<engines::TranscriptWriter>(std::move(writer));
  made.recording_ = std::make_unique<engines::RecordingEngine>(made.asked(), *made.transcript_, clock);
  return made;
}

measure::Watched BenchEngine::watched() const {
  measure::Watched watched;
  if (server_ != nullptr) watched.server = &server_->running();
  return watched;
}

std::vector<std::string> BenchEngine::files() const { return server_ == nullptr ? std::vector<std::string>() : server_->logs(); }

}  // namespace chimera::app
