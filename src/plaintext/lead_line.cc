#include "plaintext/lead_line.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/unit.h"
#include "plaintext/clause_words.h"
#include "plaintext/command_line.h"
#include "plaintext/named_levels.h"
#include "plaintext/spans.h"
#include "plaintext/text_lines.h"
#include "plaintext/written_cell.h"
#include "text/model_names.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kLongestLine = 160;
constexpr std::size_t kMostPieces = 24;
constexpr double kShortestLength = 16;      // in tokens, of what is no count
constexpr std::size_t kLongestWord = 13;    // of those below
constexpr std::size_t kMostValueWords = 3;  // "GPU layers", "concurrent requests"

// How a run is announced.
bool announces(std::string_view word) {
  constexpr std::array<std::string_view, 54> kWords = {
      "testing", "test",   "tests",    "running",    "run",      "runs",       "benchmarking", "benchmark",  "benchmarks", "bench",   "trying",   "config",  "configuration",
      "using",   "with",   "now",      "for",        "on",       "of",         "the",          "at",         "loading",    "ollama",  "pulling",  "pulled",  "done",
      "setting", "set",    "settings", "parameter",  "option",   "experiment", "scenario",     "starting",   "start",      "started", "evaluating", "measuring", "profiling",
      "model",   "models", "times",    "time",       "to",       "and",        "ok",           "status",     "case",       "results", "iteration", "warming", "up", "/set", "timing"};
  return word.size() <= kLongestWord && is_one_of(text::lower(word), kWords);
}

// What a line with settings is about that sets nothing for what follows.
bool concludes(std::string_view word) {
  constexpr std::array<std::string_view, 22> kWords = {"best", "fastest", "slowest", "worst", "winner", "optimal", "recommended", "skip", "skipping", "skipped", "failed",
                                                       "error", "finished", "completed", "saved", "saving", "warning", "not", "unable", "vs", "than", "selected"};
  return word.size() <= kLongestWord && is_one_of(text::lower(word), kWords);
}

bool is_identifier(std::string_view word) {
  return !word.empty() && (is_letter(word[0]) || word[0] == '_') && std::all_of(word.begin(), word.end(), [](char c) { return is_letter(c) || is_digit(c) || is_one_of(c, "_-."); });
}

// "nThread", "minBytes".
bool is_camel_case(std::string_view word) {
  const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  return word.size() > 2 && word[0] >= 'a' && word[0] <= 'z' && std::any_of(word.begin() + 1, word.end(), upper) && std::all_of(word.begin(), word.end(), is_letter);
}

bool is_file_of_a_model(std::string_view word) {
  for (const std::string_view end : {".gguf", ".ggml", ".safetensors"})
    if (word.size() > end.size() && word.substr(word.size() - end.size()) == end) return true;
  return false;
}

// "33/33", "(2", "5)": how far it is.
bool counts(std::string_view word) {
  const std::size_t slash = word.find('/');
  const auto digits = [](std::string_view part) { return part.size() < 6 && all_digits(part); };
  return slash != std::string_view::npos && digits(word.substr(0, slash)) && digits(word.substr(slash + 1));
}

class LeadReader {
 public:
  LeadReader(std::string_view text, core::Span line) : text_(text), line_(undecorated(line)) {}

  std::optional<SettingsLines> read() {
    split();
    if (pieces_.empty() || pieces_.size() > kMostPieces) return std::nullopt;
    if (is_summary()) return SettingsLines{std::string(kLead), {}, 0};
    // "# nThread 1 nGpus 8 minBytes 8 step: 2(factor)": a comment may go on with more.
    for (at_ = 0; at_ < pieces_.size();)
      if (!take()) {
        if (!comment_ || out_.values.size() < 2 || concludes(piece(at_))) return std::nullopt;
        break;
      }
    const bool announced = announced_ || ((decorated_ || labelled_ || out_.outcome) && sure_);
    if (out_.values.empty() || !announced) return std::nullopt;
    // A line with the model and one with the layers hold beside each other.
    out_.kind = std::string(kLead);
    for (std::size_t k = 0; k < out_.values.size(); ++k) out_.kind.append(1, '\n').append(out_.names[k].empty() ? at(text_, out_.values[k].key) : out_.names[k]);
    return std::move(out_);
  }

 private:
  // ">>> ", "# ", "=== … ===", "[…]", "…:" and "…..." around what is said.
  core::Span undecorated(core::Span line) {
    const core::Span whole = line;
    comment_ = line.size() > 0 && text_[line.begin] == '#';
    while (line.size() > 0 && (is_one_of(text_[line.begin], "#>=*+~-[$ ") || static_cast<unsigned char>(text_[line.begin]) >= 0x80)) ++line.begin;
    while (line.size() > 0 && (is_one_of(text_[line.end - 1], "#=*~-.:] ") || static_cast<unsigned char>(text_[line.end - 1]) >= 0x80)) --line.end;
    // A bracket that the line opens and goes on behind is no frame of it.
    if (whole.begin < line.begin && text_[line.begin - 1] == '[' && at(text_, line).find(']') != std::string_view::npos) --line.begin;
    const bool closed = line.end < whole.end && text_[line.end] == ']';
    decorated_ = line.begin > whole.begin || (line.end < whole.end && !closed);
    return line;
  }

