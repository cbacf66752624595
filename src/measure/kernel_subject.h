// A kernel as what a visit measures: each piece of work is so many evaluations in a row that a clock can tell, and its metrics
// are of one of them. A load takes fresh memory and fills it anew.
//
// Before a configuration is timed, a small kernel of its kind is held against plain arithmetic; a wrong result is a failure, so
// that no wrong graph is timed. Keeps references to kernels and clock.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "engines/kernels.h"
#include "measure/subject.h"
#include "measure/visit.h"

namespace chimera::measure {

class KernelSubject final : public Subject {
 public:
  // `least`: how long one piece of work is to take, at least.
  KernelSubject(engines::Kernels& kernels, const base::Clock& clock, base::Nanoseconds least) : kernels_(kernels), clock_(clock), least_(least) {}

  // Checks the result and counts how many evaluations make one piece of work: the same number until the session ends.
  void get_ready(const VisitPlan& plan, const std::stop_token& stop) override;
  [[nodiscard]] bool forget(const core::RunConfig& config) override;
  [[nodiscard]] Work work(const VisitPlan& plan, std::uint32_t variation, bool fresh, const std::stop_token& stop) override;
  void describe(core::Sample& sample) const override;
  [[nodiscard]] bool is_in_process() const override { return true; }
  [[nodiscard]] base::Result<void> check_presence() override { return {}; }

 private:
  struct Known {
    std::uint32_t evaluations = 1;
    std::optional<core::SampleFailure> wrong;  // it does not compute what it should
  };
  struct Last {
    core::RunConfig config;
    std::uint32_t evaluations = 1;
    base::Nanoseconds loading = 0;
    base::Nanoseconds taken = 0;  // evaluating
    std::optional<core::SampleFailure> failure;
  };
  [[nodiscard]] engines::Tried<void> load(const engines::KernelSpec& spec, const std::string& name);
  [[nodiscard]] std::uint32_t count_evaluations(const std::stop_token& stop);
  [[nodiscard]] std::optional<core::SampleFailure> check(const engines::KernelSpec& spec);
  [[nodiscard]] Work fail(core::SampleFailure failure, bool lasting);

  engines::Kernels& kernels_;
  const base::Clock& clock_;
  base::Nanoseconds least_;
  std::map<std::string, Known> known_;  // by configuration
  std::string loaded_;                  // the configuration that is ready; empty: none
  engines::KernelWork one_;             // of what is ready
  Last last_;
};

}  // namespace chimera::measure
