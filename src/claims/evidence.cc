#include "claims/evidence.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "base/paths.h"
#include "claims/cursor.h"
#include "claims/measured.h"
#include "claims/word_set.h"

namespace chimera::claims {
namespace {

using core::CellKind;
using core::Role;

constexpr std::size_t kLongestLabel = 24;    // pieces
constexpr std::size_t kLongestTable = 20000;  // rows that are known by name without naming the file

std::string_view stem_of(std::string_view path) {
  const auto name = base::base_name(path);
  const auto dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? name : name.substr(0, dot);
}

bool is_read_type(core::Format format) {
  return core::is_json(format) || format == core::Format::csv || format == core::Format::markdown;
}

// A row is known by its names, its settings ("num gpu 40") and its numbers in a series ("prompt 3").
class LabelMaker {
 public:
  LabelMaker(const core::Corpus& corpus, SheetId id)
      : document_(corpus.document({id.document})), table_(document_.tables[id.table]),
        meaning_(corpus.meaning({id.document})[id.table]), corpus_(corpus) {}

  Labels make() {
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c) add_column(c);
    add_settings();
    return std::move(labels_);
  }

 private:
  void add(const std::string& label, std::uint32_t row, std::uint32_t origin) {
    if (label.empty()) return;
    const auto [entry, fresh] = labels_.by_name.try_emplace(label);
    if (fresh) entry->second.origin = origin;
    std::vector<std::uint32_t>& rows = entry->second.rows;
    if (rows.empty() || rows.back() < row) rows.push_back(row);
    else if (!std::binary_search(rows.begin(), rows.end(), row)) rows.insert(std::lower_bound(rows.begin(), rows.end(), row), row);
    labels_.longest = std::max<std::size_t>(labels_.longest, 1 + static_cast<std::size_t>(std::count(label.begin(), label.end(), ' ')));
  }

  void add_named(std::string_view key, const std::string& value, std::uint32_t row, std::uint32_t origin) {
    if (value.empty()) return;
    const std::string name = normal_form(key.substr(key.rfind('/') == std::string_view::npos ? 0 : key.rfind('/') + 1));
    if (name.empty()) return;
    labels_.keys.try_emplace(name, origin);
    add(name + " " + value, row, origin);
    const auto last = name.rfind(' ');  // "prompt index 3" is "prompt 3"
    if (last == std::string::npos) return;
    const std::string tail = name.substr(last + 1);
    if (tail == "index" || tail == "id" || tail == "number" || tail == "no" || tail == "idx" || tail == "name")
      add(name.substr(0, last) + " " + value, row, origin);
  }

  void add_column(std::uint32_t c) {
    const core::Column& column = table_.columns[c];
    const Role role = meaning_.columns[c].role;
    const bool names = role == Role::identity || role == Role::factor || role == Role::text || role == Role::index;
    if (!names) return;
    for (std::uint32_t r = 0; r < column.cells.size(); ++r) {
      const core::Cell& cell = column.cells[r];
      const auto raw = document_.at(cell.span());
      if (cell.kind == CellKind::text && raw.size() <= 200) {
        const std::string label = normal_form(raw, kLongestLabel);
        if (label.size() > 1) add(label, r, c);
        add_named(column.key, label, r, c);
      } else if (cell.kind == CellKind::number || cell.kind == CellKind::boolean) {
        add_named(column.key, normal_form(raw), r, c);
      }
    }
  }

  void add_settings() {
    for (std::uint32_t r = 0; r < table_.rows.size(); ++r) {
      if (corpus_.configs().empty() || r >= meaning_.configs.size()) return;
      for (const core::Setting& setting : corpus_.configs()[meaning_.configs[r]].settings()) {
        const std::string value = normal_form(setting.value);
        const auto columns = static_cast<std::uint32_t>(table_.columns.size());
        const std::uint32_t origin = settings_.try_emplace(setting.key, columns + static_cast<std::uint32_t>(settings_.size())).first->second;
        add_named(setting.key, value, r, origin);
        if (setting.key == "temperature") add("temp " + value, r, origin);
        const bool text = std::any_of(value.begin(), value.end(), is_letter);
        if (text && value.size() > 1) add(value, r, origin);
      }
    }
  }

