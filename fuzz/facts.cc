// A document read and interpreted: the first byte says what its name ends with, the rest are its bytes. Nothing crashes or
// hangs, every cell has a meaning and a configuration that is there, and every fact is a number that the account counts as one.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "check_document.h"
#include "facts/interpret.h"
#include "sources/account.h"
#include "sources/read.h"

namespace chimera::fuzz {
namespace {

constexpr std::string_view kKinds = "jlctmx";  // the saved inputs begin with one of these
constexpr std::string_view kNames[] = {"a.json", "a.jsonl", "a.csv", "a.tsv", "a.md", "a.log"};

const facts::Interpreter& interpreter() {
  static const auto made = facts::Interpreter::create();
  CHECK(made.has_value(), "the built-in recipes load");
  return *made;
}

void check_meaning(const core::Document& document, const facts::Interpretation& read) {
  CHECK(read.tables.size() == document.tables.size(), "every table has a meaning");
  std::vector<core::Span> facts;
  for (const sources::Accounted& one : sources::account_each(document, read.tables)) {
    if (one.fate == "fact") facts.push_back(one.span);
  }
  for (std::size_t t = 0; t < document.tables.size(); ++t) {
    const core::Table& table = document.tables[t];
    const core::TableMeaning& meaning = read.tables[t];
    CHECK(meaning.columns.size() == table.columns.size(), "every column has a meaning");
    CHECK(meaning.configs.size() == table.rows.size() && meaning.states.size() == table.rows.size(), "every row has a configuration and a state");
    for (const std::uint32_t config : meaning.configs) CHECK(config < read.configs.size(), "a configuration is there");
    for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
      for (std::uint32_t r = 0; r < table.rows.size(); ++r) {
        const core::Cell& cell = table.columns[c].cells[r];
        const core::ColumnMeaning& mean = meaning.at(r, c);
        if (cell.kind != core::CellKind::number || mean.role == core::Role::unread || mean.role == core::Role::no_value || mean.role == core::Role::text) continue;
        CHECK(mean.unit != nullptr, "a number that is read has a unit");
        const auto after = std::upper_bound(facts.begin(), facts.end(), cell.begin, [](std::uint64_t at, core::Span fact) { return at < fact.end; });
        CHECK(after != facts.end() && after->begin < cell.span().end, "a fact is counted as one");
      }
    }
  }
}

}  // namespace
}  // namespace chimera::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace chimera;
  if (size == 0) return 0;
  const std::size_t named = fuzz::kKinds.find(static_cast<char>(data[0]));
  const std::string_view name = fuzz::kNames[named == std::string_view::npos ? data[0] % fuzz::kKinds.size() : named];
  core::Diagnostics diagnostics;
  const core::Document document =
      sources::read_document({std::string(name), size - 1, 0}, std::string(reinterpret_cast<const char*>(data) + 1, size - 1), diagnostics);
  fuzz::check_meaning(document, fuzz::interpreter().interpret(document, diagnostics));
  return 0;
}
