#include "facts/labels.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/one_of.h"
#include "facts/columns.h"
#include "facts/exceptions.h"
#include "facts/meanings.h"
#include "facts/profile.h"
#include "facts/rows.h"
#include "facts/summary_rows.h"
#include "text/words.h"

namespace chimera::facts {
namespace {

using core::Cell;
using core::CellKind;
using core::ColumnMeaning;
using core::Role;

constexpr std::size_t kMostRows = 256;      // more rows than that are a sample of something, whatever their texts
constexpr std::size_t kLongestLabel = 64;
constexpr std::size_t kLongestQuestion = 160;
constexpr std::size_t kMostColumns = 64;    // of a table whose last texts are asked
constexpr std::size_t kMostNames = 64;      // rows, each of another name: more are records
constexpr std::size_t kFewestRequests = 3;
constexpr std::size_t kMostChosen = 6;       // levels of what may be a switch
constexpr double kMostBillions = 1000;       // of parameters
constexpr std::size_t kLongestPrompt = 256;  // that a setting may be
constexpr std::size_t kMostPrompts = 32;     // more are a set of data

// "run 3" into "run " and 3; -1 where there is no number, or more than one.
int number_in(std::string_view text, std::string& rest) {
  constexpr std::string_view kDigits = "0123456789";
  const auto begin = text.find_first_of(kDigits);
  rest = text;
  if (begin == std::string_view::npos) return -1;
  const auto end = std::min(text.find_first_not_of(kDigits, begin), text.size());
  if (text.find_first_of(kDigits, end) != std::string_view::npos) return -1;
  int number = -1;
  std::from_chars(text.data() + begin, text.data() + end, number);
  rest.erase(begin, end - begin);
  return number;
}

// "sweep/a" of "[sweep/a](../runs/a.md)": of a link its text counts, however long an address is.
std::string_view shown(std::string_view text) {
  const std::size_t close = !text.empty() && text.front() == '[' && text.back() == ')' ? text.find("](") : std::string_view::npos;
  return close == std::string_view::npos ? text : text.substr(1, close - 1);
}

class Labels {
 public:
  Labels(const Catalog& catalog, const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning)
      : catalog_(catalog), document_(document), table_(table), shape_(shape), meaning_(meaning) {}

  void read(bool told) {
    drop_names_of_configs();
    for (std::uint32_t c = 0; c < table_.columns.size() && !told; ++c)
      if (are_levels_of_prompts(c)) make_setting(c, "prompts that come again under every configuration");
    if (told || table_.rows.size() < 2 || table_.rows.size() > kMostRows) return;
    const auto first = std::find_if(meaning_.columns.begin(), meaning_.columns.end(), [](const ColumnMeaning& column) { return column.role == Role::response; });
    const auto measured = static_cast<std::uint32_t>(first - meaning_.columns.begin());
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c) {
      if (!may_label(c, c < measured) || !decides_more(c)) continue;
      make_setting(c, "tells rows of equal settings apart");
    }
  }

  // Columns that were passed over for what they are called, where they alone tell rows apart; what names the rows before what remarks on them.
  void read_left() {
    const bool written = has_written_rows(document_, table_);
    const bool records = core::is_json(document_.format_of(table_)) && table_.kind == core::TableKind::records;
    if (!(written || records) || table_.rows.size() < 2 || table_.rows.size() > kMostRows || table_.columns.size() > kMostColumns) return;
    sort_exceptions(meaning_);
    for (const Left kind : {Left::value, Left::chosen, Left::size, Left::metric, Left::name, Left::run, Left::remark, Left::status}) {
      for (std::uint32_t c = 0; c < table_.columns.size(); ++c) {
        if ((kind != Left::value && !written) || !is_left(c, kind)) continue;
        const std::vector<std::uint32_t> parts = columns_called(table_.columns[c].key);
        if (!parts_measurements(parts, kind)) continue;
        for (const std::uint32_t part : parts) {
          ColumnMeaning& column = meaning_.columns[part];
          column.role = Role::factor;
          column.metric = column.definition = kind == Left::run ? "case" : shape_.columns[c].reading.full_name;
          column.statistic = {};
          column.direction = 0;
          if (kind == Left::chosen) column.unit = core::no_unit();
          column.rule = "alone tells rows of equal settings apart";
        }
      }
    }
  }

