// Reads a text with a model and tells its logits: Engine::read for llama.cpp.
#pragma once

#include "engines/engine.h"
#include "engines/llama_model.h"

namespace chimera::engines {

// Steps are of the context's batch, as in a call. Fails where the text is shorter than a window, or a window does not fit.
[[nodiscard]] tl::expected<WasRead, Failure> read_windows(const LlamaFunctions& f, LlamaModel& model, const Reading& reading, LogitsSink& sink, const std::stop_token& stop);

}  // namespace chimera::engines
