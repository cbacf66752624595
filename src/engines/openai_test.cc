#include "engines/openai.h"

#include <gtest/gtest.h>

#include "engines/test_server.h"
#include "engines/test_sink.h"

namespace chimera::engines {
namespace {

std::string body_of(const std::string& request) { return request.substr(request.find("\r\n\r\n") + 4); }

Request chat(const std::string& text) {
  Request request;
  request.messages = {{Role::user, text}};
  request.config.set("model", "m");
  request.retries.attempts = 1;
  return request;
}

TEST(OpenAi, ReadsLlamaServersTimings) {
  TestServer server({Script{{{head(200, "text/event-stream") +
                              "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null}}],\"model\":\"smol\"}\r\n\r\n"
                              "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\r\n\r\n"
                              "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"length\"}]}\r\n\r\n"
                              "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":7,\"total_tokens\":27},"
                              "\"timings\":{\"cache_n\":12,\"prompt_n\":8,\"prompt_ms\":20.5,\"predicted_n\":7,\"predicted_ms\":70.25}}\r\n\r\ndata: [DONE]\r\n\r\n"}}}});
  OpenAiEngine engine({server.url(), ""});
  TestSink sink;
  const Outcome outcome = engine.complete(chat("Hello"), sink, {});
  ASSERT_FALSE(outcome.failure.has_value()) << outcome.failure->error.message;
  EXPECT_EQ(outcome.completion.text, "Hi");
  EXPECT_EQ(outcome.completion.finish, Finish::length);
  EXPECT_EQ(outcome.completion.counts.prompt_tokens, 20U);
  EXPECT_EQ(outcome.completion.counts.cached_tokens, 12U);
  EXPECT_EQ(outcome.completion.counts.completion_tokens, 7U);
  EXPECT_EQ(outcome.completion.server.prompt_eval, 20'500'000);
  EXPECT_EQ(outcome.completion.server.eval, 70'250'000);
  EXPECT_EQ(outcome.completion.server.eval_steps, 6U) << "the prompt's last step gave the first token";
  EXPECT_EQ(outcome.completion.server.load, std::nullopt);
  EXPECT_EQ(outcome.completion.effective.get("model"), "smol");
  EXPECT_EQ(sink.chunks.size(), 1U) << "the first event has no content and is no first token";
}

TEST(OpenAi, ReadsVllmsUsageAndReasoning) {
  TestServer server({Script{{{head(200, "text/event-stream") +
                              "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\"}}],\"usage\":null}\n\n"
                              "data: {\"choices\":[{\"delta\":{\"content\":\"ok\"},\"finish_reason\":\"stop\"}]}\n\n"
                              "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":5,\"prompt_tokens_details\":{\"cached_tokens\":4},"
                              "\"completion_tokens_details\":{\"reasoning_tokens\":3}}}\n\ndata: [DONE]\n\n"}}}});
  OpenAiEngine engine({server.url() + "/v1/", ""});
  TestSink sink;
  const Outcome outcome = engine.complete(chat("Hello"), sink, {});
  ASSERT_FALSE(outcome.failure.has_value());
  EXPECT_EQ(outcome.completion.reasoning, "hm");
  EXPECT_EQ(outcome.completion.text, "ok");
  EXPECT_EQ(outcome.completion.counts.cached_tokens, 4U);
  EXPECT_EQ(outcome.completion.counts.reasoning_tokens, 3U);
  EXPECT_EQ(outcome.completion.server.eval, std::nullopt);
  EXPECT_EQ(server.requests().at(0).rfind("POST /v1/chat/completions HTTP/1.1", 0), 0U);
}

TEST(OpenAi, SendsSettingsSchemaAndToken) {
  TestServer server({Script{{{head(200) + "data: [DONE]\n\n"}}}});
  OpenAiEngine engine({server.url(), "sk-secret"});
  Request request;
  request.prompt = "Once";
  request.config.set("temperature", "0.5");
  request.config.set("output_tokens", "64");
  request.config.set("repeat_penalty", "1.1");
  request.config.set("num_gpu", "60");
  request.constraint = {Constraint::Kind::json_schema, R"({"type":"object"})"};
  TestSink sink;
  const Outcome outcome = engine.complete(request, sink, {});
  EXPECT_EQ(outcome.completion.notes, std::vector<std::string>{"the setting num_gpu is none of this protocol and was not sent; the server decides it"});
  const std::string sent = server.requests().at(0);
  EXPECT_EQ(sent.rfind("POST /v1/completions HTTP/1.1", 0), 0U);
  EXPECT_NE(sent.find("Authorization: Bearer sk-secret\r\n"), std::string::npos);
  EXPECT_EQ(body_of(sent),
            R"({"max_tokens":64,"prompt":"Once","repeat_penalty":1.1,"repetition_penalty":1.1,"response_format":{"json_schema":{"name":"answer","schema":{"type":"object"},"strict":true},"type":"json_schema"},"stream":true,"stream_options":{"include_usage":true},"temperature":0.5})");
}

TEST(OpenAi, NeverShowsTheToken) {
  TestServer server({Script{{{whole(401, R"({"error":{"message":"Incorrect API key provided: sk-secret-123."}})")}}}});
  OpenAiEngine engine({server.url(), "sk-secret-123"});
  TestSink sink;
  const Outcome outcome = engine.complete(chat("Hello"), sink, {});
  ASSERT_TRUE(outcome.failure.has_value());
  EXPECT_EQ(outcome.failure->error.message, "the server answered 401: Incorrect API key provided: ***.");
  EXPECT_EQ(outcome.failure->error.hint, "the server wants a token: set OPENAI_API_KEY");
}

TEST(OpenAi, TheTokenStaysWithItsHost) {
  TestServer other({Script{{{head(200) + "data: [DONE]\n\n"}}}});
  TestServer server({Script{{{whole(307, "", "Location: " + other.url() + "/v1/chat/completions\r\n")}}}});
  OpenAiEngine engine({server.url(), "sk-secret"});
  TestSink sink;
  EXPECT_TRUE(engine.complete(chat("Hello"), sink, {}).failure.has_value());
  EXPECT_TRUE(other.requests().empty());
}

TEST(OpenAi, TakesAnAnswerInOnePiece) {
  TestServer server({Script{{{whole(200, R"({"choices":[{"message":{"content":"All at once"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":4}})")}}}});
  OpenAiEngine engine({server.url(), ""});
  TestSink sink;
  const Outcome outcome = engine.complete(chat("Hello"), sink, {});
  ASSERT_FALSE(outcome.failure.has_value());
  EXPECT_EQ(outcome.completion.text, "All at once");
  EXPECT_EQ(outcome.completion.counts.completion_tokens, 4U);
}

TEST(OpenAi, ServersMayForgetTheLastBlankLineAndDone) {
  TestServer server({Script{{{head(200) + "data: {\"choices\":[{\"text\":\"x\",\"finish_reason\":\"stop\"}]}"}}}});
  OpenAiEngine engine({server.url(), ""});
  TestSink sink;
  const Outcome outcome = engine.complete(chat("Hello"), sink, {});
  EXPECT_FALSE(outcome.failure.has_value());
  EXPECT_EQ(outcome.completion.text, "x");
}

TEST(OpenAi, AsksLlamaServerForTokens) {
  TestServer server({Script{{{whole(200, R"({"tokens":[1,2,30000]})")}}}});
  OpenAiEngine engine({server.url(), ""});
  const auto tokens = engine.tokenise({}, "some text");
  ASSERT_TRUE(tokens.has_value());
  EXPECT_EQ(*tokens, (std::vector<std::int32_t>{1, 2, 30000}));
  EXPECT_EQ(server.requests().at(0).rfind("POST /tokenize", 0), 0U);
}

}  // namespace
}  // namespace chimera::engines
