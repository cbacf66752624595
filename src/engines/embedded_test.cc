// The embedded engine with a real model, where its libraries and the model are there.
#include "engines/embedded.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <thread>

#include "base/files.h"
#include "engines/models.h"
#include "engines/test_sink.h"

namespace chimera::engines {
namespace {

class Embedded : public testing::Test {
 protected:
  // Libraries: as the program finds them, beside build/<preset>/bin.
  static Engine* engine() {
    static const auto kEngine = EmbeddedEngine::create({find_llama_libraries()});
    return kEngine ? kEngine->get() : nullptr;
  }
  void SetUp() override {
    if (engine() == nullptr) GTEST_SKIP() << "llama.cpp is not there: tools/fetch_archives llama";
    if (!find_model(kModel)) GTEST_SKIP() << "the model is not there: chimera model get " << kModel;
  }
  static Request chat(const std::string& text) {
    Request request;
    request.messages = {{Role::user, text}};
    request.config.set("model", kModel);
    request.config.set("threads", "1");
    request.config.set("num_ctx", "512");
    request.config.set("temperature", "0");
    request.config.set("output_tokens", "12");
    return request;
  }
  Outcome ask(const Request& request) {
    sink_ = {};
    return engine()->complete(request, sink_, {});
  }

  static constexpr const char* kModel = "smollm2:135m";
  TestSink sink_;
};

TEST_F(Embedded, AnswersAndReportsWhatItDid) {
  ASSERT_TRUE(engine()->unload({}).has_value());
  Request request = chat("What is the capital of France?");
  request.config.set("colour", "blue");
  const Outcome outcome = ask(request);
  ASSERT_FALSE(outcome.failure.has_value()) << outcome.failure->error.message;
  EXPECT_NE(outcome.completion.text.find("Paris"), std::string::npos) << outcome.completion.text;
  EXPECT_EQ(sink_.events, (std::vector{Event::sent, Event::loaded, Event::prefilled}));
  std::uint32_t tokens = 0;
  for (const auto& count : sink_.tokens) tokens += count.value();
  EXPECT_EQ(outcome.completion.counts.completion_tokens, tokens);
  EXPECT_GT(outcome.completion.counts.prompt_tokens.value(), 8U);
  EXPECT_GT(outcome.completion.server.load.value(), 0);
  EXPECT_GT(outcome.completion.server.prompt_eval.value(), 0);
  EXPECT_LE(*outcome.completion.server.eval + *outcome.completion.server.prompt_eval + *outcome.completion.server.load, *outcome.completion.server.total);
  EXPECT_EQ(outcome.completion.effective.get("num_ctx"), "512");
  EXPECT_EQ(outcome.completion.effective.get("threads"), "1");
  EXPECT_EQ(outcome.completion.effective.get("quantization"), "Q4_1");
  EXPECT_EQ(outcome.completion.notes, std::vector<std::string>{"the setting colour is not one of the embedded engine's and has no effect"});
  EXPECT_EQ(ask(request).completion.server.load, std::nullopt) << "a model that is loaded is not loaded again";
}

TEST_F(Embedded, TheLikeliestTokensAreAlwaysTheSame) {
  const Request request = chat("Count to five.");
  EXPECT_EQ(ask(request).completion.text, ask(request).completion.text);
}

TEST_F(Embedded, ASeedDecidesTheDraws) {
  Request request = chat("Tell me something about the sea.");
  request.config.set("temperature", "1.2");
  request.config.set("seed", "7");
  const std::string first = ask(request).completion.text;
  EXPECT_EQ(ask(request).completion.text, first);
  request.config.set("seed", "8");
  EXPECT_NE(ask(request).completion.text, first);
}

// The last step of a call used to be counted as the next one's prompt evaluation, with the pause between them.
TEST_F(Embedded, TheTimeBetweenTwoCallsBelongsToNeither) {
  const Request request = chat("Count to five.");
  ASSERT_FALSE(ask(request).failure.has_value());
  std::this_thread::sleep_for(std::chrono::milliseconds(700));
  const Outcome outcome = ask(request);
  ASSERT_FALSE(outcome.failure.has_value());
  EXPECT_LE(*outcome.completion.server.prompt_eval + *outcome.completion.server.eval, *outcome.completion.server.total);
}

TEST_F(Embedded, GoesOnAfterTheEndOfTheTextWhereThatIsAsked) {
  Request request = chat("What is the capital of France?");
  request.config.set("output_tokens", "120");
  const Outcome ends = ask(request);
  request.config.set("ignore_eos", "on");
  const Outcome goes_on = ask(request);
  ASSERT_FALSE(goes_on.failure.has_value());
  EXPECT_EQ(ends.completion.finish, Finish::stop);
  EXPECT_EQ(goes_on.completion.finish, Finish::length);
  EXPECT_EQ(goes_on.completion.counts.completion_tokens, 120U);
  EXPECT_TRUE(goes_on.completion.notes.empty());
}

TEST_F(Embedded, FollowsAGrammarWhateverItWouldSay) {
  Request request = chat("Tell me how fast it is.");
  request.config.set("temperature", "0.8");
  request.config.set("output_tokens", "40");
  request.constraint = {Constraint::Kind::gbnf, "root ::= \"It is {F\" [1-9] \"}.\""};
  for (int seed = 0; seed < 4; ++seed) {
    request.config.set("seed", std::to_string(seed));
    const Outcome outcome = ask(request);
    ASSERT_FALSE(outcome.failure.has_value());
    EXPECT_EQ(outcome.completion.text.size(), std::string("It is {F1}.").size()) << outcome.completion.text;
    EXPECT_EQ(outcome.completion.text.rfind("It is {F", 0), 0U);
    EXPECT_EQ(outcome.completion.finish, Finish::stop);
  }
}

TEST_F(Embedded, AGrammarThatCannotBeReadIsWrongUsage) {
  Request request = chat("Hi");
  request.constraint = {Constraint::Kind::gbnf, "root ::= ("};
  const Outcome outcome = ask(request);
  ASSERT_TRUE(outcome.failure.has_value());
  EXPECT_EQ(outcome.failure->error.kind, base::ErrorKind::usage);
}

TEST_F(Embedded, EndsBeforeAStopText) {
  Request request = chat("What is the capital of France?");
  request.stop = {" Paris"};
  const Outcome outcome = ask(request);
  EXPECT_EQ(outcome.completion.finish, Finish::stop);
  EXPECT_EQ(outcome.completion.text.find("Paris"), std::string::npos);
  EXPECT_FALSE(outcome.completion.text.empty());
}

TEST_F(Embedded, TextOfMessagesMakesNoControlTokens) {
  // Where "<|im_end|>" in a text became the token, the prompt would have fewer tokens than its letters need.
  const auto plain = engine()->tokenise(chat("").config, "<|im_end|>");
  ASSERT_TRUE(plain.has_value());
  EXPECT_GT(plain->size(), 1U);
  const std::uint64_t empty = ask(chat("x")).completion.counts.prompt_tokens.value();
  const std::uint64_t marked = ask(chat("x<|im_end|>")).completion.counts.prompt_tokens.value();
  EXPECT_GT(marked, empty + 1);
}

TEST_F(Embedded, AContextThatOverflowsIsTold) {
  std::string much;
  for (int i = 0; i < 600; ++i) much += "word ";
  const Outcome outcome = ask(chat(much));
  ASSERT_TRUE(outcome.failure.has_value());
  EXPECT_EQ(outcome.failure->kind, FailureKind::context_overflow);
  EXPECT_NE(outcome.failure->error.message.find("the context 512"), std::string::npos) << outcome.failure->error.message;
}

TEST_F(Embedded, WritesUntilTheContextIsFull) {
  std::string story;
  for (int i = 0; i < 190; ++i) story += "word ";
  Request request = chat(story);
  request.config.set("num_ctx", "256");
  request.config.set("output_tokens", "100000");
  request.config.set("repeat_penalty", "1");
  request.constraint = {Constraint::Kind::gbnf, "root ::= (\"again \")+"};
  const Outcome outcome = ask(request);
  ASSERT_FALSE(outcome.failure.has_value()) << outcome.failure->error.message;
  EXPECT_LE(*outcome.completion.counts.completion_tokens + *outcome.completion.counts.prompt_tokens, 257U);
}

TEST_F(Embedded, IsCancelledWhileItWrites) {
  Request request = chat("Write a long story about the sea and the people who live there.");
  request.config.set("output_tokens", "400");
  std::stop_source stop;
  sink_.heard = [&] {
    if (sink_.chunks.size() == 3) stop.request_stop();
  };
  const Outcome outcome = engine()->complete(request, sink_, stop.get_token());
  ASSERT_TRUE(outcome.failure.has_value());
  EXPECT_EQ(outcome.failure->kind, FailureKind::cancelled);
  EXPECT_EQ(sink_.chunks.size(), 3U);
  EXPECT_FALSE(outcome.completion.text.empty());
}

TEST_F(Embedded, KeepsTheTimeToTheFirstText) {
  Request request = chat("Hi");
  request.timeouts.first_token = 1;
  const Outcome outcome = ask(request);
  ASSERT_TRUE(outcome.failure.has_value());
  EXPECT_EQ(outcome.failure->kind, FailureKind::timed_out) << outcome.failure->error.message;
}

TEST_F(Embedded, MemoryThatIsNotThereIsTold) {
  Request request = chat("Hi");
  request.config.set("num_ctx", "16000000");
  const Outcome outcome = ask(request);
  ASSERT_TRUE(outcome.failure.has_value());
  EXPECT_EQ(outcome.failure->kind, FailureKind::out_of_memory) << outcome.failure->error.message;
  EXPECT_EQ(outcome.failure->error.kind, base::ErrorKind::engine);
}

TEST_F(Embedded, ModelsThatAreNoneAreTold) {
  const std::string folder = testing::TempDir();
  const std::string good = base::RealFileSystem().read(find_model(kModel).value()).value();
  const std::vector<std::pair<std::string, std::string>> files = {
      {"empty.gguf", ""}, {"text.gguf", "this is no model"}, {"head.gguf", good.substr(0, 100)}, {"half.gguf", good.substr(0, good.size() / 2)}};
  for (const auto& [name, bytes] : files) {
    ASSERT_TRUE(base::write_file(folder + name, bytes).has_value());
    Request request = chat("Hi");
    request.config.set("model", folder + name);
    const Outcome outcome = ask(request);
    ASSERT_TRUE(outcome.failure.has_value()) << name;
    EXPECT_EQ(outcome.failure->kind, FailureKind::bad_model) << name << ": " << outcome.failure->error.message;
    EXPECT_EQ(outcome.failure->error.kind, base::ErrorKind::engine);
    std::filesystem::remove(folder + name);
  }
  Request request = chat("Hi");
  request.config.set("model", "nowhere.gguf");
  EXPECT_EQ(ask(request).failure->kind, FailureKind::no_such_model);
}

TEST_F(Embedded, LayersForAGpuThatIsNotThereAreANote) {
  const EngineInfo info = engine()->info().value();
  for (const std::string& device : info.devices)
    if (device.rfind("CPU", 0) != 0) GTEST_SKIP() << "there is " << device;
  Request request = chat("Hi");
  request.config.set("num_gpu", "99");
  const Outcome outcome = ask(request);
  ASSERT_FALSE(outcome.failure.has_value());
  EXPECT_EQ(outcome.completion.effective.get("num_gpu"), "0");
  EXPECT_EQ(outcome.completion.notes.size(), 1U);
}

class Ignores final : public LogitsSink {
 public:
  [[nodiscard]] bool on_logits(std::span<const float>, std::int32_t) override { return true; }
};

// Prompts that begin alike for many steps of 16 tokens, and end differently.
Request beginning_alike(Request request, const std::string& end) {
  request.messages.clear();
  for (int i = 0; i < 5; ++i) request.prompt += "The disk was read with a cache, and without one, in three runs each. ";
  request.prompt += end;
  request.config.set("ubatch", "16");
  request.config.set("temperature", "1.0");
  request.config.set("output_tokens", "8");
  return request;
}

TEST_F(Embedded, WhatTwoPromptsBeginWithIsEvaluatedOnceAndChangesNoText) {
  const auto evaluated = [](const Outcome& outcome) { return std::stoul(outcome.completion.usage.substr(outcome.completion.usage.find(':') + 1)); };
  const Request second = beginning_alike(chat(""), "Therefore the cache");
  const Outcome whole = ask(second);
  ASSERT_FALSE(whole.failure.has_value()) << whole.failure->error.message;
  EXPECT_EQ(whole.completion.counts.cached_tokens, 0U);
  EXPECT_EQ(evaluated(whole), whole.completion.counts.prompt_tokens);
  Request caching = beginning_alike(chat(""), "With it the disk");
  caching.config.set("cache_prompt", "on");
  EXPECT_EQ(ask(caching).completion.counts.cached_tokens, 0U) << "nothing is kept of a call that did not ask for it";
  caching.prompt = second.prompt;
  const Outcome reused = ask(caching);
  ASSERT_FALSE(reused.failure.has_value());
  const std::uint64_t cached = reused.completion.counts.cached_tokens.value();
  EXPECT_EQ(cached % 16, 0U);
  EXPECT_GT(cached, 48U);
  EXPECT_EQ(reused.completion.counts.prompt_tokens, whole.completion.counts.prompt_tokens);
  EXPECT_EQ(evaluated(reused), *reused.completion.counts.prompt_tokens - cached);
  EXPECT_EQ(reused.completion.text, whole.completion.text);
  EXPECT_EQ(reused.completion.effective.get("cache_prompt"), "on");
  EXPECT_TRUE(reused.completion.notes.empty());
  const Outcome again = ask(caching);
  EXPECT_LT(again.completion.counts.cached_tokens.value(), again.completion.counts.prompt_tokens.value() - 1) << "the same prompt is evaluated to its end";
  EXPECT_EQ(again.completion.text, whole.completion.text);
}

TEST_F(Embedded, NothingIsReusedOfWhatIsNoLongerThere) {
  Request request = beginning_alike(chat(""), "With it the disk");
  request.config.set("cache_prompt", "on");
  const std::string text = ask(request).completion.text;
  std::stop_source stopped;
  stopped.request_stop();
  ASSERT_TRUE(engine()->complete(request, sink_, stopped.get_token()).failure.has_value());
  const Outcome after_break = ask(request);
  EXPECT_EQ(after_break.completion.counts.cached_tokens, 0U);
  EXPECT_EQ(after_break.completion.text, text);
  ASSERT_GT(ask(request).completion.counts.cached_tokens.value(), 0U);
  Reading reading;
  reading.config = request.config;
  reading.text = request.prompt;
  reading.window = 32;
  Ignores sink;
  ASSERT_TRUE(engine()->read(reading, sink, {}).has_value());
  const Outcome after_reading = ask(request);
  EXPECT_EQ(after_reading.completion.counts.cached_tokens, 0U);
  EXPECT_EQ(after_reading.completion.text, text);
  ASSERT_TRUE(engine()->unload({}).has_value());
  EXPECT_EQ(ask(request).completion.counts.cached_tokens, 0U);
}

TEST_F(Embedded, SaysWhatTheModelIs) {
  const auto model = engine()->model(chat("").config);
  ASSERT_TRUE(model.has_value());
  EXPECT_EQ(model->digest, find_known_model(kModel)->sha256);
  EXPECT_EQ(model->family, "llama");
  EXPECT_EQ(model->quantization, "Q4_1");
  EXPECT_GT(model->parameters.value(), 130'000'000U);
  EXPECT_EQ(model->chat_template, true);
}

// Keeps what it hears of a text: each token's negative log-likelihood, by the definition and without the library's formulas.
class Heard final : public LogitsSink {
 public:
  [[nodiscard]] bool on_logits(std::span<const float> logits, std::int32_t token) override {
    long double sum = 0;
    for (const float logit : logits) sum += std::exp(static_cast<long double>(logit));
    nats.push_back(static_cast<double>(std::log(sum) - static_cast<long double>(logits[static_cast<std::size_t>(token)])));
    tokens.push_back(token);
    first = first.empty() ? std::vector<float>(logits.begin(), logits.end()) : first;
    return nats.size() < enough;
  }
  std::vector<double> nats;
  std::vector<std::int32_t> tokens;
  std::vector<float> first;  // logits
  std::size_t enough = 1'000'000;
};

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

TEST_F(Embedded, FindsLikelyTextLikely) {
  const auto mean = [&](const std::string& text) {
    Heard heard;
    const auto read = engine()->read({chat("").config, text, 16}, heard, {});
    EXPECT_TRUE(read.has_value()) << read.error().error.message;
    EXPECT_EQ(heard.nats.size(), read->windows * 7);  // places 8 to 14 of 0 to 15, each of which tells of the next
    return std::accumulate(heard.nats.begin(), heard.nats.end(), 0.0) / static_cast<double>(heard.nats.size());
  };
  EXPECT_LT(mean("The sun rises in the east and sets in the west, and the moon goes round the earth in about a month."),
            mean("East sets the rises moon in west month round and sun about the in goes earth the a and in the the."));
}

TEST_F(Embedded, ReadsATextTheSameInOneStepAsTokenByToken) {
  const std::string text = repeated("When the rain stopped, the boats came in one behind the other. ", 4);
  Heard whole, single;
  Reading reading{chat("").config, text, 32};
  reading.config.set("flash_attn", "off");
  const auto read = engine()->read(reading, whole, {});
  ASSERT_TRUE(read.has_value()) << read.error().error.message;
  EXPECT_GE(read->windows, 1U);
  reading.config.set("batch", "1");
  ASSERT_TRUE(engine()->read(reading, single, {}).has_value());
  EXPECT_EQ(whole.tokens, single.tokens);
  ASSERT_EQ(whole.nats.size(), single.nats.size());
  // Kernels for one row and for many round weights of four bits differently; a place too far would be off by whole nats.
  for (std::size_t i = 0; i < whole.nats.size(); ++i) EXPECT_NEAR(whole.nats[i], single.nats[i], 0.3) << i;
  const auto mean = [](const std::vector<double>& nats) { return std::accumulate(nats.begin(), nats.end(), 0.0) / static_cast<double>(nats.size()); };
  EXPECT_NEAR(mean(whole.nats), mean(single.nats), 0.05);
}

TEST_F(Embedded, ExpectsInAReadingWhatItWouldWrite) {
  const std::string text = "The capital of France is Paris. The capital of Italy is Rome. The capital of Spain is";
  const auto tokens = engine()->tokenise(chat("").config, text);
  ASSERT_TRUE(tokens.has_value());
  Heard heard;
  // One window over the text and one token more; the logits before that one are those that a completion begins with.
  Reading reading{chat("").config, text + " Madrid", tokens->size() + 1};
  ASSERT_TRUE(engine()->read(reading, heard, {}).has_value());
  Request request;
  request.prompt = text;
  request.config = chat("").config;
  request.config.set("output_tokens", "1");
  request.config.set("repeat_penalty", "1");
  const Outcome outcome = ask(request);
  ASSERT_FALSE(outcome.failure.has_value());
  EXPECT_EQ(outcome.completion.text, " Madrid");
  EXPECT_LT(heard.nats.back(), std::log(2)) << "more likely than all others together";
}

TEST_F(Embedded, EndsAReadingWhereTheSinkHasEnough) {
  Heard heard;
  heard.enough = 3;
  ASSERT_TRUE(engine()->read({chat("").config, repeated("one two three four ", 20), 16}, heard, {}).has_value());
  EXPECT_EQ(heard.nats.size(), 3U);
}

TEST_F(Embedded, SaysWhyATextCannotBeRead) {
  Heard heard;
  const auto brief = engine()->read({chat("").config, "too short", 16}, heard, {});
  ASSERT_FALSE(brief.has_value());
  EXPECT_EQ(brief.error().kind, FailureKind::unsupported);
  const auto wide = engine()->read({chat("").config, repeated("one two three four ", 400), 1024}, heard, {});
  ASSERT_FALSE(wide.has_value());
  EXPECT_EQ(wide.error().kind, FailureKind::context_overflow);
  std::stop_source stop;
  stop.request_stop();
  const auto stopped = engine()->read({chat("").config, repeated("one two three four ", 20), 16}, heard, stop.get_token());
  ASSERT_FALSE(stopped.has_value());
  EXPECT_EQ(stopped.error().kind, FailureKind::cancelled);
  EXPECT_TRUE(heard.nats.empty());
}

TEST(EmbeddedLibraries, ThatAreMissingAreTold) {
  const auto engine = EmbeddedEngine::create({testing::TempDir() + "nothing-here"});
  ASSERT_FALSE(engine.has_value());
  EXPECT_EQ(engine.error().kind, base::ErrorKind::engine);
  EXPECT_FALSE(engine.error().hint.empty());
}

TEST(Models, ThatWereChangedDoNotAppear) {
  const std::string folder = testing::TempDir() + "models-test";
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(base::write_file(folder + "/parts/part00", "abc").has_value());
  ASSERT_TRUE(base::write_file(folder + "/parts/part01", "def").has_value());
  const char* before = std::getenv("XDG_CACHE_HOME");
  const std::string kept = before == nullptr ? "" : before;
  ::setenv("XDG_CACHE_HOME", folder.c_str(), 1);
  KnownModel model = {"tiny", "tiny", "tiny.gguf", "bef57ec7f53a6d40beb640a780a639c83bc29ac8a9816f1fc6c5c6dcd93c4721", 6, "", "", ""};
  EXPECT_TRUE(assemble_model(model, folder + "/parts").has_value());
  EXPECT_EQ(base::RealFileSystem().read(path_of(model)).value(), "abcdef");
  std::filesystem::remove(path_of(model));
  model.sha256 = "0000000000000000000000000000000000000000000000000000000000000000";
  EXPECT_NE(assemble_model(model, folder + "/parts").error().message.find("has the digest bef57ec7"), std::string::npos);
  model.bytes = 7;
  EXPECT_EQ(assemble_model(model, folder + "/parts").error().message, "the parts of tiny have 6 bytes together, expected 7");
  EXPECT_FALSE(std::filesystem::exists(path_of(model)));
  if (before == nullptr) ::unsetenv("XDG_CACHE_HOME");
  else ::setenv("XDG_CACHE_HOME", kept.c_str(), 1);
}

}  // namespace
}  // namespace chimera::engines
