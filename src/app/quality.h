// What chimera bench and chimera tune read to see how well a configuration's model predicts a text.
#pragma once

#include <memory>

#include "app/bench.h"
#include "base/clock.h"
#include "base/result.h"
#include "engines/engine.h"
#include "measure/quality.h"

namespace chimera::app {

[[nodiscard]] bool wants_quality(const BenchCommand& command);
// The user's file, or the text that the program brings. Fails (input) where the file cannot be read or is empty.
[[nodiscard]] base::Result<measure::QualityText> quality_text(const BenchCommand& command);
// Why there is none of this engine; empty where it tells its logits.
[[nodiscard]] std::string no_quality(const engines::Engine& engine);

}  // namespace chimera::app
