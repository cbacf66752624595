#include "plaintext/text_clauses.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/statistic.h"
#include "core/unit.h"
#include "plaintext/clause_numbers.h"
#include "plaintext/clause_remarks.h"
#include "plaintext/clause_scan.h"
#include "plaintext/clause_words.h"
#include "plaintext/run_marks.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/written_cell.h"
#include "text/model_names.h"
#include "text/number_formats.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kLongestName = 48;    // bytes
constexpr std::size_t kMostNameWords = 4;
constexpr std::size_t kMostClauses = 64;

// What parts two clauses: nothing, a blank, a wide gap or a mark.
enum class Gap { none, blank, wide, mark };

using Number = ClauseNumber;

class ClauseReader {
 public:
  ClauseReader(std::string_view text, core::Span line) : text_(text), line_(without_stop(text, trimmed(text, line))), reader_(text, line_), scan_(text, line_), pos_(line_.begin) {}

  std::optional<ClauseLine> read() {
    for (;;) {
      gap_ = skip_gap();
      if (pos_ >= line_.end) break;
      if (out_.said.size() >= kMostClauses || !take()) return std::nullopt;
    }
    // "Q4_K_M -> 45.2 tok/s", "llama3:8b: 45.2 tok/s"; "GPU0 -> GPU1: 25 GB/s" is a name.
    // "num_gpu=20: 45.2 tok/s" alone says so as well.
    const bool led = with_unit_ > 0 && ((equated_ > 0 && rated_) || (arrow_ && (equated_ > 0 || (out_.label.size() > 0 && unnamed_ > 0))) || (named_model_ && rated_));
    if (!led && (items_ < 2 || numbers_ < 2)) return std::nullopt;
    // "SSE3 = 1 | AVX = 0" lists features of a machine; "memory allocated: 5 MiB reserved: 7 MiB" says the second of what the first is of.
    if (equations_ > 0 && at(text_, line_).find(" | ") != std::string_view::npos) return std::nullopt;
    if (marked_ == 2 && items_ == 2 && chained_) return std::nullopt;
    // "Prompt: 640 tokens, 905.5 tokens/s": both are of the prompt.
    if (unnamed_ > 0 && unnamed_ + 1 == items_ && marked_ == 1 && equations_ == 0 && first_has_unit_) return std::nullopt;
    // "Time(s): load 0.2, run 5.3"
    if (!unit_of_header(at(text_, out_.label)).empty()) with_unit_ += items_ - std::min(items_, with_unit_ + counts_);
    const bool units = with_unit_ >= 2 && with_unit_ + counts_ == items_ && !worded_;
    const bool statistics = (out_.label.size() > 0 || !base_.empty()) && statistics_ == items_;
    const bool places = std::all_of(out_.said.begin(), out_.said.end(), [](const Said& each) { return each.key.find('@') != std::string::npos; });  // "Acc@1 71.2"
    if (marked_ >= 2 || units || statistics || places || led) out_.proof = ClauseLine::Proof::itself;
    return std::move(out_);
  }

  // "num_gpu=10, model=m": all that is said where it is nothing but such pairs, else nothing.
  std::vector<Said> pairs() {
    for (;;) {
      gap_ = skip_gap();
      if (pos_ >= line_.end) break;
      if (!take()) return {};
    }
    return equated_ == out_.said.size() && out_.label.size() == 0 ? std::move(out_.said) : std::vector<Said>();
  }

 private:
  [[nodiscard]] bool at_end(std::uint64_t i) const { return i >= line_.end; }

