// Any bytes as the head of a GGUF file: reading stays within them, and what is read can be planned and written as a head again.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/check.h"
#include "engines/synth.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace chimera;
  // Most inputs would fail at the mark; it is put in front of those that lack it.
  std::string bytes(reinterpret_cast<const char*>(data), size);
  if (bytes.substr(0, 4) != "GGUF") bytes.insert(0, std::string("GGUF\x03\x00\x00\x00", 8));
  const auto shared = std::make_shared<const std::string>(bytes);
  const auto file = engines::parse_gguf(shared);
  if (!file) {
    CHECK(!file.error().what.empty(), "a refusal says why");
    return 0;
  }
  const char* end = shared->data() + shared->size();
  for (const engines::GgufEntry& entry : file->entries) {
    CHECK(entry.raw.data() >= shared->data() && entry.raw.data() + entry.raw.size() <= end, "a value lies inside the bytes");
    static_cast<void>(file->integer(entry.key));
    static_cast<void>(file->text(entry.key));
    static_cast<void>(file->length(entry.key));
  }
  for (const engines::GgufTensor& tensor : file->tensors) CHECK(tensor.name.data() + tensor.name.size() <= end, "a name lies inside the bytes");
  const auto plan = engines::plan_like(*file);
  if (plan) CHECK(plan->tensors.size() == file->tensors.size(), "every tensor is planned");
  return 0;
}
