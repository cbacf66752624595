// NVIDIA's profiling library, loaded while the program runs: which kernels this process launches on a GPU, or why it does
// not say.
//
// The functions and the leading fields of its records are declared in cupti.cc after the headers of CUPTI; no header of
// theirs is needed. Only launches of this process are seen, among them those from CUDA graphs.
// Owns the library, which stays loaded until the process ends, as CUPTI asks. Threads: one at a time; CUPTI hands records
// over in a thread of its own. Fails: input errors say what CUPTI said, and what helps.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "measure/kernel_trace.h"

namespace chimera::measure {

class Cupti {
 public:
  // The file, or the folder of one. Empty: what CHIMERA_CUPTI names, else the loader's path, else the folders of the CUDA
  // toolkit. Nothing is traced yet, and nothing of CUPTI but its version was asked.
  [[nodiscard]] static base::Result<Cupti> load(const std::string& where = {});

  [[nodiscard]] const std::string& version() const;  // "CUPTI 13.0", "CUPTI API 22": numbers of its own before CUDA 13
  [[nodiscard]] const std::string& path() const;     // of the library

  // From here on every launch of this process is recorded, until detach(). Costs time: nothing that is measured may run
  // meanwhile. Whoever is not attached again and again, but once around all that is to be traced, is on the safe side of
  // CUPTI's troubles with graphs that were made before.
  [[nodiscard]] base::Result<void> attach();
  void detach();

  // Forgets what was launched so far. All work on the GPU must be over.
  [[nodiscard]] base::Result<void> begin();
  // What was launched since begin(). All work on the GPU must be over.
  [[nodiscard]] base::Result<LaunchTrace> end();

 private:
  struct Library;
  [[nodiscard]] base::Result<void> check(int status, const char* what) const;
  [[nodiscard]] base::Result<void> flush();

  std::shared_ptr<Library> library_;
};

}  // namespace chimera::measure
