#include "measure/quality.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <map>

#include "analysis/perplexity.h"
#include "base/check.h"
#include "base/sha256.h"
#include "measure/embedded.h"

namespace chimera::measure {
namespace {

constexpr double kConfidence = 0.95;  // of intervals that are not kept: the summary makes its own

// Logits of one reading, one place of the text behind the other.
class KeptLogits {
 public:
  explicit KeptLogits(std::uint64_t most_bytes) : most_bytes_(most_bytes) {}

  // False where there is no room for more; `problem` says why where it was not the limit.
  bool append(std::span<const float> logits) {
    if (closed_ || (vocabulary_ != 0 && vocabulary_ != logits.size())) return false;
    vocabulary_ = logits.size();
    if (file_ == nullptr) file_.reset(std::tmpfile());
    if (file_ == nullptr) return close(fmt::format("no temporary file for the baseline's logits: {}", std::strerror(errno)));
    if ((kept_ + 1) * vocabulary_ * sizeof(float) > most_bytes_) return close({});
    if (std::fwrite(logits.data(), sizeof(float), vocabulary_, file_.get()) != vocabulary_ || std::fflush(file_.get()) != 0)
      return close(fmt::format("the baseline's logits could not be kept beyond {} tokens: {}", kept_, std::strerror(errno)));
    ++kept_;
    return true;
  }
  void rewind() {
    next_ = 0;
    if (file_ != nullptr) std::rewind(file_.get());
  }
  // The next place's; empty where no more are kept.
  std::span<const float> next() {
    if (next_ >= kept_) return {};
    read_.resize(vocabulary_);
    if (std::fread(read_.data(), sizeof(float), vocabulary_, file_.get()) != vocabulary_) return {};
    ++next_;
    return read_;
  }
  [[nodiscard]] std::size_t kept() const { return kept_; }
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  bool close(std::string problem) {
    closed_ = true;
    problem_ = std::move(problem);
    return false;
  }

  struct Close {
    void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
  };
  std::uint64_t most_bytes_;
  std::unique_ptr<std::FILE, Close> file_;
  std::size_t vocabulary_ = 0;
  std::size_t kept_ = 0;
  std::size_t next_ = 0;
  bool closed_ = false;
  std::string problem_;
  std::vector<float> read_;
};

enum class Side { reference, other, alone };

// Scores each place while the engine reads.
class Scoring final : public engines::LogitsSink {
 public:
  Scoring(KeptLogits& kept, Side side, core::QualityRecord& record) : kept_(kept), side_(side), record_(record) { kept_.rewind(); }

  [[nodiscard]] bool on_logits(std::span<const float> logits, std::int32_t token) override {
    if (token < 0 || static_cast<std::size_t>(token) >= logits.size()) return stop("a token of the text is none of the model's vocabulary");
    const double nats = analysis::negative_log_likelihood(logits, static_cast<std::size_t>(token));
    if (!std::isfinite(nats)) return stop(fmt::format("the model's logits are no numbers at token {} of those scored", record_.nats.size() + 1));
    record_.nats.push_back(nats);
    if (side_ == Side::reference) static_cast<void>(kept_.append(logits));
    if (side_ != Side::other) return true;
    const std::span<const float> reference = kept_.next();
    if (reference.empty()) return true;
    if (reference.size() != logits.size()) return stop(fmt::format("the vocabulary has {} tokens, the baseline's {}", logits.size(), reference.size()));
    const double divergence = analysis::kl_divergence(reference, logits);
    if (!std::isfinite(divergence)) return stop(fmt::format("the predictions rule out what the baseline's expect, at token {} of those scored", record_.nats.size()));
    record_.divergence.push_back(divergence);
    if (analysis::most_likely(reference) == analysis::most_likely(logits)) ++record_.same_top;
    return true;
  }
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  bool stop(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }
  KeptLogits& kept_;
  Side side_;
  core::QualityRecord& record_;
  std::string problem_;
};

void put(core::QualityRecord& record, std::string_view key, double value) { record.metrics.push_back({core::find_trial_metric(key), value}); }

}  // namespace

core::RunConfig reading_settings(const core::RunConfig& config) {
  static constexpr std::array<std::string_view, 11> kKeys = {"model", "batch", "flash_attn", "kv_type", "mmap", "num_ctx", "num_gpu", "threads", "threads_batch", "ubatch", "weights"};
  core::RunConfig settings;
  for (const std::string_view key : kKeys)
    if (const auto value = config.get(key)) settings.set(key, *value);
  return settings;
}

QualityText default_quality_text() {
  for (const base::EmbeddedFile& file : embedded_data())
    if (file.name == "src/measure/quality_text.txt") return {"chimera", std::string(file.bytes), 512};
  CHECK(false, "the build puts the text into the program");
  return {};
}

struct QualityPass::Parts {
  engines::Engine& engine;
  const base::Clock& clock;
  QualityText text;
  std::string label;  // name and digest
  KeptLogits kept;
  std::vector<double> reference_nats;
  std::string reference;  // the trial whose logits are kept; empty: none

