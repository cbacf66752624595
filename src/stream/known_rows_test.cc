#include "stream/known_rows.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace chimera::stream {
namespace {

using core::CellKind;
using core::RowState;

TEST(KnownCells, NumbersCellsByKindAndText) {
  KnownCells cells;
  std::map<std::pair<CellKind, std::string>, std::uint32_t> numbers;
  std::mt19937 random(7);
  // Of every length at which another comparison is made, and of such as differ in one byte only, wherever it stands.
  std::vector<std::string> texts;
  for (std::size_t size = 0; size <= 40; ++size) {
    texts.emplace_back(size, 'a');
    for (std::size_t at = 0; at < size; ++at) {
      texts.emplace_back(size, 'a');
      texts.back()[at] = 'b';
    }
  }
  for (int round = 0; round < 50000; ++round) {
    const std::string& text = texts[random() % texts.size()];
    const CellKind kind = random() % 2 == 0 ? CellKind::text : CellKind::number;
    const std::uint32_t number = cells.number(kind, text);
    ASSERT_NE(number, KnownCells::kNone);
    const auto [known, is_new] = numbers.try_emplace({kind, text}, number);
    ASSERT_EQ(known->second, number) << text;
  }
  std::vector<bool> seen(numbers.size() + 1);
  for (const auto& [cell, number] : numbers) {
    ASSERT_LE(number, numbers.size());
    EXPECT_FALSE(seen[number]) << "two cells have the number " << number;
    seen[number] = true;
  }
}

TEST(KnownCells, TakesNoMoreThanItCanNumber) {
  KnownCells cells;
  for (std::uint32_t i = 0; i < KnownCells::kMost; ++i) ASSERT_EQ(cells.number(CellKind::number, std::to_string(i)), i + 1);
  EXPECT_EQ(cells.number(CellKind::number, "one too many"), KnownCells::kNone);
  EXPECT_EQ(cells.number(CellKind::number, "17"), 18U);
}

TEST(KnownCells, HoldsNoMoreTextThanItMay) {
  KnownCells cells;
  const std::string half(KnownCells::kMostBytes / 2, 'x');
  EXPECT_EQ(cells.number(CellKind::text, half + "1"), 1U);
  EXPECT_EQ(cells.number(CellKind::text, half + "2"), KnownCells::kNone);
  EXPECT_EQ(cells.number(CellKind::text, half + "1"), 1U);
}

// As many as were asked for, of a table with three columns.
const Decision* find(KnownRows& rows, std::uint32_t table, const std::vector<std::string>& cells, const Decision& around = {}) {
  rows.begin(table, around);
  for (std::uint32_t column = 0; column < cells.size(); ++column) {
    if (cells[column] == "free") rows.add_free();
    else rows.add(column, cells[column].empty() ? CellKind::absent : CellKind::text, cells[column]);
  }
  return rows.find();
}

TEST(KnownRows, FindsWhatWasRemembered) {
  KnownRows rows;
  rows.reset(3);
  EXPECT_EQ(find(rows, 0, {"a", "b", "c"}), nullptr);
  rows.remember({7, RowState::failed});
  const Decision* const found = find(rows, 0, {"a", "b", "c"});
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->config, 7U);
  EXPECT_EQ(found->state, RowState::failed);
}

TEST(KnownRows, TellsRowsApart) {
  const std::vector<std::pair<std::uint32_t, std::vector<std::string>>> different = {
      {0, {"a", "b", "c"}}, {1, {"a", "b", "c"}}, {0, {"a", "", "c"}}, {0, {"", "a", "c"}}, {0, {"a", "free", "c"}},
      {0, {"a", "b"}},      {0, {"b", "a", "c"}}, {0, {}},             {0, {"", "", ""}},   {0, {"free", "free", "free"}},
  };
  KnownRows rows;
  rows.reset(3);
  for (std::uint32_t i = 0; i < different.size(); ++i) {
    ASSERT_EQ(find(rows, different[i].first, different[i].second), nullptr) << i;
    rows.remember({i, RowState::ok});
  }
  for (std::uint32_t i = 0; i < different.size(); ++i) ASSERT_EQ(find(rows, different[i].first, different[i].second)->config, i);
  EXPECT_EQ(find(rows, 0, {"a", "b", "c"}, {1, RowState::ok}), nullptr) << "inside a row of other settings";
  EXPECT_EQ(find(rows, 0, {"a", "b", "c"}, {0, RowState::failed}), nullptr) << "inside a row that failed";
}

TEST(KnownRows, IsFullWhenAColumnHasTooManyCells) {
  KnownRows rows;
  rows.reset(3);
  for (std::uint32_t i = 0; i < KnownCells::kMost; ++i) (void)find(rows, 0, {std::to_string(i)});
  EXPECT_FALSE(rows.is_full());
  EXPECT_EQ(find(rows, 0, {"one too many"}), nullptr);
  rows.remember({1, RowState::ok});
  EXPECT_EQ(find(rows, 0, {"another"}), nullptr) << "which has no number either, and is another row";
  EXPECT_TRUE(rows.is_full());
  rows.reset(3);
  EXPECT_FALSE(rows.is_full());
  EXPECT_EQ(find(rows, 0, {"one too many"}), nullptr);
  rows.remember({2, RowState::ok});
  EXPECT_EQ(find(rows, 0, {"one too many"})->config, 2U);
}

TEST(KnownRows, IsFullWhenThereAreTooManyRows) {
  KnownRows rows;
  rows.reset(3);
  for (std::uint32_t i = 0; i < KnownRows::kMost; ++i) {
    ASSERT_EQ(find(rows, 0, {std::to_string(i / 1000), std::to_string(i % 1000)}), nullptr);
    rows.remember({i, RowState::ok});
  }
  EXPECT_TRUE(rows.is_full());
  EXPECT_EQ(find(rows, 0, {"12", "345"})->config, 12345U);
}

}  // namespace
}  // namespace chimera::stream
