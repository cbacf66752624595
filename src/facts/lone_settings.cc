#include "facts/lone_settings.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/one_of.h"
#include "facts/columns.h"
#include "facts/meanings.h"
#include "text/words.h"

namespace chimera::facts {
namespace {

using core::Cell;
using core::CellKind;
using core::ColumnMeaning;
using core::Role;

constexpr std::size_t kMostRows = 3;  // in more, what comes again is a setting already
constexpr std::size_t kLongest = 64;
constexpr std::ptrdiff_t kMostBlanks = 3;
constexpr std::size_t kDigitsOfStamps = 6;

// Words of names that say how it went, whatever else they say.
constexpr std::array<std::string_view, 66> kOutcomes = {
    "any", "finish", "stop", "runnable", "ok", "pass", "passed", "passes", "fail", "failed", "fails", "failure", "success", "successful", "succeeded", "valid", "invalid", "correct", "correctness", "match", "matched", "matches",
    "converged", "completed", "complete", "finished", "done", "meets", "met", "within", "exceeds", "exceeded", "reached", "stable", "improved", "improvement", "regression", "significant", "achieved",
    "error", "errors", "crashed", "detected", "available", "found", "verified", "verification", "healthy", "ready", "truncated", "saturated", "throttled", "throttling", "best", "faster", "better", "worse",
    "winner", "beats", "identical", "equal", "same", "consistent", "skipped", "aborted", "exact"};
// Names of what was said of results, of what kind of record it is, who wrote it, and where the rest of it lies.
constexpr std::array<std::string_view, 59> kOthers = {
    "host", "pod", "container", "preview", "snippet", "weekday", "path", "parameter", "property", "quantity", "result", "outcome", "answer", "answers", "prediction", "predicted", "expected", "reason", "verdict", "conclusion", "grade", "rating", "score", "assessment", "status", "state", "trend", "bottleneck", "diagnosis",
    "interpretation", "warning", "warnings", "change", "delta", "record", "entry", "event", "schema", "version", "author", "user", "license", "copyright", "generator", "hash", "digest", "checksum", "sha", "commit", "url",
    "uri", "link", "email", "session", "log", "logs", "report", "trace", "date"};
constexpr std::array<std::string_view, 6> kAnswers = {"response", "reply", "completion", "generated", "transcript", "excerpt"};
constexpr std::array<std::string_view, 9> kWritten = {"output", "out", "profile", "saved", "result", "results", "raw", "artifact", "csv"};
constexpr std::array<std::string_view, 16> kNumbered = {"request", "req", "session", "job", "task", "sample", "prompt", "question", "test", "message", "record", "response", "completion", "user", "build", "execution"};
// What stands for no value, or judges one.
constexpr std::array<std::string_view, 20> kJudgements = {"none", "null", "n/a", "na", "nan", "unknown", "pass", "passed", "yes", "no", "good", "bad", "poor", "excellent", "acceptable", "slow", "fast", "better", "worse", "not available"};

class LoneSettings {
 public:
  LoneSettings(const Catalog& catalog, const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning)
      : catalog_(catalog), document_(document), table_(table), shape_(shape), meaning_(meaning) {}

  void read() {
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c) {
      ColumnMeaning& column = meaning_.columns[c];
      if (column.role != Role::identity || column.rule != kNoKnownName) continue;
      if (says_of_others(shape_.columns[c]) || !names_a_setting(shape_.columns[c].reading) || !holds_one_value(c) || !stands_beside_measurements(c)) continue;
      column.role = Role::factor;
      column.metric = column.definition = shape_.columns[c].reading.full_name;
      column.rule = "the only one of its file, beside what was measured";
    }
  }

 private:
  // "unit": "s", "metric": "latency" of what stands beside them.
  static bool says_of_others(const ColumnShape& shape) { return shape.units || shape.leaf_units || shape.metrics || shape.leaf_metrics || shape.statistics; }

