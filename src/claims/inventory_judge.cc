#include "claims/inventory_judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "claims/cursor.h"
#include "claims/files_judge.h"
#include "claims/tolerance.h"
#include "text/number.h"

namespace chimera::claims {
namespace {

constexpr std::array kFileNouns = std::to_array<std::string_view>({"artifact", "artifacts", "document", "documents", "file", "files"});
constexpr std::array kRowNouns = std::to_array<std::string_view>({"entries", "observations", "records", "rows"});

template <class Words>
bool among(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool same_day(const text::Date& a, const text::Date& b) {
  return a.year == b.year && a.month == b.month && (a.day == b.day || a.day == 0 || b.day == 0);
}

bool is_program(std::string_view name) {
  const auto dot = name.rfind('.');
  const std::string ending = text::lower(name.substr(dot == std::string_view::npos ? 0 : dot + 1));
  return ending == "cc" || ending == "cpp" || ending == "ipynb" || ending == "py" || ending == "rs" || ending == "sh";
}

FileCounts count_artifacts(const Evidence& evidence) {
  FileCounts counts;
  counts.total = 0;
  for (std::uint32_t d = 0; d < evidence.corpus().documents().size(); ++d) {
    if (evidence.is_left_out(d)) continue;
    const core::Format format = evidence.corpus().documents()[d].artifact.declared;
    const std::string type(core::to_string(format));
    ++counts.by_type[type];
    if (type == "csv" || type == "json" || type == "jsonl" || type == "markdown") ++*counts.total;
  }
  return counts;
}

}  // namespace

InventoryJudge::InventoryJudge(const Judging& judging) : judging_(judging), absences_(judging), own_(count_artifacts(judging.evidence)) {
  if (judging.run != nullptr) stated_ = judging.run->files;
  if (!stated_.by_type.empty()) return;
  for (const text::MarkdownBlock& block : judging.scan.markdown.blocks) {
    if (block.kind != text::BlockKind::code) continue;
    const FileCounts counts = read_file_counts(judging.at({block.span.begin, block.span.end}));
    if (counts.by_type.empty() || !counts.total) continue;
    stated_ = counts;
    return;
  }
}

// "Analyse the `x.json` files", "the data in x.csv": said of a file that there is, also where the sentence is advice.
bool InventoryJudge::is_presupposed(const Saying& saying, const Mention& mention) const {
  if (saying.cell) return false;
  std::vector<std::string_view> before;
  for (const Piece& piece : saying.pieces)
    if (piece.end <= mention.span.begin) before.push_back(piece.text);
  constexpr std::array kMakes = std::to_array<std::string_view>({"add", "called", "create", "e", "eg", "example", "export", "generate", "into", "like", "named", "rename", "save", "store", "to", "write"});
  static_assert(std::is_sorted(kMakes.begin(), kMakes.end()));
  if (before.empty() || std::any_of(before.begin(), before.end(), [&](std::string_view word) { return std::binary_search(kMakes.begin(), kMakes.end(), word); })) return false;
  constexpr std::array kLooks = std::to_array<std::string_view>({"analyse", "analysis", "analyze", "examination", "examine", "inspect", "investigate", "investigation", "review"});
  static_assert(std::is_sorted(kLooks.begin(), kLooks.end()));
  return std::any_of(before.begin(), before.end(), [&](std::string_view word) { return std::binary_search(kLooks.begin(), kLooks.end(), word); });
}

bool InventoryJudge::judge_file(const Saying& saying, const Mention& mention, Verdict& verdict) const {
  const auto name = judging_.at(mention.span);
  const bool pattern = name.find('*') != std::string_view::npos || name.find("YYYY") != std::string_view::npos || name.find("HHMM") != std::string_view::npos || name.find("XX") != std::string_view::npos;
  if (pattern || name.front() == '.') return false;
  const std::vector<std::uint32_t> found = judging_.evidence.find_files(name);
  if (!found.empty()) {
    const core::Artifact& artifact = judging_.evidence.corpus().documents()[found.front()].artifact;
    verdict.evidence = {core::SourceRef{artifact.path, {0, artifact.size}, {}}};
    support(verdict, artifact.path);
    return true;
  }
  if (!is_presupposed(saying, mention) && (is_hypothetical(judging_, saying) || is_sample(judging_, saying))) {
    abstain(verdict, "not said to exist");
    return true;
  }
  if (is_program(name)) {
    abstain(verdict, "a program: the evidence holds what programs wrote");
    return true;
  }
  if (judging_.evidence.occurs(name, judging_.at(saying.span), judging_.quoting)) {
    abstain(verdict, "an artifact names it; it is not among the files");
    return true;
  }
  contradict(verdict, fmt::format("there is no such file among {}", judging_.evidence.corpus().documents().size()));
  return true;
}

bool InventoryJudge::judge_date(const Saying& saying, const std::vector<std::uint32_t>& documents, const Mention& mention, Verdict& verdict) const {
  if (documents.empty()) return judge_report_date(saying, mention, verdict);
  std::string dates;
  for (const std::uint32_t d : documents) {
    for (const text::DateToken& token : judging_.evidence.dates(d)) {
      if (same_day(mention.date, token.date)) {
        const core::Document& in = judging_.evidence.corpus().documents()[d];
        verdict.evidence = {core::SourceRef{in.artifact.path, in.to_file({token.begin, token.end}), in.place(token.begin)}};
        support(verdict, text::format(token.date));
        return true;
      }
      if (dates.size() < 40) dates += (dates.empty() ? "" : ", ") + text::format(token.date);
    }
  }
  if (dates.empty()) not_support(verdict, "no date is written there");
  else contradict(verdict, fmt::format("the dates there are {}", dates));
  return true;
}

// "Date: November 27, 2025" at the head of a report: held against the run.
bool InventoryJudge::judge_report_date(const Saying& saying, const Mention& mention, Verdict& verdict) const {
  if (judging_.run == nullptr) return false;
  const std::string header = text::lower(judging_.at(saying.column_header));
  // the words around the date
  constexpr std::size_t kNear = 8;
  const std::size_t at = piece_at(saying, mention.span.begin);
  const auto near = [&](auto&& wanted) {
    const auto from = saying.pieces.begin() + static_cast<std::ptrdiff_t>(at > kNear ? at - kNear : 0);
    return std::any_of(from, saying.pieces.begin() + static_cast<std::ptrdiff_t>(std::min(at + kNear, saying.pieces.size())), wanted);
  };
  const bool modified = header.find("modif") != std::string::npos || near([](const Piece& p) { return p.text.rfind("modif", 0) == 0 || p.text == "updated"; });
  if (modified && !judging_.run->file_dates.empty()) {
    for (const text::Date& date : judging_.run->file_dates) {
      if (!same_day(mention.date, date)) continue;
      support(verdict, text::format(date));
      return true;
    }
    const bool last = header.find("last") != std::string::npos || near([](const Piece& p) { return p.text == "last" || p.text == "latest" || p.text == "recent" || p.text == "recently"; });
    const auto later = [&](const text::Date& date) { return text::format(mention.date).substr(0, 10) > text::format(date).substr(0, 10); };
    const bool after = std::all_of(judging_.run->file_dates.begin(), judging_.run->file_dates.end(), later);
    if (!last && !after && mention.date.year == judging_.run->file_dates.front().year) return false;  // not every change is recorded
    contradict(verdict, fmt::format("files were last modified on {}", text::format(judging_.run->file_dates.front())));
    return true;
  }
  if (judging_.run->dates.empty()) return false;
  const bool labelled = !saying.pieces.empty() && (saying.pieces.front().text == "date" || (saying.pieces.size() > 1 && saying.pieces[1].text == "date"));
  if (!labelled) return false;
  for (const text::Date& date : judging_.run->dates) {
    if (!same_day(mention.date, date)) continue;
    support(verdict, text::format(date));
    return true;
  }
  contradict(verdict, fmt::format("the run was on {}", text::format(judging_.run->dates.front())));
  return true;
}

// "Configuration: num_gpu=80, temp=0.8" at the head of a report: what the run recorded of itself.
bool InventoryJudge::judge_setting(const Saying& saying, const Mention& mention, Verdict& verdict) const {
  if (judging_.run == nullptr || saying.cell || saying.pieces.empty() || mention.unit_written) return false;
  const std::string& label = saying.pieces.front().text;
  const auto colon = judging_.text.find(':', saying.pieces.front().end);
  if ((label != "configuration" && label != "config" && label != "parameters" && label != "settings") || colon > saying.pieces.front().end + 4) return false;
  std::uint64_t at = mention.digits.begin;
  if (at == 0 || judging_.text[at - 1] != '=') return false;
  const std::uint64_t end = --at;
  while (at > saying.span.begin && is_word_char(judging_.text[at - 1])) --at;
  std::string key = text::lower(judging_.text.substr(at, end - at));
  if (key == "temp") key = "temperature";
  const auto recorded = judging_.run->settings.find(key);
  const auto value = recorded == judging_.run->settings.end() ? std::nullopt : text::parse_number(recorded->second);
  if (!value) return false;
  verdict.claim.kind = ClaimKind::configuration;
  if (states(mention.stated, Relation::equal, value->value)) support(verdict, fmt::format("{:.6g}", value->value));
  else contradict(verdict, fmt::format("the run had {}={:.6g}", key, value->value));
  return true;
}

bool InventoryJudge::judge_rows(const std::vector<std::uint32_t>& documents, const Mention& mention, Verdict& verdict) const {
  std::size_t most = 0;
  for (const std::uint32_t d : documents) {
    const core::Document& in = judging_.evidence.corpus().documents()[d];
    for (const core::Table& table : in.tables) {
      most = std::max(most, table.rows.size());
      if (!states(mention.stated, mention.relation, static_cast<double>(table.rows.size()))) continue;
      verdict.evidence = {core::SourceRef{in.artifact.path, {0, in.artifact.size}, {}}};
      support(verdict, fmt::format("{} rows", table.rows.size()));
      return true;
    }
  }
  if (most == 0) return false;
  contradict(verdict, fmt::format("it has {} rows", most));
  return true;
}

std::optional<std::string> InventoryJudge::type_at(const Saying& saying, std::size_t at) const {
  if (at >= saying.pieces.size()) return std::nullopt;
  return file_type(saying.pieces[at].text);
}

// A path of folders that the evidence has.
std::optional<std::string> InventoryJudge::folder_in(const Saying& saying) const {
  const auto text = judging_.at(saying.span);
  for (auto slash = text.find('/'); slash != std::string_view::npos; slash = text.find('/', slash + 1)) {
    const auto is_part = [&](char c) { return is_word_char(c) || c == '-' || c == '.' || c == '/'; };
    std::size_t begin = slash;
    std::size_t end = slash;
    while (begin > 0 && is_part(text[begin - 1])) --begin;
    while (end < text.size() && is_part(text[end])) ++end;
    while (end > begin && text[end - 1] == '.') --end;
    const std::string folder(text.substr(begin, end - begin));
    if (judging_.evidence.count_folder(folder)) return folder;
    slash = end;
  }
  return std::nullopt;
}

// "JSON & Markdown - 78 files", "78 JSON and Markdown files": the number is of both.
bool InventoryJudge::joins_types(const Saying& saying, std::size_t at) const {
  const auto type = [&](std::size_t i) { return i < saying.pieces.size() && file_type(saying.pieces[i].text); };
  const auto joined = [&](std::size_t first, std::size_t second) {
    const auto between = text::trim(judging_.text.substr(saying.pieces[first].end, saying.pieces[second].begin - saying.pieces[first].end));
    return between == "&" || between == "and" || between == "/" || between == "+";
  };
  if (at >= 2 && type(at - 1) && type(at - 2) && joined(at - 2, at - 1)) return true;
  if (at >= 3 && type(at - 1) && type(at - 3) && saying.pieces[at - 2].text == "and") return saying.pieces[at - 1].end + 3 >= saying.pieces[at].begin && judging_.text[saying.pieces[at].begin - 1] != '(';
  if (type(at + 1) && type(at + 2) && joined(at + 1, at + 2)) return true;
  return type(at + 1) && type(at + 3) && saying.pieces[at + 2].text == "and";
}

// The line is a type of file, a colon and the number; a share or a remark may follow.
bool InventoryJudge::is_listed_type(const Saying& saying, std::size_t at, const Mention& mention) const {
  if (saying.cell || saying.title || at == 0 || at > 2 || !file_type(saying.pieces[at - 1].text)) return false;
  if (at == 2 && saying.pieces[0].text != "total" && !file_type(saying.pieces[0].text)) return false;
  const auto between = judging_.text.substr(saying.pieces[at - 1].end, mention.digits.begin - saying.pieces[at - 1].end);
  if (between.find(':') == std::string_view::npos || between.find_first_not_of(":* `") != std::string_view::npos) return false;
  const std::uint64_t behind = skip_blanks(judging_.text, mention.span.end);
  if (behind >= saying.span.end) return true;
  const std::string_view rest = judging_.text.substr(behind, 4);
  return rest.front() == '(' || rest.front() == '-' || rest.rfind("–", 0) == 0 || rest.rfind("—", 0) == 0 || rest.rfind("**", 0) == 0 || rest.rfind("file", 0) == 0;
}

// The stated number against what there is: of the type, below the folder, in all.
bool InventoryJudge::compare_count(const Saying& saying, std::size_t at, const Mention& mention, const Counted& counted, Verdict& verdict) const {
  const auto& [type, told] = counted;
  const auto compare = [&](std::uint64_t actual, std::string_view what) {
    if (states(mention.stated, mention.relation, static_cast<double>(actual))) support(verdict, fmt::format("{} {}", actual, what));
    else contradict(verdict, fmt::format("there are {} {}", actual, what));
    return true;
  };
  if (const auto folder = folder_in(saying); folder && type) {
    std::uint64_t below = 0;
    for (const core::Document& in : judging_.evidence.corpus().documents())
      if (core::to_string(in.artifact.declared) == *type && ("/" + in.artifact.path).find("/" + *folder + "/") != std::string::npos) ++below;
    return compare(below, *type + " files below it");
  }
  if (const auto folder = folder_in(saying)) {
    const auto counts = judging_.evidence.count_folder(*folder);
    if (states(mention.stated, mention.relation, static_cast<double>(counts->below))) return compare(counts->below, "files below it");
    return compare(counts->direct, "files in it");
  }
  const FileCounts& counts = stated_.empty() ? own_ : stated_;
  if (type && !told && joins_types(saying, at)) return false;
  if (type) {
    const auto found = counts.by_type.find(*type);
    if (!stated_.empty() && counts.by_type.empty()) return false;
    return compare(found == counts.by_type.end() ? 0 : found->second, *type + " files");
  }
  if (!counts.total) return false;
  if (states(mention.stated, mention.relation, static_cast<double>(*counts.total))) return compare(*counts.total, "files");
  const bool all = std::any_of(saying.pieces.begin(), saying.pieces.end(), [](const Piece& p) { return p.text == "total" || p.text == "analyzed" || p.text == "analysed" || p.text == "totaling"; });
  return all && compare(*counts.total, "files");
}

bool InventoryJudge::judge_files(const Saying& saying, std::size_t at, const Mention& mention, Verdict& verdict) const {
  const auto word = [&](std::size_t i) { return i < saying.pieces.size() ? std::string_view(saying.pieces[i].text) : std::string_view(); };
  const bool noun_next = among(kFileNouns, word(at + 1)) || among(kFileNouns, word(at + 2));
  const bool bracketed = mention.digits.begin > 0 && judging_.text[mention.digits.begin - 1] == '(';
  // "`x.json` (7)": of a file, not of its type
  for (const std::size_t m : saying.mentions)
    if (judging_.mention(m).kind == MentionKind::file && judging_.mention(m).span.end < mention.span.begin && mention.span.begin - judging_.mention(m).span.end < 6) return false;
  auto type = bracketed ? std::nullopt : type_at(saying, at + 1);
  // "Compilation (JSON): 20 files" counts files of a kind, not of the type
  const bool aside = at > 0 && saying.pieces[at - 1].begin > 0 && saying.pieces[at - 1].end < judging_.text.size() &&
                     judging_.text[saying.pieces[at - 1].end] == ')';
  if (!type && at > 0 && !aside) type = type_at(saying, at - 1);
  if (!type && at > 1 && among(kFileNouns, word(at - 1))) type = type_at(saying, at - 2);
  if (!type && saying.title && noun_next && bracketed && !saying.pieces.empty()) {
    std::size_t named = 0;
    for (const Piece& piece : saying.pieces)
      if (const auto one = file_type(piece.text)) type = one, ++named;
    if (named != 1) type = std::nullopt;
  }
  const bool noun_before = at > 0 && among(kFileNouns, word(at - 1));
  const std::string header = text::lower(judging_.at(saying.column_header));
  const bool counting = header.find("count") != std::string::npos || header.find("files") != std::string::npos || header.find("number") != std::string::npos;
  const std::vector<Piece> label = pieces_of(judging_.at(saying.row_label));
  const bool type_row = saying.cell && counting && !label.empty() && label.size() <= 2 && file_type(label.front().text);
  if (type_row) type = file_type(label.front().text);
  if (!type && noun_next && at >= 3 && word(at - 1) == "%") type = type_at(saying, at - 3);  // "JSON (72 % - 72 files)"
  const bool listed = is_listed_type(saying, at, mention);  // "- Markdown: 34 (34 %)"
  if (listed) type = file_type(saying.pieces[at - 1].text);
  if (!noun_next && !type_row && !listed && !(type && (bracketed || noun_before))) {
    const bool total = at > 1 && word(0) == "total" && std::any_of(saying.pieces.begin(), saying.pieces.begin() + static_cast<std::ptrdiff_t>(at), [](const Piece& p) { return among(kFileNouns, p.text); });
    if (!total) return false;
  }
  // "JSON and Markdown files (44 & 29 respectively)": which number is whose is not told here
  if (type && bracketed && at > 2) {
    for (const std::size_t back : {std::size_t{2}, std::size_t{3}, std::size_t{4}})
      if (at >= back && word(at - back) == "and" && at > back && file_type(word(at - back - 1))) return false;
  }
  return compare_count(saying, at, mention, {type, listed || type_row}, verdict);
}

std::vector<Verdict> InventoryJudge::judge(const Saying& saying, const std::vector<std::uint32_t>& documents, std::vector<bool>& handled) const {
  std::vector<Verdict> verdicts;
  for (std::size_t i = 0; i < saying.mentions.size(); ++i) {
    const Mention& mention = judging_.mention(saying.mentions[i]);
    if (handled[i] || mention.excuse == Excuse::link_target || mention.excuse == Excuse::quoted || mention.excuse == Excuse::identifier) continue;
    Verdict verdict;
    bool spoke = false;
    switch (mention.kind) {
      case MentionKind::file:
        verdict = judging_.begin(ClaimKind::file, mention);
        spoke = judge_file(saying, mention, verdict);
        break;
      case MentionKind::date:
        verdict = judging_.begin(ClaimKind::date, mention);
        spoke = judge_date(saying, documents, mention, verdict);
        break;
      case MentionKind::absence:
        verdict = judging_.begin(ClaimKind::absence, mention);
        spoke = absences_.judge(saying, documents, mention, verdict);
        break;
      case MentionKind::number:
      case MentionKind::number_word: {
        verdict = judging_.begin(ClaimKind::count, mention);
        spoke = judge_setting(saying, mention, verdict);
        if (spoke || !mention.integer || mention.unit_written) break;
        const std::size_t at = piece_at(saying, mention.digits.begin);
        verdict = judging_.begin(ClaimKind::count, mention);
        const auto next = [&](std::size_t n) { return at + n < saying.pieces.size() ? std::string_view(saying.pieces[at + n].text) : std::string_view(); };
        const bool rows = among(kRowNouns, next(1)) || among(kRowNouns, next(2));
        spoke = rows && !documents.empty() ? judge_rows(documents, mention, verdict) : judge_files(saying, at, mention, verdict);
        break;
      }
      default: break;
    }
    if (!spoke) continue;
    handled[i] = true;
    verdicts.push_back(std::move(verdict));
  }
  return verdicts;
}

}  // namespace chimera::claims
