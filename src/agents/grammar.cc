#include "agents/grammar.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

namespace chimera::agents {
namespace {

constexpr int kWordsBefore = 6;   // between the first word and the first exhibit
constexpr int kWordsBetween = 6;  // two exhibits
constexpr int kWordsBehind = 4;   // the last exhibit

// How sentences may begin; the rest is lower case.
constexpr std::string_view kOpenings[] = {"At", "For", "Here", "In", "Of", "The", "There", "These", "This", "Using", "We", "With"};
constexpr std::string_view kAdvisingOpenings[] = {"Check", "Choose", "Collect", "Compare", "Confirm", "Measure", "Plan", "Record", "Repeat", "Report", "Review", "Separate", "Settle", "Test", "Use", "Verify"};

// A prefix tree as rules: alternatives share their beginnings, so that llama.cpp follows few of them at a time.
class WordRules {
 public:
  WordRules(std::string& out, char name) : out_(out), name_(name) {}
  void add(std::string_view word) {
    Node* node = &root_;
    for (const char c : word) {
      auto& next = node->next[c];
      if (next == nullptr) next = std::make_unique<Node>();
      node = next.get();
    }
    node->ends = true;
  }
  // The name of the rule for any word.
  std::string write() { return rule(root_); }

 private:
  struct Node {
    std::map<char, std::unique_ptr<Node>> next;
    bool ends = false;
  };

  std::string rule(const Node& node) {
    std::string alternatives;
    for (const auto& [first, child] : node.next) {
      std::string text(1, first);
      const Node* at = child.get();
      while (!at->ends && at->next.size() == 1) {
        text += at->next.begin()->first;
        at = at->next.begin()->second.get();
      }
      alternatives += fmt::format("{}\"{}\"", alternatives.empty() ? "" : " | ", text);
      if (!at->next.empty()) alternatives += " " + rule(*at);
    }
    const std::string name = fmt::format("{}{}", name_, rules_++);
    out_ += node.ends ? fmt::format("{} ::= ({})?\n", name, alternatives) : fmt::format("{} ::= {}\n", name, alternatives);
    return name;
  }

  std::string& out_;
  char name_;
  Node root_;
  int rules_ = 0;
};

std::string order_rule(const std::vector<int>& order) {
  std::string rule;
  for (const int number : order) rule += fmt::format("{}\"{}\"", rule.empty() ? "" : " mid ", placeholder(number));
  return rule;
}

// What a sentence of this tone may begin with, as far as the words allow it.
std::string openings_rule(Tone tone, std::span<const std::string_view> words) {
  std::string rule;
  const auto open = [&](std::string_view opening) {
    std::string word(opening);
    word.front() = static_cast<char>(word.front() | 0x20);
    if (std::find(words.begin(), words.end(), word) != words.end()) rule += fmt::format("{}\"{}\"", rule.empty() ? "" : " | ", opening);
  };
  if (tone == Tone::advise)
    for (const std::string_view opening : kAdvisingOpenings) open(opening);
  else
    for (const std::string_view opening : kOpenings) open(opening);
  return rule;
}

std::string clauses_rule(const std::vector<int>& clauses) {
  std::string rule;
  for (const int number : clauses) rule += fmt::format("{}\"{}\"", rule.empty() ? "" : " | ", placeholder(number));
  return rule;
}

// Without orders: any exhibit, then perhaps another.
std::string orders_rule(const SentenceTask& task) {
  std::string rule;
  if (task.orders.empty()) {
    std::string any;
    for (const Exhibit& exhibit : task.exhibits) any += fmt::format("{}\"{}\"", any.empty() ? "" : " | ", placeholder(exhibit.number));
    return fmt::format("({}) (mid ({}))?", any, any);
  }
  for (const std::vector<int>& order : task.orders) rule += (rule.empty() ? "" : " | ") + order_rule(order);
  return rule;
}

}  // namespace

std::string placeholder(int number) { return fmt::format("{{F{}}}", number); }

std::string sentence_grammar(const SentenceTask& task, std::span<const std::string_view> words, std::span<const std::string_view> small) {
  std::string rules;
  WordRules tree(rules, 't');
  WordRules last_words(rules, 'l');
  for (const std::string_view word : words) {
    tree.add(word);
    if (std::find(small.begin(), small.end(), word) == small.end()) last_words.add(word);
  }
  for (const std::string& term : task.terms) tree.add(term);
  const std::string word = tree.write();
  const std::string last = last_words.write();
  const std::string clauses = clauses_rule(task.clauses);
  std::string forms;
  if (!task.orders.empty() || clauses.empty()) forms = fmt::format("(\" \" w){{0,{}}} \" \" cites (join (w \" \"){{0,{}}} last)?", kWordsBefore, kWordsBehind - 1);
  if (!clauses.empty()) forms += fmt::format("{}(\" \" w){{1,{}}} \" that \" ({})", forms.empty() ? "" : " | ", kWordsBefore, clauses);
  return fmt::format("root ::= \" \"? open ({}) \".\"\n"
                     "cites ::= {}\njoin ::= \" \" | \", \"\nmid ::= join (w \" \"){{1,{}}}\nopen ::= {}\nw ::= {}\nlast ::= {}\n{}",
                     forms, orders_rule(task), kWordsBetween, openings_rule(task.tone, words), word, last, rules);
}

std::string sentence_schema(const SentenceTask& task) {
  std::string numbers;
  for (const Exhibit& exhibit : task.exhibits) numbers += fmt::format("{}{}", numbers.empty() ? "" : "|", exhibit.number);
  const nlohmann::ordered_json schema = {
      {"type", "object"},
      {"properties", {{"sentence", {{"type", "string"}, {"pattern", fmt::format("^([^0-9{{}}]|\\{{F({})\\}})+$", numbers)}}}}},
      {"required", {"sentence"}},
      {"additionalProperties", false}};
  return schema.dump();
}

}  // namespace chimera::agents
