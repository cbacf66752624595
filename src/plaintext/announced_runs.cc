#include "plaintext/announced_runs.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "plaintext/console_values.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/written_cell.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kLongest = 240;      // bytes of a line
constexpr std::size_t kMostLines = 24;     // of one announcement
constexpr std::size_t kMostNameWords = 4;
constexpr std::size_t kFewestCounts = 2;   // lines that say no more than how many of something there are

bool is_whole(std::string_view word) { return word.size() < 10 && all_digits(word); }

// "client(s)" and "connections" as the name of a setting; empty where the word is of nothing that makes load.
std::string maker_of_load(std::string_view word) {
  constexpr std::array<std::string_view, 6> kMakers = {"client", "connection", "thread", "user", "worker", "process"};
  while (!word.empty() && is_one_of(word.back(), ".,")) word.remove_suffix(1);
  if (word.size() > 3 && word.substr(word.size() - 3) == "(s)") word.remove_suffix(3);
  else if (!word.empty() && word.back() == 's') word.remove_suffix(1);
  const auto maker = std::find(kMakers.begin(), kMakers.end(), text::lower(word));
  return maker == kMakers.end() ? std::string() : std::string(*maker) + (*maker == "process" ? "es" : "s");
}

// "Bombarding URL for 10s using 8 connection(s)": a doing, an address, and numbers of what makes the load.
std::optional<SettingsLines> load_on_address(std::string_view text, core::Span line) {
  const std::vector<core::Span> parts = words(text, line);
  if (parts.size() < 4) return std::nullopt;
  const std::string_view doing = at(text, parts[0]);
  const bool begins = doing.size() > 5 && doing.substr(doing.size() - 3) == "ing" && std::all_of(doing.begin(), doing.end(), is_letter);
  const bool address = at(text, parts[1]).substr(0, 7) == "http://" || at(text, parts[1]).substr(0, 8) == "https://";
  if (!begins || !address) return std::nullopt;
  const core::Span target{parts[1].begin + at(text, parts[1]).find("//") + 2, parts[1].end};
  SettingsLines out{"load", {{parts[1], target}}, 0, {"target"}};
  for (std::size_t k = 2; k + 1 < parts.size(); ++k) {
    const std::string name = is_whole(at(text, parts[k])) ? maker_of_load(at(text, parts[k + 1])) : std::string();
    if (name.empty()) continue;
    out.values.push_back({parts[k + 1], parts[k]});
    out.names.push_back(name);
  }
  return out.values.size() > 1 ? std::optional(std::move(out)) : std::nullopt;
}

// "spawning thread #0: 4 total client(s). 300 total requests"
std::optional<SettingsLines> spawned(std::string_view text, core::Span line) {
  const std::vector<core::Span> parts = words(text, line);
  if (parts.size() < 5 || !is_one_of(text::lower(at(text, parts[0])), {"spawning", "starting", "launching"})) return std::nullopt;
  SettingsLines out{"load", {}, 0};
  for (std::size_t k = 1; k + 2 < parts.size(); ++k) {
    if (!is_whole(at(text, parts[k])) || at(text, parts[k + 1]) != "total") continue;
    const std::string maker = maker_of_load(at(text, parts[k + 2]));
    const bool requests = at(text, parts[k + 2]) == "requests";
    if (maker.empty() && !requests) return std::nullopt;
    out.values.push_back({parts[k + 2], parts[k]});
    out.names.push_back(requests ? "num_requests" : maker);
  }
  return out.values.empty() ? std::nullopt : std::optional(std::move(out));
}

