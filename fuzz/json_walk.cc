// The fast walk over JSON Lines: a line that it takes is JSON to simdjson as well, with as many numbers, each of which is
// what stands at its span; nothing depends on simdjson's index, or, of UTF-8, on where the bytes are cut. The same over the elements of an array.
#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "sources/json_elements.h"
#include "sources/json_number.h"
#include "sources/json_walk.h"
#include "text/number.h"

namespace {

using namespace chimera;
using sources::JsonPlan;

JsonPlan make_plan() {
  JsonPlan plan;
  const std::uint32_t top = plan.add_object();
  const auto scalar = [&](std::uint32_t object, const char* name) {
    JsonPlan::Key& key = plan.key(object, name);
    key.scalars = true;
    key.numbers = plan.number_columns++;
    key.kept = plan.kept_columns++;
  };
  scalar(top, "a");
  scalar(top, "t");
  const std::uint32_t inner = plan.add_object();
  plan.key(top, "o").object = inner;
  scalar(inner, "b");
  const std::uint32_t list = plan.add_array();
  plan.key(top, "l").array = list;
  plan.arrays[list].numbers = plan.number_columns++;
  plan.arrays[list].scalar_group = 1;
  plan.arrays[list].object = inner;
  plan.arrays[list].group = 2;
  scalar(top, "a key of more than sixteen bytes");
  plan.add_family(top, 0);
  const std::uint32_t other = plan.add_object();
  scalar(other, "x");
  scalar(other, "y");
  plan.add_family(other, 3);
  plan.elements = plan.add_array();
  plan.arrays[plan.elements].object = top;
  plan.arrays[plan.elements].group = 0;
  plan.finish();
  return plan;
}

std::size_t count_numbers(simdjson::dom::element value) {
  std::size_t count = value.is_number() ? 1 : 0;
  if (value.is_object()) {
    const simdjson::dom::object object = value.get_object().value_unsafe();
    for (const auto& [key, member] : object) count += count_numbers(member);
  }
  if (value.is_array()) {
    const simdjson::dom::array array = value.get_array().value_unsafe();
    for (const simdjson::dom::element element : array) count += count_numbers(element);
  }
  return count;
}

void scan(const JsonPlan& plan, sources::JsonIndex::Way way, std::string_view lines, sources::ScanBlock& block) {
  sources::JsonWalk walk(plan, way);
  walk.scan(lines, block);
}

// simdjson refuses integers of twenty digits and more, which JSON allows: with fewer they are as valid, and as many.
std::string with_short_numbers(std::string_view text) {
  constexpr std::size_t kMostDigits = 18;
  std::string shorter;
  std::size_t digits = 0;
  for (const char c : text) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    if (digits <= kMostDigits) shorter += c;
  }
  return shorter;
}

void check_lines(const std::string& text, std::size_t size, const sources::ScanBlock& block) {
  simdjson::dom::parser parser;
  std::size_t expected = 0;
  for (const sources::ScanRow& row : block.rows) {
    if (row.parent != sources::ScanRow::kNone) continue;
    CHECK(row.begin + row.size <= size && text[row.begin] == '{' && text[row.begin + row.size - 1] == '}', "a row is an object");
    simdjson::dom::element element;
    const auto error = parser.parse(with_short_numbers(std::string_view(text).substr(row.begin, row.size))).get(element);
    CHECK(error == simdjson::SUCCESS, "what the walk takes is JSON");
    expected += count_numbers(element);
  }
  std::size_t bare = 0;
  for (const sources::NumberColumn& column : block.numbers) {
    for (std::uint32_t i = 0; i < column.count(); ++i) {
      CHECK(column.begin()[i] + column.size()[i] <= size && column.row()[i] < block.rows.size(), "a number lies in the text");
      const std::string written = text.substr(column.begin()[i], column.size()[i]);
      bare += column.begin()[i] > 0 && text[column.begin()[i] - 1] == '"' ? 0 : 1;
      const auto number = text::parse_number(written);
      CHECK(number && number->value == column.value()[i], "a number is what stands at its span");
    }
  }
  CHECK(bare == expected, "no number is lost");
}

