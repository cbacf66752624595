#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "app/compare.h"
#include "report/json_writer.h"
#include "text/words.h"

namespace chimera::app {
namespace {

using analysis::Change;
using analysis::Effect;

bool is_speed(const Effect& effect) {
  using core::Dimension;
  const Dimension d = effect.unit->dimension;
  return d == Dimension::time || d == Dimension::token_time || d == Dimension::token_rate || d == Dimension::request_rate || d == Dimension::bandwidth || d == Dimension::flop_rate ||
         d == Dimension::operation_rate;
}

// Of times and rates people say faster; of memory, energy and scores better.
std::string_view word_for(const Effect& effect) {
  const bool speed = is_speed(effect);
  if (effect.change == Change::better) return speed ? "faster" : "better";
  if (effect.change == Change::worse) return speed ? "slower" : "worse";
  return analysis::to_string(effect.change);
}

std::string percent(double share) {
  const double value = 100 * share;
  return fmt::format("{:+.{}f} %", value, std::fabs(value) < 1 ? 2 : 1);
}

std::string name_of(const Effect& effect) {
  std::string name = effect.definition.empty() ? effect.metric : effect.definition;
  if (effect.statistic.kind != core::Statistic::Kind::sample && effect.statistic.kind != core::Statistic::Kind::mean) name += " " + core::to_string(effect.statistic);
  return name + (effect.cold ? " (cold)" : "");
}

std::string value_of(const Effect& effect, const analysis::Side& side) {
  if (!(side.centre > 0)) return "-";
  const core::UnitPtr unit = core::readable_unit(side.centre, effect.unit);
  const double value = unit == effect.unit ? side.centre : *core::convert(side.centre, effect.unit, unit);
  return core::format_significant(value, 4) + (unit->symbol.empty() ? "" : " " + std::string(unit->symbol));
}

std::string change_of(const Effect& effect) { return effect.a.centre > 0 && effect.b.centre > 0 ? percent(effect.ratio - 1) : "-"; }

std::string interval_of(const Effect& effect) {
  if (!effect.interval) return effect.reason;
  return fmt::format("{} to {}", percent(effect.interval->low - 1), percent(effect.interval->high - 1));
}

// Effects whose configurations have the same settings, and what all of these share: said once, so that a row tells what is
// its own. The largest first.
struct Family {
  std::vector<const Effect*> effects;
  std::string common;                       // "batch=1024, flash_attn=auto"; empty where nothing is shared
  std::set<std::string> varying;            // keys
};

std::vector<Family> families_of(const std::vector<Effect>& effects) {
  std::vector<Family> families;
  std::map<std::vector<std::string>, std::size_t> by_keys;
  for (const Effect& effect : effects) {
    std::vector<std::string> keys;
    for (const core::Setting& setting : effect.config.settings()) keys.push_back(setting.key);
    const auto [entry, fresh] = by_keys.try_emplace(std::move(keys), families.size());
    if (fresh) families.emplace_back();
    families[entry->second].effects.push_back(&effect);
  }
  std::stable_sort(families.begin(), families.end(), [](const Family& a, const Family& b) { return a.effects.size() > b.effects.size(); });
  for (Family& family : families) {
    const core::RunConfig& first = family.effects.front()->config;
    for (const core::Setting& setting : first.settings()) {
      const bool same = std::all_of(family.effects.begin(), family.effects.end(), [&](const Effect* effect) { return effect->config.get(setting.key) == setting.value; });
      if (!same) family.varying.insert(setting.key);
      else family.common += fmt::format("{}{}={}", family.common.empty() ? "" : ", ", setting.key, setting.value);
    }
  }
  return families;
}

std::string own_settings(const Effect& effect, const Family& family) {
  std::string text;
  for (const core::Setting& setting : effect.config.settings())
    if (family.varying.count(setting.key) != 0) text += fmt::format("{}{}={}", text.empty() ? "" : ", ", setting.key, setting.value);
  return text;
}

std::vector<std::string> row_of(const Effect& effect, const Family& family) {
  return {name_of(effect), own_settings(effect, family), value_of(effect, effect.a), value_of(effect, effect.b), fmt::format("{}/{}", effect.a.n, effect.b.n),
          change_of(effect), interval_of(effect), std::string(word_for(effect))};
}

const std::vector<std::string>& header() {
  static const std::vector<std::string> kHeader = {"metric", "configuration", "A", "B", "n", "change", "interval", ""};
  return kHeader;
}

// "2 faster, 1 same, 1 undecided"
std::string tally(const std::vector<Effect>& effects) {
  std::vector<std::pair<std::string_view, std::size_t>> counts = {{"slower", 0}, {"worse", 0}, {"faster", 0}, {"better", 0}, {"same", 0}, {"undecided", 0}};
  for (const Effect& effect : effects)
    for (auto& [word, count] : counts) count += word == word_for(effect) ? 1 : 0;
  std::string text;
  for (const auto& [word, count] : counts)
    if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, word);
  return text;
}

std::string_view verdict_of(const CompareOutcome& outcome) {
  const bool limits = !outcome.conditions.empty();
  switch (outcome.exit) {
    case 0: return limits ? "within the limits" : "no regression";
    case 1: return limits ? "beyond a limit" : "regression";
    case 3: return "not comparable";
    default: return "undecided";
  }
}

std::string_view word_for(Answer answer) { return answer == Answer::yes ? "proven" : answer == Answer::no ? "proven not to hold" : "undecided"; }

// What stands below the table in both forms for people, one line each.
std::vector<std::string> notes_of(const CompareOutcome& outcome) {
  std::vector<std::string> notes;
  const analysis::SetComparison& found = outcome.comparison;
  for (const auto& difference : found.changed)
    notes.push_back(fmt::format("{}: {} in A, {} in B", difference.key, difference.a.empty() ? "not stated" : difference.a, difference.b.empty() ? "not stated" : difference.b));
  for (const analysis::Refusal& refusal : found.refused) notes.push_back("not compared: " + refusal.reason);
  if (found.only_a + found.only_b > 0) notes.push_back(fmt::format("without a counterpart: {} in A, {} in B", found.only_a, found.only_b));
  double least = 0;
  for (const Effect& effect : found.effects)
    if (effect.change == Change::undecided && effect.interval && is_speed(effect)) least = std::max(least, effect.smallest());
  if (least > 0) notes.push_back(fmt::format("smallest change of a speed that could have been seen where undecided: up to {:.1f} %", 100 * least));
  for (const auto& [condition, answer] : outcome.conditions)
    if (found.comparable) notes.push_back(fmt::format("fail if {}: {}", condition.text, word_for(answer)));
  return notes;
}

std::string headline(const CompareOutcome& outcome) {
  const std::vector<Effect>& effects = outcome.comparison.effects;
  if (effects.empty()) return std::string(verdict_of(outcome));
  return fmt::format("{}: {} of {} compared; {:.0f} % intervals that hold together, margin {} %", verdict_of(outcome), tally(effects), effects.size(),
                     100 * outcome.confidence, outcome.command->margin_percent);
}

std::string cell(std::string text) {
  for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) text.insert(at, 1, '\\');
  return text;
}

