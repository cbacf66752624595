#include "plaintext/settings_lines.h"

#include <algorithm>
#include <array>

#include "core/settings_lines.h"
#include "plaintext/clause_words.h"
#include "plaintext/command_line.h"
#include "plaintext/spans.h"
#include "plaintext/unit_columns.h"
#include "plaintext/written_cell.h"
#include "text/model_names.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kLongestDump = 1U << 16U;  // bytes of a line: servers have hundreds of arguments
constexpr std::size_t kLongestName = 64;
constexpr std::size_t kLongestValue = 120;
constexpr std::size_t kMostArguments = 512;
constexpr std::size_t kMany = 32;                // arguments of one program
constexpr std::size_t kFewestDotted = 3;         // lines
constexpr std::size_t kTextsOfTen = 1;           // of ten dotted values at least so many are words, where they are arguments
constexpr std::size_t kMostDevices = 64;         // of one machine
constexpr std::size_t kMostDotted = 4096;        // lines
constexpr std::string_view kDots = " ...";

bool in_name(char c) { return is_letter(c) || is_digit(c) || c == '_'; }

bool is_identifier(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName && (is_letter(name[0]) || name[0] == '_') && std::all_of(name.begin(), name.end(), in_name);
}

// "local-chat"
bool is_identifier_with_dashes(std::string_view name) {
  return !name.empty() && is_letter(name[0]) && name.size() <= kLongestName && std::all_of(name.begin(), name.end(), [](char c) { return in_name(c) || c == '-'; });
}

// "Name(inside)" at the end of a line: where the name begins, and what stands in the brackets.
struct Call {
  core::Span name;
  core::Span inside;
};
std::optional<Call> call_at_end(std::string_view text, core::Span line) {
  if (line.size() < 4 || text[line.end - 1] != ')') return std::nullopt;
  for (std::uint64_t open = line.begin + 1; open < line.end; ++open) {
    if (text[open] != '(' || !in_name(text[open - 1])) continue;
    std::uint64_t begin = open;
    while (begin > line.begin && in_name(text[begin - 1])) --begin;
    if (!is_identifier(at(text, {begin, open}))) return std::nullopt;
    return Call{{begin, open}, {open + 1, line.end - 1}};
  }
  return std::nullopt;
}

// What a program was told, and not what it found out.
bool names_arguments(std::string_view name) {
  constexpr std::array<std::string_view, 8> kEnds = {"namespace", "args", "arguments", "config", "options", "params", "settings", "parameters"};
  const std::string lower = text::lower(name);
  return std::any_of(kEnds.begin(), kEnds.end(), [&](std::string_view end) { return lower.size() >= end.size() && lower.compare(lower.size() - end.size(), end.size(), end) == 0; });
}

bool says_something(std::string_view text, const Entry& entry) {
  const std::string_view value = at(text, entry.value);
  return !value.empty() && value.size() <= kLongestValue && value != "None" && value != "null" && value.find_first_of("{[(<") == std::string_view::npos;
}

// Of hundreds of arguments those that are off and paths tell little: where one is on in another run, that run says so.
bool is_off(std::string_view text, const Entry& entry) {
  const std::string_view value = at(text, entry.value);
  return value == "False" || value == "false" || (value.find('/') != std::string_view::npos && at(text, entry.key).find("model") == std::string_view::npos);
}

void leave_out_empty(std::string_view text, std::vector<Entry>& values) {
  const bool many = values.size() > kMany;
  values.erase(std::remove_if(values.begin(), values.end(), [&](const Entry& entry) { return !says_something(text, entry) || (many && is_off(text, entry)); }), values.end());
}

std::optional<SettingsLines> dumped_call(std::string_view text, core::Span line) {
  const auto call = call_at_end(text, line);
  if (!call) return std::nullopt;
  const core::Span before = trimmed(text, {line.begin, call->name.begin});
  const std::string_view in_front = at(text, before);
  // "(fc1): Linear(in_features=256, bias=True)": a part of a model.
  const bool part = in_front.size() > 3 && in_front[0] == '(' && in_front.substr(in_front.size() - 2) == "):" && in_front.find('(', 1) == std::string_view::npos &&
                    at(text, call->name)[0] >= 'A' && at(text, call->name)[0] <= 'Z';
  if (part) return SettingsLines{};
  const bool named = before.size() == 0 || in_front.back() == '=' || in_front.back() == ':';
  if (!named || before.size() > kLongestName || !names_arguments(at(text, call->name))) return std::nullopt;
  auto found = call_arguments(text, call->inside);
  if (!found || found->size() < 2) return std::nullopt;
  leave_out_empty(text, *found);
  return SettingsLines{std::string(at(text, call->name)), std::move(*found), 0};
}

