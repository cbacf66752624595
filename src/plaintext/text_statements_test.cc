#include "plaintext/text_statements.h"

#include <gtest/gtest.h>

#include <string>

namespace chimera::plaintext {
namespace {

std::string at(const std::string& line, core::Span span) { return line.substr(span.begin, span.size()); }

// "label|name=value|name=value"; empty where the line is no statement.
std::string said(const std::string& line) {
  const auto found = statement(line, {0, line.size()});
  if (!found) return {};
  std::string out = at(line, found->label);
  for (const Clause& clause : found->clauses) out += "|" + at(line, clause.name) + "=" + at(line, clause.value);
  return out;
}

TEST(Statement, TakesClausesBehindALabel) {
  EXPECT_EQ(said("Engine 000: Avg prompt throughput: 963.5 tokens/s, Running: 3 reqs"),
            "Engine 000|Avg prompt throughput=963.5 tokens/s|Running=3 reqs");
  EXPECT_EQ(said("Average on 10 runs - GPU latency: 0.5 ms - Host latency: 0.6 ms"),
            "Average on 10 runs|GPU latency=0.5 ms|Host latency=0.6 ms");
  EXPECT_EQ(said("Decode batch. #running-req: 4, #queue-req: 0"), "Decode batch|#running-req=4|#queue-req=0");
}

TEST(Statement, TakesEquationsAndBareClauses) {
  const std::string line = "Latency: min = 0.03 ms, max = 0.06 ms, percentile(90%) = 0.05 ms";
  EXPECT_EQ(said(line), "Latency|min=0.03 ms|max=0.06 ms|percentile(90%)=0.05 ms");
  EXPECT_TRUE(statement(line, {0, line.size()})->equations);
  EXPECT_EQ(said("mean: 0.39 ns, lb 0.38 ns, ub 0.40 ns"), "|mean=0.39 ns|lb=0.38 ns|ub=0.40 ns");
}

TEST(Statement, TakesPairsBetweenBarsAndLabelsThatCount) {
  EXPECT_EQ(said("iteration    20/   600 | lm loss: 9.25 | lr: 3.0E-05 |"), "|iteration=20|lm loss=9.25|lr=3.0E-05");
  EXPECT_EQ(said("time (ms) | forward: 212.3 | backward: 230.5"), "time (ms)|forward=212.3|backward=230.5");
  EXPECT_EQ(said("step 40: train loss 2.75, val loss 2.81"), "|step=40|train loss=2.75|val loss=2.81");
  EXPECT_EQ(said("CPU: SSE3 = 1 | AVX = 0 | FMA = 1"), "");
}

TEST(Statement, KeepsAListBehindItsName) {
  const std::string line = "acceptance rate: 0.8, 0.5, 0.3, drafts: 40";
  const auto found = statement(line, {0, line.size()});
  ASSERT_TRUE(found.has_value());
  ASSERT_EQ(found->clauses.size(), 4U);
  EXPECT_EQ(at(line, found->clauses[1].value), "0.5");
  EXPECT_EQ(found->clauses[1].position, 2U);
  EXPECT_EQ(found->clauses[3].position, 0U);
  EXPECT_EQ(said("shape: 3, 4, 5"), "");
}

TEST(Statement, LeavesSentencesAndSourceCodeAlone) {
  EXPECT_EQ(said("In 2024 we ran it 7 times, and in 2025 it took 9 ms"), "");
  EXPECT_EQ(said("Results: we saw 5 ms, then 7 ms"), "");
  EXPECT_EQ(said("x = 5, y = f(7);"), "");
  EXPECT_EQ(said("a: 1, a: 2"), "");
}

TEST(LastEquation, IsNamedByWhatStandsDirectlyBeforeIt) {
  const std::string line = "perplexity: 2.09 seconds per pass - ETA Final estimate: PPL = 8.42 +/- 0.05";
  const auto found = last_equation(line, {0, line.size()});
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(at(line, found->name), "PPL");
  EXPECT_EQ(at(line, found->value), "8.42 +/- 0.05");
  const std::string code = "int x = compute()";
  EXPECT_FALSE(last_equation(code, {0, code.size()}).has_value());
}

TEST(Interval, HoldsThreeAscendingNumbers) {
  const std::string line = "[1.38 ms 1.41 ms 1.45 ms]";
  const auto found = interval(line, {0, line.size()});
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(at(line, found[1]), "1.41 ms");
  for (const std::string none : {"[3 ms 2 ms 1 ms]", "[1, 2, 3]", "[a b c]", "[1 ms 2 ms]", "[]"})
    EXPECT_TRUE(interval(none, {0, none.size()}).empty()) << none;
  const std::string units = "[980 ns 1.1 us 1.2 us]";
  EXPECT_EQ(interval(units, {0, units.size()}).size(), 3U);
}

TEST(SqlInsert, PairsNamesWithValues) {
  const std::string line = "INSERT INTO llama_bench (model, n_gen, avg_ts) VALUES ('a, b', '128', '52.5');";
  const auto found = sql_insert(line, {0, line.size()});
  ASSERT_TRUE(found.has_value());
  ASSERT_EQ(found->size(), 3U);
  EXPECT_EQ(at(line, (*found)[0].value), "a, b");
  EXPECT_EQ(at(line, (*found)[2].name), "avg_ts");
  EXPECT_EQ(at(line, (*found)[2].value), "52.5");
  for (const std::string none : {"INSERT INTO t (a, b) VALUES ('1');", "insert into (", "SELECT (a) VALUES (1)", "INSERT INTO t () VALUES ()"})
    EXPECT_FALSE(sql_insert(none, {0, none.size()}).has_value()) << none;
}

TEST(BenchmarkLine, ReadsGoRustAndJavaScript) {
  const std::string go = "BenchmarkSort-8   1000   123 ns/op   16 B/op";
  const auto first = benchmark_line(go, {0, go.size()});
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(at(go, first->name), "BenchmarkSort-8");
  EXPECT_EQ(first->values.size(), 2U);
  const std::string rust = "test sort ... bench:   1,135 ns/iter (+/- 24)";
  const auto second = benchmark_line(rust, {0, rust.size()});
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(at(rust, second->spread), "24");
  const std::string js = "sort x 1,431,759 ops/sec \xC2\xB1" "0.74% (93 runs sampled)";
  const auto third = benchmark_line(js, {0, js.size()});
  ASSERT_TRUE(third.has_value());
  EXPECT_EQ(at(js, third->count), "93");
  const std::string prose = "we ran 5 tests in 7 s";
  EXPECT_FALSE(benchmark_line(prose, {0, prose.size()}).has_value());
}

}  // namespace
}  // namespace chimera::plaintext
