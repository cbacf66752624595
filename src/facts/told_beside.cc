#include "facts/told_beside.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/one_of.h"
#include "facts/meanings.h"
#include "facts/profile.h"
#include "text/words.h"

namespace chimera::facts {
namespace {

using core::ColumnMeaning;
using core::Dimension;
using core::Role;
using Kind = core::Statistic::Kind;

std::string_view leaf_of(std::string_view key) { return key.substr(key.rfind('/') + 1); }
std::string_view object_of(std::string_view key) { return key.substr(0, key.size() - leaf_of(key).size()); }

bool ends_in(std::string_view text, std::string_view end) { return text.size() > end.size() && text.substr(text.size() - end.size()) == end; }

// Whether what stands before "_min" lasts, and so long that people count minutes: "tau_time", "duration". Nobody measures a latency in these.
bool lasts(const std::vector<std::string>& words) {
  constexpr std::array<std::string_view, 5> kLong = {"duration", "elapsed", "runtime", "uptime", "walltime"};
  return !words.empty() && (base::is_one_of(words.back(), kLong) || (words.size() > 1 && words.back() == "time"));
}

// How many of the words at the end of a name say that it is half of an interval; 0 where none do.
std::size_t half_words(const std::vector<std::string>& words) {
  constexpr std::array<std::string_view, 6> kNames = {"ci95 half", "ci 95 half", "ci half", "ci95 half width", "ci half width", "ci 95 half width"};
  for (std::size_t n = std::min<std::size_t>(4, words.size()); n >= 2; --n)
    if (base::is_one_of(join(slice(words, words.size() - n, words.size()), " "), kNames)) return n;
  return 0;
}

void qualify(std::string_view how, std::string& definition) { definition.append(1, definition.find(':') == std::string::npos ? ':' : '+').append(how); }

}  // namespace

void read_minutes(const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning) {
  for (std::size_t c = 0; c < meaning.columns.size(); ++c) {
    ColumnMeaning& column = meaning.columns[c];
    if (!measures(column) || by_recipe(column) || column.statistic.kind != Kind::minimum || column.unit != core::no_unit()) continue;
    const std::string_view leaf = leaf_of(table.columns[c].key);
    if (!ends_in(leaf, "_min")) continue;
    const std::vector<std::string> stem = text::split_identifier(leaf.substr(0, leaf.size() - 4));
    const std::string_view object = object_of(table.columns[c].key);
    const auto is_beside = [&](std::size_t other) {
      if (other == c || object_of(table.columns[other].key) != object || !measures(meaning.columns[other])) return false;
      return shape.columns[other].reading.own_name == shape.columns[c].reading.own_name || meaning.columns[other].definition == column.definition;
    };
    bool beside = false;
    for (std::size_t other = 0; other < meaning.columns.size() && !beside; ++other) beside = is_beside(other);
    if (!lasts(stem) || beside) continue;
    // Of "exec_time_min" the shortest is as likely where it has digits behind the point.
    if (stem.back() == "time" && (!profile_of(document, table.columns[c]).integers || profile_of(document, table.columns[c]).maximum < 1)) continue;
    column.statistic = {};
    column.unit = core::find_unit("minutes");
    column.rule += "; minutes, for no other statistic of it stands beside";
  }
}

void read_whole_latencies(const Catalog& catalog, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning) {
  if (catalog.metric("latency") == nullptr) return;
  const bool first_tokens = std::any_of(meaning.columns.begin(), meaning.columns.end(), [](const ColumnMeaning& column) { return column.metric == "ttft" && column.statistic == core::Statistic{}; });
  for (std::size_t c = 0; c < meaning.columns.size(); ++c) {
    ColumnMeaning& column = meaning.columns[c];
    const std::string& leaf = shape.columns[c].reading.leaf;
    if (!measures(column) || by_recipe(column) || column.definition != "latency" || column.statistic.kind != Kind::sum) continue;
    if ((leaf != "total latency" && leaf != "total latencies") || !(first_tokens || table.kind == core::TableKind::series)) continue;
    column.statistic = {};
    column.definition = "latency:total";
    column.rule += "; the whole time of a request";
  }
}

void read_counted_flops(const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning) {
  constexpr double kFewest = 1e6;
  const auto is_rate = [](const ColumnMeaning& column) { return measures(column) && column.unit->dimension == Dimension::flop_rate && column.unit->factor > 1; };
  if (std::none_of(meaning.columns.begin(), meaning.columns.end(), is_rate)) return;
  for (std::size_t c = 0; c < meaning.columns.size(); ++c) {
    ColumnMeaning& column = meaning.columns[c];
    if (!measures(column) || by_recipe(column) || leaf_of(table.columns[c].key) != "flops" || shape.columns[c].written != nullptr || column.unit->dimension != Dimension::flop_rate) continue;
    const Profile profile = profile_of(document, table.columns[c]);
    if (profile.numbers == 0 || !profile.integers || profile.minimum < kFewest) continue;
    column.role = Role::count;
    column.metric = column.definition = "flop_count";
    column.unit = core::find_unit("FLOP");
    column.direction = 0;
    column.rule += "; operations, beside how many there were a second";
  }
}

void read_half_intervals(const core::Table& table, core::TableMeaning& meaning) {
  for (std::size_t c = 0; c < meaning.columns.size(); ++c) {
    ColumnMeaning& column = meaning.columns[c];
    if (column.role != Role::response || by_recipe(column)) continue;
    const std::string_view key = table.columns[c].key;
    if (key.find("alf") == std::string_view::npos) continue;  // "half" or "Half"; most names have neither
    const std::vector<std::string> words = text::split_identifier(leaf_of(key));
    const std::size_t half = half_words(words);
    if (half == 0) continue;
    const std::string stem = join(slice(words, 0, words.size() - half), " ");
    const ColumnMeaning* mean = nullptr;
    bool several = false;
    for (std::size_t other = 0; other < meaning.columns.size(); ++other) {
      const ColumnMeaning& candidate = meaning.columns[other];
      if (other == c || candidate.role != Role::response || object_of(table.columns[other].key) != object_of(key)) continue;
      if (candidate.statistic.kind != Kind::mean && candidate.statistic != core::Statistic{}) continue;
      if (join(text::split_identifier(leaf_of(table.columns[other].key)), " ").rfind(stem, 0) != 0 || half_words(text::split_identifier(leaf_of(table.columns[other].key))) > 0) continue;
      several = several || (mean != nullptr && mean->definition != candidate.definition);
      mean = &candidate;
    }
    if (mean == nullptr || several) continue;
    column.metric = mean->metric;
    column.definition = mean->definition;
    qualify("half_interval", column.definition);
    column.unit = mean->unit;
    column.statistic = {};
    column.direction = 0;
    column.rule += "; half of an interval of the mean beside it";
  }
}

void read_given_shares(const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning) {
  constexpr std::array<std::string_view, 6> kOfEngine = {"max model len", "effective max model len", "max num seqs", "enforce eager", "swap space", "max num batched tokens"};
  const auto of_engine = [&](const ColumnShape& column) { return base::is_one_of(column.reading.leaf, kOfEngine); };
  if (std::none_of(shape.columns.begin(), shape.columns.end(), of_engine)) return;
  for (std::size_t c = 0; c < meaning.columns.size(); ++c) {
    ColumnMeaning& column = meaning.columns[c];
    const NameReading& reading = shape.columns[c].reading;
    if (!measures(column) || by_recipe(column) || reading.leaf != "gpu memory utilization" || reading.statistic || column.unit != core::no_unit()) continue;
    const Profile profile = profile_of(document, table.columns[c]);
    if (profile.numbers == 0 || profile.minimum <= 0 || profile.maximum > 1) continue;
    column = {};
    column.role = Role::factor;
    column.metric = column.definition = reading.full_name;
    column.rule = "a share that was given, beside others of its engine";
  }
}

}  // namespace chimera::facts
