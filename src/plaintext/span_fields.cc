#include "plaintext/span_fields.h"

#include <algorithm>
#include <string>
#include <utility>

#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "text/number.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kMostFields = 64;
constexpr std::string_view kSome = "Some(";

bool is_name_character(char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '.'; }

class SpanReader {
 public:
  SpanReader(std::string_view text, core::Span line) : text_(text), end_(line.end), next_(line.begin) {}

  std::vector<NamedValue> read() {
    bool any = false;
    // "HTTP request{method=POST}:generate{total_time="1s"}: "
    while (const auto inside = braces_of_span()) {
      if (!take_fields(*inside)) return {};
      any = true;
    }
    if (any) take_behind();
    const bool number = std::any_of(found_.begin(), found_.end(), [&](const NamedValue& each) { return text::parse_number_with_unit(at(text_, each.value)).has_value(); });
    if (!any || !number || found_.size() < 2) return {};
    return std::move(found_);
  }

 private:
  // "bench::load: run finished threads=8 rate=412.5" behind the spans.
  void take_behind() {
    for (const Entry& entry : worded_entries(text_, trimmed(text_, {next_, end_})).values) add(std::string(at(text_, entry.key)), entry.value);
  }

  // Behind a name of one or two words up to the brace, where a colon stands behind the other.
  std::optional<core::Span> braces_of_span() {
    std::uint64_t open = next_;
    while (open < end_ && (is_name_character(text_[open]) || (text_[open] == ' ' && open > next_))) ++open;
    if (open == next_ || open >= end_ || text_[open] != '{') return std::nullopt;
    const std::uint64_t close = closing(open);
    if (close + 1 >= end_ || text_[close + 1] != ':') return std::nullopt;
    next_ = close + 2;
    return core::Span{open + 1, close};
  }

  // Where the brace that opens at `open` is closed; the end where it is not. Quotes hold braces of their own.
  [[nodiscard]] std::uint64_t closing(std::uint64_t open) const {
    std::size_t depth = 0;
    bool quoted = false;
    for (std::uint64_t i = open; i < end_; ++i) {
      const char c = text_[i];
      if (c == '"') quoted = !quoted;
      if (quoted) continue;
      if (is_one_of(c, "{([")) ++depth;
      if (is_one_of(c, "})]") && --depth == 0) return i;
    }
    return end_;
  }

  bool take_fields(core::Span inside) {
    for (std::uint64_t i = inside.begin; i < inside.end && found_.size() <= kMostFields;) {
      if (is_blank(text_[i])) {
        ++i;
        continue;
      }
      const std::uint64_t begin = i;
      while (i < inside.end && is_name_character(text_[i])) ++i;
      if (i == begin || i >= inside.end || text_[i] != '=') return false;
      const core::Span name{begin, i};
      i = take_value(std::string(at(text_, name)), {i + 1, inside.end});
    }
    return found_.size() <= kMostFields;
  }

  // Gives where the value ends.
  std::uint64_t take_value(std::string key, core::Span rest) {
    if (rest.size() > 0 && text_[rest.begin] == '"') {
      const std::uint64_t close = rest.begin + 1 + std::min(at(text_, {rest.begin + 1, rest.end}).find('"'), rest.size() - 1);
      add(std::move(key), {rest.begin + 1, close});
      return std::min(close + 1, rest.end);
    }
    std::uint64_t stop = rest.begin;
    while (stop < rest.end && is_name_character(text_[stop])) ++stop;
    // "GenerateParameters { temperature: Some(0.7) }", "Some(0.7)", "[1, 2]"
    std::uint64_t open = stop;
    while (open < rest.end && text_[open] == ' ') ++open;
    const bool brace = open < rest.end && text_[open] == '{' && stop > rest.begin;
    if (brace || (stop < rest.end && is_one_of(text_[stop], "([{"))) {
      const std::uint64_t close = std::min(closing(brace ? open : stop), rest.end);
      if (brace) take_members(key, {open + 1, close});
      else add(std::move(key), {rest.begin, std::min(close + 1, rest.end)});
      return std::min(close + 1, rest.end);
    }
    while (stop < rest.end && !is_blank(text_[stop])) ++stop;
    add(std::move(key), {rest.begin, stop});
    return stop;
  }

  // "best_of: None, temperature: Some(0.7), stop: []"
  void take_members(const std::string& of, core::Span inside) {
    for (std::uint64_t i = inside.begin; i < inside.end && found_.size() <= kMostFields;) {
      std::uint64_t stop = i;
      for (; stop < inside.end && text_[stop] != ','; ++stop)
        if (is_one_of(text_[stop], "{([")) stop = std::min(closing(stop), inside.end - 1);
      const core::Span member = trimmed(text_, {i, stop});
      const std::size_t colon = at(text_, member).find(": ");
      const core::Span name{member.begin, member.begin + std::min(colon, member.size())};
      if (colon != std::string_view::npos && std::all_of(text_.begin() + static_cast<std::ptrdiff_t>(name.begin), text_.begin() + static_cast<std::ptrdiff_t>(name.end), is_name_character))
        add(of + '/' + std::string(at(text_, name)), trimmed(text_, {member.begin + colon + 1, member.end}));
      i = stop + 1;
    }
  }

  void add(std::string key, core::Span value) {
    std::string_view written = at(text_, value);
    if (written.substr(0, kSome.size()) == kSome && written.back() == ')') {
      value = {value.begin + kSome.size(), value.end - 1};
      if (value.size() > 1 && text_[value.begin] == '"' && text_[value.end - 1] == '"') ++value.begin, --value.end;
      written = at(text_, value);
    }
    const bool known = std::any_of(found_.begin(), found_.end(), [&](const NamedValue& each) { return each.key == key; });
    if (known || written.empty() || written == "None" || written.find_first_of("[](){}") != std::string_view::npos) return;
    found_.push_back({std::move(key), value, {}});
  }

  std::string_view text_;
  std::uint64_t end_;
  std::uint64_t next_;
  std::vector<NamedValue> found_;
};

}  // namespace

std::vector<NamedValue> span_fields(std::string_view text, core::Span line) {
  const std::string_view all = at(text, line);
  const std::size_t open = all.find('{');  // most lines hold none
  if (open == 0 || open == std::string_view::npos || all.find("}:", open) == std::string_view::npos) return {};
  return SpanReader(text, line).read();
}

}  // namespace chimera::plaintext
