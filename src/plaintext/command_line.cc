#include "plaintext/command_line.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "plaintext/spans.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kLongestLine = 4096;   // bytes
constexpr std::size_t kMostLines = 64;       // of one command
constexpr std::size_t kMostBefore = 12;      // words before the first option
constexpr std::size_t kMostLoose = 2;        // words behind the first option that no option takes: what follows them is a sentence
constexpr std::size_t kFewestOptions = 2;
constexpr std::size_t kLongestValue = 120;

bool is_continued(std::string_view line) { return !line.empty() && line.back() == '\\'; }

// The words of the lines of a command, quoted ones whole; without the backslashes at their ends.
std::vector<core::Span> words_of(std::string_view text, core::Span line) {
  std::vector<core::Span> found;
  if (is_continued(at(text, line))) --line.end;
  for (std::uint64_t begin = line.begin; begin < line.end;) {
    if (is_blank(text[begin])) {
      ++begin;
      continue;
    }
    std::uint64_t end = begin;
    char quote = '\0';
    for (; end < line.end && (quote != '\0' || !is_blank(text[end])); ++end) {
      const char c = text[end];
      if (quote != '\0') quote = c == quote ? '\0' : quote;
      else if (c == '"' || c == '\'') quote = c;
    }
    found.push_back({begin, end});
    begin = end;
  }
  return found;
}

bool is_prompt(std::string_view word) {
  if (word == "$" || word == "%" || word == ">" || word == "+" || word == "#" || word == ">>>") return true;
  const bool marked = word.back() == '$' || word.back() == '#' || word.back() == '%';
  return marked && (word.find('@') != std::string_view::npos || word.find(":~") != std::string_view::npos || word[0] == '[');
}

