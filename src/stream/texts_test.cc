#include "stream/texts.h"

#include <gtest/gtest.h>

#include "base/short_text.h"
#include "text/number.h"

namespace chimera::stream {
namespace {

// Texts of one column, and how many numbers are in them.
class Texts {
 public:
  explicit Texts(core::Role role) : columns_{{0, 0, role}} {}
  void add(const std::string& text) {
    block_.texts.push_back({static_cast<std::uint32_t>(bytes_.size()), static_cast<std::uint32_t>(text.size()), 0, 0});
    bytes_ += text + "\n";
    expected_ += text::find_numbers(text, text::Commas::separate).size();
  }
  void expect_counted(TextAccount& account, const std::string& reason) const {
    account.take(bytes_, block_, columns_);
    EXPECT_EQ(account.account().numbers, expected_);
    const auto found = account.account().ignored.find(reason);
    EXPECT_EQ(found == account.account().ignored.end() ? 0 : found->second, expected_);
  }

 private:
  std::string bytes_;
  sources::ScanBlock block_;
  std::vector<Plan::Place> columns_;
  std::uint64_t expected_ = 0;
};

TEST(TextAccount, CountsMoreTextsThanItRemembers) {
  TextAccount account;
  for (int round = 0; round < 2; ++round) {
    Texts texts(core::Role::text);
    for (int i = 0; i < 5000; ++i) texts.add("took " + std::to_string(i) + (i % 3 == 0 ? " of 7 steps" : " steps, v2") + std::string(static_cast<std::size_t>(i % 5), '!'));
    texts.expect_counted(account, "text");
  }
}

TEST(TextAccount, TellsTextsOfOneHashApart) {
  // Between their first and last eight bytes the hash does not look.
  const std::string one = "request-1 of 2 in batch-0009x";
  const std::string other = "request-in no part, batch-0009x";
  const std::string third = "request-1 2 3 4 5 batch-0009x";
  ASSERT_EQ(base::hash_ends(one), base::hash_ends(third));
  TextAccount account;
  Texts texts(core::Role::identity);
  for (int i = 0; i < 100; ++i)
    for (const std::string& text : {one, other, third}) texts.add(text);
  texts.expect_counted(account, "identifier");
}

TEST(TextAccount, TakesNamesThatDifferInTheirLastDigitsForOne) {
  TextAccount account;
  Texts texts(core::Role::identity);
  for (int i = 1000; i < 1200; ++i) texts.add("run " + std::to_string(i));
  for (int i = 0; i < 200; ++i) texts.add(i % 2 == 0 ? "x64" : "req-00" + std::to_string(10 + i % 90));
  texts.expect_counted(account, "identifier");
}

}  // namespace
}  // namespace chimera::stream
