// What a report is judged against, indexed once: documents by name, columns by what they measure, rows by what they
// are about.
//
// Owns its indexes; the corpus and the vocabulary must outlive it. Threads: one (labels of a table are built on demand).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "claims/phrase.h"
#include "core/corpus.h"
#include "core/vocabulary.h"
#include "text/words.h"

namespace chimera::claims {

class Measured;

struct SheetId {
  std::uint32_t document = 0;
  std::uint32_t table = 0;
  auto operator<=>(const SheetId&) const = default;
};

// The rows of one table that one name stands for.
struct Label {
  std::vector<std::uint32_t> rows;  // ascending
  std::uint32_t origin = 0;         // names of one origin (a column, a setting) tell rows of one kind apart
};
struct Labels {
  std::unordered_map<std::string, Label> by_name;  // normal form
  std::size_t longest = 0;                         // pieces of the longest name
  std::unordered_map<std::string, std::uint32_t> keys;  // normal form of every setting's and column's key -> origin
};

// Indexes of single tables, kept for the next Evidence that has the same files in it.
struct TableMemory;
[[nodiscard]] std::shared_ptr<TableMemory> make_table_memory();

class Evidence {
 public:
  // `report`: the text that will be judged; documents of the same text are no evidence for it. May be empty.
  // `memory`: may be null.
  Evidence(const core::Corpus& corpus, const core::Vocabulary& vocabulary, std::string_view report = {},
           std::shared_ptr<TableMemory> memory = nullptr);
  ~Evidence();
  Evidence(const Evidence&) = delete;
  Evidence& operator=(const Evidence&) = delete;

  [[nodiscard]] const core::Corpus& corpus() const { return *corpus_; }
  [[nodiscard]] const core::Vocabulary& vocabulary() const { return *vocabulary_; }
  [[nodiscard]] bool is_left_out(std::uint32_t document) const;
  // What people or programs wrote about measurements: worth less than data.
  [[nodiscard]] bool is_prose(std::uint32_t document) const;

  // Documents that a written name may mean: the same path, a path that ends in it, or the same base name.
  [[nodiscard]] std::vector<std::uint32_t> find_files(std::string_view name) const;
  // Documents whose base name without extension is `stem`, or begins with it at a word boundary.
  [[nodiscard]] std::vector<std::uint32_t> find_stems(std::string_view stem) const;
  // Documents of the types that are read, directly in a folder and below it; nothing where no path has that folder.
  struct FolderCounts {
    std::size_t direct = 0;
    std::size_t below = 0;
  };
  [[nodiscard]] std::optional<FolderCounts> count_folder(std::string_view folder) const;

  [[nodiscard]] const Labels& labels(SheetId sheet) const;
  // Every table with a measurement of `metric` in it, in order.
  [[nodiscard]] const std::vector<SheetId>& sheets_of(const std::string& metric) const;
  // Dates written in a document: in its name, its text.
  [[nodiscard]] const std::vector<text::DateToken>& dates(std::uint32_t document) const;

  // The columns of a table that a phrase of folded pieces names: by key, metric or alias.
  struct Names {
    std::unordered_map<std::string, std::vector<std::uint32_t>> columns;
    std::unordered_map<std::string, std::vector<std::uint32_t>> further;    // more freely said; counts where nothing is in columns
    std::unordered_map<std::string, std::vector<std::uint32_t>> settings;   // not measured; counts where nothing else is called so
    std::unordered_map<std::string, std::vector<std::uint32_t>> qualified;  // of these, the ones whose key also says a statistic
    std::unordered_map<std::string, std::vector<std::uint32_t>> groups;   // parts of the keys' paths -> the columns below
    std::size_t longest = 0;
  };
  [[nodiscard]] const Names& names(SheetId sheet) const;
  // The same over all tables: folded phrase -> columns, in order.
  struct ColumnAt {
    SheetId sheet;
    std::uint32_t column = 0;
    auto operator<=>(const ColumnAt&) const = default;
  };
  struct AllNames {
    std::unordered_map<std::string, std::vector<ColumnAt>> columns;
    std::size_t longest = 0;
  };
  [[nodiscard]] const AllNames& all_names() const;
  // Tables that have rows of this name, in order; very long tables are left out.
  [[nodiscard]] const std::vector<SheetId>& sheets_with(const std::string& label) const;
  [[nodiscard]] std::size_t longest_label() const;
  // Whether a phrase of folded pieces is a column's or a setting's key, a metric or an alias in some table.
  [[nodiscard]] bool has_key(std::string_view phrase) const;
  // The most of these keys (folded) that one document has.
  [[nodiscard]] std::size_t keys_together(const std::vector<std::string>& keys) const;
  // Whether some document's path holds the word (lower case), not inside a longer one.
  [[nodiscard]] bool names_path(std::string_view word) const;
  // Groups of two rows or more, not all, that up to three names or settings of a table share; none of long tables.
  [[nodiscard]] const std::vector<std::vector<std::uint32_t>>& groups(SheetId sheet) const;
  // Whether the word (lower case letters and digits, or a number as written) stands in a document or its path, those
  // marked in `except` left aside.
  [[nodiscard]] bool has_word(std::string_view word, const std::vector<bool>& except) const;
  // Whether a name in some document or its path has the family and the size of a model, those marked in `except` aside.
  [[nodiscard]] bool has_model(const std::string& family, const std::string& size, const std::vector<bool>& except) const;
  [[nodiscard]] const Measured& measured() const;
  // Whether the bytes stand in some document, those marked in `except` left aside, that does not quote the whole `saying`.
  [[nodiscard]] bool occurs(std::string_view bytes, std::string_view saying, const std::vector<bool>& except = {}) const;
  // The same over all metrics of the vocabulary and of the corpus: folded phrase -> metrics.
  struct MetricNames {
    std::unordered_map<std::string, std::vector<std::string>> metrics;
    std::size_t longest = 0;
  };
  [[nodiscard]] const MetricNames& metric_names() const;

  // Cells whose value, rounded as stated, is `value`: sorted by cell. At most `most`.
  struct ValueHit {
    double value = 0;
    core::CellRef cell;
  };
  [[nodiscard]] std::vector<ValueHit> cells_between(double low, double high, std::size_t most) const;

 private:
  struct Index;
  void index_labels() const;
  [[nodiscard]] Names find_names(SheetId sheet) const;
  const core::Corpus* corpus_;
  const core::Vocabulary* vocabulary_;
  std::vector<bool> left_out_;  // per document
  std::shared_ptr<TableMemory> memory_;
  std::unique_ptr<Index> index_;
};

}  // namespace chimera::claims
