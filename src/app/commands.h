// The commands, one function each: options in, exit code out. Parsing them is cli.h's business.
#pragma once

#include <string>
#include <vector>

#include "app/executor.h"

namespace chimera::app {

enum class OutputForm { text, json };

struct CommonOptions {
  bool quiet = false;
  bool verbose = false;
  OutputForm form = OutputForm::text;
};

struct ReportCommand {
  std::vector<std::string> dirs;
  std::string out = "chimera-report";
  std::string writer = "auto";   // auto, none, embedded[:MODEL], ollama:MODEL, openai:MODEL, replay:TRANSCRIPT
  std::string agent_a;           // settings "key=value,..." of Agent A
  std::string agent_b;
  std::string personas;          // folder; empty: the built-in ones
  bool no_times = false;
  bool no_pictures = false;
  bool include_own = false;
};
[[nodiscard]] int report_command(const ReportCommand& command, const CommonOptions& common);

struct FactsCommand {
  std::vector<std::string> dirs;
  bool include_own = false;
};
[[nodiscard]] int facts_command(const FactsCommand& command, const CommonOptions& common);

struct ExplainCommand {
  std::string id;
  std::string in = "chimera-report/report.json";  // or a store
};
[[nodiscard]] int explain_command(const ExplainCommand& command, const CommonOptions& common);

struct IngestCommand {
  std::vector<std::string> paths;
  bool map = false;      // every number with its fate
  bool studies = false;  // what was found to be a study, and why
  std::string store;     // file; empty: nothing is kept
  bool include_own = false;  // of a store: chimera's own reports are artifacts too
  unsigned workers = 0;  // threads; 0: as many as there are processors
  std::size_t shards = 0;    // on a cluster: tasks; 0: one for each 256 MiB
  ExecutorOptions executor;  // of a store
  std::vector<std::string> command_line;
};
[[nodiscard]] int ingest_command(const IngestCommand& command, const CommonOptions& common);

}  // namespace chimera::app
