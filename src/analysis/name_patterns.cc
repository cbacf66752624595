#include "analysis/name_patterns.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <string_view>

#include "base/paths.h"

namespace chimera::analysis {
namespace {

constexpr std::size_t kFewest = 3;         // files that make a family
constexpr std::size_t kFewestLetters = 4;  // letters in common, so that "*_1.csv" is none

bool is_separator(char c) { return c == '_' || c == '-' || c == '.' || c == ' '; }

std::size_t letters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }));
}

struct Candidate {
  std::set<std::size_t> files;
  std::size_t fixed = 0;  // letters of the stem that the files share
};

// Every way to cut the stem at a separator.
void add_candidates(std::map<std::string, Candidate>& candidates, std::string_view name, std::size_t file) {
  const std::size_t dot = name.rfind('.');
  const std::string_view stem = name.substr(0, dot);
  const std::string_view extension = dot == std::string_view::npos ? std::string_view() : name.substr(dot);
  const auto add = [&](std::string pattern, std::string_view fixed) {
    if (letters(fixed) < kFewestLetters) return;
    Candidate& candidate = candidates[pattern.append(extension)];
    candidate.files.insert(file);
    candidate.fixed = letters(fixed);
  };
  add(std::string(stem), stem);
  for (std::size_t i = 1; i + 1 < stem.size(); ++i) {
    if (!is_separator(stem[i])) continue;
    add("*" + std::string(stem.substr(i)), stem.substr(i));
    add(std::string(stem.substr(0, i + 1)) + "*", stem.substr(0, i + 1));
  }
}

}  // namespace

std::vector<NamePattern> find_name_patterns(const std::vector<std::string>& paths) {
  std::map<std::string, Candidate> candidates;
  for (std::size_t i = 0; i < paths.size(); ++i) add_candidates(candidates, base::base_name(paths[i]), i);
  std::vector<std::pair<std::string, const Candidate*>> order;
  for (const auto& [pattern, candidate] : candidates) {
    if (candidate.files.size() >= kFewest) order.emplace_back(pattern, &candidate);
  }
  // What explains most: many letters in common over many files.
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return a.second->fixed * a.second->files.size() > b.second->fixed * b.second->files.size();
  });
  std::set<std::size_t> taken;
  std::vector<NamePattern> out;
  for (const auto& [pattern, candidate] : order) {
    const auto fresh = static_cast<std::size_t>(std::count_if(candidate->files.begin(), candidate->files.end(),
                                                              [&](std::size_t file) { return taken.count(file) == 0; }));
    if (fresh < kFewest) continue;
    taken.insert(candidate->files.begin(), candidate->files.end());
    out.push_back({pattern, candidate->files.size()});
  }
  std::sort(out.begin(), out.end(), [](const NamePattern& a, const NamePattern& b) {
    return a.files != b.files ? a.files > b.files : a.pattern < b.pattern;
  });
  return out;
}

}  // namespace chimera::analysis
