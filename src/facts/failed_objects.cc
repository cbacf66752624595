#include "facts/failed_objects.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "facts/exceptions.h"
#include "facts/meanings.h"
#include "facts/naming.h"
#include "text/words.h"

namespace chimera::facts {
namespace {

using core::Role;

// "a/b" of "a/b/c", nothing of "c".
std::string_view object_of(std::string_view key) {
  const auto slash = key.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : key.substr(0, slash);
}

bool begins_with(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }

// Whether "a/b" lies in the object "a" or is it.
bool lies_in(std::string_view path, std::string_view object) {
  return begins_with(path, object) && (path.size() == object.size() || path[object.size()] == '/');
}

bool only_holds_others(const Catalog& catalog, std::string_view object) {
  const std::vector<std::string> pieces = split_path(object);
  return std::all_of(pieces.begin(), pieces.end(), [&](const std::string& piece) {
    const std::string words = join(text::split_identifier(piece), " ");
    return catalog.is(Word::container, words) || catalog.is(Word::filler, words);
  });
}

// What an object has in common with others beside it.
struct Shared {
  bool measured = false;
  bool failure = false;
  bool other = false;
  [[nodiscard]] bool are_alike() const { return measured || (failure && other); }  // both may say "error" and be different things
};

// Objects that have others like them beside them: both "a" and "b" of "a/tok_s" and "b/tok_s".
std::map<std::string_view, Shared> alternatives(const core::Table& table, const core::TableMeaning& meaning) {
  std::map<std::pair<std::string_view, std::string_view>, std::string_view> first;  // by what is around, and the path inside
  std::map<std::string_view, Shared> found;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const std::string_view key = table.columns[c].key;
    for (auto end = key.find('/'); end != std::string_view::npos; end = key.find('/', end + 1)) {
      const std::string_view object = key.substr(0, end);
      const auto [other, fresh] = first.emplace(std::pair(object_of(object), key.substr(end)), object);
      if (fresh || other->second == object) continue;
      for (const std::string_view alike : {other->second, object}) {
        const Role role = meaning.columns[c].role;
        Shared& shared = found[alike];
        (measures(meaning.columns[c]) ? shared.measured : role == Role::failure ? shared.failure : shared.other) = true;
      }
    }
  }
  return found;
}

// Whether rows of other tables stand in the row of this one, outside the object.
bool holds_rows_elsewhere(const core::Document& document, std::uint32_t table, std::string_view object) {
  const std::string inside = document.tables[table].rows.front().pointer + "/" + std::string(object);
  return std::any_of(document.tables.begin() + table + 1, document.tables.end(), [&](const core::Table& other) {
    return !other.rows.empty() && other.rows.front().parent_table == table && !lies_in(other.rows.front().pointer, inside);
  });
}

}  // namespace

std::vector<std::string_view> objects_that_fail(const Catalog& catalog, const core::Document& document, std::uint32_t table, const core::TableMeaning& meaning) {
  const core::Table& of = document.tables[table];
  std::vector<std::string_view> objects(of.columns.size());
  if (!core::is_json(document.format_of(of)) || of.rows.empty()) return objects;
  std::optional<std::map<std::string_view, Shared>> beside;
  for (std::size_t c = 0; c < of.columns.size(); ++c) {
    if (meaning.columns[c].role != Role::failure) continue;
    const std::string_view object = object_of(of.columns[c].key);
    if (object.empty() || only_holds_others(catalog, object)) continue;
    if (!beside) beside = alternatives(of, meaning);
    const auto alike = beside->find(object);
    if ((alike != beside->end() && alike->second.are_alike()) || (of.kind == core::TableKind::object && holds_rows_elsewhere(document, table, object))) objects[c] = object;
  }
  return objects;
}

bool stands_in(const core::Document& document, const core::Row& row, const FailedObjects& objects) {
  const auto [begin, end] = objects.equal_range({row.parent_table, row.parent_row});
  return std::any_of(begin, end, [&](const auto& failed) {
    return lies_in(row.pointer, document.tables[row.parent_table].rows[row.parent_row].pointer + "/" + std::string(failed.second));
  });
}

void discard_measurements(const core::Table& table, const FailedObjects& objects, core::TableMeaning& meaning) {
  if (objects.empty()) return;
  for (const auto& [place, object] : objects) {
    for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
      if (!measures(meaning.columns[c]) || !lies_in(table.columns[c].key, object)) continue;
      core::ColumnMeaning none = meaning.columns[c];
      none.role = Role::no_value;
      none.rule = "its object failed";
      add_exception(meaning, place.second, c, none);
    }
  }
  sort_exceptions(meaning);
}

}  // namespace chimera::facts
