#include "facts/columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/one_of.h"
#include "core/settings_lines.h"
#include "facts/column_forms.h"
#include "facts/profile.h"
#include "text/record_names.h"
#include "text/words.h"

namespace chimera::facts {
namespace {

constexpr std::array<std::string_view, 2> kLists = {"percentiles", "quantiles"};

using core::ColumnMeaning;
using core::DiagnosticCode;
using core::Role;
using Kind = core::Statistic::Kind;

constexpr std::uint32_t kLookBack = 1024;
constexpr std::size_t kFewRows = 4;  // below it, repeated values say nothing about levels
constexpr std::size_t kMostCases = 256;
constexpr std::ptrdiff_t kMostBefore = 4;
constexpr double kFewestOfName = 200;  // of a number that a device is called by
constexpr std::size_t kShortestPlural = 5;

// Statistics whose size says nothing about good or bad.
bool is_spread(const core::Statistic& statistic) {
  return statistic.kind == Kind::stddev || statistic.kind == Kind::variance || statistic.kind == Kind::count ||
         statistic.kind == Kind::cv || statistic.kind == Kind::range;
}

// "1.1k" below "Prefill (tok/s)", "211 MiB/s" of "bytes_per_second".
bool is_scaled(core::UnitPtr named, core::UnitPtr written) {
  const bool bytes = named->dimension == core::Dimension::information || named->dimension == core::Dimension::bandwidth;
  if (bytes && named->factor == 1 && written->dimension == named->dimension) return true;
  constexpr std::string_view kPrefixes = "kMGT";
  return std::any_of(kPrefixes.begin(), kPrefixes.end(), [&](char prefix) { return core::scaled_unit(named, prefix) == written; });
}

// Decides one column.
class Decision {
 public:
  Decision(const Catalog& catalog, const core::Document& document, const core::Table& table, std::uint32_t column, const ColumnShape& shape, const Profile& profile)
      : catalog_(catalog), document_(document), table_(table), column_(table.columns[column]), profile_(profile), written_(shape.written), reading_(shape.reading), chosen_(shape.reading.chosen) {
    if (document.format_of(table) == core::Format::text && table.kind == core::TableKind::listing)
      chosen_ = heads_settings(catalog, table.name) && !(reading_.unit != nullptr && names_a_measurement(catalog, reading_.leaf));
    chosen_ = chosen_ || core::is_settings_lines(table.name);
  }

  ColumnMeaning decide() {
    ColumnMeaning meaning = decide_by_name();
    const std::string picked = object_picked();
    if (picked.empty()) return meaning;
    if (meaning.role == Role::factor) return plain(Role::identity, "of one of several that was picked");
    if (meaning.role == Role::response || meaning.role == Role::count) meaning.definition += (meaning.definition.find(':') == std::string::npos ? ':' : '+') + picked;
    return meaning;
  }

  ColumnMeaning decide_by_name() {
    if (is_option()) return factor(reading_.setting != nullptr ? reading_.setting->name : reading_.full_name, "an option of a command line");
    if (profile_.numbers == 0 || names_parts() || holds_remarks()) return decide_text();
    return decide_number();
  }

  void report(std::uint32_t column, core::Diagnostics& diagnostics) const {
    const core::UnitPtr named = written_ == nullptr ? nullptr : take_apart(catalog_, column_.key).unit;
    // "Transfer/sec: 606 MB/s"
    const std::string_view written = written_ == nullptr ? std::string_view() : written_->symbol;
    const bool rate = named != nullptr && named->symbol == "s" && written.size() > 2 && written.substr(written.size() - 2) == "/s";
    if (written_ != nullptr && named != nullptr && named != written_ && !rate && !is_scaled(named, written_))
      add(diagnostics, column, DiagnosticCode::unit_conflict,
          fmt::format("the name '{}' says {}, the values say {}", column_.key, named->symbol, written_->symbol), "the values' unit is used");
    const bool unknown = core::find_unit(column_.unit) == nullptr && !column_.unit.empty();
    if (unknown && reading_.unit == nullptr && profile_.numbers > 0 && !names_parts() && !holds_remarks() && is_first_with_unit(column))
      add(diagnostics, column, DiagnosticCode::unknown_unit, fmt::format("'{}' is no unit that is known", column_.unit), {});
  }

 private:
  // "best" of "best/num_gpu", a member of the same record as what it was picked from; where it is a record of its own this is empty.
  std::string object_picked() const {
    if (!reading_.picked || !core::is_json(document_.format_of(table_)) || table_.kind == core::TableKind::object) return {};
    std::string_view rest = column_.key;
    for (std::size_t slash = rest.find('/'); slash != std::string_view::npos; slash = rest.find('/')) {
      if (text::names_pick(rest.substr(0, slash))) return join(text::split_identifier(rest.substr(0, slash)), "_");
      rest.remove_prefix(slash + 1);
    }
    return {};
  }

