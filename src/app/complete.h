// chimera complete: one prompt to one engine, its text as it comes, its times afterwards.
#pragma once

#include <string>
#include <vector>

#include "app/commands.h"

namespace chimera::app {

struct CompleteCommand {
  std::string engine = "embedded";
  std::string model;
  std::string url;
  std::string transcript;             // what the replay engine plays
  std::string pace = "recorded";      // replay: recorded, instant
  std::vector<std::string> settings;  // key=value
  std::string system;                 // a system message before the prompt
  bool raw = false;                   // the prompt is text to go on from, not a message
  std::string grammar;                // file
  std::string json_schema;            // file
  double first_token_timeout_s = 600;
  double token_timeout_s = 60;
  unsigned attempts = 3;
  std::string record;                 // transcript to write to
  std::string prompt;                 // - for standard input
};
[[nodiscard]] int complete_command(const CompleteCommand& command, const CommonOptions& common);

}  // namespace chimera::app
