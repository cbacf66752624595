#include "plaintext/header_above.h"

#include <algorithm>
#include <set>

#include "core/unit.h"
#include "plaintext/header_columns.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/written_cell.h"
#include "text/number.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kMostLines = 2;      // above the last one
constexpr std::size_t kLongestLine = 512;  // bytes

class HeaderAbove {
 public:
  HeaderAbove(const core::Document& document, const std::vector<core::Span>& header)
      : document_(document), text_(document.text), header_(header), above_(document.place(header.front().begin).line - 1) {}

  AlignedHeader read() {
    for (const core::Span field : header_) out_.keys.emplace_back(at(text_, field));
    out_.written = header_;
    out_.units.resize(header_.size());
    for (std::size_t lines = 0; lines < kMostLines && above_ > 0 && (names_are_units() || !tells_apart()); ++lines)
      if (!take(line_above())) break;
    for (std::size_t k = 0; k < header_.size(); ++k)
      if (out_.units[k].empty()) out_.units[k] = std::string(unit_of_header(out_.keys[k]));
    if (taken_) take_title(line_above());
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool tells_apart() const { return std::set<std::string>(out_.keys.begin(), out_.keys.end()).size() == out_.keys.size(); }

  [[nodiscard]] bool names_are_units() const {
    return !taken_ && std::all_of(out_.keys.begin() + 1, out_.keys.end(), [](const std::string& key) { return core::find_unit(key) != nullptr; });
  }

  [[nodiscard]] core::Span line_above() const {
    if (above_ == 0 || document_.lines[above_] - document_.lines[above_ - 1] > kLongestLine) return {};
    return trimmed(text_, {document_.lines[above_ - 1], document_.lines[above_] - 1});
  }

  // A line of as many words, or of groups that stand wide apart.
  bool take(core::Span line) {
    text::NumberToken token;
    if (line.size() == 0 || is_ruler(at(text_, line)) || text::NumberScanner(at(text_, line)).next(token)) return false;
    std::vector<core::Span> names = words(text_, line);
    const bool one_each = names.size() == header_.size();
    if (!one_each) names = wide_fields(text_, line);
    if (names.size() < 2 || names.size() > header_.size()) return false;
    const bool units = names_are_units();
    for (std::size_t k = 0; k < header_.size(); ++k) {
      const std::string name(at(text_, one_each ? names[k] : names[nearest_name(document_, names, header_[k])]));
      if (units && k > 0) out_.units[k] = out_.keys[k];
      out_.keys[k] = units && k > 0 ? name : name + '/' + out_.keys[k];
    }
    out_.written.insert(out_.written.end(), names.begin(), names.end());
    taken_ = true;
    --above_;
    return true;
  }

  void take_title(core::Span line) {
    constexpr std::string_view kIn = " in ";
    const std::size_t in = at(text_, line).rfind(kIn);
    if (in == std::string_view::npos) return;
    const std::string_view unit = at(text_, line).substr(in + kIn.size());
    if (core::find_unit(unit) == nullptr) return;
    for (std::size_t k = 1; k < out_.units.size(); ++k)
      if (out_.units[k].empty()) out_.units[k] = std::string(unit);
  }

  const core::Document& document_;
  std::string_view text_;
  const std::vector<core::Span>& header_;
  std::size_t above_;  // how many lines stand above those that were taken
  bool taken_ = false;
  AlignedHeader out_;
};

}  // namespace

AlignedHeader aligned_header(const core::Document& document, const std::vector<core::Span>& header) {
  return HeaderAbove(document, header).read();
}

}  // namespace chimera::plaintext
