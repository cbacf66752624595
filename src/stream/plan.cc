#include "stream/plan.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "sources/csv_shape.h"
#include "sources/no_limit.h"
#include "text/number.h"

namespace chimera::stream {
namespace {

using sources::JsonPlan;

constexpr std::size_t kMostColumns = 4096;  // of a table that is scanned fast
constexpr std::size_t kDeepest = 64;

// A key as the text spells it, from a piece of a JSON pointer; false where it may be spelled in other ways too.
bool spell(std::string_view piece, std::string& key) {
  key.clear();
  for (std::size_t i = 0; i < piece.size(); ++i) {
    const bool escaped = piece[i] == '~' && i + 1 < piece.size();
    const char c = !escaped ? piece[i] : piece[++i] == '1' ? '/' : '~';
    if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20) return false;
    key += c;
  }
  return true;
}

bool is_number(const std::string& key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) { return c >= '0' && c <= '9'; });
}

class JsonPlanner {
 public:
  explicit JsonPlanner(const std::vector<Table>& tables) : tables_(tables) {
    plan_.deciding.resize(tables.size());
    for (const Table& table : tables) plan_.free.push_back(table.free);
  }

  Plan of_lines() {
    for (std::uint32_t t = 0; t < tables_.size(); ++t) {
      const Table& table = tables_[t];
      if (table.kind != core::TableKind::records || !table.name.empty() || table.parent != kNowhere || !is_fast(table)) continue;
      const std::uint32_t object = plan_.json.add_object();
      add_rows(t, object, "");
      if (plan_.json.families.size() < kMostFamilies) plan_.json.add_family(object, t);
    }
    return finish();
  }

  Plan of_elements() {
    const std::uint32_t array = plan_.json.elements = plan_.json.add_array();
    if (is_fast(tables_.front())) {
      const std::uint32_t element = plan_.json.add_object();
      plan_.json.arrays[array].object = element;
      plan_.json.arrays[array].group = 0;
      add_rows(0, element, "/*");
    }
    return finish();
  }

 private:
  Plan finish() {
    plan_.json.number_columns = static_cast<std::uint32_t>(plan_.numbers.size());
    plan_.json.kept_columns = static_cast<std::uint32_t>(plan_.kept.size());
    plan_.json.finish();
    return std::move(plan_);
  }

  static constexpr std::size_t kMostFamilies = 64;

  static bool is_fast(const Table& table) { return !table.rules.by_row && table.columns.size() <= kMostColumns; }

