#include "facts/title_settings.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/one_of.h"
#include "core/item_titles.h"
#include "core/settings_lines.h"
#include "core/statistic.h"
#include "facts/naming.h"
#include "facts/recipe.h"
#include "facts/repetitions.h"
#include "facts/summary_rows.h"
#include "text/model_names.h"
#include "text/record_names.h"
#include "text/words.h"

namespace chimera::facts {
namespace {

using core::Role;
using core::Title;

constexpr int kName = core::kItemTitle + core::kMostItemTitles;  // a title that the table's own lines hold
constexpr int kGroup = kName + 1;          // the label above the only row of a list
constexpr std::size_t kMostLists = 256;  // of other names: more are no cases of one thing
using Levels = std::array<std::string, kGroup + 1>;

// Whether its tables stand below titles: headings, or the lines between the tables of a spreadsheet.
bool is_report(const core::Document& document) { return document.artifact.format == core::Format::markdown || document.artifact.format == core::Format::csv; }

Levels titles_of(const core::Document& document, const core::Table& table, const core::TableMeaning& meaning) {
  Levels titles;
  for (std::size_t c = 0; c < table.columns.size() && table.kind == core::TableKind::listing && table.rows.size() == 1; ++c)
    if (table.columns[c].key == "group" && meaning.columns[c].role == Role::identity) titles[kGroup] = text::trim(document.at(table.columns[c].cells[0].span()));
  for (const Title& title : table.titles) titles[static_cast<std::size_t>(title.level)] = title.text;
  if (std::find(titles.begin(), titles.end(), table.name) == titles.end()) titles[kName] = table.name;
  return titles;
}

// "metric\nstatistic" of all that was measured.
std::set<std::string> measured(const core::TableMeaning& meaning) {
  std::set<std::string> all;
  for (const core::ColumnMeaning& column : meaning.columns)
    if (column.role == Role::response) all.insert(column.definition + '\n' + core::to_string(column.statistic));
  return all;
}

// "openai/gpt-4o": as the libraries that ask any provider write models.
bool is_model_of_provider(std::string_view word) {
  constexpr std::array<std::string_view, 24> kProviders = {"openai",     "anthropic", "azure",      "bedrock",    "vertex_ai",   "gemini",   "groq",    "mistral",
                                                           "mistralai",  "cohere",    "deepseek",   "deepseek-ai", "together_ai", "ollama",   "ollama_chat", "openrouter",
                                                           "meta-llama", "qwen",      "huggingface", "hosted_vllm", "lm_studio",   "fireworks_ai", "xai", "unsloth"};
  const std::size_t slash = word.find('/');
  return slash != std::string_view::npos && slash + 1 < word.size() && word.find("//") == std::string_view::npos &&
         base::is_one_of(text::lower(word.substr(0, slash)), kProviders);
}

// "gpt-4o @ http://127.0.0.1:8000/v1": what is asked there. A name of letters alone may be of a machine.
bool is_asked_at(std::string_view word, std::string_view rest) {
  return rest.rfind(" @ http", 0) == 0 && word.find_first_of("-:./_0123456789") != std::string_view::npos;
}

// "llama3.1:8b" of "llama3.1:8b — batch sweep"; empty where a title names none or several.
std::string_view model_in(std::string_view title) {
  std::string_view model;
  for (std::size_t begin = 0; begin < title.size();) {
    const std::size_t end = std::min(title.find(' ', begin), title.size());
    std::string_view word = title.substr(begin, end - begin);
    while (!word.empty() && std::string_view("([`\"',:").find(word.front()) != std::string_view::npos) word.remove_prefix(1);
    while (!word.empty() && std::string_view(")]`\"',:").find(word.back()) != std::string_view::npos) word.remove_suffix(1);
    if (text::is_model(word) || is_model_of_provider(word) || is_asked_at(word, title.substr(end))) {
      if (!model.empty() && model != word) return {};
      model = word;
    }
    begin = end + 1;
  }
  return model;
}

class TitleSettings {
 public:
  TitleSettings(const Catalog& catalog, const core::Document& document, const std::vector<core::TableMeaning>& meanings)
      : catalog_(catalog), document_(document), meanings_(meanings) {}

  std::vector<std::vector<core::Setting>> find() {
    std::vector<std::vector<core::Setting>> found(document_.tables.size());
    for (std::size_t t = 0; t < found.size(); ++t)
      if (is_prose(t)) collect(document_.tables[t], meanings_[t]);
    for (std::size_t t = 0; t < found.size(); ++t)
      if (is_prose(t)) found[t] = of_table(document_.tables[t], meanings_[t]);
    return found;
  }

 private:
  [[nodiscard]] bool is_prose(std::size_t t) const {
    const core::Format format = document_.format_of(document_.tables[t]);
    return core::is_prose(format) || (format == core::Format::csv && document_.tables.size() > 1);
  }

  // Tables with one signature: the titles of the first, and at which levels another has another.
  struct Alike {
    Levels first;
    std::array<bool, kGroup + 1> differs{};
    std::array<bool, kGroup + 1> otherwise{};  // than by the model that it names
  };

