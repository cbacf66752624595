#include "engines/ollama_reader.h"

#include <nlohmann/json.hpp>

#include "engines/lines.h"
#include "engines/utf8.h"

namespace chimera::engines {
namespace {

using Json = nlohmann::json;

class OllamaReader final : public AnswerReader {
 public:
  OllamaReader(Delivery& delivery, const HttpCall& call) : delivery_(delivery), call_(call) {}

  State read(std::string_view bytes) override {
    State state = State::nothing;
    const bool goes_on = lines_.feed(bytes, [&](std::string_view line) {
      const State now = read_line(line);
      if (now != State::nothing) state = now;
      return now != State::failed && now != State::done;
    });
    if (!goes_on && lines_.too_long()) failure_ = malformed("a line of more than 16 MiB without an end", {});
    return failure_ ? State::failed : state;
  }

  std::optional<Failure> end() override {
    if (!failure_ && !done_) read_line(lines_.take_rest());  // an answer in one piece may end without a line feed
    if (failure_) return std::move(failure_);
    if (done_) return std::nullopt;
    return Failure{FailureKind::cut, std::nullopt, {base::ErrorKind::engine, "the answer of Ollama ended before it was complete", {}}};
  }

 private:
  State read_line(std::string_view line) {
    if (line.find_first_not_of(" \t") == std::string_view::npos) return State::nothing;
    Json json = Json::parse(line, nullptr, false);
    if (json.is_discarded() && !is_utf8(line)) {
      json = Json::parse(escape_bad_bytes(line), nullptr, false);
      restore_ = true;
    }
    if (!json.is_object()) return fail(malformed("Ollama sent what is no JSON object", line));
    if (const auto error = json.find("error"); error != json.end()) return fail(server_failure(call_, 0, line));
    take_texts(json);
    if (delivery_.too_much()) return fail(malformed("more text than any context holds", {}));
    if (const auto done = json.find("done"); done == json.end() || !done->is_boolean() || !done->get<bool>()) return State::life;
    take_report(json);
    done_ = true;
    return State::done;
  }

  State fail(Failure failure) {
    failure_ = std::move(failure);
    return State::failed;
  }

  void take_text(const Json& object, const char* key, Channel channel) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_string()) return;
    const std::string& text = found->get_ref<const std::string&>();
    if (restore_) delivery_.text(restore_bad_bytes(text), channel, std::nullopt);
    else delivery_.text(text, channel, std::nullopt);
  }

  void take_texts(const Json& json) {
    const auto message = json.find("message");
    const bool chat = message != json.end() && message->is_object();
    take_text(chat ? *message : json, "thinking", Channel::reasoning);
    take_text(chat ? *message : json, chat ? "content" : "response", Channel::content);
  }

  template <class T>
  static std::optional<T> number(const Json& json, const char* key) {
    const auto found = json.find(key);
    if (found == json.end() || !found->is_number_integer() || (found->is_number_integer() && !found->is_number_unsigned())) return std::nullopt;
    return found->get<T>();
  }

  void take_report(const Json& json) {
    Completion& completion = delivery_.completion();
    completion.counts.prompt_tokens = number<std::uint64_t>(json, "prompt_eval_count");
    completion.counts.completion_tokens = number<std::uint64_t>(json, "eval_count");
    completion.server = {number<base::Nanoseconds>(json, "total_duration"), number<base::Nanoseconds>(json, "load_duration"),
                         number<base::Nanoseconds>(json, "prompt_eval_duration"), number<base::Nanoseconds>(json, "eval_duration")};
    if (const auto reason = json.find("done_reason"); reason != json.end() && reason->is_string()) completion.finish_as_reported = reason->get<std::string>();
    const std::string& reason = completion.finish_as_reported;
    completion.finish = reason.empty() || reason == "stop" ? Finish::stop : reason == "length" ? Finish::length : Finish::other;
    if (const auto model = json.find("model"); model != json.end() && model->is_string()) completion.effective.set("model", model->get<std::string>());
    Json usage = Json::object();
    for (const auto& [key, value] : json.items())
      if (value.is_number()) usage[key] = value;
    completion.usage = usage.dump();
  }

  Delivery& delivery_;
  const HttpCall& call_;
  LineSplitter lines_;
  std::optional<Failure> failure_;
  bool done_ = false;
  bool restore_ = false;
};

}  // namespace

std::unique_ptr<AnswerReader> make_ollama_reader(Delivery& delivery, const HttpCall& call) { return std::make_unique<OllamaReader>(delivery, call); }

}  // namespace chimera::engines
