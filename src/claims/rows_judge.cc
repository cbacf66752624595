// The half of ValueJudge that counts: "fifteen runs", "each command was run 15 times".
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "claims/tolerance.h"
#include "claims/value_judge.h"

namespace chimera::claims {
namespace {

constexpr std::array kRunNouns = std::to_array<std::string_view>({"configs", "configurations", "entries", "experiments", "measurements", "observations", "records", "results", "rows", "runs", "samples", "tests", "trials"});
static_assert(std::is_sorted(kRunNouns.begin(), kRunNouns.end()));

bool is_run_noun(std::string_view word) { return std::binary_search(kRunNouns.begin(), kRunNouns.end(), word); }

}  // namespace

// By kind of name (a column, a setting): how many names there are, and how many rows each has where all have as many.
// `of`: a name of one kind ("engine" of "each engine"): only that kind where the table knows it.
ValueJudge::Sizes ValueJudge::sizes_of(const SheetView& view, std::string_view of) const {
  const Labels& labels = judging_.evidence.labels(view.sheet);
  const auto meant = labels.keys.find(std::string(of));
  std::map<std::uint32_t, std::map<std::vector<std::uint32_t>, bool>> kinds;
  for (const auto& [name, label] : labels.by_name)
    if (meant == labels.keys.end() || label.origin == meant->second) kinds[label.origin][label.rows] = true;
  Sizes sizes;
  for (const auto& [origin, groups] : kinds) {
    sizes.names.insert(groups.size());
    std::set<std::size_t> rows;
    for (const auto& [group, present] : groups) rows.insert(group.size());
    if (rows.size() == 1 && groups.size() > 1) sizes.alike.insert(*rows.begin());
  }
  return sizes;
}

bool ValueJudge::judge_rows(const Scope& scope, const Mention& mention, Verdict& verdict) const {
  const std::size_t at = piece_at(scope.saying, mention.digits.begin);
  const auto word = [&](std::size_t i) { return i < scope.saying.pieces.size() ? std::string_view(scope.saying.pieces[i].text) : std::string_view(); };
  const bool plain = mention.integer && (!mention.unit_written || mention.stated.unit->dimension == core::Dimension::none);
  const auto one = std::find_if(scope.saying.pieces.begin(), scope.saying.pieces.end(), [](const Piece& p) { return p.text == "each" || p.text == "per"; });
  const bool each = one != scope.saying.pieces.end();
  const std::string_view of = each ? word(static_cast<std::size_t>(one - scope.saying.pieces.begin()) + 1) : std::string_view();
  const bool repeated = each && (word(at + 1) == "times" || (is_run_noun(word(at + 1)) && !file_piece_at(scope, at + 1)));
  const auto noun = [&](std::size_t i) { return is_run_noun(word(i)) && !file_piece_at(scope, i); };
  const bool counted = noun(at + 1) || (noun(at + 2) && !file_piece_at(scope, at + 1));
  if (!plain || (!repeated && !counted)) return false;
  verdict.claim.kind = ClaimKind::count;
  const auto says = [&](std::size_t n) { return states(mention.stated, mention.relation, static_cast<double>(n)); };
  std::set<std::size_t> given;
  std::size_t tables = 0;  // of more than one row
  const SheetView* told = nullptr;
  bool perhaps = false;
  for (const SheetView& view : scope.views) {
    const Sizes sizes = sizes_of(view, of);
    const std::set<std::size_t> own = repeated ? sizes.alike : std::set<std::size_t>{view.select({0, scope.saying.pieces.size()}).size()};
    perhaps = perhaps || std::any_of(sizes.names.begin(), sizes.names.end(), says);
    if (view.row_count > 1 && !own.empty() && ++tables == 1) told = &view;
    given.insert(own.begin(), own.end());
    if (std::none_of(own.begin(), own.end(), says) || view.row_count < 2) continue;
    cite_table(view, verdict);
    support(verdict, fmt::format("{} rows{}", mention.stated.value, repeated ? " each" : ""));
    return true;
  }
  if (told == nullptr || tables != 1 || (perhaps && !repeated) || given.empty() || (repeated && given.size() != 1)) return false;
  cite_table(*told, verdict);
  contradict(verdict, fmt::format("there are {}{}", *given.rbegin(), repeated ? " each" : ""));
  return true;
}

bool ValueJudge::file_piece_at(const Scope& scope, std::size_t piece) const { return piece < scope.hidden.size() && scope.hidden[piece]; }

void ValueJudge::cite_table(const SheetView& view, Verdict& verdict) const {
  const core::Document& in = judging_.evidence.corpus().documents()[view.sheet.document];
  verdict.evidence = {core::SourceRef{in.artifact.path, {0, in.artifact.size}, {}}};
}

}  // namespace chimera::claims