  Gap skip_gap() {
    if (pos_ == line_.begin && out_.said.empty() && out_.label.size() == 0) {
      while (!at_end(pos_) && (text_[pos_] == '|' || is_blank(text_[pos_]))) ++pos_;
      pos_ = scan_.behind_ordinal(pos_);
      return Gap::mark;
    }
    Gap gap = behind_label_ ? Gap::mark : Gap::none;
    behind_label_ = false;
    const std::uint64_t from = pos_;
    std::size_t blanks = 0;
    for (; !at_end(pos_); ++pos_) {
      const char c = text_[pos_];
      const bool dash = pos_ > line_.begin && is_blank(text_[pos_ - 1]) && scan_.dash_at(pos_);
      // From one quantity to another it says how it changed.
      const std::size_t arrow = with_unit_ > 0 || (out_.said.empty() && out_.label.size() == 0) ? 0 : scan_.arrow_at(pos_);
      if (arrow > 0) {
        arrow_ = true;
        gap = Gap::mark;
        pos_ += arrow - 1;
      } else if (is_one_of(c, ",;|") || dash || (c == ':' && pos_ == from)) gap = Gap::mark;
      else if (!is_blank(c)) break;
      else if (gap != Gap::mark) gap = c == '\t' || ++blanks > 1 ? Gap::wide : Gap::blank;
    }
    return at_end(pos_) ? Gap::mark : gap;
  }

  bool take() {
    behind_unnamed_ = std::exchange(last_unnamed_, false);
    names_ = {};
    words_.clear();
    for (;;) {
      if (at_end(pos_)) return take_trailing_words();
      if (text_[pos_] == '[') return take_position();
      if (text_[pos_] == '(' && words_.empty()) return out_.said.empty() && may_label() ? take_bracketed_settings() : take_remark_alone();
      if (const Number number = reader_.at(pos_); number.value.size() > 0) return take_number(number);
      const core::Span word{pos_, scan_.word_end(pos_)};
      if (word.size() == 0) return false;
      const core::Span bare = scan_.without_colon(word);
      // "num_gpu=60: OK decode=31.4 tok/s"
      if (equated_ > 0 && words_.empty() && is_one_of(at(text_, word), {"OK", "ok", "PASS", "DONE", "done"})) return skip(word.end) && (behind_label_ = true);
      if (out_.said.empty() && text::is_model(at(text_, bare))) return take_model("model", bare);
      if (out_.said.empty() && words_.empty() && (bare.size() < word.size() || scan_.mark_behind(word.end)) && text::names_number_format(at(text_, bare))) return take_model("quantization", bare);
      if (scan_.is_clock(word)) {
        pos_ = word.end;
        return words_.empty() && out_.said.size() > 0;  // "eta: 1 day, 2:03:04"
      }
      const std::uint64_t mark = scan_.mark_in(word);
      if (mark < word.end) return take_marked(word, mark);
      if (!add_word(word)) return false;
      pos_ = word.end;
      if (!at_end(pos_) && is_one_of(text_[pos_], ",;|")) return take_trailing_words();
      while (!at_end(pos_) && is_blank(text_[pos_])) ++pos_;
      if (scan_.dash_at(pos_) || scan_.arrow_at(pos_) > 0) return take_trailing_words();
    }
  }

  // "llama3:8b num_gpu=20: 45.2 tok/s", "Q4_K_M -> 45.2 tok/s".
  bool take_model(std::string_view key, core::Span word) {
    if (!words_.empty() && !(words_.size() == 1 && is_verb(at(text_, words_.front())))) return false;
    pos_ = word.end;
    behind_label_ = named_model_ = true;
    ++items_;
    return add(std::string(key), word, word);
  }

  bool add_word(core::Span word) {
    const std::string_view written = at(text_, word);
    const bool plain = is_letter(written[0]) || written[0] == '#' || (written[0] == '(' && !words_.empty());
    const bool clean = std::all_of(written.begin(), written.end(), [](char c) {
      return is_letter(c) || is_digit(c) || is_one_of(c, "_-./%@()#+*,&") || static_cast<unsigned char>(c) >= 0x80;
    });
    const bool leader = written.find("...") != std::string_view::npos;  // from a name to all that its line says of it
    if (!plain || !clean || leader || words_.size() == kMostNameWords || written.back() == ',') return false;
    worded_ = worded_ || is_word_of_prose(written);
    words_.push_back(word);
    names_ = joined(names_, word);
    return names_.size() <= kLongestName;
  }

