// Reads streamed answers of /v1/chat/completions and /v1/completions; also one that comes whole, as JSON.
// Keeps references to the delivery and to the call, which must outlive it.
#pragma once

#include <memory>

#include "engines/http_call.h"

namespace chimera::engines {

[[nodiscard]] std::unique_ptr<AnswerReader> make_openai_reader(Delivery& delivery, const HttpCall& call);

}  // namespace chimera::engines
