#include "claims/types_judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "claims/cursor.h"
#include "claims/files_judge.h"
#include "claims/lexicon.h"

namespace chimera::claims {
namespace {

bool is_folder_word(std::string_view word) { return word == "directory" || word == "folder"; }
bool is_size_word(std::string_view word) { return word == "size" || word == "sizes" || word == "bytes"; }
bool is_file_word(std::string_view word) { return word == "file" || word == "files" || word == "data" || word == "dataset"; }
bool is_period(std::string_view word) {
  return word == "day" || word == "days" || word == "hour" || word == "hours" || word == "month" || word == "months" || word == "week" || word == "weeks";
}

}  // namespace

TypesJudge::TypesJudge(const Judging& judging, FileCounts counts) : judging_(judging), counts_(std::move(counts)) {
  std::map<std::string, std::pair<double, double>> sizes;  // sum, number
  std::set<std::string> folders;
  for (std::uint32_t d = 0; d < judging.evidence.corpus().documents().size(); ++d) {
    const core::Artifact& artifact = judging.evidence.corpus().documents()[d].artifact;
    const std::string type(core::to_string(artifact.declared));
    if (judging.evidence.is_left_out(d) || judging.quoting[d] || !file_type(type)) continue;
    sizes[type].first += static_cast<double>(artifact.size);
    sizes[type].second += 1;
    const auto slash = artifact.path.rfind('/');
    folders.insert(slash == std::string::npos ? std::string() : artifact.path.substr(0, slash));
  }
  for (const auto& [type, size] : sizes) mean_bytes_[type] = size.first / size.second;
  folders_ = folders.size();
}

// A row of a table speaks of the type in its first cell.
std::vector<TypesJudge::Named> TypesJudge::types_in(const Saying& saying) const {
  std::vector<Named> found;
  for (const Piece& piece : saying.pieces) {
    if (piece.begin > 0 && judging_.text[piece.begin - 1] == '.') continue;  // an extension
    if (const auto type = file_type(piece.text)) found.push_back({*type, {piece.begin, piece.end}});
  }
  return found;
}

// "JSON files dominate, followed by CSV and Markdown": by how many there are.
void TypesJudge::judge_order(const Saying& saying, const std::vector<Named>& types, std::vector<Verdict>& verdicts) const {
  for (std::size_t i = 0; i + 1 < saying.pieces.size(); ++i) {
    if (saying.pieces[i].text != "followed" || (saying.pieces[i + 1].text != "by" && saying.pieces[i + 1].text != "closely")) continue;
    std::vector<Named> order;
    for (const Named& type : types) {
      const bool behind = type.span.begin > saying.pieces[i].begin;
      if (!behind) order.assign(1, type);
      else if (!order.empty()) order.push_back(type);
    }
    const auto count = [&](const Named& type) {
      const auto known = counts_.by_type.find(type.type);
      return known == counts_.by_type.end() ? std::uint64_t{0} : known->second;
    };
    if (order.size() < 2 || counts_.by_type.empty()) return;
    Verdict verdict = judging_.begin(ClaimKind::ranking, core::Span{saying.pieces[i].begin, order.back().span.end});
    std::string found;
    for (const Named& type : order) found += fmt::format("{}{} {}", found.empty() ? "" : ", ", count(type), type.type);
    const bool ordered = std::is_sorted(order.begin(), order.end(), [&](const Named& a, const Named& b) { return count(a) > count(b); });
    if (ordered) support(verdict, found);
    else contradict(verdict, fmt::format("there are {}", found));
    return verdicts.push_back(std::move(verdict));
  }
}

// Whether this or a line just before it tells how many files of a type there are.
bool TypesJudge::lists_types(const Saying& saying) const {
  if (!types_in(saying).empty()) return true;
  const auto at = std::lower_bound(judging_.sayings.begin(), judging_.sayings.end(), saying.span, [](const Saying& a, const core::Span& b) { return a.span < b; });
  for (std::ptrdiff_t back = 1; back <= 3 && at - judging_.sayings.begin() >= back; ++back)
    if (!types_in(*(at - back)).empty() && !(at - back)->mentions.empty()) return true;
  return false;
}

// "CSV (28), JSON (44), Other (3)": what the types leave of the total.
bool TypesJudge::judge_others(const Saying& saying, const Mention& mention, Verdict& verdict) const {
  if (!mention.integer || mention.unit_written || !counts_.total || counts_.by_type.empty()) return false;
  const std::size_t at = piece_at(saying, mention.digits.begin);
  const auto word = [&](std::size_t back) { return at >= back && at < saying.pieces.size() ? std::string_view(saying.pieces[at - back].text) : std::string_view(); };
  const bool files = word(1) == "files" || word(1) == "types" || word(1) == "formats";
  const auto named = files ? word(2) : word(1);
  if ((named != "other" && named != "others") || !lists_types(saying)) return false;
  std::uint64_t told = 0;
  for (const auto& [type, count] : counts_.by_type) told += count;
  if (told > *counts_.total) return false;
  const std::uint64_t rest = *counts_.total - told;
  verdict.claim.kind = ClaimKind::count;
  if (static_cast<double>(rest) == mention.stated.value) support(verdict, fmt::format("{} files", rest));
  else contradict(verdict, fmt::format("{} of {} files are of other types", rest, *counts_.total));
  return true;
}

// "CSV files are significantly larger than JSON files".
bool TypesJudge::judge_sizes(const Saying& saying, const std::vector<Named>& types, const Mention& word, Verdict& verdict) const {
  const Sense sense = word.comparison.sense;
  if (sense != Sense::more && sense != Sense::less) return false;
  const bool of_size = word.kind == MentionKind::comparison && std::any_of(saying.pieces.begin(), saying.pieces.end(), [](const Piece& p) { return is_size_word(p.text); });
  if (!of_size) return false;
  const Named* subject = nullptr;
  std::vector<const Named*> others;
  for (const Named& type : types) {
    if (type.span.end <= word.span.begin) subject = &type;
    else others.push_back(&type);
  }
  if (subject == nullptr || others.empty() || mean_bytes_.count(subject->type) == 0) return false;
  const double own = mean_bytes_.at(subject->type);
  std::string found = fmt::format("{} {:.0f} B", subject->type, own);
  bool holds = true;
  for (const Named* other : others) {
    if (other->type == subject->type || mean_bytes_.count(other->type) == 0) return false;
    const double their = mean_bytes_.at(other->type);
    found += fmt::format(", {} {:.0f} B", other->type, their);
    holds = holds && (sense == Sense::more ? own > their : own < their);
  }
  verdict.claim.kind = ClaimKind::ranking;
  if (holds) support(verdict, found);
  else contradict(verdict, fmt::format("the mean sizes are {}", found));
  return true;
}

// "TTFT is lower for JSON files": what was measured is a property of runs, which are written to files of any type.
bool TypesJudge::judge_metric(const Saying& saying, const std::vector<Named>& types, const Mention& word, Verdict& verdict) const {
  if (types.empty() || std::any_of(saying.pieces.begin(), saying.pieces.end(), [](const Piece& p) { return is_size_word(p.text) || p.text == "parsing" || p.text == "reading"; })) return false;
  const bool for_files = std::any_of(types.begin(), types.end(), [&](const Named& type) {
    const std::size_t at = piece_at(saying, type.span.begin);
    const bool files = at + 1 < saying.pieces.size() && is_file_word(saying.pieces[at + 1].text);
    const bool held = at > 0 && (saying.pieces[at - 1].text == "for" || saying.pieces[at - 1].text == "than" || saying.pieces[at - 1].text == "to");
    return files && held;
  });
  if (!for_files) return false;
  const Evidence::MetricNames& names = judging_.evidence.metric_names();
  for (std::size_t i = 0; i < saying.pieces.size(); ++i) {
    std::string phrase;
    for (std::size_t k = i; k < std::min(saying.pieces.size(), i + names.longest); ++k) {
      phrase += (phrase.empty() ? "" : " ") + folded(saying.pieces[k].text);
      const auto found = names.metrics.find(phrase);
      if (found == names.metrics.end() || judging_.evidence.sheets_of(found->second.front()).empty()) continue;
      verdict.claim.kind = word.kind == MentionKind::rank ? ClaimKind::ranking : ClaimKind::trend;
      verdict.claim.relation = Relation::holds;
      not_support(verdict, fmt::format("nothing measures {} by type of file", found->second.front()));
      return true;
    }
  }
  return false;
}

// "101 files located within a single directory".
void TypesJudge::judge_folders(const Saying& saying, std::vector<Verdict>& verdicts) const {
  for (std::size_t i = 2; i < saying.pieces.size(); ++i) {
    const std::string& number = saying.pieces[i - 1].text;
    const std::string& before = saying.pieces[i - 2].text;
    const bool one = (number == "single" && before == "a") || number == "one" || (number == "single" && before == "one");
    if (!is_folder_word(saying.pieces[i].text) || !one || folders_ < 2) continue;
    const bool of_files = std::any_of(saying.pieces.begin(), saying.pieces.begin() + static_cast<std::ptrdiff_t>(i), [](const Piece& p) { return is_file_word(p.text); });
    if (!of_files || is_hypothetical(judging_, saying, saying.pieces[i].begin)) continue;
    Verdict verdict = judging_.begin(ClaimKind::count, core::Span{saying.pieces[i - 1].begin, saying.pieces[i].end});
    contradict(verdict, fmt::format("they lie in {} folders", folders_));
    verdicts.push_back(std::move(verdict));
  }
}

// The saying, the header of its column, the lines and the heading it stands under speak of files being changed.
bool TypesJudge::speaks_of_changes(const Saying& saying) const {
  const auto speaks = [&](core::Span span) {
    const std::string words = text::lower(judging_.at(span));
    return words.find("modif") != std::string::npos || words.find("update") != std::string::npos;
  };
  return speaks(saying.span) || speaks(saying.column_header) || std::any_of(saying.leads.begin(), saying.leads.end(), speaks);
}

// "updated every 5 days", "modified daily": each file carries one time of change, so no frequency is known.
void TypesJudge::judge_frequency(const Saying& saying, std::vector<bool>& handled, std::vector<Verdict>& verdicts) const {
  if (!speaks_of_changes(saying) || is_hypothetical(judging_, saying)) return;
  for (std::size_t i = 0; i < saying.pieces.size(); ++i) {
    const auto word = [&](std::size_t n) { return i + n < saying.pieces.size() ? std::string_view(saying.pieces[i + n].text) : std::string_view(); };
    const bool every = word(0) == "every" || word(0) == "each";
    std::size_t last = 0;
    if (is_frequency(word(0))) last = i;
    else if (every && is_period(word(1))) last = i + 1;
    else if (every && is_period(word(2))) last = i + 2;
    else if (word(0) == "frequency" && is_period(word(2))) last = i + 2;
    else continue;
    if (saying.pieces[i].begin < saying.span.begin) continue;  // of the header
    const core::Span span{saying.pieces[i].begin, saying.pieces[last].end};
    for (std::size_t m = 0; m < saying.mentions.size(); ++m)
      if (span.contains(judging_.mention(saying.mentions[m]).digits)) handled[m] = true;
    Verdict verdict = judging_.begin(ClaimKind::metric_value, span);
    not_support(verdict, "each file carries one time of change: how often is not known");
    verdicts.push_back(std::move(verdict));
    i = last;
  }
}

std::vector<Verdict> TypesJudge::judge(const Saying& saying, std::vector<bool>& handled) const {
  std::vector<Verdict> verdicts;
  if (saying.title) return verdicts;
  const std::vector<Named> types = types_in(saying);
  judge_order(saying, types, verdicts);
  judge_folders(saying, verdicts);
  judge_frequency(saying, handled, verdicts);
  for (std::size_t i = 0; i < saying.mentions.size(); ++i) {
    const Mention& mention = judging_.mention(saying.mentions[i]);
    if (handled[i] || mention.excuse != Excuse::none) continue;
    Verdict verdict = judging_.begin(ClaimKind::count, mention);
    bool spoke = false;
    if (mention.kind == MentionKind::number) spoke = judge_others(saying, mention, verdict);
    if (mention.kind == MentionKind::comparison || mention.kind == MentionKind::rank)
      spoke = judge_sizes(saying, types, mention, verdict) || (!is_hypothetical(judging_, saying) && judge_metric(saying, types, mention, verdict));
    if (!spoke) continue;
    handled[i] = true;
    verdicts.push_back(std::move(verdict));
  }
  return verdicts;
}

}  // namespace chimera::claims