  const core::Document& document_;
  const core::Table& table_;
  const core::TableMeaning& meaning_;
  const core::Corpus& corpus_;
  Labels labels_;
  std::map<std::string, std::uint32_t> settings_;  // key -> origin
};

std::string folded_form(std::string_view text) {
  std::string joined;
  for (const Piece& piece : pieces_of(text)) joined += (joined.empty() ? "" : " ") + folded(piece.text);
  return joined;
}

std::size_t piece_count(const std::string& phrase) {
  return 1 + static_cast<std::size_t>(std::count(phrase.begin(), phrase.end(), ' '));
}

enum class Leave { units_and_statistics, units };

// Of "mean_ttft_s" what names it in prose: "ttft", as statistics and units are said apart; or "mean ttft" without units.
std::string bare_key(std::string_view key, Leave leave = Leave::units_and_statistics) {
  std::string bare;
  const std::vector<Piece> pieces = pieces_of(key);
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const bool ends = i + 1 == pieces.size() || (leave == Leave::units && key[pieces[i].end] == '/');
    const bool unit = ends && i > 0 && core::find_unit(pieces[i].text) != nullptr;
    if (unit || (leave == Leave::units_and_statistics && statistic_word(pieces[i].text))) continue;
    bare += (bare.empty() ? "" : " ") + folded(pieces[i].text);
  }
  return bare;
}

}  // namespace

// By the bytes and the path of the file: a path can name settings.
using TableKey = std::tuple<base::Digest, std::string, std::uint32_t>;
struct TableMemory {
  std::map<TableKey, std::shared_ptr<const Labels>> labels;
  std::map<TableKey, std::shared_ptr<const Evidence::Names>> names;
};
std::shared_ptr<TableMemory> make_table_memory() { return std::make_shared<TableMemory>(); }

namespace {

TableKey key_of(const core::Corpus& corpus, SheetId sheet) {
  const core::Artifact& artifact = corpus.documents()[sheet.document].artifact;
  return {artifact.digest, artifact.path, sheet.table};
}

}  // namespace

struct Evidence::Index {
  std::unordered_map<std::string, std::vector<std::uint32_t>> by_base;   // base name
  std::map<std::string, std::vector<std::uint32_t>> by_stem;             // lower-case stem, sorted for prefixes
  std::map<std::string, FolderCounts> folders;
  std::unordered_map<std::string, std::vector<SheetId>> by_metric;
  mutable std::map<SheetId, std::shared_ptr<const Labels>> labels;
  mutable std::map<SheetId, std::shared_ptr<const Names>> names;
  MetricNames metric_names;
  mutable std::optional<AllNames> all_names;
  mutable std::optional<std::unordered_map<std::string, std::vector<SheetId>>> sheets_by_label;
  mutable std::size_t longest_label = 0;
  mutable std::set<std::string> keys;  // of settings and of all columns, folded
  mutable std::vector<std::set<std::string>> keys_of_document;
  mutable std::unordered_map<std::uint32_t, std::vector<text::DateToken>> dates;
  mutable std::vector<ValueHit> values;  // sorted by value; built on the first question
  mutable bool values_built = false;
  mutable std::map<SheetId, std::vector<std::vector<std::uint32_t>>> groups;
  mutable std::vector<std::set<ModelName>> models;  // per document
  mutable std::vector<std::optional<WordSet>> words;  // per document
  std::unique_ptr<Measured> measured;
};

namespace {

void add_name(Evidence::MetricNames& names, const std::string& phrase, const std::string& metric) {
  if (phrase.empty()) return;
  std::vector<std::string>& metrics = names.metrics[phrase];
  if (std::find(metrics.begin(), metrics.end(), metric) == metrics.end()) metrics.push_back(metric);
  names.longest = std::max(names.longest, piece_count(phrase));
}

}  // namespace

