#include "agents/persona.h"

#include <gtest/gtest.h>

namespace chimera::agents {
namespace {

constexpr std::string_view kText =
    "# Agent B: critic\n\nYou are a critic.\nYou are brief.\n\n## risks\n\nName a risk.\n\n### Examples\n\nFacts: {F1}: a file.\nSentence: Look at {F1}.\n";

TEST(Persona, ReadsNameSystemSectionsAndExamples) {
  const auto persona = parse_persona(kText, "p.md");
  ASSERT_TRUE(persona.has_value());
  EXPECT_EQ(persona->name, "Agent B: critic");
  EXPECT_EQ(persona->system, "You are a critic.\nYou are brief.");
  ASSERT_EQ(persona->sections.count("risks"), 1U);
  const PersonaSection& section = persona->sections.at("risks");
  EXPECT_EQ(section.instruction, "Name a risk.");
  ASSERT_EQ(section.examples.size(), 1U);
  EXPECT_EQ(section.examples.front().facts, "{F1}: a file.");
  EXPECT_EQ(section.examples.front().sentence, "Look at {F1}.");
}

TEST(Persona, SaysWhereAFileIsOfAnotherForm) {
  for (const auto& [text, where] : {std::pair{"You are a critic.\n", "p.md:1"}, std::pair{"# A\n## s\n### Examples\nSentence: x\n", "p.md:4"}, std::pair{"# A\n## s\n### Examples\nFacts: x\n", "p.md:4"},
                                    std::pair{"# A\n# B\n", "p.md:2"}, std::pair{"# A\n### Examples\n", "p.md:2"}, std::pair{"", "p.md:0"}}) {
    const auto persona = parse_persona(text, "p.md");
    ASSERT_FALSE(persona.has_value()) << text;
    EXPECT_EQ(persona.error().kind, base::ErrorKind::input);
    EXPECT_NE(persona.error().message.find(where), std::string::npos) << persona.error().message;
  }
}

TEST(Persona, BuiltInOnesKnowEverySectionTheyWrite) {
  const auto personas = load_personas("", base::RealFileSystem());
  ASSERT_TRUE(personas.has_value());
  EXPECT_EQ(personas->collector.sections.count("inventory"), 1U);
  for (const char* section : {"executive_summary", "recommendations", "risks", "mitigations"}) {
    ASSERT_EQ(personas->insight.sections.count(section), 1U) << section;
    EXPECT_GE(personas->insight.sections.at(section).examples.size(), 3U) << section;
  }
}

TEST(Persona, AFolderThatIsNotThereIsUsage) {
  const auto personas = load_personas("/nowhere/at/all", base::RealFileSystem());
  ASSERT_FALSE(personas.has_value());
  EXPECT_EQ(personas.error().kind, base::ErrorKind::usage);
}

}  // namespace
}  // namespace chimera::agents
