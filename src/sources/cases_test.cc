// Data-folder tests: tests/sources/<case>/input.* is read, and what was read is held against `expected` beside it.
// CHIMERA_RECORD=1 writes the expectations anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "base/files.h"
#include "sources/dump_test.h"
#include "sources/read.h"

namespace chimera::sources {
namespace {

namespace fs = std::filesystem;

// What reading the input of a case gives, as text.
std::string read_case(const fs::path& input) {
  const base::RealFileSystem files;
  const auto bytes = files.read(input.string());
  EXPECT_TRUE(bytes.has_value()) << input;
  if (!bytes) return {};
  core::Diagnostics diagnostics;
  const core::Document document = read_document({input.filename().string(), bytes->size(), 0}, *bytes, diagnostics);
  diagnostics.sort();
  std::string text = dump(document);
  if (!diagnostics.entries().empty()) text += "\ndiagnostics\n" + dump(diagnostics);
  return text;
}

TEST(SourceCases, AreReadAsRecorded) {
  const base::RealFileSystem files;
  const char* record = std::getenv("CHIMERA_RECORD");
  std::size_t cases = 0;
  for (const auto& folder : fs::directory_iterator("tests/sources")) {
    for (const auto& entry : fs::directory_iterator(folder.path())) {
      if (entry.path().stem().stem() != "input") continue;  // input.csv, input.json.gz
      ++cases;
      const std::string given = read_case(entry.path());
      const std::string expected = (folder.path() / "expected").string();
      if (record != nullptr && *record == '1') {
        ASSERT_TRUE(base::write_file(expected, given).has_value());
      }
      const auto wanted = files.read(expected);
      ASSERT_TRUE(wanted.has_value()) << expected;
      EXPECT_EQ(*wanted, given) << folder.path();
    }
  }
  EXPECT_GE(cases, 16U);
}

}  // namespace
}  // namespace chimera::sources
