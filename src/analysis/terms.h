// What a row is about: the settings it was measured under and the names it carries. Rows of different documents are
// about the same thing where their terms say so.
//
// Owns: the terms of every table asked for, until it goes. Threads: one.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/corpus.h"

namespace chimera::analysis {

struct Term {
  std::string key;    // "num_gpu", "model"; empty of a key on the row's JSON pointer
  std::string value;  // canonical, lower case, without quotes or emphasis
  auto operator<=>(const Term&) const = default;
};

// The key of a column without a header: what it names, no other document calls so.
inline constexpr std::string_view kUnnamed = "#";

// "  `Q4_0` " -> "q4_0"; "40.00" -> "40".
[[nodiscard]] std::string term_value(std::string_view written);

// How well a row fits what was asked for.
struct RowMatch {
  std::uint32_t row = 0;
  int settings = 0;  // terms found under their own key
  int names = 0;     // terms found as a name under another key
};

class TermIndex {
 public:
  explicit TermIndex(const core::Corpus& corpus) : corpus_(corpus) {}

  // Sorted, without repetition.
  [[nodiscard]] const std::vector<Term>& of(core::DocumentId document, std::uint32_t table, std::uint32_t row);
  // The terms that tell a row from the others of its table: its names, and the settings that vary in the table. Of a
  // table of one row everything it has.
  [[nodiscard]] std::vector<Term> telling(core::DocumentId document, std::uint32_t table, std::uint32_t row);
  // Rows of a table that have every one of `wanted` and contradict none of `context`, in order. None where `wanted`
  // is empty.
  [[nodiscard]] std::vector<RowMatch> find(core::DocumentId document, std::uint32_t table, const std::vector<Term>& wanted,
                                           const std::vector<Term>& context);
  // Whether some row of the table has that term.
  [[nodiscard]] bool occurs(core::DocumentId document, std::uint32_t table, const Term& term);
  // Those of `terms` whose key some row of the table has.
  [[nodiscard]] std::vector<Term> known(core::DocumentId document, std::uint32_t table, const std::vector<Term>& terms);

 private:
  // Rows that stand together and have the same terms: the gaps of one run, say.
  struct Group {
    std::vector<Term> terms;
    std::uint32_t first = 0;  // row
  };
  struct TableTerms {
    std::vector<Group> groups;
    std::uint32_t rows = 0;
    std::unordered_map<std::string, std::vector<std::uint32_t>> by_value;  // groups
    std::set<std::string> keys;
    std::set<std::string> varies;  // keys
    [[nodiscard]] const Group& of(std::uint32_t row) const;
    [[nodiscard]] std::uint32_t end_of(std::uint32_t group) const { return group + 1 < groups.size() ? groups[group + 1].first : rows; }
  };
  TableTerms& table_terms(core::DocumentId document, std::uint32_t table);
  void collect(core::DocumentId document, std::uint32_t table, std::uint32_t row, std::vector<Term>& out);
  [[nodiscard]] bool like_the_row_before(core::DocumentId document, std::uint32_t table, std::uint32_t row) const;

  const core::Corpus& corpus_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, TableTerms> tables_;
};

}  // namespace chimera::analysis