  // Lists of the same names, by the number of the first; one may say more than the others, the errors that only it had.
  std::string signature_of_list(const core::Table& table) {
    std::set<std::string> names;
    for (const core::Column& column : table.columns) names.insert(column.key);
    if (names.size() < 2) return {};
    std::size_t k = 0;
    for (; k < lists_.size(); ++k) {
      const auto [fewer, more] = std::minmax(lists_[k], names, [](const auto& one, const auto& other) { return one.size() < other.size(); });
      if (std::includes(more.begin(), more.end(), fewer.begin(), fewer.end()) && 2 * fewer.size() > more.size()) break;
    }
    if (k == kMostLists) return {};
    if (k == lists_.size()) lists_.push_back(std::move(names));
    return "list " + std::to_string(k);
  }

  static std::string signature_of_records(const core::Table& table) {
    std::string signature = "records";
    for (const core::Column& column : table.columns) signature.append(1, '\n').append(column.key);
    return signature;
  }

  // What a table and others have in common where its title may be what tells them apart: one text for each thing that it measured. Lists
  // need a title: one without stands for the whole text.
  std::vector<std::string> signatures(const core::Table& table, const core::TableMeaning& meaning) {
    std::vector<std::string> found;
    const bool list = table.kind == core::TableKind::listing;
    if (list && ((table.name.empty() && table.titles.empty()) || core::is_settings_lines(table.name))) return found;
    if (const std::string alike = list ? signature_of_list(table) : std::string(); !alike.empty()) found.push_back(alike);
    if (!is_report(document_) && table.kind == core::TableKind::records && !table.name.empty()) found.push_back(signature_of_records(table));
    // Sections of a log, tables of a report, and those that a program printed below a line that titles them.
    const bool printed = !is_report(document_) && table.kind != core::TableKind::records && !table.titles.empty();
    if (is_report(document_) == list && !printed) return found;
    std::set<std::string> settings;
    for (const core::ColumnMeaning& column : meaning.columns)
      if (column.role == Role::factor && !list && column.metric != "prompt") settings.insert(column.metric);
    for (const std::string& each : measured(meaning)) found.push_back(each + joined(settings));
    add_summaries(meaning, settings, found);
    return found;
  }

  static std::string joined(const std::set<std::string>& settings) {
    std::string under;
    for (const std::string& setting : settings) under += '\n' + setting;
    return under;
  }

  // "Average" below the models of one table, and below the chips of another: means that have neither setting.
  static void add_summaries(const core::TableMeaning& meaning, std::set<std::string> settings, std::vector<std::string>& found) {
    std::size_t without = 0;
    for (const core::ColumnMeaning& variant : meaning.variants)
      if (variant.rule == kSaysStatistic) without += settings.erase(variant.metric);
    if (without == 0) return;
    const auto is_statistic = [](std::string_view rule) { return rule.size() > kStatisticOfRow.size() && rule.substr(rule.size() - kStatisticOfRow.size()) == kStatisticOfRow; };
    for (const core::ColumnMeaning& variant : meaning.variants)
      if (is_statistic(variant.rule)) found.push_back(variant.definition + '\n' + core::to_string(variant.statistic) + joined(settings));
  }

  void collect(const core::Table& table, const core::TableMeaning& meaning) {
    const Levels titles = titles_of(document_, table, meaning);
    for (const std::string& signature : signatures(table, meaning)) {
      const auto [entry, fresh] = alike_.try_emplace(signature);
      if (fresh) entry->second.first = titles;
      for (std::size_t level = 0; level < titles.size(); ++level)
        if (titles[level] != entry->second.first[level]) note(titles[level], level, entry->second);
      if (const auto run = run_in(titles); run && !runs_[beside_run(signature, titles, *run)].insert(titles[*run]).second) again_.insert(beside_run(signature, titles, *run));
    }
  }

  // "Run 2" above a table: at which level. It is the same once more, where no other table under the same titles is called so: else what tells
  // the two apart stands elsewhere.
  static std::optional<std::size_t> run_in(const Levels& titles) {
    for (const auto level : {static_cast<std::size_t>(Title::kLeadIn), static_cast<std::size_t>(Title::kLabel)}) {
      const auto repetition = repetition_in(titles[level]);
      if (repetition && repetition->rest.empty()) return level;
    }
    return std::nullopt;
  }
  static std::string beside_run(const std::string& signature, const Levels& titles, std::size_t run) {
    std::string key = signature;
    for (std::size_t level = 0; level < titles.size(); ++level) key.append(1, '\n').append(level == run ? std::string() : titles[level]);
    return key;
  }
  [[nodiscard]] std::optional<std::size_t> repetition_level(const core::Table& table, const core::TableMeaning& meaning, const Levels& titles) {
    const auto run = run_in(titles);
    if (!run) return run;
    for (const std::string& signature : signatures(table, meaning))
      if (again_.count(beside_run(signature, titles, *run)) > 0) return std::nullopt;
    return run;
  }

