// The review loop: agents draft sentence by sentence, each is judged, a bad one is tried again with what was wrong, three
// rounds at most; what is still unsupported is cut and listed.
//
// What comes back is text with placeholders, to be reviewed again over the record that is published.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "agents/persona.h"
#include "agents/prompt.h"
#include "base/clock.h"
#include "engines/engine.h"
#include "measure/call_metrics.h"
#include "writing/assignments.h"
#include "writing/review.h"

namespace chimera::writing {

inline constexpr unsigned kRounds = 3;
inline constexpr std::size_t kFewestFacts = 3;  // that a section must cite to be published as the model wrote it

struct AgentOptions {
  core::RunConfig config;                       // model and settings
  agents::Style style = agents::Style::completion;
  engines::Timeouts timeouts{};
  engines::Retries retries{};
};

struct Authors {
  engines::Engine& engine;
  agents::Personas personas;
  AgentOptions collector;
  AgentOptions insight;
  const base::Clock& clock;
  std::stop_token stop;
  unsigned rounds = kRounds;  // the most a sentence is drafted
};

struct CallRecord {
  Author author = Author::collector;
  std::string section;
  unsigned round = 1;
  std::optional<std::uint64_t> prompt_tokens;
  std::optional<std::uint64_t> cached_tokens;  // of these, not evaluated again
  std::optional<std::uint64_t> completion_tokens;
  measure::CallMetrics metrics;
  std::string finish;
};

struct SentenceRecord {
  std::string text;                   // the last draft, with placeholders
  std::string filled;                 // the same as readers see it; empty where it was cut
  bool kept = false;
  unsigned rounds = 0;
  std::vector<std::string> problems;  // of the last draft, where it was cut
};

struct SectionRecord {
  std::string id;
  std::string title;
  Author author = Author::collector;
  std::vector<SentenceRecord> sentences;  // parallel to the plan's assignments, as far as the engine got
  std::size_t kept = 0;
  std::size_t drafts = 0;
  std::size_t sound_drafts = 0;  // that stood as they came
  unsigned rounds = 0;           // the most that a sentence took
  std::size_t claims = 0;        // in all drafts
  std::size_t claims_cut = 0;    // of these, the unsupported ones
  std::size_t facts = 0;         // different ones that the kept sentences cite
  bool published = false;        // as the model wrote it; else the deterministic text stands there
};

struct Written {
  std::string engine;  // "embedded"
  std::string model;
  std::string personas;  // what the agents were told to be
  AgentOptions collector;
  AgentOptions insight;
  std::vector<SectionRecord> sections;
  std::vector<CallRecord> calls;
  std::vector<std::string> notes;     // what did not fit, what the engine had to say; each once
  std::optional<base::Error> failure; // of the engine; what came before it stands above
};

// What a sentence is asked for with, settings and times included. `notes`: what the other agent wrote, may be empty.
[[nodiscard]] agents::Prompt prompt_for(const Authors& authors, Author author, const Assignment& assignment, unsigned round,
                                        const std::vector<agents::Objection>& objections, const std::string& notes);

// Never fails: an engine that does ends the writing, and what was written until then is kept.
[[nodiscard]] Written write_sections(const std::vector<SectionPlan>& plans, Reviewer& reviewer, const Authors& authors);

}  // namespace chimera::writing
