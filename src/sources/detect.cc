#include "sources/detect.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "base/ascii.h"
#include "plaintext/exposition.h"
#include "plaintext/text_statements.h"
#include "sources/json.h"
#include "sources/scan_block.h"
#include "sources/wide_bytes.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::sources {
namespace {

using core::Format;

constexpr std::size_t kProbedLines = 64;
constexpr char kDelimiters[] = {',', '\t', ';', '|'};
constexpr std::size_t kProbedBytes = std::size_t{64} << 10;
constexpr std::size_t kNpos = std::string_view::npos;

struct Extension {
  std::string_view name;
  Format format;
};
constexpr std::array<Extension, 23> kExtensions = {{{"json", Format::json},
                                                    {"jsonl", Format::jsonl},
                                                    {"ndjson", Format::jsonl},
                                                    {"jsonlines", Format::jsonl},
                                                    {"csv", Format::csv},
                                                    {"tsv", Format::csv},
                                                    {"psv", Format::csv},
                                                    {"md", Format::markdown},
                                                    {"markdown", Format::markdown},
                                                    {"mdown", Format::markdown},
                                                    {"txt", Format::text},
                                                    {"text", Format::text},
                                                    {"log", Format::text},
                                                    {"out", Format::text},
                                                    {"err", Format::text},
                                                    {"stdout", Format::text},
                                                    {"stderr", Format::text},
                                                    {"rst", Format::text},
                                                    {"adoc", Format::text},
                                                    {"asciidoc", Format::text},
                                                    {"org", Format::text},
                                                    {"prom", Format::text},
                                                    {"sql", Format::text}}};

// The first lines that are not blank, without their ends.
std::vector<std::string_view> first_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  text = text.substr(0, kProbedBytes);
  for (std::size_t begin = 0; begin < text.size() && lines.size() < kProbedLines;) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    if (!text::trim(line).empty()) lines.push_back(line);
    begin = end + 1;
  }
  return lines;
}

std::size_t count_outside_quotes(std::string_view line, char delimiter) {
  if (line.find('"') == kNpos) return count_bytes(line, delimiter);
  std::size_t count = 0;
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    else if (c == delimiter && !quoted) ++count;
  }
  return count;
}

// Words begin behind a space, or at the beginning.
std::size_t count_words(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t'; };
  std::size_t words = !text.empty() && !is_space(text.front()) ? 1 : 0;
  std::size_t at = 1;
  for (; at + kWideBytes <= text.size(); at += kWideBytes) {
    const char* const before = text.data() + at - 1;
    const std::uint64_t spaces = bytes_equal(before, ' ') | bytes_equal(before, '\t');
    words += static_cast<std::size_t>(std::popcount(spaces & ~(bytes_equal(before + 1, ' ') | bytes_equal(before + 1, '\t'))));
  }
  for (; at < text.size(); ++at) words += is_space(text[at - 1]) && !is_space(text[at]) ? 1 : 0;
  return words;
}

bool has_number_cell(std::string_view line, char delimiter) {
  for (std::size_t begin = 0; begin <= line.size();) {
    const std::size_t end = std::min(line.find(delimiter, begin), line.size());
    std::string_view cell = text::trim(line.substr(begin, end - begin));
    if (cell.size() > 2 && cell.front() == '"' && cell.back() == '"') cell = cell.substr(1, cell.size() - 2);
    if (text::parse_number_with_unit(cell)) return true;
    begin = end + 1;
  }
  return false;
}

// How regular the lines are as rows of cells between `delimiter`.
struct Regularity {
  std::size_t cells = 0;       // in most lines
  std::size_t regular = 0;     // lines with so many
  std::size_t delimited = 0;   // lines with any
  std::size_t words = 0;       // in the delimited lines
  bool numeric = false;        // a delimited line has a cell that is a number
};
Regularity regularity(const std::vector<std::string_view>& lines, char delimiter) {
  Regularity result;
  std::map<std::size_t, std::size_t> widths;
  for (const std::string_view line : lines) {
    const std::size_t count = count_outside_quotes(line, delimiter);
    if (count == 0) continue;
    ++result.delimited;
    result.words += count_words(line);
    result.numeric = result.numeric || has_number_cell(line, delimiter);
    const std::size_t same = ++widths[count + 1];
    if (same > result.regular) result.regular = same, result.cells = count + 1;
  }
  return result;
}

