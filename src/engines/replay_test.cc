#include "engines/replay.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <numeric>

#include "base/files.h"
#include "engines/recording.h"
#include "engines/test_sink.h"

namespace chimera::engines {
namespace {

constexpr base::Nanoseconds kMs = 1'000'000;

RecordedCall recorded(const std::string& prompt, const std::string& model = "m") {
  RecordedCall call;
  call.engine = "ollama";
  call.started = 1700000000'000000000;
  call.request.prompt = prompt;
  call.request.config.set("model", model);
  call.request.config.set("temperature", "0.4");
  call.request.config.set("kv_type", "q8_0");
  call.request.stop = {"END"};
  call.events = {{0, Event::sent, {}, Channel::content, std::nullopt},
                 {3 * kMs, Event::loaded, {}, Channel::content, std::nullopt},
                 {5 * kMs, std::nullopt, "hm", Channel::reasoning, std::nullopt},
                 {10 * kMs, std::nullopt, "Hel", Channel::content, 1},
                 {14 * kMs, std::nullopt, "lo", Channel::content, 1}};
  call.duration = 20 * kMs;
  Completion& completion = call.outcome.completion;
  completion.text = "Hello";
  completion.reasoning = "hm";
  completion.finish = Finish::stop;
  completion.counts.completion_tokens = 2;
  completion.server.eval = 4 * kMs;
  completion.effective.set("num_ctx", "1024");
  completion.usage = "{\"eval_count\":2}";
  completion.notes = {"a note"};
  completion.attempts = 2;
  return call;
}

Request asking(const std::string& prompt, const std::string& model = "m") {
  Request request;
  request.prompt = prompt;
  if (!model.empty()) request.config.set("model", model);
  return request;
}

// Stamps as a probe would, by the fake clock.
struct Stamped {
  base::FakeClock clock;
  FakePacer pacer{clock};
  TestSink sink;
  std::vector<base::Nanoseconds> at;
  Outcome play(ReplayEngine& engine, const Request& request, std::stop_token stop = {}) {
    sink.heard = [this] { at.push_back(clock.steady()); };
    return engine.complete(request, sink, std::move(stop));
  }
};

TEST(Transcript, ALineSaysEverythingThatWasRecorded) {
  RecordedCall call = recorded("Hi \"there\" \xE2\x82\xAC");
  call.request.constraint = {Constraint::Kind::gbnf, "root ::= \"x\""};
  call.outcome.failure = Failure{FailureKind::timed_out, 503, {base::ErrorKind::engine, "too slow", "wait"}};
  const std::string line = to_line(call);
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  const auto again = parse_transcript(line);
  ASSERT_TRUE(again.has_value()) << again.error().message;
  ASSERT_EQ(again->calls.size(), 1U);
  EXPECT_EQ(to_line(again->calls[0]), line);
  EXPECT_EQ(again->calls[0].request.config, call.request.config);
  EXPECT_EQ(again->calls[0].outcome.failure->status, 503);
}

TEST(Transcript, ALastLineThatBreaksOffIsLeftOut) {
  const std::string lines = to_line(recorded("a")) + "\n" + to_line(recorded("b"));
  const auto transcript = parse_transcript(std::string_view(lines).substr(0, lines.size() - 10));
  ASSERT_TRUE(transcript.has_value());
  EXPECT_EQ(transcript->calls.size(), 1U);
  EXPECT_EQ(transcript->notes, std::vector<std::string>{"line 3 breaks off and was left out"});
}

TEST(Transcript, WhatIsNoneIsAnErrorWithItsLine) {
  EXPECT_EQ(parse_transcript("{\"a\":1}\n").error().message, "not a transcript: line 1: the schema is \"\", expected \"chimera-transcript/1\"");
  EXPECT_EQ(parse_transcript("hello\n").error().kind, base::ErrorKind::input);
  EXPECT_FALSE(parse_transcript("").has_value());
  std::string line = to_line(recorded("a"));
  line.replace(line.find("\"at_ns\":14000000"), 16, "\"at_ns\":1");
  EXPECT_NE(parse_transcript(line).error().message.find("order of their times"), std::string::npos);
  line.replace(line.find("\"sent\""), 6, "\"snet\"");
  EXPECT_NE(parse_transcript(line).error().message.find("\"snet\" is not known"), std::string::npos);
}

TEST(Replay, PlaysTheRecordedTimesByTheGivenClock) {
  Stamped stamped;
  ReplayEngine engine({{recorded("Hi")}, {}}, {}, ReplayMatch::exact, stamped.pacer);
  const Outcome outcome = stamped.play(engine, asking("Hi"));
  EXPECT_FALSE(outcome.failure.has_value());
  EXPECT_EQ(stamped.at, (std::vector{5 * kMs, 10 * kMs, 14 * kMs}));
  EXPECT_EQ(stamped.clock.steady(), 20 * kMs);
  EXPECT_EQ(outcome.completion.text, "Hello");
  EXPECT_EQ(outcome.completion.reasoning, "hm");
  EXPECT_EQ(outcome.completion.server.eval, 4 * kMs);
  EXPECT_EQ(outcome.completion.effective.get("num_ctx"), "1024");
  EXPECT_EQ(stamped.sink.events, (std::vector{Event::sent, Event::loaded}));
}

TEST(Replay, PlaysAScriptedPace) {
  Stamped stamped;
  RecordedCall call = recorded("Hi");
  call.events.clear();
  call.outcome.completion.text = "one two three";
  ReplayEngine engine({{call}, {}}, {ReplayTiming::Kind::scripted, 100 * kMs, 10 * kMs}, ReplayMatch::exact, stamped.pacer);
  EXPECT_EQ(stamped.play(engine, asking("Hi")).completion.text, "one two three");
  EXPECT_EQ(stamped.sink.chunks, (std::vector<std::string>{"one", " two", " three"}));
  EXPECT_EQ(stamped.at, (std::vector{100 * kMs, 110 * kMs, 120 * kMs}));
}

TEST(Replay, HoldsTheTimeoutsOfTheRequest) {
  Stamped stamped;
  ReplayEngine engine({{recorded("Hi")}, {}}, {}, ReplayMatch::exact, stamped.pacer);
  Request request = asking("Hi");
  request.timeouts.between_tokens = 3 * kMs;
  Outcome outcome = stamped.play(engine, request);
  ASSERT_TRUE(outcome.failure.has_value());
  EXPECT_EQ(outcome.failure->kind, FailureKind::timed_out);
  EXPECT_EQ(outcome.completion.reasoning, "hm");
  EXPECT_EQ(outcome.completion.text, "");
  EXPECT_EQ(stamped.clock.steady(), 8 * kMs);
  request.timeouts = {0, 4 * kMs, 0};
  outcome = stamped.play(engine, request);
  EXPECT_EQ(outcome.failure->error.message, "no first text for 4 ms");
}

TEST(Replay, IsCancelledBetweenTexts) {
  Stamped stamped;
  std::stop_source stop;
  ReplayEngine engine({{recorded("Hi")}, {}}, {}, ReplayMatch::exact, stamped.pacer);
  stamped.sink.heard = [&] { stop.request_stop(); };
  const Outcome outcome = engine.complete(asking("Hi"), stamped.sink, stop.get_token());
  EXPECT_EQ(outcome.failure->kind, FailureKind::cancelled);
  EXPECT_EQ(outcome.failure->error.kind, base::ErrorKind::interrupted);
  EXPECT_EQ(outcome.completion.reasoning, "hm");
}

TEST(Replay, PrefersTheSameSettingsThenTheLeastUsed) {
  RecordedCall first = recorded("Hi");
  RecordedCall second = recorded("Hi");
  second.request.config.set("temperature", "0.9");
  second.events.clear();
  second.outcome.completion.text = "second";
  Stamped stamped;
  ReplayEngine engine({{first, second}, {}}, {}, ReplayMatch::exact, stamped.pacer);
  Request same = asking("Hi");
  same.config = second.request.config;
  EXPECT_EQ(engine.complete(same, stamped.sink, {}).completion.text, "second");
  EXPECT_EQ(engine.complete(same, stamped.sink, {}).completion.text, "second");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(engine.complete(asking("Hi"), stamped.sink, {}).completion.text, "Hello");
  EXPECT_EQ(engine.complete(asking("Hi"), stamped.sink, {}).completion.text, "second");
}

TEST(Replay, SaysWhatIsNotRecorded) {
  Stamped stamped;
  ReplayEngine engine({{recorded("Hi")}, {}}, {}, ReplayMatch::exact, stamped.pacer);
  EXPECT_EQ(engine.complete(asking("Ho"), stamped.sink, {}).failure->error.message, "none of the 1 recorded calls has this prompt");
  EXPECT_EQ(engine.complete(asking("Hi", "other"), stamped.sink, {}).failure->error.message, "this prompt was recorded with the model m only");
  ReplayEngine anything({{recorded("Hi")}, {}}, {}, ReplayMatch::in_order, stamped.pacer);
  EXPECT_EQ(anything.complete(asking("Ho"), stamped.sink, {}).completion.text, "Hello");
}

TEST(Replay, RepeatsARecordedFailureAndKeepsItsText) {
  RecordedCall call = recorded("Hi");
  call.outcome.failure = Failure{FailureKind::cut, std::nullopt, {base::ErrorKind::engine, "broke off", {}}};
  call.outcome.completion.finish = Finish::broken;
  Stamped stamped;
  ReplayEngine engine({{call}, {}}, {}, ReplayMatch::exact, stamped.pacer);
  const Outcome outcome = engine.complete(asking("Hi"), stamped.sink, {});
  EXPECT_EQ(outcome.failure->kind, FailureKind::cut);
  EXPECT_EQ(outcome.completion.text, "Hello");
}

TEST(Recording, WhatIsRecordedPlaysTheSameAgain) {
  const std::string path = testing::TempDir() + "/transcript/t.jsonl";
  std::filesystem::remove_all(testing::TempDir() + "/transcript");
  Stamped stamped;
  ReplayEngine engine({{recorded("Hi")}, {}}, {}, ReplayMatch::exact, stamped.pacer);
  {
    auto writer = TranscriptWriter::open(path);
    ASSERT_TRUE(writer.has_value());
    RecordingEngine recording(engine, *writer, stamped.clock);
    EXPECT_FALSE(recording.complete(asking("Hi"), stamped.sink, {}).failure.has_value());
    EXPECT_TRUE(recording.complete(asking("Ho"), stamped.sink, {}).failure.has_value());
  }
  auto transcript = parse_transcript(base::RealFileSystem().read(path).value());
  ASSERT_TRUE(transcript.has_value()) << transcript.error().message;
  ASSERT_EQ(transcript->calls.size(), 2U);
  EXPECT_EQ(transcript->calls[0].events[2].at, 5 * kMs);
  EXPECT_EQ(transcript->calls[0].duration, 20 * kMs);
  EXPECT_EQ(transcript->calls[1].outcome.failure->kind, FailureKind::not_recorded);
  Stamped again;
  ReplayEngine second(std::move(*transcript), {}, ReplayMatch::exact, again.pacer);
  again.play(second, asking("Hi"));
  EXPECT_EQ(again.at, (std::vector{5 * kMs, 10 * kMs, 14 * kMs}));
}

TEST(Recording, AFullDiskFailsButKeepsTheAnswer) {
  if (::access("/dev/full", W_OK) != 0) GTEST_SKIP() << "/dev/full is not there";
  auto writer = TranscriptWriter::open("/dev/full");
  ASSERT_TRUE(writer.has_value());
  Stamped stamped;
  ReplayEngine engine({{recorded("Hi")}, {}}, {}, ReplayMatch::exact, stamped.pacer);
  RecordingEngine recording(engine, *writer, stamped.clock);
  const Outcome outcome = recording.complete(asking("Hi"), stamped.sink, {});
  EXPECT_EQ(outcome.completion.text, "Hello");
  ASSERT_TRUE(outcome.failure.has_value());
  EXPECT_EQ(outcome.failure->kind, FailureKind::transcript);
  EXPECT_EQ(outcome.failure->error.kind, base::ErrorKind::engine);
  EXPECT_NE(outcome.failure->error.message.find("No space left"), std::string::npos);
}

TEST(Recording, ALineThatDoesNotFitIsTakenBack) {
  const std::string path = testing::TempDir() + "/limited.jsonl";
  std::filesystem::remove(path);
  auto writer = TranscriptWriter::open(path);
  ASSERT_TRUE(writer.has_value());
  ASSERT_TRUE(writer->append(recorded("first")).has_value());
  const auto size = std::filesystem::file_size(path);
  // A file that may not grow further: the next line is written in part, then refused.
  rlimit old{};
  ::getrlimit(RLIMIT_FSIZE, &old);
  const rlimit tight{size + 100, old.rlim_max};
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  ::setrlimit(RLIMIT_FSIZE, &tight);
  const auto second = writer->append(recorded("second"));
  ::setrlimit(RLIMIT_FSIZE, &old);
  std::signal(SIGXFSZ, handler);
  EXPECT_FALSE(second.has_value());
  EXPECT_EQ(std::filesystem::file_size(path), size);
  EXPECT_TRUE(writer->append(recorded("third")).has_value());
  EXPECT_EQ(parse_transcript(base::RealFileSystem().read(path).value())->calls.size(), 2U);
}

TEST(Replay, PlaysTheCallsOfOlderRuns) {
  const char* shared = std::getenv("CHIMERA_SHARED");
  if (shared == nullptr) GTEST_SKIP() << "CHIMERA_SHARED is not set";
  const std::string folder = std::string(shared) + "/corpora/llm-reports";
  const auto listing = base::RealFileSystem().walk(folder);
  ASSERT_TRUE(listing.has_value());
  std::size_t calls = 0;
  for (const base::FileInfo& file : listing->files) {
    if (file.path.size() < 8 || file.path.substr(file.path.size() - 8) != "run.json") continue;
    auto transcript = parse_transcript(base::RealFileSystem().read(folder + "/" + file.path).value());
    ASSERT_TRUE(transcript.has_value()) << file.path << ": " << transcript.error().message;
    const Transcript copy = *transcript;
    Stamped stamped;
    ReplayEngine engine(std::move(*transcript), {ReplayTiming::Kind::scripted, 200 * kMs, 10 * kMs}, ReplayMatch::exact, stamped.pacer);
    for (const RecordedCall& call : copy.calls) {
      stamped.sink.chunks.clear();
      const Outcome outcome = engine.complete(call.request, stamped.sink, {});
      EXPECT_FALSE(outcome.failure.has_value()) << file.path;
      EXPECT_EQ(outcome.completion.text, call.outcome.completion.text) << file.path;
      EXPECT_EQ(std::accumulate(stamped.sink.chunks.begin(), stamped.sink.chunks.end(), std::string()), outcome.completion.text);
      ++calls;
    }
  }
  EXPECT_GT(calls, 0U);
}

TEST(RealPacer, WaitsAsLongAsItIsTold) {
  RealPacer pacer;
  const base::Nanoseconds target = pacer.now() + 5 * kMs;
  EXPECT_TRUE(pacer.wait_until(target, {}));
  EXPECT_GE(pacer.now(), target);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(pacer.wait_until(pacer.now() + 1000 * kMs, stop.get_token()));
}

}  // namespace
}  // namespace chimera::engines
