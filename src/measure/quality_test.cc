#include "measure/quality.h"

#include <gtest/gtest.h>

#include <cmath>

#include "engines/embedded.h"
#include "engines/models.h"
#include "measure/summary.h"
#include "measure/test_engine.h"

namespace chimera::measure {
namespace {

// Reads a text of 40 tokens over a vocabulary of five. Logits are a function of the place, and of the KV type: a coarse one moves
// each a little, a broken one gives none.
class ReadingEngine final : public engines::Engine {
 public:
  [[nodiscard]] engines::Outcome complete(const engines::Request&, engines::Sink&, std::stop_token) override { return {}; }
  [[nodiscard]] std::string_view kind() const override { return "embedded"; }
  [[nodiscard]] engines::Capabilities capabilities() const override {
    engines::Capabilities can;
    can.logits = true;
    return can;
  }
  [[nodiscard]] base::Result<engines::EngineInfo> info() override { return engines::EngineInfo(); }
  [[nodiscard]] base::Result<std::vector<engines::ModelInfo>> models() override { return std::vector<engines::ModelInfo>(); }
  [[nodiscard]] base::Result<engines::ModelInfo> model(const core::RunConfig&) override { return engines::ModelInfo(); }
  [[nodiscard]] tl::expected<engines::WasRead, engines::Failure> read(const engines::Reading& reading, engines::LogitsSink& sink, std::stop_token stop) override {
    ++readings;
    const std::string kv(reading.config.get("kv_type").value_or("f16"));
    if (stop.stop_requested()) return tl::make_unexpected(failed(engines::FailureKind::cancelled, "cancelled"));
    if (kv == "none") return tl::make_unexpected(failed(engines::FailureKind::out_of_memory, "no room"));
    for (int place = 0; place < 40; ++place) {
      std::vector<float> logits(5);
      for (int t = 0; t < 5; ++t) {
        logits[static_cast<std::size_t>(t)] = static_cast<float>(2 * std::sin(place * 3 + t));
        if (kv == "coarse") logits[static_cast<std::size_t>(t)] += 0.01F * static_cast<float>(std::cos(place + 7 * t));
        if (kv == "broken") logits[static_cast<std::size_t>(t)] = std::nanf("");
      }
      if (!sink.on_logits(logits, place % 5)) break;
    }
    engines::WasRead read{41, 1, {}};
    read.effective.set("kv_type", kv);
    return read;
  }
  unsigned readings = 0;

 private:
  static engines::Failure failed(engines::FailureKind kind, std::string message) { return {kind, std::nullopt, {base::ErrorKind::engine, std::move(message), {}}}; }
};

// A session whose trials have these KV types, all of which were measured.
TrialSession session_of(const std::vector<std::string>& types) {
  TrialSession session;
  for (const std::string& type : types) {
    core::TrialPlan plan{"t" + std::to_string(session.start.plan.size() + 1), session.start.plan.empty() ? core::TrialRole::baseline : core::TrialRole::plain, {}};
    plan.config.set("kv_type", type);
    session.start.plan.push_back(plan);
    session.stops.push_back({plan.trial, core::StopReason::blocks_done, 6, {}});
  }
  return session;
}

class Quality : public testing::Test, private Recorder {
 protected:
  bool run(TrialSession& session, const Stops& stops = {}, std::uint64_t most_bytes = 1 << 20U) {
    QualityPass pass(engine_, clock_, {"text", "words", 16}, most_bytes);
    const auto on = pass.run(session, stops, *this);
    EXPECT_TRUE(on.has_value());
    session.quality.insert(session.quality.end(), records_.begin(), records_.end());
    records_.clear();
    EXPECT_EQ(pass.complete(session), on.value());
    return on.value();
  }
  [[nodiscard]] base::Result<void> record(const core::TrialRecord& record) override {
    records_.push_back(std::get<core::QualityRecord>(record));
    return {};
  }

