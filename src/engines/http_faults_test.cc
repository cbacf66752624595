// Everything that can go wrong between a client and a server, for both protocols over HTTP.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engines/ollama.h"
#include "engines/openai.h"
#include "engines/test_server.h"
#include "engines/test_sink.h"

namespace chimera::engines {
namespace {

using std::chrono::milliseconds;
constexpr base::Nanoseconds kMs = 1'000'000;

// How each protocol says the same things.
struct Protocol {
  const char* name;
  std::function<std::unique_ptr<Engine>(const std::string&)> engine;
  std::function<std::string(const std::string&)> text;  // a piece of an answer
  std::string end;
  std::string comment;  // a line without meaning
  std::string broken;
};

const Protocol& ollama() {
  static const Protocol kProtocol = {"ollama", [](const std::string& url) { return std::make_unique<OllamaEngine>(url); },
                                     [](const std::string& text) { return R"({"model":"m","message":{"role":"assistant","content":")" + text + "\"},\"done\":false}\n"; },
                                     "{\"model\":\"m\",\"done\":true,\"done_reason\":\"stop\",\"total_duration\":5000000,\"eval_count\":2,\"eval_duration\":1000000}\n", "\n", "{\"message\": nonsense}\n"};
  return kProtocol;
}

const Protocol& openai() {
  static const Protocol kProtocol = {"openai", [](const std::string& url) { return std::make_unique<OpenAiEngine>(OpenAiOptions{url, "sk-secret"}); },
                                     [](const std::string& text) { return R"(data: {"choices":[{"delta":{"content":")" + text + "\"}}]}\n\n"; },
                                     "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n", ": keep-alive\n\n", "data: {\"choices\": nonsense}\n\n"};
  return kProtocol;
}

Request chat() {
  Request request;
  request.messages = {{Role::user, "hello"}};
  request.config.set("model", "m");
  request.timeouts = {1000 * kMs, 2000 * kMs, 2000 * kMs};
  request.retries.attempts = 1;
  request.retries.first_wait = 5 * kMs;
  return request;
}

class HttpFaults : public testing::TestWithParam<const Protocol*> {
 protected:
  Outcome ask(const Request& request, const std::string& url) { return GetParam()->engine(url)->complete(request, sink_, stop_.get_token()); }
  Outcome ask(const Request& request, std::vector<Script> scripts) {
    TestServer server(std::move(scripts));
    Outcome outcome = ask(request, server.url());
    requests_ = server.requests();
    return outcome;
  }
  Outcome ask(std::vector<Step> steps) { return ask(chat(), {Script{std::move(steps)}}); }
  static std::string text(const std::string& text) { return GetParam()->text(text); }

  void expect_failure(const Outcome& outcome, FailureKind kind, const std::string& part = "") {
    ASSERT_TRUE(outcome.failure.has_value());
    EXPECT_EQ(to_string(outcome.failure->kind), to_string(kind)) << outcome.failure->error.message;
    EXPECT_EQ(outcome.failure->error.kind, kind == FailureKind::cancelled ? base::ErrorKind::interrupted : base::ErrorKind::engine);
    EXPECT_NE(outcome.failure->error.message.find(part), std::string::npos) << outcome.failure->error.message;
    EXPECT_EQ(outcome.completion.finish, Finish::broken);
  }

  TestSink sink_;
  std::stop_source stop_;
  std::vector<std::string> requests_;
};

TEST_P(HttpFaults, StreamsTextAsItComes) {
  const Outcome outcome = ask({{head(200) + text("Hel")}, {text("lo")}, {GetParam()->end}});
  EXPECT_FALSE(outcome.failure.has_value());
  EXPECT_EQ(outcome.completion.text, "Hello");
  EXPECT_EQ(outcome.completion.finish, Finish::stop);
  EXPECT_EQ(outcome.completion.attempts, 1U);
  EXPECT_EQ(sink_.chunks, (std::vector<std::string>{"Hel", "lo"}));
  EXPECT_EQ(sink_.events, std::vector{Event::sent});
}

TEST_P(HttpFaults, AServerThatIsNotThereIsUnreachable) { expect_failure(ask(chat(), dead_url()), FailureKind::unreachable, "nothing to talk to at http://127.0.0.1"); }

TEST_P(HttpFaults, AWrongModelIsNamed) {
  const Outcome outcome = ask({{whole(404, R"({"error":"model 'm' not found"})")}});
  expect_failure(outcome, FailureKind::no_such_model, "model 'm' not found");
  EXPECT_EQ(outcome.failure->status, 404);
  EXPECT_FALSE(outcome.failure->error.hint.empty());
}

