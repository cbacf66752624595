#include "claims/global_judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "base/ascii.h"
#include "claims/cursor.h"
#include "claims/measured.h"
#include "claims/tolerance.h"

namespace chimera::claims {
namespace {

using core::Dimension;
using Kind = core::Statistic::Kind;

constexpr int kPrecise = 4;              // significant digits that rarely meet by chance
constexpr int kTelling = 3;              // that rarely do among the values of one metric
constexpr std::size_t kMostHits = 64;
constexpr std::size_t kFewestOfRange = 8;     // values that make a range
constexpr std::size_t kCitedCells = 12;

// Whether some measured column's key holds the words: "throughput" of "output_throughput".
bool stands_in_a_key(const Evidence& evidence, const std::string& words) {
  const auto& documents = evidence.corpus().documents();
  for (std::uint32_t d = 0; d < documents.size(); ++d) {
    if (evidence.is_left_out(d) || evidence.is_prose(d)) continue;
    const auto& meanings = evidence.corpus().meaning({d});
    for (std::size_t t = 0; t < documents[d].tables.size(); ++t)
      for (std::size_t c = 0; c < documents[d].tables[t].columns.size(); ++c)
        if (meanings[t].columns[c].role == core::Role::response && (" " + normal_form(documents[d].tables[t].columns[c].key) + " ").find(" " + words + " ") != std::string::npos) return true;
  }
  return false;
}

}  // namespace

void GlobalJudge::cite(const Candidate& candidate, Verdict& verdict) const {
  for (const core::CellRef& cell : candidate.cells)
    if (verdict.evidence.size() < kCitedCells) verdict.evidence.push_back(values_.place(cell));
}

GlobalJudge::Phrase GlobalJudge::nearest_phrase(const Saying& saying, std::size_t at) const {
  const Evidence::AllNames& names = judging_.evidence.all_names();
  std::vector<Piece> plain = saying.pieces;
  for (Piece& piece : plain) piece.text = folded(piece.text);
  Phrase best;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    for (std::size_t count = std::min(names.longest, plain.size() - i); count > 0; --count) {
      if (i <= at && at < i + count) continue;
      const auto found = names.columns.find(join(plain, i, count));
      if (found == names.columns.end()) continue;
      if (i < at || best.columns == nullptr) best = {{i, i + count}, &found->second};
      i += count - 1;
      break;
    }
    if (i >= at && best.columns != nullptr) break;
  }
  return best;
}

// "Tokens per second: 7.9": the words that name the metric are its unit.
core::UnitPtr GlobalJudge::unit_of_phrase(const Claimed& claimed) const {
  const PieceRange& range = claimed.phrase.range;
  if (range.end <= range.begin || range.end > claimed.saying.pieces.size()) return nullptr;
  const std::uint64_t begin = claimed.saying.pieces[range.begin].begin;
  const std::uint64_t end = claimed.saying.pieces[range.end - 1].end;
  return end > begin && end - begin < 64 ? core::find_unit(judging_.text.substr(begin, end - begin)) : nullptr;
}

// Nobody wrote the unit of a column; where the same record has values of the stated dimension and of the same size, theirs
// is likely its own too. Null where nothing tells.
core::UnitPtr GlobalJudge::unit_beside(const Candidate& candidate, core::UnitPtr stated) const {
  const core::CellRef& cell = candidate.cells.front();
  const core::Document& document = judging_.evidence.corpus().document(cell.document);
  const auto& meanings = judging_.evidence.corpus().meaning(cell.document);
  core::UnitPtr found = nullptr;
  if (stated == nullptr || !is_measure(stated->dimension) || candidate.unit->dimension != Dimension::unknown) return nullptr;
  for (std::size_t c = 0; c < document.tables[cell.table].columns.size(); ++c) {
    const core::ColumnMeaning& column = meanings[cell.table].columns[c];
    const core::Cell& beside = document.tables[cell.table].columns[c].cells[cell.row];
    if (column.unit->dimension != stated->dimension || beside.kind != core::CellKind::number || beside.number <= 0) continue;
    if (candidate.value / beside.number > 2 || beside.number / candidate.value > 2) continue;
    if (found != nullptr && found != column.unit) return nullptr;
    found = column.unit;
  }
  return found;
}

