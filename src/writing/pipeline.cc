#include "writing/pipeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

#include "analysis/analyse.h"
#include "analysis/inventory.h"
#include "analysis/ledger.h"
#include "analysis/study.h"
#include "base/log.h"
#include "base/parallel.h"
#include "base/version.h"
#include "claims/draft.h"
#include "report/draft.h"
#include "report/json.h"
#include "report/publish.h"
#include "writing/charts.h"
#include "writing/evidence.h"
#include "writing/report_page.h"
#include "writing/run_record.h"
#include "writing/svg_figures.h"
#include "writing/write.h"
#include "writing/write_agents.h"

namespace chimera::writing {
namespace {

constexpr std::string_view kOwnMark = "<!-- chimera report -->\n";

class OutputLinks final : public report::Links {
 public:
  OutputLinks(const ReportOptions& options, const base::FileSystem& files) : roots_(options.ingest.roots, files) {
    std::error_code error;
    out_ = std::filesystem::weakly_canonical(std::filesystem::absolute(options.out, error), error);  // it need not be there yet
  }
  // For documents in a folder below the output.
  OutputLinks(const ReportOptions& options, const base::FileSystem& files, const std::string& folder) : OutputLinks(options, files) {
    if (folder.empty()) return;
    out_ /= folder;
    record_ = "../run.json";
  }
  [[nodiscard]] std::string href(const std::string& artifact_path) const override {
    if (artifact_path == RunRecord::kPath) return record_;
    const auto [known, fresh] = hrefs_.try_emplace(artifact_path);
    if (fresh) {
      std::error_code error;
      const auto target = std::filesystem::weakly_canonical(roots_.on_disk(artifact_path), error);
      known->second = report::encode_path(target.lexically_relative(out_).generic_string());
    }
    return known->second;
  }

