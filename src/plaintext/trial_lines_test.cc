#include "plaintext/trial_lines.h"

#include <gtest/gtest.h>

namespace chimera::plaintext {
namespace {

std::string told(std::string_view line) {
  const auto found = trial_line(line, {0, line.size()});
  if (!found) return "none";
  std::string out;
  for (const NamedValue& each : *found) out += (out.empty() ? "" : "; ") + each.key + '=' + std::string(line.substr(each.value.begin, each.value.size()));
  return out;
}

TEST(TrialLine, SaysHowATrialEndedAndWhatItTried) {
  EXPECT_EQ(told("Trial 3 finished with value: 0.26 and parameters: {'lr': 0.01, 'kind': 'a, b'}. Best is trial 0 with value: 0.2."),
            "number=3; state=finished; value=0.26; params_lr=0.01; params_kind=a, b");
  EXPECT_EQ(told("Trial 4 finished with values: [0.1, 2.0] and parameters: {'shape': (8, 8)}."), "number=4; state=finished; values_0=0.1; values_1=2.0; params_shape=(8, 8)");
  EXPECT_EQ(told("  Trial 5 pruned. "), "number=5; state=pruned");
  EXPECT_EQ(told("Trial 6 failed with parameters: {} because of the following error: RuntimeError('out')."), "number=6; state=failed");
}

TEST(TrialLine, OtherLinesAreNone) {
  for (const std::string_view line : {"", "Trial", "Trial ", "Trial 5", "Trial 5 ", "Trial x pruned.", "Trial 5 pruned", "Trial 5 pruned it", "A trial 5 pruned.", "Trial 5 finished", "Trial 5 finished with value: 1",
                                      "Trial 5 finished with value: and parameters: {}", "Trial 5 finished with value: 1 and parameters: {", "Trial 5 finished with value: 1 and parameters: {'a': [1}",
                                      "Trial 5 finished with value: 1 and parameters: {a}", "Trial 5 finished with values: [1 and parameters: {}", "Trial 5 finished with values: [] and parameters: {}",
                                      "Trial 5 began with value: 1 and parameters: {}", "Trial 5 finished with value: 1 and parameters: {'a: 1}"})
    EXPECT_EQ(told(line), "none") << line;
}

}  // namespace
}  // namespace chimera::plaintext