TEST_P(HttpFaults, ABusyServerIsAskedAgainBeforeTheFirstText) {
  for (const int status : {429, 500, 502, 503, 504}) {
    Request request = chat();
    request.retries.attempts = 3;
    const Outcome outcome = ask(request, {Script{{{whole(status, "busy")}}}, Script{{{whole(status, "busy")}}}, Script{{{head(200) + text("yes") + GetParam()->end}}}});
    EXPECT_FALSE(outcome.failure.has_value()) << status;
    EXPECT_EQ(outcome.completion.attempts, 3U);
    EXPECT_EQ(outcome.completion.text, "yes");
  }
  EXPECT_EQ(sink_.events.size(), 15U) << "each attempt is sent anew";
}

TEST_P(HttpFaults, AServerThatStaysBusyIsGivenUp) {
  Request request = chat();
  request.retries.attempts = 2;
  const Outcome outcome = ask(request, {Script{{{whole(503, R"({"error":"no slot free"})")}}}});
  expect_failure(outcome, FailureKind::refused, "503: no slot free");
  EXPECT_EQ(outcome.completion.attempts, 2U);
}

TEST_P(HttpFaults, WaitsAsLongAsTheServerAsks) {
  Request request = chat();
  request.retries.attempts = 2;
  const auto before = std::chrono::steady_clock::now();
  const Outcome outcome = ask(request, {Script{{{whole(429, "slow down", "Retry-After: 1\r\n")}}}, Script{{{head(200) + text("a") + GetParam()->end}}}});
  EXPECT_FALSE(outcome.failure.has_value());
  EXPECT_GE(std::chrono::steady_clock::now() - before, milliseconds(990));
}

TEST_P(HttpFaults, DoesNotWaitLongerThanItMay) {
  Request request = chat();
  request.retries.attempts = 2;
  const Outcome outcome = ask(request, {Script{{{whole(429, "slow down", "Retry-After: 3600\r\n")}}}});
  expect_failure(outcome, FailureKind::refused, "asks to wait 3600 s");
  EXPECT_EQ(outcome.completion.attempts, 1U);
}

TEST_P(HttpFaults, ARefusalThatStaysIsNotRepeated) {
  Request request = chat();
  request.retries.attempts = 5;
  const Outcome outcome = ask(request, {Script{{{whole(400, R"({"error":{"message":"bad value"}})")}}}});
  expect_failure(outcome, FailureKind::refused, "400: bad value");
  EXPECT_EQ(requests_.size(), 1U);
}

TEST_P(HttpFaults, AStallBeforeTheFirstTextEndsInTime) {
  Request request = chat();
  request.timeouts.first_token = 100 * kMs;
  expect_failure(ask(request, {Script{{{head(200)}, {text("late") + GetParam()->end, milliseconds(3000)}}}}), FailureKind::timed_out, "no first text for 100 ms");
}

TEST_P(HttpFaults, AStallBetweenTextsEndsInTimeAndKeepsTheText) {
  Request request = chat();
  request.timeouts.between_tokens = 100 * kMs;
  const Outcome outcome = ask(request, {Script{{{head(200) + text("so far")}, {text("late"), milliseconds(3000)}}}});
  expect_failure(outcome, FailureKind::timed_out, "no further text for 100 ms");
  EXPECT_EQ(outcome.completion.text, "so far");
}

TEST_P(HttpFaults, CommentsAreNoSignOfLife) {
  Request request = chat();
  request.timeouts.first_token = 150 * kMs;
  std::vector<Step> steps = {{head(200)}};
  for (int i = 0; i < 200; ++i) steps.push_back({GetParam()->comment, milliseconds(5)});
  expect_failure(ask(request, {Script{std::move(steps)}}), FailureKind::timed_out);
}

TEST_P(HttpFaults, AFloodOfCommentsIsReadOver) {
  std::string flood;
  while (flood.size() < 4'000'000) flood += GetParam()->comment;
  const Outcome outcome = ask({{head(200) + flood + text("there") + GetParam()->end}});
  EXPECT_FALSE(outcome.failure.has_value());
  EXPECT_EQ(outcome.completion.text, "there");
}

TEST_P(HttpFaults, ACutConnectionKeepsTheText) {
  for (const bool reset : {false, true}) {
    const Outcome outcome = ask(chat(), {Script{{{head(200) + text("so far")}, {"", milliseconds(30)}}, reset}});
    expect_failure(outcome, FailureKind::cut);
    EXPECT_EQ(outcome.completion.text, "so far");
  }
}

