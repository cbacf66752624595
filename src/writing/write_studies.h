// The Performance Analysis part: one table per sweep, one line per other study.
#pragma once

#include "writing/write.h"

namespace chimera::writing {

void write_studies(const WriterInput& input, report::Draft& draft);

}  // namespace chimera::writing