  tl::expected<core::QualityRecord, engines::Failure> read(const core::TrialPlan& plan, Side side, const std::stop_token& stop);
  void compare(core::QualityRecord& record) const;
};

void QualityPass::Parts::compare(core::QualityRecord& record) const {
  record.against = reference;
  put(record, "perplexity_ratio", analysis::perplexity_ratio(record.nats, reference_nats, kConfidence).value);
  if (record.divergence.size() < record.nats.size())
    record.remarks.push_back(fmt::format("{} of {} tokens are compared: {}", record.divergence.size(), record.nats.size(), kept.problem().empty() ? "more logits of the baseline are not kept" : kept.problem()));
  if (record.divergence.empty()) return;
  put(record, "top_token_agreement_percent", 100 * static_cast<double>(record.same_top) / static_cast<double>(record.divergence.size()));
  put(record, "kl_divergence", analysis::mean(record.divergence));
}

// A failure where it was cancelled; any other is part of the record.
tl::expected<core::QualityRecord, engines::Failure> QualityPass::Parts::read(const core::TrialPlan& plan, Side side, const std::stop_token& stop) {
  core::QualityRecord record;
  record.trial = plan.trial;
  record.started = clock.wall();
  record.config = reading_settings(plan.config);
  record.config.set("quality_text", label);
  record.config.set("quality_window", std::to_string(text.window));
  Scoring scoring(kept, side, record);
  const auto done = engine.read({reading_settings(plan.config), text.text, text.window}, scoring, stop);
  if (!done && done.error().kind == engines::FailureKind::cancelled) return tl::make_unexpected(done.error());
  if (!done || !scoring.problem().empty()) {
    record.failure = done ? core::SampleFailure{"malformed", scoring.problem()} : core::SampleFailure{std::string(to_string(done.error().kind)), done.error().error.message};
    record.nats.clear(), record.divergence.clear(), record.same_top = 0;
    return record;
  }
  for (const core::Setting& setting : done->effective.settings()) record.config.set(setting.key, setting.value);
  if (record.config.get("weights")) record.remarks.emplace_back("its weights are random: how well it predicts says nothing of the real model");
  put(record, "perplexity", analysis::perplexity_of(record.nats, kConfidence).value);
  return record;
}

QualityPass::QualityPass(engines::Engine& engine, const base::Clock& clock, QualityText text, std::uint64_t most_bytes) {
  base::Sha256 digest;
  digest.add({text.text.data(), text.text.size()});
  std::string label = fmt::format("{}@{}", text.name, base::to_hex(digest.finish()).substr(0, 12));
  parts_.reset(new Parts{engine, clock, std::move(text), std::move(label), KeptLogits(most_bytes), {}, {}});
}
QualityPass::~QualityPass() = default;

namespace {

// Those to read, the baseline first: a session's comparisons are with it.
std::vector<core::TrialPlan> to_read(const TrialSession& session) {
  std::vector<core::TrialPlan> plans;
  for (const core::TrialPlan& plan : session.start.plan) {
    const auto stop = std::find_if(session.stops.begin(), session.stops.end(), [&](const core::TrialStop& one) { return one.trial == plan.trial; });
    const bool out = stop != session.stops.end() && (stop->reason == core::StopReason::failed || stop->reason == core::StopReason::same_as_other);
    if (plan.role != core::TrialRole::duplicate && !out) plans.push_back(plan);
  }
  return plans;
}

const core::QualityRecord* find(const std::vector<core::QualityRecord>& records, std::string_view trial) {
  const auto found = std::find_if(records.begin(), records.end(), [&](const core::QualityRecord& record) { return record.trial == trial; });
  return found == records.end() ? nullptr : &*found;
}

}  // namespace

bool QualityPass::complete(const TrialSession& session) const {
  const std::vector<core::TrialPlan> plans = to_read(session);
  return std::all_of(plans.begin(), plans.end(), [&](const core::TrialPlan& plan) { return find(session.quality, plan.trial) != nullptr; });
}

base::Result<bool> QualityPass::run(const TrialSession& session, const Stops& stops, Recorder& recorder) { return run(to_read(session), session.quality, stops, recorder); }

base::Result<bool> QualityPass::run(const std::vector<core::TrialPlan>& plans, const std::vector<core::QualityRecord>& told, const Stops& stops, Recorder& recorder) {
  const bool any_missing = std::any_of(plans.begin(), plans.end(), [&](const core::TrialPlan& plan) { return find(told, plan.trial) == nullptr; });
  if (!any_missing) return true;
  const bool compares = std::any_of(plans.begin(), plans.end(), [&](const core::TrialPlan& plan) { return !(reading_settings(plan.config) == reading_settings(plans.front().config)); });
  std::vector<std::pair<core::RunConfig, core::QualityRecord>> done;  // by reading settings
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const core::TrialPlan& plan = plans[i];
    const bool needed = find(told, plan.trial) == nullptr;
    if (!needed && !(i == 0 && compares)) continue;  // a baseline that was told is read again for its logits
    if (stops.soon.stop_requested() || stops.now.stop_requested()) return false;
    const core::RunConfig settings = reading_settings(plan.config);
    const auto same = std::find_if(done.begin(), done.end(), [&](const auto& one) { return one.first == settings; });
    core::QualityRecord record;
    if (same != done.end()) {
      record = same->second;
      record.remarks.push_back(fmt::format("read for {}, whose model runs alike", std::exchange(record.trial, plan.trial)));
    } else {
      const Side side = i == 0 ? (compares ? Side::reference : Side::alone) : parts_->reference.empty() ? Side::alone : Side::other;
      auto read = parts_->read(plan, side, stops.now);
      if (!read) return false;
      record = std::move(*read);
      if (i == 0 && !record.failure) parts_->reference = plan.trial, parts_->reference_nats = record.nats;
      if (i > 0 && !record.failure && side == Side::other) parts_->compare(record);
      if (i > 0 && side == Side::alone) record.remarks.emplace_back("compared with nothing: the baseline could not be read");
      done.emplace_back(settings, record);
    }
    if (needed) TRY_VOID(recorder.record(record));
  }
  return true;
}

}  // namespace chimera::measure