  // Words that nothing follows: in front of all they are a label.
  bool take_trailing_words() {
    if (words_.empty() || items_ > 0 || out_.label.size() > 0) return false;
    out_.label = names_;
    return true;
  }

  // "Epoch [1/10]", "Epoch: [0][  10/5005]", "[=====>....]".
  bool take_position() {
    const core::Span name = names_;
    bool counted = false;
    while (!at_end(pos_) && text_[pos_] == '[') {
      const std::uint64_t close = scan_.behind_bracket(pos_);
      if (close == pos_) return false;
      const core::Span inside = trimmed(text_, {pos_ + 1, close - 1});
      const Number number = reader_.at(inside.begin);
      const bool whole = number.value.size() > 0 && number.integer && number.end <= inside.end;
      if (items_ == 0 && name.size() == 0 && take_index(inside)) counted = true;
      const bool rest = !counted && !(items_ == 0 && number.known && number.end == inside.end) && std::any_of(text_.begin() + static_cast<std::ptrdiff_t>(inside.begin), text_.begin() + static_cast<std::ptrdiff_t>(inside.end), is_letter);
      if (rest && !whole) return false;
      if (whole && !counted && name.size() > 0) {
        if (!add(std::string(at(text_, name)), name, number.value)) return false;
        ++counts_, ++items_, ++numbers_;
        counted = true;
      }
      pos_ = close;
    }
    return counted || name.size() == 0;
  }

  // "Test: [48/48]" is a label, "Epoch: [0]" a count.
  bool take_position_of(core::Span name) {
    constexpr std::array<std::string_view, 8> kCounters = {"epoch", "step", "steps", "iter", "iteration", "batch", "round", "it"};
    const std::string word = text::lower(at(text_, name));
    if (may_label() && std::none_of(kCounters.begin(), kCounters.end(), [&](std::string_view each) { return word.find(each) != std::string::npos; })) {
      names_ = {};
      set_label(name);
    }
    return take_position();
  }

  // "[i: 166]" and "[run 1]" in front of all.
  bool take_index(core::Span inside) {
    const std::size_t blank = at(text_, inside).find(' ');
    const bool repetition = blank != std::string_view::npos && names_repetition(at(text_, inside).substr(0, blank));
    const std::uint64_t mark = repetition ? inside.begin + blank : scan_.mark_in(inside);
    std::uint64_t begin = mark;
    while (++begin < inside.end && is_blank(text_[begin])) {}
    const Number number = reader_.at(begin);
    const core::Span name = trimmed(text_, {inside.begin, mark});
    const bool index = mark < inside.end && number.value.size() > 0 && number.integer && number.end == inside.end && is_letter(text_[inside.begin]);
    if (!index || at(text_, name).find(' ') != std::string_view::npos || !add(std::string(at(text_, name)), name, number.value)) return false;
    ++counts_, ++items_, ++numbers_, ++marked_;
    behind_label_ = repetition;
    return true;
  }

  // "(num_gpu=10, num_ctx=4096): 45.2 tok/s".
  bool take_bracketed_settings() {
    const std::uint64_t close = scan_.behind_bracket(pos_);
    if (close == pos_) return false;
    const core::Span inside{pos_ + 1, close - 1};
    const auto parts = ClauseReader(text_, inside).pairs();
    for (const Said& each : parts)
      if (!add(each.key, each.name, each.value)) return false;
    items_ += parts.size();
    equated_ += parts.size();
    numbers_ += 1;
    pos_ = close;
    return behind_label_ = !parts.empty();
  }

  // "loss 11.009 (+nanz)| norm": a remark behind a value says nothing.
  bool take_remark_alone() {
    const std::uint64_t close = scan_.behind_bracket(pos_);
    if (close == pos_ || out_.said.empty() || close - pos_ > kLongestWords) return false;
    pos_ = close;
    return true;
  }

