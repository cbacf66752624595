// chimera bench: configurations of an engine, measured by the protocol of docs/bench.md into a trial log.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/commands.h"
#include "app/executor.h"
#include "core/trial_records.h"

namespace chimera::app {

struct BenchCommand {
  std::string engine = "embedded";
  std::string model;
  std::string url;
  std::string serve_command;      // a server to start: a preset or a command with {setting} in it
  std::string serve_environment;  // "KEY=value KEY={setting}"
  std::string transcript;         // what the replay engine plays
  std::string record;             // a transcript to which every call is added
  std::string pace = "recorded";  // replay: recorded, instant
  std::string prompt_tokens = "512";  // lists: 128,512
  std::string output_tokens = "128";
  std::string depth = "0";
  std::vector<std::string> settings;  // key=value,value
  std::string repeat = "auto";        // blocks, or auto
  std::uint32_t repetitions = 3;      // of a visit
  std::uint32_t warmup = 3;           // requests at least; 0: none
  double target_percent = 1;
  double longest_minutes = 0;  // 0: no limit
  std::uint64_t seed = 1;
  bool chat = false;
  bool keep_loaded = false;   // load only where the engine must
  bool let_it_end = false;    // the model may end its text
  bool kernels = false;       // trace what a GPU runs, after everything is measured
  bool no_duplicate = false;
  bool no_telemetry = false;
  bool quality = false;            // perplexity and agreement, on a text
  std::string quality_text;        // a file; empty: the text that the program brings
  std::size_t quality_window = 512;
  bool resume = false;
  std::string log;       // empty: chimera-runs/<time>.jsonl
  std::string name;
  std::string markdown;  // files to write the result to
  std::string csv;
  std::vector<std::string> command_line;  // as typed, for the record
  ExecutorOptions executor;
};
[[nodiscard]] int bench_command(const BenchCommand& command, const CommonOptions& common);
// Measures this plan here; of a task its part alone.
[[nodiscard]] int bench_trials(const BenchCommand& command, const CommonOptions& common, std::vector<core::TrialPlan> plan);

}  // namespace chimera::app
