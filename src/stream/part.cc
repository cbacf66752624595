#include "stream/part.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "sources/csv_scan.h"
#include "sources/json.h"
#include "text/decode.h"
#include "text/words.h"

namespace chimera::stream {
namespace {

using core::CellKind;
using core::RowState;

constexpr std::size_t kFewestToBeFree = 256;        // rows from which on a setting that is new in most of them is free
constexpr std::uint32_t kLongestFree = 64;          // bytes of a number that is a free setting

bool is_free(CellKind kind, std::uint32_t size) { return kind == CellKind::number && size <= kLongestFree; }

// Adds a cell of a document to what its row is found by; where it is a free setting, its name to `added`.
void add_cell(const core::Document& document, const core::Cell& cell, std::uint32_t column, const std::vector<FreeSetting>& free, DecisionKey& key, std::vector<std::string_view>& added) {
  const FreeSetting* const setting = is_free(cell.kind, cell.size) ? find_free(free, column) : nullptr;
  if (setting == nullptr) return key.add(column, cell.kind, document.at(cell.span()));
  key.add_free(column);
  added.push_back(setting->name);
}

core::RunConfig without(const core::RunConfig& config, const std::vector<std::string_view>& names) {
  core::RunConfig rest;
  rest.reserve(config.settings().size());
  for (const core::Setting& setting : config.settings())
    if (std::find(names.begin(), names.end(), setting.key) == names.end()) rest.set(setting.key, setting.value);
  return rest;
}

}  // namespace

void State::make_plan() {
  auto plan = std::make_shared<const Plan>(is_array() ? plan_elements(tables.tables()) : is_json() ? plan_lines(tables.tables()) : plan_csv(tables.tables(), csv, csv_width));
  const std::lock_guard<std::mutex> lock(mutex_);
  plan_ = std::move(plan);
}

std::shared_ptr<const Plan> State::plan() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return plan_;
}

void Part::read(Block& block) {
  block_ = &block;
  ready_.clear();
  next_ready_ = 0;
  scan();
  texts_.take(block_->bytes, scanned_, plan_->numbers);
  rows_.assign(scanned_.rows.size(), {});
  free_cells_.clear();
  decide(nullptr);
  const std::vector<core::Span> undecided = undecided_lines();
  Odd odd = parse(scanned_.odd);
  state_.turn.wait_for(block.number);
  take_turn(odd, undecided);
  state_.turn.done();
  emit_odd(odd);
  begin_groups();
}

void Part::scan() {
  std::shared_ptr<const Plan> plan = state_.plan();
  if (plan != plan_) {
    plan_ = std::move(plan);
    walk_ = state_.is_json() ? std::make_unique<sources::JsonWalk>(plan_->json) : nullptr;
    csv_ = state_.is_json() ? nullptr : std::make_unique<sources::CsvScan>(plan_->csv);
    known_.reset(plan_->kept.size());
  }
  if (known_.is_full()) known_.reset(plan_->kept.size());
  const std::string_view bytes = block_->bytes;
  if (state_.is_array()) {
    piece_ = walk_->scan_elements(bytes.substr(0, block_->size), block_->number == 0, scanned_);
    return;
  }
  if (walk_ != nullptr) return walk_->scan(bytes, scanned_);
  const std::size_t end = csv_->scan(bytes, scanned_);
  // The quotes do not pair up: what is left is read as the tolerant reader does, line by line at worst.
  if (end < bytes.size()) scanned_.odd.push_back({end, bytes.size() - 1});
}

std::uint32_t Part::line_of(std::uint32_t offset) const {
  const std::vector<std::uint32_t>& lines = block_->lines;
  return static_cast<std::uint32_t>(std::upper_bound(lines.begin(), lines.end(), offset) - lines.begin()) - 1;
}

// Calls visit(kept, cell, free) for what decides about a row: the column of scanned_.kept, its cell there or null, and which free setting
// that is, or null. Cursors move on from row to row.
template <class Visit>
void Part::for_each_deciding(std::uint32_t row, std::vector<std::size_t>& cursors, Visit visit) const {
  const std::uint32_t group = scanned_.rows[row].group;
  const bool has_free = !plan_->free[group].empty();
  for (const std::uint32_t kept : plan_->deciding[group]) {
    const std::vector<sources::KeptCell>& cells = scanned_.kept[kept];
    std::size_t& at = cursors[kept];
    while (at < cells.size() && cells[at].row < row) ++at;
    const sources::KeptCell* const cell = at < cells.size() && cells[at].row == row ? &cells[at] : nullptr;
    const bool free = has_free && cell != nullptr && is_free(cell->kind, cell->size);
    visit(kept, cell, free ? plan_->free_at(plan_->kept[kept]) : nullptr);
  }
}

