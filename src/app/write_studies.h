// The Performance Analysis part: one table per sweep, one line per other study.
#pragma once

#include "app/write.h"

namespace chimera::app {

void write_studies(const WriterInput& input, report::Draft& draft);

}  // namespace chimera::app