// "hf (pretrained=org/m,dtype=float16), limit: None, num_fewshot: 5": what was run, and with which arguments.
std::optional<SettingsLines> called_with(std::string_view text, core::Span line) {
  const std::size_t open = at(text, line).find(" (");
  if (open == std::string_view::npos || !is_identifier_with_dashes(at(text, {line.begin, line.begin + open}))) return std::nullopt;
  const std::size_t close = at(text, line).find("), ", open);
  if (close == std::string_view::npos) return std::nullopt;
  const auto inside = call_arguments(text, {line.begin + open + 2, line.begin + close});
  if (!inside || inside->empty()) return std::nullopt;
  SettingsLines out;
  out.kind = "called";
  out.values = *inside;
  for (core::Span rest{line.begin + close + 3, line.end}; rest.size() > 0;) {
    const core::Span piece{rest.begin, rest.begin + std::min<std::uint64_t>(at(text, rest).find(", "), rest.size())};
    const std::size_t colon = at(text, piece).find(": ");
    if (colon == std::string_view::npos || !is_identifier(at(text, {piece.begin, piece.begin + colon})) || out.values.size() == kMostArguments) return std::nullopt;
    out.values.push_back({{piece.begin, piece.begin + colon}, trimmed(text, {piece.begin + colon + 2, piece.end})});
    rest.begin = std::min(piece.end + 2, rest.end);
  }
  if (out.values.size() == inside->size()) return std::nullopt;
  leave_out_empty(text, out.values);
  return out;
}

// "hidden_size ............ 8192"
std::optional<Entry> dotted(std::string_view text, core::Span line) {
  const std::size_t dots = at(text, line).find(kDots);
  if (dots == std::string_view::npos || !is_identifier(at(text, {line.begin, line.begin + dots}))) return std::nullopt;
  std::uint64_t begin = line.begin + dots + 1;
  while (begin < line.end && text[begin] == '.') ++begin;
  if (begin >= line.end || !is_blank(text[begin])) return std::nullopt;
  return Entry{{line.begin, line.begin + dots}, trimmed(text, {begin, line.end})};
}

std::optional<SettingsLines> dotted_lines(const core::Document& document, std::size_t i, std::uint64_t end) {
  const std::string_view text = document.text;
  SettingsLines out;
  out.kind = "dotted";
  std::size_t texts = 0;
  std::size_t measured = 0;
  out.next = i;
  const auto entry_at = [&](std::size_t at_line) {
    const core::Span line = line_at(document, at_line, end, kLongestDump);
    return at(text, line).find(kDots) == std::string_view::npos ? std::nullopt : dotted(text, without_log_prefix(text, line));
  };
  if (i > 0 && entry_at(i) && entry_at(i - 1)) return std::nullopt;  // seen from its first line
  for (; out.values.size() < kMostDotted; ++out.next) {
    const auto entry = entry_at(out.next);
    if (!entry) break;
    const WrittenCell written = read_written_cell(text, entry->value);
    measured += written.unit.empty() ? 0U : 1U;
    texts += written.cell.kind == core::CellKind::number ? 0U : 1U;
    out.values.push_back(*entry);
  }
  // "------ arguments ------" above them leaves no doubt.
  const std::string above = i == 0 ? std::string() : text::lower(at(text, line_at(document, i - 1, end, kLongestDump)));
  if (out.values.size() > 1 && above.find("argument") != std::string::npos) {
    leave_out_empty(text, out.values);
    return out;
  }
  if (out.values.size() < kFewestDotted || texts * 10 < out.values.size() * kTextsOfTen || texts == 0 || measured * 4 > out.values.size()) return std::nullopt;
  leave_out_empty(text, out.values);
  return out;
}

