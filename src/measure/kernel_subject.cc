#include "measure/kernel_subject.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "measure/sample.h"

namespace chimera::measure {
namespace {

constexpr std::uint32_t kMostEvaluations = 1'000'000;

double seconds(base::Nanoseconds duration) { return static_cast<double>(duration) / 1e9; }

core::SampleFailure told(const engines::Failure& failure) { return {std::string(to_string(failure.kind)), failure.error.message}; }

bool is_lasting(engines::FailureKind kind) { return kind == engines::FailureKind::out_of_memory || kind == engines::FailureKind::unsupported; }

}  // namespace

engines::Tried<void> KernelSubject::load(const engines::KernelSpec& spec, const std::string& name) {
  loaded_.clear();
  TRY(one_, kernels_.prepare(spec));
  loaded_ = name;
  return {};
}

std::optional<core::SampleFailure> KernelSubject::check(const engines::KernelSpec& spec) {
  loaded_.clear();
  const auto found = kernels_.deviation(spec);
  if (!found) return std::nullopt;  // it fails again, and better told, in work()
  const double allowed = engines::allowed_deviation(spec);
  if (*found <= allowed) return std::nullopt;
  return core::SampleFailure{"wrong_result", fmt::format("a small kernel of this kind is {:.2g} off plain arithmetic, {:.2g} is what rounding explains", *found, allowed)};
}

// The last of the runs that double until one takes half of what is wanted; the first, which finds cold caches, decides nothing.
std::uint32_t KernelSubject::count_evaluations(const std::stop_token& stop) {
  if (!kernels_.evaluate(1, stop)) return 1;
  for (std::uint32_t times = 1;; times *= 2) {
    const base::Nanoseconds begin = clock_.steady();
    if (!kernels_.evaluate(times, stop)) return 1;
    const base::Nanoseconds taken = std::max<base::Nanoseconds>(clock_.steady() - begin, 1);
    if (taken < least_ / 2 && times <= kMostEvaluations / 2) continue;
    const double wanted = std::ceil(static_cast<double>(least_) * times / static_cast<double>(taken));
    return static_cast<std::uint32_t>(std::clamp(wanted, 1.0, static_cast<double>(kMostEvaluations)));
  }
}

void KernelSubject::get_ready(const VisitPlan& plan, const std::stop_token& stop) {
  const std::string name = plan.config.to_string();
  const auto spec = engines::kernel_spec(plan.config);
  if (!spec || known_.find(name) != known_.end()) return;
  Known known;
  known.wrong = check(*spec);
  if (!known.wrong && load(*spec, name)) known.evaluations = count_evaluations(stop);
  if (!stop.stop_requested()) known_[name] = std::move(known);
}

bool KernelSubject::forget(const core::RunConfig&) {
  kernels_.release();
  loaded_.clear();
  return true;
}

Work KernelSubject::fail(core::SampleFailure failure, bool lasting) {
  last_.failure = std::move(failure);
  Work work;
  work.lasting = lasting;
  return work;
}

Work KernelSubject::work(const VisitPlan& plan, std::uint32_t, bool, const std::stop_token& stop) {
  last_ = {};
  last_.config = plan.config;
  const std::string name = plan.config.to_string();
  const auto spec = engines::kernel_spec(plan.config);
  if (!spec) return fail({std::string(to_string(engines::FailureKind::unsupported)), spec.error().message}, true);
  last_.config = kernels_.effective(*spec);
  const Known& known = known_[name];
  if (known.wrong) return fail(*known.wrong, true);
  last_.evaluations = known.evaluations;
  Work work;
  const base::Nanoseconds begin = clock_.steady();
  if (loaded_ != name) {
    if (const auto loaded = load(*spec, name); !loaded) return fail(told(loaded.error()), is_lasting(loaded.error().kind));
    work.anew = true;
  }
  const base::Nanoseconds ready = clock_.steady();
  const auto done = kernels_.evaluate(known.evaluations, stop);
  last_.taken = clock_.steady() - ready;
  work.loading = last_.loading = work.anew ? ready - begin : 0;
  if (done) return work;
  work.cancelled = done.error().kind == engines::FailureKind::cancelled;
  work.lasting = is_lasting(done.error().kind);
  last_.failure = told(done.error());
  return work;
}

void KernelSubject::describe(core::Sample& sample) const {
  sample.config = last_.config;
  sample.failure = last_.failure;
  if (last_.failure) {
    sample.validity = core::Validity::invalid;
    return;
  }
  const bool cold = sample.phase == core::Phase::cold;
  if (cold) sample.times.loaded = last_.loading;
  sample.times.ended = last_.taken + (cold ? last_.loading : 0);
  put_metric(sample, "evaluations", last_.evaluations);
  if (cold) return;  // the first evaluations find cold caches, and filling memory is no part of the kernel: times alone
  const double each = seconds(last_.taken) / last_.evaluations;
  put_metric(sample, "evaluation_s", each);
  if (each <= 0) return;
  if (one_.flop > 0) put_metric(sample, "gflop_per_s", one_.flop / each / 1e9);
  put_metric(sample, one_.flop > 0 ? "gbyte_per_s" : "copy_gbyte_per_s", one_.bytes / each / 1e9);
}

}  // namespace chimera::measure
