#include "writing/write_agents.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "text/words.h"

namespace chimera::writing {
namespace {

using core::Statement;
using report::Align;
using report::Draft;

constexpr std::size_t kGapsAsRisks = 4;

Statement words(std::string_view text) { return Statement().text(text); }

Statement& count(Statement& statement, const WriterInput& input, const std::string& pointer) {
  const core::Fact fact = input.record.at(pointer);
  return statement.shown(fact.id, core::format_fixed(fact.value.value, 0));
}

std::string_view name_of(Author author) { return author == Author::collector ? "Agent A" : "Agent B"; }

std::string pointer_of(std::size_t section, std::string_view key) { return fmt::format("/writing/sections/{}/{}", section, key); }

void write_attribution(const WriterInput& input, const SectionRecord& section, std::size_t index, Draft& draft) {
  Statement line = words(fmt::format("Written by {} with ", name_of(section.author)));
  line.code(input.agents->written->model).text(": ");
  count(line, input, pointer_of(index, "kept")).text(" of ");
  count(line, input, pointer_of(index, "sentences")).text(" sentences kept, ");
  count(line, input, pointer_of(index, "facts_cited")).text(" facts cited, rounds: ");
  draft.paragraph(count(line, input, pointer_of(index, "rounds")).text("."));
}

void write_fallback(const WriterInput& input, const SectionRecord& section, std::size_t index, Draft& draft) {
  Statement line = words(fmt::format("Without a model's text: of the draft by {} with ", name_of(section.author)));
  line.code(input.agents->written->model).text(", ");
  count(line, input, pointer_of(index, "kept")).text(" of ");
  count(line, input, pointer_of(index, "sentences")).text(" sentences stood, which cite ");
  draft.paragraph(count(line, input, pointer_of(index, "facts_cited")).text(" facts. That is too little; the text of the program stands here instead."));
}

Statement joined(const std::vector<Statement>& sentences) {
  Statement paragraph;
  for (const Statement& sentence : sentences) {
    if (!paragraph.empty()) paragraph.text(" ");
    paragraph.append(sentence);
  }
  return paragraph;
}

std::string capital(std::string text) {
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') text.front() = static_cast<char>(text.front() - 'a' + 'A');
  return text;
}

void write_sentences(std::string_view section, const AgentParts::Part& part, Draft& draft) {
  if (section == kRecommendationsSection) {
    std::vector<Statement> items;
    for (std::size_t i = 0; i < part.statements.size(); ++i) items.push_back(words(capital(part.topics[i]) + ": ").append(part.statements[i]));
    return draft.numbered(items);
  }
  if (section != kRisksSection) return draft.paragraph(joined(part.statements));
  std::vector<report::Cells> rows;
  for (std::size_t i = 0; i + 1 < part.statements.size(); i += 2) rows.push_back({part.statements[i], part.statements[i + 1]});
  draft.table({"Risk", "Mitigation"}, rows, {Align::left, Align::left});
}

// What is missing is a risk too, and its action what mitigates it.
void write_gaps_as_risks(const WriterInput& input, Draft& draft) {
  std::vector<report::Cells> rows;
  for (const core::Finding& finding : input.findings)
    if (finding.kind == core::FindingKind::gap && !finding.action.empty() && rows.size() < kGapsAsRisks) rows.push_back({finding.statement, finding.action});
  if (rows.empty()) draft.paragraph(words("None was found."));
  draft.table({"Risk", "Mitigation"}, rows, {Align::left, Align::left});
}

// Quoted: what was cut states nothing here.
std::string cut_text(const Written& written) {
  std::string text;
  for (const SectionRecord& section : written.sections)
    for (const SentenceRecord& sentence : section.sentences) {
      if (sentence.kept) continue;
      text += fmt::format("{}: {}\n", section.title, sentence.text.empty() ? "(nothing)" : text::visible(sentence.text));
      for (const std::string& problem : sentence.problems) text += fmt::format("    {}\n", text::visible(problem));
    }
  return text;
}

Statement number_or_dash(const WriterInput& input, const std::string& pointer, int decimals) {
  const auto fact = input.record.find(pointer);
  return fact ? Statement().quantity(*fact, decimals) : words("-");
}

}  // namespace

AgentParts agent_parts(const Written& written, const std::vector<SectionPlan>& plans, Reviewer& reviewer) {
  AgentParts parts;
  parts.written = &written;
  for (std::size_t s = 0; s < written.sections.size(); ++s) {
    const SectionRecord& section = written.sections[s];
    const auto plan = std::find_if(plans.begin(), plans.end(), [&](const SectionPlan& p) { return p.id == section.id; });
    if (plan == plans.end()) continue;
    AgentParts::Part& part = parts.parts[section.id];
    part.index = s;
    for (std::size_t i = 0; i < section.sentences.size(); ++i) {
      if (!section.sentences[i].kept) continue;
      part.topics.push_back(plan->assignments[i].task.topic);
      part.statements.push_back(reviewer.review(section.sentences[i].text, plan->assignments[i]).statement);
    }
  }
  return parts;
}

bool write_agent_part(const WriterInput& input, std::string_view section, Draft& draft) {
  if (input.agents == nullptr) return false;
  const auto part = input.agents->parts.find(section);
  if (part == input.agents->parts.end()) return false;
  const SectionRecord& record = input.agents->written->sections[part->second.index];
  if (!record.published) {
    write_fallback(input, record, part->second.index, draft);
    return false;
  }
  write_sentences(section, part->second, draft);
  write_attribution(input, record, part->second.index, draft);
  return true;
}

void write_risks(const WriterInput& input, Draft& draft) {
  if (input.agents == nullptr) return;
  draft.heading(2, "Risks and Mitigations");
  if (!write_agent_part(input, kRisksSection, draft)) write_gaps_as_risks(input, draft);
}

void write_authorship(const WriterInput& input, Draft& draft) {
  if (input.agents == nullptr) return;
  const Written& written = *input.agents->written;
  draft.heading(2, "How This Report Was Written");
  draft.paragraph(words("A model wrote the sections that say so, sentence by sentence, from facts that the program filled in. Each sentence was judged before it was "
                        "taken; what could not be supported was cut. All other text is the program's."));
  std::vector<report::Cells> rows;
  for (std::size_t i = 0; i < written.sections.size(); ++i) {
    const SectionRecord& section = written.sections[i];
    report::Cells row = {words(section.title), words(name_of(section.author)), words(section.published ? "model" : "program")};
    for (const std::string_view key : {"rounds", "drafts", "sentences", "kept", "claims", "claims_cut", "facts_cited"}) {
      Statement cell;
      row.push_back(count(cell, input, pointer_of(i, key)));
    }
    rows.push_back(std::move(row));
  }
  draft.table({"Section", "Agent", "Text by", "Rounds", "Drafts", "Sentences", "Kept", "Claims in drafts", "Claims cut", "Facts cited"}, rows,
              {Align::left, Align::left, Align::left, Align::right, Align::right, Align::right, Align::right, Align::right, Align::right, Align::right});
  if (written.failure) draft.paragraph(words("The engine failed before all was written: ").code(written.failure->message).text("."));
  if (!written.notes.empty()) {
    std::vector<Statement> notes;
    for (const std::string& note : written.notes) notes.push_back(Statement().code(note));
    draft.paragraph(words("Notes of the engine:"));
    draft.bullets(notes);
  }
  const std::string cut = cut_text(written);
  if (cut.empty()) return;
  draft.paragraph(words("Sentences that were cut, as the model wrote them last, with what was wrong:"));
  draft.code(cut);
}

void write_calls(const WriterInput& input, Draft& draft) {
  const Written& written = *input.agents->written;
  std::vector<report::Cells> rows;
  for (std::size_t i = 0; i < written.calls.size(); ++i) {
    const CallRecord& call = written.calls[i];
    const std::string pointer = fmt::format("/calls/{}/", i);
    report::Cells row = {words(name_of(call.author)), Statement().code(call.section)};
    for (const auto& [key, decimals] : {std::pair{"round", 0}, std::pair{"prompt_tokens", 0}, std::pair{"cached_tokens", 0}, std::pair{"completion_tokens", 0}, std::pair{"ttft_seconds", 4},
                                        std::pair{"decode_tokens_per_second", 1}, std::pair{"total_seconds", 3}})
      row.push_back(number_or_dash(input, pointer + key, decimals));
    rows.push_back(std::move(row));
  }
  draft.table({"Agent", "Section", "Round", "Prompt tokens", "Of these reused", "Tokens", "TTFT", "Throughput", "Total"}, rows,
              {Align::left, Align::left, Align::right, Align::right, Align::right, Align::right, Align::right, Align::right, Align::right});
  for (const StudyChart& chart : input.charts)
    if (chart.study == kOfTheRun) draft.charts({{chart.chart.head.id, chart.chart.head.title}});
}

std::string settings_text(const core::RunConfig& config) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kShown = {
      {{"num_gpu", "num_gpu"}, {"num_ctx", "num_ctx"}, {"temp", "temperature"}, {"top_p", "top_p"}, {"top_k", "top_k"}, {"repeat_penalty", "repeat_penalty"}}};
  std::string text;
  for (const auto& [shown, key] : kShown) text += fmt::format("{}{}={}", text.empty() ? "" : ", ", shown, config.get(key).value_or("default"));
  return text;
}

}  // namespace chimera::writing
