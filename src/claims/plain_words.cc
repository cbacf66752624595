#include "claims/plain_words.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/check.h"
#include "claims/embedded.h"
#include "text/words.h"

namespace chimera::claims {
namespace {

constexpr std::array<std::string_view, 3> kClasses = {"[plain]", "[small]", "[advice]"};  // in the order of PlainClass

using Lists = std::array<std::vector<std::string_view>, kClasses.size()>;

// Views into the embedded file, which lives as long as the program.
Lists read_lists() {
  Lists lists;
  std::vector<std::string_view>* current = nullptr;
  CHECK(!embedded_data().empty(), "the list of plain words is part of the program");
  std::string_view rest = embedded_data().front().bytes;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.empty() || line.front() == '#') continue;
    if (line.front() == '[') {
      const auto known = std::find(kClasses.begin(), kClasses.end(), line);
      CHECK(known != kClasses.end(), "every class of plain words is known");
      current = &lists[static_cast<std::size_t>(known - kClasses.begin())];
      continue;
    }
    CHECK(current != nullptr, "every plain word is in a class");
    while (!line.empty()) {
      const std::size_t blank = std::min(line.find(' '), line.size());
      if (blank > 0) current->push_back(line.substr(0, blank));
      line.remove_prefix(std::min(blank + 1, line.size()));
    }
  }
  for (auto& list : lists) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
  }
  return lists;
}

const std::vector<std::string_view>& list_of(PlainClass words) {
  static const Lists lists = read_lists();
  return lists[static_cast<std::size_t>(words)];
}

}  // namespace

std::span<const std::string_view> plain_words(PlainClass words) { return list_of(words); }

bool is_plain_word(std::string_view word, PlainClass words) {
  const std::string lower = text::lower(word);
  const auto& list = list_of(words);
  return std::binary_search(list.begin(), list.end(), std::string_view(lower));
}

}  // namespace chimera::claims