TEST_P(HttpFaults, ACutWithinAPieceIsNoText) {
  const std::string piece = text("second");
  const Outcome outcome = ask({{head(200) + text("first") + piece.substr(0, piece.size() / 2)}});
  ASSERT_TRUE(outcome.failure.has_value());
  EXPECT_EQ(outcome.completion.text, "first");
}

TEST_P(HttpFaults, AnAnswerThatIsCutOffByItsLengthIsNotRepeatedOnceTextCame) {
  Request request = chat();
  request.retries.attempts = 3;
  const Outcome outcome = ask(request, {Script{{{head(200, "application/json", "Content-Length: 100000\r\n") + text("so far")}}}});
  expect_failure(outcome, FailureKind::cut, "broke off");
  EXPECT_EQ(requests_.size(), 1U);
}

TEST_P(HttpFaults, CharactersMaySplitAnywhere) {
  const std::string answer = text("gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80") + GetParam()->end;
  std::vector<Step> steps = {{head(200)}};
  for (const char c : answer) steps.push_back({std::string(1, c)});
  const Outcome outcome = ask(std::move(steps));
  EXPECT_FALSE(outcome.failure.has_value());
  EXPECT_EQ(outcome.completion.text, "gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80");
}

TEST_P(HttpFaults, HalfCharactersOfTwoPiecesBecomeOne) {
  const Outcome outcome = ask({{head(200) + text("\xF0\x9F") + text("\x98\x80!") + GetParam()->end}});
  EXPECT_FALSE(outcome.failure.has_value());
  EXPECT_EQ(sink_.chunks, std::vector<std::string>{"\xF0\x9F\x98\x80!"});
  EXPECT_TRUE(outcome.completion.notes.empty());
}

TEST_P(HttpFaults, HalfACharacterAtTheEndIsReplacedAndNoted) {
  const Outcome outcome = ask({{head(200) + text("end \xF0\x9F") + GetParam()->end}});
  EXPECT_FALSE(outcome.failure.has_value());
  EXPECT_EQ(outcome.completion.text, "end \xEF\xBF\xBD");
  EXPECT_EQ(outcome.completion.notes.size(), 1U);
}

TEST_P(HttpFaults, MalformedLinesAreShown) {
  const Outcome outcome = ask({{head(200) + text("a") + GetParam()->broken + text("b") + GetParam()->end}});
  expect_failure(outcome, FailureKind::malformed, "nonsense");
  EXPECT_EQ(outcome.completion.text, "a");
}

TEST_P(HttpFaults, AnotherKindOfServerIsTold) { expect_failure(ask({{head(200, "text/html") + "<html><body>Welcome to the router</body></html>\n\ndata: <html>\n\n"}}), FailureKind::malformed, "html"); }

TEST_P(HttpFaults, AHugeLineEndsTheCall) {
  const std::string huge = text(std::string(17U << 20, 'x'));
  const Outcome outcome = ask({{head(200) + text("a") + huge}});
  expect_failure(outcome, FailureKind::malformed, "16 MiB");
  EXPECT_EQ(outcome.completion.text, "a");
}

TEST_P(HttpFaults, RedirectsToOtherHostsAreNotFollowed) {
  for (const int status : {301, 302, 307, 308}) {
    const Outcome outcome = ask({{whole(status, "", "Location: http://example.invalid/api\r\n")}});
    expect_failure(outcome, FailureKind::redirected, "http://example.invalid/api");
    EXPECT_EQ(requests_.size(), 1U);
  }
}

TEST_P(HttpFaults, RedirectsOnTheSameServerKeepTheRequest) {
  const Outcome outcome = ask(chat(), {Script{{{whole(307, "", "Location: /elsewhere\r\n")}}}, Script{{{head(200) + text("here") + GetParam()->end}}}});
  EXPECT_FALSE(outcome.failure.has_value());
  ASSERT_EQ(requests_.size(), 2U);
  EXPECT_EQ(requests_[1].rfind("POST /elsewhere ", 0), 0U);
  EXPECT_NE(requests_[1].find("hello"), std::string::npos);
}

TEST_P(HttpFaults, RedirectsInACircleEnd) { expect_failure(ask(chat(), {Script{{{whole(307, "", "Location: /again\r\n")}}}}), FailureKind::redirected); }