  // One note for a unit, however many columns of the table are in it.
  bool is_first_with_unit(std::uint32_t column) const {
    const std::uint32_t from = column > kLookBack ? column - kLookBack : 0;  // bounded for tables of very many columns
    for (std::uint32_t c = from; c < column; ++c)
      if (table_.columns[c].unit == column_.unit) return false;
    return true;
  }

  // "Percentiles#3" of a list.
  bool is_of_a_list() const {
    const std::size_t mark = column_.key.rfind('#');
    const std::string before = text::lower(std::string_view(column_.key).substr(0, std::min(mark, column_.key.size())));
    return mark != std::string::npos && std::any_of(kLists.begin(), kLists.end(), [&](std::string_view list) { return before.size() >= list.size() && before.compare(before.size() - list.size(), list.size(), list) == 0; });
  }

  ColumnMeaning decide_number() {
    if (is_of_a_list()) return plain(Role::unread, "one of several percentiles, and nothing says which");
    if (is_moment() || is_offset()) return plain(Role::time, "when it happened");
    if (is_failure_flag()) return plain(Role::failure, "whether it worked");
    if (reading_.leaf == "is warmup" || reading_.leaf == "is warm up" || flags_warm_up(column_)) return plain(Role::index, "whether it warmed up");
    if (numbers_parts()) return factor(reading_.leaf, "what a device is called");
    if (numbers_devices()) return factor(reading_.leaf.compare(0, 3, "gpu") == 0 ? "gpu_index" : "device", "one of several devices");
    if (is_position()) return plain(Role::index, "position or identifier");
    if (column_.key.empty() && table_.kind == core::TableKind::csv) return unnamed();  // "0 ms", "10 ms" in front of each row
    if (is_size_of_a_model()) return factor(reading_.setting->name, reading_.setting->rule);
    if (const std::string_view size = weights_named(); !size.empty()) return factor(std::string(size), "which of several models, by its size");
    if (reading_.leaf == "performance" && reading_.unit == nullptr && !chosen_) return own_metric();  // of what only a unit could say
    if (is_mode()) return factor(reading_.full_name, "a mode, by its name");
    if (reading_.leaf == "gpu memory utilization" && reading_.unit == nullptr && written_ == nullptr && holds_given_shares(column_)) return factor(reading_.full_name, "a share that was given, in whole steps");
    if (reading_.metric != nullptr && !(chosen_ || stands_in_surroundings())) return metric();
    if (was_picked_for()) return metric();
    if (reading_.setting != nullptr && reading_.setting->kind != SettingEntry::Kind::text && !measures_a_tool() && !took_time() && !came_out() && !used_parts())
      return factor(reading_.setting->name, reading_.setting->rule);
    // "input_len" among arguments is the setting that it is as a column of counts.
    const bool counted = (chosen_ || reading_.surroundings || core::is_settings_lines(table_.name)) && reading_.metric != nullptr && reading_.metric->dimension == core::Dimension::tokens && !reading_.statistic;
    if (chosen_ || reading_.surroundings) return factor(counted ? reading_.metric->name : reading_.full_name, "a member of settings");
    if (reading_.metric != nullptr) return metric();
    if (const SettingEntry* levels = levels_listed()) return factor(levels->name, "the levels of a setting");
    if (is_best_level()) return plain(Role::identity, "one of the levels, by its name");
    if (is_of_protocol()) return factor(reading_.full_name, "how a run was made, by its name");
    if (was_asked_for()) return factor(reading_.full_name, "set, and not measured, by its name");
    if (own_name().empty()) return unnamed();
    if (counts_things()) return count();
    if (is_level()) return factor(reading_.full_name, "numbers that repeat from row to row");
    return own_metric();
  }

