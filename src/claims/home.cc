#include "claims/home.h"

#include <algorithm>
#include <set>

#include "claims/cursor.h"

namespace chimera::claims {
namespace {

using core::Dimension;
using core::Role;

constexpr std::size_t kMostTables = 64;  // that share a name: with more it is a common word

bool is_speed(const Mention& mention) {
  const bool compares = mention.kind == MentionKind::rank || mention.kind == MentionKind::comparison;
  return compares && (mention.comparison.sense == Sense::faster || mention.comparison.sense == Sense::slower);
}

// "twice as long as", "half as fast as"
bool multiplies_speed(const Saying& saying) {
  for (std::size_t i = 1; i + 1 < saying.pieces.size(); ++i) {
    const std::string& how = saying.pieces[i].text;
    if (saying.pieces[i - 1].text == "as" && saying.pieces[i + 1].text == "as" && (how == "fast" || how == "long" || how == "quick" || how == "slow")) return true;
  }
  return false;
}

}  // namespace

bool Home::names_by_words(const Saying& saying, const SheetView& view) const {
  return std::any_of(view.rows.begin(), view.rows.end(), [&](const RowName& name) {
    if (name.label == nullptr || name.label->rows.size() == view.row_count) return false;
    for (std::size_t i = name.range.begin; i < name.range.end; ++i)
      if (!is_digit(saying.pieces[i].text.front())) return true;
    return false;
  });
}

// Whether a heading or a line above names rows that the saying does not: then it speaks of these too.
bool Home::is_narrowed(const Saying& saying, const SheetView& view) const {
  std::vector<core::Span> above = saying.sections;
  above.insert(above.end(), saying.leads.begin(), saying.leads.end());
  const Labels& labels = judging_.evidence.labels(view.sheet);
  for (const core::Span& span : above) {
    const std::vector<Piece> pieces = pieces_of(judging_.at(span), span.begin);
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      for (std::size_t count = std::min(labels.longest, pieces.size() - i); count > 0; --count) {
        const auto found = labels.by_name.find(join(pieces, i, count));
        if (found == labels.by_name.end() || (count == 1 && is_digit(pieces[i].text.front()))) continue;
        const auto repeats = [&](const RowName& name) { return name.label != nullptr && name.label->rows == found->second.rows; };
        if (std::none_of(view.rows.begin(), view.rows.end(), repeats)) return true;
      }
    }
  }
  return false;
}

bool Home::speaks_of(const Saying& saying, const SheetView& view) const {
  const auto& columns = judging_.evidence.corpus().meaning({view.sheet.document})[view.sheet.table].columns;
  const auto is_measured = [&](std::uint32_t c) { return columns[c].role == Role::response; };
  for (const ColumnPhrase& phrase : view.columns)
    if (std::any_of(phrase.columns.begin(), phrase.columns.end(), is_measured)) return true;
  for (const std::size_t m : saying.mentions) {
    const Mention& mention = judging_.mention(m);
    const bool in_unit = mention.kind == MentionKind::number && mention.unit_written && is_measure(mention.stated.unit->dimension);
    for (std::uint32_t c = 0; c < columns.size(); ++c) {
      const Dimension d = columns[c].unit->dimension;
      if (!is_measured(c)) continue;
      if (in_unit && d == mention.stated.unit->dimension) return true;
      if ((is_speed(mention) || multiplies_speed(saying)) && (d == Dimension::time || d == Dimension::token_time || d == Dimension::token_rate || d == Dimension::request_rate)) return true;
    }
  }
  return false;
}

std::vector<std::uint32_t> Home::find(const Saying& saying, const std::vector<SheetId>& named) const {
  if (saying.cell || saying.title || named.size() > kMostTables || is_hypothetical(judging_, saying)) return {};
  const std::vector<bool> hidden(saying.pieces.size(), false);
  const std::vector<bool> units = all_unit_pieces(saying, judging_.scan.mentions);
  std::set<std::uint32_t> found;
  for (const SheetId sheet : named) {
    if (judging_.evidence.is_left_out(sheet.document) || judging_.evidence.is_prose(sheet.document)) continue;
    const SheetView view = binder_.view(saying, sheet, hidden, units);
    if (view.row_count > 1 && names_by_words(saying, view) && speaks_of(saying, view) && !is_narrowed(saying, view)) found.insert(sheet.document);
  }
  if (found.size() != 1) return {};
  return {found.begin(), found.end()};
}

}  // namespace chimera::claims
