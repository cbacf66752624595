#include "app/complete.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>

#include "app/console.h"
#include "app/engine_choice.h"
#include "app/interrupt.h"
#include "base/files.h"
#include "base/log.h"
#include "engines/recording.h"
#include "measure/call_metrics.h"
#include "measure/probe.h"

namespace chimera::app {
namespace {

using Json = nlohmann::ordered_json;

base::Result<std::string> read_standard_input() {
  std::string text;
  char buffer[65536];
  while (true) {
    const ssize_t got = ::read(STDIN_FILENO, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return base::fail(base::ErrorKind::input, "cannot read standard input");
    if (got == 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
  }
}

base::Nanoseconds nanoseconds(double seconds) { return static_cast<base::Nanoseconds>(seconds * 1e9); }

base::Result<engines::Request> request_of(const CompleteCommand& command) {
  engines::Request request;
  std::string prompt = command.prompt;
  if (prompt == "-") {
    TRY(prompt, read_standard_input());
  }
  if (command.raw) {
    request.prompt = std::move(prompt);
  } else {
    if (!command.system.empty()) request.messages.push_back({engines::Role::system, command.system});
    request.messages.push_back({engines::Role::user, std::move(prompt)});
  }
  if (!command.model.empty()) request.config.set("model", command.model);
  for (const std::string& setting : command.settings) {
    const std::size_t equals = setting.find('=');
    if (equals == 0 || equals == std::string::npos) return base::fail(base::ErrorKind::usage, fmt::format("\"{}\" is no setting", setting), "--set key=value, for example --set temperature=0");
    request.config.set(setting.substr(0, equals), setting.substr(equals + 1));
  }
  const base::RealFileSystem files;
  if (!command.grammar.empty()) {
    request.constraint.kind = engines::Constraint::Kind::gbnf;
    TRY(request.constraint.text, files.read(command.grammar));
  } else if (!command.json_schema.empty()) {
    request.constraint.kind = engines::Constraint::Kind::json_schema;
    TRY(request.constraint.text, files.read(command.json_schema));
  }
  request.timeouts.first_token = nanoseconds(command.first_token_timeout_s);
  request.timeouts.between_tokens = nanoseconds(command.token_timeout_s);
  request.retries.attempts = command.attempts;
  return request;
}

// Stamps first, then shows: a slow terminal is no part of a time to the first token.
class ShowingSink final : public engines::Sink {
 public:
  ShowingSink(measure::Probe& probe, OutputForm form) : probe_(probe), form_(form) {}
  void on_event(engines::Event event) override { probe_.on_event(event); }
  void on_text(std::string_view text, engines::Channel channel, std::optional<std::uint32_t> tokens) override {
    probe_.on_text(text, channel, tokens);
    if (form_ != OutputForm::text || channel != engines::Channel::content) return;
    print(text);
    std::fflush(stdout);
  }

 private:
  measure::Probe& probe_;
  OutputForm form_;
};

template <class T>
void put(Json& object, const char* key, const std::optional<T>& value) {
  if (value) object[key] = *value;
}

Json client_json(const measure::ClientMetrics& client) {
  Json object = Json::object();
  put(object, "ttft_s", client.ttft_s);
  put(object, "time_to_reasoning_s", client.time_to_reasoning_s);
  put(object, "total_s", client.total_s);
  put(object, "with_retries_s", client.with_retries_s);
  put(object, "load_s", client.load_s);
  put(object, "prefill_s", client.prefill_s);
  put(object, "decode_s", client.decode_s);
  put(object, "decode_tokens_per_s", client.decode_tokens_per_s);
  put(object, "tpot_s", client.tpot_s);
  object["chunks"] = client.chunks;
  object["zero_gap_chunks"] = client.zero_gap_chunks;
  return object;
}

Json server_json(const measure::ServerMetrics& server) {
  Json object = Json::object();
  put(object, "total_s", server.total_s);
  put(object, "load_s", server.load_s);
  put(object, "prompt_eval_s", server.prompt_eval_s);
  put(object, "eval_s", server.eval_s);
  put(object, "prefill_tokens_per_s", server.prefill_tokens_per_s);
  put(object, "decode_tokens_per_s", server.decode_tokens_per_s);
  return object;
}

Json outcome_json(const engines::Engine& engine, const engines::Outcome& outcome, const measure::CallMetrics& metrics) {
  const engines::Completion& completion = outcome.completion;
  Json object = {{"engine", engine.kind()}, {"text", completion.text}};
  if (!completion.reasoning.empty()) object["reasoning"] = completion.reasoning;
  object["finish"] = to_string(completion.finish);
  if (!completion.finish_as_reported.empty()) object["finish_as_reported"] = completion.finish_as_reported;
  object["counts"] = Json::object();
  put(object["counts"], "prompt_tokens", completion.counts.prompt_tokens);
  put(object["counts"], "cached_tokens", completion.counts.cached_tokens);
  put(object["counts"], "completion_tokens", completion.counts.completion_tokens);
  put(object["counts"], "reasoning_tokens", completion.counts.reasoning_tokens);
  object["client"] = client_json(metrics.client);
  object["server"] = server_json(metrics.server);
  object["difference"] = Json::object();
  put(object["difference"], "total_s", metrics.difference.total_s);
  put(object["difference"], "ttft_s", metrics.difference.ttft_s);
  object["effective"] = Json::object();
  for (const core::Setting& setting : completion.effective.settings()) object["effective"][setting.key] = setting.value;
  object["attempts"] = completion.attempts;
  object["notes"] = completion.notes;
  object["failure"] = nullptr;
  if (outcome.failure) {
    object["failure"] = {{"kind", to_string(outcome.failure->kind)}, {"message", outcome.failure->error.message}};
    put(object["failure"], "status", outcome.failure->status);
  }
  return object;
}

std::string milliseconds(std::optional<double> value) { return value ? fmt::format("{:.1f} ms", *value * 1e3) : "not known"; }
std::string rate(std::optional<double> value) { return value ? fmt::format("{:.1f} tok/s", *value) : "not known"; }
std::string count(std::optional<std::uint64_t> value) { return value ? std::to_string(*value) : "not told"; }

void say_metrics(const engines::Completion& completion, const measure::CallMetrics& metrics) {
  base::log_info(fmt::format("client: TTFT {}, decode {}, total {}, {} chunks", milliseconds(metrics.client.ttft_s), rate(metrics.client.decode_tokens_per_s), milliseconds(metrics.client.total_s), metrics.client.chunks));
  base::log_info(fmt::format("server: load {}, prompt evaluation {}, decode {}, total {}", milliseconds(metrics.server.load_s), milliseconds(metrics.server.prompt_eval_s), rate(metrics.server.decode_tokens_per_s), milliseconds(metrics.server.total_s)));
  base::log_info(fmt::format("client - server: TTFT {}, total {}", milliseconds(metrics.difference.ttft_s), milliseconds(metrics.difference.total_s)));
  base::log_info(fmt::format("tokens: prompt {}, completion {}; finish {}", count(completion.counts.prompt_tokens), count(completion.counts.completion_tokens), to_string(completion.finish)));
}

}  // namespace

int complete_command(const CompleteCommand& command, const CommonOptions& common) {
  const auto request = request_of(command);
  if (!request) return report_error(request.error());
  engines::RealPacer pacer;
  EngineChoice choice{command.engine, command.url, command.transcript, {}, engines::ReplayMatch::exact};
  if (command.pace == "instant") choice.timing.kind = engines::ReplayTiming::Kind::at_once;
  const auto engine = make_engine(choice, pacer);
  if (!engine) return report_error(engine.error());

  const base::SystemClock clock;
  measure::Probe probe(clock);
  ShowingSink sink(probe, common.form);
  engines::Outcome outcome;
  const Interrupt interrupt;
  if (command.record.empty()) {
    outcome = (*engine)->complete(*request, sink, interrupt.token());
  } else {
    auto writer = engines::TranscriptWriter::open(command.record);
    if (!writer) return report_error(writer.error());
    engines::RecordingEngine recording(**engine, *writer, clock);
    outcome = recording.complete(*request, sink, interrupt.token());
  }
  probe.end();

  const measure::CallMetrics metrics = measure::call_metrics(probe.times(), outcome.completion);
  if (common.form == OutputForm::json) print(outcome_json(**engine, outcome, metrics).dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  else if (!outcome.completion.text.empty()) print("\n");
  for (const std::string& note : outcome.completion.notes) base::log_warning(note);
  if (common.form == OutputForm::text && !probe.times().texts.empty()) say_metrics(outcome.completion, metrics);
  return outcome.failure ? report_error(outcome.failure->error) : 0;
}

}  // namespace chimera::app