Evidence::Evidence(const core::Corpus& corpus, const core::Vocabulary& vocabulary, std::string_view report, std::shared_ptr<TableMemory> memory)
    : corpus_(&corpus), vocabulary_(&vocabulary), left_out_(corpus.documents().size(), false),
      memory_(memory != nullptr ? std::move(memory) : make_table_memory()), index_(std::make_unique<Index>()) {
  index_->words.resize(left_out_.size());
  for (std::uint32_t d = 0; d < left_out_.size(); ++d) left_out_[d] = !report.empty() && corpus.documents()[d].text == report;
  for (const core::Metric& metric : vocabulary.metrics) {
    add_name(index_->metric_names, folded_form(metric.name), metric.name);
    for (const std::string& alias : metric.aliases) add_name(index_->metric_names, folded_form(alias), metric.name);
  }
  for (std::uint32_t d = 0; d < corpus.documents().size(); ++d) {
    const core::Artifact& artifact = corpus.documents()[d].artifact;
    if (is_left_out(d)) continue;
    index_->by_base[std::string(base::base_name(artifact.path))].push_back(d);
    index_->by_stem[text::lower(stem_of(artifact.path))].push_back(d);
    if (is_read_type(artifact.declared)) {
      const std::string& path = artifact.path;
      for (auto slash = path.rfind('/'); slash != std::string::npos && slash > 0; slash = path.rfind('/', slash - 1)) {
        FolderCounts& counts = index_->folders[path.substr(0, slash)];
        ++counts.below;
        if (path.find('/', slash + 1) == std::string::npos) ++counts.direct;
      }
    }
    const auto& meanings = corpus.meaning({d});
    for (std::uint32_t t = 0; t < meanings.size(); ++t) {
      std::set<std::string> seen;
      for (const auto* columns : {&meanings[t].columns, &meanings[t].variants})
        for (const core::ColumnMeaning& column : *columns)
          if ((column.role == Role::response || column.role == Role::count) && seen.insert(column.metric).second)
            index_->by_metric[column.metric].push_back({d, t});
    }
  }
}

namespace {

bool is_measured(Role role) { return role == Role::response || role == Role::count || role == Role::no_value || role == Role::unread; }

// "testRunDurationMs" is "test run duration ms" to whoever reads it.
std::string spaced(std::string_view key) {
  std::string words;
  for (std::size_t i = 0; i < key.size(); ++i) {
    const bool hump = i > 0 && key[i] >= 'A' && key[i] <= 'Z' && key[i - 1] >= 'a' && key[i - 1] <= 'z';
    if (hump) words += ' ';
    words += key[i];
  }
  return words;
}

bool says_statistic(std::string_view key) {
  const std::vector<Piece> pieces = pieces_of(key);
  return std::any_of(pieces.begin(), pieces.end(), [](const Piece& piece) { return piece.text == "stderr" || statistic_word(piece.text).has_value(); });
}

std::string_view leaf_of(std::string_view key) { return key.substr(key.rfind('/') == std::string_view::npos ? 0 : key.rfind('/') + 1); }

// What a key may be called, and whether that leaves out a statistic that the key states.
std::map<std::string, bool> phrases_of(std::string_view key) {
  std::map<std::string, bool> phrases;
  for (const std::string_view part : {key, leaf_of(key)}) {
    phrases[folded_form(part)] = false;
    phrases.try_emplace(bare_key(part), says_statistic(part));
  }
  phrases.erase("");
  return phrases;
}

// The same said more freely: without units anywhere in the path, with the words of "testRunDurationMs" apart.
std::map<std::string, bool> further_phrases_of(std::string_view key) {
  std::map<std::string, bool> phrases;
  for (const std::string_view part : {key, leaf_of(key)}) {
    const std::string words = spaced(part);
    phrases[folded_form(words)] = false;
    phrases[bare_key(part, Leave::units)] = false;
    phrases[bare_key(words, Leave::units)] = false;
    phrases.try_emplace(bare_key(words), says_statistic(words));
  }
  phrases.erase("");
  return phrases;
}

// "metrics/http_req_duration/values/avg": a saying that names a part of the path is about the columns below it.
void add_groups(Evidence::Names& names, std::string_view key, std::uint32_t column) {
  for (auto slash = key.find('/'); slash != std::string_view::npos; slash = key.find('/')) {
    const std::string_view part = key.substr(0, slash);
    key.remove_prefix(slash + 1);
    for (const std::string& group : std::set<std::string>{folded_form(part), bare_key(part, Leave::units)}) {
      if (group.empty()) continue;
      names.groups[group].push_back(column);
      names.longest = std::max(names.longest, piece_count(group));
    }
  }
}

}  // namespace

