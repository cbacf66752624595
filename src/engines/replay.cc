#include "engines/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace chimera::engines {
namespace {

bool same_question(const Request& a, const Request& b) {
  return a.prompt == b.prompt && std::equal(a.messages.begin(), a.messages.end(), b.messages.begin(), b.messages.end(),
                                            [](const Message& x, const Message& y) { return x.role == y.role && x.content == y.content; });
}

bool other_model(const Request& a, const Request& b) {
  const auto one = a.config.get("model");
  const auto two = b.config.get("model");
  return one && two && *one != *two;
}

// A text in pieces about as long as tokens: words with the blanks before them.
std::vector<std::string> words(const std::string& text) {
  std::vector<std::string> out;
  std::size_t begin = 0;
  for (std::size_t i = 1; i <= text.size(); ++i) {
    const bool starts = i < text.size() && (text[i] == ' ' || text[i] == '\n') && text[i - 1] != ' ' && text[i - 1] != '\n';
    if (i != text.size() && !starts) continue;
    out.push_back(text.substr(begin, i - begin));
    begin = i;
  }
  return out;
}

std::vector<RecordedEvent> scripted(const RecordedCall& call, const ReplayTiming& timing) {
  std::vector<RecordedEvent> events = {{0, Event::sent, {}, Channel::content, std::nullopt}};
  std::vector<RecordedEvent> texts;
  for (const RecordedEvent& event : call.events)
    if (!event.event) texts.push_back(event);
  if (texts.empty())
    for (std::string& word : words(call.outcome.completion.text)) texts.push_back({0, std::nullopt, std::move(word), Channel::content, std::nullopt});
  base::Nanoseconds at = timing.first;
  for (RecordedEvent& text : texts) {
    text.at = at;
    at += timing.between;
    events.push_back(std::move(text));
  }
  return events;
}

// What happens when, in order.
std::vector<RecordedEvent> plan(const RecordedCall& call, const ReplayTiming& timing) {
  if (timing.kind == ReplayTiming::Kind::scripted) return scripted(call, timing);
  std::vector<RecordedEvent> events = call.events;
  if (events.empty()) {
    events.push_back({0, Event::sent, {}, Channel::content, std::nullopt});
    const std::string& text = call.outcome.completion.text;
    if (!text.empty()) events.push_back({0, std::nullopt, text, Channel::content, std::nullopt});
  }
  if (timing.kind == ReplayTiming::Kind::at_once)
    for (RecordedEvent& event : events) event.at = 0;
  return events;
}

// Plays one call against the timeouts of another request.
class Playback {
 public:
  Playback(Pacer& pacer, Sink& sink, const Timeouts& timeouts, const std::stop_token& stop)
      : pacer_(pacer), sink_(sink), timeouts_(timeouts), stop_(stop), begin_(pacer.now()), alive_(begin_) {}

  // False where it ends early: see failure.
  bool until(base::Nanoseconds at) {
    const base::Nanoseconds target = begin_ + at;
    const base::Nanoseconds limit = any_ ? timeouts_.between_tokens : timeouts_.first_token;
    const bool late = limit > 0 && target > alive_ + limit;
    if (!pacer_.wait_until(late ? alive_ + limit : target, stop_)) {
      failure = Failure{FailureKind::cancelled, std::nullopt, {base::ErrorKind::interrupted, "the call was cancelled", {}}};
      return false;
    }
    if (late)
      failure = Failure{FailureKind::timed_out, std::nullopt,
                        {base::ErrorKind::engine, fmt::format("no {} text for {} ms", any_ ? "further" : "first", limit / 1'000'000), {}}};
    return !late;
  }

  void deliver(const RecordedEvent& event, Completion& completion) {
    if (event.event) return sink_.on_event(*event.event);
    (event.channel == Channel::content ? completion.text : completion.reasoning) += event.text;
    sink_.on_text(event.text, event.channel, event.tokens);
    any_ = true;
    alive_ = pacer_.now();
  }

  std::optional<Failure> failure;