bool is_list_of_numbers(const std::vector<std::string_view>& lines) {
  const auto numbers = std::count_if(lines.begin(), lines.end(), [](std::string_view line) {
    return text::parse_number_with_unit(text::trim(line)).has_value();
  });
  return lines.size() >= 2 && static_cast<std::size_t>(numbers) + 1 >= lines.size();
}

// A comma in brackets that close on the line, "Size([1, 6, 512])", belongs to one cell.
std::size_t commas_between_cells(std::string_view line) {
  std::size_t count = 0;
  std::size_t inside = 0;  // of brackets that are open
  std::size_t open = 0;
  for (const char c : line) {
    if (c == '(' || c == '[' || c == '{') ++open;
    else if ((c == ')' || c == ']' || c == '}') && open > 0 && --open == 0) inside = 0;
    else if (c == ',') ++(open > 0 ? inside : count);
  }
  return count + inside;  // of brackets that nothing closes too
}

// Columns of a text that blanks align: gaps of two and more on whose sides no delimiter stands.
bool is_aligned(std::string_view line, char delimiter) {
  line = text::trim(line);
  std::size_t gaps = 0;
  for (std::size_t at = line.find("  "); at != kNpos; at = line.find("  ", at)) {
    const std::size_t next = std::min(line.find_first_not_of(' ', at), line.size());
    if (at > 0 && line[at - 1] != delimiter && next < line.size() && line[next] != delimiter) ++gaps;
    at = next;
  }
  return gaps >= 2;
}

// What a program printed, with commas and semicolons in it: an aligned table, or calls with arguments.
bool is_printed(const std::vector<std::string_view>& lines, char delimiter, const Regularity& found) {
  if (delimiter == '\t') return false;
  const auto aligned = std::count_if(lines.begin(), lines.end(), [&](std::string_view line) { return is_aligned(line, delimiter); });
  if (static_cast<std::size_t>(aligned) * 2 > lines.size()) return true;
  const auto bare = [&](std::string_view line) { return commas_between_cells(line) + 1 == found.cells; };
  return delimiter == ',' && std::none_of(lines.begin(), lines.end(), [](std::string_view line) { return line.find('"') != kNpos; }) &&
         static_cast<std::size_t>(std::count_if(lines.begin(), lines.end(), bare)) * 10 < lines.size() * 9;
}

// At least three names: cells of the lines below may hold line breaks in quotes.
bool is_header(std::string_view line) {
  const std::size_t cells = count_outside_quotes(line, ',') + 1;
  return cells >= 3 && count_words(line) * 2 <= cells * 3;
}

// The name in front of the first value that has one: "num_gpu" of "num_gpu=0, tok/s=5.02", "TTFT" of "[m] TTFT: 52.1 ms, 31.2 tok/s". Empty
// where there is none, and where quotes stand, in which cells may say anything.
std::string_view first_named_value(std::string_view line) {
  if (line.find('"') != kNpos) return {};
  for (std::size_t mark = line.find_first_of("=:"); mark != kNpos; mark = line.find_first_of("=:", mark + 1)) {
    const bool equals = line[mark] == '=';
    const std::size_t value = equals ? mark + 1 : mark + 2;
    if (value >= line.size() || (!equals && line[mark + 1] != ' ') || !(base::is_digit(line[value]) || (equals && line.find_first_of(" ,;\t") > mark))) continue;
    const std::size_t begin = line.find_last_of(" ,;\t[(", mark);
    const std::string_view name = line.substr(begin == kNpos ? 0 : begin + 1, mark - (begin == kNpos ? 0 : begin + 1));
    if (!name.empty() && base::is_letter(name.front())) return name;
  }
  return {};
}

// "num_gpu=0, tok/s=5.02" above "num_gpu=10, tok/s=7.02": lines whose first value has the same name, as no header and no row has one.
bool says_names_in_each(const std::vector<std::string_view>& lines) {
  if (lines.size() < 2) return false;
  const std::string_view name = first_named_value(lines[0]);
  return !name.empty() && name == first_named_value(lines[1]);
}

