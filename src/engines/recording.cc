#include "engines/recording.h"

namespace chimera::engines {
namespace {

// Passes everything on first, so that the record delays nobody's stamp.
class RecordingSink final : public Sink {
 public:
  RecordingSink(Sink& next, const base::Clock& clock) : next_(next), clock_(clock), begin_(clock.steady()) {}
  void on_event(Event event) override {
    next_.on_event(event);
    RecordedEvent recorded;
    recorded.at = elapsed();
    recorded.event = event;
    events_.push_back(std::move(recorded));
  }
  void on_text(std::string_view text, Channel channel, std::optional<std::uint32_t> tokens) override {
    next_.on_text(text, channel, tokens);
    events_.push_back({elapsed(), std::nullopt, std::string(text), channel, tokens});
  }
  [[nodiscard]] base::Nanoseconds elapsed() const { return clock_.steady() - begin_; }
  [[nodiscard]] std::vector<RecordedEvent> take() { return std::move(events_); }

 private:
  Sink& next_;
  const base::Clock& clock_;
  base::Nanoseconds begin_;
  std::vector<RecordedEvent> events_;
};

}  // namespace

Outcome RecordingEngine::complete(const Request& request, Sink& sink, std::stop_token stop) {
  RecordedCall call;
  call.started = clock_.wall();
  RecordingSink recorder(sink, clock_);
  call.outcome = engine_.complete(request, recorder, std::move(stop));
  call.duration = recorder.elapsed();
  call.events = recorder.take();
  call.request = request;
  call.engine = engine_.kind();
  const auto written = writer_.append(call);
  if (!written && !call.outcome.failure) call.outcome.failure = Failure{FailureKind::transcript, std::nullopt, written.error()};
  return std::move(call.outcome);
}

}  // namespace chimera::engines