TEST_P(HttpFaults, AModelThatNeverStopsCanBeCancelled) {
  std::vector<Step> steps = {{head(200)}};
  for (int i = 0; i < 3000; ++i) steps.push_back({text("again "), milliseconds(1)});
  sink_.heard = [&] {
    if (sink_.chunks.size() == 20) stop_.request_stop();
  };
  const Outcome outcome = ask(std::move(steps));
  expect_failure(outcome, FailureKind::cancelled);
  EXPECT_GE(sink_.chunks.size(), 20U);
  EXPECT_LT(sink_.chunks.size(), 100U);
}

// A call that did not hear the stop would end as timed out.
TEST_P(HttpFaults, CancellingWakesACallThatWaits) {
  const auto stop = [&] { stop_.request_stop(); };
  expect_failure(ask({{head(200), {}, stop}, {"", milliseconds(3000)}}), FailureKind::cancelled);
}

TEST_P(HttpFaults, CancellingEndsTheWaitBetweenAttempts) {
  Request request = chat();
  request.retries = {3, 20'000 * kMs, 30'000 * kMs};
  const auto stop = [&] { stop_.request_stop(); };
  expect_failure(ask(request, {Script{{{whole(503, "busy"), {}, stop}}}}), FailureKind::cancelled);
}

TEST_P(HttpFaults, AnEmptyAnswerIsAnAnswer) {
  const Outcome outcome = ask({{head(200) + GetParam()->end}});
  EXPECT_FALSE(outcome.failure.has_value());
  EXPECT_EQ(outcome.completion.text, "");
  EXPECT_TRUE(sink_.chunks.empty());
}

TEST_P(HttpFaults, AnAnswerWithoutAByteIsCut) {
  const Outcome outcome = ask({{""}});
  ASSERT_TRUE(outcome.failure.has_value());
  EXPECT_EQ(to_string(outcome.failure->kind), "unreachable");
  expect_failure(ask({{head(200)}}), FailureKind::cut);
}

TEST_P(HttpFaults, AContextThatOverflowsIsTold) {
  for (const char* message : {"the request exceeds the available context size, try increasing it", "This model's maximum context length is 512 tokens", "input length exceeds the context length"}) {
    const Outcome outcome = ask({{whole(400, fmt::format(R"({{"error":{{"message":"{}"}}}})", message))}});
    expect_failure(outcome, FailureKind::context_overflow, message);
  }
}

TEST_P(HttpFaults, AModelThatDoesNotFitIsToldAndNotRepeated) {
  Request request = chat();
  request.retries.attempts = 3;
  const Outcome outcome = ask(request, {Script{{{whole(500, R"x({"error":"model requires more system memory (9.0 GiB) than is available (2.1 GiB)"})x")}}}});
  expect_failure(outcome, FailureKind::out_of_memory, "9.0 GiB");
  EXPECT_EQ(requests_.size(), 1U);
}

TEST_P(HttpFaults, AnErrorWithinTheAnswerKeepsTheText) {
  const std::string error = std::string(GetParam()->name) == "ollama" ? "{\"error\":\"CUDA error: out of memory\"}\n" : "data: {\"error\":{\"message\":\"CUDA error: out of memory\"}}\n\n";
  const Outcome outcome = ask({{head(200) + text("so far") + error}});
  expect_failure(outcome, FailureKind::out_of_memory, "CUDA error");
  EXPECT_EQ(outcome.completion.text, "so far");
}

TEST_P(HttpFaults, ASettingThatIsNoNumberIsWrongUsage) {
  Request request = chat();
  request.config.set("temperature", "warm");
  const Outcome outcome = ask(request, dead_url());
  ASSERT_TRUE(outcome.failure.has_value());
  EXPECT_EQ(outcome.failure->error.kind, base::ErrorKind::usage);
  EXPECT_EQ(outcome.failure->error.message, "the setting temperature is \"warm\", expected a number");
}

TEST_P(HttpFaults, SeveralCallsAtATimeDoNotMix) {
  TestServer server({Script{{{head(200) + text("one")}, {text(" two") + GetParam()->end, milliseconds(20)}}}});
  const std::unique_ptr<Engine> engine = GetParam()->engine(server.url());
  std::vector<std::string> texts(4);
  std::vector<std::thread> threads;
  for (std::string& into : texts)
    threads.emplace_back([&engine, &into] {
      TestSink sink;
      into = engine->complete(chat(), sink, {}).completion.text;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(texts, std::vector<std::string>(4, "one two"));
}

INSTANTIATE_TEST_SUITE_P(Protocols, HttpFaults, testing::Values(&ollama(), &openai()), [](const auto& tested) { return std::string(tested.param->name); });

}  // namespace
}  // namespace chimera::engines
