#include "agents/prompt.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

#include "agents/grammar.h"

namespace chimera::agents {
namespace {

constexpr std::size_t kMostMarks = 4;
constexpr std::ptrdiff_t kMostExamples = 3;

// One line: what an artifact called something cannot end the list or begin another.
std::string one_line(std::string_view text) {
  std::string line(text);
  for (char& c : line)
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
  return line;
}

std::string facts_line(const SentenceTask& task, std::size_t shown) {
  std::string line;
  for (std::size_t i = 0; i < std::min(shown, task.exhibits.size()); ++i)
    line += fmt::format("{}{}: {}.", i == 0 ? "" : " ", placeholder(task.exhibits[i].number), one_line(task.exhibits[i].reads));
  return line;
}

// What a list of facts is made of, one letter a fact: settings, files, anything else.
std::string shape_of(std::string_view facts) {
  std::string shape;
  for (std::size_t at = facts.find("{F"); at != std::string_view::npos; at = facts.find("{F", at + 1)) {
    const std::size_t colon = facts.find("}: ", at);
    if (colon == std::string_view::npos || facts.find(' ', at) < colon) continue;  // cited inside a description
    const std::string_view what = facts.substr(colon + 3, 11);
    shape += what == "the setting" ? 's' : what.substr(0, 8) == "the file" ? 'f' : 'v';
  }
  return shape;
}

// The longer words of a list, without the plural.
std::set<std::string> words_in(std::string_view facts) {
  std::set<std::string> words;
  std::string word;
  for (const char c : facts) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
      word += static_cast<char>(c | 0x20);
      continue;
    }
    if (word.size() > 3) words.insert(word.back() == 's' ? word.substr(0, word.size() - 1) : word);
    word.clear();
  }
  return words;
}

// How alike two lists are: the longer they run alike from the beginning, and the more words they share, the more.
int likeness(std::string_view a, std::string_view b) {
  const std::string left = shape_of(a);
  const std::string right = shape_of(b);
  std::size_t same = 0;
  while (same < left.size() && same < right.size() && left[same] == right[same]) ++same;
  const std::set<std::string> known = words_in(b);
  int shared = 0;
  for (const std::string& word : words_in(a)) shared += known.count(word) > 0 ? 1 : 0;
  return 4 * static_cast<int>(same) - static_cast<int>(std::max(left.size(), right.size()) - same) + 2 * shared;
}

struct Extent {
  bool notes = true;
  std::size_t examples = 0;
  std::size_t exhibits = 0;
};

class Builder {
 public:
  Builder(const PromptInput& input, Style style) : input_(input), style_(style) {
    const auto found = input.persona.sections.find(input.task.section);
    if (found == input.persona.sections.end()) return;
    section_ = &found->second;
    const std::string facts = facts_line(input.task, input.task.exhibits.size());
    for (const Example& example : section_->examples) examples_.push_back(&example);
    std::stable_sort(examples_.begin(), examples_.end(), [&](const Example* a, const Example* b) { return likeness(a->facts, facts) < likeness(b->facts, facts); });
    if (std::ssize(examples_) > kMostExamples) examples_.erase(examples_.begin(), examples_.end() - kMostExamples);
  }

  [[nodiscard]] Extent whole() const { return {!input_.notes.empty(), examples_.size(), input_.task.exhibits.size()}; }

  // What comes before the sentence.
  [[nodiscard]] std::string body(const Extent& extent) const {
    std::string text;
    if (section_ != nullptr && !section_->instruction.empty()) text += section_->instruction + "\n\n";
    if (extent.notes) text += fmt::format("Notes of the other agent: {}\n\n", one_line(input_.notes));
    for (std::size_t i = examples_.size() - extent.examples; i < examples_.size(); ++i)
      text += fmt::format("Facts: {}\nSentence: {}\n\n", examples_[i]->facts, examples_[i]->sentence);
    for (const Objection& objection : input_.objections)
      text += fmt::format("Rejected: {}\nBecause: {}\n\n", one_line(objection.sentence), fmt::format("{}", join(objection.problems)));
    if (style_ == Style::chat && !input_.task.topic.empty()) text += fmt::format("Topic: {}.\n", input_.task.topic);
    if (style_ == Style::chat && !input_.task.advice.empty()) text += fmt::format("Advice: {}\n", one_line(input_.task.advice));
    text += fmt::format("Facts: {}\n", facts_line(input_.task, extent.exhibits));
    return text;
  }

