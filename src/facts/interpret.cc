#include "facts/interpret.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/check.h"
#include "facts/cases.h"
#include "facts/catalog.h"
#include "facts/columns.h"
#include "facts/configs.h"
#include "facts/corners.h"
#include "facts/design.h"
#include "facts/embedded.h"
#include "facts/exceptions.h"
#include "facts/json_arrays.h"
#include "facts/labels.h"
#include "facts/lone_settings.h"
#include "facts/measured_use.h"
#include "facts/named_settings.h"
#include "facts/one_name.h"
#include "facts/recipe_book.h"
#include "facts/recipe_choice.h"
#include "facts/refine.h"
#include "facts/repetitions.h"
#include "facts/rows.h"
#include "facts/run_lines.h"
#include "facts/schedules.h"
#include "facts/second_looks.h"
#include "facts/set_beside.h"
#include "facts/shape.h"
#include "facts/sizes.h"
#include "facts/start_records.h"
#include "facts/stated_settings.h"
#include "facts/states.h"
#include "facts/summary_rows.h"
#include "facts/told_beside.h"

namespace chimera::facts {
namespace {

using core::Role;

// The key of a keyed table, and the column's name in a table that was turned, is a setting of its row.
core::ColumnMeaning key_meaning(const Catalog& catalog, const core::Document& document, const core::Table& table) {
  core::ColumnMeaning meaning;
  meaning.role = numbers_repetitions(document, table) ? Role::index : Role::factor;
  meaning.metric = key_setting(catalog, document.format_of(table), table.name);
  const std::string_view own = setting_of_keys(document, table);
  if (own == "model" || (!own.empty() && meaning.metric == "case")) meaning.metric = own;
  meaning.definition = meaning.metric;
  meaning.rule = kKeyRule;
  return meaning;
}

core::TableMeaning read_columns(const Catalog& catalog, const core::Document& document, const core::Table& table, const TableShape& shape, core::Diagnostics& diagnostics) {
  core::TableMeaning meaning;
  meaning.columns.reserve(table.columns.size());
  bool named = false;
  for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
    const bool keyed = table.kind == core::TableKind::keyed || table.kind == core::TableKind::transposed;
    const bool key = keyed && table.columns[c].key.empty();
    meaning.columns.push_back(key ? key_meaning(catalog, document, table) : decide_column(catalog, document, table, c, shape.columns[c], diagnostics));
    // Rows that are of two things, neither of which has a name.
    if (key && std::exchange(named, true)) meaning.columns.back().metric = meaning.columns.back().definition = "case2";
  }
  return meaning;
}

core::TableMeaning read_table(NameParts& names, const core::Document& document, const core::Table& table, const TableShape& shape, core::Diagnostics& diagnostics) {
  const Catalog& catalog = names.catalog();
  TableShape below = says_quantity_in_corner(document, table, shape) ? shape : TableShape();
  const bool under_corner = !below.columns.empty() && read_under_corner(names, table, below);
  core::TableMeaning meaning = read_columns(catalog, document, table, under_corner ? below : shape, diagnostics);
  for (core::ColumnMeaning& column : meaning.columns)
    if (under_corner && column.metric == "case") column.metric = column.definition = "case2";  // the corner's rows are the first
  read_levels(document, table, shape, meaning);
  if (!under_corner) return meaning;
  meaning.columns[0].role = Role::factor;
  meaning.columns[0].metric = meaning.columns[0].definition = "case";
  meaning.columns[0].unit = core::no_unit();
  meaning.columns[0].rule = kNamesRows;
  return meaning;
}

// Comparing columns with columns takes the square of their number. No table that people measured is wider than this.
constexpr std::size_t kWidest = 4096;

// `told`: by a recipe. Each step sees what those before it left, so their order is part of what they mean.
void refine(NameParts& names, const core::Document& document, const core::Table& table, const TableShape& shape, bool told, core::TableMeaning& meaning) {
  if (table.columns.size() > kWidest) return;
  const Catalog& catalog = names.catalog();
  read_repetitions(names, document, table, meaning);
  read_statistics_of_repetitions(catalog, document, table, meaning);
  // What single columns turn out to be, beside others or by their values: roles and metrics, for which all below ask.
  read_parallelism(document, table, shape, meaning);
  read_temperatures(catalog, document, table, shape, meaning);
  read_capacities(catalog, shape, meaning);
  read_memory_in_use(catalog, document, table, shape, meaning);
  read_process_times(catalog, document, table, shape, meaning);
  read_nanoseconds(document, table, shape, meaning);
  read_generation_times(catalog, shape, meaning);
  read_whole_runs(catalog, shape, meaning);
  read_minutes(document, table, shape, meaning);
  read_whole_latencies(catalog, table, shape, meaning);
  read_counted_flops(document, table, shape, meaning);
  read_half_intervals(table, meaning);
  read_given_shares(document, table, shape, meaning);
  read_counts_of_statistics(document, table, meaning);
  read_set_beside(document, table, shape, meaning);
  read_sizes(catalog, document, table, shape, meaning);
  read_schedules(document, table, shape, meaning);
  // What columns lend each other. A metric that is borrowed may be split by dimension, and a unit is borrowed within one definition.
  read_spreads(table, meaning);
  read_named_spreads(catalog, table, meaning);
  read_unit_columns(catalog, document, table, shape, meaning);
  borrow_metrics(catalog, table, meaning);
  split_dimensions(catalog, meaning);
  borrow_units(table, shape, meaning);
  // What values prove, which takes their units.
  prove_definitions(catalog, table, meaning);
  read_changes(document, table, meaning);
  // What still has one name and differs.
  tell_apart(table, meaning);
  // What tells rows apart: the columns that are no measurements by now.
  name_devices(document, table, shape, meaning);
  read_design(catalog, document, table, meaning);
  read_labels(catalog, document, table, shape, told, meaning);
  if (core::is_json(document.format_of(table))) tell_settings_apart(document, table, meaning);
  keep_own_names(document, table, shape, meaning);
}

// Whether what the cells of a column mean is told by other cells of their rows.
bool depends_on_rows(const Recipe* recipe, const ColumnShape& shape, const core::ColumnMeaning& meaning) {
  if (meaning.rule.find(kUnitWritten) != std::string::npos) return true;
  return recipe != nullptr && std::any_of(recipe->columns.begin(), recipe->columns.end(), [&](const ColumnRule& rule) {
           return rule.looks_at_rows() && match_path(rule.key, shape.path).has_value();
         });
}

// Columns mean what they meant before. Where rows tell, a cell that means what the column of this part does keeps that.
void settle(const Recipe* recipe, const SettledTable& settled, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning) {
  for (std::uint32_t c = 0; c < meaning.columns.size(); ++c) {
    if (settled.columns[c] == nullptr) continue;
    const core::ColumnMeaning here = std::exchange(meaning.columns[c], *settled.columns[c]);
    if (!depends_on_rows(recipe, shape.columns[c], here)) continue;
    std::set<std::uint32_t> apart;
    for (const core::CellException& e : meaning.exceptions)
      if (e.column == c) apart.insert(e.row);
    for (std::uint32_t r = 0; r < table.rows.size(); ++r)
      if (apart.count(r) == 0) add_exception(meaning, r, c, here);
  }
}

// Prose about measurements is worth less than what it is about; so are statistics, less than their raw values.
// What a known tool printed is no prose.
core::Trust trust_in(const core::Document& document, const std::vector<core::TableMeaning>& meanings, bool known) {
  if (document.artifact.format == core::Format::markdown || (document.artifact.format == core::Format::text && !known)) return core::Trust::prose;
  std::size_t rows = 0;
  std::size_t summaries = 0;
  for (const core::TableMeaning& meaning : meanings) {
    const bool measured = std::any_of(meaning.columns.begin(), meaning.columns.end(), [](const auto& c) { return c.role == Role::response; });
    if (!measured) continue;
    rows += meaning.states.size();
    summaries += static_cast<std::size_t>(std::count(meaning.states.begin(), meaning.states.end(), core::RowState::summary));
  }
  return rows > 0 && rows == summaries ? core::Trust::derived : core::Trust::raw;
}

base::Result<void> load_into(Catalog& catalog, const DataFile& file) {
  TRY(catalog, load_catalog(file.name, file.bytes));
  return {};
}

}  // namespace

