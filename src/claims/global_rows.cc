// GlobalJudge by rows: which document a saying can be about, and what its named rows give.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "claims/global_judge.h"
#include "claims/tolerance.h"

namespace chimera::claims {
namespace {

constexpr std::size_t kLongestParted = 2000;  // rows: of a longer table some part gives any number
constexpr std::size_t kKindsOfConfiguration = 2;  // a model and its threads, say: such names are no chance

}  // namespace

// "from 9.2 s to 310 ms", "2.1 versus 3.9": the rows that are named are those of one end, and a number may be of the other.
bool GlobalJudge::tells_a_change(const Saying& saying) const {
  static constexpr std::array kWords = std::to_array<std::string_view>({"after", "against", "before", "compared", "from", "than", "versus", "vs", "while"});
  static constexpr std::array kRanges = std::to_array<std::string_view>({"between", "range", "ranged", "ranges", "ranging", "varied", "varies"});
  const auto any = [&](const auto& words) { return std::any_of(saying.pieces.begin(), saying.pieces.end(), [&](const Piece& p) { return std::binary_search(words.begin(), words.end(), p.text); }); };
  return (any(kWords) && !any(kRanges)) ||
         std::any_of(saying.mentions.begin(), saying.mentions.end(), [&](std::size_t m) { return judging_.mention(m).kind == MentionKind::comparison && !judging_.mention(m).comparison.negated; });
}

std::optional<std::uint32_t> GlobalJudge::sole_document(const Saying& saying) const {
  if (tells_a_change(saying) || saying.cell) return std::nullopt;
  std::vector<core::UnitPtr> units;
  bool ranks = false;
  std::size_t numbers = 0;
  const Mention* first = nullptr;
  for (const std::size_t m : saying.mentions) {
    const Mention& mention = judging_.mention(m);
    ranks = ranks || mention.kind == MentionKind::rank || mention.kind == MentionKind::comparison;
    const core::UnitPtr unit = mention.kind == MentionKind::number ? stated_unit(judging_, saying, mention) : nullptr;
    if (unit == nullptr || !is_measure(unit->dimension)) continue;
    units.push_back(unit);
    if (numbers++ == 0) first = &mention;
  }
  ranks = ranks || std::any_of(saying.pieces.begin(), saying.pieces.end(), [](const Piece& piece) { return statistic_word(piece.text).has_value(); });
  // of several numbers each may have rows of its own
  const bool range = numbers == 2 && range_partner(judging_, saying, *first) != nullptr;
  if (units.empty() || (numbers > 1 && !range)) return std::nullopt;
  std::map<std::uint32_t, std::size_t> kinds;  // of names, by document
  const std::vector<bool> hidden = file_pieces(saying, judging_.scan.mentions);
  const auto measures_all = [&](SheetId sheet) { return std::all_of(units.begin(), units.end(), [&](core::UnitPtr unit) { return !columns_of_unit(sheet, unit).empty(); }); };
  for (const SheetId sheet : named_sheets(saying)) {
    if (judging_.evidence.is_prose(sheet.document) || !measures_all(sheet)) continue;
    const SheetView view = binder_.view(saying, sheet, hidden, all_unit_pieces(saying, judging_.scan.mentions));
    std::set<std::uint32_t> origins;
    for (const RowName& name : view.rows)
      if (name.label != nullptr && name.label->rows.size() < view.row_count) origins.insert(name.label->origin);
    if (!origins.empty()) kinds[sheet.document] = std::max(kinds[sheet.document], origins.size());
  }
  if (kinds.empty() && (ranks || range)) {
    const auto& documents = judging_.evidence.corpus().documents();
    const Phrase phrase = nearest_phrase(saying, piece_at(saying, first->digits.begin));
    if (phrase.columns != nullptr)
      for (const Evidence::ColumnAt& at : *phrase.columns)
        if (!judging_.evidence.is_prose(at.sheet.document)) kinds[at.sheet.document] = 1;
    for (std::uint32_t d = 0; d < documents.size() && phrase.columns == nullptr; ++d)
      for (std::uint32_t t = 0; t < documents[d].tables.size() && !judging_.evidence.is_left_out(d) && !judging_.evidence.is_prose(d); ++t)
        if (measures_all({d, t})) kinds[d] = 1;
  }
  std::optional<std::uint32_t> sole;
  std::size_t most = 0;
  for (const auto& [document, count] : kinds) {
    if (count == most) sole.reset();
    if (count > most) most = count, sole = document;
  }
  return sole;
}

// The rows may be narrowed further by a name that stands elsewhere in the report (a chapter on one runtime).
bool GlobalJudge::fits_part(const Claimed& claimed, const SheetView& view, std::uint32_t column, const std::vector<std::uint32_t>& rows,
                            Verdict& verdict) const {
  if (view.row_count > kLongestParted) return false;
  const std::vector<core::Statistic> statistics = claimed.statistics.empty() ? std::vector{core::Statistic{core::Statistic::Kind::mean, 0}} : claimed.statistics;
  std::set<std::vector<std::uint32_t>> parts;
  for (const auto& [name, label] : judging_.evidence.labels(view.sheet).by_name) {
    std::vector<std::uint32_t> part;
    std::set_intersection(rows.begin(), rows.end(), label.rows.begin(), label.rows.end(), std::back_inserter(part));
    if (part.size() > 1 && part.size() < rows.size()) parts.insert(std::move(part));
  }
  for (const std::vector<std::uint32_t>& part : parts) {
    for (const Candidate& candidate : values_.of(view.sheet, column, part, statistics)) {
      if (candidate.cells.size() < 2 || fit(claimed.mention, claimed.unit, candidate) != Fit::equal) continue;
      cite(candidate, verdict);
      support(verdict, shown(candidate));
      return true;
    }
  }
  return false;
}

// What a table measures in the dimension of the stated unit, where no words name a column.
std::vector<std::uint32_t> GlobalJudge::columns_of_unit(SheetId sheet, core::UnitPtr unit) const {
  std::vector<std::uint32_t> columns;
  if (unit == nullptr || !is_measure(unit->dimension)) return columns;
  const auto& meanings = judging_.evidence.corpus().meaning({sheet.document})[sheet.table].columns;
  for (std::uint32_t c = 0; c < meanings.size(); ++c)
    if (meanings[c].role == core::Role::response && meanings[c].unit->dimension == unit->dimension && meanings[c].statistic.kind != core::Statistic::Kind::stddev) columns.push_back(c);
  return columns;
}

// The saying names one configuration of one table and states no statistic: the number is one of its runs or their mean, or else
// lies where none of them is.
bool GlobalJudge::contradict_outside(const Claimed& claimed, SheetId sheet, std::uint32_t column, const std::vector<std::uint32_t>& rows, Verdict& verdict) const {
  const std::vector<Candidate> cells = values_.cells(sheet, column, rows);
  if (tells_a_change(claimed.saying) || cells.empty() || std::any_of(cells.begin(), cells.end(), [&](const Candidate& c) { return fit(claimed.mention, claimed.unit, c) != Fit::different; })) return false;
  const auto [low, high] = std::minmax_element(cells.begin(), cells.end(), [](const Candidate& a, const Candidate& b) { return a.value < b.value; });
  const double place = last_place(claimed.mention.stated);
  const auto stated = claimed.unit == nullptr ? std::optional(claimed.mention.stated.value) : core::convert(claimed.mention.stated.value, claimed.unit, low->unit);
  const double factor = claimed.unit == nullptr ? 1 : claimed.unit->factor / low->unit->factor;
  if (!stated || (*stated >= low->value - place * factor && *stated <= high->value + place * factor)) return false;
  cite(*low, verdict);
  if (cells.size() > 1) cite(*high, verdict);
  verdict.found = cells.size() == 1 ? shown(*low) : fmt::format("{} to {}", shown(*low), shown(*high));
  contradict(verdict, fmt::format("it is {}", verdict.found));
  return true;
}

// Rows named in the saying or around it, a column named in it or told by the unit: the value over those rows.
bool GlobalJudge::by_rows(const Claimed& claimed, Verdict& verdict) const {
  std::size_t at = claimed.at;
  const Saying wide = with_context(claimed.saying, at);
  const std::vector<bool> hidden(wide.pieces.size(), false);
  struct Strong {
    SheetId sheet;
    std::uint32_t column = 0;
    std::vector<std::uint32_t> rows;
    std::optional<Candidate> only;
    std::size_t kinds = 0;  // of names
  };
  std::vector<Strong> strong;
  for (const SheetId sheet : named_sheets(wide)) {
    const SheetView view = binder_.view(wide, sheet, hidden);
    const ColumnPhrase* phrase = claimed.phrase.columns == nullptr ? nullptr : view.nearest(at, {0, wide.pieces.size()});
    if (claimed.phrase.columns != nullptr && (phrase == nullptr || phrase->range.end + 8 < at)) continue;
    const std::vector<std::uint32_t> rows = with_own_names(judging_, view, wide, at).select({0, wide.pieces.size()});
    std::set<std::uint32_t> origins;
    for (const RowName& name : view.rows)
      if (name.label != nullptr) origins.insert(name.label->origin);
    if (rows.empty() || rows.size() == view.row_count) continue;
    const std::vector<std::uint32_t> columns = phrase != nullptr ? phrase->columns : columns_of_unit(sheet, claimed.unit);
    for (const std::uint32_t c : columns) {
      std::vector<Candidate> candidates = values_.of(sheet, c, rows, claimed.statistics);
      if (claimed.statistics.empty())
        if (auto mean = values_.mean(sheet, c, rows)) candidates.push_back(std::move(*mean));
      for (Candidate& candidate : candidates) {
        if (fit(claimed.mention, claimed.unit, candidate) == Fit::equal && claimed.digits >= 2) {
          cite(candidate, verdict);
          support(verdict, shown(candidate));
          return true;
        }
      }
      if (claimed.digits >= 2 && fits_part(claimed, view, c, rows, verdict)) return true;
      // a heading may name rows too; the line itself, or the row of the table, must
      const std::uint64_t own = claimed.saying.cell && claimed.saying.row_label.size() > 0 ? claimed.saying.row_label.begin
                                : claimed.saying.leads.empty() ? claimed.saying.span.begin : claimed.saying.leads.front().begin;
      const bool named_here = std::any_of(view.rows.begin(), view.rows.end(), [&](const RowName& name) { return wide.pieces[name.range.begin].begin >= own; });
      const core::ColumnMeaning& meaning = values_.meaning(sheet, c);
      if (!named_here || meaning.role != core::Role::response || view.row_count < 4) continue;
      strong.push_back({sheet, c, rows, candidates.size() == 1 ? std::optional(std::move(candidates.front())) : std::nullopt, origins.size()});
    }
  }
  // Only where one table has these names: no other reading is left.
  if (strong.size() != 1 || claimed.digits < 2 || claimed.mention.relation != Relation::equal) return false;
  const Strong& read = strong.front();
  if (claimed.statistics.empty()) return read.kinds >= kKindsOfConfiguration && !claimed.saying.cell && contradict_outside(claimed, read.sheet, read.column, read.rows, verdict);
  if (!read.only || read.kinds < (claimed.digits >= 3 ? 1U : 2U) || fit(claimed.mention, claimed.unit, *read.only) != Fit::different) return false;
  cite(*read.only, verdict);
  verdict.found = shown(*read.only);
  contradict(verdict, fmt::format("it is {}", verdict.found));
  return true;
}

}  // namespace chimera::claims