// Finds what is known about the rows that are not decided yet; those in a row that is not stay open as well.
void Part::decide(const Decisions* also) {
  std::vector<std::size_t> cursors(scanned_.kept.size(), 0);
  for (std::uint32_t r = 0; r < rows_.size(); ++r) {
    const sources::ScanRow& row = scanned_.rows[r];
    RowResult& result = rows_[r];
    const bool top = row.parent == sources::ScanRow::kNone;
    if (result.decided || (!top && (!rows_[row.parent].decided || rows_[row.parent].open))) continue;
    // Elements of a list have no settings of their own: what was decided around one of them holds for the next.
    const bool plain = !top && plan_->deciding[row.group].empty() && r > 0 && scanned_.rows[r - 1].parent == row.parent;
    if (plain && scanned_.rows[r - 1].group == row.group && rows_[r - 1].decided) {
      result = rows_[r - 1];
      continue;
    }
    const Decision around = top ? Decision{} : Decision{rows_[row.parent].config, rows_[row.parent].state};
    const std::size_t free_before = free_cells_.size();
    known_.begin(row.group, around);
    for_each_deciding(r, cursors, [&](std::uint32_t kept, const sources::KeptCell* cell, const FreeSetting* free) {
      if (free != nullptr) {
        known_.add_free();
        free_cells_.push_back({r, free, cell->begin, cell->size});
      } else if (cell != nullptr) {
        known_.add(kept, cell->kind, text(cell->begin, cell->size));
      } else {
        known_.add(kept, CellKind::absent, {});
      }
    });
    const Decision* const found = find_decision(r, around, cursors, also);
    if (found == nullptr) {
      free_cells_.resize(free_before);
      continue;
    }
    result.decided = true;
    result.open = !plan_->free[row.group].empty();
    result.config = found->config;
    result.state = found->state;
  }
}

// Of the row that known_ was told last.
const Decision* Part::find_decision(std::uint32_t row, const Decision& around, std::vector<std::size_t>& cursors, const Decisions* also) {
  if (const Decision* const known = known_.find(); known != nullptr || also == nullptr) return known;
  const std::uint32_t group = scanned_.rows[row].group;
  DecisionKey key;
  key.begin(group, around);
  if (!plan_->free[group].empty()) key.mark();
  for_each_deciding(row, cursors, [&](std::uint32_t kept, const sources::KeptCell* cell, const FreeSetting* free) {
    if (free != nullptr) key.add_free(free->column);
    else if (cell != nullptr) key.add(plan_->kept[kept].column, cell->kind, text(cell->begin, cell->size));
  });
  const auto found = also->find(key.key());
  if (found == also->end()) return nullptr;
  known_.remember(found->second);
  return &found->second;
}

// The outermost rows with something undecided in them.
std::vector<core::Span> Part::undecided_lines() const {
  std::vector<core::Span> lines;
  for (std::uint32_t r = 0; r < rows_.size(); ++r) {
    if (rows_[r].decided) continue;
    std::uint32_t top = r;
    while (scanned_.rows[top].parent != sources::ScanRow::kNone) top = scanned_.rows[top].parent;
    const sources::ScanRow& row = scanned_.rows[top];
    if (lines.empty() || lines.back().begin != row.begin) lines.push_back({row.begin, std::uint64_t{row.begin} + row.size});
  }
  return lines;
}

// A document of these lines, whose offsets are those of the file.
Part::Odd Part::parse(const std::vector<core::Span>& lines) {
  Odd odd;
  if (lines.empty()) return odd;
  core::Document& document = odd.document;
  document.artifact = state_.artifact;
  if (state_.is_array()) join_elements(lines, document);
  else join_lines(lines, document);
  document.lines = text::line_starts(document.text);
  if (state_.is_json()) sources::read_json(document, odd.diagnostics);
  else sources::read_odd_records(state_.csv, state_.sample.tables[0].columns, document, odd.diagnostics);
  return odd;
}

void Part::join_lines(const std::vector<core::Span>& lines, core::Document& document) const {
  for (const core::Span& line : lines) {
    document.offsets.runs.push_back({document.text.size(), block_->begin + line.begin, 1, 1});
    document.text += text(static_cast<std::uint32_t>(line.begin), static_cast<std::uint32_t>(line.size()));
    document.text += '\n';
  }
}