void write_side(report::JsonWriter& json, std::string_view name, const analysis::Side& side) {
  json.key(name).open_object();
  if (side.centre > 0) json.number("value", side.centre);
  json.integer("n", side.n).key("paths").open_array();
  for (const std::string& path : side.paths) json.text(path);
  json.close_array().close_object();
}

void write_effect(report::JsonWriter& json, const Effect& effect) {
  json.open_object().text("metric", effect.metric).text("definition", effect.definition).text("statistic", core::to_string(effect.statistic));
  json.text("unit", effect.unit->symbol).key("cold").boolean(effect.cold).key("config").open_object();
  for (const core::Setting& setting : effect.config.settings()) json.text(setting.key, setting.value);
  json.close_object();
  write_side(json, "a", effect.a);
  write_side(json, "b", effect.b);
  if (effect.a.centre > 0 && effect.b.centre > 0) json.number("change", effect.ratio - 1);
  if (effect.interval) {
    json.number("low", effect.interval->low - 1).number("high", effect.interval->high - 1).number("smallest", effect.smallest());
    json.text("method", effect.method);
  } else {
    json.text("reason", effect.reason);
  }
  json.text("outcome", word_for(effect)).close_object();
}

std::string table_of(const Family& family) {
  std::vector<std::vector<std::string>> rows = {header()};
  for (const Effect* effect : family.effects) rows.push_back(row_of(*effect, family));
  std::vector<std::size_t> widths(header().size(), 0);
  for (const auto& row : rows)
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  if (family.varying.empty()) widths[1] = 0;  // no row says anything there
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) {
      if (widths[c] == 0) continue;
      const bool left = c < 2 || c + 2 >= row.size();
      const std::string shown = text::visible(row[c]);
      line += left ? fmt::format("{:<{}}  ", shown, widths[c]) : fmt::format("{:>{}}  ", shown, widths[c]);
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

}  // namespace