  bool names_a_setting(const NameReading& reading) const {
    if (reading.full_name.empty() || reading.picked || reading.unit != nullptr || reading.statistic) return false;
    // "model_size": "tiny" is no size that was measured.
    if (reading.metric != nullptr && reading.metric->direction != 0 && reading.metric->name != "model_size") return false;
    const std::vector<std::string> words = text::split_identifier(reading.full_name);
    const auto has = [&](const auto& list) { return std::any_of(words.begin(), words.end(), [&](const std::string& word) { return base::is_one_of(word, list); }); };
    if (words.empty() || has(kOutcomes) || has(kOthers)) return false;
    const std::string& last = words.back();
    if (words.size() == 1 && (last == "type" || last == "kind")) return false;  // of record
    if (base::is_one_of(last, kAnswers)) return false;
    if (last == "id" || last == "uuid") return words.size() > 1 && last == "id" && words.front() != "run" && !has(kNumbered);
    // "run_name" tells one run from the next.
    if (words.size() > 1 && words.front() == "run") return false;
    if (last == "file") return !has(kWritten);
    return !catalog_.is(Word::time, last) && !catalog_.is(Word::text, last) && last != "hostname" && last != "time";
  }

  bool holds_one_value(std::uint32_t c) const {
    const std::vector<Cell>& cells = table_.columns[c].cells;
    const Cell& first = cells.front();
    if (first.kind != CellKind::boolean && first.kind != CellKind::text) return false;
    const std::string_view value = document_.at(first.span());
    const auto same = [&](const Cell& cell) { return cell.kind == first.kind && document_.at(cell.span()) == value; };
    return std::all_of(cells.begin(), cells.end(), same) && (first.kind == CellKind::boolean || is_chosen(text::trim(value)));
  }

  // A name as people give to what they choose; neither a sentence nor what a clock or a machine made up.
  bool is_chosen(std::string_view value) const {
    if (value.empty() || value.size() > kLongest || value.find_first_of("\\\n") != std::string_view::npos || value.find("://") != std::string_view::npos) return false;
    const bool letter = (value[0] >= 'a' && value[0] <= 'z') || (value[0] >= 'A' && value[0] <= 'Z') || static_cast<unsigned char>(value[0]) >= 0xC3;
    if (!letter || std::count(value.begin(), value.end(), ' ') > kMostBlanks || std::string_view(".?!:,;").find(value.back()) != std::string_view::npos) return false;
    std::size_t digits = 0;
    for (const char each : value) {
      digits = each >= '0' && each <= '9' ? digits + 1 : 0;
      if (digits >= kDigitsOfStamps) return false;
    }
    const std::string word = text::lower(value);
    return !catalog_.is(Word::outcome, word) && !base::is_one_of(word, kJudgements) && !numbers_a_run(word) && text::find_dates(value).empty();
  }

  // "run 3", "trial_12".
  static bool numbers_a_run(std::string_view value) {
    constexpr std::array<std::string_view, 10> kRuns = {"run", "trial", "rep", "repeat", "iter", "iteration", "attempt", "sample", "test", "seed"};
    const std::size_t end = value.find_last_not_of("0123456789");
    if (end == std::string_view::npos || end + 1 == value.size()) return false;
    std::string_view name = value.substr(0, end + 1);
    name = name.substr(0, name.find_last_not_of(" _-#") + 1);
    const std::size_t begin = name.find_last_of(" _-");
    return base::is_one_of(begin == std::string_view::npos ? name : name.substr(begin + 1), kRuns);
  }

  // In its own object, or in one that stands in this.
  bool stands_beside_measurements(std::uint32_t c) const {
    const std::string& key = table_.columns[c].key;
    const std::string_view object = std::string_view(key).substr(0, key.rfind('/') + 1);
    for (std::size_t m = 0; m < table_.columns.size(); ++m) {
      const bool inside = std::string_view(table_.columns[m].key).substr(0, object.size()) == object;
      if (inside && meaning_.columns[m].role == Role::response && table_.columns[m].cells.front().kind == CellKind::number) return true;
    }
    return false;
  }

  const Catalog& catalog_;
  const core::Document& document_;
  const core::Table& table_;
  const TableShape& shape_;
  core::TableMeaning& meaning_;
};

}  // namespace

void read_lone_settings(const Catalog& catalog, const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning) {
  constexpr std::size_t kWidest = 1024;
  const bool json = core::is_json(document.format_of(table)) && table.kind != core::TableKind::series;
  if (!(json || table.kind == core::TableKind::csv) || table.rows.empty() || table.rows.size() > kMostRows || table.columns.size() > kWidest) return;
  LoneSettings(catalog, document, table, shape, meaning).read();
}

}  // namespace chimera::facts
