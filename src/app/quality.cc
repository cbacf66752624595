#include "app/quality.h"

#include <fmt/format.h>

#include "base/files.h"

namespace chimera::app {

bool wants_quality(const BenchCommand& command) { return command.quality || !command.quality_text.empty(); }

base::Result<measure::QualityText> quality_text(const BenchCommand& command) {
  measure::QualityText text = measure::default_quality_text();
  text.window = command.quality_window;
  if (command.quality_text.empty()) return text;
  TRY(text.text, base::RealFileSystem().read(command.quality_text));
  text.name = command.quality_text.substr(command.quality_text.find_last_of('/') + 1);
  if (text.text.empty()) return base::fail(base::ErrorKind::input, fmt::format("{} is empty", command.quality_text), "--quality-text takes a text of a thousand words or more");
  return text;
}

std::string no_quality(const engines::Engine& engine) {
  if (engine.capabilities().logits) return {};
  return fmt::format("no perplexity: the {} engine does not tell its logits, the embedded one does", engine.kind());
}

}  // namespace chimera::app