const Evidence::Names& Evidence::names(SheetId sheet) const {
  std::shared_ptr<const Names>& own = index_->names[sheet];
  if (own != nullptr) return *own;
  std::shared_ptr<const Names>& kept = memory_->names[key_of(*corpus_, sheet)];
  if (kept == nullptr) kept = std::make_shared<const Names>(find_names(sheet));
  own = kept;
  return *own;
}

Evidence::Names Evidence::find_names(SheetId sheet) const {
  Names names;
  const core::Table& table = corpus_->documents()[sheet.document].tables[sheet.table];
  const core::TableMeaning& meaning = corpus_->meaning({sheet.document})[sheet.table];
  const auto add = [&](auto& among, const std::string& phrase, std::uint32_t c) {
    if (among[phrase].empty() || among[phrase].back() != c) among[phrase].push_back(c);
    names.longest = std::max(names.longest, piece_count(phrase));
  };
  for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
    const core::ColumnMeaning& column = meaning.columns[c];
    const std::string_view key = table.columns[c].key;
    const bool measured = is_measured(column.role);
    const std::vector<core::Cell>& cells = table.columns[c].cells;
    const bool numbers = measured || std::any_of(cells.begin(), cells.end(), [](const core::Cell& cell) { return cell.kind == CellKind::number; });
    if (!numbers || (!measured && (column.role == Role::text || column.role == Role::failure))) continue;
    std::map<std::string, bool> phrases = phrases_of(key);
    if (measured) phrases.try_emplace(folded_form(column.metric), says_statistic(key));
    if (const core::Metric* metric = measured ? vocabulary_->find(column.metric) : nullptr)
      for (const std::string& alias : metric->aliases) phrases.try_emplace(folded_form(alias), says_statistic(key));
    phrases.erase("");
    std::map<std::string, bool> further = further_phrases_of(key);
    if (!measured) further.merge(phrases);
    for (const auto& [phrase, qualified] : measured ? phrases : std::map<std::string, bool>()) {
      add(names.columns, phrase, c);
      if (qualified) add(names.qualified, phrase, c);
    }
    for (const auto& [phrase, qualified] : further) {
      add(measured ? names.further : names.settings, phrase, c);
      if (qualified && measured) add(names.qualified, phrase, c);
    }
    add_groups(names, key, c);
  }
  // what single cells of a column mean: "[INSERT], AverageLatency(us), 138.5"
  std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
  for (const core::CellException& exception : meaning.exceptions) {
    const core::ColumnMeaning& own = meaning.variants[exception.variant];
    if (!is_measured(own.role) || !seen.emplace(exception.column, exception.variant).second) continue;
    std::set<std::string> phrases = {folded_form(own.metric)};
    if (const core::Metric* metric = vocabulary_->find(own.metric))
      for (const std::string& alias : metric->aliases) phrases.insert(folded_form(alias));
    for (const std::string& phrase : phrases) {
      add(names.columns, phrase, exception.column);
      if (own.statistic.kind != core::Statistic::Kind::sample) add(names.qualified, phrase, exception.column);
    }
  }
  return names;
}

