#include "plaintext/barred_line.h"

#include <gtest/gtest.h>

#include <string>

namespace chimera::plaintext {
namespace {

std::string read(const std::string& line) {
  const auto found = barred_line(line, {0, line.size()});
  if (!found) return "none";
  std::string said = line.substr(found->label.begin, found->label.size()) + ":";
  for (const NamedValue& each : found->values) said += " " + each.key + "=" + line.substr(each.value.begin, each.value.size());
  return said;
}

TEST(BarredLine, TakesNamesAndNumbersBetweenBars) {
  EXPECT_EQ(read("valid | epoch 001 | valid on 'valid' subset | loss 8.5 | ppl 182.5"), "valid: epoch=001 loss=8.5 ppl=182.5");
  EXPECT_EQ(read("epoch 2 | loss 8.5 | best_loss 8.25"), ": epoch=2 loss=8.5 best_loss=8.25");
}

TEST(BarredLine, TakesHowFarTheEpochIs) {
  EXPECT_EQ(read("train_inner | epoch 001:    100 / 1102 loss=12.5, ppl=4059.1, lr=1e-05"), "train_inner: epoch=001 loss=12.5 ppl=4059.1 lr=1e-05");
}

TEST(BarredLine, TakesWhatStandsBehindABarInFront) {
  EXPECT_EQ(read("| epoch   1 |   100/  812 batches | lr 10.00 | ms/batch 31.25 | loss  7.12"), ": epoch=1 step=100 lr=10.00 step time=31.25 loss=7.12");
  EXPECT_EQ(read("| end of epoch   1 | time: 25.50s | valid loss  5.75"), ": epoch=1 epoch time=25.50s valid loss=5.75");
  EXPECT_EQ(read("| End of training | test loss  5.25 | test ppl   190.57"), ": test loss=5.25 test ppl=190.57");
  EXPECT_EQ(read("| loss 5 | ppl 3 |"), "none");
}

TEST(BarredLine, IsNoTableAndNoSentence) {
  EXPECT_EQ(read("valid | loss 8.5 | 12:30:05 | ppl 2"), "none");
  EXPECT_EQ(read("loss 8.5 | ppl 2"), "none");
  EXPECT_EQ(read("loss 8.5 | ppl 2 | loss 3 | acc 1"), "none");
  EXPECT_EQ(read("no bars here 5"), "none");
}

}  // namespace
}  // namespace chimera::plaintext
