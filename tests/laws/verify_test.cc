// Data-folder test of verify_text: every tests/claims/reports/*.md is a report with its evidence and expectations inside.
//
//   ;; file PATH                 a file of the evidence; its lines follow, each behind ";  "
//   ;; run JSON                  what the run recorded of itself
//   Some text with a claim.
//                  ^^^^^ contradicted: a piece of the reason       carets under the bytes of the claim above
// Verdicts and carets must match one to one. CHIMERA_RECORD=1 writes the expectations anew.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "base/files.h"
#include "claims/verify.h"
#include "ingest/into_corpus.h"
#include "sources/read.h"
#include "text/decode.h"

namespace chimera {
namespace {

namespace fs = std::filesystem;

struct Case {
  std::string declarations;  // as written
  base::FakeFileSystem files;
  std::string run;
  std::vector<std::string> lines;  // of the report
  std::map<std::size_t, std::vector<std::string>> expected;  // by line, from 1
};

bool is_expectation(std::string_view line) {
  const auto first = line.find_first_not_of(' ');
  return first != std::string_view::npos && line[first] == '^';
}

void load(std::string_view bytes, Case& c) {
  std::string path;
  std::map<std::string, std::string> contents;
  for (std::size_t at = 0; at < bytes.size();) {
    const auto end = std::min(bytes.find('\n', at), bytes.size());
    const std::string line(bytes.substr(at, end - at));
    at = end + 1;
    const bool declares = line.rfind(";", 0) == 0;
    if (declares) c.declarations += line + "\n";
    if (line.rfind(";; file ", 0) == 0) path = line.substr(8);
    else if (line.rfind(";; run ", 0) == 0) c.run = line.substr(7);
    else if (declares) contents[path] += line.substr(std::min<std::size_t>(3, line.size())) + "\n";
    else if (is_expectation(line)) c.expected[c.lines.size()].push_back(line);
    else c.lines.push_back(line);
  }
  for (const auto& [name, content] : contents) c.files.add("data/" + name, content);
}

const facts::Interpreter& interpreter() {
  static const auto loaded = facts::Interpreter::create();
  return *loaded;
}

std::map<std::size_t, std::vector<std::string>> judge(const Case& c) {
  ingest::Options options;
  options.roots = {"data"};
  options.workers = 1;
  auto ingested = ingest::into_corpus(options, c.files, interpreter());
  EXPECT_TRUE(ingested);
  std::string text;
  for (const std::string& line : c.lines) text += line + "\n";
  const claims::Evidence evidence(ingested->corpus, interpreter().vocabulary());
  claims::RunRecord run;
  if (!c.run.empty()) {
    core::Diagnostics ignored;
    run = claims::read_run_record(sources::read_document({"run.json", c.run.size(), 0}, c.run, ignored), "report.md");
  }
  std::map<std::size_t, std::vector<std::string>> given;
  const std::vector<std::uint64_t> starts = text::line_starts(text);
  for (const claims::Verdict& verdict : claims::verify_text(text, evidence, c.run.empty() ? nullptr : &run)) {
    const auto line = static_cast<std::size_t>(std::upper_bound(starts.begin(), starts.end(), verdict.claim.span.begin) - starts.begin());
    const auto width = std::min<std::uint64_t>(verdict.claim.span.end, starts[line - 1] + c.lines[line - 1].size()) - verdict.claim.span.begin;
    std::string expectation = std::string(verdict.claim.span.begin - starts[line - 1], ' ') + std::string(width, '^') + " " + std::string(to_string(verdict.kind));
    if (!verdict.reason.empty()) expectation += ": " + verdict.reason;
    given[line].push_back(std::move(expectation));
  }
  return given;
}

// An expectation may stop anywhere in the reason.
bool fits(const std::vector<std::string>& expected, const std::vector<std::string>& given) {
  if (expected.size() != given.size()) return false;
  for (std::size_t i = 0; i < expected.size(); ++i)
    if (given[i].rfind(expected[i], 0) != 0) return false;
  return true;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

void record(const fs::path& path, const Case& c, const std::map<std::size_t, std::vector<std::string>>& given) {
  std::string text = c.declarations;
  for (std::size_t i = 0; i < c.lines.size(); ++i) {
    text += c.lines[i] + "\n";
    const auto found = given.find(i + 1);
    if (found != given.end()) text += joined(found->second);
  }
  ASSERT_TRUE(base::write_file(path.string(), text));
}

TEST(Verify, JudgesEveryReportAsItsCaretsSay) {
  std::size_t cases = 0;
  const base::RealFileSystem files;
  for (const auto& entry : fs::directory_iterator("tests/claims/reports")) {
    ++cases;
    const auto bytes = files.read(entry.path().string());
    ASSERT_TRUE(bytes);
    Case c;
    load(*bytes, c);
    auto given = judge(c);
    if (const char* wanted = std::getenv("CHIMERA_RECORD"); wanted != nullptr && *wanted == '1') {
      record(entry.path(), c, given);
      continue;
    }
    for (std::size_t line = 1; line <= c.lines.size(); ++line)
      EXPECT_TRUE(fits(c.expected[line], given[line])) << entry.path() << "\n" << c.lines[line - 1] << "\nexpected:\n" << joined(c.expected[line]) << "given:\n" << joined(given[line]);
  }
  EXPECT_GE(cases, 6U);
}

}  // namespace
}  // namespace chimera
