#include "facts/recipe_book.h"

#include <mutex>

#include "base/check.h"

namespace chimera::facts {

struct RecipeBook::Entry {
  std::string_view file;
  std::string_view bytes;
  std::vector<Detection> detect;
  std::once_flag loaded;
  Recipe recipe;
};

RecipeBook::RecipeBook(const Catalog& catalog) : catalog_(catalog) {}
RecipeBook::~RecipeBook() = default;

base::Result<void> RecipeBook::add_built_in(std::string_view file, std::string_view bytes) {
  TRY(RecipeHead head, load_recipe_head(catalog_, file, bytes));
  auto entry = std::make_unique<Entry>();
  entry->file = file;
  entry->bytes = bytes;
  entry->detect = std::move(head.detect);
  entries_.insert_or_assign(std::move(head.name), std::move(entry));
  return {};
}

base::Result<void> RecipeBook::add(std::string_view file, std::string_view bytes) {
  TRY(Recipe recipe, load_recipe(catalog_, file, bytes));
  auto entry = std::make_unique<Entry>();
  entry->detect = recipe.detect;
  std::call_once(entry->loaded, [&] { entry->recipe = std::move(recipe); });
  const std::string name = entry->recipe.name;
  entries_.insert_or_assign(name, std::move(entry));
  return {};
}

const Recipe& RecipeBook::load(Entry& entry) const {
  std::call_once(entry.loaded, [&] {
    auto recipe = load_recipe(catalog_, entry.file, entry.bytes);
    CHECK(recipe.has_value(), recipe.error().message);
    entry.recipe = std::move(*recipe);
  });
  return entry.recipe;
}

RecipeBook::Candidates RecipeBook::candidates(DocumentKeys& keys) const {
  Candidates found;
  for (const auto& [name, entry] : entries_)
    for (const Detection& detection : entry->detect)
      if (has_keys(detection, keys)) found.push_back({&detection, entry.get()});
  return found;
}

const Recipe* RecipeBook::recognise(const core::Document& document, const Candidates& candidates) const {
  for (const Candidate& candidate : candidates)
    if (has_text_and_place(*candidate.detection, document)) return &load(*candidate.entry);
  return nullptr;
}

std::vector<RecipeBook::Recognised> RecipeBook::all_that_recognise(const core::Document& document, const Candidates& candidates) const {
  std::vector<Recognised> found;
  for (const Candidate& candidate : candidates)
    if (has_text_and_place(*candidate.detection, document)) found.push_back({&load(*candidate.entry), candidate.detection});
  return found;
}

const Recipe* RecipeBook::named(const std::string& name) const {
  const auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : &load(*found->second);
}

}  // namespace chimera::facts
