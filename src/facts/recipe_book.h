// All recipes: which of them knows a document. There are many, of which a folder needs a few: of the built-in ones only
// what recognises documents is read at first.
//
// Threads: several may call recognise() at the same time.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "facts/recipe.h"

namespace chimera::facts {

class RecipeBook {
  struct Entry;

 public:
  struct Candidate {
    const Detection* detection = nullptr;
    Entry* entry = nullptr;
  };
  using Candidates = std::vector<Candidate>;

  // `catalog` and the bytes of a built-in recipe must outlive the book. A later recipe replaces one of the same name.
  explicit RecipeBook(const Catalog& catalog);
  ~RecipeBook();
  // Built-in recipes are held to be whole by the tests; one that is not is our bug when it is needed.
  [[nodiscard]] base::Result<void> add_built_in(std::string_view file, std::string_view bytes);
  [[nodiscard]] base::Result<void> add(std::string_view file, std::string_view bytes);
  // The detections for which a document has the keys, by name of their recipe. Valid as long as the book, once all are added.
  [[nodiscard]] Candidates candidates(DocumentKeys& keys) const;
  // The first of these that recognises the document; null where none does. Stays valid as long as the book.
  [[nodiscard]] const Recipe* recognise(const core::Document& document, const Candidates& candidates) const;
  // A recipe and how it recognised a document.
  struct Recognised {
    const Recipe* recipe = nullptr;
    const Detection* detection = nullptr;
  };
  // Every such way, by name of the recipe.
  [[nodiscard]] std::vector<Recognised> all_that_recognise(const core::Document& document, const Candidates& candidates) const;
  // Null where there is none.
  [[nodiscard]] const Recipe* named(const std::string& name) const;

 private:
  [[nodiscard]] const Recipe& load(Entry& entry) const;
  const Catalog& catalog_;
  std::map<std::string, std::unique_ptr<Entry>> entries_;
};

}  // namespace chimera::facts
