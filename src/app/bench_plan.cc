#include "app/bench_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "app/bench_engine.h"
#include "app/suggest.h"
#include "engines/settings.h"

namespace chimera::app {
namespace {

constexpr std::size_t kMostTrials = 1000;

base::Result<Factor> count_factor(const char* key, const std::string& list, const char* option, long least) {
  TRY(Factor factor, factor_of(key, list));
  for (const std::string& value : factor.values) {
    long number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size() || number < least || number > 10'000'000)
      return base::fail(base::ErrorKind::usage, fmt::format("{} takes whole numbers from {}, found \"{}\"", option, least, value), fmt::format("for example {} 128,512", option));
  }
  return factor;
}

// Other programs' names for the same thing: num_thread, n_gpu_layers, cache_type. The longest piece in common, four letters at
// least, tells.
std::string akin(std::string_view typed, const std::vector<std::string>& known) {
  std::string best;
  std::size_t longest = 3;
  for (const std::string& name : known)
    for (std::size_t begin = 0; begin < typed.size(); ++begin)
      for (std::size_t size = longest + 1; begin + size <= typed.size() && name.find(typed.substr(begin, size)) != std::string::npos; ++size) longest = size, best = name;
  return best;
}

// A setting of the engine, its values as the engine reads them.
base::Result<Factor> setting_factor(const BenchCommand& command, const std::vector<std::string>& served, const std::string& text) {
  TRY(Factor factor, factor_of_setting(text));
  const std::string& key = factor.key;
  for (const auto& [name, option] : {std::pair{"output_tokens", "-n"}, std::pair{"num_predict", "-n"}, std::pair{"prompt_tokens", "-p"}, std::pair{"depth", "-d"}, std::pair{"model", "--model"}})
    if (key == name) return base::fail(base::ErrorKind::usage, fmt::format("{} is set by {}", key, option));
  std::vector<std::string> known = served;
  for (const std::string_view name : engines::known_settings(engine_kind(command))) known.emplace_back(name);
  if (std::find(known.begin(), known.end(), key) == known.end()) {
    std::string guess = nearest(key, known);
    if (guess.empty()) guess = akin(key, known);
    return base::fail(base::ErrorKind::usage, fmt::format("the {} engine has no setting \"{}\"", engine_kind(command), key), guess.empty() ? "docs/engines.md lists the settings" : fmt::format("did you mean {}?", guess));
  }
  if (std::find(served.begin(), served.end(), key) != served.end()) return factor;  // the server knows what it means
  static constexpr std::string_view kTexts[] = {"flash_attn", "kv_type", "mmap", "keep_alive", "think", "ignore_eos", "cache_prompt"};
  if (std::find(std::begin(kTexts), std::end(kTexts), key) != std::end(kTexts)) return factor;
  for (const std::string& value : factor.values) {
    core::RunConfig config;
    config.set(key, value);
    TRY(const auto number, engines::number_setting(config, key));
    static_cast<void>(number);
  }
  return factor;
}

base::Result<std::vector<Factor>> factors_of(const BenchCommand& command) {
  std::vector<Factor> factors;
  TRY(Factor prompt, count_factor("prompt_tokens", command.prompt_tokens, "-p", 0));
  TRY(Factor output, count_factor("output_tokens", command.output_tokens, "-n", engine_kind(command) == "embedded" ? 0 : 1));
  TRY(Factor depth, count_factor("depth", command.depth, "-d", 0));
  factors.push_back(std::move(prompt));
  factors.push_back(std::move(output));
  factors.push_back(std::move(depth));
  TRY(const std::vector<std::string> served, served_settings(command));
  for (const std::string& text : command.settings) {
    TRY(Factor factor, setting_factor(command, served, text));
    if (std::any_of(factors.begin(), factors.end(), [&](const Factor& other) { return other.key == factor.key; }))
      return base::fail(base::ErrorKind::usage, fmt::format("{} is set twice", factor.key), fmt::format("--set {}=A,B measures both", factor.key));
    factors.push_back(std::move(factor));
  }
  return factors;
}

}  // namespace

