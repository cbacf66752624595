#include "app/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "app/console.h"
#include "app/git_file.h"
#include "app/inputs.h"
#include "ingest/into_corpus.h"
#include "text/words.h"

namespace chimera::app {
namespace {

using analysis::Change;
using analysis::Effect;

constexpr int kRegression = 1;
constexpr int kNotComparable = 3;
constexpr int kUndecided = 5;

// One side: what a path holds, or what it held in a revision.
base::Result<ingest::Ingested> read_side(const std::string& path, const facts::Interpreter& interpreter, const CommonOptions& common) {
  const base::RealFileSystem files;
  TRY(const std::optional<GitFile> revision, check_out(path, files));
  ingest::Options options;
  TRY(Inputs inputs, open_inputs({revision ? revision->path() : path}));
  options.roots = inputs.roots;
  options.progress = progress_line(common, "reading file");
  TRY(ingest::Ingested ingested, ingest::into_corpus(options, *inputs.files, interpreter));
  if (ingested.readable == 0)
    return base::fail(base::ErrorKind::input, fmt::format("nothing readable in {}", path), "give a file or folder with benchmark results");
  return ingested;
}

// "decode_tps" and "decode tok/s" are what the vocabulary calls "decode tps" and "decode tokens per second".
std::string plain_name(std::string_view name) {
  std::string plain = text::lower(text::trim(name));
  std::replace(plain.begin(), plain.end(), '_', ' ');
  return plain;
}

bool speaks_of(const Condition& condition, const Effect& effect, const core::Vocabulary& vocabulary) {
  if (condition.name == effect.definition || condition.name == effect.metric) return true;
  const core::Metric* metric = vocabulary.find_alias(plain_name(condition.name));
  return metric != nullptr && metric->name == effect.metric;
}

Answer test_effect(const Condition& condition, const Effect& effect) {
  if (!effect.interval) return Answer::undecided;
  const double low = effect.interval->low - 1;
  const double high = effect.interval->high - 1;
  if (condition.below ? high < condition.bound : low > condition.bound) return Answer::yes;
  if (condition.below ? low >= condition.bound : high <= condition.bound) return Answer::no;
  return Answer::undecided;
}

// Without conditions every effect counts: one proven regression is one, and all must be the same or better for a yes.
int exit_of(const CompareOutcome& outcome) {
  if (!outcome.comparison.comparable) return kNotComparable;
  const auto any_effect = [&](Change change) {
    return std::any_of(outcome.comparison.effects.begin(), outcome.comparison.effects.end(), [change](const Effect& e) { return e.change == change; });
  };
  if (outcome.conditions.empty()) return any_effect(Change::worse) ? kRegression : any_effect(Change::undecided) ? kUndecided : 0;
  const auto any_answer = [&](Answer answer) {
    return std::any_of(outcome.conditions.begin(), outcome.conditions.end(), [answer](const auto& c) { return c.second == answer; });
  };
  return any_answer(Answer::yes) ? kRegression : any_answer(Answer::undecided) ? kUndecided : 0;
}

base::Result<CompareOutcome> compare(const CompareCommand& command, const CommonOptions& common) {
  if (!(command.margin_percent >= 0) || command.margin_percent > 100)
    return base::fail(base::ErrorKind::usage, fmt::format("--margin is {}, expected a percentage from 0 to 100", command.margin_percent));
  CompareOutcome outcome;
  outcome.command = &command;
  for (const std::string& text : command.fail_if) {
    TRY(Condition condition, parse_condition(text));
    outcome.conditions.emplace_back(std::move(condition), Answer::undecided);
  }
  TRY(const facts::Interpreter interpreter, facts::Interpreter::create());
  TRY(const ingest::Ingested a, read_side(command.a, interpreter, common));
  TRY(const ingest::Ingested b, read_side(command.b, interpreter, common));
  print_diagnostics(a.corpus.diagnostics, common);
  print_diagnostics(b.corpus.diagnostics, common);
  analysis::CompareSettings settings;
  settings.margin = command.margin_percent / 100;
  if (command.across_machines) settings.machines = analysis::CompareSettings::Machines::any;
  outcome.confidence = settings.confidence;
  outcome.comparison = analysis::compare_sets(a.corpus, b.corpus, settings);
  for (auto& [condition, answer] : outcome.conditions) {
    if (!outcome.comparison.comparable) continue;
    TRY(answer, test_condition(condition, outcome.comparison.effects, interpreter.vocabulary()));
  }
  outcome.exit = exit_of(outcome);
  return outcome;
}

}  // namespace

base::Result<Condition> parse_condition(std::string_view text) {
  const auto wrong = [&] {
    return base::fail(base::ErrorKind::usage, fmt::format("--fail-if \"{}\" is no condition", text), "write a metric, < or >, and a change: --fail-if 'decode_tps < -3%'");
  };
  const std::size_t sign = text.find_first_of("<>");
  if (sign == std::string_view::npos) return wrong();
  Condition condition;
  condition.text = text;
  condition.name = text::trim(text.substr(0, sign));
  condition.below = text[sign] == '<';
  std::string_view bound = text::trim(text.substr(sign + 1));
  if (condition.name.empty() || bound.empty() || bound.back() != '%') return wrong();
  bound = text::trim(bound.substr(0, bound.size() - 1));
  if (!bound.empty() && bound.front() == '+') bound.remove_prefix(1);
  double percent = 0;
  const auto [end, error] = std::from_chars(bound.data(), bound.data() + bound.size(), percent);
  if (error != std::errc() || end != bound.data() + bound.size() || !std::isfinite(percent)) return wrong();
  condition.bound = percent / 100;
  return condition;
}

base::Result<Answer> test_condition(const Condition& condition, const std::vector<Effect>& effects, const core::Vocabulary& vocabulary) {
  Answer answer = Answer::no;
  bool named = false;
  std::string others;
  for (const Effect& effect : effects) {
    if (!speaks_of(condition, effect, vocabulary)) {
      if (others.find(effect.definition) == std::string::npos) others += (others.empty() ? "" : ", ") + effect.definition;
      continue;
    }
    named = true;
    const Answer here = test_effect(condition, effect);
    if (here == Answer::yes) return here;
    if (here == Answer::undecided) answer = here;
  }
  if (!named) return base::fail(base::ErrorKind::usage, fmt::format("nothing compared is called \"{}\"", condition.name), "compared were: " + others);
  return answer;
}

base::Result<std::string> compare_as_json(const CompareCommand& command) {
  CommonOptions quiet;
  quiet.quiet = true;
  TRY(const CompareOutcome outcome, compare(command, quiet));
  return compare_json(outcome);
}

int compare_command(const CompareCommand& command, const CommonOptions& common) {
  const auto outcome = compare(command, common);
  if (!outcome) return report_error(outcome.error());
  print(common.form == OutputForm::json ? compare_json(*outcome) : command.markdown ? compare_markdown(*outcome) : compare_text(*outcome));
  if (outcome->exit == kNotComparable)
    for (const analysis::Refusal& refusal : outcome->comparison.refused)
      report_error({base::ErrorKind::input, "not comparable: " + refusal.reason, refusal.what == "machine" ? "--across-machines compares them all the same" : ""});
  return outcome->exit;
}

}  // namespace chimera::app