const Evidence::AllNames& Evidence::all_names() const {
  if (index_->all_names) return *index_->all_names;
  AllNames& all = index_->all_names.emplace();
  for (std::uint32_t d = 0; d < corpus_->documents().size(); ++d) {
    if (is_left_out(d) || is_prose(d)) continue;
    for (std::uint32_t t = 0; t < corpus_->documents()[d].tables.size(); ++t) {
      const Names& own = names({d, t});
      all.longest = std::max(all.longest, own.longest);
      for (const auto& [phrase, columns] : own.columns)
        for (const std::uint32_t c : columns) all.columns[phrase].push_back({{d, t}, c});
    }
  }
  return all;
}

void Evidence::index_labels() const {
  if (index_->sheets_by_label) return;
  auto& by_label = index_->sheets_by_label.emplace();
  for (std::uint32_t d = 0; d < corpus_->documents().size(); ++d) {
    if (is_left_out(d) || is_prose(d)) continue;
    for (std::uint32_t t = 0; t < corpus_->documents()[d].tables.size(); ++t) {
      if (corpus_->documents()[d].tables[t].rows.size() > kLongestTable) continue;
      const Labels& own = labels({d, t});
      index_->longest_label = std::max(index_->longest_label, own.longest);
      for (const auto& entry : own.by_name) by_label[entry.first].push_back({d, t});
      for (const auto& entry : own.keys) index_->keys.insert(folded_form(entry.first));
      for (const core::Column& column : corpus_->documents()[d].tables[t].columns) index_->keys.insert(folded_form(column.key.substr(column.key.rfind('/') + 1)));
    }
  }
}

const std::vector<SheetId>& Evidence::sheets_with(const std::string& label) const {
  static const std::vector<SheetId> kNone;
  index_labels();
  const auto found = index_->sheets_by_label->find(label);
  return found == index_->sheets_by_label->end() ? kNone : found->second;
}

std::size_t Evidence::longest_label() const {
  index_labels();
  return index_->longest_label;
}

bool Evidence::has_key(std::string_view phrase) const {
  index_labels();
  const std::string wanted(phrase);
  return all_names().columns.count(wanted) > 0 || index_->keys.count(wanted) > 0;
}

std::size_t Evidence::keys_together(const std::vector<std::string>& keys) const {
  std::vector<std::set<std::string>>& of_document = index_->keys_of_document;
  if (of_document.empty()) {
    for (const core::Document& document : corpus_->documents()) {
      std::set<std::string>& own = of_document.emplace_back();
      for (const core::Table& table : document.tables)
        for (const core::Column& column : table.columns) own.insert(folded_form(column.key.substr(column.key.rfind('/') + 1)));
    }
  }
  std::size_t most = 0;
  for (std::uint32_t d = 0; d < of_document.size(); ++d) {
    if (is_left_out(d) || is_prose(d)) continue;
    const std::set<std::string>& own = of_document[d];
    most = std::max(most, static_cast<std::size_t>(std::count_if(keys.begin(), keys.end(), [&](const std::string& key) { return own.count(key) > 0; })));
  }
  return most;
}

bool Evidence::names_path(std::string_view word) const {
  for (std::uint32_t d = 0; d < corpus_->documents().size(); ++d) {
    const std::string path = text::lower(corpus_->documents()[d].artifact.path);
    const auto at = path.find(word);
    if (at == std::string::npos || is_left_out(d)) continue;
    const bool begins = at == 0 || !is_alnum(path[at - 1]);
    if (begins && (at + word.size() == path.size() || !is_alnum(path[at + word.size()]))) return true;
  }
  return false;
}

bool Evidence::occurs(std::string_view bytes, std::string_view saying, const std::vector<bool>& except) const {
  for (std::uint32_t d = 0; d < corpus_->documents().size(); ++d) {
    const std::string& text = corpus_->documents()[d].text;
    if (d < except.size() && except[d]) continue;
    if (!is_left_out(d) && text.find(bytes) != std::string::npos && text.find(saying) == std::string::npos) return true;
  }
  return false;
}