// Rows of cells. Sentences have delimiters too, so where the name does not say CSV, nearly all lines must agree.
bool looks_like_csv(const std::vector<std::string_view>& lines, Format declared) {
  for (const char delimiter : kDelimiters) {
    const Regularity found = regularity(lines, delimiter);
    if (found.cells < 2) continue;
    const bool names = found.words * 2 <= found.delimited * found.cells * 3;  // cells of about one word
    const bool rows = found.numeric && found.words <= found.delimited * found.cells * 4;
    if (declared == Format::csv) {
      if ((names || rows) && found.delimited * 2 >= lines.size()) return true;
      if (found.numeric && found.regular >= 3 && found.regular * 3 >= lines.size()) return true;
    } else if (delimiter != '|' && (names || rows) && !says_names_in_each(lines) && lines.size() >= 3 && found.regular * 10 >= lines.size() * 9) {
      if (!is_printed(lines, delimiter, found)) return true;
    }
  }
  // Two names above a row of as many cells, whatever a log wrote between the rest.
  const bool pair = lines.size() > 1 && std::any_of(std::begin(kDelimiters), std::end(kDelimiters), [&](char delimiter) {
    const std::size_t cells = count_outside_quotes(lines[0], delimiter);
    return cells > 0 && cells == count_outside_quotes(lines[1], delimiter) && count_words(lines[0]) <= 2 * (cells + 1) &&
           !has_number_cell(lines[0], delimiter) && has_number_cell(lines[1], delimiter);
  });
  return declared == Format::csv && (pair || is_header(lines.front()) || is_list_of_numbers(lines));
}

bool is_table_rule(std::string_view line) {
  line = text::trim(line);
  return line.size() >= 3 && line.find('|') != kNpos && line.find("--") != kNpos &&
         line.find_first_not_of("|-: ") == kNpos;
}

// Whether the header above has about as many bars; "---|---|---" below two columns and a bar draws a table of its own kind, and below another
// rule one without rows.
bool rules_off(std::string_view rule, std::string_view header) {
  const auto bars = [](std::string_view line) { return std::count(line.begin(), line.end(), '|'); };
  return bars(header) > 0 && !is_table_rule(header) && std::abs(bars(rule) - bars(header)) <= 2;
}

// A row of a table that other lines part from it, as where a log goes on between them.
bool parts_rows(const std::vector<std::string_view>& lines) {
  const auto bars = [](std::string_view line) {
    line = text::trim(line);
    return line.size() > 2 && line.front() == '|' && line.back() == '|' ? std::count(line.begin(), line.end(), '|') : 0;
  };
  std::ptrdiff_t table = 0;  // bars of the last one
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (is_table_rule(lines[i])) table = bars(lines[i - 1]);
    else if (table > 0 && bars(lines[i]) == table && bars(lines[i - 1]) == 0 && (i + 1 == lines.size() || !is_table_rule(lines[i + 1]))) return true;
  }
  return false;
}

bool is_heading(std::string_view line) {
  const std::size_t level = std::min(line.find_first_not_of('#'), line.size());
  return level >= 1 && level <= 6 && level < line.size() && line[level] == ' ';
}

// In a text or log, "# …" is a comment as often as a heading, and a pipe table below other lines what a program printed:
// something else must say so.
bool looks_like_markdown(const std::vector<std::string_view>& lines, Format declared) {
  const bool text = declared == Format::text;
  if (!text && is_heading(lines.front())) return true;
  std::size_t marks = 0;
  bool table = false;
  bool heading = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view line = lines[i];
    table = table || (is_table_rule(line) && (!text || i == 0 || rules_off(line, lines[i - 1])));
    heading = heading || is_heading(line);
    if ((!text && is_heading(line)) || line.substr(0, 3) == "```" || line.substr(0, 4) == "- **") ++marks;
  }
  return marks >= 2 || (table && (!text || heading || marks > 0 || (lines.front().find('|') != kNpos && !parts_rows(lines))));
}