struct Interpreter::Data {
  Catalog catalog;
  RecipeBook recipes{catalog};
  mutable NameMemory names;
  mutable ShapeMemory shapes;
};

Interpreter::Interpreter(std::unique_ptr<const Data> data) : data_(std::move(data)) {}
Interpreter::Interpreter(Interpreter&&) noexcept = default;
Interpreter& Interpreter::operator=(Interpreter&&) noexcept = default;
Interpreter::~Interpreter() = default;

base::Result<Interpreter> Interpreter::create(const std::vector<DataFile>& extra) {
  constexpr std::string_view kVocabulary = "vocabulary.toml";
  auto data = std::make_unique<Data>();
  for (const base::EmbeddedFile& file : embedded_data())
    if (file.name == kVocabulary) TRY_VOID(load_into(data->catalog, {file.name, file.bytes}));
  for (const DataFile& file : extra)
    if (file.name == kVocabulary) TRY_VOID(load_into(data->catalog, file));
  for (const base::EmbeddedFile& file : embedded_data())
    if (file.name != kVocabulary) TRY_VOID(data->recipes.add_built_in(file.name, file.bytes));
  for (const DataFile& file : extra)
    if (file.name != kVocabulary) TRY_VOID(data->recipes.add(file.name, file.bytes));
  return Interpreter(std::move(data));
}

const core::Vocabulary& Interpreter::vocabulary() const { return data_->catalog.vocabulary; }

Interpretation Interpreter::interpret(const core::Document& document, core::Diagnostics& diagnostics) const {
  return read(document, nullptr, diagnostics);
}

Interpretation Interpreter::interpret_part(const core::Document& document, const Settled& settled, core::Diagnostics& diagnostics) const {
  CHECK(settled.tables.size() == document.tables.size(), "what is settled is parallel to the tables of the part");
  return read(document, &settled, diagnostics);
}