  ColumnMeaning decide_text() {
    const std::string& leaf = reading_.leaf;
    if (catalog_.is(Word::failure, leaf) || (leaf == "state" && tells_how_it_ended())) return plain(Role::failure, "whether it worked");
    if (profile_.dates || (profile_.clocks && (leaf == "time" || leaf == "eta" || leaf == "remaining")) || (catalog_.is(Word::time, leaf) && profile_.texts > 0)) return plain(Role::time, "when it happened");
    if (profile_.texts + profile_.booleans + profile_.numbers == 0) return plain(Role::text, "empty");
    if (!chosen_ && reading_.setting == nullptr && profile_.distinct > 1 && profile_.numbers + profile_.booleans == 0 && holds_lists(document_, column_)) return plain(Role::text, "lists of numbers");
    if (reading_.unit != nullptr && profile_.texts > 0 && profile_.numbers == 0 && says_none(document_, column_)) return plain(Role::text, "says that there is none");
    if (reading_.parent == "versions" && profile_.texts > 0 && holds_versions(document_, column_)) return factor(own_name() + "_version", "a version");
    if (names_its_cases()) return factor(reading_.full_name, "what the cases of a list are called");
    if (profile_.quantizations && !profile_.prose && reading_.setting == nullptr && leaf != "query") return factor("quantization", "names of number formats");
    if (profile_.texts > 0 && profile_.numbers == 0 && !profile_.prose && pairs_lengths(document_, column_, reading_.leaf)) return factor(reading_.full_name, "lengths of prompts and answers");
    // "true" below "server" is no engine's name.
    if (reading_.setting != nullptr && reading_.setting->kind == SettingEntry::Kind::text && profile_.booleans > 0 && profile_.texts == 0 && reading_.full_name != reading_.setting->name) return factor(reading_.full_name, "switched on or off, by its values");
    if (names_what_ran(document_, table_, column_, leaf, profile_)) return factor(reading_.setting != nullptr ? reading_.setting->name : reading_.full_name, kNamesWhatRan);
    if (leaf == "runtime" && profile_.texts > 0 && profile_.numbers == 0 && !profile_.prose && !begin_with_digits(document_, column_)) return factor(leaf, "what it ran in: a name is no time");
    if (profile_.json || profile_.prose) return plain(Role::text, profile_.json ? "objects written out" : "long texts");
    // A context of "8K" may be one of 8000 or of 8192 tokens: as it is written it is a setting, and no number.
    // "platform": "M1" is another thing than its operating system.
    if (leaf == "platform" && reading_.setting != nullptr && !names_os()) return factor(leaf, reading_.setting->rule);
    if (reading_.setting != nullptr && (reading_.setting->kind != SettingEntry::Kind::number || profile_.sizes)) return factor(reading_.setting->name, reading_.setting->rule);
    if (profile_.paths) return plain(Role::identity, "a path");
    if (profile_.identifiers) return plain(Role::identity, "identifiers that a machine made up");
    const bool name = catalog_.is(Word::identity, leaf) || catalog_.is(Word::index, leaf);
    if (chosen_ || (reading_.surroundings && !name)) return factor(reading_.full_name, "a member of settings");
    if (catalog_.is(Word::text, leaf)) return plain(Role::text, "prose");
    // A database is asked queries that differ, a model prompts that should not. "Prefill" and "Decode" below "Step" are no positions.
    const bool stages = (leaf == "step" || leaf == "iteration") && profile_.distinct > 1 && profile_.numbers == 0 && !begin_with_digits(document_, column_);
    // {"stream": true} is no stream by its number.
    const bool flags = profile_.booleans > 0 && profile_.texts == 0;
    if (name && !stages && !flags && !((leaf == "query" || leaf == "file") && names_the_rows())) return plain(Role::identity, "a name");
    if (stages) return factor(reading_.full_name, "what was done, by its name");
    if (catalog_.is(Word::choice, leaf)) return factor(reading_.full_name, "what was chosen, by its name");
    if (names_switch(reading_.leaf, profile_)) return factor(reading_.full_name, "switched on or off, by its name");
    const bool levels = table_.rows.size() >= kFewRows && profile_.distinct * 2 <= table_.rows.size();
    if (levels && !own_name().empty()) return factor(reading_.full_name, "names that repeat from row to row");
    if (heads_the_rows()) return factor("group", "headings that tell rows apart");
    if (names_the_rows()) return factor(reading_.full_name.empty() ? "case" : reading_.full_name, kNamesRows);
    return plain(Role::identity, kNoKnownName);
  }

  // [{"id": "short_1", "ms": 5}, {"id": "long_1", "ms": 90}]
  bool names_its_cases() const {
    constexpr std::array<std::string_view, 6> kNames = {"id", "prompt id", "task id", "case id", "test id", "scenario id"};
    const bool list = core::is_json(document_.format_of(table_)) && table_.kind == core::TableKind::records && profile_.texts == table_.rows.size() && table_.rows.size() <= kMostCases;
    return list && reading_.setting == nullptr && base::is_one_of(reading_.leaf, kNames) && names_cases(document_, column_);
  }

  // "finished", "crashed": what schedulers and optimisers say of runs, and nothing else.
  bool tells_how_it_ended() const {
    return std::all_of(column_.cells.begin(), column_.cells.end(), [&](const core::Cell& cell) {
      return cell.kind != core::CellKind::text || catalog_.is(Word::outcome, text::lower(document_.at(cell.span())));
    });
  }

  bool names_os() const {
    constexpr std::array<std::string_view, 10> kSystems = {"linux", "win", "darwin", "mac", "ubuntu", "debian", "bsd", "android", "ios", "aix"};
    return std::all_of(column_.cells.begin(), column_.cells.end(), [&](const core::Cell& cell) {
      const std::string name = text::lower(document_.at(cell.span()));
      return cell.kind != core::CellKind::text || std::any_of(kSystems.begin(), kSystems.end(), [&](std::string_view word) { return name.find(word) != std::string::npos; });
    });
  }

