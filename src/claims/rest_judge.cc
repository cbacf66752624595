#include "claims/rest_judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "claims/cursor.h"
#include "claims/files_judge.h"
#include "claims/lexicon.h"
#include "claims/tie.h"
#include "claims/tolerance.h"

namespace chimera::claims {
namespace {

using core::Dimension;

constexpr std::size_t kShownPlaces = 3;
constexpr std::size_t kMostPlaces = 64;
constexpr std::size_t kLongestSummed = 5000;  // rows of a table whose sums are looked through
constexpr std::size_t kLongestShared = 64;  // rows, and columns, of a table whose shares are looked through
constexpr std::size_t kWidestShared = 48;
constexpr std::size_t kMostOperands = 8;  // of one saying: with more, some pair gives any number

// As artifacts write it: without grouping, and without zeros at the end.
std::vector<std::string> spellings(std::string_view digits) {
  std::string plain;
  for (const char c : digits)
    if (is_digit(c) || c == '.') plain += c;
  std::vector<std::string> all = {plain};
  if (plain.find('.') == std::string::npos) return all;
  while (plain.back() == '0') plain.pop_back();
  if (plain.back() == '.') plain.pop_back();
  all.push_back(plain);
  return all;
}

// "(27 runs)", "5 ms": in a heading other numbers are names.
bool counts_something(const Saying& saying, const Mention& mention) {
  const std::size_t next = piece_at(saying, mention.digits.begin) + 1;
  return mention.unit_written || (mention.integer && next < saying.pieces.size() && is_counted_thing(saying.pieces[next].text));
}

// "Date: …" at the begin of a line.
bool is_report_date(const Saying& saying) {
  return !saying.cell && !saying.pieces.empty() && (saying.pieces.front().text == "date" || (saying.pieces.size() > 1 && saying.pieces[1].text == "date" && (saying.pieces.front().text == "report" || saying.pieces.front().text == "analysis")));
}

// "37 % of its size"
bool saying_shares(const Saying& saying, const Mention& mention) {
  return std::any_of(saying.pieces.begin(), saying.pieces.end(), [&](const Piece& p) { return p.text == "of" && p.begin > mention.span.begin && p.begin <= mention.span.end + 2; });
}

std::string range_of(const std::vector<const Candidate*>& all) {
  const auto less = [](const Candidate* a, const Candidate* b) { return a->value * a->unit->factor < b->value * b->unit->factor; };
  const auto [low, high] = std::minmax_element(all.begin(), all.end(), less);
  return fmt::format("{} to {}", shown(**low), shown(**high));
}

}  // namespace

void RestJudge::cite(const Candidate& candidate, Verdict& verdict) const {
  for (const core::CellRef& cell : candidate.cells)
    if (verdict.evidence.size() < kShownPlaces) verdict.evidence.push_back(values_.place(cell));
}

// The last metric that the words name and that is measured in the dimension of the unit, if one is written.
bool RestJudge::find_in(core::Span span, core::UnitPtr unit, Subject& subject) const {
  const Evidence::AllNames& names = judging_.evidence.all_names();
  std::vector<Piece> pieces = pieces_of(judging_.at(span), span.begin);
  bool known = false;  // whether a metric was found whose unit is known: that one is meant
  const auto measures = [&](const Measured::Columns& columns, bool bare) {
    return std::any_of(columns.begin(), columns.end(), [&](const Evidence::ColumnAt& at) {
      const core::ColumnMeaning& column = values_.meaning(at.sheet, at.column);
      const bool fits = unit == nullptr || column.unit->dimension == (bare ? Dimension::unknown : unit->dimension);
      return column.role == core::Role::response && fits;
    });
  };
  std::vector<Piece> plain = pieces;
  for (Piece& piece : plain) piece.text = folded(piece.text);
  const Measured::Columns* before = subject.columns;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    for (std::size_t count = std::min(names.longest, plain.size() - i); count > 0; --count) {
      const auto found = names.columns.find(join(plain, i, count));
      if (found == names.columns.end()) continue;
      // a unit that nobody wrote counts less, unless the words are a metric's own
      const bool fits = measures(found->second, false) || (measures(found->second, true) && judging_.evidence.metric_names().metrics.count(found->first) > 0);
      if (!fits && (known || !measures(found->second, true))) continue;
      known = known || fits;
      subject.columns = &found->second;
      subject.name = std::string(judging_.text.substr(pieces[i].begin, pieces[i + count - 1].end - pieces[i].begin));
      i += count - 1;
      break;
    }
  }
  return subject.columns != before;
}

