#include "writing/write.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "writing/write_agents.h"
#include "writing/write_studies.h"

namespace chimera::writing {
namespace {

using core::FindingKind;
using core::Statement;
using report::Align;
using report::Draft;

constexpr std::size_t kSummaryFindings = 6;
constexpr std::size_t kSameKindInSummary = 2;
constexpr std::size_t kFindingsPerGroup = 8;
constexpr std::size_t kActionsPerKind = 2;
constexpr std::size_t kFoldersListed = 12;
constexpr std::size_t kPatternsListed = 8;
constexpr std::size_t kRecommendations = 8;

Statement words(std::string_view text) { return Statement().text(text); }

// A whole number of the run record, as digits without a unit.
Statement& count(Statement& statement, const WriterInput& input, const std::string& pointer) {
  const core::Fact fact = input.record.at(pointer);
  return statement.shown(fact.id, core::format_fixed(fact.value.value, 0));
}

std::string_view plural(std::uint64_t n, std::string_view one, std::string_view many) { return n == 1 ? one : many; }

void write_head(const WriterInput& input, Draft& draft) {
  draft.heading(1, "Technical Report: Benchmark Artifacts");
  Statement date;
  if (input.date) date.shown_in(RunRecord::kPath, base::format_date(*input.date));
  else date.text("not recorded, as asked by ").code("--no-times");
  Statement roots;
  for (const std::string& root : input.roots) (roots.empty() ? roots : roots.text(", ")).code(root);
  const Written* written = input.agents == nullptr ? nullptr : input.agents->written;
  Statement configuration;
  if (written == nullptr) configuration.code(settings_text({}));
  else configuration.text("Agent A ").code(settings_text(written->collector.config)).text("; Agent B ").code(settings_text(written->insight.config));
  draft.fields({{"Date", date},
                {"Agent Type", words(written == nullptr ? "data collector and insight, without a language model" : "data collector (Agent A) and insight (Agent B)")},
                {"Model", written == nullptr ? words("none") : Statement().code(written->model)},
                {"Configuration", configuration},
                {"Writer", Statement().code(written == nullptr ? "writer: deterministic" : "writer: " + written->engine)},
                {"Input", roots}});
}

// "101 artifacts and 3 logs or texts".
Statement& count_files(Statement& statement, const WriterInput& input) {
  const std::uint64_t others = input.inventory.also_read.files;
  if (input.inventory.files > 0 || others == 0) count(statement, input, "/inventory/files").text(plural(input.inventory.files, " artifact", " artifacts"));
  if (input.inventory.files > 0 && others > 0) statement.text(" and ");
  if (others > 0) count(statement, input, "/inventory/also_read/files").text(plural(others, " log or text", " logs or texts"));
  return statement;
}

// Up to the first full stop that ends a sentence: what the summary needs of a finding.
Statement first_sentence(const Statement& statement) {
  Statement out;
  for (const core::Part& part : statement.parts()) {
    const std::size_t end = part.kind == core::Part::Kind::text ? part.shown.find(". ") : std::string::npos;
    if (end != std::string::npos) return out.text(std::string_view(part.shown).substr(0, end + 1));
    out.part(part);
  }
  return out;
}

void write_executive_summary(const WriterInput& input, Draft& draft) {
  draft.heading(2, "Executive Summary");
  write_agent_part(input, kSummarySection, draft);
  Statement scope;
  const std::uint64_t others = input.inventory.also_read.files;
  count_files(scope, input).text(plural(input.inventory.files + others, " was read, holding ", " were read, holding "));
  count(scope, input, "/numbers/facts").text(" numbers whose meaning is known, in ");
  count(scope, input, "/studies").text(plural(input.studies.size(), " study", " studies")).text(" (sets of rows measured alike).");
  if (input.findings.empty()) scope.text(" Nothing in them called for a finding.");
  else scope.text(" What matters most:");
  draft.paragraph(scope);
  std::map<FindingKind, std::size_t> seen;
  std::vector<std::pair<std::string, Statement>> items;
  for (const core::Finding& finding : input.findings) {
    if (items.size() == kSummaryFindings) break;
    if (finding.kind != FindingKind::gap && seen[finding.kind]++ < kSameKindInSummary) items.emplace_back(finding.title, first_sentence(finding.statement));
  }
  draft.named_bullets(items);
}

void write_type_table(const WriterInput& input, Draft& draft) {
  std::vector<report::Cells> rows;
  for (const analysis::TypeCount& type : input.inventory.types) {
    const std::string pointer = fmt::format("/inventory/types/{}", core::to_string(type.type));
    const core::Fact bytes = input.record.at(pointer + "/size_bytes");
    Statement files;
    count(files, input, pointer + "/files");
    rows.push_back({words(title_of(type.type)), files, Statement().quantity(bytes, 0)});
  }
  draft.table({"Type (by name)", "Files", "Size"}, rows, {Align::left, Align::right, Align::right});
}

void note_files(std::string_view what, const std::string& pointer, const std::vector<std::string>& paths, const WriterInput& input,
                std::vector<Statement>& notes) {
  if (paths.empty()) return;
  Statement note = words(what);
  count(note, input, pointer).text(" (");
  for (std::size_t i = 0; i < std::min(paths.size(), kPathsListed); ++i) note.text(i == 0 ? "" : ", ").artifact(paths[i]);
  notes.push_back(note.text(paths.size() > kPathsListed ? ", …)." : ")."));
}

void write_inventory_notes(const WriterInput& input, Draft& draft) {
  const analysis::Inventory& inventory = input.inventory;
  std::vector<Statement> notes;
  if (!inventory.folders.empty()) {
    Statement folders = words("Folders: ");
    for (std::size_t i = 0; i < std::min(inventory.folders.size(), kFoldersListed); ++i) {
      folders.text(i == 0 ? "" : ", ").code(inventory.folders[i].folder).text(" (");
      count(folders, input, fmt::format("/inventory/folders/{}/files", i)).text(")");
    }
    notes.push_back(folders.text(inventory.folders.size() > kFoldersListed ? ", …." : "."));
  }
  if (inventory.files > 0) {
    Statement sizes = words("Sizes: from ");
    sizes.quantity(input.record.at("/inventory/smallest/size_bytes"), 0).text(" (").artifact(inventory.smallest).text(") to ");
    sizes.quantity(input.record.at("/inventory/largest/size_bytes"), 0).text(" (").artifact(inventory.largest).text("), together ");
    notes.push_back(sizes.quantity(input.record.at("/inventory/size_bytes"), 0).text("."));
  }
  if (!inventory.first_date.empty()) {
    Statement dates = words("Dates written inside the artifacts run from ");
    dates.shown_in(RunRecord::kPath, inventory.first_date).text(" to ").shown_in(RunRecord::kPath, inventory.last_date).text(" (");
    notes.push_back(count(dates, input, "/inventory/dates_inside/files").text(" artifacts carry one)."));
  }
  if (inventory.checkout_times) notes.push_back(words("All modification times lie close together: they are those of the checkout, not of the measurements."));
  if (!inventory.patterns.empty()) {
    Statement patterns = words("Recurring names: ");
    for (std::size_t i = 0; i < std::min(inventory.patterns.size(), kPatternsListed); ++i) {
      patterns.text(i == 0 ? "" : ", ").code(inventory.patterns[i].pattern).text(" (");
      count(patterns, input, fmt::format("/inventory/patterns/{}/files", i)).text(")");
    }
    notes.push_back(patterns.text("."));
  }
  std::vector<std::string> not_read;
  for (const analysis::TypeCount& type : inventory.not_read) not_read.insert(not_read.end(), type.paths.begin(), type.paths.end());
  note_files("Files of other types, read as logs or texts: ", "/inventory/also_read/files", inventory.also_read.paths, input, notes);
  note_files("Files of other types that were not read: ", "/inventory/not_read", not_read, input, notes);
  draft.bullets(notes);
}

void write_ingestion(const WriterInput& input, Draft& draft) {
  draft.heading(2, "Data Ingestion Summary");
  write_agent_part(input, kInventorySection, draft);
  write_type_table(input, draft);
  write_inventory_notes(input, draft);
  Statement numbers = words("Of ");
  count(numbers, input, "/numbers/found").text(" numbers found in the artifacts, ");
  count(numbers, input, "/numbers/facts").text(" are facts with a known place, ");
  count(numbers, input, "/numbers/ignored").text(" were set aside for a named reason (dates, identifiers, prose, code), and ");
  count(numbers, input, "/numbers/unread").text(" are still unread. Diagnostics: ");
  count(numbers, input, "/diagnostics/error").text(" errors, ");
  count(numbers, input, "/diagnostics/loss").text(" losses, ");
  count(numbers, input, "/diagnostics/note").text(" notes; each is listed with its place in ").code("report.json").text(".");
  draft.paragraph(numbers);
}

// What readers look for together stands together.
struct Group {
  std::string_view title;
  std::vector<FindingKind> kinds;
};

const std::vector<Group>& groups() {
  static const std::vector<Group> all = {
      {"Which configuration is best", {FindingKind::best_configuration}},
      {"What the settings do", {FindingKind::factor_effect, FindingKind::confounded_factor}},
      {"Artifacts that disagree", {FindingKind::mislabelled, FindingKind::contradiction, FindingKind::summary_mismatch}},
      {"Groups compared", {FindingKind::comparison}},
      {"Cold starts, failures, outliers, drift", {FindingKind::cold_start, FindingKind::failed_rows, FindingKind::outlier, FindingKind::drift}},
      {"Files", {FindingKind::duplicate_artifacts, FindingKind::content_mismatch}}};
  return all;
}

bool belongs(const Group& group, FindingKind kind) { return std::find(group.kinds.begin(), group.kinds.end(), kind) != group.kinds.end(); }

void write_finding(const core::Finding& finding, Draft& draft) {
  draft.named_bullet(finding.title, finding.statement);
  if (finding.doubts.empty()) return;
  Statement doubts = words("Doubts: ");
  for (std::size_t i = 0; i < finding.doubts.size(); ++i) doubts.text(i == 0 ? "" : " ").append(finding.doubts[i]);
  draft.bullet(doubts, 2);
}

void write_key_findings(const WriterInput& input, Draft& draft) {
  draft.heading(2, "Key Findings");
  bool any = false;
  bool left_out = false;
  for (const Group& group : groups()) {
    std::size_t shown = 0;
    for (const core::Finding& finding : input.findings) {
      if (!belongs(group, finding.kind)) continue;
      left_out |= shown == kFindingsPerGroup;
      if (shown == kFindingsPerGroup) break;
      if (shown++ == 0) draft.heading(3, group.title);
      write_finding(finding, draft);
    }
    if (shown > 0) draft.gap();
    any |= shown > 0;
  }
  if (!any) draft.paragraph(words("None: nothing in the artifacts called for one."));
  if (left_out) draft.paragraph(words("Findings of less weight are in ").code("report.json").text("."));
}

// The artifact that a statement is about is the first that it names.
const core::Part* first_artifact(const Statement& statement) {
  const auto at = std::find_if(statement.parts().begin(), statement.parts().end(), [](const core::Part& p) { return p.kind == core::Part::Kind::artifact; });
  return at == statement.parts().end() ? nullptr : &*at;
}

// Two of a kind at the most, so that the needs of one sort of finding do not crowd out the rest.
void write_recommendations(const WriterInput& input, Draft& draft) {
  draft.heading(2, "Recommendations");
  if (write_agent_part(input, kRecommendationsSection, draft)) draft.heading(3, "What the findings ask for");
  std::set<std::string> said;
  std::map<FindingKind, std::size_t> of_kind;
  std::vector<Statement> items;
  for (const core::Finding& finding : input.findings) {
    if (finding.kind == FindingKind::gap || finding.action.empty() || items.size() == kRecommendations) continue;
    if (!said.insert(finding.action.plain()).second || of_kind[finding.kind]++ >= kActionsPerKind) continue;
    Statement item;
    if (const core::Part* subject = first_artifact(finding.statement)) item.part(*subject).text(": ");
    items.push_back(item.append(finding.action));
  }
  if (items.empty()) return draft.paragraph(words("None: the findings ask for no action."));
  draft.numbered(items);
}

void write_gaps(const WriterInput& input, Draft& draft) {
  draft.heading(2, "Gaps and Missing Telemetry");
  bool any = false;
  for (const core::Finding& finding : input.findings) {
    if (finding.kind != FindingKind::gap) continue;
    Statement whole = finding.statement;
    if (!finding.action.empty()) whole.text(" ").append(finding.action);
    draft.named_bullet(finding.title, whole);
    any = true;
  }
  if (any) draft.gap();
  else draft.paragraph(words("None was found."));
}

void write_conclusion(const WriterInput& input, Draft& draft) {
  draft.heading(2, "Conclusion");
  Statement text;
  const auto has = [&](FindingKind kind) {
    return std::any_of(input.findings.begin(), input.findings.end(), [&](const core::Finding& f) { return f.kind == kind; });
  };
  if (has(FindingKind::contradiction) || has(FindingKind::mislabelled) || has(FindingKind::summary_mismatch))
    text.text("Some of these artifacts disagree with each other: settle the contradictions above before quoting any of their derived documents. ");
  if (has(FindingKind::best_configuration)) text.text("What the sweeps can and cannot tell apart is stated per sweep, with the repetitions that would settle it. ");
  if (has(FindingKind::gap)) text.text("The gaps listed above are what keeps these measurements from supporting firmer statements. ");
  if (text.empty()) text.text("The artifacts were read and accounted for; they hold nothing that calls for a warning.");
  draft.paragraph(text);
}

void write_type_listing(const WriterInput& input, const analysis::TypeCount& type, Draft& draft) {
  const std::string pointer = fmt::format("/inventory/types/{}", core::to_string(type.type));
  Statement head = words(title_of(type.type) + " Files (");
  count(head, input, pointer + "/files").text(")");
  draft.bullet(head, 2);
  for (std::size_t i = 0; i < std::min(type.paths.size(), kPathsListed); ++i) draft.bullet(Statement().artifact(type.paths[i]), 3);
  if (type.files > kPathsListed) {
    Statement more = words("... and ");
    draft.bullet(count(more, input, pointer + "/more").text(" more"), 3);
  }
  draft.bullet(words("Latest modified: ").shown_in(RunRecord::kPath, base::format_utc(type.latest)), 3);
}

void write_workflow(const WriterInput& input, Draft& draft) {
  draft.heading(2, "Workflow Summary");
  Statement files = words("Files analyzed: ");
  count(files, input, "/inventory/files");
  if (const std::uint64_t others = input.inventory.also_read.files; others > 0)
    count(files.text(", and "), input, "/inventory/also_read/files").text(plural(others, " log or text", " logs or texts"));
  Statement time = words("Execution time: ");
  const auto stage = [&](const char* name) { return input.record.at(fmt::format("/stages/{}_seconds", name)); };
  if (input.timed) {
    time.quantity(stage("total"), 3).text(" (ingest ").quantity(stage("ingest"), 3).text(" | analysis ").quantity(stage("analysis"), 3);
    if (input.agents != nullptr) time.text(" | agents ").quantity(stage("writing"), 3);
    time.text(" | report ").quantity(stage("report"), 3).text(")");
  } else {
    time.text("not recorded, as asked by ").code("--no-times");
  }
  Statement total = words("Data summary: total files analyzed: ");
  count(total, input, "/inventory/files");
  for (const Statement& item : {files, time, total}) draft.bullet(item, 1);
  for (const analysis::TypeCount& type : input.inventory.types) write_type_listing(input, type, draft);
  draft.gap();
  draft.heading(2, "Metrics");
  if (input.agents == nullptr) return draft.paragraph(words("none: no model was called"));
  write_calls(input, draft);
}

}  // namespace

std::string title_of(core::Format type) {
  switch (type) {
    case core::Format::csv: return "CSV";
    case core::Format::json: return "JSON";
    case core::Format::jsonl: return "JSONL";
    case core::Format::markdown: return "Markdown";
    default: return std::string(core::to_string(type));
  }
}

void write_body(const WriterInput& input, Draft& draft) {
  write_head(input, draft);
  write_executive_summary(input, draft);
  write_ingestion(input, draft);
  write_studies(input, draft);
  write_key_findings(input, draft);
  write_recommendations(input, draft);
  write_risks(input, draft);
  write_gaps(input, draft);
  write_conclusion(input, draft);
  write_authorship(input, draft);
  write_workflow(input, draft);
}

void write_verification(const WriterInput& input, const std::vector<RunSummary::KindCount>& kinds, Draft& draft) {
  draft.heading(2, "Verification");
  Statement text = words("The parts above make ");
  count(text, input, "/claims/total").text(" checkable claims; ");
  count(text, input, "/claims/supported").text(" are supported: each was held against the bytes of its artifact, or computed again from them.");
  draft.paragraph(text);
  std::vector<report::Cells> rows;
  for (const RunSummary::KindCount& kind : kinds) {
    Statement claims;
    Statement supported;
    count(claims, input, fmt::format("/claims/by_kind/{}/claims", kind.kind));
    count(supported, input, fmt::format("/claims/by_kind/{}/supported", kind.kind));
    rows.push_back({words(kind.kind), claims, supported});
  }
  draft.table({"Kind of claim", "Claims", "Supported"}, rows, {Align::left, Align::right, Align::right});
  draft.heading(2, "Persona Prompt");
  draft.code(input.agents == nullptr ? collector_persona() : std::string_view(input.agents->written->personas));
}

std::string_view collector_persona() {
  return "You are Agent A, the data collector of a performance team. You are given the inventory of a folder of benchmark artifacts.\n"
         "Write it up for Agent B, who will reason over it and sees nothing else:\n"
         "- which folders are covered, and what each is for;\n"
         "- how many files of each type there are, and the latest time that each type was touched;\n"
         "- which telemetry an evaluation would need and does not find here.\n"
         "Be brief. Quote every figure from the inventory, by its placeholder. Where the inventory is silent, say that it is silent.\n";
}

}  // namespace chimera::writing
