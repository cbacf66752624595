#include "facts/states.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "facts/cell_remarks.h"
#include "facts/columns.h"
#include "facts/exceptions.h"
#include "facts/failed_objects.h"
#include "facts/listed_failures.h"
#include "facts/meanings.h"
#include "facts/naming.h"
#include "facts/repetitions.h"
#include "facts/rows.h"
#include "text/record_names.h"
#include "text/words.h"

namespace chimera::facts {
namespace {

using core::Cell;
using core::CellKind;
using core::ColumnMeaning;
using core::Role;
using core::RowState;

template <std::size_t N>
bool any_of(const std::array<std::string_view, N>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

// What a column about failure speaks of.
enum class Says { error, success, status };

constexpr std::array<std::string_view, 6> kSuccessWords = {"success", "succeeded", "ok", "passed", "valid", "successful"};
constexpr std::array<std::string_view, 5> kStatusWords = {"status", "state", "outcome", "verdict", "conclusion"};
constexpr std::array<std::string_view, 13> kNoError = {"none", "null", "no", "false", "0", "-", "n/a", "nan", "ok", "success", "correct", "valid", "no error"};
constexpr std::array<std::string_view, 9> kRefusals = {"false", "no", "0", "n", "fail", "failed", "✗", "❌", "x"};
constexpr std::array<std::string_view, 18> kFailures = {"fail",   "error",     "crash", "timeout", "timed out", "oom",       "out of memory", "invalid", "abort",
                                                        "killed", "exception", "prun",  "cancel",  "diverg",    "incorrect", "skipped",       "running", "exceeded"};

constexpr std::array<std::string_view, 10> kBrokenOff = {"error", "failed", "fail", "oom", "out of memory", "timeout", "timed out", "crash", "crashed", "killed"};
constexpr std::size_t kLongestWord = 16;
constexpr std::size_t kMostWords = 1024;  // rows of a table in which they are looked for

// "exit_code", "rc", "Exit status": 0 where all went well.
bool is_exit(const std::vector<std::string>& words) { return std::find(words.begin(), words.end(), "exit") != words.end(); }
bool is_exit_code(const std::string& key) { return key.find("code") != std::string::npos || key == "rc" || is_exit(text::split_identifier(key)); }

Says what_it_says(const std::string& name) {
  const std::vector<std::string> words = text::split_identifier(name);
  const std::string leaf = words.empty() ? std::string() : words.back();
  if (is_exit(words)) return Says::error;
  if (any_of(kSuccessWords, leaf)) return Says::success;
  if (any_of(kStatusWords, leaf)) return Says::status;
  return Says::error;
}

// "0/64", "3 of 200 (1.5%)": how many of how many; nothing where the cell says anything else.
struct Share {
  std::uint64_t part = 0, whole = 0;
};
std::optional<Share> share_of(std::string_view said) {
  const auto take = [&](std::uint64_t& out) {
    const auto [end, error] = std::from_chars(said.data(), said.data() + said.size(), out);
    if (error != std::errc()) return false;
    said = text::trim(said.substr(static_cast<std::size_t>(end - said.data())));
    return true;
  };
  Share share;
  if (!take(share.part) || said.empty()) return std::nullopt;
  const std::size_t mark = said[0] == '/' ? 1 : said.substr(0, 3) == "of " ? 3 : 0;
  if (mark == 0) return std::nullopt;
  said = text::trim(said.substr(mark));
  if (!take(share.whole) || share.whole < share.part || (!said.empty() && said[0] != '(')) return std::nullopt;
  return share;
}

// "none.", "[]", "no CUDA OOM found", "no errors during the run": that there was no failure. "no response" and "no space left" are failures.
bool denies_failure(std::string_view said) {
  constexpr std::array<std::string_view, 8> kNouns = {"error", "failure", "oom", "exception", "crash", "timeout", "issue", "problem"};
  constexpr std::array<std::string_view, 9> kSeen = {"found", "detected", "seen", "observed", "reported", "occurred", "recorded", "during", "in"};
  constexpr std::size_t kMostBetween = 3;  // "no CUDA OOM"
  while (!said.empty() && (said.back() == '.' || said.back() == '!')) said.remove_suffix(1);
  if (said == "{}" || said == "[]" || said == "()" || any_of(kNoError, said)) return true;
  const std::size_t blank = said.find(' ');
  if (blank == std::string_view::npos || !(said.substr(0, blank) == "no" || said.substr(0, blank) == "none")) return false;
  bool named = said.substr(0, blank) == "none";
  std::string_view rest = text::trim(said.substr(blank));
  for (std::size_t i = 0; i <= kMostBetween && !rest.empty(); ++i) {
    std::string_view word = rest.substr(0, rest.find(' '));
    rest = text::trim(rest.substr(word.size()));
    if (named) return any_of(kSeen, word);
    if (word.size() > 1 && word.back() == 's') word.remove_suffix(1);
    named = any_of(kNouns, word);
  }
  return named && rest.empty();
}

bool cell_says_failure(const core::Document& document, const Cell& cell, Says says) {
  if (cell.kind == CellKind::absent || cell.kind == CellKind::null) return false;
  if (cell.kind == CellKind::boolean || cell.kind == CellKind::number) {
    const bool cross = cell.kind == CellKind::boolean && cell.number == 0 && cell.size > 0 && static_cast<unsigned char>(document.text[cell.begin]) >= 0x80U;  // "❌"
    if (says == Says::status) return cross;  // codes differ from tool to tool
    return says == Says::success ? cell.number == 0 : cell.number != 0;
  }
  const std::string said = text::lower(text::trim(document.at(cell.span())));
  if (said.empty()) return false;
  if (const auto share = share_of(said); share && share->whole > 0) return says != Says::status && share->part == (says == Says::success ? 0 : share->whole);
  if (says == Says::success) return any_of(kRefusals, said);
  if (says == Says::error) return !denies_failure(said);
  return std::any_of(kFailures.begin(), kFailures.end(), [&](std::string_view word) { return said.find(word) != std::string::npos; });
}

// A quantity that work adds to: none of it and no time spent means that nothing was done. A server that nobody asked did not fail.
bool shows_work(const ColumnMeaning& meaning) {
  using core::Dimension;
  constexpr std::string_view kInterval = ":server_interval";
  if (!measures(meaning) || meaning.definition.find(kInterval) != std::string::npos) return false;
  const Dimension d = meaning.unit->dimension;
  return d == Dimension::time || d == Dimension::token_rate || d == Dimension::tokens || d == Dimension::request_rate || d == Dimension::token_time;
}

// "successful": 8 beside "errored": 4.
bool counts_successes(const ColumnMeaning& meaning) {
  return meaning.metric == "requests" && (meaning.definition.find("success") != std::string::npos || meaning.definition.find(":completed") != std::string::npos);
}

class Table {
 public:
  Table(const Catalog& catalog, const core::Document& document, std::uint32_t table, const TableShape& shape, core::TableMeaning& meaning, bool part)
      : catalog_(catalog), document_(document), index_(table), table_(document.tables[table]), shape_(shape), meaning_(meaning), part_(part) {}

  void begin() { meaning_.states.assign(table_.rows.size(), RowState::ok); }

  // `objects` holds the objects that failed in the tables before, and is given those of this one.
  void mark_failed(const std::vector<core::TableMeaning>& meanings, FailedObjects& objects) {
    FailedObjects here;
    const std::vector<std::string_view> own = objects_that_fail(catalog_, document_, index_, meaning_);
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c) {
      if (!speaks_of_failure(c)) continue;
      const Says says = what_it_says(table_.columns[c].key);
      const bool of_a_tool = by_recipe(meaning_.columns[c]) && text::split_identifier(table_.columns[c].key).back() == "error";
      const bool is_code = is_exit_code(table_.columns[c].key) || of_a_tool;  // 137 is no count
      for (std::uint32_t r = 0; r < table_.rows.size(); ++r) {
        const Cell& cell = table_.columns[c].cells[r];
        if (meaning_.at(r, c).role != Role::failure) continue;
        // "fails: 68" beside what the others took is a count: the row sums up successes too
        const bool counts = cell.kind == CellKind::number && says == Says::error && !is_code && cell.number > 1 && some_work(r);
        if (counts || !cell_says_failure(document_, cell, says)) continue;
        if (own[c].empty()) meaning_.states[r] = RowState::failed;
        else here.emplace(std::pair(index_, r), own[c]);
      }
    }
    for (std::uint32_t r = 0; r < table_.rows.size(); ++r) {
      const core::Row& row = table_.rows[r];
      if (breaks_off(r) || stands_in(document_, row, objects)) meaning_.states[r] = RowState::failed;
      if (row.parent_table >= meanings.size() || row.parent_row >= meanings[row.parent_table].states.size()) continue;
      if (meanings[row.parent_table].states[row.parent_row] == RowState::failed) meaning_.states[r] = RowState::failed;
    }
    mark_unanswered();
    discard_measurements(table_, here, meaning_);
    objects.merge(here);
    mark_remarks();
    if (part_) return;
    mark_zero_rows();
    if (table_.rows.size() <= kMostWords)
      for (std::uint32_t r = 0; r < table_.rows.size(); ++r)
        if (says_failure_instead(r)) meaning_.states[r] = RowState::failed;
  }

  void mark_warmup(const std::vector<core::TableMeaning>& meanings) {
    for (std::uint32_t r = 0; r < table_.rows.size(); ++r) {
      const core::Row& row = table_.rows[r];
      if (row.parent_table >= meanings.size() || row.parent_row >= meanings[row.parent_table].states.size()) continue;
      const RowState around = meanings[row.parent_table].states[row.parent_row];
      if (around == RowState::warmup || around == RowState::cold) raise(r, around);
    }
    // {"warmup": {"tps": 40.1}, "runs": [{"tps": 52.3}]}
    const bool told = std::any_of(meaning_.columns.begin(), meaning_.columns.end(), by_recipe);
    if (core::is_json(document_.format_of(table_)) && (table_.kind == core::TableKind::records || table_.kind == core::TableKind::series) && !told && text::names_warm_up(std::string_view(table_.name).substr(table_.name.rfind('/') + 1)))
      for (std::uint32_t r = 0; r < table_.rows.size(); ++r) raise(r, RowState::warmup);
    // {"warmup": {"tps": 40.1}, "run 1": {"tps": 52.3}}
    if (core::is_json(document_.format_of(table_)) && table_.kind == core::TableKind::keyed && !told && !table_.columns.empty() && table_.columns.front().key.empty())
      for (std::uint32_t r = 0; r < table_.rows.size(); ++r)
        if (text::names_warm_up(document_.at(table_.columns.front().cells[r].span()))) raise(r, RowState::warmup);
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c) {
      const bool flag = shape_.columns[c].warmup;
      const bool phase = shape_.columns[c].phase || counts_runs(c);
      if (!flag && !phase) continue;
      const bool counts = table_.columns[c].key.rfind("is", 0) != 0 && !flags_warm_up(table_.columns[c]);  // "warmup: 1" may be one run of it, "is_warmup: 1" is none
      for (std::uint32_t r = 0; r < table_.rows.size(); ++r) {
        const Cell& cell = table_.columns[c].cells[r];
        const bool set = (cell.kind == CellKind::boolean || (cell.kind == CellKind::number && !counts)) && cell.number == 1;
        const std::string said = cell.kind == CellKind::text ? text::lower(document_.at(cell.span())) : std::string();
        if ((flag && set) || is_warmup(said, flag)) raise(r, RowState::warmup);
        else if (phase && said == "cold") raise(r, RowState::cold);
      }
    }
  }

