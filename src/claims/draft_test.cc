// Data-folder test of judge_draft: every tests/claims/*.md is a draft with its facts and expectations inside.
//
//   ;; fact ID METRIC UNIT RAW STATISTIC SETTINGS PATH     a measured fact; "-" where a part is empty
//   ;; derived ID METRIC UNIT VALUE FORMULA INPUT,INPUT    a derived one
//   ;; artifact PATH CONTENT                               content up to the end of the line
//   Some text with [a claim](fact:ID).
//                   ^^^^^^^ supported                      carets under the bytes of the claim above
//                   ^^^^^^^ contradicted: a piece of the reason
// Verdicts and carets must match one to one. CHIMERA_RECORD=1 writes the expectations anew.
#include "claims/draft.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "base/files.h"
#include "text/number.h"

namespace chimera::claims {
namespace {

class FakeFacts final : public core::FactLookup {
 public:
  void add(core::Fact fact) { facts_[fact.id] = std::move(fact); }
  core::SourceRef store(const std::string& path, const std::string& bytes) {
    std::string& content = content_[path];
    const std::uint64_t begin = content.size();
    content += bytes;
    const core::SourceRef place{path, {begin, content.size()}, {}};
    content += "\n";
    artifacts_.clear();
    for (const auto& [name, text] : content_) {
      artifacts_.emplace_back();
      artifacts_.back().path = name;
      artifacts_.back().size = text.size();
    }
    return place;
  }
  std::optional<core::Fact> find(core::FactId id) const override {
    const auto found = facts_.find(id);
    return found == facts_.end() ? std::nullopt : std::optional(found->second);
  }
  void for_each(const core::FactFilter& filter, const std::function<bool(const core::Fact&)>& visit) const override {
    for (const auto& [id, fact] : facts_)
      if (filter.metric.empty() || filter.metric == fact.metric)
        if (!visit(fact)) return;
  }
  const std::vector<core::Artifact>& artifacts() const override { return artifacts_; }
  std::string bytes(const core::SourceRef& source) const override {
    const auto found = content_.find(source.path);
    return found == content_.end() ? "" : found->second.substr(source.bytes.begin, source.bytes.size());
  }