// As an array of their own, whose elements are numbered from zero.
void Part::join_elements(const std::vector<core::Span>& lines, core::Document& document) const {
  document.offsets.runs.push_back({0, block_->begin + lines.front().begin, 1, 1});
  for (const core::Span& line : lines) {
    document.text += document.text.empty() ? "[" : ",\n";
    document.offsets.runs.push_back({document.text.size(), block_->begin + line.begin, 1, 1});
    document.text += text(static_cast<std::uint32_t>(line.begin), static_cast<std::uint32_t>(line.size()));
  }
  document.text += "]";
}

// Whether the file still is an array of objects, and where it ends.
void Part::note_piece(const Odd& odd) {
  using Piece = sources::JsonWalk::Piece;
  const bool holds = !scanned_.rows.empty() || !scanned_.odd.empty() || piece_ != Piece::open;
  bool unfit = piece_ == Piece::broken || (state_.closed && holds);
  state_.closed = state_.closed || piece_ == Piece::closed;
  std::size_t elements = 0;
  for (const core::Table& table : odd.document.tables) {
    const bool top = table.kind == core::TableKind::records && table.name.empty();
    unfit = unfit || (!top && (table.rows.empty() || table.rows[0].parent_table == core::Row::kNone));
    elements += top ? table.rows.size() : 0;
  }
  const bool several = !odd.document.text.empty() && odd.document.artifact.format != core::Format::json;  // values one behind the other
  if (unfit || several || elements != scanned_.odd.size()) state_.unfit = true;
}

void Part::take_turn(Odd& odd, const std::vector<core::Span>& undecided) {
  if (state_.is_array()) note_piece(odd);
  const bool has_odd = !odd.document.text.empty();
  if (has_odd) interpret(odd);
  if (!undecided.empty()) {
    decide(&state_.decisions);
    Odd open = parse(undecided_lines());
    if (!open.document.text.empty()) {
      interpret(open);  // its diagnostics go with it: nothing that the scan has not seen
      if (find_free_settings(open)) state_.make_plan();
      learn(open);
      decide(&state_.decisions);
      decide_by_place(open);
    }
  }
  add_free_settings();
  judge_rows();
  judge_odd(odd);
  number_rows(odd);
  number_elements(odd);
  place_rows(odd);
  add_to_account(odd);
  tell(odd);
  state_.nonfinite += scanned_.nonfinite;
  enter(odd);
  enter_columns();
}

void Part::enter_columns() {
  const std::vector<Table>& tables = state_.tables.tables();
  entries_.clear();
  for (const Table& table : tables) entries_.push_back(table.entry);
  series_.assign(plan_->numbers.size(), kNowhere);
  sentinels_.assign(plan_->numbers.size(), kNowhere);
  none_.resize(plan_->numbers.size());
  for (std::size_t c = 0; c < plan_->numbers.size(); ++c) {
    if (scanned_.numbers[c].count() == 0) continue;
    const Plan::Place place = plan_->numbers[c];
    series_[c] = state_.tables.series(place.table, place.column);
    if (!has_sentinels_[c]) continue;
    sentinels_[c] = state_.tables.sentinel_series(place.table, place.column);
    none_[c] = *tables[place.table].columns[place.column].sentinels;
  }
}

// Adds what is new to the tables; the next blocks are scanned for it.
void Part::interpret(Odd& odd) {
  core::Diagnostics found;
  const bool fresh = state_.tables.read_part(odd.document, odd.matches, odd.read, found);
  odd.diagnostics.append(std::move(found));
  if (fresh) state_.make_plan();
}

// Gives numbers to all that its batches will name.
void Part::enter(Odd& odd) {
  for (const core::RunConfig& config : odd.read.configs) odd.configs.push_back(state_.catalog.config(config));
  for (std::uint32_t t = 0; t < odd.document.tables.size(); ++t) {
    const core::Table& from = odd.document.tables[t];
    const Table& table = state_.tables.tables()[odd.matches[t]];
    odd.entries.push_back(table.entry);
    std::vector<std::uint32_t>& series = odd.series.emplace_back(from.columns.size(), kNowhere);
    std::vector<std::uint32_t> columns;
    for (std::uint32_t c = 0; c < from.columns.size(); ++c) {
      columns.push_back(table.index.at(Tables::column_name(from.columns[c])));
      const auto& cells = from.columns[c].cells;
      const bool numbers = std::any_of(cells.begin(), cells.end(), [](const core::Cell& cell) { return cell.kind == CellKind::number; });
      if (numbers) series[c] = state_.tables.series(odd.matches[t], columns[c]);
    }
    for (const core::CellException& e : odd.read.tables[t].exceptions) {
      if (from.columns[e.column].cells[e.row].kind != CellKind::number) continue;
      const auto [entry, fresh] = odd.variants.emplace(std::tuple(t, e.column, e.variant), kNowhere);
      if (fresh) entry->second = state_.tables.variant_series(odd.matches[t], columns[e.column], odd.read.tables[t].variants[e.variant]);
    }
  }
}

