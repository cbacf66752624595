// A trial log of any bytes: read without a crash, and what is read is written and read back the same.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "measure/summary.h"
#include "measure/trial_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto content = chimera::measure::parse_trial_log(bytes);
  if (!content) return 0;
  CHECK(content->good_bytes <= size, "no more is good than there is");
  for (const chimera::measure::TrialSession& session : content->sessions) {
    std::string lines = chimera::measure::to_line(session.start);
    for (const chimera::core::Sample& sample : session.samples) lines += chimera::measure::to_line(sample);
    const auto again = chimera::measure::parse_trial_log(lines);
    CHECK(again && again->sessions.size() == 1 && again->sessions[0].samples.size() == session.samples.size(), "what was written is read back");
    static_cast<void>(chimera::measure::summarise(session));
  }
  return 0;
}