// Names of files tell no metric: what stands behind the last one, or, where it ends with one, before the first.
void RestJudge::without_files(const Saying& saying, core::Span& span) const {
  for (const std::size_t m : saying.mentions) {
    const Mention& file = judging_.mention(m);
    if (file.kind != MentionKind::file || file.span.end <= span.begin || file.span.begin >= span.end) continue;
    if (file.span.end - span.begin < span.end - file.span.begin) span.begin = file.span.end;
    else span.end = file.span.begin;
  }
}

RestJudge::Subject RestJudge::subject_of(const Saying& saying, const Mention& mention, core::UnitPtr unit) const {
  Subject subject;
  const auto add_statistics = [&](core::Span span) {
    for (const Piece& piece : pieces_of(judging_.at(span), span.begin))
      if (const auto statistic = statistic_word(piece.text); statistic && subject.statistics.empty()) subject.statistics.push_back(*statistic);
  };
  const auto add_type = [&](core::Span span) {
    for (const Piece& piece : pieces_of(judging_.at(span), span.begin))
      if (const auto type = file_type(piece.text); type && subject.type.empty()) subject.type = *type;
  };
  const std::size_t at = piece_at(saying, mention.digits.begin);
  const std::vector<bool> files = file_pieces(saying, judging_.scan.mentions);
  subject.statistics = statistics_about(judging_, saying, at, nullptr, files);
  for (std::size_t i = at + 1; i < std::min(at + 3, saying.pieces.size()) && !saying.cell; ++i)  // "33 % avg / 93 % peak"
    if (const auto behind = statistic_word(saying.pieces[i].text)) subject.statistics = {*behind};
  if (range_partner(judging_, saying, mention) != nullptr) subject.statistics.clear();  // a range of them is not one
  // what stands before the number in its own words, then behind it
  std::vector<core::Span> near;
  if (saying.cell) {
    near = {saying.row_label, saying.column_header};
  } else {
    near = {{saying.span.begin, mention.digits.begin}, {mention.span.end, saying.span.end}};
    for (core::Span& span : near) without_files(saying, span);
  }
  for (const core::Span& span : near)
    if (span.size() > 0 && !subject.own) subject.own = find_in(span, unit, subject);
  for (const core::Span& span : near) add_type(span);
  // then the lines it stands under, the nearest first, and the heading
  std::vector<core::Span> far(saying.leads.rbegin(), saying.leads.rend());
  if (saying.heading.size() > 0) far.push_back(saying.heading);
  for (const core::Span& span : far) {
    add_type(span);
    if (subject.columns != nullptr) continue;
    if (find_in(span, unit, subject) && range_partner(judging_, saying, mention) == nullptr) add_statistics(span);
  }
  return subject;
}

// "Mean: 0.07 s" below "TTFT": some table, some group of rows or all of a kind must have that mean.
bool RestJudge::by_statistic(const Subject& subject, const Mention& mention, core::UnitPtr unit, Verdict& verdict) const {
  if (subject.statistics.empty() || !formula_of(subject.statistics.front())) return false;
  const Measured& measured = judging_.evidence.measured();
  const Measured::Given& given = measured.of(*subject.columns);
  const core::Statistic& statistic = subject.statistics.front();
  const Measured::Wanted wanted{mention, unit, &statistic, subject.type};
  const std::vector<const Candidate*> all = measured.all(given, wanted);
  if (all.empty()) return false;
  verdict.claim.kind = ClaimKind::aggregate;
  const int digits = significant_digits(judging_.at(mention.digits));
  const std::string name = core::to_string(statistic);
  if (const auto found = measured.find(given, wanted, kShownPlaces); !found.empty()) {
    cite(*found.front(), verdict);
    if (digits >= 3) support(verdict, shown(*found.front()));
    else abstain(verdict, fmt::format("fits {} of {}, perhaps by chance: of which rows is not told", name, subject.name));
    return true;
  }
  const auto cells = measured.find(given, {mention, unit, nullptr, {}}, 1);
  if (cells.empty() && digits > 4 && subject.name.find(' ') == std::string::npos && !places(mention, unit).empty()) {
    abstain(verdict, fmt::format("the value is real, whether {} means what it is of is not told", subject.name));
    return true;
  }
  if (!cells.empty() && digits >= 4) {
    cite(*cells.front(), verdict);
    verdict.found = shown(*cells.front());
    contradict(verdict, fmt::format("that is one value of {}, not its {}", subject.name, name));
  } else {
    not_support(verdict, fmt::format("no {} of {} is so, of any rows: they are {}", name, subject.name, range_of(all)));
  }
  return true;
}

