#include "writing/review_loop.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "claims/plain_words.h"
#include "measure/probe.h"

namespace chimera::writing {
namespace {

constexpr std::size_t kAnswerTokens = 96;
constexpr std::size_t kContext = 2048;          // where no num_ctx is set
constexpr std::size_t kBytesPerToken = 3;       // where the engine does not count: on the safe side for English

std::uint64_t setting(const core::RunConfig& config, std::string_view key, std::uint64_t otherwise) {
  const auto text = config.get(key);
  std::uint64_t value = otherwise;
  if (text && std::from_chars(text->data(), text->data() + text->size(), value).ec != std::errc()) return otherwise;
  return value;
}

constexpr double kUsualTemperature = 0.8;
constexpr double kWarmer = 0.3;  // with every further round

double temperature(const core::RunConfig& config) {
  const auto text = config.get("temperature");
  return text ? std::strtod(std::string(*text).c_str(), nullptr) : kUsualTemperature;
}

// The words for the grammar of a task: advice where it is given, no word that endorses what the data do not.
std::vector<std::string_view> words_for(const Assignment& assignment) {
  const auto plain = claims::plain_words(claims::PlainClass::plain);
  std::vector<std::string_view> words(plain.begin(), plain.end());
  if (assignment.task.tone != agents::Tone::report) {
    const auto advice = claims::plain_words(claims::PlainClass::advice);
    words.insert(words.end(), advice.begin(), advice.end());
    if (!assignment.endorses) std::erase_if(words, [](std::string_view word) { return endorses(word); });
  }
  return words;
}

agents::Budget budget_for(const AgentOptions& agent, engines::Engine& engine) {
  agents::Budget budget;
  budget.tokens = setting(agent.config, "num_ctx", kContext);
  budget.answer = setting(agent.config, "output_tokens", kAnswerTokens);
  budget.count = [&engine, &agent](std::string_view text) {
    if (engine.capabilities().tokenise)
      if (const auto tokens = engine.tokenise(agent.config, text)) return tokens->size();
    return text.size() / kBytesPerToken;
  };
  return budget;
}

class Session {
 public:
  Session(const std::vector<SectionPlan>& plans, Reviewer& reviewer, const Authors& authors) : plans_(plans), reviewer_(reviewer), authors_(authors) {
    written_.engine = authors.engine.kind();
    written_.model = std::string(authors.insight.config.get("model").value_or(""));
    for (const agents::Persona* persona : {&authors.personas.collector, &authors.personas.insight}) written_.personas += fmt::format("{}\n\n{}\n\n", persona->name, persona->system);
    written_.collector = authors.collector;
    written_.insight = authors.insight;
  }

  Written run() {
    for (const SectionPlan& plan : plans_) {
      if (written_.failure) break;
      write(plan);
    }
    return std::move(written_);
  }

 private:
  void write(const SectionPlan& plan) {
    written_.sections.push_back({});
    SectionRecord& section = written_.sections.back();
    section.id = plan.id;
    section.title = plan.title;
    section.author = plan.author;
    std::vector<std::vector<core::FactId>> facts;
    for (const Assignment& assignment : plan.assignments) {
      if (written_.failure) break;
      facts.emplace_back();
      section.sentences.push_back(write(plan, assignment, section, facts.back()));
    }
    settle(plan, section, facts);
    if (plan.author == Author::collector)
      for (const SentenceRecord& sentence : section.sentences)
        if (sentence.kept) notes_ += (notes_.empty() ? "" : " ") + sentence.filled;
  }

  SentenceRecord write(const SectionPlan& plan, const Assignment& assignment, SectionRecord& section, std::vector<core::FactId>& facts) {
    SentenceRecord sentence;
    std::vector<agents::Objection> objections;
    while (sentence.rounds < authors_.rounds && !sentence.kept) {
      ++sentence.rounds;
      const auto answer = ask(plan, assignment, sentence.rounds, objections);
      if (!answer) break;
      const FirstSentence first = first_sentence(with_placeholders(agents::sentence_of(*answer), assignment.exhibits));
      sentence.text = first.text;
      Reviewed reviewed = reviewer_.review(first.text, assignment);
      sentence.filled = reviewed.statement.plain();
      if (is_repeated(sentence.filled, section)) reviewed.problems.emplace_back("says again what another sentence says");
      ++section.drafts;
      section.rounds = std::max(section.rounds, sentence.rounds);
      section.claims += reviewed.claims;
      section.claims_cut += reviewed.bad;
      sentence.kept = reviewed.problems.empty();
      sentence.problems = reviewed.problems;
      facts.assign(reviewed.facts.begin(), reviewed.facts.end());
      if (sentence.kept) ++section.sound_drafts;
      else objections = {{first.text, reviewed.problems}};
    }
    if (sentence.kept) return sentence;
    sentence.filled.clear();
    facts.clear();
    return sentence;
  }