  // "Method", "Layer", "Function" in front of a table, behind numbers and dates at most: what its rows are of. Of many rows that is a number of
  // theirs.
  bool names_the_rows() const {
    const bool flat = table_.kind == core::TableKind::csv || table_.kind == core::TableKind::markdown;
    // The first text of a JSON record may be the kind of record that it is: only where all differ does it name one.
    const bool records = table_.kind == core::TableKind::records && table_.rows.size() > 1 && profile_.distinct == table_.rows.size();
    const auto names = [&](const core::Column& other) {
      const Profile profile = profile_of(document_, other);
      return profile.texts > 0 && !profile.dates;
    };
    const core::Column* begin = table_.columns.data();
    const bool first = table_.columns.size() > 1 && &column_ - begin < kMostBefore && std::none_of(begin, &column_, names);
    // The readers of texts call a column so themselves, and say in the keys of the others what it holds.
    const bool group = column_.key == "group" && core::is_prose(document_.format_of(table_));
    return (flat || records) && first && !group && table_.rows.size() <= kMostCases && profile_.texts == table_.rows.size();
  }

  // What stands above each of several blocks of values in a log.
  bool heads_the_rows() const {
    return column_.key == "group" && document_.format_of(table_) == core::Format::text && table_.kind == core::TableKind::listing && profile_.distinct > 1;
  }

  bool is_moment() const {
    const std::string& leaf = reading_.leaf;
    if (reading_.unit != nullptr && reading_.unit->dimension != core::Dimension::time) return false;
    // In a unit that was written it is a moment as seconds; else it may be in any.
    const auto is_epoch = [&](double value) { return plausible_epoch(value) && (reading_.unit == nullptr || plausible_epoch_seconds(value * reading_.unit->factor)); };
    // 0 and -1 stand for what did not happen.
    const double first = profile_.minimum == 0 || profile_.minimum == -1 ? profile_.least : profile_.minimum;
    if (!is_epoch(first) || !is_epoch(profile_.maximum)) return false;
    const bool fractions = !profile_.integers && plausible_epoch_seconds(first) && plausible_epoch_seconds(profile_.maximum);
    if (fractions && reading_.metric == nullptr && reading_.unit == nullptr) return true;
    if (leaf.find("unix") != std::string::npos || leaf.find("epoch") != std::string::npos) return true;
    const auto ends = [&](std::string_view word) { return leaf.size() >= word.size() && leaf.compare(leaf.size() - word.size(), word.size(), word) == 0; };
    return catalog_.is(Word::time, leaf) || ends("timestamp") || ends("datetime") || ends("time") || ends(" at") || leaf.rfind("last ", 0) == 0 || leaf == "ts" || leaf == "t";
  }

  // "t_ms", "elapsed": since the beginning, where it never falls from row to row. A few times that were measured may rise by chance.
  bool is_offset() const {
    constexpr std::array<std::string_view, 6> kOffsets = {"t", "ts", "timestamp", "time stamp", "relative time", "time offset"};
    constexpr std::array<std::string_view, 4> kTimes = {"elapsed", "elapsed time", "uptime", "time"};
    constexpr std::size_t kRowsOfTimes = 6;
    if (!profile_.never_falls || profile_.distinct < 2 || profile_.numbers != table_.rows.size()) return false;
    if (reading_.statistic || (reading_.unit != nullptr && reading_.unit->dimension != core::Dimension::time)) return false;
    if (reading_.leaf == "t" && stands_behind_sizes()) return false;
    if (base::is_one_of(reading_.leaf, kOffsets)) return true;
    const bool time = base::is_one_of(reading_.leaf, kTimes);
    return time && &column_ == table_.columns.data() && table_.rows.size() >= kRowsOfTimes;
  }

  // "n,t_ms", sorted by n: what takes more takes longer.
  bool stands_behind_sizes() const {
    const core::Column* begin = table_.columns.data();
    return std::any_of(&column_ - begin > kMostBefore ? &column_ - kMostBefore : begin, &column_, [&](const core::Column& other) {
      const std::string name = join(text::split_identifier(std::string_view(other.key).substr(other.key.rfind('/') + 1)), " ");
      const Profile profile = profile_of(document_, other);
      return profile.ascending && profile.numbers == table_.rows.size() && !catalog_.is(Word::index, name) && !catalog_.is(Word::time, name);
    });
  }

  bool is_failure_flag() const {
    if (!catalog_.is(Word::failure, reading_.leaf)) return false;
    const bool flags = profile_.integers && profile_.minimum >= 0 && profile_.maximum <= 1 && reading_.metric == nullptr;
    const std::string& leaf = reading_.leaf;
    return flags || leaf == "rc" || (leaf.size() >= 4 && leaf.compare(leaf.size() - 4, 4, "code") == 0);
  }