  ReadingEngine engine_;
  SteppedClock clock_;
  std::vector<core::QualityRecord> records_;
};

double value_of(const TrialSession& session, std::string_view trial, std::string_view key) {
  for (const TrialSummary& summary : summarise(session).trials)
    if (summary.plan.trial == trial) return summary.find(key) == nullptr ? std::nan("") : summary.find(key)->value.value();
  return std::nan("");
}

TEST_F(Quality, IsTheExponentialOfTheMeanOverTheTokens) {
  TrialSession session = session_of({"f16"});
  ASSERT_TRUE(run(session));
  double sum = 0;
  for (int place = 0; place < 40; ++place) {
    double all = 0;
    for (int t = 0; t < 5; ++t) all += std::exp(2 * std::sin(place * 3 + t));
    sum += std::log(all) - 2 * std::sin(place * 3 + place % 5);
  }
  EXPECT_NEAR(value_of(session, "t1", "perplexity"), std::exp(sum / 40), 1e-5);
  EXPECT_TRUE(std::isnan(value_of(session, "t1", "kl_divergence"))) << "there is nothing to compare with";
}

TEST_F(Quality, OfAConfigurationAgainstItselfIsCompleteAgreement) {
  TrialSession session = session_of({"f16", "F16"});  // another name, the same logits
  ASSERT_TRUE(run(session));
  EXPECT_EQ(engine_.readings, 2U);
  EXPECT_EQ(value_of(session, "t2", "top_token_agreement_percent"), 100);
  EXPECT_EQ(value_of(session, "t2", "kl_divergence"), 0);
  EXPECT_EQ(value_of(session, "t2", "perplexity_ratio"), 1);
}

TEST_F(Quality, OfSlightlyOtherLogitsIsCloseAndNotEqual) {
  TrialSession session = session_of({"f16", "coarse"});
  ASSERT_TRUE(run(session));
  EXPECT_GT(value_of(session, "t2", "top_token_agreement_percent"), 90);
  EXPECT_GT(value_of(session, "t2", "kl_divergence"), 0);
  EXPECT_LT(value_of(session, "t2", "kl_divergence"), 1e-4);
  EXPECT_NE(value_of(session, "t2", "perplexity_ratio"), 1);
}

TEST_F(Quality, IsReadOnceForTrialsThatDifferInTheirWorkAlone) {
  TrialSession session = session_of({"f16", "f16", "coarse", "coarse"});
  session.start.plan[1].config.set("prompt_tokens", "512");
  session.start.plan[3].config.set("prompt_tokens", "512");
  ASSERT_TRUE(run(session));
  EXPECT_EQ(engine_.readings, 2U);
  ASSERT_EQ(session.quality.size(), 4U);
  EXPECT_EQ(session.quality[3].trial, "t4");
  EXPECT_EQ(session.quality[3].nats, session.quality[2].nats);
  EXPECT_EQ(session.quality[3].remarks.back(), "read for t3, whose model runs alike");
}

TEST_F(Quality, OfRandomWeightsSaysThatItSaysNothing) {
  TrialSession session = session_of({"f16"});
  session.start.plan[0].config.set("weights", "synthetic");
  ASSERT_TRUE(run(session));
  EXPECT_NE(session.quality[0].remarks.at(0).find("weights are random"), std::string::npos);
}

TEST_F(Quality, LeavesOutWhatFailedAndWhatIsAnothersEqual) {
  TrialSession session = session_of({"f16", "coarse", "coarse", "f16"});
  session.stops[1].reason = core::StopReason::failed;
  session.stops[2].reason = core::StopReason::same_as_other;
  session.start.plan[3].role = core::TrialRole::duplicate;
  ASSERT_TRUE(run(session));
  ASSERT_EQ(session.quality.size(), 1U);
  EXPECT_EQ(session.quality[0].trial, "t1");
}

TEST_F(Quality, SaysWhatCouldNotBeReadAndGoesOn) {
  TrialSession session = session_of({"f16", "none", "broken", "coarse"});
  ASSERT_TRUE(run(session));
  ASSERT_EQ(session.quality.size(), 4U);
  EXPECT_EQ(session.quality[1].failure->kind, "out_of_memory");
  EXPECT_NE(session.quality[2].failure->message.find("no numbers at token 1"), std::string::npos);
  EXPECT_FALSE(session.quality[3].failure.has_value());
  EXPECT_TRUE(std::isnan(value_of(session, "t3", "perplexity")));
}

TEST_F(Quality, WithoutABaselineComparesNothing) {
  TrialSession session = session_of({"none", "coarse"});
  ASSERT_TRUE(run(session));
  EXPECT_FALSE(std::isnan(value_of(session, "t2", "perplexity")));
  EXPECT_TRUE(std::isnan(value_of(session, "t2", "perplexity_ratio")));
  EXPECT_NE(session.quality[1].remarks.front().find("the baseline could not be read"), std::string::npos);
}

TEST_F(Quality, ComparesAsManyTokensAsThereIsRoomFor) {
  TrialSession session = session_of({"f16", "coarse"});
  ASSERT_TRUE(run(session, {}, 10 * 5 * sizeof(float)));
  EXPECT_EQ(session.quality[1].nats.size(), 40U);
  EXPECT_EQ(session.quality[1].divergence.size(), 10U);
  EXPECT_NE(session.quality[1].remarks.front().find("10 of 40 tokens are compared"), std::string::npos);
}

TEST_F(Quality, ThatWasStoppedGoesOnWhereItWas) {
  TrialSession whole = session_of({"f16", "coarse"});
  ASSERT_TRUE(run(whole));
  TrialSession broken = session_of({"f16", "coarse"});
  broken.quality = {whole.quality[0]};
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(run(broken, {stop.get_token(), {}}));
  EXPECT_EQ(broken.quality.size(), 1U);
  ASSERT_TRUE(run(broken));  // the baseline is read again for its logits, and not recorded twice
  ASSERT_EQ(broken.quality.size(), 2U);
  EXPECT_EQ(broken.quality[1].divergence, whole.quality[1].divergence);
}

TEST_F(Quality, ComesBackFromTheLogAsItWentIn) {
  TrialSession session = session_of({"f16", "coarse", "none"});
  ASSERT_TRUE(run(session));
  core::SessionStart start;
  start.engine.kind = "embedded";
  std::string text = to_line(start);
  for (const core::QualityRecord& record : session.quality) text += to_line(record);
  const auto content = parse_trial_log(text);
  ASSERT_TRUE(content.has_value()) << content.error().message;
  EXPECT_TRUE(content->notes.empty());
  const std::vector<core::QualityRecord>& read = content->sessions.back().quality;
  ASSERT_EQ(read.size(), 3U);
  EXPECT_EQ(read[1].against, "t1");
  EXPECT_EQ(read[1].config, session.quality[1].config);
  EXPECT_EQ(read[1].same_top, session.quality[1].same_top);
  ASSERT_EQ(read[1].nats.size(), session.quality[1].nats.size());
  for (std::size_t i = 0; i < read[1].nats.size(); ++i) EXPECT_NEAR(read[1].nats[i], session.quality[1].nats[i], 1e-5);
  EXPECT_EQ(read[1].metrics.size(), 4U);
  EXPECT_EQ(read[2].failure->kind, "out_of_memory");
}

// With a real model, where it and llama.cpp are there.
TEST(QualityOfARealModel, ChangesLittleWithACoarserCacheAndNotAtAllWithoutReason) {
  const auto engine = engines::EmbeddedEngine::create({engines::find_llama_libraries()});
  if (!engine) GTEST_SKIP() << "llama.cpp is not there: tools/fetch_archives llama";
  if (!engines::find_model("smollm2:135m")) GTEST_SKIP() << "the model is not there: chimera model get smollm2:135m";
  TrialSession session = session_of({"f16", "f16", "q8_0"});
  for (core::TrialPlan& plan : session.start.plan)
    for (const auto& [key, value] : {std::pair{"model", "smollm2:135m"}, std::pair{"flash_attn", "on"}, std::pair{"num_ctx", "256"}}) plan.config.set(key, value);
  session.start.plan[1].config.set("mmap", "off");  // loaded anew, computed alike
  SteppedClock clock;
  QualityText text = default_quality_text();
  text.text.resize(1600);
  text.window = 128;
  QualityPass pass(**engine, clock, text);
  class Keeping final : public Recorder {
   public:
    explicit Keeping(TrialSession& session) : session_(session) {}
    [[nodiscard]] base::Result<void> record(const core::TrialRecord& record) override {
      session_.quality.push_back(std::get<core::QualityRecord>(record));
      return {};
    }

   private:
    TrialSession& session_;
  } keeping(session);
  ASSERT_TRUE(pass.run(TrialSession(session), {}, keeping).value());
  EXPECT_GT(value_of(session, "t1", "perplexity"), 3);
  EXPECT_LT(value_of(session, "t1", "perplexity"), 100);
  EXPECT_EQ(value_of(session, "t2", "top_token_agreement_percent"), 100);
  EXPECT_EQ(value_of(session, "t2", "kl_divergence"), 0);
  EXPECT_EQ(value_of(session, "t2", "perplexity_ratio"), 1);
  EXPECT_GT(value_of(session, "t3", "top_token_agreement_percent"), 90);
  EXPECT_GT(value_of(session, "t3", "kl_divergence"), 0);
  EXPECT_LT(value_of(session, "t3", "kl_divergence"), 0.05);
}

TEST(QualityText, ThatTheProgramBringsIsThere) {
  const QualityText text = default_quality_text();
  EXPECT_GT(text.text.size(), 4000U);
  EXPECT_EQ(text.window, 512U);
}

}  // namespace
}  // namespace chimera::measure
