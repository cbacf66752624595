// Which recipe reads which table of a document.
//
// A data file is one tool's. A report or a log may hold what several printed, and tables that people wrote beside it: there every table
// has its own.
#pragma once

#include <string>
#include <vector>

#include "core/document.h"
#include "facts/recipe_book.h"
#include "facts/shape.h"

namespace chimera::facts {

struct RecipeChoice {
  std::vector<const Recipe*> tables;  // parallel to the document's; null where the vocabulary reads the table alone
  std::string tool;                   // the name of the one that reads most tables; empty where there is none
};

// In this order a table of Markdown or text is read by the recipe that recognises it alone, the one that knows most of it, or the one
// of what was printed around it. `recipes` and what it gave to `shape` must outlive the choice.
[[nodiscard]] RecipeChoice choose_recipes(const RecipeBook& recipes, const core::Document& document, const Shape& shape);

// The same recipe, or none, for all tables of a document of which a first part was read before.
[[nodiscard]] RecipeChoice settled_recipe(const RecipeBook& recipes, const core::Document& document, const std::string& tool);

}  // namespace chimera::facts