// "Running 4s test @ http://localhost/a" above "8 connections", "8 connections with 2 pipelining factor" and "4 workers", none of them deeper.
std::optional<SettingsLines> test_of_address(const core::Document& document, std::size_t i, std::uint64_t end) {
  const std::string_view text = document.text;
  const auto line = [&](std::size_t at_line) { return line_at(document, at_line, end, kLongest); };
  const core::Span address = tested_address(text, trimmed(text, line(i)));
  if (address.size() == 0) return std::nullopt;
  SettingsLines out{"load", {{address, address}}, i + 1, {"url"}};
  for (; out.next < document.lines.size() && out.next < i + 3; ++out.next) {
    const std::vector<core::Span> parts = words(text, line(out.next));
    const bool factor = parts.size() == 6 && at(text, parts[2]) == "with" && is_whole(at(text, parts[3])) && at(text, parts[4]) == "pipelining";
    const std::string maker = (parts.size() == 2 || factor) && parts[0].begin == line(out.next).begin && is_whole(at(text, parts[0])) ? maker_of_load(at(text, parts[1])) : std::string();
    if (maker.empty()) break;
    out.values.push_back({parts[1], parts[0]});
    out.names.push_back(maker);
    if (factor) out.values.push_back({parts[4], parts[3]}), out.names.emplace_back("pipelining");
  }
  return out.values.size() > 1 ? std::optional(std::move(out)) : std::nullopt;
}

// "** Preparing 9 concurrent users for battle."
std::optional<SettingsLines> prepared_users(std::string_view text, core::Span line) {
  const std::vector<core::Span> parts = words(text, line);
  const bool users = parts.size() > 4 && at(text, parts[1]) == "Preparing" && is_whole(at(text, parts[2])) && at(text, parts[3]) == "concurrent" && !maker_of_load(at(text, parts[4])).empty();
  return users ? std::optional(SettingsLines{"load", {{parts[4], parts[2]}}, 0, {"users"}}) : std::nullopt;
}

std::optional<Entry> pair_of(std::string_view text, core::Span line) {
  const std::size_t colon = at(text, line).find(": ");
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  const Entry entry{{line.begin, line.begin + colon}, trimmed(text, {line.begin + colon + 1, line.end})};
  const std::string_view name = at(text, entry.key);
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) { return is_letter(c) || is_one_of(c, " _-"); });
  return plain && entry.value.size() > 0 && words(text, entry.key).size() <= kMostNameWords && words(text, entry.value).size() <= 2 ? std::optional(entry) : std::nullopt;
}

// "Block size 16KiB" and "16MiB total file size": a size and what has it.
std::optional<SettingsLines> stated_size(std::string_view text, core::Span line) {
  const std::vector<core::Span> parts = words(text, line);
  const auto is_size = [&](core::Span word) { return is_digit(text[word.begin]) && at(text, word).substr(std::min<std::size_t>(word.size(), at(text, word).find_first_not_of("0123456789"))).find_first_of("KMGT") == 0 && text[word.end - 1] == 'B'; };
  const auto name_of = [&](core::Span words_of_name) {
    std::string name = text::lower(at(text, words_of_name));
    std::replace(name.begin(), name.end(), ' ', '_');
    return name;
  };
  if (parts.size() == 3 && at(text, {parts[0].begin, parts[1].end}) == "Block size" && is_size(parts[2])) return SettingsLines{"block size", {{{parts[0].begin, parts[1].end}, parts[2]}}, 0, {name_of({parts[0].begin, parts[1].end})}};
  if (parts.size() == 4 && at(text, {parts[1].begin, parts[3].end}) == "total file size" && is_size(parts[0])) return SettingsLines{"file size", {{{parts[1].begin, parts[3].end}, parts[0]}}, 0, {name_of({parts[1].begin, parts[3].end})}};
  return std::nullopt;
}

// "Running memory speed test with the following options:" above pairs, with empty lines and lines without a number between them.
std::optional<SettingsLines> following_options(const core::Document& document, std::size_t i, std::uint64_t end) {
  const std::string_view text = document.text;
  const core::Span line = trimmed(text, line_at(document, i, end, kLongest));
  const std::string_view said = at(text, line);
  constexpr std::string_view kMark = " following options:";
  if (said.size() <= kMark.size() || said.substr(said.size() - kMark.size()) != kMark || said.find("with ") == std::string_view::npos) return std::nullopt;
  SettingsLines out{std::string(said), {}, i + 1};
  for (std::size_t next = i + 1; next < std::min(i + kMostLines, document.lines.size()); ++next) {
    const core::Span here = trimmed(text, line_at(document, next, end, kLongest));
    if (here.size() == 0) continue;
    if (const auto pair = pair_of(text, here)) {
      out.values.push_back(*pair);
      out.names.emplace_back();
      out.next = next + 1;
      continue;
    }
    if (const auto size = stated_size(text, here)) {
      out.values.push_back(size->values.front());
      out.names.push_back(size->names.front());
      out.next = next + 1;
      continue;
    }
    const char last = text[here.end - 1];
    if (is_one_of(last, ".!:") || at(text, here).find(": ") != std::string_view::npos) break;
  }
  return out.values.empty() ? std::nullopt : std::optional(std::move(out));
}