  void mark_summary() {
    // In a text the average stands behind the last of the values that it is of.
    const bool alike = meaning_.exceptions.empty() && !(core::is_prose(document_.format_of(table_)) && table_.kind == core::TableKind::listing);
    bool statistics = alike && states_statistics(kAnyRow);
    for (std::uint32_t r = 0; r < table_.rows.size(); ++r) {
      if (!alike) statistics = states_statistics(r);
      if (statistics) raise(r, RowState::summary);
    }
  }

  void mark_cold() {
    const auto load = column_of("load_time");
    const auto usual_load = load ? median_of(*load) : std::nullopt;
    if (!usual_load) return;
    const auto ttft = column_of("ttft");
    const auto usual_ttft = ttft ? median_of(*ttft) : std::nullopt;
    if (!ttft) return;  // nobody felt it; what loads longer may be another engine
    for (std::uint32_t r = 0; r < table_.rows.size(); ++r) {
      const auto value = seconds(*load, r);
      if (!value || *value <= kColdFactor * *usual_load) continue;
      const auto first = ttft ? seconds(*ttft, r) : std::nullopt;
      const bool felt = !first || !usual_ttft || *value > kColdShare * *first || *first > kColdFactor * *usual_ttft;
      if (felt) raise(r, RowState::cold);
    }
  }

