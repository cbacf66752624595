// `chimera compare`: one set of measurements against another, with a verdict that a script can act on.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/compare_sets.h"
#include "app/commands.h"
#include "base/result.h"
#include "core/vocabulary.h"

namespace chimera::app {

struct CompareCommand {
  std::string a, b;                   // files or folders; REVISION:PATH where no such file is there
  std::vector<std::string> fail_if;   // "decode_tps < -3%"
  double margin_percent = 1;
  bool markdown = false;              // a table for a pull request on standard output
  bool across_machines = false;
};

// Exit code: 0 the same or better, 1 a proven regression (or a proven condition of --fail-if), 3 not comparable,
// 5 undecided.
[[nodiscard]] int compare_command(const CompareCommand& command, const CommonOptions& common);

// The comparison of two paths as JSON, for who is no command.
[[nodiscard]] base::Result<std::string> compare_as_json(const CompareCommand& command);

// A limit on a change: holds where the change of every effect it speaks of lies on the named side of the bound.
struct Condition {
  std::string text;      // as typed
  std::string name;      // a definition, a metric or an alias, as typed
  bool below = true;     // fails where the change is below the bound; else above
  double bound = 0;      // as a share: -0.03
};

// "NAME < NUMBER%" or "NAME > NUMBER%". Fails (usage) where it is neither.
[[nodiscard]] base::Result<Condition> parse_condition(std::string_view text);

enum class Answer { no, yes, undecided };
// Whether the condition is proven of some effect that it names. Fails (usage) where it names none.
[[nodiscard]] base::Result<Answer> test_condition(const Condition& condition, const std::vector<analysis::Effect>& effects, const core::Vocabulary& vocabulary);

// What a run of compare came to, for its three forms of output.
struct CompareOutcome {
  const CompareCommand* command = nullptr;
  analysis::SetComparison comparison;
  std::vector<std::pair<Condition, Answer>> conditions;
  double confidence = 0.95;
  int exit = 0;
};
[[nodiscard]] std::string compare_text(const CompareOutcome& outcome);
[[nodiscard]] std::string compare_markdown(const CompareOutcome& outcome);
[[nodiscard]] std::string compare_json(const CompareOutcome& outcome);  // schema/compare.schema.json

}  // namespace chimera::app
