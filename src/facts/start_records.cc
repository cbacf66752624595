#include "facts/start_records.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/one_of.h"
#include "facts/meanings.h"
#include "facts/setting_values.h"
#include "text/words.h"

namespace chimera::facts {
namespace {

using core::Role;

constexpr std::uint32_t kLongestSetting = 256;

bool names_kind_of_record(std::string_view key) {
  constexpr std::array<std::string_view, 7> kNames = {"event", "type", "kind", "event_type", "record_type", "record", "event_name"};
  return base::is_one_of(text::lower(key), kNames);
}

// "start", "run_start", "config": of a record behind which what was run follows. Requests may start while others go on.
bool starts_a_run(std::string_view kind) {
  constexpr std::array<std::string_view, 9> kStarts = {"start", "started", "begin", "starting", "config", "configuration", "setup", "settings", "params"};
  constexpr std::array<std::string_view, 11> kRuns = {"run", "bench", "benchmark", "test", "session", "trial", "experiment", "sweep", "job", "model", "case"};
  const std::vector<std::string> words = text::split_identifier(kind);
  if (words.empty() || words.size() > 2 || !base::is_one_of(words.back(), kStarts)) return false;
  return words.size() == 1 || base::is_one_of(words.front(), kRuns);
}

}  // namespace

StartRecords::StartRecords(const std::vector<const Recipe*>& recipes, const core::Document& document, const std::vector<core::TableMeaning>& meanings) {
  for (std::size_t t = 0; t < document.tables.size(); ++t) {
    const core::Table& table = document.tables[t];
    if (recipes[t] != nullptr || document.format_of(table) != core::Format::jsonl || !table.name.empty()) continue;
    const auto kinds = std::find_if(table.columns.begin(), table.columns.end(), [](const core::Column& column) { return names_kind_of_record(column.key); });
    std::unordered_map<std::string_view, bool> known;  // the few kinds that there are
    for (std::size_t r = 0; kinds != table.columns.end() && r < table.rows.size(); ++r) {
      const core::Cell& kind = kinds->cells[r];
      if (kind.kind != core::CellKind::text || kind.size > kLongestSetting) continue;
      const auto [starts, fresh] = known.try_emplace(document.at(kind.span()), false);
      if (fresh) starts->second = starts_a_run(starts->first);
      if (!starts->second) continue;
      core::RunConfig config;
      bool measured = false;
      for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
        const core::Cell& cell = table.columns[c].cells[r];
        const core::ColumnMeaning& meaning = meanings[t].at(static_cast<std::uint32_t>(r), c);
        if (!holds_value(cell) || &table.columns[c] == &*kinds) continue;
        measured = measured || meaning.role == Role::response;
        if (meaning.role == Role::factor && !meaning.metric.empty() && cell.size <= kLongestSetting) config.set(meaning.metric, value_of(document, table.columns[c], cell));
      }
      if (!measured && !config.empty()) starts_.emplace_back(table.rows[r].span.begin, std::move(config));
    }
  }
  std::sort(starts_.begin(), starts_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
}

const core::RunConfig* StartRecords::above(const core::Row& row) const {
  if (row.parent_table != core::Row::kNone) return nullptr;
  const auto below = std::partition_point(starts_.begin(), starts_.end(), [&](const auto& start) { return start.first < row.span.begin; });
  return below == starts_.begin() ? nullptr : &(below - 1)->second;
}

}  // namespace chimera::facts
