// Which documents a document is about: those whose name it shares or whose path it writes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/corpus.h"

namespace chimera::analysis {

enum class Relation {
  shares_name,  // same folder, same stem, or the same but for a word like "summary" or "runs"
  named         // its path or file name stands in the text
};

struct Related {
  core::DocumentId document;
  Relation relation = Relation::named;
};

// "a/b/x_runs.csv" -> "a/b/x": folder and stem without the words that tell a summary from its rows.
[[nodiscard]] std::string family_of(std::string_view path);

class Relatives {
 public:
  explicit Relatives(const core::Corpus& corpus);

  // The documents that `id` renders or rests on, closest first, then by position. Of several files of one name the one
  // whose folders agree with what is written; none where that leaves a choice. Copies count once, as the first.
  [[nodiscard]] std::vector<Related> of(core::DocumentId id) const;
  // The first document with the same bytes: `id` itself where it is the first.
  [[nodiscard]] core::DocumentId original(core::DocumentId id) const { return {originals_[id.value]}; }

 private:
  struct Named {
    std::string name;  // file name, lower case
    std::uint32_t document = 0;
  };
  void add_named(core::DocumentId id, std::string_view written, std::vector<Related>& out) const;

  const core::Corpus& corpus_;
  std::vector<std::uint32_t> originals_;
  std::vector<Named> by_name_;                                  // sorted by name
  std::vector<std::pair<std::string, std::uint32_t>> by_family_;  // sorted
};

// Every path or file name with a known extension in a text, in order; "a.{json,md}" gives two.
[[nodiscard]] std::vector<std::string> paths_written_in(std::string_view text);

}  // namespace chimera::analysis
