// Lines of a training log in which bars part names and numbers: "valid | epoch 001 | loss 8.123 | ppl 182.5".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/document.h"
#include "plaintext/text_pairs.h"

namespace chimera::plaintext {

struct BarredLine {
  core::Span label;                // the first piece where it is one word, "valid"; empty where it is not
  std::vector<NamedValue> values;  // at least three
};

// As fairseq writes them; also "train_inner | epoch 001:    100 / 1102 loss=12.345, ppl=4059.1", where the position says how far the epoch is.
// Pieces of words alone say nothing. None where a piece is anything else.
[[nodiscard]] std::optional<BarredLine> barred_line(std::string_view text, core::Span line);

}  // namespace chimera::plaintext
