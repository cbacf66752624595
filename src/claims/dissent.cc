#include "claims/dissent.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/paths.h"
#include "claims/verdicts.h"

namespace chimera::claims {
namespace {

using Key = std::pair<std::string, core::Span>;

bool names(std::string_view text, const core::Span& claim, std::string_view path) {
  const auto before = claim.begin == 0 ? std::string_view::npos : text.rfind('\n', claim.begin - 1);
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  const auto line = text.substr(begin, text.find('\n', claim.begin) - begin);
  return line.find(base::base_name(path)) != std::string_view::npos;
}

void add(Verdict& verdict, const std::string& words) { verdict.reason += (verdict.reason.empty() ? "" : "; ") + words; }

void tell(std::string_view text, const core::Disagreement& found, bool rests_on_weaker, Verdict& verdict) {
  if (!rests_on_weaker) {
    add(verdict, fmt::format("{} says {}", found.weaker.path, found.says));
    verdict.evidence.push_back(found.weaker);
    return;
  }
  const std::string words = fmt::format("{} says {}, {} gives {}", found.weaker.path, found.says, found.stronger.path, found.instead);
  if (verdict.kind == VerdictKind::supported && !names(text, verdict.claim.span, found.weaker.path)) {
    contradict(verdict, words + ", and counts more");
    verdict.found = found.instead;
  } else {
    add(verdict, words);
  }
  verdict.evidence.insert(verdict.evidence.begin(), found.stronger);
}

}  // namespace

void tell_dissent(std::string_view text, const std::vector<core::Disagreement>& disagreements, std::vector<Verdict>& verdicts) {
  std::multimap<Key, std::pair<const core::Disagreement*, bool>> places;
  for (const core::Disagreement& found : disagreements) {
    places.emplace(Key{found.weaker.path, found.weaker.bytes}, std::pair{&found, true});
    if (found.stronger.bytes.size() > 0) places.emplace(Key{found.stronger.path, found.stronger.bytes}, std::pair{&found, false});
  }
  for (Verdict& verdict : verdicts) {
    if (verdict.kind == VerdictKind::uncheckable || verdict.evidence.size() != 1) continue;
    const auto found = places.find(Key{verdict.evidence.front().path, verdict.evidence.front().bytes});
    if (found != places.end()) tell(text, *found->second.first, found->second.second, verdict);
  }
}

}  // namespace chimera::claims