  void add_rules(RowRules& rules) const {
    const std::vector<std::string_view> objects = objects_that_fail(catalog_, document_, index_, meaning_);
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c) {
      const ColumnShape& shape = shape_.columns[c];
      const bool fails = meaning_.columns[c].role == Role::failure;
      if (shape.warmup || shape.phase || fails) rules.deciding.push_back(c);
      // Which of its row's numbers it speaks of differs from row to row.
      rules.by_row = rules.by_row || !objects[c].empty();
      if (shows_work(meaning_.columns[c])) rules.work.push_back(c);
    }
    if (const auto succeeded = column_of_successes()) rules.deciding.push_back(*succeeded);
    if (watches_a_server()) rules.work.clear();
    rules.some_work = some_work();
    rules.load = column_of("load_time");
    rules.ttft = column_of("ttft");
    rules.usual_load = rules.load ? median_of(*rules.load) : std::nullopt;
    rules.usual_ttft = rules.ttft ? median_of(*rules.ttft) : std::nullopt;
    rules.summary = states_statistics(kAnyRow);
  }

  void report(std::uint32_t index, core::Diagnostics& diagnostics) const {
    const auto failed = static_cast<std::size_t>(std::count(meaning_.states.begin(), meaning_.states.end(), RowState::failed));
    if (failed == 0) return;
    const auto first = std::find(meaning_.states.begin(), meaning_.states.end(), RowState::failed) - meaning_.states.begin();
    const std::string message = fmt::format("{} of {} rows record a failure, not a measurement", failed, table_.rows.size());
    const core::CellRef at{{}, index, static_cast<std::uint32_t>(first), 0};
    core::Place place = table_.columns.empty() ? core::Place{} : document_.place(at);
    diagnostics.add({core::DiagnosticCode::failed_row, document_.artifact.path, place, message, {}});
  }

