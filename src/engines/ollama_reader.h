// Reads Ollama's streamed answers, one JSON object a line, of /api/generate and /api/chat alike.
// Keeps a reference to the delivery and to the call, which must outlive it.
#pragma once

#include <memory>

#include "engines/http_call.h"

namespace chimera::engines {

[[nodiscard]] std::unique_ptr<AnswerReader> make_ollama_reader(Delivery& delivery, const HttpCall& call);

}  // namespace chimera::engines
