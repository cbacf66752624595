// The shared libraries of llama.cpp, loaded while the program runs.
//
// Owns nothing that could be given back: llama.cpp keeps state for the whole process, so a library once loaded stays.
// Where llama.cpp itself gives up (GGML_ABORT), the program ends with exit code 4 and its message.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"

namespace chimera::engines {

struct LlamaFunctions;  // a pointer for each name in llama_functions.def

class LlamaLibrary {
 public:
  // From the folder's libllama*.so; a second call gives the same one. One folder in a process.
  [[nodiscard]] static base::Result<LlamaLibrary*> load(const std::string& folder);

  [[nodiscard]] const LlamaFunctions& functions() const { return *functions_; }
  [[nodiscard]] const std::string& version() const { return version_; }
  [[nodiscard]] const std::vector<std::string>& devices() const { return devices_; }  // "CPU: AMD EPYC"

  // What llama.cpp has logged since the last take_log(), a line each, the last 500.
  [[nodiscard]] std::vector<std::string> take_log();
  void add_log(const char* text);

 private:
  LlamaLibrary() = default;
  [[nodiscard]] base::Result<void> open(const std::string& folder);

  LlamaFunctions* functions_ = nullptr;
  std::string folder_;
  std::string version_;
  std::vector<std::string> devices_;
  std::mutex mutex_;  // guards log_
  std::vector<std::string> log_;
  std::string log_line_;
};

}  // namespace chimera::engines