 private:
  enum class Left { value, chosen, size, metric, name, run, remark, status };

  bool is_left(std::uint32_t c, Left kind) const {
    const ColumnMeaning& column = meaning_.columns[c];
    if (kind == Left::value) return is_value(c);
    if (kind == Left::chosen) return is_chosen(c);
    // Files of other sizes, "4.1 GB" and "8.2 GB", are other models.
    if (kind == Left::size) return column.role == Role::response && column.metric == "model_size" && column.statistic == core::Statistic{} && !by_recipe(column);
    const bool turn = kind == Left::name && column.role == Role::index && shape_.columns[c].reading.leaf == "turn";  // each goes on with those before it
    const bool role = turn || column.role == Role::identity || column.role == Role::text || (kind == Left::status && column.role == Role::failure);
    if (!role || by_recipe(column) || shape_.columns[c].reading.full_name.empty() || is_readers_own(c) || !is_called(c, kind)) return false;
    const Profile profile = profile_of(document_, table_.columns[c]);
    const bool words = profile.numbers == 0 || turn || (kind == Left::remark && !table_.columns[c].unit.empty());  // "2 GPUs"
    if (!words || profile.booleans > 0 || profile.dates || profile.clocks || profile.json || profile.texts + profile.numbers == 0) return false;
    const bool ever_new = profile.distinct == profile.texts;
    if (ever_new && (profile.texts > kMostNames || (profile.identifiers && kind != Left::name))) return false;
    // Where rows are numbered, what is said of each of them tells no configurations apart.
    if (ever_new && (kind == Left::remark || kind == Left::status) && are_numbered()) return false;
    return turn || !numbers_the_rows(c, kind == Left::remark ? kLongestQuestion : kLongestLabel);
  }

  // "format" above "json" and "text", {"stream": false}: what nobody has a word for was set, where it is no remark on what came out.
  bool is_value(std::uint32_t c) const {
    const ColumnShape& shape = shape_.columns[c];
    if (meaning_.columns[c].rule != kNoKnownName || shape.reading.full_name.empty() || shape.reading.metric != nullptr || remarks_on_results(c) || is_readers_own(c)) return false;
    const Profile profile = profile_of(document_, table_.columns[c]);
    if (profile.numbers > 0 || profile.texts + profile.booleans == 0 || profile.dates || profile.clocks || profile.json || profile.paths || profile.identifiers) return false;
    // Where three rows and more are numbered, what is said of each of them alone is of that request, and was not set.
    if (profile.texts >= kFewestRequests && profile.distinct == profile.texts && are_numbered()) return false;
    return begin_with_letters(c) && !numbers_the_rows(c, kLongestLabel);
  }

  // A column of numbers of a report that may be a switch or a level: blank or 1 in front of what was measured, "-" and 1.5 (billions) or
  // 4 behind it. Few numbers as people choose them, that come again, of what nobody has a word for.
  bool is_chosen(std::uint32_t c) const {
    const ColumnMeaning& column = meaning_.columns[c];
    const NameReading& reading = shape_.columns[c].reading;
    if (document_.format_of(table_) != core::Format::markdown || !is_unknown_number(column) || reading.metric != nullptr || reading.statistic || reading.full_name.empty()) return false;
    const Profile profile = profile_of(document_, table_.columns[c]);
    const bool few = profile.numbers > profile.distinct && profile.distinct <= kMostChosen;
    const bool billions = column.unit->symbol == "B" && profile.maximum < kMostBillions;
    if (!few || profile.texts + profile.booleans > 0 || !(column.unit->dimension == core::Dimension::unknown || billions)) return false;
    bool blank = false;
    for (const Cell& cell : table_.columns[c].cells) {
      blank = blank || !holds_value(cell) || text::trim(document_.at(cell.span())).empty();
      if (cell.kind == CellKind::number && !looks_chosen(cell.number) && !(cell.number > 1 && cell.number < 10 && cell.decimals == 1)) return false;
    }
    const auto surely = [](const ColumnMeaning& other) { return other.role == Role::response && other.direction != 0; };
    return blank && (leads_measurements(c) || std::any_of(meaning_.columns.begin(), meaning_.columns.end(), surely));
  }

