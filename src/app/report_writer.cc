#include "app/report_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>

#include "app/engine_choice.h"
#include "base/files.h"
#include "base/log.h"
#include "base/one_of.h"
#include "engines/embedded.h"
#include "engines/models.h"

namespace chimera::app {
namespace {

constexpr std::string_view kDefaultModel = "gemma3:270m";

// Why the embedded engine cannot write here; empty where it can.
std::string missing_for_embedded() {
  if (engines::find_llama_libraries().empty()) return "llama.cpp's libraries are not here: tools/fetch_archives llama brings them";
  if (!engines::find_model(kDefaultModel)) return fmt::format("the model is not here: chimera model get {} brings it", kDefaultModel);
  return {};
}

void set_default(core::RunConfig& config, std::string_view key, std::string_view value) {
  if (!config.get(key)) config.set(key, value);
}

// Prompts of a section, and of the rounds of a sentence, begin alike. Short steps, as whole ones are reused; see embedded.h.
void reuse_prompts(core::RunConfig& config) {
  set_default(config, "cache_prompt", "on");
  if (config.get("cache_prompt") == "on") set_default(config, "ubatch", "32");
}

// Settings of the caller, not of the model: how long and how often it asks.
base::Result<bool> set_patience(writing::AgentOptions& agent, const std::string& key, const std::string& value) {
  if (key != "first_token_timeout" && key != "token_timeout" && key != "attempts") return false;
  char* end = nullptr;
  const double number = std::strtod(value.c_str(), &end);
  if (value.empty() || *end != '\0' || !(number >= 0) || number > 1e6) return base::fail(base::ErrorKind::usage, fmt::format("{} is \"{}\", expected a number", key, value), "seconds; 0: no limit");
  if (key == "attempts") agent.retries.attempts = std::max(1U, static_cast<unsigned>(number));
  else (key == "token_timeout" ? agent.timeouts.between_tokens : agent.timeouts.first_token) = static_cast<base::Nanoseconds>(number * 1e9);
  return true;
}

}  // namespace

base::Result<Who> who_writes(const std::string& writer) {
  if (writer == "none") return Who{"none", {}};
  if (writer == "auto") {
    const std::string missing = missing_for_embedded();
    if (missing.empty()) return Who{"embedded", std::string(kDefaultModel)};
    base::log_info("no model writes this report: " + missing);
    return Who{"none", {}};
  }
  const std::size_t colon = writer.find(':');
  Who who{writer.substr(0, colon), colon == std::string::npos ? "" : writer.substr(colon + 1)};
  if (who.engine == "embedded" && who.subject.empty()) who.subject = kDefaultModel;
  constexpr std::array<std::string_view, 4> kEngines = {"embedded", "ollama", "openai", "replay"};
  const bool known = base::is_one_of(who.engine, kEngines);
  if (known && !who.subject.empty()) return who;
  return base::fail(base::ErrorKind::usage, known ? fmt::format("--writer {} names no model", writer) : fmt::format("no writer called \"{}\"", writer),
                    "auto, none, embedded, embedded:MODEL, ollama:MODEL, openai:MODEL or replay:TRANSCRIPT");
}

base::Result<writing::AgentOptions> agent_options(const std::string& text, const Who& who) {
  writing::AgentOptions agent;
  agent.style = who.engine == "embedded" ? agents::Style::completion : agents::Style::chat;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    const std::string one = text.substr(at, comma - at);
    at = comma + 1;
    const std::size_t equals = one.find('=');
    if (equals == 0 || equals == std::string::npos) return base::fail(base::ErrorKind::usage, fmt::format("\"{}\" is no setting of an agent", one), "--agent-a key=value,key=value");
    const std::string key = one.substr(0, equals);
    const std::string value = one.substr(equals + 1);
    TRY(const bool about_caller, set_patience(agent, key, value));
    if (about_caller) continue;
    if (key == "style") {
      if (value != "chat" && value != "completion") return base::fail(base::ErrorKind::usage, fmt::format("style={} is unknown", value), "style=chat or style=completion");
      agent.style = value == "chat" ? agents::Style::chat : agents::Style::completion;
    } else {
      agent.config.set(key == "temp" ? "temperature" : key, value);
    }
  }
  if (who.engine != "replay") agent.config.set("model", who.subject);
  set_default(agent.config, "temperature", "0.3");
  set_default(agent.config, "output_tokens", agent.style == agents::Style::chat ? "160" : "80");
  if (who.engine == "embedded") set_default(agent.config, "num_ctx", "2048");
  return agent;
}

base::Result<std::unique_ptr<ReportWriter>> ReportWriter::open(const ReportWriterOptions& options, const base::Clock& clock) {
  TRY(const Who who, who_writes(options.writer));
  auto writer = std::make_unique<ReportWriter>();
  if (who.engine == "none") return writer;
  writer->clock_ = &clock;
  TRY(writer->collector_, agent_options(options.agent_a, who));
  TRY(writer->insight_, agent_options(options.agent_b, who));
  if (who.engine == "embedded")
    for (writing::AgentOptions* agent : {&writer->collector_, &writer->insight_}) reuse_prompts(agent->config);
  TRY(writer->personas_, agents::load_personas(options.personas, base::RealFileSystem()));
  EngineChoice choice{who.engine, {}, who.engine == "replay" ? who.subject : "", {}, engines::ReplayMatch::in_order};
  choice.timing.kind = engines::ReplayTiming::Kind::at_once;
  TRY(writer->engine_, make_engine(choice, writer->pacer_));
  writer->transcript_ = (std::filesystem::path(options.out) / "transcript.jsonl").string();
  return writer;
}

base::Result<const writing::Authors*> ReportWriter::begin() {
  if (engine_ == nullptr) return nullptr;
  std::error_code error;
  std::filesystem::remove(transcript_, error);  // of an earlier report; what cannot be removed is written behind
  TRY(engines::TranscriptWriter lines, engines::TranscriptWriter::open(transcript_));
  lines_ = std::make_unique<engines::TranscriptWriter>(std::move(lines));
  recording_ = std::make_unique<engines::RecordingEngine>(*engine_, *lines_, *clock_);
  interrupt_ = std::make_unique<Interrupt>();
  authors_ = std::make_unique<writing::Authors>(writing::Authors{*recording_, std::move(personas_), std::move(collector_), std::move(insight_), *clock_, interrupt_->token(), writing::kRounds});
  return authors_.get();
}

void say_authorship(const writing::Written& written) {
  std::size_t sentences = 0;
  std::size_t kept = 0;
  for (const writing::SectionRecord& section : written.sections) {
    sentences += section.sentences.size();
    kept += section.kept;
  }
  base::log_info(fmt::format("{} ({}) wrote {} sentences in {} calls; {} kept, the others are listed in the report", written.model.empty() ? "a transcript" : written.model,
                             written.engine, sentences, written.calls.size(), kept));
}

}  // namespace chimera::app