  // "-ngl", "--draft-max" above a column: what a program was called with.
  bool is_option() const {
    const std::string_view key = column_.key;
    const std::size_t name = key.find_first_not_of('-');
    const bool arguments = table_.kind == core::TableKind::records && core::is_prose(document_.format_of(table_));
    const bool flat = arguments || table_.kind == core::TableKind::csv || table_.kind == core::TableKind::markdown || table_.kind == core::TableKind::transposed;
    return flat && (name == 1 || name == 2) && ((key[name] >= 'a' && key[name] <= 'z') || (key[name] >= 'A' && key[name] <= 'Z')) && key.find(' ') == std::string_view::npos;
  }

  bool names_device() const {
    const bool known = reading_.setting != nullptr && (reading_.setting->name == "gpu" || reading_.setting->name == "cpu" || reading_.setting->name == "device");
    return known || reading_.leaf == "gpu" || reading_.leaf == "device" || reading_.leaf == "card" || reading_.leaf == "graphics card";
  }

  // "RTX 4090" and "2080 Ti" below "GPU", "5950X" below "CPU": names with numbers in them.
  bool names_parts() const {
    const bool bits = reading_.setting != nullptr && reading_.setting->name == "quantization" && written_ == nullptr;  // "4.0bpw" beside "Q4_K_M"
    if (bits) return true;
    if (!names_device() || reading_.metric != nullptr) return false;
    const bool name = written_ == nullptr || written_->dimension == core::Dimension::count || (written_->symbol == "x" && profile_.integers && profile_.minimum >= kFewestOfName);
    return name && (profile_.texts > 0 || written_ != nullptr || (!column_.unit.empty() && profile_.integers && profile_.minimum >= kFewestOfName));
  }

  // "4 threads" and "standard" below "Winner": words, one of which is a number. "2 GPUs" below "Notes".
  bool holds_remarks() const {
    if (catalog_.is(Word::text, reading_.leaf) && !column_.unit.empty() && core::find_unit(column_.unit) == nullptr) return true;
    if (column_.unit.empty() || written_ != nullptr || profile_.texts < profile_.numbers || reading_.metric != nullptr || reading_.setting != nullptr) return false;
    return core::find_unit(column_.unit) == nullptr && core::is_prose(document_.format_of(table_));
  }

  // "3090" below "GPU": nobody has so many.
  bool numbers_parts() const {
    return names_device() && reading_.metric == nullptr && reading_.unit == nullptr && profile_.integers && profile_.minimum >= kFewestOfName && (reading_.leaf == "gpu" || reading_.leaf == "card");
  }

  // "batch_sizes": [1, 8] beside the runs: what was varied, and no measurement.
  const SettingEntry* levels_listed() const {
    if (table_.kind != core::TableKind::series && !table_.by_columns) return nullptr;
    std::string name = reading_.leaf;
    if (name.size() < kShortestPlural || name.back() != 's' || names_a_measurement(catalog_, name)) return nullptr;
    const bool y = name.compare(name.size() - 3, 3, "ies") == 0;
    name.resize(name.size() - (y ? 3 : 1));
    const SettingEntry* setting = catalog_.setting(y ? name + "y" : name);
    return setting != nullptr && setting->kind != SettingEntry::Kind::text && name != "rate" ? setting : nullptr;
  }

  // "power_mode" of 15 W is one of several, as a power profile is.
  bool is_mode() const {
    const std::string_view last = std::string_view(reading_.leaf).substr(reading_.leaf.rfind(' ') + 1);
    return reading_.leaf.size() > last.size() && (last == "mode" || last == "profile") && !reading_.statistic;
  }

  // "tokens_per_sec" in "best_config": what came out of it. How many tokens there may be is set.
  bool was_picked_for() const { return reading_.metric != nullptr && reading_.picked && reading_.metric->direction != 0 && reading_.setting == nullptr; }

  // "best_num_gpu" beside results in JSON, "Best configuration: num_gpu=33, num_ctx=2048" below them in a text: levels of what was tried, and
  // no measurements.
  bool is_best_level() const {
    const bool beside = core::is_json(document_.format_of(table_)) || table_.kind == core::TableKind::listing;
    if (!beside || reading_.unit != nullptr) return false;
    const auto level = text::behind_pick(reading_.leaf);
    return level && !level->empty() && catalog_.setting(*level) != nullptr;
  }


  // "qps_target", "requested_rate", "power cap" in W, "cuda_version": nobody measured them.
  bool was_asked_for() const {
    if (reading_.statistic || reading_.full_name.empty()) return false;
    if (reading_.unit != nullptr && reading_.unit->dimension == core::Dimension::fraction) return false;
    const std::string& leaf = reading_.leaf;
    const std::string_view last = std::string_view(leaf).substr(leaf.rfind(' ') + 1);
    const std::string_view first = std::string_view(leaf).substr(0, leaf.find(' '));
    const auto asks = [](std::string_view word) { return word == "target" || word == "requested" || word == "configured"; };
    // The version of a file alone is none of what was measured in it.
    if (asks(first) || asks(last) || (last == "version" && (first != last || !core::is_json(document_.format_of(table_))))) return true;
    return reading_.unit != nullptr && (last == "cap" || last == "limit" || last == "tdp");
  }