  static bool is_repeated(const std::string& filled, const SectionRecord& section) {
    return std::any_of(section.sentences.begin(), section.sentences.end(), [&](const SentenceRecord& s) { return s.kept && s.filled == filled; });
  }

  // What of a section can be published.
  static void settle(const SectionPlan& plan, SectionRecord& section, std::vector<std::vector<core::FactId>>& facts) {
    const bool whole = section.sentences.size() == plan.assignments.size();
    if (plan.id == kRisksSection)  // a risk without its mitigation, or the other way round, is no row
      for (std::size_t i = 0; i + 1 < section.sentences.size(); i += 2)
        for (const auto& [one, other] : {std::pair{i, i + 1}, std::pair{i + 1, i}})
          if (section.sentences[one].kept && !section.sentences[other].kept) {
            section.sentences[one].kept = false;
            section.sentences[one].problems = {"its other half was cut"};
            facts[one].clear();
          }
    std::set<core::FactId> cited;
    for (const auto& of_sentence : facts) cited.insert(of_sentence.begin(), of_sentence.end());
    section.facts = cited.size();
    section.kept = static_cast<std::size_t>(std::count_if(section.sentences.begin(), section.sentences.end(), [](const SentenceRecord& s) { return s.kept; }));
    section.published = section.facts >= kFewestFacts;
    if (plan.id == kRecommendationsSection && (!whole || section.kept < section.sentences.size())) section.published = false;
  }

  std::optional<std::string> ask(const SectionPlan& plan, const Assignment& assignment, unsigned round, const std::vector<agents::Objection>& objections) {
    const agents::Prompt prompt = prompt_for(authors_, plan.author, assignment, round, objections, notes_);
    for (const std::string& text : prompt.notes) note(text);
    measure::Probe probe(authors_.clock);
    const engines::Outcome outcome = authors_.engine.complete(prompt.request, probe, authors_.stop);
    probe.end();
    for (const std::string& text : outcome.completion.notes) note(text);
    written_.calls.push_back({plan.author, plan.id, round, outcome.completion.counts.prompt_tokens, outcome.completion.counts.cached_tokens, outcome.completion.counts.completion_tokens,
                              measure::call_metrics(probe.times(), outcome.completion), std::string(to_string(outcome.completion.finish))});
    if (outcome.failure) {
      written_.failure = outcome.failure->error;
      return std::nullopt;
    }
    return outcome.completion.text;
  }

  void note(const std::string& text) {
    if (std::find(written_.notes.begin(), written_.notes.end(), text) == written_.notes.end()) written_.notes.push_back(text);
  }

  const std::vector<SectionPlan>& plans_;
  Reviewer& reviewer_;
  const Authors& authors_;
  Written written_;
  std::string notes_;  // what Agent A wrote
};

}  // namespace

agents::Prompt prompt_for(const Authors& authors, Author author, const Assignment& assignment, unsigned round, const std::vector<agents::Objection>& objections,
                          const std::string& notes) {
  const bool collects = author == Author::collector;
  const AgentOptions& agent = collects ? authors.collector : authors.insight;
  const std::vector<std::string_view> words = words_for(assignment);
  const agents::PromptInput input{collects ? authors.personas.collector : authors.personas.insight, assignment.task, notes, objections, words, claims::plain_words(claims::PlainClass::small)};
  agents::Prompt prompt = agents::build_prompt(input, agent.style, authors.engine.capabilities(), budget_for(agent, authors.engine));
  prompt.request.config = agent.config;
  prompt.request.timeouts = agent.timeouts;
  prompt.request.retries = agent.retries;
  if (round == 1) return prompt;
  // Another draw, and a warmer one: small models otherwise say the same again.
  prompt.request.config.set("seed", std::to_string(setting(agent.config, "seed", 0) + round - 1));
  prompt.request.config.set("temperature", fmt::format("{:.2f}", temperature(agent.config) + kWarmer * (round - 1)));
  return prompt;
}

Written write_sections(const std::vector<SectionPlan>& plans, Reviewer& reviewer, const Authors& authors) { return Session(plans, reviewer, authors).run(); }

}  // namespace chimera::writing
