// How fast a large text is scanned: numbers with their spans, keys and doubles into columns that are used again, beside
// simdjson's On-Demand walk of the same lines. bench/scan.py runs the pairs and prints the ratios.
#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <fmt/format.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "facts/interpret.h"
#include "sources/csv_scan.h"
#include "sources/json_plan.h"
#include "sources/json_walk.h"
#include "stream/source.h"

namespace {

using chimera::sources::JsonPlan;

// 64 MiB, or what CHIMERA_BENCH_BYTES says: less where instructions are counted.
std::size_t wanted_bytes() {
  const char* const wanted = std::getenv("CHIMERA_BENCH_BYTES");
  return wanted == nullptr ? std::size_t{64} << 20U : static_cast<std::size_t>(std::atoll(wanted));
}
constexpr std::size_t kBlock = std::size_t{1} << 20U;

// Records as load generators write them: nested objects, 26 scalars, 10 of them numbers.
std::string make_records() {
  std::mt19937_64 random(1);
  std::string text;
  const std::size_t bytes = wanted_bytes();
  text.reserve(bytes + 4096);
  for (std::uint64_t i = 0; text.size() < bytes; ++i) {
    const auto draw = [&](double low, double high) { return low + (high - low) * static_cast<double>(random() >> 11U) * 0x1p-53; };
    text += fmt::format(
        "{{\"request_id\": \"req-{:08x}\", \"timestamp\": \"2025-11-14T18:{:02}:{:02}.{:06}Z\", \"model\": {{\"name\": \"llama-3.1-8b-instruct\", "
        "\"quantization\": \"q4_k_m\", \"family\": \"llama\", \"license\": \"community\"}}, \"backend\": \"vulkan\", \"host\": \"bench-node-{}\", "
        "\"settings\": {{\"num_ctx\": {}, \"num_gpu\": {}, \"temperature\": {:.1f}, \"stream\": true, \"scheduler\": \"fcfs\"}}, "
        "\"status\": \"ok\", \"error\": null, \"warmup\": false, \"tags\": {{\"suite\": \"nightly\", \"owner\": \"perf\", \"region\": \"local\"}}, "
        "\"metrics\": {{\"ttft_ms\": {:.3f}, \"tpot_ms\": {:.4f}, \"latency_s\": {:.6f}, \"prompt_tokens\": {}, \"output_tokens\": {}, "
        "\"tokens_per_second\": {:.2f}, \"power_w\": {:.1f}}}, \"finish_reason\": \"stop\"}}\n",
        random() & 0xFFFFFFFFU, i / 60 % 60, i % 60, i % 1000000, i % 4, 512U << (i % 5), i % 41, draw(0, 1), draw(20, 900), draw(5, 60),
        draw(0.1, 30), 16 + random() % 4000, 1 + random() % 1024, draw(5, 180), draw(60, 420));
  }
  return text;
}

const std::string& records() {
  static const std::string text = [] {
    std::string made = make_records();
    made.reserve(made.size() + simdjson::SIMDJSON_PADDING);
    return made;
  }();
  return text;
}

void add_keys(JsonPlan& plan, std::uint32_t object, simdjson::dom::object from) {
  for (const auto& [name, value] : from) {
    if (value.is_object()) {
      const std::uint32_t inner = plan.add_object();
      plan.key(object, name).object = inner;
      add_keys(plan, inner, value.get_object());
      continue;
    }
    JsonPlan::Key& key = plan.key(object, name);
    key.scalars = true;
    key.numbers = plan.number_columns++;
  }
}

JsonPlan make_plan(const std::string& text) {
  JsonPlan plan;
  const std::uint32_t top = plan.add_object();
  simdjson::dom::parser parser;
  add_keys(plan, top, parser.parse(text.substr(0, text.find('\n'))).get_object());
  plan.add_family(top, 0);
  plan.finish();
  return plan;
}

template <class Scan>
void for_each_block(const std::string& text, Scan scan) {
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = begin + kBlock >= text.size() ? text.size() : text.rfind('\n', begin + kBlock) + 1;
    scan(std::string_view(text).substr(begin, end - begin));
    begin = end;
  }
}

