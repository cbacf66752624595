#include "plaintext/exposition.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "core/statistic.h"
#include "core/unit.h"
#include "plaintext/growing_table.h"
#include "plaintext/leftover.h"
#include "plaintext/text_lines.h"
#include "plaintext/written_cell.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kProbedLines = 64;

bool is_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ':'; }

struct Label {
  core::Span name;
  core::Span value;  // without quotes
};
struct Sample {
  core::Span name;
  std::vector<Label> labels;
  core::Span value;
  core::Span time;  // may be empty
};

// "name{label="x",other="y"} 12.5 1700000000": nothing where the line is anything else.
std::optional<Sample> sample_of(std::string_view text, core::Span line) {
  std::uint64_t i = line.begin;
  while (i < line.end && is_name(text[i])) ++i;
  Sample out;
  out.name = {line.begin, i};
  if (out.name.size() == 0 || (text[out.name.begin] >= '0' && text[out.name.begin] <= '9')) return std::nullopt;
  if (i < line.end && text[i] == '{') {
    for (++i; i < line.end && text[i] != '}';) {
      Label label;
      label.name.begin = i;
      while (i < line.end && is_name(text[i])) ++i;
      label.name.end = i;
      if (label.name.size() == 0 || i + 1 >= line.end || text[i] != '=' || text[i + 1] != '"') return std::nullopt;
      label.value.begin = i += 2;
      while (i < line.end && text[i] != '"') i += text[i] == '\\' ? 2 : 1;
      if (i >= line.end) return std::nullopt;
      label.value.end = i++;
      out.labels.push_back(label);
      while (i < line.end && (text[i] == ',' || text[i] == ' ')) ++i;
    }
    if (i >= line.end) return std::nullopt;
    ++i;
  }
  if (i >= line.end || (text[i] != ' ' && text[i] != '\t')) return std::nullopt;
  const std::vector<core::Span> rest = words(text, {i, line.end});
  if (rest.empty()) return std::nullopt;
  out.value = rest[0];
  if (rest.size() == 2) out.time = rest[1];
  const std::string_view value = text.substr(out.value.begin, out.value.size());
  const bool special = value == "NaN" || value == "+Inf" || value == "-Inf";
  // A sample of OpenMetrics may end in an exemplar: " # {trace_id="7"} 0.5".
  const bool ends = rest.size() <= 2 || text[rest[1].begin] == '#' || text[rest[2].begin] == '#';
  if (!ends || (!special && !text::parse_number(value))) return std::nullopt;
  return out;
}

bool ends_with(std::string_view name, std::string_view end) {
  return name.size() > end.size() && name.substr(name.size() - end.size()) == end;
}

class ExpositionReader {
 public:
  explicit ExpositionReader(core::Document& document) : document_(document), text_(document.text) {}

  void read() {
    for (std::size_t i = 0; i < document_.lines.size(); ++i) {
      const std::uint64_t end = i + 1 < document_.lines.size() ? document_.lines[i + 1] - 1 : text_.size();
      core::Span line{document_.lines[i], std::max(document_.lines[i], end)};
      while (line.size() > 0 && (text_[line.end - 1] == '\r' || text_[line.end - 1] == ' ')) --line.end;
      if (line.size() == 0) continue;
      if (text_[line.begin] == '#') read_comment(line);
      else if (const auto sample = sample_of(text_, line)) add(*sample);
    }
    std::vector<LocatedTable> found;
    for (auto& [name, family] : families_) family.table.take(found);
    std::stable_sort(found.begin(), found.end(), [](const LocatedTable& a, const LocatedTable& b) { return a.begin < b.begin; });
    for (LocatedTable& each : found) document_.tables.push_back(std::move(each.table));
  }

  std::vector<core::Span> take_comments() { return std::move(comments_); }
  std::vector<core::Span> take_keys() { return std::move(keys_); }

 private:
  struct Family {
    GrowingTable table;
    std::string labels;  // of the last row
  };

  [[nodiscard]] std::string_view at(core::Span span) const { return text_.substr(span.begin, span.size()); }

  // "# TYPE name histogram", "# HELP name Prompt throughput in tokens/s."
  void read_comment(core::Span line) {
    comments_.push_back(line);
    const std::vector<core::Span> parts = words(text_, line);
    if (parts.size() < 4) return;
    const std::string name(at(parts[2]));
    if (at(parts[1]) == "TYPE") types_[name] = std::string(at(parts[3]));
    if (at(parts[1]) != "HELP") return;
    if (const std::string_view unit = unit_in_help(parts); !unit.empty()) units_[name] = std::string(unit);
  }

  // "... in tokens/s.", "... (in MiB)."; empty where the help says none.
  [[nodiscard]] std::string_view unit_in_help(const std::vector<core::Span>& parts) const {
    const std::string_view before = at(parts[parts.size() - 2]);
    if (before != "in" && before != "(in") return {};
    std::string_view unit = at(parts.back());
    while (!unit.empty() && (unit.back() == '.' || (before.front() == '(' && unit.back() == ')'))) unit.remove_suffix(1);
    return core::find_unit(unit) == nullptr ? std::string_view() : unit;
  }