  // "warmup": 3, "cooldown": 5 in an object or among key=value pairs: how many there were, or for how long. In a table they may be times.
  bool is_of_protocol() const {
    constexpr std::array<std::string_view, 12> kNames = {"warmup", "warm up", "warmups", "num warmup", "num warmups", "n warmup", "warmup num", "warmup runs", "warmup iterations", "warmup requests", "cooldown", "cool down"};
    constexpr double kMost = 1000;
    const bool flat = table_.kind == core::TableKind::csv || table_.kind == core::TableKind::markdown || table_.kind == core::TableKind::transposed || table_.kind == core::TableKind::series;
    const bool records = core::is_json(document_.format_of(table_)) && table_.kind == core::TableKind::records;  // of each a flag, or a count of its own
    if (flat || records || reading_.unit != nullptr || written_ != nullptr || !column_.unit.empty() || reading_.statistic) return false;
    return profile_.integers && profile_.minimum >= 0 && profile_.maximum <= kMost && base::is_one_of(reading_.leaf, kNames);
  }

  // What was read of one GPU is not of the other.
  bool numbers_devices() const {
    constexpr std::array<std::string_view, 8> kDevices = {"gpu", "gpu id", "gpu index", "gpu idx", "device", "device id", "device index", "gpu number"};
    const bool named = base::is_one_of(reading_.leaf, kDevices);
    return named && profile_.integers && reading_.unit == nullptr && profile_.distinct > 1 && profile_.numbers == table_.rows.size();
  }

  bool is_position() const {
    const bool progress = reading_.leaf == "epoch" && profile_.numbers > 0;  // "0.25" of one
    if ((!profile_.integers && !progress) || reading_.unit != nullptr) return false;
    const std::string last = reading_.leaf.substr(reading_.leaf.rfind(' ') + 1);
    const bool free = reading_.setting == nullptr && !chosen_ && !reading_.surroundings;
    if (free && (last == "shape" || last == "dims" || last == "seed")) return true;
    if (reading_.leaf == "test" && counts_lines()) return true;
    if (reading_.leaf == "seq" && !profile_.ascending) return false;  // a length that comes again numbers nothing
    const bool numbered = last == "id" || last == "index" || last == "idx" || (!(chosen_ || reading_.surroundings) && (last == "port" || last == "pid"));
    return numbered || catalog_.is(Word::index, reading_.leaf) || catalog_.is(Word::identity, reading_.leaf);
  }

  // "Test 1: 52.3 tok/s", "Test 2: 52.1 tok/s" in a text: one after the other, and nothing says what else is in them.
  bool counts_lines() const {
    const bool lines = document_.format_of(table_) == core::Format::text && table_.kind == core::TableKind::records && profile_.numbers == table_.rows.size();
    return lines && profile_.ascending && profile_.minimum <= 1 && profile_.maximum - profile_.minimum + 1 == static_cast<double>(table_.rows.size());
  }

  // "70B" below "Model" is one of those by its size.
  bool is_size_of_a_model() const {
    return reading_.setting != nullptr && reading_.setting->name == "model" && written_ != nullptr && written_->dimension == core::Dimension::count;
  }

  // "4B" below "Params" or "Model size": what such a column of a table tells of the models; nothing of others.
  std::string_view weights_named() const {
    constexpr double kMillion = 1e6;
    constexpr std::array<std::string_view, 7> kWeights = {"params", "param", "parameters", "model params", "model parameters", "total params", "total parameters"};
    constexpr std::array<std::string_view, 4> kActive = {"active params", "active parameters", "activated params", "active"};
    const bool flat = table_.kind == core::TableKind::csv || table_.kind == core::TableKind::markdown;
    if (!flat || written_ == nullptr || written_->dimension != core::Dimension::count || written_->factor < kMillion || reading_.statistic) return {};
    const auto is = [&](const auto& list) { return std::find(list.begin(), list.end(), reading_.leaf) != list.end(); };
    if (is(kActive)) return "active_params";
    return is(kWeights) ? "params" : reading_.leaf == "size" || reading_.leaf == "model size" ? "model_size" : std::string_view();
  }

  // "environment/gpu_count" describes a machine, "metadata/compile_time_s" is a measurement.
  bool stands_in_surroundings() const { return reading_.surroundings && (reading_.unit == nullptr || reading_.setting != nullptr); }

  // "Torch" and "Triton" above columns of times: the tools themselves were measured. A version is one number in few rows.
  bool measures_a_tool() const {
    const std::string& name = reading_.setting->name;
    const bool version = name.size() > 8 && name.compare(name.size() - 8, 8, "_version") == 0 && reading_.leaf.find("version") == std::string::npos;
    return version && !(chosen_ || reading_.surroundings) && profile_.distinct > 1;
  }