// A metric is named, no statistic: the value must be among its values and their statistics.
bool RestJudge::by_metric(const Subject& subject, const Mention& mention, core::UnitPtr unit, Verdict& verdict) const {
  const Measured& measured = judging_.evidence.measured();
  const Measured::Given& given = measured.of(*subject.columns);
  const Measured::Wanted wanted{mention, unit, nullptr, {}};
  if (measured.all(given, wanted).empty()) return false;
  std::vector<const Candidate*> found = measured.find(given, wanted, kMostPlaces);
  for (const core::Statistic::Kind kind : {core::Statistic::Kind::mean, core::Statistic::Kind::median, core::Statistic::Kind::stddev, core::Statistic::Kind::sum, core::Statistic::Kind::cv}) {
    const core::Statistic statistic{kind, kind == core::Statistic::Kind::median ? 50.0 : 0.0};
    if (found.empty()) found = measured.find(given, {mention, unit, &statistic, {}}, kMostPlaces);
  }
  if (found.empty()) return false;
  cite(*found.front(), verdict);
  abstain(verdict, fmt::format("fits {} value{} of {}: of what is not told", found.size(), found.size() == 1 ? "" : "s", subject.name));
  return true;
}

// Cells with these digits, in any unit of the stated dimension.
std::vector<core::CellRef> RestJudge::places(const Mention& mention, core::UnitPtr unit) const {
  std::vector<core::CellRef> found;
  const double reach = 2 * last_place(mention.stated);
  const auto look = [&](double low, double high) {
    for (const Evidence::ValueHit& hit : judging_.evidence.cells_between(low, high, kMostPlaces)) {
      const core::ColumnMeaning& column = values_.meaning(hit.cell);
      if (fit(mention, unit, Candidate{hit.value, column.unit, &column, {hit.cell}, {}}) == Fit::equal) found.push_back(hit.cell);
    }
  };
  look(mention.stated.value - reach, mention.stated.value + reach);
  if (unit == nullptr) return found;
  if (unit->dimension == Dimension::fraction && mention.stated.decimals >= 0) look((mention.stated.value - reach) / 100, (mention.stated.value + reach) / 100);
  for (const core::Unit& other : core::all_units()) {
    if (other.dimension != unit->dimension || other.factor == unit->factor) continue;
    const auto low = core::convert(mention.stated.value - reach, unit, &other);
    const auto high = core::convert(mention.stated.value + reach, unit, &other);
    if (low && high) look(*low, *high);
  }
  return found;
}

// Sum, difference, ratio, share or change of two other numbers of the saying.
bool RestJudge::is_computed(const Saying& saying, const Mention& mention) const {
  std::vector<double> others;
  for (const std::size_t m : saying.mentions) {
    const Mention& other = judging_.mention(m);
    if (other.kind == MentionKind::number && &other != &mention && other.excuse == Excuse::none) others.push_back(other.stated.value);
  }
  if (others.size() > kMostOperands) return false;
  const auto says = [&](double value) { return states_magnitude(mention.stated, mention.relation, value); };
  for (const double a : others)
    for (const double b : others)
      if (&a != &b && (says(a + b) || says(a - b) || says(a * b) || (b != 0 && (says(a / b) || says(100 * a / b) || says(100 * (a - b) / b))))) return true;
  return false;
}

