// What holds a model to the form of a sentence: words from a closed list, placeholders of the exhibits, no digit.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "agents/task.h"

namespace chimera::agents {

// GBNF (llama.cpp). The sentence begins with a capital, cites exhibits in one of the task's orders with one to six words
// between two of them, and ends with a full stop. `words`: lower case, the ones that need no evidence; `small`: of these, the
// ones on which a sentence does not end.
[[nodiscard]] std::string sentence_grammar(const SentenceTask& task, std::span<const std::string_view> words, std::span<const std::string_view> small);

// JSON schema: {"sentence": "..."} whose text has no digit outside a placeholder of the task, where the server keeps
// patterns.
[[nodiscard]] std::string sentence_schema(const SentenceTask& task);

}  // namespace chimera::agents