  // The columns of table `t`, whose rows are objects of this shape, and the tables inside its rows. `pattern` is what
  // their names begin with.
  void add_rows(std::uint32_t t, std::uint32_t object, const std::string& pattern) {
    const Table& table = tables_[t];
    for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
      // A number that is written with its unit makes its line odd; one without it is not of that column.
      if (table.columns[c].elsewhere || !table.columns[c].unit.empty()) continue;
      JsonPlan::Key* const key = key_at(object, table.columns[c].key);
      if (key == nullptr) continue;
      key->scalars = true;
      key->numbers = add_number(t, c);
      const std::vector<std::uint32_t>& deciding = table.rules.deciding;
      if (!std::binary_search(deciding.begin(), deciding.end(), c)) continue;
      key->kept = static_cast<std::uint32_t>(plan_.kept.size());
      plan_.deciding[t].push_back(key->kept);
      plan_.kept.push_back({t, c, table.columns[c].meaning.role});
    }
    for (std::uint32_t child = 0; child < tables_.size(); ++child)
      if (tables_[child].parent == t) add_array(child, object, pattern);
  }

  void add_array(std::uint32_t t, std::uint32_t object, const std::string& pattern) {
    const Table& table = tables_[t];
    if (!is_fast(table) || table.name.rfind(pattern + "/", 0) != 0) return;
    const std::string path = table.name.substr(pattern.size() + 1);
    const bool objects = table.kind == core::TableKind::records;
    const bool matrix = std::all_of(table.columns.begin(), table.columns.end(), [](const Column& c) { return c.elsewhere || is_number(c.key); });
    if (path.find('*') != std::string::npos || (objects ? matrix : table.kind != core::TableKind::series)) return;
    if (!objects && (table.columns.size() != 1 || !table.columns[0].unit.empty() || table.rules.load)) return;
    JsonPlan::Key* const key = key_at(object, path);
    if (key == nullptr) return;
    if (key->array == JsonPlan::kNone) key->array = plan_.json.add_array();
    const std::uint32_t array = key->array;
    if (!objects) {
      plan_.json.arrays[array].scalar_group = t;
      plan_.json.arrays[array].numbers = add_number(t, 0);
      return;
    }
    const std::uint32_t element = plan_.json.add_object();
    plan_.json.arrays[array].object = element;
    plan_.json.arrays[array].group = t;
    add_rows(t, element, table.name + "/*");
  }

  std::uint32_t add_number(std::uint32_t table, std::uint32_t column) {
    plan_.numbers.push_back({table, column, tables_[table].columns[column].meaning.role});
    return static_cast<std::uint32_t>(plan_.numbers.size() - 1);
  }

  // Null where the path cannot be followed. Valid until the next call.
  JsonPlan::Key* key_at(std::uint32_t object, std::string_view path) {
    std::string spelling;
    for (std::size_t depth = 0; depth < kDeepest; ++depth) {
      const std::size_t slash = path.find('/');
      if (!spell(path.substr(0, slash), spelling)) return nullptr;
      JsonPlan::Key& key = plan_.json.key(object, spelling);
      const auto numbers = text::find_numbers('"' + spelling + '"', text::Commas::separate);
      key.name_numbers = static_cast<std::uint32_t>(numbers.size());
      if (slash == std::string_view::npos) return &key;
      if (key.object == JsonPlan::kNone) {
        const std::uint32_t inner = plan_.json.add_object();
        plan_.json.key(object, spelling).object = inner;
        object = inner;
      } else {
        object = key.object;
      }
      path.remove_prefix(slash + 1);
    }
    return nullptr;
  }

  const std::vector<Table>& tables_;
  Plan plan_;
};

}  // namespace

const FreeSetting* find_free(const std::vector<FreeSetting>& free, std::uint32_t column) {
  const auto found = std::find_if(free.begin(), free.end(), [&](const FreeSetting& setting) { return setting.column == column; });
  return found == free.end() ? nullptr : &*found;
}

const FreeSetting* Plan::free_at(const Place& place) const { return find_free(free[place.table], place.column); }

Plan plan_lines(const std::vector<Table>& tables) { return JsonPlanner(tables).of_lines(); }
Plan plan_elements(const std::vector<Table>& tables) { return JsonPlanner(tables).of_elements(); }

Plan plan_csv(const std::vector<Table>& tables, sources::CsvPlan csv, std::size_t width) {
  Plan plan;
  plan.deciding.resize(tables.size());
  for (const Table& any : tables) plan.free.push_back(any.free);
  const Table& table = tables.front();
  csv.columns.resize(table.rules.by_row ? 0 : width);
  for (std::uint32_t c = 0; c < csv.columns.size(); ++c) {
    csv.columns[c].no_limit = sources::may_have_no_limit(table.columns[c].key);
    csv.columns[c].numbers = static_cast<std::uint32_t>(plan.numbers.size());
    plan.numbers.push_back({0, c, table.columns[c].meaning.role});
    if (!std::binary_search(table.rules.deciding.begin(), table.rules.deciding.end(), c)) continue;
    csv.columns[c].kept = static_cast<std::uint32_t>(plan.kept.size());
    plan.deciding[0].push_back(csv.columns[c].kept);
    plan.kept.push_back({0, c, table.columns[c].meaning.role});
  }
  csv.number_columns = static_cast<std::uint32_t>(plan.numbers.size());
  csv.kept_columns = static_cast<std::uint32_t>(plan.kept.size());
  plan.csv = std::move(csv);
  return plan;
}

}  // namespace chimera::stream