  // The metric that a sample is of: of a histogram's or summary's parts the whole.
  [[nodiscard]] std::string family_of(const std::string& name) const {
    for (const std::string_view part : {"_bucket", "_sum", "_count", "_created"}) {
      if (!ends_with(name, part)) continue;
      std::string whole = name.substr(0, name.size() - part.size());
      const auto type = types_.find(whole);
      if (type != types_.end() && (type->second == "histogram" || type->second == "summary" || part == "_created")) return whole;
      // A counter is typed by its whole name in one version of the format, without "_total" in the other.
      if (part == "_created" && types_.count(whole + "_total") > 0) return whole + "_total";
    }
    return name;
  }

  void add(const Sample& sample) {
    const std::string name(at(sample.name));
    const std::string family = family_of(name);
    const bool created = ends_with(name, "_created");
    const std::string part = created ? "_created" : name.substr(std::min(family.size(), name.size()));
    Family& place = families_.try_emplace(family, Family{GrowingTable(document_, core::TableKind::records, family), {}}).first->second;
    const std::string labels = labels_of(sample);
    const auto told = units_.find(family);
    const Name known = told == units_.end() ? name_of(family) : Name{family.substr(family.rfind(':') + 1), told->second};
    const std::string key = key_of(sample, known.key, part);
    if (!place.table.has_row() || labels != place.labels || place.table.in_row(key)) begin(place, sample, labels);
    WrittenCell written = read_written_cell(text_, sample.value);
    // "+Inf" of a gauge is no number; counts below a bound, times of creation and the 1 of a list of labels are no values.
    if (part == "_bucket" || created || ends_with(family, "_info")) written = {text_cell(sample.value), {}, {}};
    if (part != "_count" && written.cell.kind == core::CellKind::number) written.unit = known.unit;
    place.table.put(key, written, sample.value.end);
    if (sample.time.size() > 0) place.table.put("timestamp", {text_cell(sample.time), {}, {}}, sample.time.end);
    keys_.push_back(sample.name);
    for (const Label& label : sample.labels) {
      keys_.push_back(label.name);
      if (is_part(at(label.name))) keys_.push_back(label.value);
    }
  }

  void begin(Family& place, const Sample& sample, const std::string& labels) {
    place.table.begin_row(sample.name.begin);
    place.labels = labels;
    for (const Label& label : sample.labels)
      if (!is_part(at(label.name))) place.table.put(std::string(at(label.name)), {text_cell(label.value), {}, {}}, label.value.end);
  }

  // Labels that tell parts of one metric apart.
  static bool is_part(std::string_view label) { return label == "le" || label == "quantile"; }

  [[nodiscard]] std::string labels_of(const Sample& sample) const {
    std::string all;
    for (const Label& label : sample.labels)
      if (!is_part(at(label.name))) all += std::string(at(label.name)) + '=' + std::string(at(label.value)) + '\n';
    return all;
  }

  // A metric's name without the name space before a colon, "vllm:", and without the unit at its end, where it is one of the format's.
  struct Name {
    std::string key;
    std::string_view unit;
  };
  static Name name_of(const std::string& family) {
    Name out{family.substr(family.rfind(':') == std::string::npos ? 0 : family.rfind(':') + 1), {}};
    // "prompt_seconds_total": what took these seconds is all that the rest says.
    for (const auto& [end, instead, unit] : {std::tuple{"_seconds_total", "_time/sum", "s"}, {"_seconds", "", "s"}, {"_milliseconds", "", "ms"}}) {
      if (!ends_with(out.key, end)) continue;
      out.key.resize(out.key.size() - std::string_view(end).size());
      out.key += instead;
      out.unit = unit;
      break;
    }
    return out;
  }

  [[nodiscard]] std::string key_of(const Sample& sample, const std::string& name, const std::string& part) const {
    for (const Label& label : sample.labels) {
      if (at(label.name) == "le") return name + "_bucket/" + std::string(at(label.value));
      const auto quantile = at(label.name) == "quantile" ? text::parse_number(at(label.value)) : std::nullopt;
      if (quantile) return name + '/' + core::to_string({core::Statistic::Kind::percentile, quantile->value * 100});
    }
    if (part == "_sum") return name + "/sum";
    if (part == "_count") return name + "/count";
    return name + part;
  }

  core::Document& document_;
  std::string_view text_;
  std::map<std::string, std::string> types_;
  std::map<std::string, std::string> units_;
  std::map<std::string, Family> families_;
  std::vector<core::Span> comments_;
  std::vector<core::Span> keys_;
};

}  // namespace

bool looks_like_exposition(std::string_view text) {
  bool named = false;
  std::size_t lines = 0;
  for (std::size_t begin = 0; begin < text.size() && lines < kProbedLines; ++lines) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const core::Span line{begin, end};
    const std::string_view all = text::trim(text.substr(begin, end - begin));
    begin = end + 1;
    if (all.empty()) continue;
    if (all.substr(0, 7) == "# TYPE " || all.substr(0, 7) == "# HELP ") named = true;
    else if (all.front() != '#') return named && sample_of(text, line).has_value();
  }
  return false;
}

void read_exposition(core::Document& document, core::Diagnostics& diagnostics) {
  ExpositionReader reader(document);
  reader.read();
  std::vector<core::Span> keys = reader.take_keys();
  std::vector<core::Span> comments = reader.take_comments();
  tidy(keys);
  tidy(comments);
  explain_leftover(document, {{"key", std::move(keys)}, {"comment", std::move(comments)}}, diagnostics);
}

}  // namespace chimera::plaintext