 private:
  // Of a load of requests the column that says which part of them succeeded.
  [[nodiscard]] std::optional<std::uint32_t> column_of_successes() const {
    const auto column = [&](std::string_view metric) {
      return std::find_if(meaning_.columns.begin(), meaning_.columns.end(), [&](const ColumnMeaning& each) { return each.metric == metric && each.definition == metric; });
    };
    const auto succeeded = column("success_rate");
    if (succeeded == meaning_.columns.end() || column("request_throughput") == meaning_.columns.end()) return std::nullopt;
    return static_cast<std::uint32_t>(succeeded - meaning_.columns.begin());
  }

  // None of its requests succeeded: what they took was the time of an error.
  void mark_unanswered() {
    const auto succeeded = column_of_successes();
    if (!succeeded) return;
    const std::vector<Cell>& cells = table_.columns[*succeeded].cells;
    for (std::uint32_t r = 0; r < table_.rows.size(); ++r)
      if (cells[r].kind == CellKind::number && cells[r].number == 0) meaning_.states[r] = RowState::failed;
  }

  // "0 (OOM)" beside another number is of that column alone; a row of nothing else failed. "45.1 (warmup)" was one.
  void mark_remarks() {
    if (document_.format_of(table_) != core::Format::markdown || table_.kind == core::TableKind::listing || table_.rows.size() > kMostWords) return;
    std::vector<core::CellRef> failed;
    for (std::uint32_t r = 0; r < table_.rows.size(); ++r) {
      std::size_t numbers = 0;
      std::size_t failures = 0;
      for (std::uint32_t c = 0; c < table_.columns.size(); ++c) {
        const Cell& cell = table_.columns[c].cells[r];
        if (cell.kind != CellKind::number || meaning_.at(r, c).role != Role::response) continue;
        const CellRemark remark = remark_behind(document_, cell);
        ++numbers;
        failures += remark == CellRemark::failed ? 1 : 0;
        if (remark == CellRemark::failed) failed.push_back({{}, index_, r, c});
        if (remark == CellRemark::warmup) raise(r, RowState::warmup);
      }
      if (failures > 0 && failures == numbers) meaning_.states[r] = RowState::failed;
    }
    std::vector<ColumnMeaning> meant;
    for (const core::CellRef& cell : failed) meant.push_back(meaning_.at(cell.row, cell.column));
    for (std::size_t i = 0; i < failed.size(); ++i) {
      if (meaning_.states[failed[i].row] == RowState::failed) continue;
      meant[i].role = Role::no_value;
      meant[i].rule = "what failed";
      add_exception(meaning_, failed[i].row, failed[i].column, meant[i]);
    }
    if (!failed.empty()) sort_exceptions(meaning_);
  }

