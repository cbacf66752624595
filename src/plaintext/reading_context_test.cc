#include "plaintext/reading_context.h"

#include <gtest/gtest.h>

namespace chimera::plaintext {
namespace {

TEST(ReadingContext, DashesBelowEqualsSignsMakeAPart) {
  ReadingContext context("fence");
  EXPECT_EQ(context.section(), "fence");
  context.enter_section({0, 5}, "Serving", '=', 0);
  context.enter_section({10, 15}, "TTFT", '-', 3);
  EXPECT_EQ(context.section(), "TTFT");
  EXPECT_EQ(context.chapter(), "Serving");
  EXPECT_EQ(context.take_notes().outer.at("TTFT"), "Serving");
}

TEST(ReadingContext, EmptyLinesEndAChapterThatSaidSomething) {
  ReadingContext context({});
  context.enter_section({0, 5}, "Serving", '=', 2);
  context.leave_section(2);
  EXPECT_EQ(context.section(), "Serving");
  context.leave_section(3);
  EXPECT_EQ(context.section(), "");
  EXPECT_EQ(context.chapter(), "");
}

TEST(ReadingContext, AnotherStageEndsTheWarmUp) {
  ReadingContext context("run");
  context.leave_warmup("Main");
  EXPECT_EQ(context.section(), "run");  // none was entered
  context.enter_warmup({0, 6}, "Warmup");
  EXPECT_EQ(context.warmup(), (core::Span{0, 6}));
  EXPECT_EQ(context.section(), "Warmup");
  context.leave_warmup("Main");
  EXPECT_EQ(context.warmup().size(), 0U);
  EXPECT_EQ(context.section(), "Main");
}

TEST(ReadingContext, PrefixesEndWhereALineStandsLessDeep) {
  ReadingContext context({});
  context.enter_prefix("latency", 0, 4);
  context.enter_prefix("TTFT", 4, 8);
  EXPECT_EQ(context.prefix(), "latency/TTFT/");
  context.leave_scopes(8);
  EXPECT_EQ(context.prefix(), "latency/TTFT/");
  context.leave_scopes(6);  // less deep than the first line below it
  EXPECT_EQ(context.prefix(), "latency/");
  context.leave_scopes(0);
  EXPECT_EQ(context.prefix(), "");
}

TEST(ReadingContext, ASubjectIsABlockOfItsOwn) {
  ReadingContext context({});
  const std::size_t before = context.block();
  context.enter_subject({3, 9}, 2);
  EXPECT_NE(context.block(), before);
  EXPECT_TRUE(context.inside_subject(4));
  EXPECT_FALSE(context.inside_subject(2));
  const std::size_t inside = context.block();
  context.leave_scopes(4);
  EXPECT_EQ(context.block(), inside);
  context.leave_scopes(2);
  EXPECT_EQ(context.subject().size(), 0U);
  EXPECT_NE(context.block(), inside);
}

}  // namespace
}  // namespace chimera::plaintext
