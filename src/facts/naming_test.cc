#include "facts/naming.h"

#include <gtest/gtest.h>

#include "facts/embedded.h"

namespace chimera::facts {
namespace {

const Catalog& catalog() {
  static const Catalog instance = [] {
    for (const base::EmbeddedFile& file : embedded_data())
      if (file.name == "vocabulary.toml") return *load_catalog(file.name, file.bytes);
    return Catalog{};
  }();
  return instance;
}

// "ttft:cold/p50 [ms]"
std::string read(const std::vector<std::string>& path, core::UnitPtr written = nullptr) {
  const NameReading reading = read_name(catalog(), path, written);
  const std::string name = reading.metric != nullptr ? reading.definition : reading.setting != nullptr ? "setting " + reading.setting->name : "own " + reading.own_name;
  const std::string statistic = reading.statistic ? "/" + core::to_string(*reading.statistic) : "";
  return name + statistic + (reading.unit != nullptr ? " [" + std::string(reading.unit->symbol) + "]" : "");
}

TEST(Naming, TakesUnitsFromTheEndOfANameInAnySpelling) {
  EXPECT_EQ(read({"ttft_s"}), "ttft [s]");
  EXPECT_EQ(read({"TTFT (ms)"}), "ttft [ms]");
  EXPECT_EQ(read({"tokens_s"}), "throughput [tok/s]");
  EXPECT_EQ(read({"Tokens/s"}), "throughput [tok/s]");
  EXPECT_EQ(read({"tokens_per_second"}), "throughput [tok/s]");
  EXPECT_EQ(read({"tokensPerSecond"}), "throughput [tok/s]");
  EXPECT_EQ(read({"power.draw [W]"}), "power [W]");
  EXPECT_EQ(read({"t/s"}), "throughput [tok/s]");
  EXPECT_EQ(read({"t/s (main)"}), "throughput:main [tok/s]");
  EXPECT_EQ(read({"ms (old)"}), "latency:old [ms]");
}

TEST(Naming, TakesAWidthAndAnOptimiserForNoWatts) {
  EXPECT_EQ(read({"gpu_w"}), "power [W]");
  for (const std::string name : {"lr-AdamW", "pad_w", "stride_w", "f_w"}) EXPECT_EQ(read({name}).find('['), std::string::npos) << name;
}

TEST(Naming, TellsNumberedThingsFromLimits) {
  EXPECT_EQ(read({"stage_0_ms"}), "own stage_0 [ms]");
  EXPECT_EQ(read({"gpu_1_power_w"}), "power:gpu_1 [W]");
  EXPECT_EQ(read({"run_3_tokens_s"}), "own run_3 [tok/s]");
  EXPECT_EQ(read({"slower_than_3_tokens_s"}).find('['), std::string::npos);
  EXPECT_EQ(read({"over_10_ms"}).find('['), std::string::npos);
}

TEST(Naming, ReadsRatesThatAreSpelledOut) {
  EXPECT_EQ(read({"throughput_mb_per_s"}), "bandwidth [MB/s]");
  EXPECT_EQ(read({"read_gb_per_sec"}), "bandwidth [GB/s]");
  EXPECT_EQ(read({"mean_throughput_mib_per_second"}), "bandwidth/mean [MiB/s]");
  EXPECT_EQ(read({"requests_per_s"}), "request_throughput [req/s]");
  EXPECT_EQ(read({"time_per_token_s"}), "tpot [s]");
  EXPECT_EQ(read({"user_s"}), "cpu_time:user [s]");
  EXPECT_EQ(read({"peak_memory_mib"}), "memory_used/max [MiB]");
}

TEST(Naming, ReadsUnitsOfOneThing) {
  EXPECT_EQ(read({"ns_per_op"}), "latency [ns]");
  EXPECT_EQ(read({"ms_per_step"}), "latency [ms]");
  EXPECT_EQ(read({"ms_per_image"}), "latency:image [ms]");
  EXPECT_EQ(read({"ms_per_token"}), "token_latency [ms/tok]");
  EXPECT_EQ(read({"j_per_token"}), "energy_per_token [J/tok]");
  EXPECT_EQ(read({"gb_per_node"}).find('['), std::string::npos);
  EXPECT_EQ(read({"requests_per_min"}), "request_throughput [req/min]");
  EXPECT_EQ(read({"tokens_per_min"}), "throughput [tok/min]");
}

TEST(Naming, ReadsUnitsThatAreWordsOnlyInTheirPlace) {
  EXPECT_EQ(read({"temp_c"}), "gpu_temperature [°C]");
  EXPECT_EQ(read({"temp_max_c"}), "gpu_temperature/max [°C]");
  EXPECT_EQ(read({"cpu temp C"}), "cpu_temperature [°C]");
  EXPECT_EQ(read({"variant_c"}).find('['), std::string::npos);
  EXPECT_EQ(read({"total_time_ms_wall"}).substr(read({"total_time_ms_wall"}).find('[')), "[ms]");
  EXPECT_EQ(read({"avg_fps"}), "operation_rate/mean [img/s]");
  EXPECT_EQ(read({"net_mbit_s"}), "own net [Mbit/s]");
  EXPECT_EQ(read({"%ach_bw"}), "own ach_bw [%]");
  EXPECT_EQ(read({"Docs / ms"}).find('['), std::string::npos);
  EXPECT_EQ(read({"GFLOPS/W"}).find('['), std::string::npos);
  EXPECT_EQ(read({"read_throughput_rec_sec"}).find('['), std::string::npos);
  EXPECT_EQ(read({"Compute (TF/s)"}), "flops [TFLOP/s]");
}

TEST(Naming, TakesNoNameForAStatisticOrAnotherMetric) {
  EXPECT_EQ(read({"p1_max"}), "own p1/max");
  EXPECT_EQ(read({"ttft", "p1"}), "ttft/p1");
  EXPECT_EQ(read({"mem_total_mib"}), "memory_total [MiB]");
  EXPECT_EQ(read({"peak_ram_gb"}), "memory_used/max [GB]");
  EXPECT_EQ(read({"gtt_peak_mib"}), "own gtt/max [MiB]");
  EXPECT_EQ(read({"peak_gflops"}).find("/max"), std::string::npos);
  EXPECT_EQ(read({"pwr_core_freq"}), "own pwr_core_freq");
  EXPECT_EQ(read({"mem_usage"}), "memory_used");
  EXPECT_EQ(read({"mem_usage_pct"}), "memory_utilization [%]");
  EXPECT_EQ(read({"file_size_bytes"}), "own file_size [B]");
  EXPECT_EQ(read({"tokens_out"}), "output_tokens");
}

TEST(Naming, TellsRatesOfUnknownThingsFromTimes) {
  EXPECT_EQ(read({"Hits/sec"}), "own hits_sec");
  EXPECT_EQ(read({"Elem/s"}), "operation_rate [elem/s]");
  EXPECT_EQ(read({"OPS (Kops/s)"}).substr(read({"OPS (Kops/s)"}).find('[')), "[kop/s]");
  EXPECT_EQ(read({"Throughput (rec/sec)"}).find('['), std::string::npos);
  EXPECT_EQ(read({"Latency / s"}), "latency [s]");
  EXPECT_EQ(read({"Timings/Warmup/Sec"}), "own timings_warmup [s]");  // three lines of a header
  EXPECT_EQ(read({"time_this_iter_s"}), "own time_this_iter [s]");
  EXPECT_EQ(read({"last_token_s"}), "own last_token [s]");
  EXPECT_EQ(read({"prefill tk/s"}), "prefill_throughput [tok/s]");
  EXPECT_EQ(read({"energy (MJ)"}), "energy [MJ]");
  EXPECT_EQ(read({"energy (mJ)"}), "energy [mJ]");
  EXPECT_EQ(read({"power_mw"}), "power [mW]");
  EXPECT_EQ(read({"infer_ms_504"}), "own infer_504 [ms]");
  EXPECT_EQ(read({"savings_percentage"}), "own savings [%]");
  EXPECT_EQ(read({"total_flops"}).find("FLOP/s"), std::string::npos);
  EXPECT_EQ(read({"ppl_time"}).find("perplexity"), std::string::npos);
  EXPECT_EQ(read({"w"}), "own w");
}

TEST(Naming, ReadsPercentilesThatAreWrittenAsNumbers) {
  EXPECT_EQ(read(split_path("latency_ms/percentiles/99")), "latency/p99 [ms]");
  EXPECT_EQ(read(split_path("clat_ns/percentile/99.990000")), "latency/p99.99 [ns]");
  EXPECT_EQ(read(split_path("latency_ms/quantiles/0.95")), "latency/p95 [ms]");
  EXPECT_EQ(read({"10% percentile latency"}), "latency/p10");
  EXPECT_EQ(read({"99% latency (ms)"}), "latency/p99 [ms]");
  EXPECT_EQ(read({"latency p(99.9)"}), "latency/p99.9");
  EXPECT_EQ(read({"latency_ms", "95th"}), "latency/p95 [ms]");
  EXPECT_EQ(read({"latency_ms", "75%"}), "latency/p75 [ms]");
  EXPECT_EQ(read({"20% load latency_ms"}).find("/p"), std::string::npos);
  EXPECT_EQ(read({"ttft_percentile_90_ms"}), "ttft/p90 [ms]");
  EXPECT_EQ(read({"Latency 99.9th percentile"}), "latency/p99.9");
  EXPECT_EQ(read({"Host latency percentile(95%)"}), "latency:host/p95");
  EXPECT_EQ(read({"75%(ms)"}), "latency/p75 [ms]");
  EXPECT_EQ(read({"latency", "p99_999"}), "latency/p99.999");
  EXPECT_EQ(read({"percentile"}).find("/p"), std::string::npos);
  EXPECT_EQ(read({"percentile_rank"}).find("/p"), std::string::npos);
  EXPECT_TRUE(read_name(catalog(), {"P40"}, nullptr).odd_percentile);
  EXPECT_FALSE(read_name(catalog(), {"P99"}, nullptr).odd_percentile);
  EXPECT_FALSE(read_name(catalog(), {"ttft", "p1"}, nullptr).odd_percentile);
  EXPECT_FALSE(read_labelled(catalog(), {"P2 prose"}, nullptr).statistic.has_value());
  EXPECT_EQ(read({"95% CI latency_ms"}).find("/p"), std::string::npos);
  EXPECT_EQ(read({"1st_token_ms"}).find("/p"), std::string::npos);
  EXPECT_EQ(read(split_path("latency_ms/99")), "latency [ms]");  // the hundredth
}

TEST(Naming, ReadsSettingsThatWereFlattenedIntoNames) {
  EXPECT_TRUE(read_name(catalog(), {"config/lr"}, nullptr).chosen);
  EXPECT_TRUE(read_name(catalog(), {"params.batch_size"}, nullptr).chosen);
  EXPECT_FALSE(read_name(catalog(), {"metrics.val_loss"}, nullptr).chosen);
  EXPECT_FALSE(read_name(catalog(), {"config: 3"}, nullptr).chosen);
}

TEST(Naming, TakesStatisticsFromEitherEndAndFromAboveAndBelow) {
  EXPECT_EQ(read({"mean_ttft_ms"}), "ttft/mean [ms]");
  EXPECT_EQ(read({"eval_s_mean"}), "eval_time/mean [s]");
  EXPECT_EQ(read({"tokens_per_second_p95"}), "throughput/p95 [tok/s]");
  EXPECT_EQ(read({"latency_percentiles", "p99"}), "latency/p99");
  EXPECT_EQ(read({"ttft_ms", "p99.9"}), "ttft/p99.9 [ms]");
  EXPECT_EQ(read({"TTFT", "coefficient_of_variation"}), "ttft/cv");
  EXPECT_EQ(read({"Latency (Mean)"}), "latency/mean");
}

TEST(Naming, ReadsANameThatIsOnlyStatisticAndUnitByItsUnit) {
  EXPECT_EQ(read({"Mean (ms)"}), "latency/mean [ms]");
  EXPECT_EQ(read({"timing", "p50_ms"}), "latency/p50 [ms]");
  EXPECT_EQ(read({"bench_raw", "avg_ns"}), "latency/mean [ns]");
}

TEST(Naming, LetsTheParentCompleteItsChild) {
  EXPECT_EQ(read({"gpu", "memory_used_mb"}), "gpu_memory_used [MB]");
  EXPECT_EQ(read({"system", "memory_used_gb"}), "memory_used [GB]");
  EXPECT_EQ(read({"gpu", "temperature"}), "gpu_temperature");
  EXPECT_EQ(read({"temperature"}), "setting temperature");
  EXPECT_EQ(read({"model", "name"}), "setting model");
}

TEST(Naming, KeepsMetricsOfOneNameApartByTheirUnits) {
  EXPECT_EQ(read({"throughput (req/s)"}), "request_throughput [req/s]");
  EXPECT_EQ(read({"throughput (GB/s)"}), "bandwidth [GB/s]");
  EXPECT_EQ(read({"throughput"}), "throughput");
  EXPECT_EQ(read({"Throughput"}, core::unit_of("req/s")), "request_throughput [req/s]");
}

TEST(Naming, QualifiesWhatIsPartOfALongerName) {
  EXPECT_EQ(read({"cold_ttft_ms"}), "ttft:cold [ms]");
  EXPECT_EQ(read({"overall_tokens_per_second"}), "throughput:overall [tok/s]");
  EXPECT_EQ(read({"total_generation_time_ms"}), "e2e_latency/sum [ms]");
  EXPECT_EQ(read({"overall_mean_ms"}), "latency/mean [ms]");
}

TEST(Naming, LeavesUnknownNamesTheirOwn) {
  EXPECT_EQ(read({"learning_efficiency"}), "own learning_efficiency");
  EXPECT_EQ(read({"max_queue_depth"}), "own queue_depth/max");
  EXPECT_EQ(read({"create_time"}), "own create_time");
  EXPECT_EQ(read({"throughput_full_duration"}), "own throughput_full_duration");
  EXPECT_EQ(read({"median rate across 3 run(s)"}), "own rate_across_3_runs/p50");
  EXPECT_EQ(read({"answered_within_test_duration"}), "own answered_within_test_duration");
}

TEST(Naming, DoesNotTakeALimitInANameForItsUnit) {
  EXPECT_EQ(read({"Tokens per GB"}), "own tokens_per_gb");
  EXPECT_EQ(read({"requests over 10 ms"}).find("[ms]"), std::string::npos);
  EXPECT_EQ(read({"Regressions (>=10.0%)"}).find("[%]"), std::string::npos);
}

TEST(Naming, DoesNotTakeTheSecondsOfARateForSeconds) {
  EXPECT_EQ(read({"tok_per_s"}), "throughput [tok/s]");
  EXPECT_EQ(read({"img_s(avg)"}), "operation_rate/mean [img/s]");
  EXPECT_EQ(read({"widgets_per_second"}), "own widgets_per_second");
  EXPECT_EQ(read({"time_per_output_token_s"}), "tpot [s]");
  EXPECT_EQ(read({"time_per_token_ms"}), "tpot [ms]");
}

TEST(Naming, TakesADenominatorForNoUnit) {
  EXPECT_EQ(read({"TG/W"}), "own tg_w");
  EXPECT_EQ(read({"tok/s/W"}), "own tok_s_w");
  EXPECT_EQ(read({"Points/J"}), "own points_j");
  EXPECT_EQ(read({"Power/W"}), "power [W]");
  EXPECT_EQ(read({"Gain per user (token/seconds)"}), "own gain_per_user [tok/s]");
  EXPECT_EQ(read({"Rate (tokens/secs)"}), "throughput [tok/s]");
  EXPECT_EQ(read({"Token throughput (per sec)"}), "throughput [tok/s]");
  EXPECT_EQ(read({"Request throughput (per second)"}), "request_throughput [req/s]");
  EXPECT_EQ(read({"t_s"}), "latency [s]");
}

TEST(Naming, TellsPluralsAndMarksFromUnitsInBrackets) {
  EXPECT_EQ(read({"Worker(s)"}), "setting workers");
  EXPECT_EQ(read({"Replica(s)"}), "own replicas");
  EXPECT_EQ(read({"Error(s)"}), "errors");
  EXPECT_EQ(read({"Wall(s)"}), "latency [s]");
  EXPECT_EQ(read({"Step (s)"}), "latency [s]");
  EXPECT_EQ(read({"metrics/precision(B)"}).find('['), std::string::npos);
  EXPECT_EQ(read({"Buffer(B)"}), "own buffer [B]");
}

TEST(Naming, ReadsUnitsInFrontOfTheLastWord) {
  EXPECT_EQ(read({"tokens_per_sec_gen"}), "throughput [tok/s]");
  EXPECT_EQ(read({"tokens_per_second_prompt_eval"}), "prefill_throughput [tok/s]");
  EXPECT_EQ(read({"tokens_per_second_response_gen"}), "throughput:response [tok/s]");
  EXPECT_EQ(read({"Per user tok/s"}), "throughput:user [tok/s]");
  EXPECT_EQ(read({"time_per_output_token_s"}), "tpot [s]");
  EXPECT_EQ(read({"tok_per_s_prompt"}), "prefill_throughput [tok/s]");
  EXPECT_EQ(read({"vram GB post"}), "gpu_memory_used:post [GB]");
  EXPECT_EQ(read({"Q5_1 tok/s"}), "own q5_1 [tok/s]");
  EXPECT_EQ(read({"InTok/s"}), "input_throughput [tok/s]");
  EXPECT_EQ(read({"Out Tok/s"}), "output_throughput [tok/s]");
}

TEST(Naming, TellsPartsOfTheWorkFromWhatIsMeasured) {
  EXPECT_EQ(read({"eval_samples_per_second"}), "operation_rate:samples+eval [sample/s]");
  EXPECT_EQ(read({"RunningAvgSamplesPerSec"}), "operation_rate:samples+running/mean [sample/s]");
  EXPECT_EQ(read({"M3  Average power"}), "power:m3/mean");
  EXPECT_EQ(read({"M3 Peak power"}), "power:m3/max");
  EXPECT_EQ(read({"acc_stderr"}), "accuracy:standard_error/stddev");
  EXPECT_EQ(read({"Std Error (ms)"}), "latency:standard_error/stddev [ms]");
  EXPECT_EQ(read({"stderr_lines"}), "own stderr_lines");
  EXPECT_EQ(read({"dumps: Mean +- std dev"}), "own dumps/mean");
  EXPECT_EQ(read({"dumps: Mean +- std dev/±"}), "own dumps/stddev");
  EXPECT_EQ(read({"PPL(Q)/PPL(base)"}), "perplexity_ratio");
  EXPECT_EQ(read({"PPL(new)-PPL(old)"}), "own ppl_new_ppl_old_difference");
  EXPECT_EQ(read({"PPL gap (%)"}), "own ppl_gap [%]");
  EXPECT_EQ(read({"accuracy (%)"}), "accuracy [%]");
}

TEST(Naming, TakesLimitsForSettings) {
  EXPECT_EQ(read({"n_max"}), "setting n_max/max");
  EXPECT_EQ(read({"draft-max"}), "setting draft_max/max");
  EXPECT_EQ(read({"max_turns"}), "setting max_turns/max");
  EXPECT_EQ(read({"max_min_ratio"}), "own max_min_ratio");
}

TEST(Naming, TakesChangesInPerCentForNoValue) {
  EXPECT_EQ(read({"ttft_pct_change"}), "own ttft_change [%]");
  EXPECT_EQ(read({"first-time-to-token_mean_in_ms_(ttft)"}), "ttft:first_time_to_token/mean [ms]");
}

TEST(Naming, SplitsPathsWithoutPositionsAndUnescapesPointers) {
  EXPECT_EQ(split_path("/metrics/0/gpu"), (std::vector<std::string>{"metrics", "gpu"}));
  EXPECT_EQ(split_path("/models/*/runs"), (std::vector<std::string>{"models", "runs"}));
  EXPECT_EQ(split_path("rates/tok~1s"), (std::vector<std::string>{"rates", "tok/s"}));
  EXPECT_EQ(split_path("all/results[0].tokens_per_second"), (std::vector<std::string>{"all", "results", "tokens_per_second"}));
  EXPECT_EQ(split_path("a[b].c"), (std::vector<std::string>{"a[b].c"}));
  EXPECT_TRUE(split_path("").empty());
}

}  // namespace
}  // namespace chimera::facts