  // The words before a number or a mark are its name: one, where only a blank parts it from what stands before.
  [[nodiscard]] bool is_name(std::size_t count) const { return count > 0 && (count == 1 || gap_ >= Gap::wide || (count == 2 && text_[words_.back().begin] == '(')); }

  bool take_marked(core::Span word, std::uint64_t mark) {
    // "Testing num_gpu=20"
    if (text_[mark] == '=' && mark > word.begin && words_.size() == 1 && is_verb(at(text_, words_.front()))) words_.clear(), names_ = {};
    if (mark > word.begin && !add_word({word.begin, mark})) return false;
    std::uint64_t begin = mark + 1;
    const bool glued = begin < line_.end && !is_blank(text_[begin]);  // "At line:1" is no "key:value"
    const bool of_base = words_.size() == 2 && is_statistic(at(text_, words_.back()));  // "TTFT p50=120ms"
    if (!of_base && (!is_name(words_.size()) || (glued && words_.size() > 1))) return false;
    equations_ += text_[mark] == '=' && !glued ? 1U : 0U;
    equated_ += text_[mark] == '=' && glued ? 1U : 0U;
    const core::Span name = names_;
    while (begin < line_.end && is_blank(text_[begin])) ++begin;
    if (begin >= line_.end) return false;
    pos_ = begin;
    if (text_[begin] == '[') return take_position_of(name);
    const Number number = reader_.at(begin, ClauseNumbers::Name::marked);
    if (number.value.size() > 0) {
      // "Train: 0 [  50/1251 (  4%)]  Loss: 6.94": what is done, in which epoch and how far.
      if (text_[mark] == ':' && may_label() && number.integer && number.unit.empty() && scan_.bracket_follows(number.end)) return skip(number.end) && set_label(name);
      if (text_[mark] == ':' && may_label() && (scan_.words_follow(number.end) || (is_rated(number) && statistic_follows(number.end)))) return set_label(name);
      chained_ = gap_ == Gap::blank && !out_.said.empty() && at(text_, out_.said.front().name).find(' ') != std::string_view::npos;
      ++marked_;
      return add_number(name, number);
    }
    const core::Span value{begin, scan_.word_end(begin)};
    const bool named = value.size() > 0 && is_letter(text_[value.begin]);
    if (text_[mark] == ':' && may_label() && named && (scan_.mark_in(value) < value.end || number_follows(value.end))) return set_label(name);
    if (value.size() == 0 || value.size() > kLongestWords || reads_as_code(at(text_, value))) return false;
    pos_ = value.end;
    ++items_;
    return add(std::string(at(text_, name)), name, value);
  }

  [[nodiscard]] bool may_label() const { return items_ == 0 && out_.label.size() == 0; }
  bool set_label(core::Span name) {
    out_.label = name;
    return behind_label_ = true;
  }

  [[nodiscard]] static bool is_rated(const Number& number) { return number.known && is_rate(core::find_unit(number.unit)); }

  // "SET: 925.9 requests per second, p50=0.2 msec": the first word names neither.
  [[nodiscard]] bool statistic_follows(std::uint64_t begin) const {
    if (begin + 1 >= line_.end || text_[begin] != ',') return false;
    const core::Span word = trimmed(text_, {begin + 1, std::min(begin + 1 + kLongestName, line_.end)});
    const std::size_t mark = at(text_, word).find('=');
    return mark != std::string_view::npos && is_statistic(at(text_, word).substr(0, mark));
  }

  // "TTFT (ms): mean 120.5".
  [[nodiscard]] bool number_follows(std::uint64_t begin) const {
    while (begin < line_.end && is_blank(text_[begin])) ++begin;
    return reader_.at(begin).value.size() > 0;
  }

