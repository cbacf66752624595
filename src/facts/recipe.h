// A recipe: how to recognise a tool's output, and what its keys mean. The format is described in docs/recipes.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/result.h"
#include "core/document.h"
#include "core/fact.h"
#include "facts/catalog.h"
#include "facts/pattern.h"

namespace chimera::facts {

struct Shape;
struct TableShape;

// All that is given must hold.
struct Detection {
  std::vector<core::Format> formats;
  std::vector<std::string> keys;     // each is the key of some column
  std::vector<std::string> markers;  // each stands in the first kMarkerReach bytes of the text
  std::vector<std::string> paths;    // the end of the file's path matches one
};

struct ColumnRule {
  std::string key;
  std::vector<std::pair<std::string, std::string>> when;  // sibling key -> pattern of its text, for this row
  std::optional<core::Role> role;
  std::string metric;      // of a factor: the setting
  std::string definition;
  std::optional<core::Statistic> statistic;
  core::UnitPtr unit = nullptr;
  std::string named;           // a name with captures, "{name}", that is read like that of a column
  std::string metric_from;     // sibling whose text is the definition of the row, and so the metric: "ttft:first_chunk"; or any name
  std::string unit_from;       // sibling whose text is the unit of the row
  std::string statistic_from;  // sibling whose text is the statistic of the row
  // Whether it says different things of different rows.
  [[nodiscard]] bool looks_at_rows() const { return !when.empty() || !metric_from.empty() || !unit_from.empty() || !statistic_from.empty(); }
  enum class Of { row, table, parent, key };
  Of of = Of::row;             // whose setting it is: that of all rows of the table, of the row around, or of rows of other tables that have its key
  std::string listed_in;       // holds for keys whose last piece is among the texts of that column of the document
  std::string product_of;      // of a list: the list of lists beside it over whose product it is written out
  std::vector<std::string> parse;  // patterns with settings as placeholders, for a text: "pp{prompt_tokens}"
  bool names_runs = false;         // a setting whose text comes again for another run: these are told apart by `case`
  int direction = 0;
  std::string rule;            // "recipes/llama-bench.toml:12"
};

struct Recipe {
  std::string name;
  std::vector<Detection> detect;  // any of them
  std::vector<std::pair<std::string, std::string>> settings;  // of every row
  std::vector<std::string> paths;  // patterns of the file's path, whose captures are settings of every row
  std::vector<std::string> headings;  // likewise of the headings above a table of Markdown: "{test}/[*] {gpu}"
  bool repeats_command = false;  // the tool prints its command, with a label, behind what it measured
  std::vector<core::Statistic> ranks;  // what {rank} numbers, from 1
  std::vector<ColumnRule> columns;
};

inline constexpr std::size_t kMarkerReach = 4096;

// What recognises a document, read from the part of the file before its first column, which is the smaller one.
struct RecipeHead {
  std::string name;
  std::vector<Detection> detect;
};

// Input errors that name file and line.
[[nodiscard]] base::Result<RecipeHead> load_recipe_head(const Catalog& catalog, std::string_view name, std::string_view bytes);
[[nodiscard]] base::Result<Recipe> load_recipe(const Catalog& catalog, std::string_view name, std::string_view bytes);

// The keys of one document, or of one of its tables, collected once for the detections of all recipes. The document must outlive it.
class DocumentKeys {
 public:
  explicit DocumentKeys(const core::Document& document) : document_(document), last_(document.tables.size()) {}
  DocumentKeys(const core::Document& document, std::uint32_t table) : document_(document), first_(table), last_(std::size_t{table} + 1) {}
  // Of its tables of one kind: of JSON lines in a log, or of the text between them.
  DocumentKeys(const core::Document& document, core::Format format) : document_(document), last_(document.tables.size()), format_(format) {}
  [[nodiscard]] core::Format format() const { return format_ == core::Format::unknown ? document_.artifact.format : format_; }
  // Whether some column has a key that `pattern` matches. Of a keyed table, the first rows' keys count.
  [[nodiscard]] bool has(const std::string& pattern);
  // False only where has() is; says so in no time.
  [[nodiscard]] bool may_have(std::string_view pattern);
  // Whether some key is that of a row, and not of a column.
  [[nodiscard]] bool depend_on_rows();

 private:
  struct Key {
    std::vector<std::string> path;
    const core::Column* names;  // the rows' keys, which stand at `name_at` in the path in turn; null where no row has one
    std::size_t name_at;
  };
  void collect();

  const core::Document& document_;
  std::size_t first_ = 0;  // of the tables
  std::size_t last_ = 0;   // behind them
  core::Format format_ = core::Format::unknown;  // of those that count; unknown: all
  std::vector<Key> keys_;
  std::unordered_set<std::string_view> endings_;  // what stands behind the last slash of some key
  bool any_ending_ = false;                       // rows' keys stand there, which are not collected
  bool collected_ = false;
};

// The halves of a detection: what the format and the keys of a document say, and what its text and its path do.
[[nodiscard]] bool has_keys(const Detection& detection, DocumentKeys& keys);
[[nodiscard]] bool has_text_and_place(const Detection& detection, const core::Document& document);

// Whether rows of the document say what other rows were run with: then it cannot be read in parts.
[[nodiscard]] bool has_settings_of_other_rows(const Recipe& recipe, const core::Document& document, const Shape& shape);

// Puts what the recipe says over what the columns of a table say themselves; adds exceptions (unsorted) where a rule depends on
// the row.
void apply_recipe(const Catalog& catalog, const Recipe& recipe, const core::Document& document, std::uint32_t table, const TableShape& shape, core::TableMeaning& meaning);

// The settings that the file's path holds by the first of the recipe's path patterns that fits its end.
[[nodiscard]] std::vector<core::Setting> path_settings(const Recipe& recipe, std::string_view path);
[[nodiscard]] std::vector<core::Setting> heading_settings(const Recipe& recipe, const core::Table& table);

// The vocabulary's name for a setting that a tool writes in its own way: "batch_size" is "batch", "BlockSize" is "block_size".
[[nodiscard]] std::string setting_name(const Catalog& catalog, std::string_view written);

// "threads=4 size=1024": settings of which the text gives the names too. Nothing where some piece is none.
[[nodiscard]] std::vector<core::Setting> written_settings(const Catalog& catalog, std::string_view text);

// The settings that `text` holds by the rules' parse patterns: "pp512 @ d4096".
[[nodiscard]] std::vector<core::Setting> parse_settings(const Catalog& catalog, const ColumnRule& rule, std::string_view text);

}  // namespace chimera::facts
