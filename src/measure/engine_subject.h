// A language model as what a visit measures: each piece of work is a request with a prompt of its own, stamped by a probe.
//
// Keeps references to engine and clock.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "engines/engine.h"
#include "measure/probe.h"
#include "measure/subject.h"
#include "measure/visit.h"

namespace chimera::measure {

class EngineSubject final : public Subject {
 public:
  // `seed` draws the prompts.
  EngineSubject(engines::Engine& engine, const base::Clock& clock, std::uint64_t seed) : engine_(engine), clock_(clock), seed_(seed), probe_(clock, 0) {}

  // Finds how many words make the asked number of tokens, by asking for one token.
  void get_ready(const VisitPlan& plan, const std::stop_token& stop) override;
  [[nodiscard]] bool forget(const core::RunConfig& config) override;
  [[nodiscard]] Work work(const VisitPlan& plan, std::uint32_t variation, bool fresh, const std::stop_token& stop) override;
  void describe(core::Sample& sample) const override;
  [[nodiscard]] bool is_in_process() const override { return engine_.kind() == "embedded"; }
  [[nodiscard]] base::Result<void> check_presence() override;

 private:
  [[nodiscard]] engines::Request request(const VisitPlan& plan, std::uint32_t variation, std::int64_t extra_tokens) const;

  engines::Engine& engine_;
  const base::Clock& clock_;
  std::uint64_t seed_;
  std::map<std::string, std::int64_t> extra_;  // model and length -> tokens of a prompt less its words
  Probe probe_;                                // of the last request
  engines::Outcome outcome_;
  core::RunConfig asked_;
};

}  // namespace chimera::measure
