#include "claims/judging.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "claims/cursor.h"
#include "claims/lexicon.h"
#include "claims/tolerance.h"

namespace chimera::claims {
namespace {

using core::Dimension;
using Kind = core::Statistic::Kind;

// The unit that a cell of its own gives, in a column headed "Unit".
core::UnitPtr neighbour_unit(const Judging& judging, const Saying& saying) {
  const auto& cells = judging.scan.cells;
  auto at = std::lower_bound(cells.begin(), cells.end(), saying.span.begin, [](const CellPlace& c, std::uint64_t b) { return c.span.begin < b; });
  if (at == cells.end() || at->span.begin != saying.span.begin) return nullptr;
  const text::MarkdownTable& table = judging.scan.markdown.tables[at->table];
  const std::vector<text::MarkdownSpan>& row = table.rows[at->row - 1];
  for (std::size_t c = 0; c < row.size() && c < table.header.size(); ++c) {
    const std::string header = text::lower(judging.at({table.header[c].begin, table.header[c].end}));
    if (header.find("unit") == std::string::npos) continue;
    return core::find_unit(judging.at({row[c].begin, row[c].end}));
  }
  return nullptr;
}

bool has_measure(Dimension d) { return d != Dimension::unknown && d != Dimension::none && d != Dimension::count; }

}  // namespace

Verdict Judging::begin(ClaimKind kind, core::Span span) const {
  Verdict verdict;
  verdict.claim.kind = kind;
  verdict.claim.span = span;
  verdict.claim.quote = std::string(at(span));
  return verdict;
}

Verdict Judging::begin(ClaimKind kind, const Mention& mention) const {
  Verdict verdict = begin(kind, mention.span);
  verdict.claim.stated = mention.stated;
  verdict.claim.relation = mention.relation;
  return verdict;
}

std::vector<bool> find_quoting(std::string_view text, const std::vector<Saying>& sayings, const Evidence& evidence) {
  constexpr std::size_t kSamples = 12;
  std::vector<std::string_view> samples;
  for (std::size_t i = 0; i < sayings.size() && samples.size() < kSamples; ++i) {
    const auto words = text.substr(sayings[i].span.begin, sayings[i].span.size());
    if (words.size() > 60 && words.find_first_of("\"\\\n|") == std::string_view::npos) samples.push_back(words);
  }
  const auto& documents = evidence.corpus().documents();
  std::vector<bool> quoting(documents.size(), false);
  for (std::size_t d = 0; d < documents.size(); ++d) {
    if (samples.empty() || documents[d].text.size() < text.size() / 2) continue;
    const auto found = std::count_if(samples.begin(), samples.end(), [&](std::string_view s) { return documents[d].text.find(s) != std::string::npos; });
    quoting[d] = static_cast<std::size_t>(found) * 2 > samples.size();
  }
  return quoting;
}

std::size_t piece_at(const Saying& saying, std::uint64_t offset) {
  for (std::size_t i = 0; i < saying.pieces.size(); ++i)
    if (saying.pieces[i].begin <= offset && offset < saying.pieces[i].end) return i;
  // a sign or a point before the first digit
  for (std::size_t i = 0; i < saying.pieces.size(); ++i)
    if (saying.pieces[i].begin >= offset && saying.pieces[i].begin <= offset + 3) return i;
  return saying.pieces.size();
}

std::vector<std::uint32_t> files_in(const Judging& judging, const Saying& saying) {
  std::vector<std::uint32_t> documents;
  for (const std::size_t m : saying.mentions) {
    if (judging.mention(m).kind != MentionKind::file) continue;
    for (const std::uint32_t d : judging.evidence.find_files(judging.at(judging.mention(m).span)))
      if (std::find(documents.begin(), documents.end(), d) == documents.end()) documents.push_back(d);
  }
  return documents;
}

const Mention* range_partner(const Judging& judging, const Saying& saying, const Mention& mention) {
  const Mention* before = nullptr;
  for (const std::size_t m : saying.mentions) {
    const Mention& now = judging.mention(m);
    if (now.kind != MentionKind::number) continue;
    if (before != nullptr && (&now == &mention || before == &mention) && now.span.begin >= before->span.end) {
      const auto between = text::trim(judging.text.substr(before->span.end, now.span.begin - before->span.end));
      const bool spoken = between == "and" && word_before(judging.text, before->span.begin).text == "between";
      if (between == "-" || between == "–" || between == "—" || between == "to" || spoken) return &now == &mention ? before : &now;
    }
    before = &now;
  }
  return nullptr;
}

SheetView with_own_names(const Judging& judging, const SheetView& view, const Saying& saying, std::size_t at) {
  SheetView own = view;
  for (const RowName& name : view.rows) {
    if (at >= saying.pieces.size() || name.label == nullptr || name.range.begin <= at || name.range.begin > at + 4) continue;
    const auto between = judging.text.substr(saying.pieces[at].end, saying.pieces[name.range.begin].begin - saying.pieces[at].end);
    if (between.find('(') == std::string_view::npos || between.find(')') != std::string_view::npos) continue;
    std::erase_if(own.rows, [&](const RowName& other) { return other.label != nullptr && other.label->origin == name.label->origin && other.range.begin != name.range.begin; });
  }
  return own;
}

core::UnitPtr stated_unit(const Judging& judging, const Saying& saying, const Mention& mention) {
  if (mention.unit_written) return mention.stated.unit;
  // "0.088 - 0.126 seconds": the unit of a range stands behind its end
  const Mention* other = range_partner(judging, saying, mention);
  if (other != nullptr && other->unit_written && other->span.begin > mention.span.begin) return other->stated.unit;
  // "2.1 versus 3.9 tok/s": of two that are compared too
  for (const std::size_t m : saying.mentions) {
    const Mention& next = judging.mention(m);
    if (next.kind != MentionKind::number || next.span.begin <= mention.span.end) continue;
    const auto between = text::trim(judging.text.substr(mention.span.end, next.span.begin - mention.span.end));
    if (next.unit_written && (between == "versus" || between == "vs" || between == "vs.")) return next.stated.unit;
    break;
  }
  // "14.1 operations per second": a rate of something else than tokens
  const std::string_view behind = judging.text.substr(mention.span.end, 40);
  const std::vector<Piece> next = pieces_of(behind.substr(0, behind.find_first_of(".,;|\n")));
  if (next.size() >= 3 && next[1].text == "per" && (next[2].text == "second" || next[2].text == "sec")) return core::unit_of("Hz");
  if (!saying.cell) return nullptr;
  for (const core::Span& span : {saying.column_header, saying.row_label}) {
    const auto header = judging.at(span);
    const auto open = header.find_last_of("[(");
    const auto close = header.find_last_of("])");
    if (span.size() == 0 || open == std::string_view::npos || close == std::string_view::npos || close < open) continue;
    if (open > 0 && is_letter(header[open - 1]) && header.substr(open + 1, close - open - 1) == "s") continue;  // "Value(s)"
    if (const core::UnitPtr unit = core::find_unit(header.substr(open + 1, close - open - 1))) return unit;
  }
  return neighbour_unit(judging, saying);
}

Fit fit(const Mention& stated, core::UnitPtr unit, const Candidate& candidate) {
  const auto says = [&](double value) { return states(stated.stated, stated.relation, value); };
  const core::UnitPtr own = candidate.unit;
  if (unit == nullptr || unit == own) return says(candidate.value) ? Fit::equal : Fit::different;
  if (const auto converted = core::convert(candidate.value, own, unit)) {
    if (says(*converted)) return Fit::equal;
    // "KB" is 1000 or 1024 bytes, depending on who writes
    const bool binary = unit->dimension == Dimension::information && unit->factor >= 1000;
    const double steps = binary ? std::round(std::log10(unit->factor) / 3) : 0;
    return binary && says(candidate.value * own->factor / std::pow(1024, steps)) ? Fit::equal : Fit::different;
  }
  const bool bare = !has_measure(own->dimension);
  if (bare && unit->dimension == Dimension::fraction)
    return says(candidate.value) || says(100 * candidate.value) ? Fit::equal : Fit::different;
  if (unit->dimension == Dimension::none || (unit->dimension == Dimension::tokens && bare)) return says(candidate.value) ? Fit::equal : Fit::different;
  const bool counted = candidate.column != nullptr && candidate.column->role == core::Role::count;
  if (bare && !counted) return says(candidate.value) ? Fit::equal : Fit::different;
  return Fit::other_dimension;
}

std::string shown(const Candidate& candidate) {
  std::string text = fmt::format("{}", candidate.value);
  if (!candidate.unit->symbol.empty()) text += fmt::format(" {}", candidate.unit->symbol);
  if (!candidate.how.empty()) text += fmt::format(" ({})", candidate.how);
  return text;
}

std::vector<core::Statistic> statistics_about(const Judging& judging, const Saying& saying, std::size_t at,
                                              const ColumnPhrase* phrase, const std::vector<bool>& taken) {
  const std::vector<Piece>& pieces = saying.pieces;
  const auto collect = [&](std::size_t from, std::size_t to) {
    std::vector<core::Statistic> found;
    for (std::size_t i = from; i < std::min(to, pieces.size()); ++i)
      if (const auto statistic = taken[i] ? std::nullopt : statistic_at(pieces, i)) found.push_back(*statistic);
    return found;
  };
  // words since the number before; else those before the metric; else those right behind the number
  std::size_t since = 0;
  std::size_t next = pieces.size();
  for (const std::size_t m : saying.mentions) {
    const Mention& other = judging.mention(m);
    if (other.kind != MentionKind::number || other.excuse == Excuse::identifier || other.excuse == Excuse::ordinal) continue;
    const std::size_t piece = piece_at(saying, other.digits.begin);
    if (piece < at && piece < taken.size() && !taken[piece]) since = std::max(since, piece + 1);
    if (piece > at) next = std::min(next, piece);
  }
  std::vector<core::Statistic> found = collect(since, at);
  if (found.empty() && phrase != nullptr && phrase->range.begin < at) found = collect(phrase->range.begin > 4 ? phrase->range.begin - 4 : 0, phrase->range.begin);
  // another clause speaks of something else: "up to 45.5, and the median TTFT is …"
  std::size_t end = at + 1;
  while (end < std::min({at + 6, next, pieces.size()}) && judging.text.substr(pieces[end - 1].end, pieces[end].begin - pieces[end - 1].end).find_first_of(",;") == std::string_view::npos) ++end;
  if (found.empty()) found = collect(at + 1, end);
  return found;
}

bool is_hypothetical(const Judging& judging, const Saying& saying, std::uint64_t before) {
  const std::vector<bool> hidden = file_pieces(saying, judging.scan.mentions);  // "target.json" is no target
  for (std::size_t i = 0; i < saying.pieces.size(); ++i)
    if (!hidden[i] && (is_wish(saying.pieces[i].text) || (is_maybe(saying.pieces[i].text) && saying.pieces[i].begin < before))) return true;
  return std::any_of(saying.sections.begin(), saying.sections.end(), [&](const core::Span& section) { return announces_wishes(text::lower(judging.at(section))); });
}

bool is_sample(const Judging& judging, const Saying& saying) {
  const std::vector<bool> hidden = file_pieces(saying, judging.scan.mentions);
  for (std::size_t i = 0; i < saying.pieces.size(); ++i)
    if (!hidden[i] && is_illustration(saying.pieces[i].text)) return true;
  return false;
}

bool speaks_of_derived(const Saying& saying) {
  return std::any_of(saying.pieces.begin(), saying.pieces.end(), [](const Piece& piece) { return is_derived_word(piece.text); });
}

bool is_compared(const Judging& judging, const Saying& saying, const Mention& mention) {
  const core::UnitPtr unit = mention.unit_written ? mention.stated.unit : nullptr;
  if (unit == nullptr) return false;
  // "26 times that at concurrency 4", "5 times as fast as"
  const std::vector<Piece> next = pieces_of(judging.text.substr(mention.span.end, 16));
  if (unit->symbol == "x" && !next.empty() && (next.front().text == "that" || next.front().text == "those" || next.front().text == "as" || next.front().text == "the")) return true;
  return std::any_of(saying.mentions.begin(), saying.mentions.end(), [&](std::size_t m) {
    const Mention& word = judging.mention(m);
    return word.kind == MentionKind::comparison && word.span.begin >= mention.span.end && word.span.begin - mention.span.end <= 16;
  });
}

int significant_digits(std::string_view digits) {
  const auto exponent = digits.find_first_of("eE");
  if (exponent != std::string_view::npos) digits = digits.substr(0, exponent);
  const bool point = digits.find('.') != std::string_view::npos;
  int count = 0;
  int zeros = 0;
  for (const char c : digits) {
    if (!is_digit(c)) continue;
    if (c == '0') {
      if (count > 0) ++zeros;
    } else {
      count += zeros + 1;
      zeros = 0;
    }
  }
  return point ? count + zeros : count;
}

bool is_measure(Dimension d) {
  return d == Dimension::time || d == Dimension::token_rate || d == Dimension::token_time || d == Dimension::request_rate || d == Dimension::bandwidth ||
         d == Dimension::information || d == Dimension::power || d == Dimension::energy || d == Dimension::temperature || d == Dimension::flop_rate || d == Dimension::frequency || d == Dimension::operation_rate;
}

}  // namespace chimera::claims