std::string compare_text(const CompareOutcome& outcome) {
  std::string text = fmt::format("A  {}\nB  {}\n", text::visible(outcome.command->a), text::visible(outcome.command->b));
  for (const Family& family : families_of(outcome.comparison.effects)) {
    if (!family.common.empty()) text += fmt::format("under {}:\n", text::visible(family.common));
    text += table_of(family);
  }
  for (const std::string& note : notes_of(outcome)) text += text::visible(note) + "\n";
  return text + headline(outcome) + "\n";
}

std::string compare_markdown(const CompareOutcome& outcome) {
  std::string text = fmt::format("**{}**\n", headline(outcome));
  for (const Family& family : families_of(outcome.comparison.effects)) {
    if (!family.common.empty()) text += fmt::format("\nUnder `{}`:\n", cell(text::visible(family.common)));
    text += "\n| metric | configuration | A | B | n | change | interval | |\n| :-- | :-- | --: | --: | --: | --: | :-- | :-- |\n";
    for (const Effect* effect : family.effects) {
      text += "|";
      for (const std::string& column : row_of(*effect, family)) text += " " + cell(text::visible(column)) + " |";
      text += "\n";
    }
  }
  const std::vector<std::string> notes = notes_of(outcome);
  if (!notes.empty()) text += "\n";
  for (const std::string& note : notes) text += "- " + text::visible(note) + "\n";
  return text;
}

std::string compare_json(const CompareOutcome& outcome) {
  std::string text;
  report::JsonWriter json(text);
  json.open_object().text("outcome", verdict_of(outcome)).number("margin", outcome.command->margin_percent / 100);
  json.number("confidence", outcome.confidence).key("changed").open_array();
  for (const auto& difference : outcome.comparison.changed)
    json.open_object().text("key", difference.key).text("a", difference.a).text("b", difference.b).close_object();
  json.close_array().key("effects").open_array();
  for (const Effect& effect : outcome.comparison.effects) write_effect(json, effect);
  json.close_array().key("refused").open_array();
  for (const analysis::Refusal& refusal : outcome.comparison.refused) json.open_object().text("what", refusal.what).text("reason", refusal.reason).close_object();
  json.close_array().integer("only_a", outcome.comparison.only_a).integer("only_b", outcome.comparison.only_b).key("fail_if").open_array();
  for (const auto& [condition, answer] : outcome.conditions) json.open_object().text("condition", condition.text).text("answer", word_for(answer)).close_object();
  json.close_array().close_object();
  return text + "\n";
}

}  // namespace chimera::app
