#include "claims/files_judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "base/paths.h"
#include "claims/cursor.h"
#include "claims/tolerance.h"

namespace chimera::claims {
namespace {

using core::Dimension;

// A checkout may write other line ends than the machine that was described.
constexpr double kLineEnds = 0.10;

constexpr std::array kMachineWords = std::to_array<std::string_view>({"cpu", "gpu", "processor"});

template <class Words>
bool among(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_token_char(char c) { return is_word_char(c) || c == '-' || c == '.'; }

// A name of its own: joined by underscores, or by hyphens with a digit.
bool is_stem(std::string_view token) {
  const bool digit = std::any_of(token.begin(), token.end(), is_digit);
  return token.size() >= 4 && is_letter(token.front()) && (token.find('_') != std::string_view::npos || digit);
}

// Whether some column measures amounts of bytes: sizes of models, memory.
bool measures_bytes(const Evidence& evidence) {
  const auto& documents = evidence.corpus().documents();
  for (std::uint32_t d = 0; d < documents.size(); ++d) {
    if (evidence.is_left_out(d) || evidence.is_prose(d)) continue;
    for (const core::TableMeaning& table : evidence.corpus().meaning({d}))
      for (const core::ColumnMeaning& column : table.columns)
        if (column.role == core::Role::response && column.unit->dimension == core::Dimension::information) return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> file_type(std::string_view word) {
  static const std::map<std::string, std::string, std::less<>> kNames = {
      {"csv", "csv"}, {"json", "json"}, {"jsonl", "jsonl"}, {"markdown", "markdown"}, {"md", "markdown"}, {"text", "text"}, {"txt", "text"}};
  const auto found = kNames.find(word);
  return found == kNames.end() ? std::nullopt : std::optional(found->second);
}

FilesJudge::FilesJudge(const Judging& judging, FileCounts counts) : judging_(judging), counts_(std::move(counts)) {
  for (std::uint32_t d = 0; d < judging.evidence.corpus().documents().size(); ++d) {
    const core::Artifact& artifact = judging.evidence.corpus().documents()[d].artifact;
    const std::string type(core::to_string(artifact.declared));
    if (!judging.evidence.is_left_out(d) && file_type(type) && type != "text") sizes_.push_back({type, static_cast<double>(artifact.size)});
  }
}

std::optional<std::string> FilesJudge::type_of(const Saying& saying, const Mention& mention) const {
  const std::size_t at = piece_at(saying, mention.digits.begin);
  if (saying.cell && saying.row_label.size() > 0) {
    const std::vector<Piece> label = pieces_of(judging_.at(saying.row_label));
    if (!label.empty() && label.size() <= 2)
      if (const auto type = file_type(label.front().text)) return type;
  }
  for (std::size_t back = 1; back <= 3 && back <= at; ++back) {  // "CSV (27.7 %)", "CSV files (27.7 %)", "CSV: 28 files (27.7 %)"
    const std::string& word = saying.pieces[at - back].text;
    if (const auto type = file_type(word)) return type;
    if (word != "files" && word != "file" && !is_digit(word.front())) break;
  }
  return std::nullopt;
}

// "File types: JSON: 64 %, Markdown: 36 %"
bool FilesJudge::shares_listed(const Saying& saying, const Mention& mention) const {
  const std::size_t at = piece_at(saying, mention.digits.begin);
  if (at == 0 || !file_type(saying.pieces[at - 1].text)) return false;
  const auto between = judging_.text.substr(saying.pieces[at - 1].end, mention.digits.begin - saying.pieces[at - 1].end);
  if (between.find(':') == std::string_view::npos || between.find_first_not_of(":* ") != std::string_view::npos) return false;
  return std::any_of(saying.pieces.begin(), saying.pieces.end(), [](const Piece& p) { return p.text == "type" || p.text == "types" || p.text == "files" || p.text == "formats" || p.text == "distribution"; });
}

// "JSON (44%)", "| CSV | 28 (27.7%) |".
bool FilesJudge::judge_share(const Saying& saying, const Mention& mention, Verdict& verdict) const {
  if (!mention.unit_written || mention.stated.unit->symbol != "%" || !counts_.total || *counts_.total == 0) return false;
  std::optional<std::string> type = type_of(saying, mention);
  if (!type) return false;
  const bool bracketed = mention.digits.begin > 0 && judging_.text[mention.digits.begin - 1] == '(';
  const std::string header = text::lower(judging_.at(saying.column_header));
  const bool shares = header.find("share") != std::string::npos || header.find("percent") != std::string::npos || header.find('%') != std::string::npos || header.find("count") != std::string::npos;
  const bool listed = shares_listed(saying, mention);
  if (!bracketed && !listed && !(saying.cell && shares)) return false;
  const auto count = counts_.by_type.find(*type);
  const double share = 100.0 * static_cast<double>(count == counts_.by_type.end() ? 0 : count->second) / static_cast<double>(*counts_.total);
  verdict.claim.kind = ClaimKind::arithmetic;
  if (states(mention.stated, mention.relation, share)) support(verdict, fmt::format("{:.4g} %", share));
  else contradict(verdict, fmt::format("{} files are {:.4g} % of {}", *type, share, *counts_.total));
  return true;
}

std::size_t FilesJudge::count_alike(std::string_view token, bool anywhere) const {
  std::size_t count = 0;
  const std::string wanted = text::lower(token);
  for (std::uint32_t d = 0; d < judging_.evidence.corpus().documents().size(); ++d) {
    const core::Artifact& artifact = judging_.evidence.corpus().documents()[d].artifact;
    if (judging_.evidence.is_left_out(d) || !file_type(core::to_string(artifact.declared))) continue;
    const std::string name = text::lower(base::base_name(artifact.path));
    const auto at = name.find(wanted);
    if (at == std::string::npos || (at > 0 && !anywhere)) continue;
    if (!anywhere && at + wanted.size() < name.size() && is_alnum(name[at + wanted.size()])) continue;
    ++count;
  }
  return count;
}

// "`conv_bench` (10)", "the “param_tuning” files (9 files)".
bool FilesJudge::judge_alike(const Saying& saying, const Mention& mention, Verdict& verdict) const {
  if (!mention.integer || mention.unit_written || mention.digits.begin < 4) return false;
  std::uint64_t end = mention.digits.begin - 1;
  if (judging_.text[end] != '(') {  // "`conv_bench`: 7 files"
    while (end > saying.span.begin && (judging_.text[end] == ' ' || judging_.text[end] == '*')) --end;
    const std::string noun = lower_word(judging_.text, skip_blanks(judging_.text, mention.span.end));
    if (judging_.text[end] != ':' || (noun != "files" && noun != "file" && noun != "occurrences" && noun != "instances")) return false;
  }
  const auto strip = [&](std::string_view marks) {
    while (end > saying.span.begin && marks.find(judging_.text[end - 1]) != std::string_view::npos) --end;
  };
  strip(" ");
  constexpr std::string_view kFiles = "files";
  if (end > saying.span.begin + kFiles.size() && judging_.text.substr(end - kFiles.size(), kFiles.size()) == kFiles) end -= kFiles.size();
  strip(" *:");
  const std::uint64_t dressed = end;
  strip("`\"'\x98\x99\x9C\x9D\x80\xE2");
  if (end == dressed) return false;  // not marked as a name
  std::uint64_t begin = end;
  while (begin > saying.span.begin && is_token_char(judging_.text[begin - 1])) --begin;
  const auto token = judging_.text.substr(begin, end - begin);
  if (!is_stem(token) || !judging_.evidence.find_files(token).empty()) return false;
  const std::size_t named = count_alike(token, false);
  const std::size_t holding = count_alike(token, true);
  verdict.claim.kind = ClaimKind::count;
  for (const std::size_t count : {named, holding}) {
    if (!states(mention.stated, mention.relation, static_cast<double>(count))) continue;
    support(verdict, fmt::format("{} files", count));
    return true;
  }
  contradict(verdict, fmt::format("{} file names begin so, {} hold it", named, holding));
  return true;
}

bool FilesJudge::judge_size(const Saying& saying, const Mention& mention, Verdict& verdict) const {
  if (!mention.unit_written || mention.stated.unit->dimension != Dimension::information || sizes_.empty()) return false;
  // the words since the number before this one
  const auto at = static_cast<std::ptrdiff_t>(piece_at(saying, mention.digits.begin));
  auto since = saying.pieces.begin() + at;
  while (since != saying.pieces.begin() && !is_digit(std::prev(since)->text.front())) --since;
  // "441,517 bytes (average file size)"
  auto until = saying.pieces.begin() + at;
  if (judging_.text.substr(mention.span.end, 2) == " (") until += std::min<std::ptrdiff_t>(6, saying.pieces.end() - until);
  const auto speaks = [&](auto&&... words) {
    return std::any_of(since, until, [&](const Piece& p) { return ((p.text == words) || ...); });
  };
  const bool files = std::any_of(saying.pieces.begin(), saying.pieces.end(), [](const Piece& p) { return p.text == "file" || p.text == "files"; });
  if (!files || is_sample(judging_, saying) || is_hypothetical(judging_, saying, mention.span.begin) || speaks("memory", "gpu", "model", "models", "ram", "disk", "vram")) return false;
  const double stated = mention.stated.value * mention.stated.unit->factor;
  double total = 0;
  double most = 0;
  double least = sizes_.front().bytes;
  for (const Sized& size : sizes_) {
    total += size.bytes;
    most = std::max(most, size.bytes);
    least = std::min(least, size.bytes);
  }
  const auto far = [&](double actual) { return std::fabs(stated - actual) > kLineEnds * actual; };
  verdict.claim.kind = ClaimKind::aggregate;
  if (speaks("total", "overall", "combined")) return false;  // a record of the run may know better
  const double mean = total / static_cast<double>(sizes_.size());
  if (speaks("largest", "biggest", "maximum")) {
    if (!far(most)) return false;
    contradict(verdict, fmt::format("the largest file has {} bytes", most));
  } else if (speaks("smallest", "minimum")) {
    if (!far(least)) return false;
    contradict(verdict, fmt::format("the smallest file has {} bytes", least));
  } else if (speaks("average", "mean", "averages", "averaging")) {
    if (!far(mean)) {
      if (states(mention.stated, mention.relation, mean / mention.stated.unit->factor)) {
        support(verdict, fmt::format("{:.6g} bytes", mean));
        return true;
      }
      if (mention.relation != Relation::equal || !counts_.total) return false;
    }
    contradict(verdict, fmt::format("the mean is {:.6g} bytes", mean));
  } else if (!far(total) || measures_bytes(judging_.evidence)) {
    return false;  // "file size" may mean all of them, or what was measured
  } else if (stated > most * (1 + kLineEnds) || stated < least * (1 - kLineEnds)) {
    contradict(verdict, fmt::format("the files have {} to {} bytes", least, most));
  } else {
    return false;
  }
  return true;
}

// A name without extension in a column of files.
void FilesJudge::judge_stem_cell(const Saying& saying, std::vector<Verdict>& verdicts) const {
  if (!saying.cell || !saying.mentions.empty()) return;
  const std::vector<Piece> header = pieces_of(judging_.at(saying.column_header));
  if (header.empty() || std::none_of(header.begin(), header.end(), [](const Piece& p) { return p.text == "file" || p.text == "files" || p.text == "filename"; })) return;
  std::string_view token = judging_.at(saying.span);
  while (!token.empty() && (token.front() == '`' || token.front() == '*')) token.remove_prefix(1);
  while (!token.empty() && (token.back() == '`' || token.back() == '*')) token.remove_suffix(1);
  if (!is_stem(token) || !std::all_of(token.begin(), token.end(), is_token_char) || token.find('.') != std::string_view::npos) return;
  const auto begin = static_cast<std::uint64_t>(token.data() - judging_.text.data());
  Verdict verdict = judging_.begin(ClaimKind::file, core::Span{begin, begin + token.size()});
  const std::size_t count = count_alike(token, true);
  if (count > 0) support(verdict, fmt::format("{} files", count));
  else contradict(verdict, "no file is named so");
  verdicts.push_back(std::move(verdict));
}

// "on an NVIDIA A100", "an RTX 4090": the name of a machine that stands nowhere in the evidence.
bool FilesJudge::judge_hardware(const Saying& saying, std::vector<Verdict>& verdicts) const {
  constexpr std::array kMakers = std::to_array<std::string_view>({"amd", "apple", "epyc", "geforce", "gtx", "intel", "nvidia", "quadro", "radeon", "rtx", "ryzen", "tesla", "threadripper", "xeon"});
  if (is_hypothetical(judging_, saying) || is_sample(judging_, saying)) return false;
  bool spoke = false;
  for (std::size_t i = 0; i < saying.pieces.size(); ++i) {
    if (!std::binary_search(kMakers.begin(), kMakers.end(), std::string_view(saying.pieces[i].text)) || saying.pieces[i].begin < saying.span.begin) continue;
    // the words that belong to the name: capitals and digits, up to the first with a digit
    const std::uint64_t begin = saying.pieces[i].begin;
    std::uint64_t end = saying.pieces[i].end;
    std::string_view model;
    for (std::uint64_t at = skip_blanks(judging_.text, end); model.empty() && at < saying.span.end; at = skip_blanks(judging_.text, end)) {
      std::uint64_t stop = at;
      while (stop < saying.span.end && is_token_char(judging_.text[stop])) ++stop;
      while (stop > at && (judging_.text[stop - 1] == '.' || judging_.text[stop - 1] == '-')) --stop;
      const auto token = judging_.text.substr(at, stop - at);
      const bool named = !token.empty() && (is_digit(token.front()) || (token.front() >= 'A' && token.front() <= 'Z') || (token.size() > 1 && token.front() == 'i' && is_digit(token[1])));
      if (!named) break;
      if (std::any_of(token.begin(), token.end(), is_digit)) model = token;
      end = stop;
    }
    if (model.size() < 2) continue;
    while (i + 1 < saying.pieces.size() && saying.pieces[i + 1].begin < end) ++i;
    if (judging_.evidence.occurs(model, judging_.at(saying.span), judging_.quoting)) continue;
    Verdict verdict = judging_.begin(ClaimKind::environment, core::Span{begin, end});
    not_support(verdict, fmt::format("'{}' is nowhere in the evidence", model));
    verdicts.push_back(std::move(verdict));
    spoke = true;
  }
  return spoke;
}

// "gemma3-7b", "Mistral-7B-Instruct": no name in the evidence has both the family and the size.
void FilesJudge::judge_models(const Saying& saying, std::vector<Verdict>& verdicts) const {
  const auto words = judging_.at(saying.span);
  const bool asks = !words.empty() && text::trim(words).back() == '?';
  if (saying.title || asks || words.find("e.g.") != std::string_view::npos || is_hypothetical(judging_, saying) || is_sample(judging_, saying)) return;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!is_letter(words[i]) || (i > 0 && (is_token_char(words[i - 1]) || words[i - 1] == ':' || words[i - 1] == '/'))) continue;
    std::size_t end = i;
    while (end < words.size() && (is_token_char(words[end]) || words[end] == ':' || words[end] == '/')) ++end;
    const auto token = words.substr(i, end - i);
    const core::Span span{saying.span.begin + i, saying.span.begin + end};
    i = end;
    const std::optional<ModelName> model = model_name(token);
    const bool in_file = std::any_of(saying.mentions.begin(), saying.mentions.end(), [&](std::size_t m) {
      return judging_.mention(m).kind == MentionKind::file && judging_.mention(m).span.begin < span.end && judging_.mention(m).span.end > span.begin;
    });
    const auto own = judging_.run == nullptr ? std::string() : text::lower(judging_.run->settings.count("model") > 0 ? judging_.run->settings.at("model") : "");
    const bool is_own = model && own.find(model->family) != std::string::npos && own.find(model->size) != std::string::npos;
    if (!model || in_file || is_own || token.find('_') != std::string_view::npos || judging_.evidence.has_model(model->family, model->size, judging_.quoting)) continue;
    Verdict verdict = judging_.begin(ClaimKind::configuration, span);
    not_support(verdict, fmt::format("nothing in the evidence is called {} with {}", model->family, model->size));
    verdicts.push_back(std::move(verdict));
  }
}

// "GPU: NVIDIA Tesla V100": the name must stand somewhere in the evidence.
void FilesJudge::judge_machine(const Saying& saying, std::vector<Verdict>& verdicts) const {
  if (saying.pieces.size() < 3 || !among(kMachineWords, saying.pieces.front().text) || is_hypothetical(judging_, saying)) return;
  std::uint64_t at = saying.pieces.front().end;
  while (at < saying.span.end && (judging_.text[at] == '*' || judging_.text[at] == ' ')) ++at;
  if (at >= saying.span.end || judging_.text[at] != ':') return;
  while (at < saying.span.end && (judging_.text[at] == ':' || judging_.text[at] == '*' || judging_.text[at] == ' ')) ++at;
  for (std::uint64_t begin = at; begin < saying.span.end; ++begin) {
    std::uint64_t end = begin;
    while (end < saying.span.end && is_token_char(judging_.text[end])) ++end;
    const auto token = judging_.text.substr(begin, end - begin);
    const bool model = token.size() >= 4 && is_letter(token.front()) && std::any_of(token.begin(), token.end(), is_digit);
    if (model && !judging_.evidence.occurs(token, judging_.at({at, saying.span.end}))) {
      Verdict verdict = judging_.begin(ClaimKind::environment, core::Span{at, saying.span.end});
      not_support(verdict, fmt::format("'{}' is nowhere in the evidence", token));
      verdicts.push_back(std::move(verdict));
      return;
    }
    begin = end;
  }
}

std::vector<Verdict> FilesJudge::judge(const Saying& saying, std::vector<bool>& handled) const {
  std::vector<Verdict> verdicts;
  for (std::size_t i = 0; i < saying.mentions.size(); ++i) {
    const Mention& mention = judging_.mention(saying.mentions[i]);
    if (handled[i] || mention.kind != MentionKind::number || (mention.excuse != Excuse::none && mention.excuse != Excuse::code)) continue;
    Verdict verdict = judging_.begin(ClaimKind::count, mention);
    if (!judge_share(saying, mention, verdict) && !judge_alike(saying, mention, verdict) && !judge_size(saying, mention, verdict)) continue;
    handled[i] = true;
    verdicts.push_back(std::move(verdict));
  }
  judge_stem_cell(saying, verdicts);
  const std::size_t before = verdicts.size();
  judge_machine(saying, verdicts);
  if (verdicts.size() == before) judge_hardware(saying, verdicts);
  judge_models(saying, verdicts);
  return verdicts;
}

}  // namespace chimera::claims