// "2450 seconds in total": the sum of a measured column over the rows of some table.
bool RestJudge::by_total(const Saying& saying, const Mention& mention, core::UnitPtr unit, Verdict& verdict) const {
  const bool total = states_total(saying, mention) || std::any_of(saying.pieces.begin(), saying.pieces.end(), [](const Piece& p) { return p.text == "total" || p.text == "overall" || p.text == "altogether"; });
  if (!total || significant_digits(judging_.at(mention.digits)) < 2) return false;
  const auto& documents = judging_.evidence.corpus().documents();
  for (std::uint32_t d = 0; d < documents.size(); ++d) {
    if (judging_.evidence.is_left_out(d) || judging_.evidence.is_prose(d)) continue;
    for (std::uint32_t t = 0; t < documents[d].tables.size(); ++t) {
      if (documents[d].tables[t].rows.size() < 2 || documents[d].tables[t].rows.size() > kLongestSummed) continue;
      std::vector<std::uint32_t> rows(documents[d].tables[t].rows.size());
      std::iota(rows.begin(), rows.end(), 0U);
      for (std::uint32_t c = 0; c < documents[d].tables[t].columns.size(); ++c) {
        const core::ColumnMeaning& column = values_.meaning({d, t}, c);
        if (column.role != core::Role::response && column.role != core::Role::count) continue;
        for (const Candidate& sum : values_.of({d, t}, c, rows, {core::Statistic{core::Statistic::Kind::sum, 0}})) {
          if (sum.cells.size() < 2 || fit(mention, unit, sum) != Fit::equal) continue;
          verdict.claim.kind = ClaimKind::aggregate;
          cite(sum, verdict);
          if (significant_digits(judging_.at(mention.digits)) >= 3) support(verdict, shown(sum));
          else abstain(verdict, fmt::format("fits a sum: {}", shown(sum)));
          return true;
        }
      }
    }
  }
  return false;
}

// "2 % of the requests failed": a part of one count, or amount, of a row against another one.
bool RestJudge::is_share_of_row(const Mention& mention, core::UnitPtr unit) const {
  if (unit == nullptr || unit->dimension != Dimension::fraction) return false;
  const auto& documents = judging_.evidence.corpus().documents();
  for (std::uint32_t d = 0; d < documents.size(); ++d) {
    if (judging_.evidence.is_left_out(d) || judging_.evidence.is_prose(d)) continue;
    const auto& meanings = judging_.evidence.corpus().meaning({d});
    for (std::uint32_t t = 0; t < documents[d].tables.size(); ++t) {
      const core::Table& table = documents[d].tables[t];
      if (table.rows.size() > kLongestShared || table.columns.size() > kWidestShared) continue;
      for (std::uint32_t r = 0; r < table.rows.size(); ++r)
        for (std::uint32_t a = 0; a < table.columns.size(); ++a)
          for (std::uint32_t b = 0; b < table.columns.size(); ++b) {
            const core::Cell& part = table.columns[a].cells[r];
            const core::Cell& all = table.columns[b].cells[r];
            if (a == b || part.kind != core::CellKind::number || all.kind != core::CellKind::number || all.number == 0) continue;
            if (meanings[t].columns[a].unit != meanings[t].columns[b].unit) continue;
            if (states(mention.stated, mention.relation, 100 * part.number / all.number)) return true;
          }
    }
  }
  return false;
}

// As many rows, successful rows or failed rows as some table has.
bool RestJudge::counts_rows(const Mention& mention) const {
  if (!mention.integer || mention.unit_written) return false;
  const auto& documents = judging_.evidence.corpus().documents();
  for (std::uint32_t d = 0; d < documents.size(); ++d) {
    if (judging_.evidence.is_left_out(d)) continue;
    for (const core::TableMeaning& table : judging_.evidence.corpus().meaning({d})) {
      const auto failed = static_cast<std::size_t>(std::count(table.states.begin(), table.states.end(), core::RowState::failed));
      for (const std::size_t n : {table.states.size(), table.states.size() - failed, failed})
        if (states(mention.stated, mention.relation, static_cast<double>(n))) return true;
    }
  }
  return false;
}

void RestJudge::by_existence(const Saying& saying, const Mention& mention, core::UnitPtr unit, Verdict& verdict) const {
  const std::vector<core::CellRef> found = places(mention, unit);
  if (!found.empty()) {
    for (std::size_t i = 0; i < std::min(kShownPlaces, found.size()); ++i) verdict.evidence.push_back(values_.place(found[i]));
    return abstain(verdict, fmt::format("the value exists at {}{} place{}: what it is of is not told", found.size(), found.size() >= kMostPlaces ? " or more" : "", found.size() == 1 ? "" : "s"));
  }
  for (const std::string& spelling : spellings(judging_.at(mention.digits)))
    if (judging_.evidence.has_word(spelling, judging_.quoting)) return abstain(verdict, "the number is written in the evidence, under no metric that was read");
  if (is_computed(saying, mention)) return abstain(verdict, "computed from numbers beside it");
  if (by_total(saying, mention, unit, verdict)) return;
  if (saying_shares(saying, mention) && is_share_of_row(mention, unit)) return abstain(verdict, "a share of two numbers of a row: of which is not told");
  if (counts_rows(mention)) return abstain(verdict, "as many rows as a table has: what is counted is not told");
  if (mention.signed_ || speaks_of_derived(saying) || is_of_change(saying, mention) || is_compared(judging_, saying, mention)) return abstain(verdict, "computed by the author, from what is not told");
  if (mention.relation == Relation::at_least || mention.relation == Relation::at_most) return abstain(verdict, "a bound: of what is not told");
  const bool scale = !mention.unit_written && mention.integer && mention.stated.value <= 12;
  if (scale) return abstain(verdict, "a small number, of what is not told");
  not_support(verdict, "nothing in the evidence gives this number");
}