 private:
  Pacer& pacer_;
  Sink& sink_;
  const Timeouts& timeouts_;
  const std::stop_token& stop_;
  base::Nanoseconds begin_;
  base::Nanoseconds alive_;
  bool any_ = false;
};

std::string not_recorded(const Request& request, const Transcript& transcript) {
  const auto same = std::find_if(transcript.calls.begin(), transcript.calls.end(), [&](const RecordedCall& call) { return same_question(call.request, request); });
  if (same == transcript.calls.end()) return fmt::format("none of the {} recorded calls has this prompt", transcript.calls.size());
  return fmt::format("this prompt was recorded with the model {} only", same->request.config.get("model").value_or("?"));
}

}  // namespace

ReplayEngine::ReplayEngine(Transcript transcript, ReplayTiming timing, ReplayMatch match, Pacer& pacer)
    : transcript_(std::move(transcript)), timing_(timing), match_(match), pacer_(pacer), used_(transcript_.calls.size(), 0) {}

const RecordedCall* ReplayEngine::pick(const Request& request) {
  const std::lock_guard lock(mutex_);
  const std::vector<RecordedCall>& calls = transcript_.calls;
  if (calls.empty()) return nullptr;
  if (match_ == ReplayMatch::in_order) return &calls[next_++ % calls.size()];
  std::optional<std::tuple<bool, unsigned, std::size_t>> best;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (!same_question(calls[i].request, request) || other_model(calls[i].request, request)) continue;
    const std::tuple rank{!(calls[i].request.config == request.config), used_[i], i};
    if (!best || rank < *best) best = rank;
  }
  if (!best) return nullptr;
  ++used_[std::get<2>(*best)];
  return &calls[std::get<2>(*best)];
}

Outcome ReplayEngine::complete(const Request& request, Sink& sink, std::stop_token stop) {
  Outcome outcome;
  const RecordedCall* call = pick(request);
  if (call == nullptr) {
    outcome.failure = Failure{FailureKind::not_recorded, std::nullopt,
                              {base::ErrorKind::engine, not_recorded(request, transcript_), "record the call first, or replay in order"}};
    return outcome;
  }
  Playback playback(pacer_, sink, request.timeouts, stop);
  bool whole = true;
  for (const RecordedEvent& event : plan(*call, timing_)) {
    whole = playback.until(event.at);
    if (!whole) break;
    playback.deliver(event, outcome.completion);
  }
  if (whole && timing_.kind == ReplayTiming::Kind::recorded && call->duration) whole = playback.until(*call->duration);
  outcome.failure = whole ? call->outcome.failure : playback.failure;
  std::string text = std::move(outcome.completion.text);
  std::string reasoning = std::move(outcome.completion.reasoning);
  if (whole) outcome.completion = call->outcome.completion;
  outcome.completion.text = std::move(text);
  outcome.completion.reasoning = std::move(reasoning);
  outcome.completion.attempts = std::max(1U, outcome.completion.attempts);
  return outcome;
}

base::Result<EngineInfo> ReplayEngine::info() {
  return EngineInfo{{}, fmt::format("{} recorded calls", transcript_.calls.size()), {}};
}

base::Result<std::vector<ModelInfo>> ReplayEngine::models() {
  std::vector<ModelInfo> models;
  for (const RecordedCall& call : transcript_.calls) {
    ModelInfo model;
    model.name = call.request.config.get("model").value_or("");
    if (!model.name.empty()) models.push_back(std::move(model));
  }
  std::sort(models.begin(), models.end(), [](const ModelInfo& a, const ModelInfo& b) { return a.name < b.name; });
  models.erase(std::unique(models.begin(), models.end(), [](const ModelInfo& a, const ModelInfo& b) { return a.name == b.name; }), models.end());
  return models;
}

base::Result<ModelInfo> ReplayEngine::model(const core::RunConfig& config) {
  const std::string_view wanted = config.get("model").value_or("");
  TRY(const std::vector<ModelInfo> all, models());
  for (const ModelInfo& model : all)
    if (model.name == wanted) return model;
  return base::fail(base::ErrorKind::engine, fmt::format("no recorded call is of a model \"{}\"", wanted));
}

}  // namespace chimera::engines
