// For tests only: a session over a scripted engine and a clock that is stepped, its log in memory.
#pragma once

#include <stop_token>
#include <string>
#include <utility>

#include "base/check.h"
#include "measure/engine_subject.h"
#include "measure/session.h"
#include "measure/test_engine.h"

namespace chimera::measure {

class QuietWatcher final : public SessionWatcher {
 public:
  void on_visit(const SessionProgress&, const TrialSession&) override {}
};

struct TestSession {
  SteppedClock clock;
  TestEngine engine{clock};
  MemoryLog log;
  std::stop_source soon;
  std::stop_source now;
  TrialSession result;

  // `before` is what a session that is resumed holds.
  base::Result<core::StopReason> run(const core::SessionStart& start, SessionOptions options, TrialSession before) {
    if (before.start.plan.empty()) {
      before.start = start;
      CHECK(log.record(start).has_value(), "a log in memory takes everything");
    }
    options.protocol = *start.protocol;
    EngineSubject subject(engine, clock, options.protocol.seed);
    Session session(std::move(before), std::move(options), subject, clock, log, nullptr);
    QuietWatcher quiet;
    const auto reason = session.run({soon.get_token(), now.get_token()}, quiet);
    result = session.so_far();
    return reason;
  }
  [[nodiscard]] TrialSession logged() const {
    std::string text;
    for (const std::string& line : log.lines) text += line;
    auto content = parse_trial_log(text);
    CHECK(content.has_value(), "what a session writes can be read");
    return content->sessions.back();
  }
};

}  // namespace chimera::measure