  // Words and what stands in "=" and ":" at their ends; brackets, quotes, commas and bars part as blanks do.
  void split() {
    for (std::uint64_t i = line_.begin; i < line_.end && pieces_.size() <= kMostPieces;) {
      if (is_blank(text_[i]) || is_one_of(text_[i], ",;|(){}[]'\"`")) {
        ++i;
        continue;
      }
      std::uint64_t end = i;
      while (end < line_.end && !is_blank(text_[end]) && !is_one_of(text_[end], ",;|(){}[]'\"`=")) ++end;
      const bool equals = end < line_.end && text_[end] == '=';
      // "llama3:8b... done"
      const std::size_t dots = at(text_, {i, end}).find("...");
      if (dots != std::string_view::npos && dots > 0) {
        pieces_.push_back({i, i + dots});
        i = end;
        continue;
      }
      if (end == i && !equals) break;
      if (end > i) pieces_.push_back({i, end});
      if (equals) pieces_.push_back({end, end + 1});
      i = end + (equals ? 1U : 0U);
    }
  }

  [[nodiscard]] std::string_view piece(std::size_t i) const { return i < pieces_.size() ? at(text_, pieces_[i]) : std::string_view(); }

  // "Summary", "Final results", "Comparison".
  [[nodiscard]] bool is_summary() const {
    constexpr std::array<std::string_view, 10> kWords = {"summary", "final", "overall", "results", "comparison", "benchmark", "performance", "the", "all", "of"};
    constexpr std::array<std::string_view, 3> kSure = {"summary", "final", "overall"};
    bool sure = false;
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
      const std::string word = text::lower(piece(i));
      if (!is_one_of(word, kWords)) return false;
      sure = sure || is_one_of(word, kSure);
    }
    return sure && pieces_.size() <= 3;
  }

  // "benchmark 'fib': 4 tests": what is named there, and no key of a dictionary.
  [[nodiscard]] bool quotes_a_title() const {
    const std::uint64_t colon = pieces_[at_ + 1].begin;
    return colon > line_.begin && is_one_of(text_[colon - 1], "'\"") && at(text_, line_).find('{') == std::string_view::npos;
  }

  bool take() {
    const std::string_view here = piece(at_);
    if (concludes(here)) return false;
    if (piece(at_ + 1) == "=" || (piece(at_ + 1) == ":" && number(at_ + 2).has_value() && !quotes_a_title())) return take_equation();
    if (here[0] == '-') return take_option();
    const bool labelled = here.size() > 1 && here.back() == ':';
    const std::string_view word = labelled ? here.substr(0, here.size() - 1) : here;
    if (text::is_model(word) || text::names_parameters(word) || is_file_of_a_model(word)) return take_model(word.size());
    // "num_ctx 2048", "context: 4096", "concurrency 8"
    if (announced_ && !out_.values.empty() && is_length(word)) return take_length(text::lower(word) == "output" ? "output_tokens" : "prompt_tokens");
    const auto is_varied = [&] { return word.find('_') != std::string_view::npos || is_camel_case(word) || names_varied(word); };
    if (number(at_ + 1).has_value() && is_identifier(word) && is_varied() && !has_thing(at_ + 1)) {
      sure_ = sure_ || is_camel_case(word);
      return add({pieces_[at_].begin, pieces_[at_].begin + word.size()}, at_ + 1, 2);
    }
    if (piece(at_ + 1) == "to" && number(at_ + 2).has_value() && word.find('_') != std::string_view::npos && is_identifier(word)) return add(pieces_[at_], at_ + 2, 3);
    if (labelled && at_ + 1 < pieces_.size() && is_named_text(word)) {
      sure_ = labelled_ = pieces_.size() > 2;
      return add({pieces_[at_].begin, pieces_[at_].begin + word.size()}, at_ + 1, 2);
    }
    if (has_thing(at_)) return take_thing();
    if (announces(word)) {
      announced_ = true;
      out_.outcome = out_.outcome || text::lower(word) == "ok";
      // "run 1", "test 3:", "3 times"
      at_ += number(at_ + 1).has_value() && is_one_of(text::lower(word), {"run", "test", "config", "experiment", "iteration", "case", "benchmark", "scenario"}) ? 2U : 1U;
      return true;
    }
    if (counts(word) || (number(at_).has_value() && is_one_of(text::lower(piece(at_ + 1)), {"times", "runs", "iterations"}))) return ++at_, true;
    return false;
  }

  // The number that a piece is, whole and without a unit.
  [[nodiscard]] std::optional<text::Number> number(std::size_t i) const {
    const std::string_view word = piece(i);
    const auto found = word.empty() || !is_digit(word[0]) ? std::nullopt : text::parse_number(word.back() == ':' ? word.substr(0, word.size() - 1) : word);
    return found && found->integer ? found : std::nullopt;
  }

  // "Model: X", "Quant: Q8_0": names whose values are words.
  [[nodiscard]] static bool is_named_text(std::string_view word) {
    return is_one_of(text::lower(word), {"model", "quant", "quantization", "backend", "engine", "device"});
  }

  // "Running tiny-7b, batch 1, prompt 128": behind settings lengths are some too; "prompt 3" is the third.
  [[nodiscard]] bool is_length(std::string_view word) const {
    return is_one_of(text::lower(word), {"prompt", "input", "output"}) && number(at_ + 1).value_or(text::Number{}).value >= kShortestLength;
  }
  bool take_length(std::string name) {
    const Entry entry{pieces_[at_], pieces_[at_ + 1]};
    at_ += 2;
    return put(std::move(name), entry);
  }

  // "33 GPU layers", "4 concurrent requests", "8 threads": how many words say what is counted; the last or one before is of what is varied.
  [[nodiscard]] std::size_t words_of_thing(std::size_t i) const {
    if (!number(i).has_value() || piece(i).back() == ':') return 0;
    std::size_t words = 0;
    for (; words < kMostValueWords; ++words) {
      const std::string_view word = piece(i + 1 + words);
      const bool plain = word.size() > 1 && std::all_of(word.begin(), word.end(), is_letter);
      if (!plain || announces(word) || is_camel_case(word)) break;
      if (names_varied(word) || is_one_of(text::lower(word), {"layers", "request"})) return words + 1;
    }
    return 0;
  }
  [[nodiscard]] bool has_thing(std::size_t i) const { return words_of_thing(i) > 0; }

  bool take_thing() {
    const std::size_t words = words_of_thing(at_);
    const core::Span name{pieces_[at_ + 1].begin, pieces_[at_ + words].end};
    const bool plural = piece(at_ + words + 1) == "s";  // "request(s)"
    return add(name, at_, 1 + words + (plural ? 1U : 0U));
  }

  // "-ngl 33 -t 8" behind words that announce a run; "--verbose" sets nothing.
  bool take_option() {
    const std::string_view here = piece(at_);
    core::Span key = pieces_[at_];
    while (key.size() > 0 && text_[key.begin] == '-') ++key.begin;
    if (!announced_ || !is_identifier(at(text_, key))) return false;
    if (!number(at_ + 1).has_value()) return here.substr(0, 2) == "--" && ++at_ > 0;
    const std::string_view known = option_of_llama(here);
    const core::Span value = pieces_[at_ + 1];
    at_ += 2;
    return put(std::string(known), {key, value});
  }

  bool take_model(std::size_t size) {
    const core::Span name{pieces_[at_].begin, pieces_[at_].begin + size};
    ++at_;
    sure_ = true;
    return put("model", {name, name});
  }

  bool take_equation() {
    if (!is_identifier(piece(at_)) || at_ + 2 >= pieces_.size()) return false;
    const std::string key = text::lower(piece(at_));
    if (key == "status") out_.outcome = true;
    if (key == "status" || key == "run" || key == "think") return at_ += 3, true;
    sure_ = true;
    return add(pieces_[at_], at_ + 2, 3);
  }

  // A whole number, a sampler's fraction, or a word.
  bool add(core::Span key, std::size_t value, std::size_t pieces) {
    core::Span written = pieces_[value];
    if (written.size() > 1 && text_[written.end - 1] == ':') --written.end;
    const WrittenCell cell = read_written_cell(text_, written);
    const bool number = cell.cell.kind == core::CellKind::number;
    if (number && (!cell.unit.empty() || (cell.cell.decimals > 0 && !is_of_a_sampler(at(text_, key))))) return false;
    if (!number && (is_digit(text_[written.begin]) || reads_as_code(at(text_, written)))) return false;
    at_ += pieces;
    return put({}, {key, written});
  }

  bool put(std::string name, Entry entry) {
    out_.values.push_back(entry);
    out_.names.push_back(std::move(name));
    return true;
  }

  std::string_view text_;
  bool decorated_ = false;
  bool comment_ = false;
  core::Span line_;
  std::vector<core::Span> pieces_;
  std::size_t at_ = 0;
  bool announced_ = false;
  bool labelled_ = false;   // "Model: x" stands among others
  bool sure_ = false;       // there is a model, or a name that "=" follows
  SettingsLines out_;
};

}  // namespace

std::optional<SettingsLines> lead_line(std::string_view text, core::Span line) {
  if (line.size() < 4 || line.size() > kLongestLine) return std::nullopt;
  return LeadReader(text, line).read();
}

}  // namespace chimera::plaintext
