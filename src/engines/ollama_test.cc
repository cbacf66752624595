#include "engines/ollama.h"

#include <gtest/gtest.h>

#include "engines/test_server.h"
#include "engines/test_sink.h"

namespace chimera::engines {
namespace {

// What ends the n-th request's head, that is, its body.
std::string body_of(const std::string& request) { return request.substr(request.find("\r\n\r\n") + 4); }

TEST(OllamaUrl, TakesEveryFormThatOllamaTakes) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"", "http://127.0.0.1:11434"},
      {"gpu-box", "http://gpu-box:11434"},
      {"10.0.0.7", "http://10.0.0.7:11434"},
      {"10.0.0.7:8000", "http://10.0.0.7:8000"},
      {":8000", "http://127.0.0.1:8000"},
      {"0.0.0.0", "http://127.0.0.1:11434"},
      {"0.0.0.0:8000", "http://127.0.0.1:8000"},
      {"http://gpu-box", "http://gpu-box:80"},
      {"https://gpu-box", "https://gpu-box:443"},
      {"https://gpu-box:8443/ollama/", "https://gpu-box:8443/ollama"},
      {"gpu-box/ollama", "http://gpu-box:11434/ollama"},
      {"[::1]", "http://[::1]:11434"},
      {"::1", "http://[::1]:11434"},
      {"[::1]:8000", "http://[::1]:8000"},
      {"[::]:8000", "http://[::1]:8000"},
      {"gpu-box:99999", "http://gpu-box:11434"},
      {"gpu-box:abc", "http://gpu-box:11434"},
      {"  \"gpu-box:8000\" ", "http://gpu-box:8000"},
      {"'gpu-box'", "http://gpu-box:11434"},
  };
  for (const auto& [given, expected] : cases) EXPECT_EQ(ollama_url(given), expected) << given;
}

TEST(Ollama, ReportsItsOwnCountsAndDurations) {
  TestServer server({Script{{{head(200, "application/x-ndjson") +
                              "{\"model\":\"gemma3:latest\",\"response\":\"Hi\",\"done\":false}\n"
                              "{\"model\":\"gemma3:latest\",\"response\":\"\",\"done\":true,\"done_reason\":\"length\",\"context\":[1,2,3],\"total_duration\":80370924600,"
                              "\"load_duration\":5830245000,\"prompt_eval_count\":26,\"prompt_eval_duration\":1823223900,\"eval_count\":290,\"eval_duration\":4709213000}\n"}}}});
  OllamaEngine engine(server.url());
  Request request;
  request.prompt = "Why?";
  request.config.set("model", "gemma3:latest");
  request.config.set("num_gpu", "60");
  request.config.set("num_ctx", "1024");
  request.config.set("temperature", "0.8");
  request.config.set("output_tokens", "290");
  request.config.set("flash_attn", "on");
  request.stop = {"END"};
  TestSink sink;
  const Outcome outcome = engine.complete(request, sink, {});
  ASSERT_FALSE(outcome.failure.has_value());
  EXPECT_EQ(outcome.completion.finish, Finish::length);
  EXPECT_EQ(outcome.completion.counts.prompt_tokens, 26U);
  EXPECT_EQ(outcome.completion.counts.completion_tokens, 290U);
  EXPECT_EQ(outcome.completion.counts.cached_tokens, std::nullopt);
  EXPECT_EQ(outcome.completion.server.load, 5830245000);
  EXPECT_EQ(outcome.completion.server.eval, 4709213000);
  EXPECT_EQ(outcome.completion.usage.find("context"), std::string::npos) << "the tokens of the context are no usage";
  EXPECT_EQ(outcome.completion.notes, std::vector<std::string>{"the setting flash_attn is not one of Ollama's options and was not sent"});
  const std::string sent = server.requests().at(0);
  EXPECT_EQ(sent.rfind("POST /api/generate HTTP/1.1", 0), 0U);
  EXPECT_EQ(body_of(sent), R"({"model":"gemma3:latest","options":{"num_ctx":1024,"num_gpu":60,"num_predict":290,"stop":["END"],"temperature":0.8},"prompt":"Why?","raw":true,"stream":true,"truncate":false})");
}