  // In any row: a tool may write "RuntimeFailedConfig" where a time would stand.
  bool speaks_of_failure(std::uint32_t column) const {
    if (meaning_.columns[column].role == Role::failure) return true;
    const auto fails = [](const ColumnMeaning& variant) { return variant.role == Role::failure; };
    if (std::none_of(meaning_.variants.begin(), meaning_.variants.end(), fails)) return false;  // few, where exceptions may be many
    const auto here = [&](const core::CellException& e) { return e.column == column && fails(meaning_.variants[e.variant]); };
    return std::any_of(meaning_.exceptions.begin(), meaning_.exceptions.end(), here);
  }

  static constexpr std::uint32_t kAnyRow = 0xFFFFFFFF;

  // Whether most of what is measured, in one row or by all columns, is a statistic of other values.
  bool states_statistics(std::uint32_t row) const {
    std::size_t statistics = 0;
    std::size_t samples = 0;
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c) {
      if (row != kAnyRow && table_.columns[c].cells[row].kind != CellKind::number) continue;
      const ColumnMeaning& column = row == kAnyRow ? meaning_.columns[c] : meaning_.at(row, c);
      if (is_repetition(column)) return false;  // the samples stand beside their mean
      if (column.role == Role::response) ++(column.statistic == core::Statistic{} ? samples : statistics);
    }
    return statistics > 0 && statistics >= samples;
  }

  bool some_work() const {
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c)
      for (std::uint32_t r = 0; r < table_.rows.size(); ++r)
        if (const Cell& cell = table_.columns[c].cells[r]; cell.kind == CellKind::number && cell.number != 0 && shows_work(meaning_.at(r, c))) return true;
    return false;
  }

  // "fp32,0.236,ERROR" below a longer header: the program wrote the word in place of what it could not measure.
  bool breaks_off(std::uint32_t row) const {
    if (table_.kind != core::TableKind::csv || table_.columns.size() < 2 || table_.columns.back().cells[row].kind != CellKind::absent) return false;
    std::size_t last = table_.columns.size() - 1;
    while (last > 0 && table_.columns[last].cells[row].kind == CellKind::absent) --last;
    const Cell& cell = table_.columns[last].cells[row];
    return last > 0 && cell.kind == CellKind::text && any_of(kBrokenOff, text::lower(text::trim(document_.at(cell.span()))));
  }

  // "OOM" where other rows have a number, and nothing but zeros beside it. Beside a number it is of that column alone.
  bool says_failure_instead(std::uint32_t row) const {
    bool says = false;
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c) {
      if (meaning_.columns[c].role != Role::response) continue;
      const Cell& cell = table_.columns[c].cells[row];
      if (cell.kind == CellKind::number && cell.number != 0) return false;
      says = says || (cell.kind == CellKind::text && cell.size <= kLongestWord && any_of(kBrokenOff, text::lower(text::trim(document_.at(cell.span())))));
    }
    return says;
  }

  void raise(std::uint32_t row, RowState state) {
    if (meaning_.states[row] == RowState::ok) meaning_.states[row] = state;
  }

  // "Run" above "warmup", 1, 2.
  bool counts_runs(std::uint32_t c) const {
    return has_written_rows(document_, table_) && !part_ && table_.rows.size() <= kMostWords && meaning_.columns[c].role == Role::index && catalog_.is(Word::index, shape_.columns[c].reading.leaf);
  }

  static bool is_warmup(std::string_view said, bool flag) {
    constexpr std::array<std::string_view, 7> kWords = {"warmup", "warm-up", "warm_up", "warm up", "heat-up", "heatup", "heat up"};
    return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) { return said.rfind(word, 0) == 0; }) || (flag && (said == "true" || said == "yes" || said == "1"));
  }

  bool some_work(std::uint32_t row) const {
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c) {
      const Cell& cell = table_.columns[c].cells[row];
      if (cell.kind == CellKind::number && cell.number != 0 && measures(meaning_.at(row, c))) return true;
    }
    return false;
  }

  // "generation_tokens_total" that never falls from row to row: each row is a look at something that runs on. Where it shows nothing,
  // nothing was asked.
  bool watches_a_server() const {
    constexpr std::size_t kFewLooks = 3;
    constexpr std::string_view kTotal = "total";
    if (table_.rows.size() < kFewLooks) return false;
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c) {
      const std::string_view key = table_.columns[c].key;
      if (key.size() < kTotal.size() || text::lower(key.substr(key.size() - kTotal.size())) != kTotal || !measures(meaning_.columns[c])) continue;
      const std::vector<std::string> words = text::split_identifier(key);
      if (words.size() > 1 && words.back() == kTotal && runs_on(table_.columns[c].cells)) return true;
    }
    return false;
  }

  static bool runs_on(const std::vector<Cell>& cells) {
    const auto counts = [](const Cell& cell) { return cell.kind == CellKind::number; };
    const auto rises = [](const Cell& a, const Cell& b) { return a.number < b.number; };
    return std::all_of(cells.begin(), cells.end(), counts) && std::is_sorted(cells.begin(), cells.end(), rises) && rises(cells.front(), cells.back());
  }

  // Rows in which all that shows work is zero or absent, two columns at least, while another row has some, or they count errors themselves:
  // then how long the whole run took shows none.
  void mark_zero_rows() {
    std::vector<std::uint32_t> zero;
    bool some_work = false;
    const auto counts_errors = [&](std::uint32_t r) {
      for (std::uint32_t c = 0; c < table_.columns.size(); ++c) {
        const Cell& cell = table_.columns[c].cells[r];
        if (cell.kind == CellKind::number && cell.number > 0 && meaning_.at(r, c).metric == "errors") return true;
      }
      return false;
    };
    for (std::uint32_t r = 0; r < table_.rows.size(); ++r) {
      std::size_t zeros = 0;
      bool work = false;
      for (std::uint32_t c = 0; c < table_.columns.size(); ++c) {
        const Cell& cell = table_.columns[c].cells[r];
        if (cell.kind == CellKind::number && cell.number > 0 && counts_successes(meaning_.at(r, c))) work = true;
        if (cell.kind != CellKind::number || !shows_work(meaning_.at(r, c))) continue;
        if (cell.number == 0) zeros += meaning_.at(r, c).rule.find(kNamedByRow) == std::string::npos ? 1U : 0U;  // a row of one quantity is no run
        else if (meaning_.at(r, c).metric != "duration" || !counts_errors(r)) work = true;
      }
      some_work = some_work || work;
      if (!work && zeros >= 2) zero.push_back(r);
    }
    if (zero.empty() || watches_a_server() || lists_parts_of_a_whole()) return;
    for (const std::uint32_t r : zero)
      if (some_work || counts_errors(r)) meaning_.states[r] = RowState::failed;
  }

  // A layer or a kernel may take no time: where a column says which part of the whole each row is, rows are no runs.
  bool lists_parts_of_a_whole() const {
    return std::any_of(meaning_.columns.begin(), meaning_.columns.end(), [](const core::ColumnMeaning& column) { return column.metric == "time_share" || column.metric == "percentage"; });
  }

  std::optional<std::uint32_t> column_of(std::string_view metric) const {
    for (std::uint32_t c = 0; c < meaning_.columns.size(); ++c) {
      const ColumnMeaning& column = meaning_.columns[c];
      const bool sample = column.statistic == core::Statistic{} && column.unit->dimension == core::Dimension::time;
      if (column.role == Role::response && column.metric == metric && sample) return c;
    }
    return std::nullopt;
  }

  // Of the rows that are in order; nothing where they are too few to tell what is usual.
  std::optional<double> median_of(std::uint32_t column) const {
    std::vector<double> values;
    for (std::uint32_t r = 0; r < table_.rows.size(); ++r)
      if (const auto value = seconds(column, r); value && meaning_.states[r] == RowState::ok) values.push_back(*value);
    if (values.size() < kColdRows) return std::nullopt;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
  }

  std::optional<double> seconds(std::uint32_t column, std::uint32_t row) const {
    const Cell& cell = table_.columns[column].cells[row];
    if (cell.kind != CellKind::number || std::isnan(cell.number)) return std::nullopt;
    return cell.number * meaning_.columns[column].unit->factor;
  }

  const Catalog& catalog_;
  const core::Document& document_;
  std::uint32_t index_;
  const core::Table& table_;
  const TableShape& shape_;
  core::TableMeaning& meaning_;
  bool part_;  // of a larger table: what is usual in it does not show here
};

}  // namespace

void find_states(const Catalog& catalog, const core::Document& document, const Shape& shape, Extent extent, std::vector<core::TableMeaning>& meanings,
                 core::Diagnostics& diagnostics) {
  FailedObjects failed;
  for (std::uint32_t t = 0; t < document.tables.size(); ++t) {
    Table table(catalog, document, t, shape.tables[t], meanings[t], extent == Extent::part);
    table.begin();
    table.mark_failed(meanings, failed);
    table.mark_warmup(meanings);
    table.mark_summary();
    if (extent == Extent::part) continue;
    table.mark_cold();
    table.report(t, diagnostics);
  }
  if (extent == Extent::whole) mark_listed_failures(document, meanings);
}

void state_rules(const Catalog& catalog, const core::Document& document, const Shape& shape, std::uint32_t table, std::vector<core::TableMeaning>& meanings,
                 RowRules& rules) {
  Table(catalog, document, table, shape.tables[table], meanings[table], false).add_rules(rules);
}

}  // namespace chimera::facts
