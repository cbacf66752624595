#include "facts/setting_values.h"

#include <algorithm>
#include <map>

#include "core/unit.h"
#include "facts/naming.h"
#include "text/words.h"

namespace chimera::facts {
namespace {

using core::Cell;
using core::CellKind;

// Reads one flat object; quotes may be doubled (CSV), escaped (JSON in JSON) or single (Python).
class OptionsReader {
 public:
  OptionsReader(const Catalog& catalog, std::string_view written) : catalog_(catalog) {
    for (std::size_t i = 0; i < written.size(); ++i) {
      const bool doubled = written[i] == '"' && i + 1 < written.size() && written[i + 1] == '"';
      const bool escaped = written[i] == '\\' && i + 1 < written.size() && written[i + 1] == '"';
      if (doubled || escaped) ++i;
      text_ += written[i];
    }
  }

  std::vector<core::Setting> read() {
    skip_to('{');
    while (at_ < text_.size()) {
      const std::string key = quoted();
      if (key.empty()) break;
      skip_to(':');
      skip_space();
      add(key, value());
      skip_to(',');
    }
    return std::move(settings_);
  }

 private:
  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }
  void skip_to(char wanted) {
    while (at_ < text_.size() && text_[at_] != wanted) ++at_;
    if (at_ < text_.size()) ++at_;
  }
  std::string quoted() {
    while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\'') ++at_;
    if (at_ == text_.size()) return {};
    const char quote = text_[at_++];
    const std::size_t end = std::min(text_.find(quote, at_), text_.size());
    std::string content = text_.substr(at_, end - at_);
    at_ = std::min(end + 1, text_.size());
    return content;
  }
  // A scalar; of an object or list nothing, and it is passed over.
  std::string value() {
    if (at_ < text_.size() && (text_[at_] == '"' || text_[at_] == '\'')) return quoted();
    if (at_ < text_.size() && (text_[at_] == '{' || text_[at_] == '[')) {
      int open = 0;
      do {
        if (text_[at_] == '{' || text_[at_] == '[') ++open;
        if (text_[at_] == '}' || text_[at_] == ']') --open;
        ++at_;
      } while (at_ < text_.size() && open > 0);
      return {};
    }
    const std::size_t end = std::min(text_.find_first_of(",}", at_), text_.size());
    std::string content = text_.substr(at_, end - at_);
    at_ = end;
    return content;
  }
  void add(const std::string& key, const std::string& value) {
    if (value.empty() || value == "null" || value == "None") return;
    const std::vector<std::string> words = text::split_identifier(key);
    const SettingEntry* setting = catalog_.setting(join(words, " "));
    settings_.push_back({setting != nullptr ? setting->name : join(words, "_"), value});
  }

  const Catalog& catalog_;
  std::string text_;
  std::size_t at_ = 0;
  std::vector<core::Setting> settings_;
};

}  // namespace

std::string_view value_of(const core::Document& document, const Cell& cell) {
  if (cell.kind == CellKind::boolean) return cell.number == 0 ? "false" : "true";
  const std::string_view value = text::trim(document.at(cell.span()));
  // "Infinity" of JSON is the "inf" of others.
  const bool infinite = (value.size() == 3 || value.size() == 8) && (value[0] | 0x20) == 'i' && (text::lower(value) == "inf" || text::lower(value) == "infinity");
  return infinite ? std::string_view("inf") : value;
}

std::string_view value_of(const core::Document& document, const core::Column& column, const Cell& cell) {
  const std::string_view value = value_of(document, cell);
  if (cell.kind != CellKind::number || value.empty() || column.unit.empty()) return value;
  const core::UnitPtr unit = core::find_unit(column.unit);
  if (unit != nullptr && unit->dimension == core::Dimension::tokens) return value;
  const std::string_view behind = std::string_view(document.text).substr(static_cast<std::size_t>(cell.begin) + cell.size);
  if (unit != nullptr && unit->dimension == core::Dimension::count) {
    const bool letter = unit->factor > 1 && !behind.empty() && std::string_view("kKMGTBb").find(behind[0]) != std::string_view::npos;
    return {value.data(), value.size() + (letter ? 1 : 0)};
  }
  const std::size_t blank = behind.substr(0, 1) == " " ? 1 : 0;
  // "2080 Ti" is another device than "2080", "40 layers" and "8 GPUs" are as many as "40" and "8".
  const bool counts = column.unit.back() == 's' || (column.unit.front() >= 'a' && column.unit.front() <= 'z');
  if (unit == nullptr && blank == 1 && counts) return value;
  if (behind.substr(blank, column.unit.size()) != column.unit) return value;
  return {value.data(), value.size() + blank + column.unit.size()};
}

std::string_view with_remark(const core::Document& document, const Cell& cell) {
  constexpr std::size_t kLongestRemark = 40;
  const std::string_view value = document.at(cell.span());
  const std::string_view behind = std::string_view(document.text).substr(static_cast<std::size_t>(cell.begin) + cell.size, kLongestRemark);
  const std::size_t open = behind.find_first_not_of(' ');
  if (cell.kind != CellKind::number || value.empty() || open == std::string_view::npos || behind[open] != '(') return value;
  const std::size_t close = behind.find_first_of(")|\n", open);
  return close == std::string_view::npos || behind[close] != ')' ? value : std::string_view(value.data(), value.size() + close + 1);
}

bool remarks_tell_apart(const core::Document& document, const core::Column& column) {
  constexpr std::size_t kMostRows = 256;
  if (document.artifact.format != core::Format::markdown || column.cells.size() > kMostRows) return false;
  std::map<double, std::string_view> seen;
  return std::any_of(column.cells.begin(), column.cells.end(), [&](const Cell& cell) {
    if (cell.kind != CellKind::number) return false;
    const auto [known, fresh] = seen.emplace(cell.number, with_remark(document, cell));
    return !fresh && known->second != with_remark(document, cell);
  });
}

std::vector<core::Setting> parse_options(const Catalog& catalog, std::string_view written) { return OptionsReader(catalog, written).read(); }

}  // namespace chimera::facts