 private:
  ingest::RootPaths roots_;
  std::filesystem::path out_;
  std::string record_ = "run.json";
  mutable std::map<std::string, std::string> hrefs_;  // a report links to few files, many times each
};

double seconds(base::Nanoseconds from, base::Nanoseconds to) { return static_cast<double>(to - from) / 1e9; }

bool is_bad(const claims::Verdict& verdict) {
  return verdict.kind == claims::VerdictKind::contradicted || verdict.kind == claims::VerdictKind::unsupported;
}

// The line of the draft that a claim stands on, as far as a person needs it.
std::string sentence_around(const std::string& draft, const core::Span& span) {
  const std::size_t begin = span.begin == 0 ? 0 : draft.rfind('\n', span.begin - 1) + 1;
  const std::size_t end = std::min(draft.find('\n', span.end), draft.size());
  return draft.substr(begin, end - begin);
}

// Law 6: our own sentences have no bad verdicts. One is our bug, and nothing is published.
base::Result<void> require_supported(const std::vector<claims::Verdict>& verdicts, const std::string& draft) {
  const auto bad = std::find_if(verdicts.begin(), verdicts.end(), is_bad);
  if (bad == verdicts.end()) return {};
  for (const claims::Verdict& verdict : verdicts)
    if (is_bad(verdict))
      base::log_note(fmt::format("\"{}\" is {}: {} {}\n    in: {}", verdict.claim.quote, claims::to_string(verdict.kind), verdict.reason, verdict.found,
                                 sentence_around(draft, verdict.claim.span)));
  return base::fail(base::ErrorKind::internal,
                    fmt::format("the report would state \"{}\", which is {}: {}{}\n  in: {}", bad->claim.quote, claims::to_string(bad->kind), bad->reason,
                                bad->found.empty() ? "" : ", found " + bad->found, sentence_around(draft, bad->claim.span)),
                    fmt::format("{} such claim(s); this is a bug in chimera, --verbose lists them all; nothing was published",
                                std::count_if(verdicts.begin(), verdicts.end(), is_bad)));
}

std::vector<RunSummary::KindCount> count_kinds(const std::vector<claims::Verdict>& verdicts) {
  std::map<std::string, RunSummary::KindCount> kinds;
  for (const claims::Verdict& verdict : verdicts) {
    RunSummary::KindCount& count = kinds[std::string(claims::to_string(verdict.claim.kind))];
    ++count.claims;
    if (verdict.kind == claims::VerdictKind::supported) ++count.supported;
  }
  std::vector<RunSummary::KindCount> out;
  for (auto& [kind, count] : kinds) {
    count.kind = kind;
    out.push_back(count);
  }
  return out;
}

std::vector<report::ClaimLine> claim_lines(const std::vector<claims::Verdict>& verdicts) {
  std::vector<report::ClaimLine> lines;
  lines.reserve(verdicts.size());
  for (const claims::Verdict& verdict : verdicts)
    lines.push_back(claim_line(verdict));
  return lines;
}

base::Result<void> require_something(const ingest::Ingested& ingested, const ReportOptions& options) {
  if (ingested.readable > 0) return {};
  std::string roots;
  for (const std::string& root : options.ingest.roots) roots += (roots.empty() ? "" : ", ") + root;
  return base::fail(base::ErrorKind::input, fmt::format("nothing readable in {}: no JSON, JSONL, CSV, TSV, Markdown or log file with values in it", roots),
                    "give a folder that holds benchmark results; --verbose lists what was passed over");
}

// What the folders hold and what it means. The interpreter is loaded while the files are read.
struct Evaluated {
  facts::Interpreter interpreter;
  ingest::Ingested ingested;
};

base::Result<Evaluated> read_and_interpret(const ReportOptions& options, const base::FileSystem& files) {
  auto read = base::Result<ingest::ReadFiles>(ingest::ReadFiles{});
  auto interpreter = base::Result<facts::Interpreter>(base::fail(base::ErrorKind::internal, "not loaded"));
  base::in_parallel([&] { read = ingest::read_files(options.ingest, files); }, [&] { interpreter = facts::Interpreter::create(); });
  TRY(facts::Interpreter loaded, std::move(interpreter));
  TRY(ingest::ReadFiles found, std::move(read));
  ingest::Ingested ingested = ingest::interpret(std::move(found), options.ingest, loaded);
  TRY_VOID(require_something(ingested, options));
  return Evaluated{std::move(loaded), std::move(ingested)};
}

// Drafts over the record of the run, and the judging of them.
class Drafting {
 public:
  Drafting(const ReportOptions& options, const Evaluated& evaluated, const analysis::Analysis& found, const std::vector<StudyChart>& charts, analysis::Ledger& ledger)
      : options_(options), vocabulary_(evaluated.interpreter.vocabulary()), found_(found), charts_(charts), ledger_(ledger) {}

  // Lets agents write over a record that has everything but what they write.
  Written write(const RunRecord& record, const Authors& authors) {
    const Evidence evidence(ledger_, record);
    Reviewer reviewer(evidence, vocabulary_);
    return write_sections(plans(record), reviewer, authors);
  }
  [[nodiscard]] std::vector<SectionPlan> plans(const RunRecord& record) const { return plan_sections(input(record, nullptr)); }

  // `written`: may be null.
  [[nodiscard]] report::Draft body(const RunRecord& record, const Written* written) const { return draft(record, written, nullptr); }
  [[nodiscard]] report::Draft whole(const RunRecord& record, const RunSummary& summary) const { return draft(record, summary.written, &summary); }

  // In two threads, each one half: what is said under one heading is judged without what is said under another.
  std::vector<claims::Verdict> judge(const report::Draft& draft, const RunRecord& record) {
    const Evidence evidence(ledger_, record);
    const std::string_view text = draft.markdown();
    const std::size_t cut = middle(draft);
    const auto judge_part = [&](std::string_view part, claims::Readings& known) { return claims::judge_draft(part, evidence, vocabulary_, known); };
    std::vector<claims::Verdict> first;
    std::vector<claims::Verdict> second;
    base::in_parallel([&] { first = judge_part(text.substr(0, cut), known_[0]); }, [&] { second = judge_part(text.substr(cut), known_[1]); });
    for (claims::Verdict& verdict : second) {
      verdict.claim.span.begin += cut;
      verdict.claim.span.end += cut;
      first.push_back(std::move(verdict));
    }
    return first;
  }

