// Packed bytes under a name of any type: unpacking stays within its bounds and says where it stopped, and what came out is
// a document like any other.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "check_document.h"
#include "sources/gzip.h"
#include "sources/read.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Most inputs would fail at the header; it is put in front of those that lack it.
  std::string bytes(reinterpret_cast<const char*>(data), size);
  if (!chimera::sources::is_gzip(bytes)) bytes.insert(0, std::string("\x1F\x8B\x08\x00\x00\x00\x00\x00\x00\x03", 10));
  const chimera::sources::Unpacked unpacked = chimera::sources::gunzip(bytes);
  CHECK(unpacked.offset <= bytes.size(), "it stops inside the bytes");
  if (unpacked.bytes.size() > (std::size_t{1} << 20)) return 0;  // the readers have their own targets
  chimera::core::Diagnostics diagnostics;
  chimera::fuzz::check_document(chimera::sources::read_document({"a.gz", bytes.size(), 0}, bytes, diagnostics));
  return 0;
}
