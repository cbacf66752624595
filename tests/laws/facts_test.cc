// tests/facts/<case>/input.* read and interpreted: the file `expected` says what every column and row means.
// CHIMERA_RECORD=1 writes the expectations anew.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/files.h"
#include "facts/interpret.h"
#include "sources/read.h"

namespace chimera {
namespace {

namespace fs = std::filesystem;

std::string meaning_of(const core::ColumnMeaning& meaning) {
  const std::string unit = meaning.unit->dimension == core::Dimension::unknown ? "no unit" : fmt::format("[{}]", meaning.unit->symbol);
  const std::string statistic = core::to_string(meaning.statistic);
  const std::string direction = meaning.direction > 0 ? " more is better" : meaning.direction < 0 ? " less is better" : "";
  const bool measured = meaning.role == core::Role::response || meaning.role == core::Role::count;
  std::string text = fmt::format("{} {}", core::to_string(meaning.role), measured ? meaning.definition : meaning.metric);
  if (measured) text += fmt::format(" {} {}{}", statistic, unit, direction);
  // Line numbers of data files move; which file decided is what the case is about.
  return text + "  <" + meaning.rule.substr(0, meaning.rule.find(':')) + ">";
}

std::string dump(const core::Document& document, const facts::Interpretation& read, const core::Diagnostics& diagnostics) {
  std::string out = fmt::format("tool '{}', trust {}\n", read.tool, static_cast<int>(read.trust));
  auto to = std::back_inserter(out);
  for (std::size_t t = 0; t < document.tables.size(); ++t) {
    const core::Table& table = document.tables[t];
    const core::TableMeaning& meaning = read.tables[t];
    fmt::format_to(to, "\ntable '{}'\n", table.name);
    for (std::size_t c = 0; c < table.columns.size(); ++c)
      fmt::format_to(to, "  {}: {}\n", table.columns[c].key, meaning_of(meaning.columns[c]));
    for (const core::CellException& e : meaning.exceptions)
      fmt::format_to(to, "  row {}, {}: {}\n", e.row, table.columns[e.column].key, meaning_of(meaning.variants[e.variant]));
    for (std::size_t r = 0; r < table.rows.size(); ++r)
      fmt::format_to(to, "  row {}: {}; {}\n", r, core::to_string(meaning.states[r]), read.configs[meaning.configs[r]].to_string());
  }
  for (const core::Diagnostic& diagnostic : diagnostics.entries()) out += core::format(diagnostic) + "\n";
  return out;
}

std::vector<fs::path> cases() {
  std::vector<fs::path> found;
  if (fs::exists("tests/facts"))
    for (const auto& entry : fs::directory_iterator("tests/facts"))
      if (entry.is_directory()) found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

fs::path input_of(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().filename().string().rfind("input", 0) == 0) return entry.path();
  return {};
}

TEST(Facts, MeanWhatTheCasesSay) {
  const auto interpreter = facts::Interpreter::create();
  ASSERT_TRUE(interpreter.has_value()) << interpreter.error().message;
  ASSERT_FALSE(cases().empty());
  const base::RealFileSystem files;
  for (const fs::path& folder : cases()) {
    SCOPED_TRACE(folder.string());
    const fs::path input = input_of(folder);
    auto bytes = files.read(input.string());
    ASSERT_TRUE(bytes.has_value()) << bytes.error().message;
    core::Diagnostics diagnostics;
    const core::Document document = sources::read_document({input.filename().string(), bytes->size(), 0}, *bytes, diagnostics);
    const facts::Interpretation read = interpreter->interpret(document, diagnostics);
    diagnostics.sort();
    const std::string given = dump(document, read, diagnostics);
    if (std::getenv("CHIMERA_RECORD") != nullptr) {
      ASSERT_TRUE(base::write_file((folder / "expected").string(), given).has_value());
      continue;
    }
    const auto expected = files.read((folder / "expected").string());
    ASSERT_TRUE(expected.has_value()) << expected.error().message;
    EXPECT_EQ(given, *expected);
  }
}

}  // namespace
}  // namespace chimera