bool GlobalJudge::judge_attribution(const Saying& saying, const Mention& mention, Verdict& verdict) const {
  const core::UnitPtr unit = stated_unit(judging_, saying, mention);
  if (saying.cell || unit == nullptr || !is_measure(unit->dimension) || significant_digits(judging_.at(mention.digits)) < kTelling) return false;
  const auto words = judging_.at(saying.span);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!is_word_char(words[i]) || (i > 0 && (is_word_char(words[i - 1]) || words[i - 1] == '.' || words[i - 1] == '-'))) continue;
    std::size_t end = i;
    while (end < words.size() && (is_word_char(words[end]) || words[end] == '-')) ++end;
    const auto stem = words.substr(i, end - i);
    const core::Span span{saying.span.begin + i, saying.span.begin + end};
    const std::vector<Piece> next = pieces_of(words.substr(end, 16));
    i = end;
    if (stem.find('_') == std::string_view::npos || next.empty() || (next.front().text != "files" && next.front().text != "file")) continue;
    const std::vector<std::uint32_t> documents = judging_.evidence.find_stems(stem);
    if (documents.empty()) continue;
    const double reach = 2 * last_place(mention.stated);
    std::optional<core::CellRef> elsewhere;
    for (const Evidence::ValueHit& hit : judging_.evidence.cells_between(mention.stated.value - reach, mention.stated.value + reach, kMostHits)) {
      if (!states(mention.stated, mention.relation, hit.value)) continue;
      if (std::binary_search(documents.begin(), documents.end(), hit.cell.document.value)) return false;
      if (!elsewhere) elsewhere = hit.cell;
    }
    if (!elsewhere) return false;
    verdict = judging_.begin(ClaimKind::configuration, span);
    verdict.evidence = {values_.place(*elsewhere)};
    contradict(verdict, fmt::format("none of these files holds {}; {} does", judging_.at(mention.digits), verdict.evidence.front().path));
    return true;
  }
  return false;
}

// The unit that the cell itself does not tell, but its neighbours, or those of a cell with the same precise value, where it
// is not the stated one.
core::UnitPtr GlobalJudge::unit_told(const Claimed& claimed, const Candidate& candidate) const {
  if (claimed.unit == nullptr || candidate.unit->dimension != Dimension::unknown) return nullptr;
  core::UnitPtr told = unit_beside(candidate, claimed.unit);
  if (told == nullptr && claimed.digits > kPrecise) {
    const double place = last_place(claimed.mention.stated);
    for (const Evidence::ValueHit& hit : judging_.evidence.cells_between(candidate.value - place, candidate.value + place, kMostHits)) {
      const core::ColumnMeaning& column = values_.meaning(hit.cell);
      if (column.unit->dimension == claimed.unit->dimension && column.unit->factor == claimed.unit->factor) return nullptr;
      if (told == nullptr) told = column.unit->dimension == claimed.unit->dimension ? column.unit : unit_beside({hit.value, column.unit, &column, {hit.cell}, {}}, claimed.unit);
    }
  }
  return told != nullptr && told->factor != claimed.unit->factor ? told : nullptr;
}

// "json_results[4].tokens_per_second": a key of the evidence, written out.
bool GlobalJudge::by_key(const Claimed& claimed, Verdict& verdict) const {
  const PieceRange& range = claimed.phrase.range;
  if (claimed.phrase.columns == nullptr || range.end - range.begin < 2) return false;
  const std::uint64_t begin = claimed.saying.pieces[range.begin].begin;
  const std::uint64_t end = claimed.saying.pieces[range.end - 1].end;
  if (end <= begin) return false;
  const auto written = judging_.text.substr(begin, end - begin);
  if (written.find_first_of("_[") == std::string_view::npos) return false;
  std::vector<Candidate> candidates;
  for (const Evidence::ColumnAt& at : *claimed.phrase.columns) {
    const core::Table& table = judging_.evidence.corpus().documents()[at.sheet.document].tables[at.sheet.table];
    const std::string_view key = table.columns[at.column].key;
    const auto slash = key.rfind('/');
    if (key != written && (slash == std::string_view::npos || key.substr(slash + 1) != written)) continue;
    std::vector<std::uint32_t> rows(table.rows.size());
    for (std::uint32_t r = 0; r < rows.size(); ++r) rows[r] = r;
    for (Candidate& candidate : values_.cells(at.sheet, at.column, rows)) candidates.push_back(std::move(candidate));
  }
  if (candidates.empty()) return false;
  const bool exact = written.find('[') != std::string_view::npos;  // one cell, not a column
  for (const Candidate& candidate : candidates) {
    const Fit fitted = fit(claimed.mention, claimed.unit, candidate);
    // the digits are right and the unit is not that of the key: the value itself must tell
    if (fitted == Fit::other_dimension && states(claimed.mention.stated, Relation::equal, candidate.value)) return false;
    if (fitted != Fit::equal) continue;
    cite(candidate, verdict);
    if (const core::UnitPtr told = unit_told(claimed, candidate)) {
      verdict.claim.kind = ClaimKind::unit;
      contradict(verdict, fmt::format("the values beside it are in {}", told->symbol));
      return true;
    }
    support(verdict, shown(candidate));
    return true;
  }
  if (!exact || candidates.size() > 16) return false;
  cite(candidates.front(), verdict);
  verdict.found = shown(candidates.front());
  contradict(verdict, fmt::format("{} is {}", written, verdict.found));
  return true;
}