 private:
  // The heading nearest to the middle; 0 where there is none.
  static std::size_t middle(const report::Draft& draft) {
    const std::size_t half = draft.markdown().size() / 2;
    const auto& headings = draft.headings();
    const auto behind = std::lower_bound(headings.begin(), headings.end(), half);
    if (behind == headings.begin()) return behind == headings.end() ? 0 : *behind;
    const std::size_t before = *std::prev(behind);
    return behind != headings.end() && *behind - half < half - before ? *behind : before;
  }

  WriterInput input(const RunRecord& record, const AgentParts* parts) const {
    return {options_.ingest.roots, found_.inventory, found_.studies, found_.findings, charts_, vocabulary_, record, ledger_, options_.date, options_.times, parts};
  }

  report::Draft draft(const RunRecord& record, const Written* written, const RunSummary* summary) const {
    AgentParts parts;
    if (written != nullptr) {
      const Evidence evidence(ledger_, record);
      Reviewer reviewer(evidence, vocabulary_);
      parts = agent_parts(*written, plans(record), reviewer);
    }
    report::Draft draft;
    const WriterInput whole = input(record, written == nullptr ? nullptr : &parts);
    write_body(whole, draft);
    if (summary != nullptr) write_verification(whole, summary->claims, draft);
    return draft;
  }

