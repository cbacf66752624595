#include "facts/pattern.h"

#include <algorithm>

namespace chimera::facts {
namespace {

// Tries every length of every wildcard, shortest first. Patterns come from our data files and texts are short keys; the
// budget keeps a hostile text from costing more than that.
class Matcher {
 public:
  Matcher(std::string_view pattern, std::string_view text, const Accepts& accepts) : pattern_(pattern), text_(text), accepts_(accepts) {}

  std::optional<Captures> run() {
    if (!match(0, 0)) return std::nullopt;
    return std::move(captures_);
  }

 private:
  bool match(std::size_t p, std::size_t t) {
    if (--budget_ < 0) return false;
    if (p == pattern_.size()) return t == text_.size();
    if (pattern_[p] == '*') return match_any(p, t);
    if (pattern_[p] == '{') return match_placeholder(p, t);
    return t < text_.size() && pattern_[p] == text_[t] && match(p + 1, t + 1);
  }

  bool match_any(std::size_t p, std::size_t t) {
    if (p + 1 == pattern_.size()) return true;
    for (std::size_t end = t; end <= text_.size(); ++end)
      if (match(p + 1, end)) return true;
    return false;
  }

  bool match_placeholder(std::size_t p, std::size_t t) {
    const std::size_t close = pattern_.find('}', p);
    if (close == std::string_view::npos) return false;
    const std::string_view inside = pattern_.substr(p + 1, close - p - 1);
    const std::size_t colon = std::min(inside.find(':'), inside.size());
    const std::string_view name = inside.substr(0, colon);
    if (colon < inside.size()) return match_choice(name, inside.substr(colon + 1), t, close + 1);
    // What stands last holds all that is left.
    for (std::size_t end = close + 1 == pattern_.size() ? text_.size() : t + 1; end > t && end <= text_.size(); ++end)
      if (match_held(name, t, end, close + 1)) return true;
    return false;
  }

  // One of "a|b|c".
  bool match_choice(std::string_view name, std::string_view choices, std::size_t t, std::size_t rest) {
    while (true) {
      const std::size_t bar = std::min(choices.find('|'), choices.size());
      const std::string_view choice = choices.substr(0, bar);
      if (text_.substr(t, bar) == choice && match_held(name, t, t + bar, rest)) return true;
      if (bar == choices.size()) return false;
      choices.remove_prefix(bar + 1);
    }
  }

  bool match_held(std::string_view name, std::size_t t, std::size_t end, std::size_t rest) {
    const std::string_view held = text_.substr(t, end - t);
    if (accepts_ && !accepts_(name, held)) return false;
    if (!match(rest, end)) return false;
    if (!name.empty()) captures_[std::string(name)] = std::string(held);
    return true;
  }

  std::string_view pattern_;
  std::string_view text_;
  const Accepts& accepts_;
  Captures captures_;
  int budget_ = 20000;
};

std::vector<std::string_view> pieces_of(std::string_view pattern) {
  std::vector<std::string_view> pieces;
  while (!pattern.empty()) {
    const std::size_t slash = std::min(pattern.find('/'), pattern.size());
    if (slash > 0) pieces.push_back(pattern.substr(0, slash));
    pattern.remove_prefix(std::min(slash + 1, pattern.size()));
  }
  return pieces;
}

bool match_pieces(const std::vector<std::string_view>& pattern, std::size_t p, const std::vector<std::string>& path, std::size_t at,
                  const Accepts& accepts, Captures& captures) {
  if (p == pattern.size()) return at == path.size();
  if (pattern[p] == "**") {
    for (std::size_t next = at; next <= path.size(); ++next)
      if (match_pieces(pattern, p + 1, path, next, accepts, captures)) return true;
    return false;
  }
  if (at == path.size()) return false;
  const auto found = match_text(pattern[p], path[at], accepts);
  if (!found || !match_pieces(pattern, p + 1, path, at + 1, accepts, captures)) return false;
  captures.insert(found->begin(), found->end());
  return true;
}

// False only where `text` cannot match that last piece of a pattern: by the ordinary text at its two ends.
bool may_end(std::string_view piece, std::string_view text) {
  const std::size_t front = std::min(piece.find_first_of("*{"), piece.size());
  if (front == piece.size()) return piece == text || piece.empty();
  const std::string_view back = piece.substr(piece.find_last_of("*}") + 1);
  return text.size() >= front + back.size() && text.substr(0, front) == piece.substr(0, front) && text.substr(text.size() - back.size()) == back;
}

}  // namespace

std::optional<Captures> match_text(std::string_view pattern, std::string_view text, const Accepts& accepts) {
  return Matcher(pattern, text, accepts).run();
}

std::optional<Captures> match_path(std::string_view pattern, const std::vector<std::string>& path, const Accepts& accepts) {
  Captures captures;
  // A header that holds a slash is one piece: "t/s".
  if (path.size() == 1)
    if (auto whole = match_text(pattern, path.front(), accepts)) return whole;
  // Most keys end in another way than the pattern; no need to take the pattern apart for them.
  if (path.empty() || !may_end(pattern.substr(pattern.rfind('/') + 1), path.back())) return std::nullopt;
  const bool anchored = !pattern.empty() && pattern.front() == '/';
  const bool any_depth = pattern.find("**") != std::string_view::npos;
  const std::vector<std::string_view> pieces = pieces_of(pattern);
  if (pieces.empty() || (!any_depth && pieces.size() > path.size())) return std::nullopt;
  const std::size_t first = any_depth || anchored ? 0 : path.size() - pieces.size();
  const std::size_t last = anchored ? 0 : any_depth ? path.size() : first;
  for (std::size_t at = first; at <= last; ++at) {
    captures.clear();
    if (match_pieces(pieces, 0, path, at, accepts, captures)) return captures;
  }
  return std::nullopt;
}

std::string fill_in(std::string_view text, const Captures& captures) {
  std::string filled;
  while (!text.empty()) {
    const std::size_t open = std::min(text.find('{'), text.size());
    filled += text.substr(0, open);
    text.remove_prefix(open);
    const std::size_t close = text.find('}');
    if (text.empty() || close == std::string_view::npos) return filled += text;
    if (const auto found = captures.find(text.substr(1, close - 1)); found != captures.end()) filled += found->second;
    text.remove_prefix(close + 1);
  }
  return filled;
}

}  // namespace chimera::facts