// The saying with its heading and, of a cell, the other cells of its row: more to know the rows by.
Saying GlobalJudge::with_context(const Saying& saying, std::size_t& at) const {
  Saying wide = saying;
  std::vector<Piece> before = pieces_of(judging_.at(saying.heading), saying.heading.begin);
  for (const core::Span& lead : saying.leads)
    for (Piece& piece : pieces_of(judging_.at(lead), lead.begin)) before.push_back(std::move(piece));
  if (saying.cell) {
    const auto& cells = judging_.scan.cells;
    const std::uint64_t row = saying.row_label.size() > 0 ? saying.row_label.begin : saying.span.begin;
    auto place = std::lower_bound(cells.begin(), cells.end(), row, [](const CellPlace& c, std::uint64_t begin) { return c.span.begin < begin; });
    const std::uint64_t line_end = next_line(judging_.text, row);
    for (; place != cells.end() && place->span.begin < saying.span.begin && place->span.begin < line_end; ++place) {
      if (place->span.begin == saying.row_label.begin) continue;  // is in the saying already
      for (Piece& piece : pieces_of(judging_.at({place->span.begin, place->span.end}), place->span.begin)) before.push_back(std::move(piece));
    }
  }
  at += before.size();
  wide.pieces.insert(wide.pieces.begin(), before.begin(), before.end());
  return wide;
}

std::vector<SheetId> GlobalJudge::named_sheets(const Saying& saying) const {
  std::set<SheetId> sheets;
  const std::size_t longest = judging_.evidence.longest_label();
  for (std::size_t i = 0; i < saying.pieces.size(); ++i) {
    for (std::size_t count = std::min(longest, saying.pieces.size() - i); count > 0; --count) {
      const std::vector<SheetId>& found = judging_.evidence.sheets_with(join(saying.pieces, i, count));
      if (found.empty()) continue;
      sheets.insert(found.begin(), found.end());
      i += count - 1;
      break;
    }
  }
  return {sheets.begin(), sheets.end()};
}

// A mean or a median that is a single cell of a table of many: "the first row sold as a mean".
bool GlobalJudge::is_one_row_of_many(const Claimed& claimed, const Candidate& candidate) const {
  if (claimed.statistics.empty() || candidate.column->statistic.kind != Kind::sample) return false;
  const Kind kind = claimed.statistics.front().kind;
  if (kind != Kind::mean && kind != Kind::median) return false;
  const core::CellRef& cell = candidate.cells.front();
  const core::Table& table = judging_.evidence.corpus().document(cell.document).tables[cell.table];
  // "results[0].tokens_per_second": an element of a list, whose key says no statistic
  const std::string_view key = table.columns[cell.column].key;
  const bool element = key.find("[0]") != std::string_view::npos || key.find("[1]") != std::string_view::npos;
  return table.rows.size() > 2 || element;
}

