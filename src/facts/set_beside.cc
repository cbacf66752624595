#include "facts/set_beside.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/one_of.h"
#include "facts/meanings.h"
#include "facts/profile.h"

namespace chimera::facts {
namespace {

using core::ColumnMeaning;
using core::Dimension;
using core::Role;

// What a machine, a model or a run has several of.
constexpr std::array<std::string_view, 45> kParts = {
    "bsz", "gpu cores", "cpu cores", "cards",          "nodes",         "node count", "num nodes",  "n nodes",     "gpus used",       "experts",     "num experts",   "active experts",
    "group size", "bpw",      "streams",        "num streams",   "sessions",   "num sessions", "replicas",  "num replicas",    "instances",   "num instances", "sockets",
    "numa nodes", "numa",     "lora rank",      "lo ra rank",    "beam",       "beams",      "beam size",   "beam width",      "num beams",   "window",        "window size",
    "turns",      "num turns", "max seqs",      "max num seqs",  "max sequences", "max batched tokens", "max users", "draft tokens", "num draft tokens", "p cores", "e cores"};
constexpr std::array<std::string_view, 8> kAsked = {"target", "requested", "offered", "configured", "desired", "intended", "input", "sent"};
constexpr std::array<std::string_view, 6> kCameOut = {"achieved", "actual", "measured", "observed", "effective", "output"};

bool begins_or_ends(const std::string& leaf, const auto& list) {
  const std::string_view all = leaf;
  return base::is_one_of(all.substr(0, all.find(' ')), list) || base::is_one_of(all.substr(all.rfind(' ') + 1), list);
}

class SetBeside {
 public:
  SetBeside(const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning)
      : document_(document), table_(table), shape_(shape), meaning_(meaning) {}

  void read() {
    const bool flat = table_.kind == core::TableKind::csv || table_.kind == core::TableKind::markdown;
    const auto is_time = [](const ColumnMeaning& column) { return column.role == Role::time; };
    // Where a machine is watched, how many sessions there are is what was seen.
    if (!flat || std::any_of(meaning_.columns.begin(), meaning_.columns.end(), is_time)) return;
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c) {
      const Role role = meaning_.columns[c].role;
      if ((role != Role::response && role != Role::count) || by_recipe(meaning_.columns[c])) continue;
      if (is_part(c)) make_setting(c, shape_.columns[c].reading.leaf == "bsz" ? "batch" : shape_.columns[c].reading.full_name, "of what a run had several");
      else if (const std::string_view length = length_named(c); !length.empty()) make_setting(c, std::string(length), "lengths that were chosen");
      else if (is_asked_rate(c)) make_setting(c, "request_rate", "a rate that was asked for");
    }
  }

 private:
  bool measured_in(std::uint32_t c, Dimension dimension) const { return meaning_.columns[c].role == Role::response && meaning_.columns[c].unit->dimension == dimension; }

  bool any_measured(std::uint32_t but, const auto& dimensions) const {
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c)
      for (const Dimension dimension : dimensions)
        if (c != but && measured_in(c, dimension)) return true;
    return false;
  }

  bool whole_numbers(std::uint32_t c) const {
    const Profile profile = profile_of(document_, table_.columns[c]);
    return profile.numbers > 0 && profile.integers && profile.minimum >= 0;
  }

  // "bpw" is a fraction as often.
  bool is_part(std::uint32_t c) const {
    const NameReading& reading = shape_.columns[c].reading;
    const bool rate = any_measured(c, std::array{Dimension::time, Dimension::token_rate, Dimension::request_rate, Dimension::operation_rate, Dimension::flop_rate, Dimension::bandwidth});
    if (!base::is_one_of(reading.leaf, kParts) || reading.metric != nullptr || reading.unit != nullptr || !rate) return false;
    if (reading.leaf.rfind("window", 0) == 0 && !all_chosen(c)) return false;  // of how many steps one was
    return whole_numbers(c) || reading.leaf == "bpw";
  }

  // "Input" and "Output" beside a throughput of tokens.
  std::string_view length_named(std::uint32_t c) const {
    const NameReading& reading = shape_.columns[c].reading;
    const bool input = reading.leaf == "input" || reading.leaf == "in";
    if (!(input || reading.leaf == "output" || reading.leaf == "out") || reading.metric != nullptr || reading.unit != nullptr || reading.statistic) return {};
    if (!any_measured(c, std::array{Dimension::token_rate}) || !whole_numbers(c)) return {};
    const std::vector<core::Cell>& cells = table_.columns[c].cells;
    const bool chosen = std::all_of(cells.begin(), cells.end(), [](const core::Cell& cell) { return cell.kind != core::CellKind::number || looks_chosen(cell.number); });
    return !chosen ? std::string_view() : input ? "prompt_tokens" : "output_tokens";
  }

  bool is_asked_rate(std::uint32_t c) const {
    const NameReading& reading = shape_.columns[c].reading;
    if (meaning_.columns[c].metric != "request_throughput" || reading.statistic || meaning_.columns[c].unit->dimension != Dimension::request_rate) return false;
    const auto rate_of = [&](std::uint32_t other, const auto& list) { return begins_or_ends(shape_.columns[other].reading.leaf, list); };
    if (rate_of(c, kAsked)) return !rate_of(c, kCameOut);
    const Profile profile = profile_of(document_, table_.columns[c]);
    const bool steps = profile.distinct > 1 && profile.distinct == profile.numbers && (profile.ascending || profile.descending) && all_chosen(c);
    if (c != 0 || !steps) return false;
    bool achieved = false;
    bool other_rate = false;
    for (std::uint32_t other = 1; other < table_.columns.size(); ++other) {
      achieved = achieved || (measures(meaning_.columns[other]) && rate_of(other, kCameOut));
      other_rate = other_rate || measured_in(other, Dimension::request_rate);
    }
    return achieved || (!other_rate && any_measured(c, std::array{Dimension::time}));
  }

  bool all_chosen(std::uint32_t c) const {
    return std::all_of(table_.columns[c].cells.begin(), table_.columns[c].cells.end(), [](const core::Cell& cell) { return cell.kind != core::CellKind::number || looks_chosen(cell.number); });
  }

  void make_setting(std::uint32_t c, std::string name, std::string_view rule) {
    ColumnMeaning& column = meaning_.columns[c];
    column.role = Role::factor;
    column.metric = column.definition = std::move(name);
    column.unit = core::no_unit();
    column.statistic = {};
    column.direction = 0;
    column.rule = std::string(rule);
  }

  const core::Document& document_;
  const core::Table& table_;
  const TableShape& shape_;
  core::TableMeaning& meaning_;
};

}  // namespace

void read_set_beside(const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning) {
  SetBeside(document, table, shape, meaning).read();
}

}  // namespace chimera::facts
