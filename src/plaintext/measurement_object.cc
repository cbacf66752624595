#include "plaintext/measurement_object.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/unit.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/written_cell.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kMostLines = 12;  // of one measurement
constexpr std::string_view kTime = "time per run";

bool is_title(std::string_view line) { return line.size() > 2 && line.front() == '<' && line.back() == '>' && line.find("Measurement object at 0x") != std::string_view::npos; }

struct Value {
  std::string key;
  core::Span name;
  core::Span value;
  std::string_view unit{};
};

class Measurement {
 public:
  explicit Measurement(const LineView& lines) : lines_(lines) {}

  // The line behind it; `i` where it is none.
  std::size_t read(std::size_t i) {
    for (std::size_t next = i + 1; next < lines_.count() && next <= i + kMostLines; ++next) {
      const core::Span line = lines_.line(next);
      if (line.size() == 0 || line.size() > kLongestLine) return i;
      if (lines_.at(line).find(" measurement") != std::string_view::npos && take_counts(line)) return values_.size() > counts_ ? next + 1 : i;
      if (!take_time(line) && name_.size() == 0) name_ = line;
    }
    return i;
  }

  [[nodiscard]] core::Span name() const { return name_; }
  [[nodiscard]] const std::vector<Value>& values() const { return values_; }

 private:
  [[nodiscard]] bool is_time(core::Span span) const {
    const WrittenCell written = read_written_cell(lines_.text(), span);
    const core::UnitPtr unit = core::find_unit(written.unit);
    return written.cell.kind == core::CellKind::number && unit != nullptr && unit->dimension == core::Dimension::time;
  }

  // "1.23 ms", "Median: 2.34 ms", "IQR:    0.12 ms (2.30 to 2.42)".
  bool take_time(core::Span line) {
    std::string key(kTime);
    core::Span name = line;
    for (const auto& [label, statistic] : {std::pair(std::string_view("Median:"), "/median"), std::pair(std::string_view("IQR:"), "/iqr")}) {
      if (lines_.at(line).rfind(label, 0) != 0) continue;
      key += statistic;
      name = {line.begin, line.begin + label.size() - 1};
      line = trimmed(lines_.text(), {line.begin + label.size(), line.end});
    }
    const std::size_t open = lines_.at(line).find(" (");
    const core::Span value = open == std::string_view::npos ? line : core::Span{line.begin, line.begin + open};
    if (!is_time(value)) return false;
    if (name.begin == line.begin) name = words(lines_.text(), value).back();
    values_.push_back({key, name, value});
    if (open != std::string_view::npos) take_quartiles({value.end + 2, line.end}, name, read_written_cell(lines_.text(), value).unit);
    return true;
  }

  void take_quartiles(core::Span inside, core::Span name, std::string_view unit) {
    if (inside.size() > 0 && lines_.text()[inside.end - 1] == ')') --inside.end;
    const std::vector<core::Span> parts = words(lines_.text(), inside);
    if (parts.size() != 3 || lines_.at(parts[1]) != "to") return;
    values_.push_back({std::string(kTime) + "/p25", name, parts[0], unit});
    values_.push_back({std::string(kTime) + "/p75", name, parts[2], unit});
  }

  // "5 measurements, 100 runs per measurement, 1 thread"
  bool take_counts(core::Span line) {
    const std::vector<core::Span> parts = words(lines_.text(), line);
    std::vector<Value> found;
    for (std::size_t k = 0; k + 1 < parts.size(); ++k) {
      const std::string_view thing = lines_.at(parts[k + 1]);
      const std::string key = thing.rfind("measurement", 0) == 0 ? "measurements" : thing.rfind("run", 0) == 0 ? "runs" : thing.rfind("thread", 0) == 0 ? "threads" : "";
      if (!key.empty() && is_digit(lines_.text()[parts[k].begin])) found.push_back({key, parts[k + 1], parts[k]});
    }
    if (found.size() != 3) return false;
    counts_ = found.size();
    for (Value& each : found) values_.push_back(std::move(each));
    return true;
  }

  const LineView& lines_;
  core::Span name_;
  std::vector<Value> values_;
  std::size_t counts_ = 0;
};

}  // namespace

std::size_t read_measurement_object(const LineView& lines, std::size_t i, TableBuilder& out) {
  if (!is_title(lines.at(lines.line(i)))) return i;
  Measurement found(lines);
  const std::size_t next = found.read(i);
  if (next == i) return i;
  GrowingTable& records = out.table(core::TableKind::records, "measurement object");
  out.begin_row(records, lines.line(i).begin);
  if (found.name().size() > 0) records.put("case", {text_cell(found.name()), {}, {}}, found.name().end);
  for (const Value& each : found.values()) {
    WrittenCell written = read_written_cell(lines.text(), each.value);
    if (written.unit.empty()) written.unit = each.unit;
    records.put(each.key, written, each.value.end);
    out.add_key(each.name);
  }
  return next;
}

}  // namespace chimera::plaintext