// "  50 parallel clients": how many of what, and nothing else.
std::optional<Entry> counted_line(std::string_view text, core::Span line) {
  const std::vector<core::Span> parts = words(text, line);
  if (parts.size() < 2 || parts.size() > 3 || !is_whole(at(text, parts[0]))) return std::nullopt;
  const bool letters = std::all_of(parts.begin() + 1, parts.end(), [&](core::Span part) { return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(part.begin), text.begin() + static_cast<std::ptrdiff_t>(part.end), is_letter); });
  return letters ? std::optional(Entry{{parts[1].begin, parts.back().end}, parts[0]}) : std::nullopt;
}

// "50 parallel clients" above "3 bytes payload", below a line that the title of the run stands above: seen from the first of them.
std::optional<SettingsLines> counted_lines(const core::Document& document, std::size_t i, std::uint64_t end) {
  const std::string_view text = document.text;
  const auto line = [&](std::size_t at_line) {
    core::Span here = at_line < document.lines.size() ? trimmed(text, line_at(document, at_line, end, 2 * kLongest)) : core::Span{};
    const std::size_t over = at(text, here).rfind('\r');  // what a bar of progress wrote before
    if (over != std::string_view::npos) here = trimmed(text, {here.begin + over + 1, here.end});
    return here;
  };
  if (i < 2 || !counted_line(text, line(i)) || framed_title(text, line(i - 2)).size() == 0) return std::nullopt;
  SettingsLines out{"load", {}, i};
  for (; out.next < i + kMostLines; ++out.next) {
    const auto counted = counted_line(text, line(out.next));
    if (!counted) break;
    out.values.push_back(*counted);
    out.names.emplace_back();
  }
  return out.values.size() >= kFewestCounts ? std::optional(std::move(out)) : std::nullopt;
}

// "Doing random r/w test" and "Doing sequential write (creation) test".
std::optional<SettingsLines> doing_test(std::string_view text, core::Span line) {
  constexpr std::string_view kDoing = "Doing ";
  constexpr std::string_view kTest = " test";
  const std::string_view said = at(text, line);
  if (said.size() <= kDoing.size() + kTest.size() || said.substr(0, kDoing.size()) != kDoing || said.substr(said.size() - kTest.size()) != kTest) return std::nullopt;
  const core::Span name{line.begin + kDoing.size(), line.end - kTest.size()};
  if (std::any_of(said.begin(), said.end(), is_digit)) return std::nullopt;
  return SettingsLines{"test", {{line, name}}, 0, {"test"}};
}

}  // namespace

std::optional<SettingsLines> announced_run(const core::Document& document, std::size_t i, std::uint64_t end) {
  const std::string_view text = document.text;
  const core::Span line = trimmed(text, line_at(document, i, end, kLongest));
  if (line.size() < 8) return std::nullopt;
  const auto at_this_line = [&](std::optional<SettingsLines> found) {
    if (found) found->next = i + 1;
    return found;
  };
  if (text[line.end - 1] == 'B' || text[line.end - 1] == 'e')
    if (auto size = at_this_line(stated_size(text, line))) return size;
  if (is_digit(text[line.begin])) return counted_lines(document, i, end);
  if (text[line.end - 1] == ':') return following_options(document, i, end);
  if (at(text, line).substr(0, 3) == "** ") return at_this_line(prepared_users(text, line));
  if (auto test = at_this_line(doing_test(text, line))) return test;
  const std::string_view first = at(text, line).substr(0, at(text, line).find(' '));
  if (first.size() < 6 || first.substr(first.size() - 3) != "ing") return std::nullopt;  // "Bombarding", "spawning"; most lines of a log have none
  if (auto test = test_of_address(document, i, end)) return test;
  auto found = load_on_address(text, line);
  if (!found) found = spawned(text, line);
  return at_this_line(std::move(found));
}

}  // namespace chimera::plaintext