// Where the stated digits stand, sorted by what they would mean there: the first cell of each kind.
GlobalJudge::Readings GlobalJudge::readings(const Claimed& claimed) const {
  const core::Quantity& stated = claimed.mention.stated;
  const double place = last_place(stated);
  std::set<Evidence::ColumnAt> named;
  if (claimed.phrase.columns != nullptr) named.insert(claimed.phrase.columns->begin(), claimed.phrase.columns->end());
  const bool measure = claimed.unit != nullptr && is_measure(claimed.unit->dimension);
  Readings found;
  const auto keep = [](std::optional<Candidate>& slot, Candidate&& candidate) {
    if (!slot) slot = std::move(candidate);
  };
  for (const Evidence::ValueHit& hit : judging_.evidence.cells_between(stated.value - place, stated.value + place, kMostHits)) {
    const SheetId sheet{hit.cell.document.value, hit.cell.table};
    const core::ColumnMeaning& column = values_.meaning(hit.cell);
    if (!states(stated, Relation::equal, hit.value)) continue;
    Candidate candidate{hit.value, column.unit, &column, {hit.cell}, {}};
    const bool named_here = named.count({sheet, hit.cell.column}) > 0;
    const bool known = column.unit->dimension != Dimension::unknown;
    if (fit(claimed.mention, claimed.unit, candidate) != Fit::equal) {
      if (known) keep(found.other, std::move(candidate));
    } else if (measure && !known) {
      if (named_here) keep(found.unit_unknown, std::move(candidate));
    } else if (claimed.digits > kPrecise && named_another(claimed.saying, hit.cell).size() > 0) {
      keep(found.elsewhere, std::move(candidate));
    } else if (named_here && is_one_row_of_many(claimed, candidate)) {
      if (claimed.digits > kPrecise) keep(found.one_row, std::move(candidate));
    } else if (named_here && claimed.digits >= kTelling) {
      keep(found.meant, std::move(candidate));
      return found;
    } else if (measure) {
      keep(found.fitting, std::move(candidate));
    }
  }
  return found;
}

// A precise value can be looked for: where it stands tells what it is.
bool GlobalJudge::by_value(const Claimed& claimed, Verdict& verdict) const {
  const Readings found = readings(claimed);
  const bool measure = claimed.unit != nullptr && is_measure(claimed.unit->dimension);
  const auto accept = [&](const std::optional<Candidate>& candidate) {
    if (!candidate) return false;
    cite(*candidate, verdict);
    support(verdict, shown(*candidate));
    return true;
  };
  if (found.meant) return accept(found.meant);
  if (const std::optional<Candidate>& wrong = found.elsewhere ? found.elsewhere : found.one_row; wrong && !found.fitting) {
    cite(*wrong, verdict);
    verdict.found = shown(*wrong);
    if (found.elsewhere && !claimed.saying.cell) {  // the number is right; what it is given to is not
      const core::Span name = named_another(claimed.saying, wrong->cells.front());
      verdict.claim.span = name;
      verdict.claim.quote = std::string(judging_.at(name));
      verdict.claim.kind = ClaimKind::configuration;
    }
    contradict(verdict, found.elsewhere ? fmt::format("that value is of {}", judging_.evidence.corpus().document(wrong->cells.front().document).artifact.path)
                                        : "that value is one row, not a statistic of the rows");
    return true;
  }
  if (claimed.digits < kPrecise) return !found.other && accept(found.unit_unknown);
  if (found.fitting) return claimed.phrase.columns == nullptr && accept(found.fitting);  // of another metric than the one named: open
  if (!found.other || !measure || claimed.mention.integer) return accept(found.unit_unknown);
  cite(*found.other, verdict);
  verdict.claim.kind = ClaimKind::unit;
  verdict.found = shown(*found.other);
  contradict(verdict, fmt::format("that value is {} in {}", found.other->column->metric, found.other->unit->symbol));
  return true;
}

// The metric is named right before the number.
bool GlobalJudge::names_metric(const Claimed& claimed) const {
  return claimed.phrase.columns != nullptr && claimed.phrase.range.end <= claimed.at && claimed.at - claimed.phrase.range.end <= 6;
}

// "a token rate of 13.8 KB/s": nothing that is called so is measured in such a unit.
bool GlobalJudge::by_dimension(const Claimed& claimed, Verdict& verdict) const {
  if (!names_metric(claimed) || claimed.unit == nullptr || !is_measure(claimed.unit->dimension)) return false;
  const Evidence::ColumnAt* measured = nullptr;
  for (const Evidence::ColumnAt& at : *claimed.phrase.columns) {
    const core::ColumnMeaning& column = values_.meaning(at.sheet, at.column);
    if (column.unit->dimension == claimed.unit->dimension) return false;
    if (is_measure(column.unit->dimension) && column.role == core::Role::response) measured = &at;
  }
  if (measured == nullptr || (claimed.digits >= kPrecise && readings(claimed).fitting)) return false;  // the nearest words are not its metric
  const core::ColumnMeaning& column = values_.meaning(measured->sheet, measured->column);
  verdict.claim.kind = ClaimKind::unit;
  contradict(verdict, fmt::format("{} is in {}, not {}", column.metric, column.unit->symbol, claimed.unit->symbol));
  return true;
}

