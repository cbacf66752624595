#include "plaintext/clause_remarks.h"

#include <algorithm>

#include "core/unit.h"
#include "plaintext/clause_words.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/written_cell.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kLongestRemark = 120;
constexpr std::size_t kLongestName = 32;
constexpr std::size_t kMostNameWords = 3;

class RemarkReader {
 public:
  RemarkReader(std::string_view text, core::Span remark, const std::string& key, core::Span name, std::string_view unit)
      : text_(text), remark_(trimmed(text, remark)), key_(key), name_(name), unit_(core::find_unit(unit)), numbers_(text, remark_) {}

  std::vector<Said> read() {
    for (pos_ = remark_.begin; pos_ < remark_.end;) {
      if (is_blank(text_[pos_]) || is_one_of(text_[pos_], ",;/=|")) {
        ++pos_;
        continue;
      }
      if (!take()) return {};
    }
    return std::move(found_);
  }

 private:
  bool take() {
    // "in" of "128 tokens in 2.83 s"
    if (!found_.empty() && at(text_, {pos_, word_end()}) == "in") pos_ = word_end() + 1;
    core::Span words;
    for (std::size_t count = 0; pos_ < remark_.end; ++count) {
      const ClauseNumber number = numbers_.at(pos_, words.size() > 0 ? ClauseNumbers::Name::marked : ClauseNumbers::Name::plain);
      if (number.value.size() > 0 && number.end <= remark_.end) return put(words, number);
      const core::Span word{pos_, word_end()};
      if (count == kMostNameWords || !is_name(word, count == 0)) return false;
      words = joined(words, word);
      pos_ = word.end;
      while (pos_ < remark_.end && (is_blank(text_[pos_]) || is_one_of(text_[pos_], ":="))) ++pos_;
    }
    return false;
  }

  [[nodiscard]] std::uint64_t word_end() const {
    std::uint64_t end = pos_;
    while (end < remark_.end && !is_blank(text_[end]) && !is_one_of(text_[end], ",;=:|")) ++end;
    return end;
  }

  [[nodiscard]] bool is_name(core::Span word, bool first) const {
    const std::string_view written = at(text_, word);
    return !written.empty() && written.size() <= kLongestName && is_letter(written[0]) && (!first || !is_of_comparison(written)) &&
           std::all_of(written.begin(), written.end(), [](char c) { return is_letter(c) || is_digit(c) || is_one_of(c, "_-./%@"); });
  }

  bool put(core::Span words, const ClauseNumber& number) {
    pos_ = number.end;
    const core::UnitPtr unit = number.known ? core::find_unit(number.unit) : nullptr;
    const std::string_view said = at(text_, words);
    const bool same = unit == nullptr || unit_ == nullptr || unit->dimension == unit_->dimension;  // "total" is a name in another unit
    if (is_statistic(said) && same) return add(of_all() + '/' + std::string(said), name_, number);
    // A name says what a value is only with a unit, or where it is one of several: "(n=5)" is a count, "(run 3)" is not.
    const bool marked = words.size() > 0 && is_one_of(text_[words.end], "=:");
    const bool list = pos_ < remark_.end && text_[pos_] == '/';  // "(r/w/o: 213.9/61.0/31.0)"
    if (list && words.size() > 0) return false;
    if (words.size() > 0) return (unit == nullptr && !marked) || add(named(std::string(said), unit), words, number);
    const bool another = unit != nullptr && unit_ != nullptr && unit->dimension != unit_->dimension && unit->dimension != core::Dimension::fraction;
    if (!another) return true;
    if (is_rate(unit)) return add(key_ + "/rate", name_, number);
    if (is_rate(unit_)) return add(unit->dimension == core::Dimension::time ? "time" : std::string(number.unit), unit_span(text_, number), number);
    return add(key_ + '/' + std::string(number.unit), name_, number);
  }

  // "latency" of "Average latency: 12.5 ms (p99: 31.25 ms)": the other statistic is none of the averages.
  [[nodiscard]] std::string of_all() const {
    const std::size_t blank = key_.find(' ');
    return blank != std::string::npos && blank + 1 < key_.size() && is_statistic(key_.substr(0, blank)) ? key_.substr(blank + 1) : key_;
  }

  // "min: 1.1 ms (end to end 2.2 ms)" is about the same statistic, "memory: 4.2 GB (model: 3.1 GB)" says a part of it.
  [[nodiscard]] std::string named(const std::string& said, core::UnitPtr unit) const {
    if (is_statistic(key_)) return said + '/' + key_;
    const bool part = unit != nullptr && unit_ != nullptr && unit->dimension == core::Dimension::information && unit_->dimension == unit->dimension;
    return part ? key_ + '/' + said : said;
  }

  bool add(std::string key, core::Span name, const ClauseNumber& number) {
    found_.push_back({std::move(key), name, number.value});
    return true;
  }

  std::string_view text_;
  core::Span remark_;
  const std::string& key_;
  core::Span name_;
  core::UnitPtr unit_;
  ClauseNumbers numbers_;
  std::uint64_t pos_ = 0;
  std::vector<Said> found_;
};

}  // namespace

std::vector<Said> said_in_remark(std::string_view text, core::Span remark, const std::string& key, core::Span name, std::string_view unit) {
  return remark.size() > kLongestRemark ? std::vector<Said>() : RemarkReader(text, remark, key, name, unit).read();
}

std::vector<Said> take_remark(std::string_view text, const std::string& key, core::Span name, core::Span& value) {
  const std::size_t open = value.size() > 2 && text[value.end - 1] == ')' ? at(text, value).find(" (") : std::string_view::npos;
  if (open == std::string_view::npos || at(text, value).find('(', open + 2) != std::string_view::npos) return {};
  const core::Span before = trimmed(text, {value.begin, value.begin + open});
  const WrittenCell written = read_written_cell(text, before);
  if (written.cell.kind != core::CellKind::number || core::find_unit(written.unit) == nullptr) return {};
  std::vector<Said> found = said_in_remark(text, {value.begin + open + 2, value.end - 1}, key, name, written.unit);
  if (!found.empty()) value = before;
  return found;
}

}  // namespace chimera::plaintext