  static void note(const std::string& title, std::size_t level, Alike& alike) {
    const std::string_view model = model_in(title);
    const std::string_view other = model_in(alike.first[level]);
    alike.differs[level] = true;
    alike.otherwise[level] = alike.otherwise[level] || model.empty() || other.empty() || without(title, model) != without(alike.first[level], other);
  }

  static std::string without(std::string_view title, std::string_view word) {
    const auto at = static_cast<std::size_t>(word.data() - title.data());
    return std::string(title.substr(0, at)).append(title.substr(at + word.size()));
  }

  std::vector<core::Setting> of_table(const core::Table& table, const core::TableMeaning& meaning) {
    std::array<bool, kGroup + 1> differs{};
    std::array<bool, kGroup + 1> otherwise{};
    for (const std::string& signature : signatures(table, meaning)) {
      const Alike& alike = alike_.at(signature);
      for (std::size_t level = 0; level < differs.size(); ++level) {
        differs[level] = differs[level] || alike.differs[level];
        otherwise[level] = otherwise[level] || alike.otherwise[level];
      }
    }
    // A label above a list is a column of it already.
    const bool labelled = table.find("group") != nullptr;
    const bool named = std::any_of(meaning.columns.begin(), meaning.columns.end(), [](const auto& c) { return c.role == Role::factor && c.metric == "case"; });
    const bool has_models = std::any_of(meaning.columns.begin(), meaning.columns.end(), [](const auto& c) { return c.role == Role::factor && c.metric == "model"; });
    std::vector<core::Setting> settings;
    // What stands below "Best configuration:" was measured above, and is no further repetition of it.
    if (!is_report(document_) && table.kind == core::TableKind::listing && text::behind_pick(table.name) == "") return {core::Setting{"case", table.name}};
    std::vector<std::string> names = {"section3", "section2", "section", named ? "group" : "case"};
    const Levels titles = titles_of(document_, table, meaning);
    const std::optional<std::size_t> repetition = repetition_level(table, meaning, titles);
    for (std::size_t level = titles.size(); level-- > 0;) {
      if (!differs[level] || titles[level].empty() || (labelled && (level == Title::kLabel || level == Title::kLeadIn))) continue;
      if (level == repetition) continue;
      if (level == kName && is_assignment(titles[level])) {
        for (core::Setting& each : written_settings(catalog_, titles[level])) settings.push_back(std::move(each));
        continue;
      }
      auto setting = setting_in(catalog_, titles[level]);
      if (!setting && !otherwise[level] && !has_models) setting = core::Setting{"model", std::string(model_in(titles[level]))};
      if (!setting && names.empty()) continue;
      if (!setting) setting = core::Setting{names.back(), titles[level]}, names.pop_back();
      settings.push_back(std::move(*setting));
    }
    if (!has_models) add_model(titles, settings);
    return settings;
  }

  // "# llm-bench: openai/gpt-4o" above all tables: the nearest title that names one model.
  void add_model(const Levels& titles, std::vector<core::Setting>& settings) const {
    if (std::any_of(settings.begin(), settings.end(), [](const core::Setting& setting) { return setting.key == "model"; })) return;
    for (std::size_t level = titles.size(); level-- > 0;) {
      const std::string_view model = model_in(titles[level]);
      if (!model.empty()) return settings.push_back({"model", std::string(model)});
    }
  }

  // "model=a quant=Q8_0" of a comment above a table.
  [[nodiscard]] bool is_assignment(std::string_view title) const { return document_.artifact.format == core::Format::csv && title.find('=') != std::string_view::npos; }

  const Catalog& catalog_;
  const core::Document& document_;
  const std::vector<core::TableMeaning>& meanings_;
  std::map<std::string, Alike> alike_;
  std::map<std::string, std::set<std::string>> runs_;  // "Run 1", "Run 2", by what they have in common
  std::set<std::string> again_;                        // of these keys, where one of them comes twice
  std::vector<std::set<std::string>> lists_;  // names of the values of lists that are not alike
};

}  // namespace

std::optional<core::Setting> setting_in(const Catalog& catalog, std::string_view title) {
  constexpr std::string_view kDigits = "0123456789";
  title = text::trim(title);
  const std::size_t first = title.find_first_of(kDigits);
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t end = std::min(title.find_first_not_of(kDigits, first), title.size());
  const bool last = end == title.size();
  if (first != 0 && !last) return std::nullopt;
  std::vector<std::string> words = text::split_identifier(last ? title.substr(0, first) : title.substr(end));
  while (!words.empty()) {
    const SettingEntry* setting = catalog.setting(join(words, " "));
    if (setting == nullptr && !last) setting = catalog.setting(join(words, " ") + "s");  // "1 thread"
    if (setting != nullptr && setting->kind != SettingEntry::Kind::text) return core::Setting{setting->name, std::string(title.substr(first, end - first))};
    if (!last) return std::nullopt;
    words.pop_back();
  }
  return std::nullopt;
}

std::vector<std::vector<core::Setting>> title_settings(const Catalog& catalog, const core::Document& document,
                                                       const std::vector<core::TableMeaning>& meanings) {
  return TitleSettings(catalog, document, meanings).find();
}

}  // namespace chimera::facts