using Piece = sources::JsonWalk::Piece;

Piece scan_elements(const JsonPlan& plan, sources::JsonIndex::Way way, std::string_view elements, bool first, sources::ScanBlock& block) {
  sources::JsonWalk walk(plan, way);
  return walk.scan_elements(elements, first, block);
}

std::size_t count_elements(const sources::ScanBlock& block) {
  const auto top = [](const sources::ScanRow& row) { return row.parent == sources::ScanRow::kNone; };
  return block.odd.size() + static_cast<std::size_t>(std::count_if(block.rows.begin(), block.rows.end(), top));
}

// `view` as what stands behind the bracket of an array.
void check_elements(const JsonPlan& plan, const std::string& text, std::string_view view) {
  const sources::ElementCut cut = sources::cut_elements(view);
  CHECK(cut.end <= view.size(), "an element ends in the text");
  sources::ScanBlock block;
  sources::ScanBlock portable;
  const Piece piece = scan_elements(plan, sources::JsonIndex::Way::fastest, view, true, block);
  CHECK(scan_elements(plan, sources::JsonIndex::Way::portable, view, true, portable) == piece, "the index is the same without simdjson");
  simdjson::dom::parser parser;
  simdjson::dom::array array;
  const std::string document = "[" + std::string(view) + (cut.closed ? "" : "]");
  const bool valid = parser.parse(document).get(array) == simdjson::SUCCESS;
  const bool objects = valid && std::all_of(array.begin(), array.end(), [](const simdjson::dom::element element) { return element.is_object(); });
  if (objects) CHECK(piece == (cut.closed ? Piece::closed : Piece::open) && count_elements(block) == array.size(), "an array of objects is one");
  if (piece == Piece::broken) return;
  CHECK(piece != Piece::closed || cut.closed, "the array ends where its bracket stands");
  check_lines(text, view.size(), block);
  const std::size_t half = sources::cut_elements(view.substr(0, view.size() / 2)).end;
  if (half == 0 || sources::cut_elements(view.substr(0, half)).closed) return;
  sources::ScanBlock first;
  sources::ScanBlock second;
  const Piece before = scan_elements(plan, sources::JsonIndex::Way::fastest, view.substr(0, half), true, first);
  const Piece behind = scan_elements(plan, sources::JsonIndex::Way::fastest, view.substr(half), false, second);
  // Of bytes that are not UTF-8 brackets alone are read, where the walk of a piece without them sees more that breaks it.
  const bool indexed = sources::JsonIndex(sources::JsonIndex::Way::portable).build(view);
  if (!indexed && (before == Piece::broken || behind == Piece::broken)) return;
  CHECK(before == Piece::open && behind == piece, "a piece ends as the whole does");
  CHECK(count_elements(first) + count_elements(second) == count_elements(block), "elements do not depend on where the text is cut");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const JsonPlan plan = make_plan();
  const std::string lines(reinterpret_cast<const char*>(data), size);
  const std::string text = lines + std::string(sources::JsonWalk::kPadding, '"');
  const std::string_view view = std::string_view(text).substr(0, size);
  sources::ScanBlock block;
  sources::ScanBlock portable;
  scan(plan, sources::JsonIndex::Way::fastest, view, block);
  scan(plan, sources::JsonIndex::Way::portable, view, portable);
  check_lines(text, size, block);
  check_elements(plan, text, view);
  CHECK(block.rows.size() == portable.rows.size() && block.odd == portable.odd, "the index is the same without simdjson");
  const std::size_t cut = lines.rfind('\n', size / 2);
  if (cut == std::string::npos) return 0;
  sources::ScanBlock first;
  sources::ScanBlock second;
  scan(plan, sources::JsonIndex::Way::fastest, view.substr(0, cut + 1), first);
  scan(plan, sources::JsonIndex::Way::fastest, view.substr(cut + 1), second);
  CHECK(first.rows.size() + second.rows.size() == block.rows.size(), "rows do not depend on where the text is cut");
  CHECK(first.odd.size() + second.odd.size() == block.odd.size(), "odd lines do not depend on where the text is cut");
  return 0;
}