// "| made_up.json | 0.08 |", "`made_up.json`: 7.1 s": a value of a file that there is not.
bool RestJudge::judge_missing_file(const Saying& saying, const Mention& mention, Verdict& verdict) const {
  const core::UnitPtr unit = stated_unit(judging_, saying, mention);
  const bool measured = mention.excuse == Excuse::none && (unit != nullptr ? is_measure(unit->dimension) || unit->dimension == Dimension::fraction : !mention.integer);
  if (!measured || judging_.read_nothing() || is_hypothetical(judging_, saying) || is_sample(judging_, saying)) return false;
  const core::Span own = saying.cell ? saying.row_label : core::Span{saying.span.begin, mention.span.begin};
  const auto& mentions = judging_.scan.mentions;
  auto at = std::lower_bound(mentions.begin(), mentions.end(), own.begin, [](const Mention& m, std::uint64_t begin) { return m.span.begin < begin; });
  std::string_view missing;
  for (; at != mentions.end() && at->span.begin < own.end; ++at) {
    if (at->kind != MentionKind::file) continue;
    const auto name = judging_.at(at->span);
    if (name.find('*') != std::string_view::npos || !judging_.evidence.find_files(name).empty()) return false;
    if (judging_.evidence.occurs(name, judging_.at(saying.span), judging_.quoting)) return false;
    missing = name;
  }
  if (missing.empty()) return false;
  not_support(verdict, fmt::format("there is no file {}", missing));
  return true;
}

// The setting that the number is a value of, where the evidence has none of that name: "Learning rate | 1e-4".
std::string RestJudge::unknown_setting(const Saying& saying, const Mention& mention) const {
  const std::size_t at = piece_at(saying, mention.digits.begin);
  const auto look = [&](const std::vector<Piece>& pieces, std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i)
      for (std::size_t count = std::min<std::size_t>(3, to - i); count > 0; --count) {
        std::string phrase;
        for (std::size_t k = i; k < i + count; ++k) phrase += (phrase.empty() ? "" : " ") + folded(pieces[k].text);
        if (is_setting_name(phrase) && !judging_.evidence.has_key(phrase)) return phrase;
      }
    return std::string();
  };
  if (saying.cell) {
    const std::vector<Piece> label = pieces_of(judging_.at(saying.row_label), saying.row_label.begin);
    const std::vector<Piece> header = pieces_of(judging_.at(saying.column_header), saying.column_header.begin);
    const std::string name = look(label, 0, label.size());
    return !name.empty() && label.size() <= 4 ? name : look(header, 0, header.size());
  }
  constexpr std::size_t kNear = 4;
  return look(saying.pieces, at > kNear ? at - kNear : 0, std::min(at, saying.pieces.size()));
}

void RestJudge::judge_number(const Saying& saying, const Mention& mention, Verdict& verdict) const {
  if (is_hypothetical(judging_, saying, mention.span.begin)) return abstain(verdict, "not meant as a fact: a wish or an expectation");
  core::UnitPtr unit = stated_unit(judging_, saying, mention);
  const bool measure = unit != nullptr && (is_measure(unit->dimension) || unit->dimension == Dimension::fraction);
  const bool precise = measure || (unit == nullptr && !mention.integer);
  if (judging_.read_nothing() && precise && mention.stated.value != 0) return not_support(verdict, "the run read no files that could give it");
  if (const std::string name = unknown_setting(saying, mention); !name.empty()) return not_support(verdict, fmt::format("nothing in the evidence has a setting '{}'", name));
  if (mention.kind == MentionKind::number_word) return abstain(verdict, "what is counted is not in the evidence by that name");
  const Subject subject = subject_of(saying, mention, unit);
  if (subject.columns != nullptr && precise && !mention.signed_ && !speaks_of_derived(saying)) {
    if (by_statistic(subject, mention, unit, verdict) || by_metric(subject, mention, unit, verdict)) return;
  }
  by_existence(saying, mention, unit, verdict);
}

