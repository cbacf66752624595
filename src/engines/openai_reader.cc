#include "engines/openai_reader.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "engines/sse.h"
#include "engines/utf8.h"

namespace chimera::engines {
namespace {

using Json = nlohmann::json;

std::optional<std::uint64_t> count(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_unsigned() ? std::optional(found->get<std::uint64_t>()) : std::nullopt;
}

std::optional<base::Nanoseconds> milliseconds(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number()) return std::nullopt;
  const double value = found->get<double>();
  return value >= 0 && value < 1e12 ? std::optional<base::Nanoseconds>(std::llround(value * 1e6)) : std::nullopt;
}

const Json* child(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_object() ? &*found : nullptr;
}

class OpenAiReader final : public AnswerReader {
 public:
  OpenAiReader(Delivery& delivery, const HttpCall& call) : delivery_(delivery), call_(call) {}

  State read(std::string_view bytes) override {
    if (!form_) form_ = bytes.find_first_not_of(" \t\r\n") != std::string_view::npos && bytes[bytes.find_first_not_of(" \t\r\n")] == '{' ? Form::whole : Form::events;
    if (*form_ == Form::whole) {
      if (whole_.size() + bytes.size() > kLongestLine) return fail(malformed("an answer of more than 16 MiB in one piece", {}));
      whole_ += bytes;
      return State::life;
    }
    State state = State::nothing;
    const bool goes_on = events_.feed(bytes, [&](std::string_view data) {
      const State now = read_data(data);
      if (now != State::nothing) state = now;
      return now == State::life || now == State::nothing;
    });
    if (!goes_on && events_.too_long()) return fail(malformed("an event of more than 16 MiB", {}));
    return failure_ ? State::failed : state;
  }

  std::optional<Failure> end() override {
    if (failure_) return std::move(failure_);
    if (done_) return std::nullopt;
    if (form_ == Form::whole) read_data(whole_);
    else events_.end([&](std::string_view data) { return read_data(data) == State::life; });
    if (failure_) return std::move(failure_);
    if (done_ || finished_) return std::nullopt;  // some servers leave [DONE] out
    return Failure{FailureKind::cut, std::nullopt, {base::ErrorKind::engine, "the answer of the server ended before it was complete", {}}};
  }

 private:
  enum class Form { events, whole };

  State fail(Failure failure) {
    failure_ = std::move(failure);
    return State::failed;
  }

  State read_data(std::string_view data) {
    if (data == "[DONE]") {
      done_ = true;
      return State::done;
    }
    Json json = Json::parse(data, nullptr, false);
    if (json.is_discarded() && !is_utf8(data)) {
      json = Json::parse(escape_bad_bytes(data), nullptr, false);
      restore_ = true;
    }
    if (!json.is_object()) return fail(malformed("the server sent what is no JSON object", data));
    if (const auto error = json.find("error"); error != json.end() && !error->is_null()) return fail(server_failure(call_, 0, data));
    const std::size_t before = delivery_.texts();
    if (const auto choices = json.find("choices"); choices != json.end() && choices->is_array())
      for (const Json& choice : *choices)
        if (choice.is_object()) take_choice(choice);
    take_report(json);
    if (delivery_.too_much()) return fail(malformed("more text than any context holds", {}));
    // An event without text is no sign of life, unless the answer is over and only the report is still to come.
    return delivery_.texts() > before || finished_ ? State::life : State::nothing;
  }

  void take_text(const Json& object, const char* key, Channel channel) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_string()) return;
    const std::string& text = found->get_ref<const std::string&>();
    if (restore_) delivery_.text(restore_bad_bytes(text), channel, std::nullopt);
    else delivery_.text(text, channel, std::nullopt);
  }

  void take_choice(const Json& choice) {
    const Json* message = child(choice, "delta");
    if (message == nullptr) message = child(choice, "message");
    if (message != nullptr) {
      take_text(*message, message->contains("reasoning_content") ? "reasoning_content" : "reasoning", Channel::reasoning);
      take_text(*message, "content", Channel::content);
    } else {
      take_text(choice, "text", Channel::content);
    }
    const auto reason = choice.find("finish_reason");
    if (reason == choice.end() || !reason->is_string()) return;
    Completion& completion = delivery_.completion();
    completion.finish_as_reported = reason->get<std::string>();
    completion.finish = completion.finish_as_reported == "stop" ? Finish::stop : completion.finish_as_reported == "length" ? Finish::length : Finish::other;
    finished_ = true;
  }

  void take_report(const Json& json) {
    Completion& completion = delivery_.completion();
    if (const auto model = json.find("model"); model != json.end() && model->is_string() && completion.effective.empty()) completion.effective.set("model", model->get<std::string>());
    const Json* const counts = child(json, "usage");
    const Json* const timings = child(json, "timings");
    if (counts == nullptr && timings == nullptr) return;
    Json usage = Json::parse(completion.usage, nullptr, false);  // both may come, in events of their own
    if (!usage.is_object()) usage = Json::object();
    if (counts != nullptr) {
      completion.counts.prompt_tokens = count(*counts, "prompt_tokens");
      completion.counts.completion_tokens = count(*counts, "completion_tokens");
      if (const Json* details = child(*counts, "prompt_tokens_details")) completion.counts.cached_tokens = count(*details, "cached_tokens");
      if (const Json* details = child(*counts, "completion_tokens_details")) completion.counts.reasoning_tokens = count(*details, "reasoning_tokens");
      usage["usage"] = *counts;
    }
    if (timings != nullptr) {
      take_timings(*timings, completion);
      usage["timings"] = *timings;
    }
    completion.usage = usage.dump(-1, ' ', false, Json::error_handler_t::replace);
  }

  // llama-server's own: prompt_n counts what was evaluated, cache_n what was not. Its clock of decoding starts when the first token is there,
  // which the prompt's last step gave (tools/server/server-common.h, n_gen_steps).
  static void take_timings(const Json& timings, Completion& completion) {
    completion.server.prompt_eval = milliseconds(timings, "prompt_ms");
    completion.server.eval = milliseconds(timings, "predicted_ms");
    if (const auto predicted = count(timings, "predicted_n"); predicted && *predicted > 0) completion.server.eval_steps = *predicted - 1;
    if (const auto cached = count(timings, "cache_n")) completion.counts.cached_tokens = cached;
    if (!completion.counts.completion_tokens) completion.counts.completion_tokens = count(timings, "predicted_n");
    const auto evaluated = count(timings, "prompt_n");
    if (!completion.counts.prompt_tokens && evaluated) completion.counts.prompt_tokens = *evaluated + completion.counts.cached_tokens.value_or(0);
  }

  Delivery& delivery_;
  const HttpCall& call_;
  std::optional<Form> form_;
  SseSplitter events_;
  std::string whole_;
  std::optional<Failure> failure_;
  bool done_ = false;
  bool finished_ = false;
  bool restore_ = false;
};

}  // namespace

std::unique_ptr<AnswerReader> make_openai_reader(Delivery& delivery, const HttpCall& call) { return std::make_unique<OpenAiReader>(delivery, call); }

}  // namespace chimera::engines