  // "depth ms": what the stage of that name took. Settings that are times say so.
  bool took_time() const {
    constexpr std::array<std::string_view, 7> kTimes = {"time", "duration", "interval", "delay", "keep", "rate", "period"};
    if (reading_.unit == nullptr || reading_.unit->dimension != core::Dimension::time || chosen_ || reading_.surroundings) return false;
    const std::string& name = reading_.setting->name;
    return std::none_of(kTimes.begin(), kTimes.end(), [&](std::string_view word) { return name.find(word) != std::string::npos; });
  }

  // "cores" 5.99: how many were busy.
  bool used_parts() const { return !profile_.integers && !chosen_ && (reading_.setting->name == "cores" || reading_.setting->name == "num_cpus"); }

  // "rate" alone is one that was asked for, in steps like 0.5 or 16, or one that came out, 30.646.
  bool came_out() const {
    constexpr double kSteps = 20;  // of 0.05
    if (reading_.leaf != "rate" || chosen_) return false;
    const auto measured = [&](const core::Cell& cell) { return cell.kind == core::CellKind::number && !looks_chosen(std::round(cell.number * kSteps * 1e6) / 1e6); };
    return std::any_of(column_.cells.begin(), column_.cells.end(), measured);
  }

  // A setting that was varied in whole steps, or one that was the same in every row. A fraction that is the same may be measured too.
  bool is_level() const {
    if (reading_.statistic || reading_.unit != nullptr || table_.rows.size() < kFewRows || profile_.numbers < table_.rows.size()) return false;
    if (!profile_.integers || names_a_measurement(catalog_, reading_.leaf) || counts_outcomes(catalog_, reading_.leaf)) return false;
    return profile_.distinct == 1 || (profile_.distinct < kManyLevels && profile_.distinct * 2 <= table_.rows.size());
  }

  // "process_count", "total_inferences": whole numbers of things that have no name of their own here.
  bool counts_things() const {
    if (!profile_.integers || reading_.unit != nullptr || profile_.minimum < 0) return false;
    const std::vector<std::string> words = text::split_identifier(reading_.leaf);
    if (words.size() < 2) return false;
    const auto counts = [](const std::string& word) { return word == "count" || word == "total" || word == "num" || word == "number"; };
    return counts(words.front()) || counts(words.back());
  }

  ColumnMeaning count() const {
    ColumnMeaning meaning = own_metric();
    meaning.role = Role::count;
    meaning.unit = core::count_unit();
    meaning.rule = "a count by its name";
    return meaning;
  }

  ColumnMeaning metric() const { return meaning_of(reading_); }

  // A number of no known name is still a measurement of that name.
  ColumnMeaning own_metric() const {
    ColumnMeaning meaning;
    meaning.role = Role::response;
    meaning.metric = own_name();
    if (reading_.statistic) meaning.statistic = *reading_.statistic;
    if (reading_.unit != nullptr) meaning.unit = reading_.unit;
    // "Throughput" in percent is a change or a share, not a throughput.
    if (catalog_.metric(meaning.metric) != nullptr && reading_.unit != nullptr) meaning.metric += "_" + std::string(core::to_string(reading_.unit->dimension));
    meaning.definition = meaning.metric + (reading_.standard_error ? ":standard_error" : "");
    meaning.rule = "named by its key";
    return meaning;
  }

  ColumnMeaning factor(const std::string& name, std::string_view rule) const {
    ColumnMeaning meaning = plain(Role::factor, rule);
    meaning.metric = meaning.definition = name;
    if (reading_.unit != nullptr) meaning.unit = reading_.unit;
    return meaning;
  }

  ColumnMeaning plain(Role role, std::string_view rule) const {
    ColumnMeaning meaning;
    meaning.role = role;
    meaning.metric = meaning.definition = own_name();
    meaning.rule = std::string(rule);
    return meaning;
  }

  // A column without a name: row numbers, what the rows of a file are of, "0 ms" and "10 ms", or nobody knows.
  ColumnMeaning unnamed() const {
    const bool front = &column_ == table_.columns.data() && table_.columns.size() > 1 && profile_.distinct == table_.rows.size();
    if (front && written_ != nullptr && table_.kind == core::TableKind::csv) return factor("case", kNamesRows);
    if (table_.kind == core::TableKind::csv && stands_behind_names()) return factor("case", "levels without a name, behind names");
    const bool counts_rows = profile_.integers && profile_.ascending && profile_.numbers > 1;
    return counts_rows ? plain(Role::index, "whole numbers that rise from row to row") : plain(Role::unread, "no name");
  }