  bool take_number(const Number& number) {
    if (words_.empty()) return take_unnamed(number);
    const core::Span name = names_;
    const bool of_base = words_.size() == 2 && is_statistic(at(text_, words_.back()));  // "TTFT  avg 120.5 ms  p50 118.2 ms"
    if (!of_base && !is_name(words_.size())) return false;
    // "int 4k: 8.1 GB/s" is a name with a size in it.
    if (number.end < line_.end && text_[number.end] == ':' && !number.unit.empty() && !number.known) return false;
    return add_number(name, number);
  }

  // "0.2ms load", "401.0 ms max latency", "340.1 tok/s": the words behind it, or its unit.
  bool take_unnamed(const Number& number) {
    const bool goes_on = gap_ <= Gap::blank && behind_unnamed_;  // "1.9 micros/op 51755 ops/sec"
    last_unnamed_ = true;
    if (gap_ <= Gap::blank && !number.known && number.unit.find('/') != std::string_view::npos) return skip(number.end);  // "5s 2ms/step"
    const bool apart = gap_ == Gap::wide && equated_ > 0 && number.known;  // "num_gpu=20   45.2 tok/s   231 ms"
    if (gap_ != Gap::mark && !goes_on && !apart && items_ + (out_.label.size() > 0 ? 1U : 0U) > 0) return false;
    if (number.end > number.value.end || (number.unit.empty() && number.end >= line_.end)) return skip(number.end);  // "1875/1875 [=====]"
    pos_ = number.end;
    core::Span remark;
    if (!at_end(pos_) && text_[pos_] == ' ' && pos_ + 1 < line_.end && text_[pos_ + 1] == '(') {
      const std::uint64_t close = scan_.behind_bracket(pos_ + 1);
      if (close > pos_ + 1) remark = {pos_ + 2, close - 1}, pos_ = close;
    }
    words_.clear();
    names_ = {};
    std::uint64_t end = pos_;  // of the last word
    while (!at_end(pos_) && (is_blank(text_[pos_]) || is_letter(text_[pos_]))) {
      if (is_blank(text_[pos_])) {
        if (pos_ + 1 < line_.end && is_blank(text_[pos_ + 1]) && !words_.empty()) break;
        if (++pos_; scan_.dash_at(pos_)) break;
        continue;
      }
      const core::Span word{pos_, scan_.word_end(pos_)};
      if (scan_.mark_in(word) + 1 == word.end && words_.empty() && is_thing(number, word)) return take_counted(number, {word.begin, word.end - 1});
      if (scan_.mark_in(word) < word.end || !add_word(word) || is_word_of_prose(at(text_, word))) return false;
      pos_ = end = word.end;
    }
    pos_ = end;
    const core::Span name = names_.size() > 0 ? names_ : unit_span(text_, number);
    if (names_.size() == 0 && !number.known) return number.unit.size() > 0;
    std::string key(at(text_, name));
    if (names_.size() == 0) {
      ++unnamed_;
      const core::UnitPtr unit = core::find_unit(number.unit);
      // "0.62 GiB" may be of anything, and "8.0 tps" be transactions.
      if (unit->dimension == core::Dimension::information || unit->dimension == core::Dimension::fraction) return equated_ > 0 || named_model_;
      if (text::lower(number.unit) == "tps" && !reports_progress()) return false;
      if (text::lower(number.unit) == "tps") return count_number(number) && add("tps", name, trimmed(text_, {number.value.begin, number.value.end - number.unit.size()}));
      if (unit->dimension == core::Dimension::time) key = "time";
    }
    const std::vector<Said> inside = number.known ? said_in_remark(text_, remark, key, name, number.unit) : std::vector<Said>();
    return count_number(number) && add(std::move(key), name, number.value) && std::all_of(inside.begin(), inside.end(), [&](const Said& each) { return add(each.key, each.name, each.value); });
  }

  // "8 threads: 45.2 tok/s".
  [[nodiscard]] bool is_thing(const Number& number, core::Span word) const {
    const std::string_view written = at(text_, word);
    const bool plain = std::all_of(written.begin(), written.end() - 1, [](char c) { return c >= 'a' && c <= 'z'; });
    return may_label() && number.integer && number.unit.empty() && word.size() > 3 && plain && written.back() == ':';
  }
  bool take_counted(const Number& number, core::Span name) {
    pos_ = name.end;
    return count_number(number) && add(std::string(at(text_, name)), name, number.value);
  }