// Headings, lists, quotes, tables, fences, emphasis, links: what makes a text Markdown. A program's output pasted as it is has none.
bool has_markdown_marks(std::string_view text) {
  text = text.substr(0, kProbedBytes);
  for (const std::string_view mark : {"**", "`", "](", "|", "</", "<!"})
    if (text.find(mark) != kNpos) return true;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text::trim(text.substr(begin, end - begin));
    const std::size_t digits = std::min(line.find_first_not_of("0123456789"), line.size());
    const bool item = line.size() > 1 && std::string_view("-*+>").find(line[0]) != kNpos && (line[1] == ' ' || line[0] == '>');
    const std::string_view ends = line.substr(digits, 2);
    const bool numbered = digits > 0 && digits < 4 && (ends == ". " || ends == ") ");
    if (is_heading(line) || item || numbered || line.substr(0, 3) == "~~~") return true;
    begin = end + 1;
  }
  return false;
}

// Lines of Go's benchmarks and alike, whose tabs separate no cells.
bool lists_benchmarks(const std::vector<std::string_view>& lines) {
  const auto is_benchmark = [](std::string_view line) { return plaintext::benchmark_line(line, {0, line.size()}).has_value(); };
  const auto benchmarks = std::count_if(lines.begin(), lines.end(), is_benchmark);
  return static_cast<std::size_t>(benchmarks) * 3 >= lines.size() * 2;
}

// "['a', 'b']" above other lines, as a program prints a list.
bool begins_with_list(const std::vector<std::string_view>& lines) {
  const std::string_view first = text::trim(lines.front());
  const bool list = first.front() == '[' && first.back() == ']';
  return list && lines.size() > 1 && std::string_view("[{").find(text::trim(lines[1]).front()) == kNpos;
}

// JSON that is not at the very beginning: a tool's greeting stands before it.
bool holds_json(std::string_view text, Format declared) {
  const std::size_t begin = find_json(text, 0);
  if (begin == kNpos) return false;
  if (core::is_json(declared)) return true;
  return (text.size() - begin) * 2 > text.size();
}

// In lower case, of a compressed file the one before ".gz"; empty where there is none.
std::string extension_of(std::string_view path) {
  std::string name = text::lower(path.substr(path.find_last_of('/') + 1));
  if (name.size() > 3 && name.compare(name.size() - 3, 3, ".gz") == 0) name.resize(name.size() - 3);
  const std::size_t dot = name.find_last_of('.');
  return dot == std::string::npos || dot == 0 ? std::string() : name.substr(dot + 1);
}

}  // namespace

bool has_extension(std::string_view path) {
  const std::string extension = extension_of(path);
  return extension.find_first_not_of("0123456789") != std::string::npos;
}

Format declared_format(std::string_view path) {
  const std::string extension = extension_of(path);
  const auto* found = std::find_if(kExtensions.begin(), kExtensions.end(), [&](const Extension& e) { return e.name == extension; });
  return found == kExtensions.end() ? Format::unknown : found->format;
}

Format detect_format(std::string_view text, Format declared) {
  const std::vector<std::string_view> lines = first_lines(text);
  if (lines.empty() && text::trim(text).empty()) return Format::unknown;
  if (lines.empty()) return Format::text;  // white space without end, then something
  if (looks_like_jsonl(text)) return Format::jsonl;
  if (looks_like_json(text) && !(declared == Format::text && begins_with_list(lines))) {
    const std::string_view first = text::trim(lines.front());
    const bool complete = first.back() == (first.front() == '{' ? '}' : ']');
    return declared == Format::jsonl && complete ? Format::jsonl : Format::json;
  }
  const bool names_json = core::is_json(declared);
  if (names_json && (is_json_scalar(text) || holds_json(text, declared))) return declared;
  if (declared == Format::markdown) return has_markdown_marks(text) ? Format::markdown : Format::text;
  if (declared != Format::csv && (plaintext::looks_like_exposition(text) || lists_benchmarks(lines))) return Format::text;
  if (looks_like_csv(lines, declared)) return Format::csv;
  if (looks_like_markdown(lines, declared)) return Format::markdown;
  return holds_json(text, declared) ? Format::json : Format::text;
}

}  // namespace chimera::sources