base::Result<Factor> factor_of(std::string key, std::string_view list) {
  Factor factor{std::move(key), {}};
  while (true) {
    const std::size_t comma = list.find(',');
    std::string value = core::canonical_value(list.substr(0, comma));
    if (value.empty()) return base::fail(base::ErrorKind::usage, fmt::format("a value of {} is empty", factor.key), fmt::format("for example {}=1,2", factor.key));
    if (std::find(factor.values.begin(), factor.values.end(), value) != factor.values.end())
      return base::fail(base::ErrorKind::usage, fmt::format("{} is given twice for {}", value, factor.key), "every value is measured in every block already; --repeat asks for more blocks");
    factor.values.push_back(std::move(value));
    if (comma == std::string_view::npos) return factor;
    list.remove_prefix(comma + 1);
  }
}

base::Result<Factor> factor_of_setting(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == 0 || equals == std::string::npos) return base::fail(base::ErrorKind::usage, fmt::format("\"{}\" is no setting", text), "--set key=value,value, for example --set threads=1,2");
  return factor_of(text.substr(0, equals), std::string_view(text).substr(equals + 1));
}

base::Result<std::vector<core::TrialPlan>> combine(const std::vector<Factor>& factors, const core::RunConfig& common) {
  std::size_t count = 1;
  for (const Factor& factor : factors) {
    count *= factor.values.size();
    if (count > kMostTrials) return base::fail(base::ErrorKind::usage, fmt::format("more than {} configurations", kMostTrials), "chimera tune looks for the best of many");
  }
  std::vector<core::TrialPlan> plans;
  for (std::size_t i = 0; i < count; ++i) {
    core::TrialPlan plan{fmt::format("t{}", i + 1), i == 0 ? core::TrialRole::baseline : core::TrialRole::plain, common};
    std::size_t rest = i;
    for (std::size_t f = factors.size(); f-- > 0;) {
      const std::string& value = factors[f].values[rest % factors[f].values.size()];
      rest /= factors[f].values.size();
      if (factors[f].key != "depth" || value != "0") plan.config.set(factors[f].key, value);
    }
    plans.push_back(std::move(plan));
  }
  return plans;
}

base::Result<std::vector<core::TrialPlan>> plan_trials(const BenchCommand& command) {
  TRY(const std::vector<Factor> factors, factors_of(command));
  core::RunConfig common;
  if (!command.model.empty()) common.set("model", command.model);
  const bool can_ignore = engine_kind(command) == "embedded" || engine_kind(command) == "openai";
  if (can_ignore && !command.let_it_end) common.set("ignore_eos", "on");
  TRY(std::vector<core::TrialPlan> plans, combine(factors, common));
  if (!command.no_duplicate) plans.push_back({"t1-again", core::TrialRole::duplicate, plans.front().config});
  return plans;
}

base::Result<core::Protocol> protocol_of(const BenchCommand& command) {
  core::Protocol protocol;
  protocol.seed = command.seed;
  protocol.repetitions = command.repetitions;
  protocol.least_blocks = 6;
  protocol.most_blocks = 30;
  if (command.repeat != "auto") {
    const std::string& text = command.repeat;
    std::uint32_t blocks = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), blocks);
    if (error != std::errc() || end != text.data() + text.size() || blocks == 0) return base::fail(base::ErrorKind::usage, fmt::format("--repeat is \"{}\", expected auto or a number of blocks", text));
    protocol.least_blocks = protocol.most_blocks = blocks;
  }
  protocol.warmup_least = command.warmup;
  protocol.warmup_most = command.warmup == 0 ? 0 : std::max(10U, command.warmup);
  protocol.warmup_tolerance = 0.02;
  protocol.target_half_width = command.target_percent / 100;
  protocol.fresh_loads = !command.keep_loaded;
  protocol.fixed_work = !command.let_it_end && engine_kind(command) != "ollama";
  return protocol;
}

}  // namespace chimera::app