bool Evidence::has_model(const std::string& family, const std::string& size, const std::vector<bool>& except) const {
  std::vector<std::set<ModelName>>& models = index_->models;
  if (models.empty()) {
    for (const core::Document& document : corpus_->documents()) {
      auto& own = models.emplace_back();
      for (const std::string* text : {&document.text, &document.artifact.path}) add_models(*text, own);
    }
  }
  for (std::uint32_t d = 0; d < models.size(); ++d)
    if (!is_left_out(d) && (d >= except.size() || !except[d]) && models[d].count({family, size}) > 0) return true;
  return false;
}

namespace {

// Ascending lists of rows: what some names share.
using Rows = std::vector<std::uint32_t>;
constexpr std::size_t kMostGroups = 2000;
constexpr std::size_t kLongestGrouped = 2000;

// The groups of one kind of name each; names of single rows, and those of all rows, tell nothing apart.
std::map<std::uint32_t, std::set<Rows>> groups_by_origin(const Labels& labels, std::size_t row_count) {
  std::map<std::uint32_t, std::set<Rows>> groups;
  for (const auto& [name, label] : labels.by_name)
    if (label.rows.size() > 1 && label.rows.size() < row_count) groups[label.origin].insert(label.rows);
  return groups;
}

}  // namespace

const std::vector<std::vector<std::uint32_t>>& Evidence::groups(SheetId sheet) const {
  const auto [entry, fresh] = index_->groups.try_emplace(sheet);
  const std::size_t row_count = corpus_->documents()[sheet.document].tables[sheet.table].rows.size();
  if (!fresh || row_count > kLongestGrouped || row_count < 3) return entry->second;
  const auto by_origin = groups_by_origin(labels(sheet), row_count);
  std::set<Rows> all;
  std::array<std::set<Rows>, 3> shared;  // by how many names they share
  for (const auto& [origin, own] : by_origin) {
    for (std::size_t depth = shared.size() - 1; depth > 0; --depth) {
      for (const Rows& outer : shared[depth - 1]) {
        for (const Rows& inner : own) {
          if (shared[depth].size() > kMostGroups) break;
          Rows both;
          std::set_intersection(outer.begin(), outer.end(), inner.begin(), inner.end(), std::back_inserter(both));
          if (both.size() > 1) shared[depth].insert(std::move(both));
        }
      }
    }
    shared[0].insert(own.begin(), own.end());
  }
  for (const std::set<Rows>& some : shared) all.insert(some.begin(), some.end());
  entry->second.assign(all.begin(), all.end());
  return entry->second;
}

bool Evidence::has_word(std::string_view word, const std::vector<bool>& except) const {
  for (std::uint32_t d = 0; d < index_->words.size(); ++d) {
    if (is_left_out(d) || except[d]) continue;
    std::optional<WordSet>& words = index_->words[d];
    if (!words) {
      const core::Document& document = corpus_->documents()[d];
      words.emplace(document.artifact.path + "\n" + document.text);
    }
    if (words->holds(word)) return true;
  }
  return false;
}

const Measured& Evidence::measured() const {
  if (!index_->measured) index_->measured = std::make_unique<Measured>(*this);
  return *index_->measured;
}

const Evidence::MetricNames& Evidence::metric_names() const { return index_->metric_names; }

Evidence::~Evidence() = default;

bool Evidence::is_left_out(std::uint32_t document) const { return left_out_[document]; }

bool Evidence::is_prose(std::uint32_t document) const {
  return core::is_prose(corpus_->documents()[document].artifact.format);
}

std::vector<std::uint32_t> Evidence::find_files(std::string_view name) const {
  while (name.substr(0, 2) == "./") name.remove_prefix(2);
  const auto found = index_->by_base.find(std::string(base::base_name(name)));
  if (found == index_->by_base.end()) return {};
  if (base::base_name(name) == name) return found->second;
  std::vector<std::uint32_t> fitting;
  std::vector<std::uint32_t> longer;
  for (const std::uint32_t d : found->second) {
    const std::string& path = corpus_->documents()[d].artifact.path;
    const bool tail = path.size() >= name.size() && std::string_view(path).substr(path.size() - name.size()) == name &&
                      (path.size() == name.size() || path[path.size() - name.size() - 1] == '/');
    if (tail) fitting.push_back(d);
    // a report may say "reports/x.csv" of "outputs/reports/gemma3/x.csv", or carry a longer prefix than the folder given
    else if (name.size() > path.size() && name.substr(name.size() - path.size()) == path) longer.push_back(d);
  }
  return fitting.empty() ? longer : fitting;
}