  static bool is_unknown_number(const ColumnMeaning& column) {
    return measures(column) && !by_recipe(column) && column.direction == 0 && column.statistic == core::Statistic{};
  }

  // Whether the columns behind it, and none in front of it, hold numbers with decimals.
  bool leads_measurements(std::uint32_t c) const {
    const auto with_decimals = [&](const core::Column& column) {
      return std::any_of(column.cells.begin(), column.cells.end(), [](const Cell& cell) { return cell.kind == CellKind::number && cell.decimals > 0; });
    };
    const auto here = table_.columns.begin() + static_cast<std::ptrdiff_t>(c);
    return std::none_of(table_.columns.begin(), here + 1, with_decimals) && std::any_of(here + 1, table_.columns.end(), with_decimals);
  }

  bool is_called(std::uint32_t c, Left kind) const {
    constexpr std::array<std::string_view, 13> kNames = {"commit", "build commit", "git commit", "sha", "label", "title", "path", "file", "filename", "file name", "turn", "step", "round"};
    constexpr std::array<std::string_view, 10> kRuns = {"run", "trial", "rep", "repetition", "attempt", "iteration", "iter", "no", "number", "#"};
    constexpr std::array<std::string_view, 6> kRemarks = {"notes", "note", "comment", "comments", "description", "details"};
    const std::string& leaf = shape_.columns[c].reading.leaf;
    const auto is = [&](const auto& list) { return std::find(list.begin(), list.end(), leaf) != list.end(); };
    switch (kind) {
      case Left::value:
      case Left::chosen:
      case Left::size: break;
      case Left::metric: return shape_.columns[c].metrics && !names_the_cells();
      case Left::name: return is(kNames);
      case Left::run: return is(kRuns) && !counts_in_words(c);
      case Left::remark: return is(kRemarks);
      case Left::status: return leaf == "status" && says_no_outcome(c);
    }
    return false;
  }

  // Whether the metrics in a column were found to be what its rows measured.
  bool names_the_cells() const {
    return std::any_of(meaning_.variants.begin(), meaning_.variants.end(), [](const ColumnMeaning& variant) { return variant.rule.find(kNamedByRow) != std::string::npos; });
  }

  bool are_numbered() const {
    return std::any_of(meaning_.columns.begin(), meaning_.columns.end(), [](const ColumnMeaning& column) { return column.role == Role::index || column.role == Role::time; });
  }

  // "first", "second": which repetition it was.
  bool counts_in_words(std::uint32_t c) const {
    constexpr std::array<std::string_view, 10> kOrdinals = {"first", "second", "third", "fourth", "fifth", "1st", "2nd", "3rd", "4th", "5th"};
    return std::any_of(table_.columns[c].cells.begin(), table_.columns[c].cells.end(), [&](const Cell& cell) {
      const std::string word = text::lower(text::trim(document_.at(cell.span())));
      return base::is_one_of(word, kOrdinals);
    });
  }

  // "cold", "tuned": no word that says whether it worked.
  bool says_no_outcome(std::uint32_t c) const {
    constexpr std::array<std::string_view, 14> kOutcomes = {"ok", "pass", "valid", "fail", "error", "crash", "timeout", "oom", "out of memory", "abort", "skip", "success", "done", "complete"};
    return std::none_of(table_.columns[c].cells.begin(), table_.columns[c].cells.end(), [&](const Cell& cell) {
      const std::string words = text::lower(document_.at(cell.span()));
      const bool outcome = std::any_of(kOutcomes.begin(), kOutcomes.end(), [&](std::string_view word) { return words.find(word) != std::string::npos; });
      return cell.kind == CellKind::text && (outcome || catalog_.is(Word::outcome, words));
    });
  }