  [[nodiscard]] std::string text(const Extent& extent) const { return fmt::format("{}\n\n{}Sentence:", input_.persona.system, body(extent)); }

  void fill(engines::Request& request, const Extent& extent) const {
    if (style_ == Style::completion) {
      request.prompt = text(extent);
      request.stop = {"\n"};
      return;
    }
    request.messages.push_back({engines::Role::system, input_.persona.system});
    request.messages.push_back({engines::Role::user, body(extent) + "Write the sentence."});
  }

 private:
  static std::string join(const std::vector<std::string>& problems) {
    std::string text;
    for (const std::string& problem : problems) text += (text.empty() ? "" : "; ") + one_line(problem);
    return text;
  }

  const PromptInput& input_;
  Style style_;
  const PersonaSection* section_ = nullptr;
  std::vector<const Example*> examples_;  // the most alike last
};

// Takes the next least important thing away; false where nothing is left to take.
bool shrink(Extent& extent, std::vector<std::string>& notes) {
  if (extent.notes) {
    extent.notes = false;
    notes.emplace_back("the notes of the other agent did not fit into num_ctx");
    return true;
  }
  if (extent.examples > 0) {
    --extent.examples;
    if (notes.empty() || notes.back().rfind("examples", 0) != 0) notes.emplace_back("examples did not all fit into num_ctx");
    return true;
  }
  if (extent.exhibits <= 1) return false;
  --extent.exhibits;
  if (notes.empty() || notes.back().rfind("facts", 0) != 0) notes.emplace_back("facts did not all fit into num_ctx; the least important were left out");
  return true;
}

// The task with the exhibits that are shown.
SentenceTask shown_part(const SentenceTask& task, std::size_t exhibits) {
  SentenceTask part = task;
  if (exhibits >= task.exhibits.size()) return part;
  part.exhibits.resize(exhibits);
  const auto shown = [&](int number) { return std::any_of(part.exhibits.begin(), part.exhibits.end(), [&](const Exhibit& e) { return e.number == number; }); };
  std::erase_if(part.orders, [&](const std::vector<int>& order) { return !std::all_of(order.begin(), order.end(), shown); });
  return part;
}

std::string_view stripped(std::string_view line) {
  constexpr std::string_view kMarks = " \t\r\"*-#>";
  while (!line.empty() && kMarks.find(line.front()) != std::string_view::npos) line.remove_prefix(1);
  while (!line.empty() && kMarks.find(line.back()) != std::string_view::npos) line.remove_suffix(1);
  std::size_t digits = 0;
  while (digits < line.size() && digits < kMostMarks && line[digits] >= '0' && line[digits] <= '9') ++digits;
  if (digits > 0 && digits + 1 < line.size() && line[digits] == '.' && line[digits + 1] == ' ') return stripped(line.substr(digits + 2));
  return line;
}

}  // namespace

Prompt build_prompt(const PromptInput& input, Style style, const engines::Capabilities& capabilities, const Budget& budget) {
  const Builder builder(input, style);
  Prompt prompt;
  Extent extent = builder.whole();
  while (budget.count(builder.text(extent)) + budget.answer > budget.tokens && shrink(extent, prompt.notes)) {
  }
  prompt.exhibits = extent.exhibits;
  builder.fill(prompt.request, extent);
  const SentenceTask shown = shown_part(input.task, extent.exhibits);
  if (style == Style::chat && capabilities.json_schema) prompt.request.constraint = {engines::Constraint::Kind::json_schema, sentence_schema(shown)};
  else if (capabilities.gbnf) prompt.request.constraint = {engines::Constraint::Kind::gbnf, sentence_grammar(shown, input.words, input.small)};
  return prompt;
}

std::string sentence_of(std::string_view answer) {
  const nlohmann::json json = nlohmann::json::parse(answer, nullptr, false);
  if (json.is_object() && json.contains("sentence") && json["sentence"].is_string()) return std::string(stripped(json["sentence"].get<std::string>()));
  while (!answer.empty()) {
    const std::size_t end = std::min(answer.find('\n'), answer.size());
    const std::string_view line = stripped(answer.substr(0, end));
    if (std::any_of(line.begin(), line.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); })) return std::string(line);
    answer.remove_prefix(std::min(end + 1, answer.size()));
  }
  return {};
}

}  // namespace chimera::agents