 private:
  std::map<core::FactId, core::Fact> facts_;
  std::map<std::string, std::string> content_;
  std::vector<core::Artifact> artifacts_;
};

core::Vocabulary vocabulary() {
  core::Vocabulary words;
  words.metrics = {{"gpu_power", "GPU power", "", core::Dimension::power, 0, {"gpu power", "power draw"}},
                   {"throughput", "decode throughput", "", core::Dimension::token_rate, 1, {"throughput", "tokens per second"}},
                   {"ttft", "time to first token", "", core::Dimension::time, -1, {"ttft", "time to first token"}}};
  return words;
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  for (std::size_t end = text.find(at); end != std::string::npos; from = end + 1, end = text.find(at, from))
    parts.push_back(text.substr(from, end - from));
  parts.push_back(text.substr(from));
  return parts;
}

core::Fact base_fact(const std::vector<std::string>& p) {
  core::Fact fact;
  fact.id = core::parse_fact_id(p[2]);
  fact.metric = p[3];
  if (p[4] != "-") fact.value.unit = core::unit_of(p[4]);
  return fact;
}

void declare(const std::string& line, FakeFacts& facts) {
  const std::vector<std::string> p = split(line, ' ');
  if (p[1] == "artifact") {
    facts.store(p[2], line.substr(line.find(p[2]) + p[2].size() + 1));
    return;
  }
  core::Fact fact = base_fact(p);
  if (p[1] == "derived") {
    fact.provenance = core::Provenance::derived;
    fact.value.value = std::stod(p[5]);
    fact.formula = p[6];
    for (const std::string& id : split(p[7], ',')) fact.inputs.push_back(core::parse_fact_id(id));
  } else {
    const auto number = text::parse_number(p[5]);
    ASSERT_TRUE(number) << line;
    fact.value.value = number->value;
    fact.raw = p[5];
    if (p[6] != "-") fact.statistic = *core::find_statistic(p[6]);
    if (p[7] != "-")
      for (const std::string& setting : split(p[7], ',')) fact.config.set(split(setting, '=')[0], split(setting, '=')[1]);
    fact.evidence = {facts.store(p[8], p[5])};
  }
  facts.add(std::move(fact));
}

bool is_expectation(const std::string& line) {
  const auto first = line.find_first_not_of(' ');
  return first != std::string::npos && line[first] == '^';
}

struct Case {
  std::vector<std::string> declarations;
  std::vector<std::string> lines;                       // of the draft
  std::map<std::size_t, std::vector<std::string>> expected;  // by line
  FakeFacts facts;
};

Case load(const std::string& text) {
  Case c;
  for (const std::string& line : split(text, '\n')) {
    if (line.rfind(";; ", 0) == 0) {
      c.declarations.push_back(line);
      declare(line, c.facts);
    } else if (is_expectation(line)) {
      c.expected[c.lines.size()].push_back(line);
    } else {
      c.lines.push_back(line);
    }
  }
  return c;
}

std::map<std::size_t, std::vector<std::string>> judge(const Case& c) {
  std::string draft;
  std::vector<std::size_t> starts;
  for (const std::string& line : c.lines) {
    starts.push_back(draft.size());
    draft += line + "\n";
  }
  std::map<std::size_t, std::vector<std::string>> given;
  for (const Verdict& verdict : judge_draft(draft, c.facts, vocabulary())) {
    const auto line = static_cast<std::size_t>(std::upper_bound(starts.begin(), starts.end(), verdict.claim.span.begin) - starts.begin());
    std::string expectation = std::string(verdict.claim.span.begin - starts[line - 1], ' ') +
                              std::string(verdict.claim.span.size(), '^') + " " + std::string(to_string(verdict.kind));
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
  for (const std::string& line : lines) text += "\n" + line;
  return text;
}

void record(const std::filesystem::path& path, Case& c) {
  std::string text;
  for (const std::string& line : c.declarations) text += line + "\n";
  auto given = judge(c);
  for (std::size_t i = 0; i < c.lines.size(); ++i) {
    text += (i == 0 ? "" : "\n") + c.lines[i];
    text += joined(given[i + 1]);
  }
  ASSERT_TRUE(base::write_file(path.string(), text));
}

TEST(Draft, JudgesEveryCaseAsItsCaretsSay) {
  std::size_t cases = 0;
  const base::RealFileSystem files;
  for (const auto& entry : std::filesystem::directory_iterator("tests/claims")) {
    if (entry.path().extension() != ".md") continue;
    ++cases;
    const auto bytes = files.read(entry.path().string());
    ASSERT_TRUE(bytes);
    Case c = load(*bytes);
    if (const char* wanted = std::getenv("CHIMERA_RECORD"); wanted != nullptr && *wanted == '1') record(entry.path(), c);
    auto given = judge(c);
    for (std::size_t line = 1; line <= c.lines.size(); ++line)
      EXPECT_TRUE(fits(c.expected[line], given[line])) << entry.path() << "\n" << c.lines[line - 1] << "\nexpected:" << joined(c.expected[line]) << "\ngiven:" << joined(given[line]);
  }
  EXPECT_GE(cases, 6U);
}

TEST(Draft, HasNothingToSayAboutNothing) {
  const FakeFacts facts;
  EXPECT_TRUE(judge_draft("", facts, vocabulary()).empty());
  EXPECT_TRUE(judge_draft("# A title\n\nWords without any claim.\n", facts, vocabulary()).empty());
}

TEST(Draft, SurvivesWhatIsNoText) {
  const FakeFacts facts;
  const std::vector<std::string> inputs = {
      std::string(1000, '['),          std::string(3000, '>') + " 12 ms", "[12](fact:", "[12](fact:)", "[x](calc:>)",
      "[12](calc:1/2/3)",              "[faster](calc:,,,)",              "[](config:=)", "\xFF\xFE 12 \x80ms", "−−12 ms",
      "1e400 tok/s",                   "[1e400 tok/s](fact:0000000000000001)", std::string("12\0 13", 6), "| 1 | 2\n|-|\n| 3"};
  for (const std::string& input : inputs) EXPECT_NO_FATAL_FAILURE((void)judge_draft(input, facts, vocabulary()));
}

}  // namespace
}  // namespace chimera::claims