void walk_with(benchmark::State& state, chimera::sources::JsonIndex::Way way) {
  const std::string& text = records();
  const JsonPlan plan = make_plan(text);
  chimera::sources::JsonWalk walk(plan, way);
  chimera::sources::ScanBlock block;
  std::uint64_t numbers = 0;
  for (auto _ : state) {
    numbers = 0;
    for_each_block(text, [&](std::string_view bytes) {
      walk.scan(bytes, block);
      for (const auto& column : block.numbers) numbers += column.count();
      if (!block.odd.empty()) state.SkipWithError("a line was not read");
    });
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(text.size()) * state.iterations());
  state.counters["facts"] = benchmark::Counter(static_cast<double>(numbers) * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

void json_walk(benchmark::State& state) { walk_with(state, chimera::sources::JsonIndex::Way::fastest); }
void json_walk_portable(benchmark::State& state) { walk_with(state, chimera::sources::JsonIndex::Way::portable); }

// Every scalar visited, none evaluated.
std::uint64_t visit(simdjson::ondemand::value value) {
  std::uint64_t sum = 0;
  switch (value.type()) {
    case simdjson::ondemand::json_type::object:
      for (auto field : value.get_object()) {
        sum += field.key().raw() != nullptr ? 1 : 0;
        sum += visit(field.value());
      }
      return sum;
    case simdjson::ondemand::json_type::array:
      for (auto element : value.get_array()) sum += visit(element.value());
      return sum;
    default: return value.raw_json_token().size();
  }
}

void on_demand(benchmark::State& state) {
  const std::string& text = records();
  simdjson::ondemand::parser parser;
  std::uint64_t sum = 0;
  for (auto _ : state) {
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = text.find('\n', begin);
      const std::size_t room = text.capacity() - begin;
      auto document = parser.iterate(text.data() + begin, end - begin, room);
      for (auto field : document.get_object()) {
        sum += field.key().raw() != nullptr ? 1 : 0;
        sum += visit(field.value());
      }
      begin = end + 1;
    }
  }
  benchmark::DoNotOptimize(sum);
  state.SetBytesProcessed(static_cast<std::int64_t>(text.size()) * state.iterations());
}

// A table of 12 columns, 11 of them numbers.
const std::string& table() {
  static const std::string text = [] {
    std::mt19937_64 random(2);
    std::string made = "model,num_gpu,num_ctx,ttft_ms,tpot_ms,latency_s,prompt_tokens,output_tokens,tokens_per_second,power_w,memory_mb,seed\n";
    const std::size_t bytes = wanted_bytes();
    made.reserve(bytes + 4096);
    while (made.size() < bytes) {
      const auto draw = [&](double low, double high) { return low + (high - low) * static_cast<double>(random() >> 11U) * 0x1p-53; };
      made += fmt::format("llama-3.1-8b,{},{},{:.3f},{:.4f},{:.6f},{},{},{:.2f},{:.1f},{},{}\n", random() % 41, 512U << (random() % 5), draw(20, 900),
                          draw(5, 60), draw(0.1, 30), 16 + random() % 4000, 1 + random() % 1024, draw(5, 180), draw(60, 420), 4000 + random() % 9000,
                          random() % 100000);
    }
    return made;
  }();
  return text;
}

void csv_scan(benchmark::State& state) {
  const std::string& text = table();
  chimera::sources::CsvPlan plan;
  plan.header = text.substr(0, text.find('\n'));
  plan.columns.resize(12);
  for (auto& column : plan.columns) column.numbers = plan.number_columns++;
  chimera::sources::CsvScan scan(plan);
  chimera::sources::ScanBlock block;
  std::uint64_t numbers = 0;
  for (auto _ : state) {
    numbers = 0;
    for_each_block(text, [&](std::string_view bytes) {
      if (scan.scan(bytes, block) != bytes.size()) state.SkipWithError("a record was not read");
      for (const auto& column : block.numbers) numbers += column.count();
    });
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(text.size()) * state.iterations());
  state.counters["facts"] = benchmark::Counter(static_cast<double>(numbers) * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

// Takes facts and keeps nothing.
class NoCatalog final : public chimera::core::FactCatalog {
 public:
  std::uint32_t table(const chimera::core::TableEntry& /*entry*/) override { return 0; }
  std::uint32_t series(const chimera::core::SeriesEntry& /*series*/) override { return 0; }
  std::uint32_t config(const chimera::core::RunConfig& /*config*/) override { return 0; }
  std::uint32_t base(const chimera::core::RunConfig& /*shared*/, const std::vector<std::string>& /*names*/) override { return 0; }
  std::uint32_t configs(std::vector<chimera::core::FreeConfig> /*configs*/) override { return 0; }
  void place(chimera::core::RecordPlace /*place*/) override {}
};

// The whole way from bytes to batches of facts, with meaning, configurations, the account and the digest.
void stream(benchmark::State& state, const std::string& name, const std::string& text) {
  chimera::base::FakeFileSystem files;
  files.add(name, text);
  static const auto interpreter = chimera::facts::Interpreter::create();
  std::uint64_t facts = 0;
  for (auto _ : state) {
    NoCatalog catalog;
    chimera::stream::Attempt attempt;
    auto source = chimera::stream::Source::open({name, text.size(), 0}, name, files, *interpreter, catalog, attempt);
    std::atomic<std::uint64_t> cells{0};
    std::vector<std::jthread> threads;
    for (std::int64_t i = 0; i < state.range(0); ++i)
      threads.emplace_back([&] {
        const auto reader = (*source)->reader();
        chimera::core::FactBatch batch;
        while (reader->next(batch).value_or(false)) cells += batch.numbers();
      });
    threads.clear();
    facts = cells;
    if (!(*source)->finish()) state.SkipWithError("the source failed");
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(text.size()) * state.iterations());
  state.counters["facts"] = benchmark::Counter(static_cast<double>(facts) * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

void json_stream(benchmark::State& state) { stream(state, "a.jsonl", records()); }
void csv_stream(benchmark::State& state) { stream(state, "a.csv", table()); }

BENCHMARK(json_walk)->Unit(benchmark::kMillisecond);
BENCHMARK(on_demand)->Unit(benchmark::kMillisecond);
BENCHMARK(json_walk_portable)->Unit(benchmark::kMillisecond);
BENCHMARK(csv_scan)->Unit(benchmark::kMillisecond);
BENCHMARK(json_stream)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(csv_stream)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