  const ReportOptions& options_;
  const core::Vocabulary& vocabulary_;
  const analysis::Analysis& found_;
  const std::vector<StudyChart>& charts_;
  analysis::Ledger& ledger_;
  std::array<claims::Readings, 2> known_;  // of the two halves
};

// The files of a report by name; report.md last, so that where it is, all is.
base::Result<std::vector<std::string>> write_outputs(const std::string& out, const std::vector<std::pair<std::string, std::string>>& outputs) {
  std::vector<std::string> written;
  for (const auto& [name, bytes] : outputs) {
    const std::string path = (std::filesystem::path(out) / name).string();
    TRY_VOID(base::write_file(path, bytes));
    written.push_back(path);
  }
  return written;
}

}  // namespace

base::Result<void> with_desk(const ReportOptions& options, const base::FileSystem& files, const std::function<base::Result<void>(const Desk&)>& use) {
  TRY(Evaluated evaluated, read_and_interpret(options, files));
  ingest::Ingested& ingested = evaluated.ingested;
  analysis::Ledger ledger(ingested.corpus);
  const analysis::Analysis found = analysis::analyse(evaluated.interpreter.vocabulary(), ledger);
  const RunSummary summary{std::string(base::version()), options.ingest.roots, &found.inventory, &ingested.account, &ingested.corpus.diagnostics,
                           found.studies.size(), found.findings.size(), options.date, std::nullopt, {}, nullptr};
  const RunRecord record(to_json(summary));
  const std::vector<StudyChart> no_charts;
  Drafting drafting(options, evaluated, found, no_charts, ledger);
  const Evidence evidence(ledger, record);
  const auto publish = [&](const report::Draft& draft, const std::string& folder, const std::string& name) -> base::Result<void> {
    const std::vector<claims::Verdict> verdicts = drafting.judge(draft, record);
    TRY_VOID(require_supported(verdicts, draft.markdown()));
    const report::Publication publication = report::publish(draft.markdown(), evidence, OutputLinks(options, files, folder), name + ".json", report::kFactsFirstLine, {});
    const std::string json = report::to_json({std::string(base::version()), name, report::write_facts(publication.facts, evidence), {}, claim_lines(verdicts), &ingested.corpus.diagnostics, &evidence});
    const std::string out = (std::filesystem::path(options.out) / folder).string();
    TRY(const std::vector<std::string> written, write_outputs(out, {{name + ".json", json}, {name + ".md", std::string(kOwnMark) + publication.markdown}}));
    return {};
  };
  TRY(const std::vector<std::string> written, write_outputs(options.out, {{"run.json", record.json()}}));
  const std::vector<SectionPlan> plans = drafting.plans(record);
  return use({plans, evidence, evaluated.interpreter.vocabulary(), record, publish});
}

base::Result<ReportOutcome> make_report(const ReportOptions& options, const base::FileSystem& files, const base::Clock& clock) {
  const base::Nanoseconds started = clock.steady();
  TRY(Evaluated evaluated, read_and_interpret(options, files));
  ingest::Ingested& ingested = evaluated.ingested;
  const base::Nanoseconds ingest_done = clock.steady();

  analysis::Ledger ledger(ingested.corpus);
  const analysis::Analysis found = analysis::analyse(evaluated.interpreter.vocabulary(), ledger);
  std::vector<StudyChart> study_charts = make_charts(found.studies, found.findings, evaluated.interpreter.vocabulary(), ledger);
  const base::Nanoseconds analysis_done = clock.steady();

  RunSummary summary{std::string(base::version()), options.ingest.roots, &found.inventory, &ingested.account, &ingested.corpus.diagnostics,
                     found.studies.size(), found.findings.size(), options.date, std::nullopt, {}, nullptr};
  Drafting drafting(options, evaluated, found, study_charts, ledger);
  std::optional<Written> written;
  if (options.authors) {
    TRY(const Authors* authors, options.authors());
    if (authors != nullptr) written = drafting.write(RunRecord(to_json(summary)), *authors);
  }
  summary.written = written ? &*written : nullptr;
  const base::Nanoseconds writing_done = clock.steady();
  // The record states how many claims the body makes, and the body quotes the record: judged once to count them, and
  // once more, whole, with the record as it is published.
  if (options.times) summary.times = RunTimes{};
  const RunRecord preliminary(to_json(summary));
  summary.claims = count_kinds(drafting.judge(drafting.body(preliminary, summary.written), preliminary));
  if (options.times)
    summary.times = RunTimes{started, seconds(started, ingest_done), seconds(ingest_done, analysis_done), seconds(analysis_done, writing_done), seconds(writing_done, clock.steady())};
  const RunRecord record(to_json(summary));
  if (auto calls = make_calls_chart(record, summary.written, study_charts.size() + 1)) study_charts.push_back(std::move(*calls));
  SvgFigures pictures = options.pictures ? SvgFigures::begin(study_charts) : SvgFigures();
  const report::Draft draft = drafting.whole(record, summary);

  // What readers get is laid out while the draft is judged, and shown only where the verdicts allow it.
  const Evidence evidence(ledger, record);
  const OutputLinks links(options, files);
  std::vector<claims::Verdict> verdicts;
  report::Publication publication;
  std::string facts_part;
  const std::string_view title = "Technical Report: Benchmark Artifacts";
  base::in_parallel([&] { verdicts = drafting.judge(draft, record); },
                    [&] {
                      publication = report::publish(draft.markdown(), evidence, links, "report.json", report::kFactsFirstLine, facts_of(study_charts));
                      facts_part = report::write_facts(publication.facts, evidence);
                    });
  TRY_VOID(require_supported(verdicts, draft.markdown()));
  std::string page = report_page({title, draft.markdown(), publication, facts_part, verdicts, study_charts, found.findings, evaluated.interpreter.vocabulary(), evidence, links, summary.written});
  const std::string report_json = report::to_json({std::string(base::version()), std::string(title), std::move(facts_part), found.findings,
                                                   claim_lines(verdicts), &ingested.corpus.diagnostics, &evidence});

  ReportOutcome outcome{ingested.readable, ingested.account.facts, found.findings.size(), verdicts.size(), std::move(ingested.corpus.diagnostics), {}, std::move(written)};
  TRY(const std::vector<report::Figure> figures, write_figures(options.out, study_charts, pictures.finish()));
  const std::string markdown = std::string(kOwnMark) + report::with_figures(publication.markdown, figures);
  TRY(outcome.written, write_outputs(options.out, {{"run.json", record.json()}, {"report.json", report_json}, {"report.html", std::move(page)}, {"report.md", markdown}}));
  return outcome;
}

}  // namespace chimera::writing