  // "progress: 10.0 s, 8.0 tps, lat 7 ms": pgbench's transactions.
  [[nodiscard]] bool reports_progress() const { return !out_.said.empty() && out_.said.front().key == "progress"; }

  bool skip(std::uint64_t to) {
    pos_ = to;
    return true;
  }

  bool count_number(const Number& number) {
    ++items_, ++numbers_;
    if (number.known) ++with_unit_, rated_ = rated_ || is_rate(core::find_unit(number.unit));
    else if (number.integer && number.unit.empty()) ++counts_;
    return true;
  }

  // The name, of a statistic with what it is of: "TTFT p50" as "TTFT/p50", and "p99" behind it as "TTFT/p99".
  std::string based(core::Span name) {
    const std::string key(at(text_, name));
    if (words_.size() > 1 && is_statistic(at(text_, words_.back()))) {
      base_ = std::string(at(text_, {words_.front().begin, words_[words_.size() - 2].end}));
      return base_ + '/' + std::string(at(text_, words_.back()));
    }
    if (!is_statistic(key)) base_.clear();
    return base_.empty() ? key : base_ + '/' + key;
  }

  // "lat (ms,95%): 2680.11": the unit, and of which part it is.
  std::string_view take_percentile_in(std::string_view brackets, std::string& key) const {
    const std::size_t comma = brackets.find(',');
    if (brackets.size() < 6 || comma == std::string_view::npos || brackets[0] != '(' || brackets.substr(brackets.size() - 2) != "%)") return {};
    const std::string_view unit = brackets.substr(1, comma - 1);
    const std::string_view percent = brackets.substr(comma + 1, brackets.size() - comma - 3);
    if (core::find_unit(unit) == nullptr || !text::parse_number(percent)) return {};
    key = std::string(at(text_, words_.front())) + "/p" + std::string(percent);
    return unit;
  }

  bool add_number(core::Span name, const Number& number) {
    pos_ = number.end;
    std::string key = based(name);
    // "lat 705.3 ms stddev 9.5"
    const bool of_last = gap_ == Gap::blank && is_statistic(key) && out_.label.size() == 0 && !out_.said.empty() && !is_statistic(out_.said.back().key);
    if (of_last) key = out_.said.back().key + '/' + key;
    std::string_view unit = of_last && number.unit.empty() ? last_unit_ : std::string_view();
    if (words_.size() == 2 && number.unit.empty()) unit = take_percentile_in(at(text_, words_.back()), key);
    last_unit_ = number.unit;
    first_has_unit_ = first_has_unit_ || (items_ == 0 && number.known);
    count_number(number);
    statistics_ += is_statistic(key) || !base_.empty() ? 1U : 0U;
    core::Span value = number.value;
    std::uint64_t open = pos_;
    while (open < line_.end && is_blank(text_[open])) ++open;
    std::vector<Said> inside;
    // "8.36 s / 231.47 tokens per second"
    if (number.known && open + 1 < line_.end && text_[open] == '/' && is_blank(text_[open + 1])) {
      std::uint64_t begin = open + 1;
      while (begin < line_.end && is_blank(text_[begin])) ++begin;
      const Number rate = reader_.at(begin);
      if (!rate.known || !is_rate(core::find_unit(rate.unit))) return false;
      inside.push_back({key + "/rate", name, rate.value});
      pos_ = open = rate.end;
    }
    if (const Number rate = reader_.rate_beside(number); rate.value.size() > 0) {
      inside.push_back({key + "/rate", name, rate.value, "op/s"});
      pos_ = open = rate.end;
      while (open < line_.end && is_blank(text_[open])) ++open;
    }
    if (open < line_.end && text_[open] == '(') {
      const std::uint64_t close = scan_.behind_bracket(open);
      if (close == open) return false;
      pos_ = close;
      // "9836/10000 (98%)": the part of the whole.
      const core::Span remark = trimmed(text_, {open + 1, close - 1});
      if (number.end > number.value.end && remark.size() > 0 && text_[remark.end - 1] == '%' && reader_.at(remark.begin).end == remark.end) value = remark;
      else if (inside.empty()) inside = said_in_remark(text_, remark, key, name, number.unit);
    }
    if (!add(key, name, value)) return false;
    out_.said.back().unit = unit;
    for (Said& each : inside) {
      if (!add(std::move(each.key), each.name, each.value)) return false;
      out_.said.back().unit = each.unit;
    }
    return true;
  }

