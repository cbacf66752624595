// "load_tensors: offloaded 20/33 layers to GPU": how many layers of a model the runs below have on the GPU, until the next model is loaded.
// Threads: one reader's own. The lines and the builder outlive it.
#pragma once

#include <cstddef>
#include <string_view>

#include "core/document.h"
#include "plaintext/line_view.h"
#include "plaintext/reading_context.h"
#include "plaintext/table_builder.h"

namespace chimera::plaintext {

class OffloadedLayers {
 public:
  OffloadedLayers(const LineView& lines, ReadingContext& context, TableBuilder& out) : lines_(lines), context_(context), out_(out) {}
  // Whether `said` of line `i` is such a line; then it sets what follows. Of two models of which none was measured in between, as of a
  // model and its draft, neither does.
  bool read(std::size_t i, core::Span said);

 private:
  [[nodiscard]] bool measured_since_last(std::size_t i) const;

  const LineView& lines_;
  ReadingContext& context_;
  TableBuilder& out_;
  std::string_view layers_;  // of the model that was loaded last; empty before the first
  std::size_t last_ = 0;     // the line that said so
};

}  // namespace chimera::plaintext