  // One column, or that of "2 GPUs" and that of "1 GPU".
  std::vector<std::uint32_t> columns_called(const std::string& key) const {
    std::vector<std::uint32_t> found;
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c)
      if (table_.columns[c].key == key) found.push_back(c);
    return found;
  }

  // Whether rows of equal settings that measured the same differ in what is written in these columns.
  bool parts_measurements(const std::vector<std::uint32_t>& parts, Left kind) const {
    std::unordered_map<std::string, std::string_view> seen;
    std::string settings;
    for (std::uint32_t r = 0; r < table_.rows.size(); ++r) {
      const auto part = std::find_if(parts.begin(), parts.end(), [&](std::uint32_t c) { return holds_value(table_.columns[c].cells[r]); });
      if (part == parts.end() && kind != Left::remark && kind != Left::value && kind != Left::chosen) continue;
      if (part != parts.end() && meaning_.at(r, *part).rule == kSaysStatistic) continue;
      settings_of(r, parts.front(), settings);
      const std::string_view value = part == parts.end() ? std::string_view() : document_.at(table_.columns[*part].cells[r].span());  // nothing beside "with prefix cache"
      for (std::uint32_t m = 0; m < table_.columns.size(); ++m) {
        if (table_.columns[m].cells[r].kind != CellKind::number || std::find(parts.begin(), parts.end(), m) != parts.end()) continue;
        const ColumnMeaning& measured = meaning_.at(r, m);
        if (measured.role != Role::response) continue;
        const auto [known, fresh] = seen.emplace(settings + '\n' + measured.definition + '\n' + core::to_string(measured.statistic), value);
        if (!fresh && known->second != value) return true;
      }
    }
    return false;
  }

  void make_setting(std::uint32_t c, std::string_view rule) {
    ColumnMeaning& column = meaning_.columns[c];
    column.role = Role::factor;
    column.metric = column.definition = shape_.columns[c].reading.full_name;
    column.rule = std::string(rule);
  }

  // A few prompts, each asked as often as the others under every configuration: what was measured of a short one is no repetition of what
  // was of a long one. Of requests each of which has a prompt of its own it is.
  bool are_levels_of_prompts(std::uint32_t c) const {
    const ColumnMeaning& column = meaning_.columns[c];
    const std::string& leaf = shape_.columns[c].reading.leaf;
    const bool prompts = leaf == "prompt" || leaf == "prompt text" || leaf == "question";
    if (!prompts || (column.role != Role::identity && column.role != Role::text) || by_recipe(column) || core::is_prose(document_.format_of(table_))) return false;
    std::unordered_map<std::string_view, std::size_t> asked;
    std::unordered_map<std::string, std::unordered_map<std::string_view, std::size_t>> under;
    std::string settings;
    for (std::uint32_t r = 0; r < table_.rows.size(); ++r) {
      const Cell& cell = table_.columns[c].cells[r];
      if (cell.kind != CellKind::text || cell.size > kLongestPrompt) return false;
      settings_of(r, c, settings);
      ++asked[document_.at(cell.span())];
      ++under[settings][document_.at(cell.span())];
      if (asked.size() > kMostPrompts) return false;
    }
    const std::size_t times = asked.empty() ? 0 : asked.begin()->second;
    const auto as_often = [](const auto& counts, std::size_t each) { return std::all_of(counts.begin(), counts.end(), [&](const auto& count) { return count.second == each; }); };
    if (asked.size() < 2 || times < 2 || !as_often(asked, times)) return false;
    return std::all_of(under.begin(), under.end(), [&](const auto& counts) { return counts.second.size() == asked.size() && as_often(counts.second, counts.second.begin()->second); });
  }

