// What a visit measures (visit.h): something that does the same work whenever it is asked, and can be made to begin anew. A
// language model that is asked (engine_subject.h) is one, a kernel that is evaluated (kernel_subject.h) another.
//
// Threads: one at a time. Fails: what it cannot do is told with the sample.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>

#include "base/clock.h"
#include "base/result.h"
#include "core/trial.h"

namespace chimera::measure {

struct VisitPlan;

// One piece of work that was done.
struct Work {
  bool anew = false;                // it was made ready for it: the first after a load
  base::Nanoseconds loading = 0;    // of that, where it is told
  bool cancelled = false;           // the user asked to end
  bool lasting = false;             // it failed, and will again under this configuration
};

class Subject {
 public:
  virtual ~Subject() = default;

  // Before a visit, outside of what is timed: what must be known once about a configuration. What fails here fails again in work().
  virtual void get_ready(const VisitPlan& plan, const std::stop_token& stop) = 0;
  // Makes the next work begin with a load. False where that cannot be done.
  [[nodiscard]] virtual bool forget(const core::RunConfig& config) = 0;
  // `variation` draws what differs from one piece to the next; `fresh`: forget() went before.
  [[nodiscard]] virtual Work work(const VisitPlan& plan, std::uint32_t variation, bool fresh, const std::stop_token& stop) = 0;
  // What the last work() came to: effective configuration, times, counts, metrics, failure and what makes them doubtful. The
  // sample says which repetition and which phase it is.
  virtual void describe(core::Sample& sample) const = 0;

  // Memory and processor time of this process are its own.
  [[nodiscard]] virtual bool is_in_process() const = 0;
  // Fails (engine) where there is nothing to measure any more, rather than a configuration that does not work.
  [[nodiscard]] virtual base::Result<void> check_presence() = 0;
};

}  // namespace chimera::measure