bool RestJudge::is_known(const text::Date& date) const {
  const auto same = [&](const text::Date& other) {
    return date.year == other.year && date.month == other.month && (date.day == other.day || date.day == 0 || other.day == 0);
  };
  if (judging_.run != nullptr)
    for (const auto* dates : {&judging_.run->dates, &judging_.run->file_dates})
      if (std::any_of(dates->begin(), dates->end(), same)) return true;
  for (std::uint32_t d = 0; d < judging_.quoting.size(); ++d) {
    if (judging_.quoting[d] || judging_.evidence.is_left_out(d)) continue;
    for (const text::DateToken& token : judging_.evidence.dates(d))
      if (same(token.date)) return true;
  }
  return false;
}

void RestJudge::judge_date(const Saying& saying, const Mention& mention, Verdict& verdict) const {
  if (is_hypothetical(judging_, saying)) return abstain(verdict, "not meant as a fact: a wish or an expectation");
  if (is_report_date(saying)) return judge_report_date(mention, verdict);
  if (is_known(mention.date)) return abstain(verdict, "the date is written in the evidence: what happened then is not told");
  if (saying.title) return judge_report_date(mention, verdict);
  not_support(verdict, "nothing in the evidence carries this date");
}

// The run may not know when it was; then a report is at least not older than what it reads, and has one date.
void RestJudge::judge_report_date(const Mention& mention, Verdict& verdict) const {
  const std::string own = text::format(mention.date).substr(0, 10);
  for (const Saying& saying : judging_.sayings) {
    if (saying.span.begin >= mention.span.begin || !is_report_date(saying) || saying.mentions.empty()) continue;
    const Mention& first = judging_.mention(saying.mentions.front());
    if (first.kind != MentionKind::date || first.span.begin >= mention.span.begin) break;
    if (text::format(first.date).substr(0, 10) == own) break;
    return contradict(verdict, fmt::format("the report is dated {} above", text::format(first.date)));
  }
  if (judging_.run != nullptr && mention.date.day != 0) {
    for (const text::Date& modified : judging_.run->file_dates)
      if (own < text::format(modified).substr(0, 10)) return contradict(verdict, fmt::format("what it reads was modified on {}", text::format(modified)));
  }
  abstain(verdict, "the date of the report itself: nothing tells when it was written");
}

std::vector<Verdict> RestJudge::judge(const Saying& saying, const std::vector<bool>& handled) const {
  std::vector<Verdict> verdicts;
  for (std::size_t i = 0; i < saying.mentions.size(); ++i) {
    const Mention& mention = judging_.mention(saying.mentions[i]);
    if (handled[i] || mention.excuse != Excuse::none) continue;
    Verdict verdict = judging_.begin(ClaimKind::metric_value, mention);
    switch (mention.kind) {
      case MentionKind::number:
      case MentionKind::number_word:
        if (saying.title && !counts_something(saying, mention)) continue;
        if (mention.kind == MentionKind::number_word) verdict.claim.kind = ClaimKind::number_word;
        else if (mention.integer && !mention.unit_written) verdict.claim.kind = ClaimKind::count;
        judge_number(saying, mention, verdict);
        break;
      case MentionKind::date:
        verdict.claim.kind = ClaimKind::date;
        judge_date(saying, mention, verdict);
        break;
      case MentionKind::comparison:
      case MentionKind::rank:
      case MentionKind::absence:
        if (is_hypothetical(judging_, saying, mention.span.begin)) continue;
        verdict.claim.kind = mention.kind == MentionKind::absence ? ClaimKind::absence : mention.kind == MentionKind::rank ? ClaimKind::ranking : ClaimKind::trend;
        verdict.claim.relation = Relation::holds;
        abstain(verdict, "which measurement it speaks of is not told");
        break;
      case MentionKind::file: continue;
    }
    verdicts.push_back(std::move(verdict));
  }
  return verdicts;
}

}  // namespace chimera::claims
