#include "claims/run_record.h"

#include <algorithm>
#include <set>

#include "claims/cursor.h"
#include "text/number.h"

namespace chimera::claims {
namespace {

// The whole number at `at` behind blanks; nothing where there is none.
std::optional<std::uint64_t> whole_number(std::string_view text, std::uint64_t at) {
  at = skip_blanks(text, at);
  std::uint64_t end = at;
  while (end < text.size() && (is_digit(text[end]) || text[end] == ',')) ++end;
  const auto number = text::parse_number(text.substr(at, end - at));
  if (!number || !number->integer || number->value < 0 || number->value > 1e12) return std::nullopt;
  return static_cast<std::uint64_t>(number->value);
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::string_view last_key(std::string_view key) {
  const auto slash = key.rfind('/');
  return slash == std::string_view::npos ? key : key.substr(slash + 1);
}

const std::map<std::string, std::string> kTypes = {{"csv", "csv"},           {"json", "json"}, {"jsonl", "jsonl"},
                                                   {"markdown", "markdown"}, {"md", "markdown"}, {"text", "text"}, {"txt", "text"}};

// What a JSON string says, near enough for words and numbers: escaped characters beyond the common ones become spaces.
std::string unescaped(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 >= text.size()) {
      plain += text[i];
      continue;
    }
    const char c = text[++i];
    plain += c == 'n' ? '\n' : c == 't' || c == 'r' || c == 'u' ? ' ' : c;
    if (c == 'u') i += std::min<std::size_t>(4, text.size() - 1 - i);
  }
  return plain;
}

class RecordReader {
 public:
  RecordReader(const core::Document& document, std::string_view report) : document_(document), report_(text::lower(report)) {}

  RunRecord read() {
    record_.path = document_.artifact.path;
    choose_part();
    for (const core::Table& table : document_.tables)
      for (const core::Column& column : table.columns)
        for (std::size_t r = 0; r < table.rows.size() && r < 64; ++r) add(table.rows[r].pointer + "/" + column.key, column.key, column.cells[r]);
    return std::move(record_);
  }

 private:
  static std::string first_part(std::string_view pointer) {
    while (!pointer.empty() && pointer.front() == '/') pointer.remove_prefix(1);
    const auto slash = pointer.find('/');
    return slash == std::string_view::npos ? std::string() : text::lower(pointer.substr(0, slash));
  }

  // Of "collector" and "insight" the one that the report's name holds.
  void choose_part() {
    for (const core::Table& table : document_.tables)
      for (const core::Column& column : table.columns)
        for (const core::Row& row : table.rows) {
          const std::string part = first_part(row.pointer + "/" + column.key);
          if (part.size() > 3 && contains(report_, part)) chosen_ = part;
        }
  }

  void add(const std::string& pointer, std::string_view key, const core::Cell& cell) {
    if (cell.kind == core::CellKind::absent || cell.kind == core::CellKind::null) return;
    const std::string part = first_part(pointer);
    if (!chosen_.empty() && !part.empty() && part != chosen_) return;
    const std::string raw = unescaped(document_.at(cell.span()));
    const std::string name = text::lower(last_key(key));
    const bool when = contains(name, "time") || contains(name, "date") || contains(name, "generated") || contains(name, "created");
    if (cell.kind == core::CellKind::text && when)
      for (const text::DateToken& token : text::find_dates(raw)) record_.dates.push_back(token.date);
    if (cell.kind == core::CellKind::text && contains(raw, "Total files")) {  // the inventory that the tool printed
      const FileCounts counts = read_file_counts(raw);
      if (counts.total && record_.files.by_type.empty()) {
        record_.files = counts;
        // names of files hold dates too; only what stands behind "modified" counts
        for (auto at = raw.find("odified"); at != std::string::npos; at = raw.find("odified", at + 7))
          for (const text::DateToken& token : text::find_dates(std::string_view(raw).substr(at, 48))) record_.file_dates.push_back(token.date);
      }
    }
    const bool counted = name == "files_ingested" || name == "files_analyzed" || name == "benchmark_data_count" || name == "file_count";
    if (cell.kind == core::CellKind::number && counted && !record_.files.total) record_.files.total = static_cast<std::uint64_t>(cell.number);
    static const std::set<std::string> kSettings = {"model", "num_ctx", "num_gpu", "repeat_penalty", "temperature", "top_k", "top_p"};
    if (kSettings.count(name) > 0) record_.settings.try_emplace(name, raw);
  }

  const core::Document& document_;
  std::string report_;
  std::string chosen_;
  RunRecord record_;
};

}  // namespace

FileCounts read_file_counts(std::string_view text) {
  FileCounts counts;
  for (auto at = text.find("iles"); at != std::string_view::npos; at = text.find("iles", at + 4)) {
    if (at == 0 || (text[at - 1] != 'F' && text[at - 1] != 'f')) continue;
    const Word type = word_before(text, at - 1);
    std::uint64_t behind = skip_blanks(text, at + 4);
    if (behind < text.size() && text[behind] == '(' && !type.text.empty()) {
      const auto number = whole_number(text, behind + 1);
      const auto known = kTypes.find(type.text);
      if (number && known != kTypes.end()) counts.by_type.try_emplace(known->second, *number);
    } else if (type.text == "total" || lower_word(text, behind) == "analyzed" || lower_word(text, behind) == "analysed") {
      const std::string verb = lower_word(text, behind);
      behind = skip_blanks(text, behind + verb.size());
      while (behind < text.size() && (text[behind] == ':' || text[behind] == '*')) ++behind;
      const auto number = whole_number(text, behind);
      if (number && !counts.total) counts.total = number;
    }
  }
  return counts;
}

RunRecord read_run_record(const core::Document& document, std::string_view report) { return RecordReader(document, report).read(); }

}  // namespace chimera::claims