TEST(Ollama, WhatIsNotReportedIsAbsent) {
  // The prompt came from the cache: Ollama leaves its count out (ollama issue 2068).
  TestServer server({Script{{{head(200) + "{\"message\":{\"content\":\"Hi\"},\"done\":false}\n{\"done\":true,\"total_duration\":5}\n"}}}});
  OllamaEngine engine(server.url());
  Request request;
  request.messages = {{Role::user, "Hi"}};
  request.config.set("model", "m");
  TestSink sink;
  const Outcome outcome = engine.complete(request, sink, {});
  ASSERT_FALSE(outcome.failure.has_value());
  EXPECT_EQ(outcome.completion.counts.prompt_tokens, std::nullopt);
  EXPECT_EQ(outcome.completion.server.prompt_eval, std::nullopt);
  EXPECT_EQ(outcome.completion.server.total, 5);
}

TEST(Ollama, SendsASchemaAndKeepsReasoningApart) {
  TestServer server({Script{{{head(200) +
                              "{\"message\":{\"content\":\"\",\"thinking\":\"Let me see\"},\"done\":false}\n"
                              "{\"message\":{\"content\":\"{}\"},\"done\":false}\n{\"done\":true,\"done_reason\":\"stop\"}\n"}}}});
  OllamaEngine engine(server.url());
  Request request;
  request.messages = {{Role::system, "Be short."}, {Role::user, "Hi"}};
  request.config.set("model", "m");
  request.config.set("think", "true");
  request.constraint = {Constraint::Kind::json_schema, R"({"type":"object"})"};
  TestSink sink;
  const Outcome outcome = engine.complete(request, sink, {});
  ASSERT_FALSE(outcome.failure.has_value());
  EXPECT_EQ(outcome.completion.text, "{}");
  EXPECT_EQ(outcome.completion.reasoning, "Let me see");
  EXPECT_EQ(sink.chunks, std::vector<std::string>{"{}"});
  EXPECT_EQ(body_of(server.requests().at(0)),
            R"({"format":{"type":"object"},"messages":[{"content":"Be short.","role":"system"},{"content":"Hi","role":"user"}],"model":"m","stream":true,"think":true,"truncate":false})");
  request.constraint.kind = Constraint::Kind::gbnf;
  EXPECT_TRUE(engine.complete(request, sink, {}).failure.has_value());
}

TEST(Ollama, TellsAboutItsModels) {
  TestServer server({Script{{{whole(200, R"({"models":[{"name":"qwen2.5:7b","size":10},{"name":"gemma3:latest","size":3338801804,"digest":"a2af6cc3","details":{"family":"gemma3","quantization_level":"Q4_K_M"}}]})")}}},
                     Script{{{whole(200, R"({"license":"Gemma Terms of Use\nmore","template":"{{ .Prompt }}","model_info":{"general.architecture":"gemma3","general.parameter_count":4299915632,"gemma3.context_length":131072}})")}}},
                     Script{{{whole(200, R"({"models":[{"name":"gemma3:latest","size_vram":4000000000}]})")}}}});
  OllamaEngine engine(server.url());
  core::RunConfig config;
  config.set("model", "gemma3");
  const auto model = engine.model(config);
  ASSERT_TRUE(model.has_value()) << model.error().message;
  EXPECT_EQ(model->quantization, "Q4_K_M");
  EXPECT_EQ(model->digest, "a2af6cc3");
  EXPECT_EQ(model->licence, "Gemma Terms of Use");
  EXPECT_EQ(model->parameters, 4299915632U);
  EXPECT_EQ(model->context_length, 131072U);
  EXPECT_EQ(model->bytes_in_vram, 4000000000U);
  EXPECT_EQ(server.requests().at(1).rfind("POST /api/show", 0), 0U);
}

TEST(Ollama, AModelThatIsNotThereHasAHint) {
  TestServer server({Script{{{whole(200, R"({"models":[]})")}}}});
  OllamaEngine engine(server.url());
  core::RunConfig config;
  config.set("model", "gemma3:1b");
  const auto model = engine.model(config);
  ASSERT_FALSE(model.has_value());
  EXPECT_EQ(model.error().hint, "ollama pull gemma3:1b");
}

}  // namespace
}  // namespace chimera::engines
