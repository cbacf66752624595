#include "facts/recipe_choice.h"

#include <algorithm>
#include <map>
#include <set>

#include "facts/column_paths.h"
#include "facts/meanings.h"

namespace chimera::facts {
namespace {

bool knows_some(const core::Document& document, const Recipe& recipe, const core::Table& table) {
  return std::any_of(table.columns.begin(), table.columns.end(), [&](const core::Column& column) {
    const std::vector<std::string> path = path_of(document, table, column);
    return std::any_of(recipe.columns.begin(), recipe.columns.end(), [&](const ColumnRule& rule) { return match_path(rule.key, path).has_value(); });
  });
}

class Chooser {
 public:
  Chooser(const core::Document& document, std::vector<RecipeBook::Recognised> known) : document_(document), known_(std::move(known)) {}

  std::vector<const Recipe*> choose() {
    const bool report = document_.artifact.format == core::Format::markdown;
    std::vector<const Recipe*> chosen(document_.tables.size(), nullptr);
    // What one tool printed is its own from the first line to the last.
    if (!report && known_.size() == 1) return std::vector<const Recipe*>(document_.tables.size(), known_.front().recipe);
    for (std::uint32_t t = 0; t < chosen.size(); ++t) chosen[t] = by_its_keys(t);
    const std::vector<const Recipe*> by_keys = chosen;
    for (std::uint32_t t = 0; t < chosen.size(); ++t)
      if (chosen[t] == nullptr && !(report && stands_alone(document_.tables[t]))) chosen[t] = by_neighbours(by_keys, t, report);
    return chosen;
  }

 private:
  // Of the recipes half of whose keys the table has, the one with the largest share of them.
  const Recipe* by_its_keys(std::uint32_t table) const {
    DocumentKeys keys(document_, table);
    const Recipe* best = nullptr;
    std::size_t held = 1;
    std::size_t asked = 2;
    for (const RecipeBook::Recognised& known : known_) {
      const std::vector<std::string>& wanted = known.detection->keys;
      const auto count = static_cast<std::size_t>(std::count_if(wanted.begin(), wanted.end(), [&](const std::string& key) { return keys.has(key); }));
      const bool more = best == nullptr ? count * asked >= held * wanted.size() : count * asked > held * wanted.size();
      if (count == 0 || !more) continue;
      best = known.recipe;
      held = count;
      asked = wanted.size();
    }
    return best;
  }

  // That of the nearest lines above, else below; in a report of the same section. A table there lends its recipe to lists of what
  // that knows.
  const Recipe* by_neighbours(const std::vector<const Recipe*>& chosen, std::uint32_t table, bool report) const {
    const auto lends = [&](std::size_t other) {
      if (document_.format_of(document_.tables[other]) != document_.format_of(document_.tables[table])) return false;
      if (chosen[other] == nullptr || !report) return chosen[other] != nullptr;
      if (document_.tables[other].name != document_.tables[table].name) return false;
      return !stands_alone(document_.tables[other]) || knows_some(document_, *chosen[other], document_.tables[table]);
    };
    for (std::size_t above = table; above-- > 0;)
      if (lends(above)) return chosen[above];
    for (std::size_t below = table + 1; below < chosen.size(); ++below)
      if (lends(below)) return chosen[below];
    return report || known_.empty() ? nullptr : known_.front().recipe;
  }

  const core::Document& document_;
  std::vector<RecipeBook::Recognised> known_;  // one for each way in which a recipe recognises the document
};

std::string most_frequent(const std::vector<const Recipe*>& tables) {
  std::map<std::string, std::size_t> counts;
  for (const Recipe* recipe : tables)
    if (recipe != nullptr) ++counts[recipe->name];
  const auto most = std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == counts.end() ? std::string() : most->first;
}

// Of tables of one format.
RecipeChoice chosen(const RecipeBook& recipes, const core::Document& document, const RecipeBook::Candidates& asked, core::Format format) {
  RecipeChoice choice;
  if (!core::is_prose(format)) {
    const Recipe* const known = recipes.recognise(document, asked);
    choice.tables.assign(document.tables.size(), known);
    if (known != nullptr) choice.tool = known->name;
    return choice;
  }
  std::vector<RecipeBook::Recognised> known = recipes.all_that_recognise(document, asked);
  if (known.empty()) {
    choice.tables.assign(document.tables.size(), nullptr);
    return choice;
  }
  choice.tables = Chooser(document, std::move(known)).choose();
  choice.tool = most_frequent(choice.tables);
  return choice;
}

}  // namespace

RecipeChoice choose_recipes(const RecipeBook& recipes, const core::Document& document, const Shape& shape) {
  if (shape.candidates) return chosen(recipes, document, *shape.candidates, document.artifact.format);
  std::set<core::Format> others;  // in which some tables are
  for (const core::Table& table : document.tables) others.insert(document.format_of(table));
  others.erase(document.artifact.format);
  DocumentKeys own = others.empty() ? DocumentKeys(document) : DocumentKeys(document, document.artifact.format);
  RecipeChoice choice = chosen(recipes, document, recipes.candidates(own), document.artifact.format);
  for (const core::Format other : others) {
    DocumentKeys keys(document, other);
    const RecipeChoice of_others = chosen(recipes, document, recipes.candidates(keys), other);
    for (std::size_t t = 0; t < document.tables.size(); ++t)
      if (document.format_of(document.tables[t]) == other) choice.tables[t] = of_others.tables[t];
    if (choice.tool.empty()) choice.tool = of_others.tool;
  }
  // What the tool of the JSON lines printed between them.
  const Recipe* const tool = others.empty() || choice.tool.empty() ? nullptr : recipes.named(choice.tool);
  for (std::size_t t = 0; tool != nullptr && t < document.tables.size(); ++t)
    if (choice.tables[t] == nullptr && knows_some(document, *tool, document.tables[t])) choice.tables[t] = tool;
  return choice;
}

RecipeChoice settled_recipe(const RecipeBook& recipes, const core::Document& document, const std::string& tool) {
  return {std::vector<const Recipe*>(document.tables.size(), recipes.named(tool)), tool};
}

}  // namespace chimera::facts
