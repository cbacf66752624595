#include "app/pipeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "analysis/analyse.h"
#include "analysis/inventory.h"
#include "analysis/ledger.h"
#include "analysis/study.h"
#include "app/evidence.h"
#include "app/run_record.h"
#include "app/version.h"
#include "app/write.h"
#include "base/log.h"
#include "claims/draft.h"
#include "report/draft.h"
#include "report/json.h"
#include "report/publish.h"

namespace chimera::app {
namespace {

class OutputLinks final : public report::Links {
 public:
  OutputLinks(const ReportOptions& options, const base::FileSystem& files) : roots_(options.ingest.roots, files) {
    std::error_code error;
    out_ = std::filesystem::weakly_canonical(options.out, error);
  }
  [[nodiscard]] std::string href(const std::string& artifact_path) const override {
    if (artifact_path == RunRecord::kPath) return "run.json";
    const auto [known, fresh] = hrefs_.try_emplace(artifact_path);
    if (fresh) {
      std::error_code error;
      const auto target = std::filesystem::weakly_canonical(roots_.on_disk(artifact_path), error);
      known->second = report::encode_path(target.lexically_relative(out_).generic_string());
    }
    return known->second;
  }

 private:
  RootPaths roots_;
  std::filesystem::path out_;
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
    lines.push_back({verdict.claim.quote, std::string(claims::to_string(verdict.claim.kind)), std::string(claims::to_string(verdict.kind)), verdict.reason});
  return lines;
}

base::Result<void> require_something(const Ingested& ingested, const ReportOptions& options) {
  if (ingested.readable > 0) return {};
  std::string roots;
  for (const std::string& root : options.ingest.roots) roots += (roots.empty() ? "" : ", ") + root;
  return base::fail(base::ErrorKind::input, fmt::format("nothing readable in {}: no JSON, JSONL, CSV, TSV or Markdown file with content", roots),
                    "give a folder that holds benchmark results; --verbose lists what was passed over");
}

}  // namespace

base::Result<ReportOutcome> make_report(const ReportOptions& options, const base::FileSystem& files, const base::Clock& clock) {
  const base::Nanoseconds started = clock.steady();
  TRY(const facts::Interpreter interpreter, facts::Interpreter::create());
  TRY(Ingested ingested, ingest(options.ingest, files, interpreter));
  TRY_VOID(require_something(ingested, options));
  const base::Nanoseconds ingest_done = clock.steady();

  analysis::Inventory inventory = analysis::take_inventory(ingested.corpus);
  const std::vector<analysis::Study> studies = analysis::find_studies(ingested.corpus);
  analysis::Ledger ledger(ingested.corpus);
  const std::vector<core::Finding> findings = analysis::analyse(studies, inventory, interpreter.vocabulary(), ledger);
  const base::Nanoseconds analysis_done = clock.steady();

  RunSummary summary{std::string(kVersion), options.ingest.roots, &inventory, &ingested.account, &ingested.corpus.diagnostics,
                     studies.size(), findings.size(), options.date, std::nullopt, {}};
  const auto draft_with = [&](const RunRecord& record, const auto& also) {
    report::Draft draft;
    const WriterInput input{options.ingest.roots, inventory, studies, findings, interpreter.vocabulary(), record, ledger, options.date, options.times};
    write_body(input, draft);
    also(input, draft);
    return draft.markdown();
  };
  const auto judge = [&](const std::string& draft, const RunRecord& record) {
    return claims::judge_draft(draft, Evidence(ledger, record), interpreter.vocabulary());
  };

  // The record states how many claims the body makes, and the body quotes the record: judged once to count them, and
  // once more, whole, with the record as it is published.
  if (options.times) summary.times = RunTimes{};
  const RunRecord preliminary(to_json(summary));
  summary.claims = count_kinds(judge(draft_with(preliminary, [](const auto&, auto&) {}), preliminary));
  if (options.times)
    summary.times = RunTimes{started, seconds(started, ingest_done), seconds(ingest_done, analysis_done), seconds(analysis_done, clock.steady())};
  const RunRecord record(to_json(summary));
  const std::string draft = draft_with(record, [&](const auto& input, auto& text) { write_verification(input, summary.claims, text); });
  const std::vector<claims::Verdict> verdicts = judge(draft, record);
  TRY_VOID(require_supported(verdicts, draft));

  const Evidence evidence(ledger, record);
  const report::Publication publication = report::publish(draft, evidence, OutputLinks(options, files), "report.json", report::kFactsFirstLine);
  const std::string report_json = report::to_json(
      {std::string(kVersion), "Technical Report: Benchmark Artifacts", &publication, findings, claim_lines(verdicts), &ingested.corpus.diagnostics, &evidence});

  ReportOutcome outcome{ingested.readable, ingested.account.facts, findings.size(), verdicts.size(), std::move(ingested.corpus.diagnostics), {}};
  const std::string marker = "<!-- chimera report -->\n";
  for (const auto& [name, bytes] : {std::pair<std::string, std::string>{"run.json", record.json()}, {"report.json", report_json}, {"report.md", marker + publication.markdown}}) {
    const std::string path = (std::filesystem::path(options.out) / name).string();
    TRY_VOID(base::write_file(path, bytes));
    outcome.written.push_back(path);
  }
  return outcome;
}

}  // namespace chimera::app