  bool add(std::string key, core::Span name, core::Span value) {
    if (name.size() == 0 || reads_as_code(at(text_, name)) || !std::any_of(key.begin(), key.end(), is_letter)) return false;
    for (const Said& other : out_.said)
      if (other.key == key) return false;
    out_.said.push_back({std::move(key), name, value});
    return true;
  }

  static core::Span without_stop(std::string_view text, core::Span line) {
    if (line.size() > 1 && text[line.end - 1] == '.' && text[line.end - 2] != '.') --line.end;
    return line;
  }

  std::string_view text_;
  core::Span line_;
  ClauseNumbers reader_;
  ClauseScan scan_;
  std::uint64_t pos_;
  ClauseLine out_;
  Gap gap_ = Gap::none;             // before what is being read
  std::vector<core::Span> words_;   // of the name that is being read
  core::Span names_;                // from the first of them to the last
  bool behind_label_ = false;
  bool last_unnamed_ = false;       // what was read last was a number without a name
  bool behind_unnamed_ = false;     // what is being read stands behind one
  std::string base_;                // "TTFT" of "TTFT p50=120ms p99=333ms"
  bool first_has_unit_ = false;
  std::string_view last_unit_;
  bool named_model_ = false;
  bool rated_ = false;              // a rate was read
  bool arrow_ = false;              // one parts what was set from what was measured
  bool chained_ = false;            // only a blank parts it from a name of several words
  bool worded_ = false;             // a word of sentences was among the names
  std::size_t items_ = 0, numbers_ = 0, marked_ = 0, with_unit_ = 0, counts_ = 0, statistics_ = 0, equations_ = 0, equated_ = 0, unnamed_ = 0;
};

}  // namespace

std::optional<ClauseLine> clause_line(std::string_view text, core::Span line) { return ClauseReader(text, line).read(); }

std::vector<Said> settings_in_name(std::string_view text, core::Span name) {
  name = trimmed(text, name);
  if (name.size() > 2 && text[name.begin] == '(' && text[name.end - 1] == ')') ++name.begin, --name.end;
  if (text::is_model(at(text, name))) return {{"model", name, name}};
  if (text::names_number_format(at(text, name))) return {{"quantization", name, name}};
  return at(text, name).find('=') == std::string_view::npos ? std::vector<Said>() : ClauseReader(text, name).pairs();
}

std::size_t sentence_end(std::string_view text, core::Span line) {
  const std::string_view all = at(text, line);
  for (std::size_t stop = all.find(". "); stop != std::string_view::npos; stop = all.find(". ", stop + 2)) {
    const std::string_view rest = all.substr(stop + 2, kLongestName);
    const std::size_t close = rest.find("): ");
    const std::string_view label = close == std::string_view::npos ? std::string_view() : rest.substr(0, close + 1);
    if (!unit_of_header(label).empty() && label.find_first_of(" .:,=") == std::string_view::npos) return stop;
  }
  return std::string_view::npos;
}

bool same_names(const ClauseLine& a, const ClauseLine& b) {
  return a.said.size() == b.said.size() && std::equal(a.said.begin(), a.said.end(), b.said.begin(), [](const Said& x, const Said& y) { return x.key == y.key; });
}

}  // namespace chimera::plaintext
