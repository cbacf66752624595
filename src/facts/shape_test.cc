#include "facts/shape.h"

#include <gtest/gtest.h>

#include "facts/embedded.h"
#include "facts/test_tables.h"

namespace chimera::facts {
namespace {

const Catalog& catalog() {
  static const Catalog loaded = [] {
    for (const base::EmbeddedFile& file : embedded_data())
      if (file.name == "vocabulary.toml") return load_catalog(file.name, file.bytes).value();
    return Catalog();
  }();
  return loaded;
}

class ShapeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(recipes_.add("recipes/tiny.toml", "name = \"tiny\"\n[[detect]]\nkeys = [\"wait\", \"prefill\"]\nmarkers = [\"tiny\"]\n[[column]]\nkey = \"wait\"\nrole = \"text\"\n"));
  }
  std::shared_ptr<const Shape> of(const core::Document& document) { return memory_.of(document, names_, recipes_); }

  NameParts names_{catalog()};
  RecipeBook recipes_{catalog()};
  ShapeMemory memory_;
};

TEST_F(ShapeTest, IsSharedByDocumentsOfTheSameKeys) {
  const auto first = of(make_csv("wait|ttft_ms|warmup\n1|2|0\n"));
  EXPECT_EQ(first, of(make_csv("wait|ttft_ms|warmup\n7|8|1\n9|9|0\n")));
  EXPECT_NE(first, of(make_csv("wait|ttft_ms\n1|2\n")));
  EXPECT_NE(first, of(make_csv("wait|ttft|ms_warmup\n1|2|0\n")));
  core::Document with_unit = make_csv("wait|ttft_ms|warmup\n1|2|0\n");
  with_unit.tables[0].columns[0].unit = "s";
  EXPECT_NE(first, of(with_unit));
}

TEST_F(ShapeTest, IsSharedUnderOneCaption) {
  core::Document table = make_csv("gpu|8B\nx|70.5\n");
  table.artifact.format = core::Format::markdown;
  table.tables[0].kind = core::TableKind::markdown;
  table.tables[0].titles = {{core::Title::kLeadIn, "Average speed (tokens/s) of GPUs"}};
  const auto speeds = of(table);
  ASSERT_NE(speeds->tables[0].columns[1].reading.metric, nullptr);
  EXPECT_EQ(speeds->tables[0].columns[1].reading.metric->name, "throughput");
  table.tables[0].titles[0].text = "Prompt eval time (tokens/s) of GPUs";
  const auto prompts = of(table);
  EXPECT_NE(prompts, speeds);
  ASSERT_NE(prompts->tables[0].columns[1].reading.metric, nullptr);
  EXPECT_EQ(prompts->tables[0].columns[1].reading.metric->name, "prefill_throughput");
}

TEST_F(ShapeTest, SaysWhatTheWordsOfKeysAre) {
  const auto shape = of(make_csv("ttft_ms|warmup|test phase|metric|unit\n1|0|cold|ttft|ms\n"));
  const std::vector<ColumnShape>& columns = shape->tables[0].columns;
  ASSERT_EQ(columns.size(), 5U);
  ASSERT_NE(columns[0].reading.metric, nullptr);
  EXPECT_EQ(columns[0].reading.metric->name, "ttft");
  EXPECT_TRUE(columns[1].warmup);
  EXPECT_TRUE(columns[2].phase);
  EXPECT_TRUE(columns[3].metrics);
  EXPECT_TRUE(columns[4].units);
  EXPECT_FALSE(columns[0].warmup || columns[0].phase || columns[0].metrics || columns[0].units || columns[0].options);
}

TEST_F(ShapeTest, LeavesTextAndPathOfADocumentToTheDocument) {
  core::Document with = make_csv("wait|prefill\n1|2\n");
  const auto shape = of(with);
  ASSERT_TRUE(shape->candidates);
  ASSERT_EQ(shape->candidates->size(), 1U);
  EXPECT_EQ(recipes_.recognise(with, *shape->candidates), nullptr);
  with.text += "tiny";
  const Recipe* const found = recipes_.recognise(with, *shape->candidates);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->name, "tiny");
}

TEST_F(ShapeTest, RemembersNoRecipesWhereRowsHaveKeys) {
  core::Document keyed;
  keyed.artifact.format = core::Format::json;
  add_table(keyed, "|wait\na|1\nb|2\n", core::TableKind::keyed, "/prefill");
  EXPECT_FALSE(of(keyed)->candidates);
}

TEST_F(ShapeTest, ForgetsOnlyToRememberWhatIsNew) {
  const core::Document first = make_csv("wait|ttft_ms\n1|2\n");
  const auto before = of(first);
  std::string wide = "column 0";
  for (int c = 1; c < 4000; ++c) wide += "|column " + std::to_string(c);
  for (int i = 0; i < 17; ++i) {
    const core::Document next = make_csv(wide + std::to_string(i) + "\n1\n");
    EXPECT_EQ(of(next), of(next)) << i;
  }
  const auto after = of(first);
  EXPECT_NE(before, after);
  EXPECT_EQ(before->tables[0].columns[1].reading.metric, after->tables[0].columns[1].reading.metric);
}

}  // namespace
}  // namespace chimera::facts
