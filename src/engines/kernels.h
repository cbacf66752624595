// Kernels (kernel_spec.h) that are made ready once and evaluated as often as asked. Nothing here looks at a clock.
//
// Threads: one at a time. Fails as calls of a model do: out_of_memory, unsupported, cancelled; refused where ggml gives no reason.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "engines/completion.h"
#include "engines/engine.h"
#include "engines/kernel_spec.h"

namespace chimera::engines {

template <class T>
using Tried = tl::expected<T, Failure>;

// What one evaluation comes to.
struct KernelWork {
  double flop = 0;
  double bytes = 0;  // that must move: every input read once, the output written once, in the types that they have
};

class Kernels {
 public:
  virtual ~Kernels() = default;

  // Takes memory, fills it with random numbers and does nothing else; what was ready before is given back first.
  [[nodiscard]] virtual Tried<KernelWork> prepare(const KernelSpec& spec) = 0;
  // The kernel that is ready, `times` times in a row on the same buffers; returns when the backend has finished all of them.
  // `stop` is heard between evaluations.
  [[nodiscard]] virtual Tried<void> evaluate(std::uint32_t times, std::stop_token stop) = 0;
  virtual void release() = 0;
  // Computes a small kernel of the same type and settings and holds it against kernel_reference(). Nothing is ready afterwards.
  [[nodiscard]] virtual Tried<double> deviation(const KernelSpec& spec) = 0;

  // The specification as it takes effect, with backend and device.
  [[nodiscard]] virtual core::RunConfig effective(const KernelSpec& spec) const = 0;
  [[nodiscard]] virtual EngineInfo info() const = 0;
};

// ggml from the folder of llama.cpp's libraries. `backend`: cpu, cuda, or auto: the first GPU there is, else the CPU. Fails
// (engine) where the libraries are missing, or the backend has no device, with what to do about it.
[[nodiscard]] base::Result<std::unique_ptr<Kernels>> make_kernels(const std::string& library_folder, const std::string& backend);

}  // namespace chimera::engines