  // "quant,,tok_s" above "q4,0.5,61.2" and "q4,0.9,64.8": a level of an index that nobody named. In front stand names alone, and measurements behind.
  bool stands_behind_names() const {
    const auto at = static_cast<std::size_t>(&column_ - table_.columns.data());
    if (at == 0 || at + 1 == table_.columns.size() || profile_.distinct < 2 || profile_.numbers != table_.rows.size()) return false;
    return std::all_of(table_.columns.begin(), table_.columns.begin() + static_cast<std::ptrdiff_t>(at), [](const core::Column& each) {
      return !each.key.empty() && std::all_of(each.cells.begin(), each.cells.end(), [](const core::Cell& cell) { return cell.kind == core::CellKind::text; });
    });
  }

  const std::string& own_name() const { return reading_.own_name; }

  void add(core::Diagnostics& diagnostics, std::uint32_t column, DiagnosticCode code, std::string message, std::string hint) const {
    const auto table = static_cast<std::uint32_t>(&table_ - document_.tables.data());
    core::Diagnostic diagnostic{code, document_.artifact.path, {}, std::move(message), std::move(hint)};
    const auto filled = std::find_if(column_.cells.begin(), column_.cells.end(), [](const core::Cell& cell) { return cell.size > 0; });
    const auto row = filled == column_.cells.end() ? 0U : static_cast<std::uint32_t>(filled - column_.cells.begin());
    if (!table_.rows.empty()) diagnostic.place = document_.place(core::CellRef{{}, table, row, column});
    diagnostics.add(std::move(diagnostic));
  }

  const Catalog& catalog_;
  const core::Document& document_;
  const core::Table& table_;
  const core::Column& column_;
  const Profile& profile_;
  core::UnitPtr written_;
  const NameReading& reading_;
  bool chosen_;  // stands among settings
};

}  // namespace

bool heads_settings(const Catalog& catalog, std::string_view title) {
  if (text::names_pick(title)) return false;  // "Best configuration:" repeats one of those that were tried, with what it measured
  const std::vector<std::string> words = text::split_identifier(title);
  if (std::any_of(words.begin(), words.end(), [&](const std::string& word) { return catalog.is(Word::settings, word); })) return true;
  std::string name = join(words, " ");
  constexpr std::string_view kLong = " information";
  if (name.size() > kLong.size() && name.compare(name.size() - kLong.size(), kLong.size(), kLong) == 0) name.resize(name.size() - kLong.size() + 5);
  return catalog.is(Word::surroundings, name);
}

bool names_a_measurement(const Catalog& catalog, const std::string& words) {
  const std::vector<std::string> all = text::split_identifier(words);
  const auto has = [&](Word kind) { return std::any_of(all.begin(), all.end(), [&](const std::string& word) { return catalog.is(kind, word); }); };
  return has(Word::measured) && !has(Word::bounds);
}

bool counts_outcomes(const Catalog& catalog, const std::string& words) {
  constexpr std::array<std::string_view, 14> kOutcomes = {"ok", "err", "errs", "error", "errors", "success", "successes", "successful", "succeeded", "failed", "failure", "failures", "fails", "timeouts"};
  const std::vector<std::string> all = text::split_identifier(words);
  const bool outcome = std::any_of(all.begin(), all.end(), [&](const std::string& word) { return base::is_one_of(word, kOutcomes); });
  return outcome && std::none_of(all.begin(), all.end(), [&](const std::string& word) { return catalog.is(Word::bounds, word); });
}

bool flags_warm_up(const core::Column& column) {
  const std::string leaf = join(text::split_identifier(std::string_view(column.key).substr(column.key.rfind('/') + 1)), " ");
  if ((leaf != "warmup" && leaf != "warm up") || column.cells.size() < 2) return false;
  const auto is = [](const core::Cell& cell, double number) { return cell.kind == core::CellKind::number && cell.number == number; };
  const bool flags = std::all_of(column.cells.begin(), column.cells.end(), [&](const core::Cell& cell) { return is(cell, 0) || is(cell, 1); });
  return flags && is(column.cells.front(), 1) && is(column.cells.back(), 0);
}

core::ColumnMeaning meaning_of(const NameReading& reading) {
  const MetricEntry& metric = *reading.metric;
  core::ColumnMeaning meaning;
  meaning.role = metric.role;
  meaning.metric = metric.name;
  meaning.definition = reading.definition;
  if (reading.statistic) meaning.statistic = *reading.statistic;
  meaning.unit = reading.unit != nullptr ? reading.unit : metric.unit;
  meaning.direction = is_spread(meaning.statistic) ? 0 : metric.direction;
  meaning.rule = metric.rule;
  return meaning;
}

core::ColumnMeaning decide_column(const Catalog& catalog, const core::Document& document, const core::Table& table, std::uint32_t column,
                                  const ColumnShape& shape, core::Diagnostics& diagnostics) {
  const Profile profile = profile_of(document, table.columns[column]);
  Decision decision(catalog, document, table, column, shape, profile);
  decision.report(column, diagnostics);
  core::ColumnMeaning meaning = decision.decide();
  if (document.artifact.format == core::Format::markdown) meaning.provenance = core::Provenance::written;
  return meaning;
}

}  // namespace chimera::facts
