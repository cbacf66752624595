#include "analysis/related.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/sha256.h"

namespace chimera::analysis {
namespace {

constexpr std::array<std::string_view, 6> kExtensions = {".json", ".jsonl", ".csv", ".tsv", ".md", ".txt"};
constexpr std::array<std::string_view, 10> kRoleWords = {"summary", "runs",   "run",     "raw",       "results",
                                                         "result",  "stats", "samples", "aggregate", "report"};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool is_path_character(char c) {
  const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return word || c == '_' || c == '-' || c == '.' || c == '/' || c == '\\' || c == ':' || c == '@' || c == '+';
}

std::string_view file_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// Folders that two paths have in common just above their file names.
int shared_folders(std::string_view a, std::string_view b) {
  int shared = 0;
  while (true) {
    const std::size_t slash_a = a.rfind('/');
    const std::size_t slash_b = b.rfind('/');
    if (slash_a == std::string_view::npos || slash_b == std::string_view::npos) return shared;
    a = a.substr(0, slash_a);
    b = b.substr(0, slash_b);
    if (lower(file_name(a)) != lower(file_name(b))) return shared;
    ++shared;
  }
}

std::string_view folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

// Where the name that ends before `end` begins.
std::size_t start_of_path(std::string_view text, std::size_t end) {
  std::size_t begin = end;
  while (begin > 0 && is_path_character(text[begin - 1])) --begin;
  return begin;
}

// A full stop, a colon or a bracket may follow a path; another letter makes it another extension.
bool ends_path(std::string_view text, std::size_t end) {
  if (end >= text.size() || !is_path_character(text[end])) return true;
  const bool stop = text[end] == '.' || text[end] == ':' || text[end] == '/';
  return stop && (end + 1 == text.size() || !is_path_character(text[end + 1]));
}

// "json,md" of "{json,md}" at `at`; empty where there is none.
std::string_view braces_at(std::string_view text, std::size_t at) {
  if (at >= text.size() || text[at] != '{') return {};
  const std::string_view rest = text.substr(at + 1, 40);
  return rest.substr(0, std::min(rest.find('}'), rest.size()));
}

bool lists(std::string_view braces, std::string_view word) {
  const std::size_t at = braces.find(word);
  if (at == std::string_view::npos) return false;
  const std::size_t end = at + word.size();
  return (at == 0 || braces[at - 1] == ',') && (end == braces.size() || braces[end] == ',');
}

}  // namespace

std::vector<std::string> paths_written_in(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t dot = text.find('.'); dot != std::string_view::npos; dot = text.find('.', dot + 1)) {
    const std::size_t begin = start_of_path(text, dot);
    if (begin == dot) continue;
    const auto add = [&](std::string_view extension) {
      std::string path(text.substr(begin, dot - begin));
      std::replace(path.begin(), path.end(), '\\', '/');
      out.push_back(lower(path.append(extension)));
    };
    const std::string_view braces = braces_at(text, dot + 1);
    for (const std::string_view extension : kExtensions) {
      const bool listed = lists(braces, extension.substr(1));
      if (listed || (text.substr(dot, extension.size()) == extension && ends_path(text, dot + extension.size()))) add(extension);
    }
  }
  return out;
}

std::string family_of(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  std::string stem = lower(path.substr(0, dot == std::string_view::npos || dot < folder_of(path).size() ? path.size() : dot));
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view word : kRoleWords) {
      if (stem.size() <= word.size() + 1 || stem.compare(stem.size() - word.size(), word.size(), word) != 0) continue;
      const char before = stem[stem.size() - word.size() - 1];
      if (before != '_' && before != '-' && before != '.') continue;
      stem.resize(stem.size() - word.size() - 1);
      again = true;
    }
  }
  return stem;
}

Relatives::Relatives(const core::Corpus& corpus) : corpus_(corpus) {
  std::map<base::Digest, std::uint32_t> first;
  for (std::uint32_t i = 0; i < corpus.documents().size(); ++i) {
    const core::Artifact& artifact = corpus.documents()[i].artifact;
    originals_.push_back(first.emplace(artifact.digest, i).first->second);
    by_name_.push_back({lower(file_name(artifact.path)), i});
    by_family_.emplace_back(family_of(artifact.path), i);
  }
  std::sort(by_name_.begin(), by_name_.end(),
            [](const Named& a, const Named& b) { return a.name != b.name ? a.name < b.name : a.document < b.document; });
  std::sort(by_family_.begin(), by_family_.end());
}

void Relatives::add_named(core::DocumentId id, std::string_view written, std::vector<Related>& out) const {
  const std::string_view name = file_name(written);
  auto at = std::lower_bound(by_name_.begin(), by_name_.end(), name, [](const Named& n, std::string_view v) { return n.name < v; });
  const std::string& own = corpus_.document(id).artifact.path;
  std::vector<std::uint32_t> best;
  int most = -1;
  for (; at != by_name_.end() && at->name == name; ++at) {
    const std::string& path = corpus_.documents()[at->document].artifact.path;
    // What is written decides; beside it, being in the folder of the document that names it.
    const int score = 2 * shared_folders(path, written) + (folder_of(path) == folder_of(own) ? 1 : 0);
    if (score < most) continue;
    if (score > most) best.clear();
    most = score;
    best.push_back(originals_[at->document]);
  }
  std::sort(best.begin(), best.end());
  best.erase(std::unique(best.begin(), best.end()), best.end());
  if (best.size() == 1 && best.front() != originals_[id.value]) out.push_back({{best.front()}, Relation::named});
}

std::vector<Related> Relatives::of(core::DocumentId id) const {
  std::vector<Related> out;
  const core::Document& document = corpus_.document(id);
  const std::string family = family_of(document.artifact.path);
  auto at = std::lower_bound(by_family_.begin(), by_family_.end(), std::pair(family, std::uint32_t{0}));
  for (; at != by_family_.end() && at->first == family; ++at) {
    if (originals_[at->second] != originals_[id.value]) out.push_back({{originals_[at->second]}, Relation::shares_name});
  }
  if (core::is_prose(document.artifact.format)) {
    for (const std::string& path : paths_written_in(document.text)) add_named(id, path, out);
  }
  std::stable_sort(out.begin(), out.end(), [](const Related& a, const Related& b) {
    return a.document != b.document ? a.document < b.document : a.relation < b.relation;
  });
  out.erase(std::unique(out.begin(), out.end(), [](const Related& a, const Related& b) { return a.document == b.document; }), out.end());
  std::stable_sort(out.begin(), out.end(), [](const Related& a, const Related& b) { return a.relation < b.relation; });
  return out;
}

}  // namespace chimera::analysis