// Whether a setting of this column is new in most rows, and is what its number cells say and nothing else.
bool is_free_setting(const core::Document& document, const core::TableMeaning& meaning, const std::vector<core::RunConfig>& configs, const core::Column& column, const std::string& name) {
  std::unordered_set<std::string_view> values;
  std::size_t numbers = 0;
  for (std::uint32_t r = 0; r < column.cells.size(); ++r) {
    const core::Cell& cell = column.cells[r];
    if (!is_free(cell.kind, cell.size)) continue;
    ++numbers;
    values.insert(document.at(cell.span()));
    core::RunConfig config = configs[meaning.configs[r]];
    config.set(name, text::trim(document.at(cell.span())));
    if (config.fingerprint() != configs[meaning.configs[r]].fingerprint()) return false;
  }
  return numbers >= kFewestToBeFree && 2 * values.size() > numbers;
}

// Whether rows of equal texts, but for those of free settings, have equal settings but for these.
bool Part::agree_without(const Odd& odd, std::uint32_t table, const std::vector<FreeSetting>& free) const {
  const core::Table& from = odd.document.tables[table];
  const Table& into = state_.tables.tables()[odd.matches[table]];
  std::unordered_map<std::string, std::uint64_t> seen;
  DecisionKey key;
  for (std::uint32_t r = 0; r < from.rows.size(); ++r) {
    key.begin(table, {});
    std::vector<std::string_view> added;
    for (const core::Column& column : from.columns) {
      const std::uint32_t c = into.index.at(Tables::column_name(column));
      if (!std::binary_search(into.rules.deciding.begin(), into.rules.deciding.end(), c)) continue;
      add_cell(odd.document, column.cells[r], c, free, key, added);
    }
    const std::uint64_t base = without(odd.read.configs[odd.read.tables[table].configs[r]], added).fingerprint();
    if (seen.emplace(std::string(key.key()), base).first->second != base) return false;
  }
  return true;
}

// What is free among the settings of these rows, where nobody has looked yet. True where something was found.
bool Part::find_free_settings(const Odd& odd) {
  bool found = false;
  for (std::uint32_t t = 0; t < odd.document.tables.size(); ++t) {
    const core::Table& from = odd.document.tables[t];
    Table& table = state_.tables.tables()[odd.matches[t]];
    const auto holds_tables = [&](const Table& other) { return other.parent == odd.matches[t]; };
    const std::vector<Table>& all = state_.tables.tables();
    if (!table.free.empty() || from.rows.size() < kFewestToBeFree || std::any_of(all.begin(), all.end(), holds_tables)) continue;
    const core::TableMeaning& meaning = odd.read.tables[t];
    std::vector<FreeSetting> free;
    for (std::uint32_t column = 0; column < from.columns.size(); ++column) {
      const std::uint32_t c = table.index.at(Tables::column_name(from.columns[column]));
      const std::string& name = meaning.columns[column].metric;
      const auto shares_name = [&](const core::ColumnMeaning& other) { return other.role == core::Role::factor && other.metric == name; };
      if (meaning.columns[column].role != core::Role::factor || name.empty() || std::count_if(meaning.columns.begin(), meaning.columns.end(), shares_name) != 1) continue;
      if (!std::binary_search(table.rules.deciding.begin(), table.rules.deciding.end(), c)) continue;
      if (is_free_setting(odd.document, meaning, odd.read.configs, from.columns[column], name)) free.push_back({c, name});
    }
    std::sort(free.begin(), free.end(), [](const FreeSetting& a, const FreeSetting& b) { return a.column < b.column; });
    if (!agree_without(odd, t, free)) continue;
    found = found || !free.empty();
    table.free = std::move(free);
  }
  return found;
}

