// read_document on bytes named a.log: nothing crashes or hangs, and every cell is where it says.
#include <cstddef>
#include <cstdint>
#include <string>

#include "check_document.h"
#include "sources/read.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  chimera::core::Diagnostics diagnostics;
  chimera::fuzz::check_document(chimera::sources::read_document({"a.log", size, 0}, bytes, diagnostics));
  return 0;
}