// "CUDA_VISIBLE_DEVICES=0"
bool is_assignment(std::string_view word) {
  const std::size_t equals = word.find('=');
  return equals != std::string_view::npos && equals > 0 && word[0] >= 'A' && word[0] <= 'Z' &&
         std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(equals), [](char c) { return (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_'; });
}

bool is_program(std::string_view word) {
  return (is_letter(word[0]) || word[0] == '.' || word[0] == '/' || word[0] == '~') &&
         std::all_of(word.begin(), word.end(), [](char c) { return is_letter(c) || is_digit(c) || std::string_view("_-./~+").find(c) != std::string_view::npos; });
}

// A word that a sentence would hardly begin with.
bool is_sure_program(std::string_view word) {
  constexpr std::array<std::string_view, 10> kPrograms = {"python", "python3", "vllm", "torchrun", "accelerate", "deepspeed", "mpirun", "srun", "ollama", "bash"};
  if (is_one_of(word, kPrograms)) return true;
  const std::size_t mark = word.find_first_of("/._-");
  return mark != std::string_view::npos && mark + 1 < word.size();
}

bool sets_nothing(std::string_view program) {
  constexpr std::array<std::string_view, 31> kTools = {"pip", "pip3", "uv", "git", "apt", "apt-get", "yum", "conda", "cmake", "make", "ninja", "docker", "podman", "curl", "wget", "npm", "brew", "huggingface-cli", "hf", "kubectl",
                                                       "gcc", "g++", "cc", "c++", "clang", "clang++", "nvcc", "hipcc", "rustc", "ld", "cargo"};
  program.remove_prefix(program.rfind('/') + 1);
  return is_one_of(program, kTools);
}

// Where things are and where to put them, which has no influence on what was measured.
bool is_place(std::string_view option) {
  constexpr std::array<std::string_view, 12> kPlaces = {"host", "port", "url", "base-url", "base_url", "endpoint", "output", "out", "name", "help", "api-key", "log-file"};
  return is_one_of(option, kPlaces) || option.find("result") != std::string_view::npos || option.find("output-") == 0;
}

// "--max-concurrency", "-ngl"; "-5" is a number and "-t" says too little.
bool is_option(std::string_view word) {
  if (word.size() < 3 || word[0] != '-') return false;
  const std::size_t dashes = word[1] == '-' ? 2 : 1;
  return word.size() > dashes + 1 && is_letter(word[dashes]);
}

bool begins_option(std::string_view word) { return word.size() > 1 && word[0] == '-' && (word[1] == '-' || is_letter(word[1])); }

// Whose options of one letter are known: llama.cpp's, which are the same in all of its programs.
bool is_of_llama(std::string_view program) {
  constexpr std::array<std::string_view, 4> kOldNames = {"main", "server", "perplexity", "batched-bench"};
  const std::size_t slash = program.rfind('/');
  const std::string_view name = program.substr(slash == std::string_view::npos ? 0 : slash + 1);
  return name.substr(0, 5) == "llama" || (slash != std::string_view::npos && is_one_of(name, kOldNames));
}

// " --concurrency", " -m x": most lines hold none.
bool holds_option(std::string_view line) {
  for (std::size_t dash = line.find(" -"); dash != std::string_view::npos; dash = line.find(" -", dash + 2)) {
    const std::string_view option = line.substr(dash + 2, 2);
    if (option.substr(0, 1) == "-" || option == "m ") return true;
  }
  return false;
}

core::Span unquoted(std::string_view text, core::Span word) {
  const std::string_view all = at(text, word);
  const bool quoted = all.size() > 1 && (all.front() == '"' || all.front() == '\'') && all.back() == all.front();
  return quoted ? core::Span{word.begin + 1, word.end - 1} : word;
}

class CommandReader {
 public:
  CommandReader(std::string_view text, std::vector<core::Span> words, bool sure) : text_(text), words_(std::move(words)), sure_(sure) {}

  std::optional<SettingsLines> read() {
    std::size_t k = 0;
    for (std::size_t i = 0; i < std::min<std::size_t>(words_.size(), 4); ++i)  // "Running command: ", "user@host:~$"
      if (is_prompt(word(i)) || (word(i).size() > 1 && word(i).back() == ':')) k = i + 1, sure_ = sure_ || is_prompt(word(i)) || text::lower(word(i)) == "command:";
    while (k < words_.size() && is_assignment(word(k))) ++k;
    if (k >= words_.size() || !is_program(word(k))) return std::nullopt;
    const std::string_view program = word(k);
    SettingsLines out;
    out.kind = "command";
    std::size_t first = k + 1;
    for (; first < words_.size() && !begins_option(word(first)); ++first) {
      if (first - k > kMostBefore || word(first).find_first_of("(){}|;,") != std::string_view::npos) return std::nullopt;
      if (first - k < 3) out.kind.append(1, ' ').append(word(first));
    }
    out.kind.append(1, '\n').append(program);
    llama_ = is_of_llama(program);
    if (!take(first, out) || options_ < kFewestOptions || (!sure_ && !is_sure_program(program))) return std::nullopt;
    if (sets_nothing(program)) out.values.clear(), out.names.clear();
    return out;
  }

 private:
  std::string_view word(std::size_t i) const { return at(text_, words_[i]); }

  bool take(std::size_t first, SettingsLines& out) {
    std::size_t loose = 0;
    for (std::size_t i = first; i < words_.size(); ++i) {
      const std::string_view here = word(i);
      if (ends_command(here)) break;
      if (!begins_option(here)) {
        if (++loose > kMostLoose) return false;
        continue;
      }
      ++options_;
      const std::uint64_t begin = words_[i].begin + (here[1] == '-' ? 2 : 1);
      const std::size_t equals = here.find('=');
      core::Span key{begin, equals == std::string_view::npos ? words_[i].end : words_[i].begin + equals};
      core::Span value{key.end, key.end};
      if (equals != std::string_view::npos) value = {key.end + 1, words_[i].end};
      else if (i + 1 < words_.size() && !begins_option(word(i + 1)) && !ends_command(word(i + 1))) value = words_[++i];
      // "--depth 0 4096 8192" is swept: nobody can say which of them a row is of.
      const std::size_t first_of_list = i;
      while (text::parse_number(at(text_, value)) && i + 1 < words_.size() && text::parse_number(word(i + 1))) ++i;
      if (i == first_of_list) add(here, key, unquoted(text_, value), out);
    }
    return true;
  }

  // "|", "|&", "2>&1", "&&"
  static bool ends_command(std::string_view word) { return word.find_first_of("|&>;") == 0 || word.find("2>") == 0 || word.find("1>") == 0; }

  void add(std::string_view option, core::Span key, core::Span value, SettingsLines& out) const {
    const std::string_view named = llama_ ? option_of_llama(option) : std::string_view();
    const bool variable = is_one_of(at(text_, value).substr(0, 1), {"$", "<"});  // "$MODEL", "<model>": nobody wrote down which
    if (key.size() == 0 || variable || value.size() > kLongestValue || (named.empty() && !is_option(option)) || is_place(at(text_, key))) return;
    out.values.push_back({key, value});
    out.names.emplace_back(named);
  }

  std::string_view text_;
  std::vector<core::Span> words_;
  bool sure_;           // that it is a command
  bool llama_ = false;  // and one of llama.cpp's programs
  std::size_t options_ = 0;
};

}  // namespace

std::string_view option_of_llama(std::string_view option) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kNames = {{{"-m", "model"}, {"-c", "num_ctx"}, {"-t", "threads"}, {"-b", "batch"}}};
  const auto found = std::find_if(kNames.begin(), kNames.end(), [&](const auto& each) { return each.first == option; });
  return found == kNames.end() ? std::string_view() : found->second;
}

std::optional<SettingsLines> command_line(const core::Document& document, std::size_t i, std::uint64_t end) {
  const std::string_view text = document.text;
  std::vector<core::Span> words;
  std::size_t next = i;
  bool goes_on = true;
  for (; goes_on && next < i + kMostLines; ++next) {
    core::Span line = trimmed(text, line_at(document, next, end, kLongestLine));
    // Most lines are no commands: only those that hold an option are looked at.
    goes_on = is_continued(at(text, line));
    const auto holds_none = [&] {
      return next == i && !goes_on && !holds_option(at(text, line));
    };
    if (holds_none()) return std::nullopt;
    if (next == i) line = without_log_prefix(text, line);
    if (line.size() == 0) break;
    if (holds_none()) return std::nullopt;
    const std::vector<core::Span> more = words_of(text, line);
    words.insert(words.end(), more.begin(), more.end());
  }
  if (words.empty()) return std::nullopt;
  auto found = CommandReader(text, std::move(words), next > i + 1).read();
  if (found) found->next = next;
  return found;
}

}  // namespace chimera::plaintext