// The configuration of each row that was recognised without its free settings.
void Part::add_free_settings() {
  std::size_t at = 0;
  std::vector<core::FreeConfig> free;
  // Those of one row keep the order of their columns, which is that of the base's names.
  const auto earlier = [](const FreeCell& a, const FreeCell& b) { return a.row < b.row; };
  if (!std::is_sorted(free_cells_.begin(), free_cells_.end(), earlier)) std::stable_sort(free_cells_.begin(), free_cells_.end(), earlier);
  for (std::uint32_t r = 0; r < rows_.size(); ++r) {
    if (!rows_[r].open) continue;
    core::FreeConfig& config = free.emplace_back();
    config.base = rows_[r].config;
    while (at < free_cells_.size() && free_cells_[at].row < r) ++at;
    for (bool first = true; at < free_cells_.size() && free_cells_[at].row == r; ++at, first = false) {
      if (!first) config.values += core::FreeConfig::kBetween;
      config.values += core::canonical_value(text::trim(text(free_cells_[at].begin, free_cells_[at].size)));
    }
  }
  if (free.empty()) return;
  std::uint32_t next = state_.catalog.configs(std::move(free));
  for (RowResult& row : rows_) {
    if (row.open) row.config = next++;
    row.open = false;
  }
}

// What the rows of the document say, for rows of the same texts.
void Part::learn(const Odd& odd) {
  DecisionKey key;
  std::vector<std::vector<Decision>> decided(odd.document.tables.size());
  if (state_.decisions.size() > KnownRows::kMost) state_.decisions.clear();
  for (std::uint32_t t = 0; t < odd.document.tables.size(); ++t) {
    const core::Table& from = odd.document.tables[t];
    const Table& table = state_.tables.tables()[odd.matches[t]];
    std::vector<std::pair<std::uint32_t, const core::Column*>> deciding;
    for (const core::Column& column : from.columns) {
      const std::uint32_t c = table.index.at(Tables::column_name(column));
      if (std::binary_search(table.rules.deciding.begin(), table.rules.deciding.end(), c)) deciding.emplace_back(c, &column);
    }
    std::sort(deciding.begin(), deciding.end());
    for (std::uint32_t r = 0; r < from.rows.size(); ++r) {
      const core::Row& row = from.rows[r];
      key.begin(odd.matches[t], row.parent_table == core::Row::kNone ? Decision{} : decided[row.parent_table][row.parent_row]);
      if (!table.free.empty()) key.mark();
      std::vector<std::string_view> added;
      for (const auto& [c, column] : deciding) add_cell(odd.document, column->cells[r], c, table.free, key, added);
      const RowState said = odd.read.tables[t].states[r];
      const core::RunConfig& config = odd.read.configs[odd.read.tables[t].configs[r]];
      const RowState state = said == RowState::summary ? RowState::ok : said;
      if (table.free.empty()) {
        decided[t].push_back({state_.catalog.config(config), state});
        state_.decisions.insert_or_assign(std::string(key.key()), decided[t].back());
      } else {
        decided[t].push_back({kNowhere, state});  // nothing stands in rows of this table
        const core::RunConfig base = without(config, added);
        const std::vector<std::string> names(added.begin(), added.end());
        const auto [place, fresh] = state_.bases.emplace(std::pair(base.fingerprint(), names), 0);
        if (fresh) place->second = state_.catalog.base(base, names);
        state_.decisions.insert_or_assign(std::string(key.key()), Decision{place->second, state});
      }
    }
  }
}

// Rows whose texts did not find what was learnt from them: the same record was taken for one of another table.
void Part::decide_by_place(const Odd& odd) {
  const auto open = [](const RowResult& row) { return !row.decided; };
  if (std::none_of(rows_.begin(), rows_.end(), open)) return;
  std::unordered_map<std::uint64_t, Decision> said;
  for (std::uint32_t t = 0; t < odd.document.tables.size(); ++t) {
    const core::TableMeaning& meaning = odd.read.tables[t];
    for (std::uint32_t r = 0; r < odd.document.tables[t].rows.size(); ++r)
      said[odd.document.offsets.to_source(odd.document.tables[t].rows[r].span.begin)] = {state_.catalog.config(odd.read.configs[meaning.configs[r]]),
                                                                                       meaning.states[r]};
  }
  for (std::uint32_t r = 0; r < rows_.size(); ++r) {
    if (rows_[r].decided) continue;
    const auto found = said.find(block_->begin + scanned_.rows[r].begin);
    rows_[r].config = found == said.end() ? state_.catalog.config({}) : found->second.config;
    rows_[r].state = found == said.end() ? RowState::ok : found->second.state;
    rows_[r].decided = true;
  }
}

}  // namespace chimera::stream
