// From a task to a request, and from an answer to a sentence.
//
// A prompt is the persona, examples, notes of the other agent, the numbered facts and the task, cut to what the context
// takes: first the notes go, then examples, then the least important exhibits. Text of artifacts stands in `reads` alone
// and is shown as a list of facts: whatever it says is data.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agents/persona.h"
#include "agents/task.h"
#include "engines/engine.h"

namespace chimera::agents {

enum class Style {
  completion,  // one text whose next line is the sentence: what base models and very small ones understand
  chat         // system and user messages in the model's template
};

struct PromptInput {
  const Persona& persona;
  const SentenceTask& task;
  std::string notes;                 // what the other agent wrote; may be empty
  std::vector<Objection> objections; // earlier attempts, oldest first
  std::span<const std::string_view> words;  // for the grammar
  std::span<const std::string_view> small;  // of these, the ones that end no sentence
};

struct Budget {
  std::size_t tokens = 2048;                             // for prompt and answer
  std::size_t answer = 96;                               // of these for the answer
  std::function<std::size_t(std::string_view)> count;    // tokens of a text
};

struct Prompt {
  engines::Request request;         // messages or prompt, constraint; settings and times are the caller's
  std::vector<std::string> notes;   // what was cut
  std::size_t exhibits = 0;         // how many of the task's the model was shown
};

[[nodiscard]] Prompt build_prompt(const PromptInput& input, Style style, const engines::Capabilities& capabilities, const Budget& budget);

// The sentence in an answer: of a JSON object its "sentence", else the first line that has letters, without quotes and
// list marks. Empty where there is none.
[[nodiscard]] std::string sentence_of(std::string_view answer);

}  // namespace chimera::agents
