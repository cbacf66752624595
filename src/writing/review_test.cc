#include "writing/review.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "claims/lexicon.h"
#include "claims/plain_words.h"
#include "facts/interpret.h"

namespace chimera::writing {
namespace {

// Facts in one file, each number on a line of its own.
class FakeFacts final : public core::FactLookup {
 public:
  core::FactId add(const std::string& raw, const char* unit, const std::string& metric, const std::string& settings = {}) {
    core::Fact fact;
    fact.id = core::parse_fact_id(fmt::format("{:016x}", facts_.size() + 1));
    fact.metric = metric;
    fact.raw = raw;
    fact.value = {std::stod(raw), core::unit_of(unit), 2};
    if (const std::size_t equals = settings.find('='); equals != std::string::npos) fact.config.set(settings.substr(0, equals), settings.substr(equals + 1));
    fact.evidence = {{"disk.csv", {content_.size(), content_.size() + raw.size()}, {}}};
    content_ += raw + "\n";
    artifacts_.resize(1);
    artifacts_.front().path = "disk.csv";
    artifacts_.front().size = content_.size();
    facts_[fact.id] = fact;
    return fact.id;
  }
  std::optional<core::Fact> find(core::FactId id) const override {
    const auto found = facts_.find(id);
    return found == facts_.end() ? std::nullopt : std::optional(found->second);
  }
  void for_each(const core::FactFilter& filter, const std::function<bool(const core::Fact&)>& visit) const override {
    for (const auto& [id, fact] : facts_)
      if ((filter.metric.empty() || filter.metric == fact.metric) && !visit(fact)) return;
  }
  const std::vector<core::Artifact>& artifacts() const override { return artifacts_; }
  std::string bytes(const core::SourceRef& source) const override { return content_.substr(source.bytes.begin, source.bytes.end - source.bytes.begin); }

 private:
  std::map<core::FactId, core::Fact> facts_;
  std::string content_;
  std::vector<core::Artifact> artifacts_;
};

Exhibit value(const FakeFacts& facts, core::FactId id, const std::string& term, int owner) {
  const core::Fact fact = *facts.find(id);
  Exhibit exhibit;
  exhibit.kind = ExhibitKind::quantity;
  exhibit.fill.quantity(fact, 2);
  exhibit.shown = exhibit.fill.plain();
  exhibit.fact = id;
  exhibit.metric = fact.metric;
  exhibit.term = term;
  exhibit.owner = owner;
  exhibit.path = "disk.csv";
  return exhibit;
}

Exhibit setting(const std::string& text, core::FactId row) {
  Exhibit exhibit;
  exhibit.kind = ExhibitKind::configuration;
  exhibit.fill.config(text, row);
  exhibit.shown = text;
  return exhibit;
}

// {F1} threads=2 with {F2}, the highest throughput; {F3} threads=1 with {F4}; {F5} a latency of nobody.
class ReviewOfASentence : public testing::Test {
 protected:
  ReviewOfASentence() {
    fast_ = facts_.add("80.25", "tok/s", "throughput", "threads=2");
    slow_ = facts_.add("40.10", "tok/s", "throughput", "threads=1");
    wait_ = facts_.add("0.35", "s", "ttft");
    std::vector<Exhibit> exhibits = {setting("threads=2", fast_), value(facts_, fast_, "decode throughput", 1), setting("threads=1", slow_),
                                     value(facts_, slow_, "decode throughput", 3), value(facts_, wait_, "time to first token", 0)};
    exhibits[1].rank = "highest";
    exhibits[1].rank_over = slow_;
    assignment_ = assign("executive_summary", "", agents::Tone::report, std::move(exhibits));
  }

  Reviewed review(std::string_view sentence) {
    Reviewer reviewer(facts_, interpreter_.vocabulary());
    return reviewer.review(sentence, assignment_);
  }
  std::string problem(std::string_view sentence) {
    const Reviewed reviewed = review(sentence);
    return reviewed.problems.empty() ? "" : reviewed.problems.front();
  }