// Stated as measured: the named columns neither hold the value nor give it as a statistic.
bool GlobalJudge::by_absence(const Claimed& claimed, Verdict& verdict) const {
  const bool measure = claimed.unit != nullptr && (is_measure(claimed.unit->dimension) || claimed.unit->symbol == "%");
  if (!measure || !names_metric(claimed) || claimed.digits < kTelling || claimed.mention.relation != Relation::equal) return false;
  const Measured& measured = judging_.evidence.measured();
  const Measured::Given& given = measured.of(*claimed.phrase.columns);
  if (!Measured::extremes(given, claimed.unit->dimension)) return false;
  if (!measured.find(given, {claimed.mention, claimed.unit, nullptr, {}}, 1).empty()) return false;
  for (const core::Statistic& statistic : {core::Statistic{Kind::mean, 0}, core::Statistic{Kind::median, 50}, core::Statistic{Kind::stddev, 0}, core::Statistic{Kind::sum, 0}})
    if (!measured.find(given, {claimed.mention, claimed.unit, &statistic, {}}, 1).empty()) return false;
  not_support(verdict, "no such value of it is in the evidence");
  return true;
}

// A metric that people measure and nobody did here: "Accuracy: 87.5 %".
bool GlobalJudge::by_unmeasured(const Claimed& claimed, Verdict& verdict) const {
  const Evidence::MetricNames& names = judging_.evidence.metric_names();
  const std::vector<Piece>& pieces = claimed.saying.pieces;
  if (claimed.digits < 2 || claimed.at == 0 || (claimed.unit == nullptr && claimed.mention.integer)) return false;
  const std::size_t from = claimed.at > 4 ? claimed.at - 4 : 0;
  for (std::size_t i = from; i < claimed.at; ++i) {
    for (std::size_t count = claimed.at - i; count > 0; --count) {
      std::string joined;
      for (std::size_t k = i; k < i + count; ++k) joined += (k == i ? "" : " ") + folded(pieces[k].text);
      const auto found = names.metrics.find(joined);
      if (found == names.metrics.end() && is_quality_metric(joined) && !judging_.evidence.has_key(joined)) {
        not_support(verdict, fmt::format("{} was not measured", joined));
        return true;
      }
      if (found == names.metrics.end()) continue;
      const core::Metric* named = judging_.evidence.vocabulary().find(found->second.front());
      // "at one request per second to 1.18 s": the words are another number's
      if (named != nullptr && claimed.unit != nullptr && is_measure(claimed.unit->dimension) && named->dimension != claimed.unit->dimension) continue;
      for (const std::string& metric : found->second)
        if (!judging_.evidence.sheets_of(metric).empty()) return false;
      if (stands_in_a_key(judging_.evidence, joined)) return false;
      not_support(verdict, fmt::format("{} was not measured", found->second.front()));
      return true;
    }
  }
  return false;
}

// Whether the saying speaks of a model size ("1b") or of files ("mlp_bench") that the document of a hit has nothing of,
// while other documents do.
core::Span GlobalJudge::named_another(const Saying& saying, const core::CellRef& cell) const {
  const core::Document& document = judging_.evidence.corpus().document(cell.document);
  const core::TableMeaning& meaning = judging_.evidence.corpus().meaning(cell.document)[cell.table];
  std::string about = text::lower(document.artifact.path);
  if (cell.row < meaning.configs.size() && !judging_.evidence.corpus().configs().empty())
    about += " " + text::lower(judging_.evidence.corpus().configs()[meaning.configs[cell.row]].to_string());
  const core::Span own = saying.cell && saying.row_label.size() > 0 ? saying.row_label : saying.span;
  const auto words = judging_.at(own);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!is_word_char(words[i]) || (i > 0 && (is_word_char(words[i - 1]) || words[i - 1] == '.' || words[i - 1] == '-'))) continue;
    std::size_t end = i;
    while (end < words.size() && is_word_char(words[end])) ++end;
    const std::string word = text::lower(words.substr(i, end - i));
    const bool size = word.size() >= 2 && is_digit(word.front()) && (word.back() == 'b' || word.back() == 'm') && base::all_digits(std::string_view(word).substr(0, word.size() - 1));
    const bool stem = word.size() > 6 && word.find('_') != std::string::npos && !judging_.evidence.find_stems(word).empty();
    if ((size || stem) && about.find(word) == std::string::npos && (stem || judging_.evidence.names_path(word))) return {own.begin + i, own.begin + end};
  }
  return {};
}

