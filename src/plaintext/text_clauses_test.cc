#include "plaintext/text_clauses.h"

#include <gtest/gtest.h>

#include <string>

#include "plaintext/log_prefix.h"
#include "plaintext/text_lines.h"

namespace chimera::plaintext {
namespace {

std::string at(const std::string& line, core::Span span) { return line.substr(span.begin, span.size()); }

// "label|key=value|key=value"; "?" in front where only repetition proves it, empty where the line is none.
std::string said(const std::string& line) {
  const auto found = clause_line(line, {0, line.size()});
  if (!found) return {};
  std::string out = (found->proof == ClauseLine::Proof::itself ? "" : "?") + at(line, found->label);
  for (const Said& each : found->said) out += "|" + each.key + "=" + at(line, each.value);
  return out;
}

std::string content(const std::string& line) { return at(line, without_marks(line, without_log_prefix(line, {0, line.size()}))); }

TEST(ClauseLine, TakesPairsThatOnlyBlanksPart) {
  EXPECT_EQ(said("step: 10  loss: 7.1  memory: 41.2GiB(52.1%)  tps: 6,123"), "|step=10|loss=7.1|memory=41.2GiB|tps=6,123");
  EXPECT_EQ(said("n=8 rate=812.4 tok/s errors=0"), "|n=8|rate=812.4 tok/s|errors=0");
  EXPECT_EQ(said("eta: 1 day, 2:03:04  iter: 19  loss: 1.2"), "|eta=1 day|iter=19|loss=1.2");
  EXPECT_EQ(said("tool: step:  1  loss:  8.1"), "tool|step=1|loss=8.1");
  EXPECT_EQ(said("Process:1.35s (790.21T/s), Total:6.06s"), "|Process=1.35s|Process/rate=790.21T/s|Total=6.06s");
}

TEST(ClauseLine, TakesNamesWithoutMarksWhereTheyComeAgain) {
  EXPECT_EQ(said("Epoch 1 loss 2.31 acc 71.2 time 12.5s"), "?|Epoch=1|loss=2.31|acc=71.2|time=12.5s");
  EXPECT_EQ(said("| loss 2.31 | ppl 10.1 | wps 12345.6"), "?|loss=2.31|ppl=10.1|wps=12345.6");
  EXPECT_EQ(said("* Acc@1 71.2 Acc@5 90.1"), "");
  EXPECT_EQ(said("Acc@1 71.2 Acc@5 90.1"), "|Acc@1=71.2|Acc@5=90.1");
}

TEST(ClauseLine, TakesPositionsLabelsAndStatistics) {
  EXPECT_EQ(said("Epoch: [0][  10/5005]\tTime  0.345 ( 0.512)\tLoss 6.9"), "?|Epoch=0|Time=0.345|Loss=6.9");
  EXPECT_EQ(said("n=4: TTFT 52.1 ms (p99 80.2 ms), 340.1 tok/s"), "|n=4|TTFT=52.1 ms|TTFT/p99=80.2 ms|tok/s=340.1 tok/s");
  EXPECT_EQ(said("TTFT      avg 120.5 ms   p50 118.2 ms"), "|TTFT/avg=120.5 ms|TTFT/p50=118.2 ms");
  EXPECT_EQ(said("TTFT p50=120ms p99=333ms | TPOT p50=12.1ms | 81.4 tok/s"), "|TTFT/p50=120ms|TTFT/p99=333ms|TPOT/p50=12.1ms|tok/s=81.4 tok/s");
  EXPECT_EQ(said("sort      :       1.9 micros/op 5175 ops/sec;   57.3 MB/s"), "?sort|micros/op=1.9|ops/sec=5175 ops/sec|MB/s=57.3 MB/s");
  EXPECT_EQ(said("TTFT (ms): mean 120.5 | p50 118.2"), "TTFT (ms)|mean=120.5|p50=118.2");
  EXPECT_EQ(said("rows, n = 19, t = 8.4 s / 231.5 tokens per second"), "rows|n=19|t=8.4 s|t/rate=231.5 tokens per second");
  EXPECT_EQ(said("Time(s): load 0.2, run 5.3"), "Time(s)|load=0.2|run=5.3");
  const std::string two = "Rate(T/s): load 48.9, run 8.4. Time(s): load 0.2, run 5.3";
  EXPECT_EQ(sentence_end(two, {0, two.size()}), 29U);
  EXPECT_EQ(said("Speed: 0.2ms load, 2.1ms run"), "Speed|load=0.2ms|run=2.1ms");
  EXPECT_EQ(said("avg 12 min 10 max 15"), "?|avg=12|min=10|max=15");
}

TEST(ClauseLine, TakesWhatWasSetAndBehindAnArrowWhatWasMeasured) {
  for (const std::string arrow : {" -> ", " => ", " \xE2\x86\x92 ", "... ", " ... ", " \xE2\x80\xA6 "})
    EXPECT_EQ(said("num_gpu=8" + arrow + "45.2 tok/s"), "|num_gpu=8|tok/s=45.2 tok/s") << arrow;
  EXPECT_EQ(said("[1/3] Testing num_gpu=8, num_ctx=512... 45.2 tok/s"), "|num_gpu=8|num_ctx=512|tok/s=45.2 tok/s");
  EXPECT_EQ(said("2) num_gpu=8: 45.2 tok/s (TTFT 231 ms)"), "|num_gpu=8|tok/s=45.2 tok/s|TTFT=231 ms");
  EXPECT_EQ(said("(num_gpu=8, num_ctx=512): 45.2 ± 0.3 tok/s"), "|num_gpu=8|num_ctx=512|tok/s=45.2 ± 0.3 tok/s");
  EXPECT_EQ(said("num_gpu=8   45.2 tok/s   231 ms"), "|num_gpu=8|tok/s=45.2 tok/s|time=231 ms");
  EXPECT_EQ(said("Q4_K_M -> 45.2 tok/s ± 0.3"), "|quantization=Q4_K_M|tok/s=45.2 tok/s ± 0.3");
  EXPECT_EQ(said("F16: 15.2 tok/s, 231 ms"), "|quantization=F16|tok/s=15.2 tok/s|time=231 ms");
  EXPECT_EQ(said("quick -> 45.2 tok/s"), "quick|tok/s=45.2 tok/s");
  EXPECT_EQ(said("tiny:1b: 45.2 tok/s"), "|model=tiny:1b|tok/s=45.2 tok/s");
  EXPECT_EQ(said("Testing phi3:mini num_gpu=8: 45.2 tok/s"), "|model=phi3:mini|num_gpu=8|tok/s=45.2 tok/s");
  EXPECT_EQ(said("8 threads: 45.2 tok/s"), "?|threads=8|tok/s=45.2 tok/s");
  EXPECT_EQ(said("num_gpu=8 -> 1h 2m 3s"), "|num_gpu=8|time=1h 2m 3s");
  EXPECT_EQ(said("num_gpu=8 -> 45.2 tok/s (1h 2m 3s)"), "|num_gpu=8|tok/s=45.2 tok/s|time=1h 2m 3s");
  for (const std::string none : {"loss 5.2 ms -> 4.1 ms", "GPU0 -> GPU1: 25.1 GB/s", "Loading model... done", "eta:30m 12 MiB", "see a -> b", "->", "a=1 ->", "...", "(", "(a=1", "(a=1)", "1. ", "8 threads:"}) EXPECT_EQ(said(none), "") << none;
}

TEST(ClauseLine, LeavesSentencesSourceCodeAndLoneValuesAlone) {
  for (const std::string none : {"In 2024 we ran it 7 times, and in 2025 it took 9 ms", "x = 5, y = f(7);", "latency: 12 ms", "At line:1 char:1", "64 bytes from 1.1.1.1: seq=1 ttl=57", "", " ", "[", "(", ":", "=", "a:", "a=",
                                 "a: (", "[[[[", "Epoch [", "| | |", "5", "5 ms", "FMA = 1 | AVX = 0 | F16C = 1", "peak memory allocated: 37 MiB reserved: 39 MiB", "int 4k: 8.1 GB/s, 3 ms",
                                 "rate....: 91 GB    296 MB/s", "pool: 0.38 GiB (actual), 0.62 GiB (estimated)"})
    EXPECT_EQ(said(none), "") << none;
}

TEST(LogPrefix, ColoursPartWhatALineSays) {
  const auto parts = [](std::string_view line) {
    std::string out;
    for (const core::Span part : coloured_parts(line, {0, line.size()})) out += std::string(line.substr(part.begin, part.size())) + '|';
    return out;
  };
  EXPECT_EQ(parts("\x1b[36mstep: 10  \x1b[32mloss: 5\x1b[39m"), "step: 10|loss: 5|");
  EXPECT_EQ(parts("loss: 5"), "");
  EXPECT_EQ(parts("\x1b[39m"), "");
  EXPECT_EQ(parts("a \x1b b \x1b[1m"), "a \x1b b|");
}

TEST(LogPrefix, StandsInAnyOrder) {
  for (const std::string prefix : {"2026-09-18T04:07:30.000000002Z (Server pid=1) INFO 09-18 04:07:30 [a.py:31] ", "Sep 18 04:07:30 host serve[12]: INFO ", "2026-09-18T04:07:30.000Z stdout F ",
                                   "0: INFO ", "05/01 10:00:00 - tool - INFO - ", "[05/01 10:00:00 a.events]:  ", "[INFO ] a.cpp:31 - ", "slot print_timing: id  0 | task -1 | ", "\x1b[32m\xE2\x9C\x94\x1b[0m ",
                                   "web-1  | ", "- ", "* ", "[rank0]: ", "[Rank 3]:2026-01-05 09:00:00,120 - root - INFO - ", "[1,0]<stdout>:"})
    EXPECT_EQ(content(prefix + "loss: 5"), "loss: 5") << prefix;
  EXPECT_EQ(content("[ Prompt: 85.6 t/s | Generation: 22.1 t/s ]"), "Prompt: 85.6 t/s | Generation: 22.1 t/s");
  EXPECT_EQ(content("0: 12.5 ms"), "0: 12.5 ms");
  EXPECT_EQ(content("slot print_timing: 5"), "slot print_timing: 5");
  for (const std::string short_one : {"[", "[ ]", "[rank0", "[rank0]", "[0]:", "[1,]:", "[1,0]<stdout>", "[rank]:", "-", "\xE2", "Sep", "Sep 1", "(", "slot", "slot ", "\x1b[", "a.b:1"}) EXPECT_LE(content(short_one).size(), short_one.size());
}

TEST(LogPrefix, ABarOfProgressShowsValues) {
  const std::string line = "Fit: 50%|###   | 5/10 [00:12<00:12, 1.19s/it, loss=0.4, acc=0.9]";
  EXPECT_EQ(at(line, shown_by_progress(line, {0, line.size()})), "loss=0.4, acc=0.9");
  const std::string plain = "Fit: 50%|###   | 5/10 [00:12<00:12, 1.19s/it]";
  EXPECT_EQ(at(plain, shown_by_progress(plain, {0, plain.size()})), plain);
}

}  // namespace
}  // namespace chimera::plaintext