  FakeFacts facts_;
  core::FactId fast_, slow_, wait_;
  facts::Interpreter interpreter_ = *facts::Interpreter::create();
  Assignment assignment_;
};

TEST_F(ReviewOfASentence, FillsPlaceholdersAndSaysWhatIsLeftOpen) {
  const Reviewed reviewed = review("With {F1} the runs reached {F2}, while {F3} gave {F4}.");
  EXPECT_EQ(reviewed.problems, std::vector<std::string>());
  EXPECT_EQ(reviewed.statement.plain(), "With threads=2 the runs reached 80.25 tok/s (decode throughput), while threads=1 gave 40.10 tok/s.");
  EXPECT_EQ(reviewed.facts.size(), 2U);
  EXPECT_EQ(review("The measured value is {F4}.").statement.plain(), "The measured value is 40.10 tok/s (decode throughput, with threads=1).");
}

TEST_F(ReviewOfASentence, TakesNoNumberThatTheModelWrote) {
  for (const char* digits : {"With {F1} the runs reached 81 tok/s and {F2}.", "The runs reached {F2} in 3 files.", "{F2}5 was reached in these runs.", "The runs reached {F2} and -{F4}."})
    EXPECT_NE(problem(digits), "") << digits;
}

TEST_F(ReviewOfASentence, TakesNoNumberWordNameRankComparisonNegationOrCause) {
  for (const char* word : {"two", "dozen", "half", "Tesla", "CUDA", "fastest", "best", "faster", "better", "more", "not", "never", "no", "without", "missing", "all", "always", "because",
                           "significant", "stable", "first", "most", "Обзор", "速度", "similar", "equal", "doubled"})
    EXPECT_NE(problem(fmt::format("With {{F1}} the {} runs reached {{F2}}.", word)), "") << word;
}

TEST_F(ReviewOfASentence, BindsARankToTheValueThatHoldsIt) {
  EXPECT_EQ(problem("With {F1} the runs reached the highest value of {F2}."), "");
  EXPECT_NE(problem("With {F3} the runs reached the highest value of {F4}."), "");
  EXPECT_NE(problem("With {F1} the runs reached the lowest value of {F2}."), "");
  EXPECT_NE(problem("With {F1} the runs reached {F2}, the highest value."), "");
}

TEST_F(ReviewOfASentence, LetsNothingStandBetweenARankAndItsValueThatItCouldBeReadOf) {
  EXPECT_NE(problem("The runs reached the highest value with {F3} at {F2} with {F1}."), "");
  EXPECT_NE(problem("The runs with {F3} were the highest while the highest value was {F2} with {F1}."), "");
  EXPECT_EQ(problem("The runs reached the highest value with {F1} at {F2}."), "");
}

TEST_F(ReviewOfASentence, WantsACitationInAContrast) {
  EXPECT_NE(problem("The runs reached {F2} with {F1}, while the file getting."), "");
  EXPECT_NE(problem("The runs reached {F2} with {F1}, where the runs were read."), "");
}

TEST_F(ReviewOfASentence, LetsNoValueStandBesideAnotherConfiguration) {
  EXPECT_NE(problem("With {F3} the runs reached {F2}."), "");
  EXPECT_NE(problem("With {F1} the runs reached {F2} and {F4}."), "");
  EXPECT_NE(problem("With {F1} the runs reached {F5}."), "");
  EXPECT_EQ(problem("The runs reached {F2} with {F1} and {F4} with {F3}."), "");
}

TEST_F(ReviewOfASentence, LetsNoValueStandForAnotherMetric) {
  EXPECT_EQ(problem("The decode throughput was {F2} in these runs."), "");
  EXPECT_NE(problem("The time to first token was {F2} in these runs."), "");
  EXPECT_NE(problem("The ttft was {F2} in these runs."), "");
  EXPECT_NE(problem("The decode throughput was {F5} in these runs."), "");
  EXPECT_NE(problem("The latency was {F2} in these runs."), "");
}

TEST_F(ReviewOfASentence, MakesNoBoundOfAValue) {
  EXPECT_NE(problem("The runs stayed under {F2} here."), "");
  EXPECT_NE(problem("The runs reached over {F2} here."), "");
}

TEST_F(ReviewOfASentence, WantsASentenceThatCites) {
  for (const char* bad : {"", ".", "The runs were read and measured.", "With {F1} the runs reached {F9}.", "With {F2} the runs reached {F2}.", "The {F2} {F4} was measured.", "The the runs reached {F2}.",
                          "The runs and runs and runs reached {F2}.", "The runs reached {F2}", "The runs reached {F2} with the.", "With {F1 the runs reached {F2}.", "{F0} was read in these runs."})
    EXPECT_NE(problem(bad), "") << bad;
}

TEST_F(ReviewOfASentence, CannotBeMadeToWriteMarkdown) {
  for (const char* bad : {"See [this](http://example.com) for {F2}.", "The runs reached {F2}.\n## Heading", "The <b>runs</b> reached {F2}.", "The `runs` reached {F2}.", "The runs reached {F2} | {F4}."})
    EXPECT_NE(problem(bad), "") << bad;
}

TEST_F(ReviewOfASentence, GivesAdviceOnlyWhereItIsAskedAndEndorsesOnlyWhatWasToldApart) {
  EXPECT_NE(problem("Choose {F1} for the runs."), "");
  assignment_.task.tone = agents::Tone::advise;
  EXPECT_NE(problem("Choose {F1} for the runs."), "");
  EXPECT_EQ(problem("Repeat the runs with {F1} to confirm {F2}."), "");
  assignment_.endorses = true;
  EXPECT_EQ(problem("Choose {F1} for the runs."), "");
}

TEST_F(ReviewOfASentence, RecognisesWhatAFreeTextQuotes) {
  EXPECT_EQ(with_placeholders("With `threads=2` it reached **80.25 tok/s**.", assignment_.exhibits), "With {F1} it reached {F2}.");
  EXPECT_EQ(with_placeholders("It reached 180.25 tok/s.", assignment_.exhibits), "It reached 180.25 tok/s.");
  EXPECT_EQ(first_sentence("It reached {F2}. It gave {F4}. So it is.").text, "It reached {F2}.");
  EXPECT_EQ(first_sentence("It reached {F2}. It gave {F4}. So it is.").further, 2U);
}

TEST_F(ReviewOfASentence, ListsNoWordThatClaims) {
  for (const claims::PlainClass words : {claims::PlainClass::plain, claims::PlainClass::small, claims::PlainClass::advice})
    for (const std::string_view word : claims::plain_words(words)) {
      EXPECT_FALSE(claims::find_number_word(word)) << word;
      EXPECT_FALSE(claims::find_comparison(word)) << word;
      EXPECT_FALSE(claims::is_universal(word)) << word;
    }
}

}  // namespace
}  // namespace chimera::writing