std::vector<std::uint32_t> Evidence::find_stems(std::string_view stem) const {
  const std::string wanted = text::lower(stem);
  std::vector<std::uint32_t> found;
  if (wanted.empty()) return found;
  for (auto at = index_->by_stem.lower_bound(wanted); at != index_->by_stem.end() && at->first.compare(0, wanted.size(), wanted) == 0; ++at) {
    if (at->first.size() > wanted.size() && is_alnum(at->first[wanted.size()])) continue;
    found.insert(found.end(), at->second.begin(), at->second.end());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::optional<Evidence::FolderCounts> Evidence::count_folder(std::string_view folder) const {
  while (!folder.empty() && folder.back() == '/') folder.remove_suffix(1);
  const auto exact = index_->folders.find(std::string(folder));
  if (exact != index_->folders.end()) return exact->second;
  std::optional<FolderCounts> only;
  for (const auto& [path, counts] : index_->folders) {
    const bool tail = path.size() > folder.size() && std::string_view(path).substr(path.size() - folder.size()) == folder &&
                      path[path.size() - folder.size() - 1] == '/';
    if (!tail || folder.empty()) continue;
    if (only) return std::nullopt;  // several folders are called so
    only = counts;
  }
  return only;
}

const Labels& Evidence::labels(SheetId sheet) const {
  std::shared_ptr<const Labels>& own = index_->labels[sheet];
  if (own != nullptr) return *own;
  std::shared_ptr<const Labels>& kept = memory_->labels[key_of(*corpus_, sheet)];
  if (kept == nullptr) kept = std::make_shared<const Labels>(LabelMaker(*corpus_, sheet).make());
  own = kept;
  return *own;
}

const std::vector<SheetId>& Evidence::sheets_of(const std::string& metric) const {
  static const std::vector<SheetId> kNone;
  const auto found = index_->by_metric.find(metric);
  return found == index_->by_metric.end() ? kNone : found->second;
}

const std::vector<text::DateToken>& Evidence::dates(std::uint32_t document) const {
  const auto [entry, fresh] = index_->dates.try_emplace(document);
  if (fresh) {
    const core::Document& in = corpus_->documents()[document];
    entry->second = text::find_dates(in.text);
    for (const text::DateToken& token : text::find_dates(base::base_name(in.artifact.path))) entry->second.push_back(token);
  }
  return entry->second;
}

std::vector<Evidence::ValueHit> Evidence::cells_between(double low, double high, std::size_t most) const {
  if (!index_->values_built) {
    index_->values_built = true;
    corpus_->for_each_cell({Role::response, Role::count, Role::no_value, Role::unread}, [this](const core::CellRef& cell) {
      if (!is_left_out(cell.document.value) && !is_prose(cell.document.value)) index_->values.push_back({corpus_->document(cell.document).cell(cell).number, cell});
    });
    std::stable_sort(index_->values.begin(), index_->values.end(), [](const ValueHit& a, const ValueHit& b) { return a.value < b.value; });
  }
  auto at = std::lower_bound(index_->values.begin(), index_->values.end(), low, [](const ValueHit& hit, double v) { return hit.value < v; });
  std::vector<ValueHit> hits;
  for (; at != index_->values.end() && at->value <= high && hits.size() < most; ++at) hits.push_back(*at);
  std::stable_sort(hits.begin(), hits.end(), [](const ValueHit& a, const ValueHit& b) { return a.cell < b.cell; });
  return hits;
}

}  // namespace chimera::claims
