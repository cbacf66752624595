// What people see while chimera bench measures: on a terminal a table that is drawn over itself, elsewhere a line a block.
#pragma once

#include <memory>

#include "app/commands.h"
#include "measure/session.h"

namespace chimera::app {

class BenchView : public measure::SessionWatcher {
 public:
  // Once, when the session has ended: takes a drawn table away.
  virtual void finish() = 0;
};

// On standard error; nothing with --quiet.
[[nodiscard]] std::unique_ptr<BenchView> make_bench_view(const CommonOptions& common);

}  // namespace chimera::app
