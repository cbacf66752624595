// Holds the tables against simdjson: every scalar of a document is in exactly one cell, at its pointer, with its value.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "sources/json_tape.h"
#include "sources/read.h"

namespace chimera::sources {
namespace {

struct Scalar {
  char kind = '0';    // 'n'umber, 't'ext, 'b'oolean, '0'
  double number = 0;
  std::string text;
  bool operator==(const Scalar& other) const { return kind == other.kind && number == other.number && text == other.text; }
};
using Scalars = std::map<std::string, Scalar>;

// False where a key occurs twice, which simdjson has no pointer for.
bool collect(simdjson::dom::element element, const std::string& pointer, Scalars& out) {
  using simdjson::dom::element_type;
  switch (element.type()) {
    case element_type::OBJECT:
      for (const auto field : simdjson::dom::object(element)) {
        if (!collect(field.value, pointer + "/" + escape_pointer(field.key), out)) return false;
      }
      return true;
    case element_type::ARRAY: {
      std::size_t index = 0;
      for (const auto child : simdjson::dom::array(element)) {
        if (!collect(child, pointer + "/" + std::to_string(index++), out)) return false;
      }
      return true;
    }
    case element_type::STRING: return out.emplace(pointer, Scalar{'t', 0, std::string(std::string_view(element))}).second;
    case element_type::BOOL: return out.emplace(pointer, Scalar{'b', bool(element) ? 1.0 : 0.0, {}}).second;
    case element_type::NULL_VALUE: return out.emplace(pointer, Scalar{'0', 0, {}}).second;
    default: return out.emplace(pointer, Scalar{'n', double(element), {}}).second;
  }
}

// The whole string in which a number stands, perhaps with its unit.
std::string between_quotes(const core::Document& document, const core::Cell& cell) {
  const std::size_t begin = document.text.rfind('"', cell.begin) + 1;
  return document.text.substr(begin, document.text.find('"', cell.begin) - begin);
}

Scalars collect(const core::Document& document) {
  Scalars out;
  for (std::uint32_t t = 0; t < document.tables.size(); ++t) {
    const core::Table& table = document.tables[t];
    for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
      if (table.kind == core::TableKind::keyed && table.columns[c].key.empty()) continue;  // a key, no value
      for (std::uint32_t r = 0; r < table.rows.size(); ++r) {
        const core::Cell& cell = table.columns[c].cells[r];
        if (cell.kind == core::CellKind::absent) continue;
        const std::string written = cell.quoted ? between_quotes(document, cell) : std::string(document.at(cell.span()));
        Scalar scalar;
        if (cell.kind == core::CellKind::boolean) scalar = {'b', cell.number, {}};
        if (cell.kind == core::CellKind::number) scalar = {'n', cell.number, {}};
        if (cell.kind == core::CellKind::text || cell.quoted) scalar = {'t', 0, unescape_json(written)};
        const bool fresh = out.emplace(document.place(core::CellRef{{}, t, r, c}).pointer, scalar).second;
        EXPECT_TRUE(fresh) << document.artifact.path << " " << table.name << " " << table.columns[c].key << " row " << r;
      }
    }
  }
  return out;
}

// Whether a text that is no cell is the name or type of a value that is one, in a list of settings (json_layout.h).
bool describes_value(const std::string& pointer, const Scalars& found) {
  const std::string element = pointer.substr(0, pointer.rfind('/') + 1);
  return found.count(element + "Value") > 0 || found.count(element + "value") > 0;
}

// Whether it could be compared.
bool compare(const std::string& path, const std::string& bytes) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  Scalars expected;
  if (parser.parse(simdjson::padded_string(bytes)).get(root) != simdjson::SUCCESS) return false;
  if (!collect(root, "", expected)) return false;
  core::Diagnostics diagnostics;
  const core::Document document = read_document({path, bytes.size(), 0}, bytes, diagnostics);
  if (document.artifact.format != core::Format::json) return false;
  const Scalars found = collect(document);
  std::size_t names = 0;
  for (const auto& [pointer, scalar] : expected) {
    const auto at = found.find(pointer);
    if (at == found.end() && scalar.kind == 't' && describes_value(pointer, found)) ++names;
    else if (at == found.end()) ADD_FAILURE() << path << ": nothing at " << pointer;
    else EXPECT_TRUE(at->second == scalar) << path << ": another value at " << pointer << ": " << at->second.number << at->second.text;
  }
  EXPECT_EQ(found.size() + names, expected.size()) << path;
  return true;
}

TEST(JsonOracle, AgreesOnWhatIsHardToGetRight) {
  for (const char* text :
       {R"([[[1,[2,{"a":[[3],[4]]}]],[5]],[[6,7],[8,9]]])", R"({"a":{"b":{"x":1,"y":2},"c":{"x":3,"y":4}},"":{"":[0,-0.0]}})",
        R"({"a/b":{"~1":{"x":1},"~0":{"x":2}},"\u0061":3})", R"([{},[],{"a":{}},{"a":[]},"x",null,true,[[]]])", R"(3.5)", R"("s")",
        R"({"k":{"m":{"a":1,"b":2},"n":{"a":3,"b":4}},"l":[{"m":{"a":1},"n":{"a":2}},{"m":{"a":3},"n":{"a":4}}]})",
        R"([1e22,1e23,123456789012345678,0.1,5e-324,1.7976931348623157e308,9007199254740993,2.2250738585072011e-308])",
        R"({"r":[{"d":{"p":{"q":1},"s":{"q":2}}},{"d":{"p":3,"t":{"q":4}}},{"d":[5,{"q":6}]},{"d":7}]})"}) {
    EXPECT_TRUE(compare("case.json", text)) << text;
  }
}

TEST(JsonOracle, AgreesOnEveryJsonFileOfTheSharedCorpora) {
  const char* given = std::getenv("CHIMERA_SHARED");
  const std::filesystem::path shared = std::filesystem::path(given != nullptr ? given : "../shared") / "corpora";
  if (!std::filesystem::exists(shared)) GTEST_SKIP() << shared << " is not there";
  std::size_t compared = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(shared)) {
    if (!entry.is_regular_file() || entry.path().extension() != ".json") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    compared += compare(std::filesystem::relative(entry.path(), shared).string(), bytes) ? 1 : 0;
  }
  EXPECT_GT(compared, 100U);
}

}  // namespace
}  // namespace chimera::sources