  void drop_names_of_configs() {
    std::vector<std::uint32_t> names;
    std::vector<std::uint32_t> settings;
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c)
      if (meaning_.columns[c].role == Role::factor) (meaning_.columns[c].metric == "config" ? names : settings).push_back(c);
    for (const std::uint32_t c : names)
      if (!settings.empty() && (is_made_up(c) || (is_told_by(settings, c) && !decides_more(c)))) meaning_.columns[c].role = Role::identity;
  }

  bool is_made_up(std::uint32_t c) const { return profile_of(document_, table_.columns[c]).identifiers; }

  // Two settings that vary, or one whose value the name holds: what decides a name by chance is no other way to say it. In one row
  // nothing varies.
  bool is_told_by(const std::vector<std::uint32_t>& settings, std::uint32_t name) const {
    std::size_t varied = 0;
    bool held = false;
    if (table_.rows.empty()) return false;
    const std::string_view first_name = document_.at(table_.columns[name].cells.front().span());
    for (const std::uint32_t c : settings) {
      const Cell& first = table_.columns[c].cells.front();
      const auto same = [&](const Cell& cell) { return document_.at(cell.span()) == document_.at(first.span()); };
      const bool varies = !std::all_of(table_.columns[c].cells.begin(), table_.columns[c].cells.end(), same);
      if (!varies && table_.rows.size() > 1) continue;
      varied += varies ? 1 : 0;
      held = held || (first.size > 0 && holds_value(first) && first_name.find(document_.at(first.span())) != std::string_view::npos);
    }
    return varied > 1 || held;
  }

  bool may_label(std::uint32_t c, bool in_front) const {
    const ColumnMeaning& column = meaning_.columns[c];
    const std::string& leaf = shape_.columns[c].reading.leaf;
    const ColumnShape& shape = shape_.columns[c];
    if (shape.units || shape.leaf_units || shape.metrics || shape.leaf_metrics || shape.statistics) return false;  // they name other cells
    if (is_readers_own(c) || column.role != Role::identity || by_recipe(column) || shape_.columns[c].reading.full_name.empty()) return false;
    const bool label = leaf == "label" || leaf == "title";
    const std::string last = leaf.substr(leaf.rfind(' ') + 1);
    const auto is_name = [&](std::string_view words) {
      return catalog_.is(Word::identity, words) || catalog_.is(Word::index, words) || catalog_.is(Word::time, words) || catalog_.is(Word::text, words);
    };
    const Profile profile = profile_of(document_, table_.columns[c]);
    // In a report the prompts are what the rows are of; in records of requests they are what should not matter.
    const bool question = leaf == "prompt" || leaf == "question" || leaf == "query";
    const bool asked = question && (table_.kind == core::TableKind::markdown ? in_front : holds_runs());
    if (!label && !asked && (!(in_front || names_each_row(c, profile)) || is_name(leaf) || is_name(last))) return false;
    if (profile.numbers > 0 || profile.prose || profile.json || profile.paths || profile.identifiers || profile.dates) return false;
    return !numbers_the_rows(c, asked ? kLongestQuestion : kLongestLabel);
  }

  // {"prompt": "…", "runs": [{…}, {…}]}: each row is about what was measured several times below it.
  bool holds_runs() const {
    if (table_.kind != core::TableKind::records) return false;
    const auto index = static_cast<std::uint32_t>(&table_ - document_.tables.data());
    return std::any_of(document_.tables.begin() + index + 1, document_.tables.end(), [&](const core::Table& other) {
      const bool below = other.kind == core::TableKind::records && !other.rows.empty() && other.rows.front().parent_table == index;
      return below && other.rows.size() >= 2 * table_.rows.size();
    });
  }

  // Behind the numbers: another name in each row, and neither remarks on them nor numbers that could not be read.
  bool names_each_row(std::uint32_t c, const Profile& profile) const {
    const bool flat = table_.kind == core::TableKind::csv || table_.kind == core::TableKind::markdown;
    if (!flat || profile.texts != table_.rows.size() || profile.distinct != profile.texts) return false;
    const NameReading& reading = shape_.columns[c].reading;
    return reading.metric == nullptr && reading.unit == nullptr && !remarks_on_results(c) && begin_with_letters(c);
  }

  bool remarks_on_results(std::uint32_t c) const {
    constexpr std::array<std::string_view, 9> kRemarks = {"winner", "best", "verdict", "conclusion", "assessment", "rating", "delta", "change", "status"};
    return base::is_one_of(shape_.columns[c].reading.leaf, kRemarks);
  }

  // Texts that are no numbers that could not be read: "n. a." and "+12 %" aside.
  bool begin_with_letters(std::uint32_t c) const {
    return std::all_of(table_.columns[c].cells.begin(), table_.columns[c].cells.end(), [&](const Cell& cell) {
      if (!holds_value(cell) || cell.kind == CellKind::boolean) return true;
      const std::string_view text = text::trim(document_.at(cell.span()));
      const bool letter = !text.empty() && ((text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z') || static_cast<unsigned char>(text[0]) >= 0xC3);
      return letter && text.find('%') == std::string_view::npos;
    });
  }

  // The readers of texts call what stands above a line so, and say it in the keys of the other columns too.
  bool is_readers_own(std::uint32_t c) const {
    return core::is_prose(document_.format_of(table_)) && table_.columns[c].key == "group";
  }

  // "run 1", "run 2"; also texts that are long, and times of a day.
  bool numbers_the_rows(std::uint32_t c, std::size_t longest) const {
    std::string before;
    std::vector<int> numbers;
    bool alike = true;
    for (std::uint32_t r = 0; r < table_.rows.size(); ++r) {
      const Cell& cell = table_.columns[c].cells[r];
      if (cell.kind != CellKind::text || meaning_.at(r, c).rule == kSaysStatistic) continue;
      const std::string_view text = shown(text::trim(document_.at(cell.span())));
      if (text.size() > longest) return true;
      const bool clock = text.size() > 2 && text[0] >= '0' && text[0] <= '9' && text.find(':') < 3;
      if (clock) return true;
      std::string rest;
      const int number = number_in(text, rest);
      alike = alike && number >= 0 && (numbers.empty() || rest == before);
      before = std::move(rest);
      numbers.push_back(number);
    }
    if (!alike || numbers.empty() || (!before.empty() && before.back() == '=')) return false;  // "c=1" above "c=2" says what was set
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    return numbers.front() <= 1 && numbers.back() - numbers.front() + 1 == static_cast<int>(numbers.size());
  }

  // Whether rows of equal settings differ in this column.
  bool decides_more(std::uint32_t c) const {
    std::unordered_map<std::string, std::string_view> seen;
    std::string settings;
    for (std::uint32_t r = 0; r < table_.rows.size(); ++r) {
      const Cell& cell = table_.columns[c].cells[r];
      if (!holds_value(cell) || !counts(r)) continue;
      settings_of(r, c, settings);
      const std::string_view value = document_.at(cell.span());
      const auto [known, fresh] = seen.emplace(settings, value);
      if (!fresh && known->second != value) return true;
    }
    return false;
  }

  void settings_of(std::uint32_t row, std::uint32_t but, std::string& text) const {
    const core::Row& around = table_.rows[row];
    text.assign(std::to_string(around.parent_table)).append(1, '/').append(std::to_string(around.parent_row));
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c) {
      if (c == but || meaning_.columns[c].role != Role::factor) continue;
      text += '\n';
      const Cell& cell = table_.columns[c].cells[row];
      if (holds_value(cell)) text += document_.at(cell.span());
    }
  }

  // What has no measurement of its own holds those of other tables.
  bool counts(std::uint32_t row) const {
    bool measures_itself = false;
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c) {
      if (meaning_.columns[c].role != Role::response) continue;
      measures_itself = true;
      if (table_.columns[c].cells[row].kind == CellKind::number) return true;
    }
    return !measures_itself;
  }

  const Catalog& catalog_;
  const core::Document& document_;
  const core::Table& table_;
  const TableShape& shape_;
  core::TableMeaning& meaning_;
};

}  // namespace

void read_left_labels(const Catalog& catalog, const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning) {
  Labels(catalog, document, table, shape, meaning).read_left();
}

void read_labels(const Catalog& catalog, const core::Document& document, const core::Table& table, const TableShape& shape, bool told, core::TableMeaning& meaning) {
  Labels(catalog, document, table, shape, meaning).read(told);
}

}  // namespace chimera::facts
