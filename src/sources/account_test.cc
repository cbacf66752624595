#include "sources/account.h"

#include <gtest/gtest.h>

#include "sources/csv.h"
#include "text/decode.h"

namespace chimera::sources {
namespace {

core::Document csv(std::string text) {
  core::Document document;
  document.artifact.format = core::Format::csv;
  document.text = std::move(text);
  document.lines = text::line_starts(document.text);
  core::Diagnostics diagnostics;
  read_csv(document, diagnostics);
  return document;
}

std::vector<core::TableMeaning> roles(const std::vector<core::Role>& columns) {
  core::TableMeaning meaning;
  meaning.columns.resize(columns.size());
  for (std::size_t i = 0; i < columns.size(); ++i) meaning.columns[i].role = columns[i];
  return {meaning};
}

std::string fates(const core::Document& document, const std::vector<core::TableMeaning>& meaning) {
  std::string all;
  for (const Accounted& one : account_each(document, meaning)) {
    all += (all.empty() ? "" : "|") + std::string(document.at(one.span)) + " " + one.fate;
  }
  return all;
}

TEST(Accounts, SayWhatBecameOfEveryNumber) {
  const core::Document document = csv("note,model,p 50,x,ms\nrun 3 on 14 Nov 2025,qwen 7,1.5,9,12 ms\n");
  using core::Role;
  const auto meaning = roles({Role::text, Role::identity, Role::response, Role::unread, Role::response});
  EXPECT_EQ(fates(document, meaning),
            "50 key|3 text|14 date|2025 date|7 identifier|1.5 fact|9 unread|12 fact");
  const Account sum = account(document, meaning);
  EXPECT_EQ(sum.numbers, 8U);
  EXPECT_EQ(sum.facts, 2U);
  EXPECT_EQ(sum.unread, 1U);
  EXPECT_EQ(sum.ignored, (std::map<std::string, std::uint64_t>{{"date", 2}, {"identifier", 1}, {"key", 1}, {"text", 1}}));
}

TEST(Accounts, LeaveWhatNobodyReadUnread) {
  core::Document document = csv("a,b\n1,2,3\n");
  EXPECT_EQ(fates(document, {}), "1 unread|2 unread|3 unread");
  document.tables.clear();
  EXPECT_EQ(account(document, {}).unread, 3U);
}

TEST(Accounts, TakeTheBetterOfTwoReadingsOfOneNumber) {
  core::Document document = csv("a,b\n1,2\n");
  document.tables.push_back(document.tables[0]);
  std::vector<core::TableMeaning> meaning = roles({core::Role::unread, core::Role::unread});
  meaning.push_back(roles({core::Role::response, core::Role::unread})[0]);
  EXPECT_EQ(fates(document, meaning), "1 fact|2 unread");
}

TEST(Accounts, CountEveryPieceOfACellThatCommasDivide) {
  const core::Document document = csv("a;b\n12,5;x\n");
  EXPECT_EQ(fates(document, roles({core::Role::response, core::Role::text})), "12 fact|5 fact");
}

}  // namespace
}  // namespace chimera::sources