// The name in "Device 0: NVIDIA RTX 1, compute capability 8.9" and "vulkan: 0 = AMD Radeon (x) | uma: 1": a number, a mark, and what a
// maker of devices is in.
std::optional<Entry> device(std::string_view text, core::Span line) {
  constexpr std::array<std::string_view, 9> kMakers = {"NVIDIA", "GeForce", "Tesla", "AMD", "Radeon", "Instinct", "Intel", "Apple", "Quadro"};
  std::uint64_t begin = line.begin;
  while (begin < line.end && (is_letter(text[begin]) || text[begin] == '_')) ++begin;
  const core::Span of{line.begin, begin};
  if (of.size() == 0 || of.size() > kLongestName) return std::nullopt;
  const bool called = text::lower(at(text, of)) == "device" || text::lower(at(text, of)) == "gpu";
  const char mark = called ? ':' : '=';
  while (begin < line.end && (is_blank(text[begin]) || (!called && text[begin] == ':'))) ++begin;
  const std::uint64_t number = begin;
  while (begin < line.end && is_digit(text[begin])) ++begin;
  const core::Span label{line.begin, begin};
  while (begin < line.end && is_blank(text[begin])) ++begin;
  if (label.end == number || begin >= line.end || text[begin] != mark) return std::nullopt;
  const std::string_view rest = at(text, {begin + 1, line.end});
  const std::size_t end = std::min({rest.find(','), rest.find(" ("), rest.find(" | "), rest.size()});
  if (end == rest.size() && !called) return std::nullopt;
  const core::Span name = trimmed(text, {begin + 1, begin + 1 + end});
  const std::string_view written = at(text, name);
  const bool made = std::any_of(kMakers.begin(), kMakers.end(), [&](std::string_view maker) { return written.find(maker) != std::string_view::npos; });
  if (!made || name.size() > kLongestValue || written.find(':') != std::string_view::npos) return std::nullopt;
  return Entry{label, name};
}

// Devices of one name are the one that it ran on; of several nobody knows which.
std::optional<SettingsLines> device_lines(const core::Document& document, std::size_t i, std::uint64_t end) {
  const std::string_view text = document.text;
  SettingsLines out;
  out.kind = "gpu";
  out.names = {"gpu"};
  bool same = true;
  for (out.next = i; out.next < i + kMostDevices; ++out.next) {
    const auto entry = device(text, without_log_prefix(text, line_at(document, out.next, end, kLongestDump)));
    if (!entry) break;
    if (out.values.empty()) out.values.push_back(*entry);
    same = same && at(text, entry->value) == at(text, out.values.front().value);
  }
  if (out.values.empty()) return std::nullopt;
  if (!same) out.values.clear();
  return out;
}

// Whole numbers and words; what was measured has a fraction or a unit.
bool is_chosen(std::string_view text, const Entry& entry) {
  const WrittenCell written = read_written_cell(text, entry.value);
  return written.cell.kind == core::CellKind::number ? written.unit.empty() && (written.cell.decimals == 0 || is_of_a_sampler(at(text, entry.key))) : says_something(text, entry);
}

std::vector<Entry> chosen_entries(std::string_view text, core::Span span) {
  std::vector<Entry> found = entries(text, span);
  if (const auto lone = found.empty() ? lone_entry(text, span) : std::nullopt) found.push_back(*lone);
  const auto tells_of_failure = [&](const Entry& entry) {
    const std::string key = text::lower(at(text, entry.key));
    return key.find("fail") != std::string::npos || key.find("error") != std::string::npos || key.find("pass") != std::string::npos;
  };
  const bool chosen = std::all_of(found.begin(), found.end(), [&](const Entry& entry) { return is_chosen(text, entry) && !tells_of_failure(entry); });
  return chosen ? found : std::vector<Entry>();
}

std::string keys_of(std::string_view text, const std::vector<Entry>& values) {
  std::string keys;
  for (const Entry& entry : values) keys.append(at(text, entry.key)).append(1, '\n');
  return keys;
}

}  // namespace

