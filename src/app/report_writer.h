// Who writes a report, from what the command line says: the engine, its model, the agents' settings, the transcript.
//
// Owns all of them. While it lives with an engine, the user's interrupt ends the writing and not the program.
#pragma once

#include <memory>
#include <string>

#include "app/interrupt.h"
#include "base/clock.h"
#include "base/result.h"
#include "engines/pacer.h"
#include "engines/recording.h"
#include "writing/review_loop.h"

namespace chimera::app {

struct ReportWriterOptions {
  std::string writer;  // auto, none, embedded[:MODEL], ollama:MODEL, openai:MODEL, replay:TRANSCRIPT
  std::string agent_a;
  std::string agent_b;
  std::string personas;
  std::string out;     // folder for transcript.jsonl
};

class ReportWriter {
 public:
  // With auto, the embedded engine where its libraries and the model are there, else none, with a sentence on how to get
  // them. Fails with usage where the writer or a setting makes no sense, with engine where the engine cannot be had.
  [[nodiscard]] static base::Result<std::unique_ptr<ReportWriter>> open(const ReportWriterOptions& options, const base::Clock& clock);

  // Opens the transcript. Null where no model writes.
  [[nodiscard]] base::Result<const writing::Authors*> begin();
  [[nodiscard]] const std::string& transcript() const { return transcript_; }  // path

 private:
  const base::Clock* clock_ = nullptr;
  engines::RealPacer pacer_;
  agents::Personas personas_;
  writing::AgentOptions collector_;
  writing::AgentOptions insight_;
  std::unique_ptr<engines::Engine> engine_;
  std::unique_ptr<engines::TranscriptWriter> lines_;
  std::unique_ptr<engines::RecordingEngine> recording_;
  std::unique_ptr<Interrupt> interrupt_;
  std::unique_ptr<writing::Authors> authors_;
  std::string transcript_;
};

// An engine and what it is asked for: "ollama:gemma3:latest" is ollama and gemma3:latest.
struct Who {
  std::string engine;   // none, embedded, ollama, openai, replay
  std::string subject;  // model or transcript
};
// As --writer says. Auto is embedded where that is possible, else none.
[[nodiscard]] base::Result<Who> who_writes(const std::string& writer);
// Settings "num_gpu=60,temp=0.8" of an agent, with the model and what an agent of this engine otherwise gets.
[[nodiscard]] base::Result<writing::AgentOptions> agent_options(const std::string& text, const Who& who);

// One line to people: how many sentences were kept.
void say_authorship(const writing::Written& written);

}  // namespace chimera::app