// A mean or a peak of a metric lies within what was measured of it, wherever that was.
bool GlobalJudge::by_range(const Claimed& claimed, Verdict& verdict) const {
  if (!names_metric(claimed) || claimed.unit == nullptr || !is_measure(claimed.unit->dimension) || claimed.digits < 2 || claimed.mention.relation != Relation::equal) return false;
  const auto range = Measured::extremes(judging_.evidence.measured().of(*claimed.phrase.columns), claimed.unit->dimension);
  if (!range || range->count < kFewestOfRange) return false;
  const auto in_unit = [&](const Candidate& c) { return *core::convert(c.value, c.unit, claimed.unit); };
  const double place = last_place(claimed.mention.stated);
  const double value = claimed.mention.stated.value;
  if (value >= in_unit(*range->low) - place && value <= in_unit(*range->high) + place) return false;
  const Candidate& told = value > in_unit(*range->high) ? *range->high : *range->low;
  cite(told, verdict);
  verdict.found = shown(told);
  contradict(verdict, fmt::format("the {} measured anywhere is {}", value > in_unit(*range->high) ? "most" : "least", verdict.found));
  return true;
}

// "61 out of 101", "28 files": a whole number of things that the words around it do not measure.
bool GlobalJudge::is_plain_count(const Claimed& claimed) const {
  if (claimed.unit != nullptr || !claimed.mention.integer || claimed.saying.cell) return false;
  const auto word = [&](std::size_t i) { return i < claimed.saying.pieces.size() ? std::string_view(claimed.saying.pieces[i].text) : std::string_view(); };
  const bool of = claimed.at > 1 && word(claimed.at - 1) == "of" && (word(claimed.at - 2) == "out" || is_digit(word(claimed.at - 2).empty() ? ' ' : word(claimed.at - 2).front()));
  return of || (word(claimed.at + 1) == "out" && word(claimed.at + 2) == "of") || (is_counted_thing(word(claimed.at + 1)) && !names_metric(claimed));
}

// "Range: 13.85 - 14.24": said to be the least and the most.
bool GlobalJudge::is_end_of_range(const Claimed& claimed) const {
  if (range_partner(judging_, claimed.saying, claimed.mention) == nullptr) return false;
  const std::string header = text::lower(judging_.at(claimed.saying.column_header));
  return header.find("range") != std::string::npos || std::any_of(claimed.saying.pieces.begin(), claimed.saying.pieces.end(), [](const Piece& p) { return p.text == "range" || p.text == "ranges" || p.text == "ranging"; });
}

// The least or the most of some rows of the named metric.
bool GlobalJudge::is_extreme(const Claimed& claimed) const {
  if (claimed.phrase.columns == nullptr) return true;
  const Measured::Given& given = judging_.evidence.measured().of(*claimed.phrase.columns);
  for (const core::Statistic& statistic : {core::Statistic{Kind::minimum, 0}, core::Statistic{Kind::maximum, 0}})
    if (!judging_.evidence.measured().find(given, {claimed.mention, claimed.unit, &statistic, {}}, 1).empty()) return true;
  return false;
}

bool GlobalJudge::judge(const Saying& saying, const Mention& mention, Verdict& verdict) const {
  Claimed claimed{saying, mention, piece_at(saying, mention.digits.begin), stated_unit(judging_, saying, mention),
                  significant_digits(judging_.at(mention.digits)), {}, {}};
  claimed.phrase = nearest_phrase(saying, claimed.at);
  const std::vector<bool> none(saying.pieces.size(), false);
  const ColumnPhrase phrase{claimed.phrase.range, {}};
  claimed.statistics = statistics_about(judging_, saying, claimed.at, claimed.phrase.columns == nullptr ? nullptr : &phrase, none);
  if (claimed.unit == nullptr && claimed.phrase.columns != nullptr) claimed.unit = unit_of_phrase(claimed);
  if (is_plain_count(claimed)) return false;
  if (is_end_of_range(claimed) && !is_extreme(claimed)) return false;
  if (by_key(claimed, verdict) || by_rows(claimed, verdict) || by_value(claimed, verdict)) return true;
  if (is_hypothetical(judging_, saying) || is_sample(judging_, saying) || speaks_of_derived(saying) || is_compared(judging_, saying, mention) || mention.signed_) return false;
  return by_dimension(claimed, verdict) || by_range(claimed, verdict) || by_absence(claimed, verdict) || by_unmeasured(claimed, verdict);
}

}  // namespace chimera::claims