std::optional<std::vector<Entry>> call_arguments(std::string_view text, core::Span inside) {
  std::vector<Entry> found;
  std::uint64_t begin = inside.begin;
  int depth = 0;
  char quote = '\0';
  for (std::uint64_t i = inside.begin; i <= inside.end; ++i) {
    const char c = i < inside.end ? text[i] : ',';
    if (i < inside.end && quote != '\0') {
      quote = c == quote ? '\0' : quote;
      continue;
    }
    if (i < inside.end && (c == '\'' || c == '"')) quote = c;
    depth += c == '(' || c == '[' || c == '{' ? 1 : c == ')' || c == ']' || c == '}' ? -1 : 0;
    if (depth < 0) return std::nullopt;
    if (i < inside.end && (c != ',' || depth > 0)) continue;
    const core::Span piece = trimmed(text, {begin, i});
    begin = i + 1;
    if (piece.size() == 0 && i == inside.end) break;
    const std::size_t equals = at(text, piece).find('=');
    if (equals == std::string_view::npos || !is_identifier(text::trim(at(text, piece).substr(0, equals))) || found.size() == kMostArguments) return std::nullopt;
    core::Span value = trimmed(text, {piece.begin + equals + 1, piece.end});
    const bool quoted = value.size() > 1 && (text[value.begin] == '\'' || text[value.begin] == '"') && text[value.end - 1] == text[value.begin];
    if (quoted) ++value.begin, --value.end;
    found.push_back({trimmed(text, {piece.begin, piece.begin + equals}), value});
  }
  return depth == 0 && quote == '\0' ? std::optional(std::move(found)) : std::nullopt;
}

std::optional<SettingsLines> settings_lines(const core::Document& document, std::size_t i, std::uint64_t end) {
  const std::string_view text = document.text;
  const core::Span line = trimmed(text, line_at(document, i, end, kLongestDump));
  if (line.size() < 4) return std::nullopt;
  if (auto command = command_line(document, i, end)) return command;
  const core::Span said = without_log_prefix(text, line);
  if (text[line.end - 1] == ')') {
    auto dump = dumped_call(text, said);
    if (dump) dump->next = i + 1;
    return dump;
  }
  if (auto called = called_with(text, said)) {
    called->next = i + 1;
    return called;
  }
  const core::Span title = framed_title(text, said);
  if (title.size() > 0 && at(text, title).find('=') != std::string_view::npos) {
    std::vector<Entry> values = chosen_entries(text, title);
    if (values.empty()) return std::nullopt;
    return SettingsLines{keys_of(text, values), values, i + 1};
  }
  if (device(text, said))
    if (auto devices = device_lines(document, i, end)) return devices;
  return dotted_lines(document, i, end);
}

std::optional<SettingsLines> command_or_device(const core::Document& document, std::size_t i, std::uint64_t end) {
  if (auto command = command_line(document, i, end)) return command;
  const core::Span line = trimmed(document.text, line_at(document, i, end, kLongestDump));
  return line.size() > 4 && device(document.text, without_log_prefix(document.text, line)) ? device_lines(document, i, end) : std::nullopt;
}

std::optional<SettingsLines> called_line(const core::Document& document, std::size_t i, std::uint64_t end) {
  auto found = called_with(document.text, trimmed(document.text, line_at(document, i, end, kLongestDump)));
  if (found) found->next = i + 1;
  return found;
}

bool only_chosen(std::string_view text, const std::vector<Entry>& values) {
  // "total=36268,36540,0,0 short=0,0,0,0": counts of several things each.
  const auto counts = [&](const Entry& entry) {
    const std::string_view value = at(text, entry.value);
    return value.find(',') != std::string_view::npos && std::all_of(value.begin(), value.end(), [](char c) { return is_digit(c) || c == ','; });
  };
  return values.size() > 1 && !std::all_of(values.begin(), values.end(), counts) && std::all_of(values.begin(), values.end(), [&](const Entry& entry) { return is_chosen(text, entry); });
}

SettingsLines bracketed_settings(std::string_view text, core::Span prefix) {
  SettingsLines out;
  const std::string_view all = at(text, prefix);
  const std::size_t last = all.rfind('[');
  for (std::size_t open = all.find('['); open != std::string_view::npos; open = all.find('[', open + 1)) {
    const std::size_t close = open == last ? all.rfind(']') : all.find(']', open);
    if (close == std::string_view::npos || close < open) break;
    const core::Span inside = trimmed(text, {prefix.begin + open + 1, prefix.begin + close});
    if (text::is_model(at(text, inside)) || text::names_parameters(at(text, inside))) {
      out.values.push_back({inside, inside});
      out.names.emplace_back("model");
    } else if (open == last && at(text, inside).find('=') != std::string_view::npos) {
      for (const Entry& entry : chosen_entries(text, inside)) out.values.push_back(entry);
    }
  }
  return out;
}

}  // namespace chimera::plaintext