Interpretation Interpreter::read(const core::Document& document, const Settled* settled, core::Diagnostics& diagnostics) const {
  const Catalog& catalog = data_->catalog;
  Interpretation result;
  NameParts names(catalog, &data_->names);
  const std::shared_ptr<const Shape> shape = data_->shapes.of(document, names, data_->recipes);
  RecipeChoice choice = settled != nullptr ? settled_recipe(data_->recipes, document, settled->tool) : choose_recipes(data_->recipes, document, *shape);
  result.tool = std::move(choice.tool);
  const bool transactions = counts_transactions(document);
  if (const Recipe* known = data_->recipes.named(result.tool)) result.needs_whole = has_settings_of_other_rows(*known, document, *shape);
  for (std::uint32_t t = 0; t < document.tables.size(); ++t) {
    const core::Table& table = document.tables[t];
    const TableShape& of_table = shape->tables[t];
    const Recipe* const known = choice.tables[t];
    result.tables.push_back(read_table(names, document, table, of_table, diagnostics));
    core::TableMeaning& meaning = result.tables.back();
    if (known != nullptr) apply_recipe(catalog, *known, document, t, of_table, meaning);
    name_steps(document, table, meaning);
    name_percentile_pairs(document, table, meaning);
    read_named_settings(names, document, t, result.tables);
    if (transactions) read_transactions(table, meaning);
    refine(names, document, table, of_table, known != nullptr, meaning);
    if (settled != nullptr) settle(known, settled->tables[t], table, of_table, meaning);
    if (known == nullptr) read_rows(names, document, t, of_table, result.tables);
    if (known == nullptr) leave_settings_of_rows(catalog, document, table, meaning);
    if (known == nullptr) leave_settings_of_keys(catalog, document, table, of_table, meaning);
    if (known == nullptr) read_summary_rows(catalog, document, table, of_table, meaning);
    if (settled == nullptr) read_left_labels(catalog, document, table, of_table, meaning);  // a part would find more that tells its few rows apart
    if (known == nullptr && settled == nullptr) read_lone_settings(catalog, document, table, of_table, meaning);
    read_interval(catalog, document, t, of_table, result.tables);
    take_units_of_objects(document, t, *shape, result.tables);
    if (settled == nullptr) take_metrics_of_means(catalog, document, t, result.tables);
    tell_positions_apart(document, table, of_table, meaning);
    sort_exceptions(meaning);
    mark_sentinels(document, t, meaning, diagnostics);
  }
  read_run_lines(document, *shape, choice.tables, result.tables);
  mark_histograms(document, *shape, result.tables);
  find_states(catalog, document, *shape, settled == nullptr ? Extent::whole : Extent::part, result.tables, diagnostics);
  for (std::size_t t = 0; t < document.tables.size(); ++t) result.needs_whole = result.needs_whole || is_of_lone_items(document, document.tables[t], shape->tables[t], result.tables[t]);
  result.configs = configure(catalog, choice.tables, document, *shape, result.tables);
  result.needs_whole = result.needs_whole || !StartRecords(choice.tables, document, result.tables).empty();
  result.trust = trust_in(document, result.tables, !result.tool.empty());
  return result;
}

RowRules Interpreter::row_rules(const core::Document& document, std::uint32_t table, Interpretation& read) const {
  RowRules rules;
  const Catalog& catalog = data_->catalog;
  const Recipe* known = data_->recipes.named(read.tool);
  NameParts parts(catalog, &data_->names);
  const std::shared_ptr<const Shape> shape = data_->shapes.of(document, parts, data_->recipes);
  const std::vector<const Recipe*> recipes(document.tables.size(), known);
  rules.deciding = setting_columns(catalog, recipes, document, *shape, table, read.tables);
  state_rules(catalog, document, *shape, table, read.tables, rules);
  std::sort(rules.deciding.begin(), rules.deciding.end());
  rules.deciding.erase(std::unique(rules.deciding.begin(), rules.deciding.end()), rules.deciding.end());
  const std::vector<core::ColumnMeaning>& variants = read.tables[table].variants;
  rules.by_row = rules.by_row || std::any_of(variants.begin(), variants.end(), [](const auto& v) { return v.rule != kSentinelRule; });
  for (std::uint32_t c = 0; c < shape->tables[table].columns.size(); ++c) {
    const ColumnShape& of_column = shape->tables[table].columns[c];
    rules.by_row = rules.by_row || of_column.leaf_units || of_column.leaf_metrics || depends_on_rows(known, of_column, read.tables[table].columns[c]);
  }
  return rules;
}

std::optional<Sentinels> Interpreter::sentinels(const core::ColumnMeaning& column) { return sentinels_of(column); }

core::ColumnMeaning Interpreter::of_sentinel(const core::ColumnMeaning& column) {
  core::ColumnMeaning meaning = column;
  meaning.role = Role::no_value;
  meaning.rule = kSentinelRule;
  return meaning;
}

}  // namespace chimera::facts
