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

TEST_F(Embedded, SaysWhatTheModelIs) {
  const auto model = engine()->model(chat("").config);
  ASSERT_TRUE(model.has_value());
  EXPECT_EQ(model->digest, find_known_model(kModel)->sha256);
  EXPECT_EQ(model->family, "llama");
  EXPECT_EQ(model->quantization, "Q4_1");
  EXPECT_GT(model->parameters.value(), 130'000'000U);
  EXPECT_EQ(model->chat_template, true);
}

TEST_F(Embedded, FindsLikelyTextLikely) {
  const auto mean = [&](const std::string& text) {
    const auto scores = engine()->score(chat("").config, text);
    EXPECT_TRUE(scores.has_value());
    EXPECT_EQ(scores->log_probabilities.size() + 1, scores->tokens.size());
    for (const double value : scores->log_probabilities) EXPECT_LE(value, 0);
    return std::accumulate(scores->log_probabilities.begin(), scores->log_probabilities.end(), 0.0) / static_cast<double>(scores->log_probabilities.size());
  };
  EXPECT_GT(mean("The cat sat on the mat."), mean("Mat the on purple sat seven."));
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
