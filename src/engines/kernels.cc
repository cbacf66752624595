#include "engines/kernels.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#if __has_include(<llama.h>)

#include <ggml-alloc.h>
#include <ggml-backend.h>
#include <ggml-cpu.h>
#include <llama.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>
#include <thread>

#include "base/random.h"
#include "engines/kernel_graph.h"
#include "engines/kernel_reference.h"
#include "engines/llama_library.h"

namespace chimera::engines {

#include "engines/llama_table.def"

namespace {

// Weights repeat after so many values: enough to be random to any arithmetic, and quick to draw and to quantise.
constexpr std::int64_t kDrawn = std::int64_t{1} << 20;
constexpr std::size_t kNodes = 128;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

Failure failed(FailureKind kind, std::string message) {
  return {kind, std::nullopt, {kind == FailureKind::cancelled ? base::ErrorKind::interrupted : base::ErrorKind::engine, std::move(message), {}}};
}
tl::unexpected<Failure> fail(FailureKind kind, std::string message) { return tl::make_unexpected(failed(kind, std::move(message))); }

// The end of what ggml has said, which is all it tells of a reason.
std::string last_words(LlamaLibrary& library) {
  std::vector<std::string> log = library.take_log();
  if (log.size() > 6) log.erase(log.begin(), log.end() - 6);
  return log.empty() ? std::string() : fmt::format("; ggml says: {}", fmt::join(log, " | "));
}

// Uniform with mean 0 and standard deviation 1.
float centred(base::SplitMix& random) { return (static_cast<float>(random.next() >> 40) * (2.0F / (1 << 24)) - 1.0F) * 1.7320508F; }

// What one kernel needs while it is ready.
struct Ready {
  explicit Ready(const LlamaFunctions& functions) : f(functions) {}
  Ready(const Ready&) = delete;
  Ready& operator=(const Ready&) = delete;
  ~Ready() {
    if (nodes_memory != nullptr) f.ggml_gallocr_free(nodes_memory);
    if (inputs_memory != nullptr) f.ggml_backend_buffer_free(inputs_memory);
    if (nodes != nullptr) f.ggml_free(nodes);
    if (inputs != nullptr) f.ggml_free(inputs);
  }
  const LlamaFunctions& f;
  ggml_context* inputs = nullptr;
  ggml_context* nodes = nullptr;
  ggml_cgraph* graph = nullptr;
  ggml_backend_buffer_t inputs_memory = nullptr;
  ggml_gallocr_t nodes_memory = nullptr;
  KernelGraph kernel;
};

// Functions of the CPU backend alone, which is loaded like any other. Null where the device is none.
struct CpuFunctions {
  decltype(&::ggml_threadpool_new) new_pool = nullptr;
  decltype(&::ggml_threadpool_free) free_pool = nullptr;
  decltype(&::ggml_backend_cpu_set_threadpool) set_pool = nullptr;
  decltype(&::ggml_backend_cpu_set_n_threads) set_threads = nullptr;
};

class GgmlKernels final : public Kernels {
 public:
  GgmlKernels(LlamaLibrary& library, std::string folder, ggml_backend_dev_t device, ggml_backend_t backend)
      : library_(library), f_(library.functions()), folder_(std::move(folder)), device_(device), backend_(backend), cpu_(f_.ggml_backend_dev_type(device) == GGML_BACKEND_DEVICE_TYPE_CPU) {
    if (!cpu_) return;
    const ggml_backend_reg_t reg = f_.ggml_backend_dev_backend_reg(device_);
    const auto find = [&](auto& function, const char* name) { function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(f_.ggml_backend_reg_get_proc_address(reg, name)); };
    find(threads_.new_pool, "ggml_threadpool_new");
    find(threads_.free_pool, "ggml_threadpool_free");
    find(threads_.set_pool, "ggml_backend_cpu_set_threadpool");
    find(threads_.set_threads, "ggml_backend_set_n_threads");
  }
  GgmlKernels(const GgmlKernels&) = delete;
  GgmlKernels& operator=(const GgmlKernels&) = delete;
  ~GgmlKernels() override {
    release();
    f_.ggml_backend_free(backend_);
    if (pool_ != nullptr) threads_.free_pool(pool_);
  }

  Tried<KernelWork> prepare(const KernelSpec& spec) override;
  Tried<void> evaluate(std::uint32_t times, std::stop_token stop) override;
  void release() override { ready_.reset(); }
  Tried<double> deviation(const KernelSpec& spec) override;
  core::RunConfig effective(const KernelSpec& spec) const override;
  EngineInfo info() const override { return {library_.version(), folder_, library_.devices()}; }

 private:
  std::int64_t threads_of(const KernelSpec& spec) const { return spec.threads > 0 ? spec.threads : std::max<std::int64_t>(1, std::thread::hardware_concurrency()); }
  Tried<void> set_threads(std::int64_t count);
  Tried<void> build(const KernelSpec& spec, Ready& ready) const;
  Tried<void> take_memory(Ready& ready) const;
  void fill(const KernelInput& input, base::SplitMix& random) const;
  void fill_random(const KernelInput& input, base::SplitMix& random) const;
  std::vector<float> values_of(const ggml_tensor* tensor) const;

  LlamaLibrary& library_;
  const LlamaFunctions& f_;
  std::string folder_;
  ggml_backend_dev_t device_;
  ggml_backend_t backend_;
  bool cpu_;
  CpuFunctions threads_;
  ggml_threadpool_t pool_ = nullptr;
  std::int64_t pool_threads_ = 0;
  std::unique_ptr<Ready> ready_;
};

// Threads are kept between evaluations, as llama.cpp's own programs do; otherwise each would begin by starting them.
Tried<void> GgmlKernels::set_threads(std::int64_t count) {
  if (!cpu_ || pool_threads_ == count) return {};
  if (count > GGML_MAX_N_THREADS) return fail(FailureKind::unsupported, fmt::format("ggml takes {} threads at most, {} were asked for", GGML_MAX_N_THREADS, count));
  if (threads_.new_pool == nullptr || threads_.free_pool == nullptr || threads_.set_pool == nullptr || threads_.set_threads == nullptr)
    return fail(FailureKind::unsupported, "this CPU backend of ggml has no pool of threads");
  ggml_threadpool_params wanted = f_.ggml_threadpool_params_default(static_cast<int>(count));
  const ggml_threadpool_t pool = threads_.new_pool(&wanted);
  if (pool == nullptr) return fail(FailureKind::out_of_memory, fmt::format("ggml could not start {} threads", count));
  threads_.set_threads(backend_, static_cast<int>(count));
  threads_.set_pool(backend_, pool);
  if (pool_ != nullptr) threads_.free_pool(pool_);
  pool_ = pool;
  pool_threads_ = count;
  return {};
}

Tried<void> GgmlKernels::build(const KernelSpec& spec, Ready& ready) const {
  const std::size_t size = kNodes * f_.ggml_tensor_overhead();
  ready.inputs = f_.ggml_init({size, nullptr, true});
  ready.nodes = f_.ggml_init({size + f_.ggml_graph_overhead(), nullptr, true});
  if (ready.inputs == nullptr || ready.nodes == nullptr) return fail(FailureKind::out_of_memory, "no memory for the graph");
  ready.kernel = build_kernel(f_, spec, ready.inputs, ready.nodes);
  ready.graph = f_.ggml_new_graph(ready.nodes);
  f_.ggml_build_forward_expand(ready.graph, ready.kernel.output);
  for (int i = 0; i < f_.ggml_graph_n_nodes(ready.graph); ++i) {
    const ggml_tensor* node = f_.ggml_graph_node(ready.graph, i);
    if (!f_.ggml_backend_dev_supports_op(device_, node))
      return fail(FailureKind::unsupported, fmt::format("{} cannot compute {} with {} weights", f_.ggml_backend_dev_name(device_), lower(f_.ggml_op_name(node->op)), spec.type));
  }
  return {};
}

Tried<void> GgmlKernels::take_memory(Ready& ready) const {
  const ggml_backend_buffer_type_t kind = f_.ggml_backend_dev_buffer_type(device_);
  std::size_t free = 0;
  std::size_t total = 0;
  f_.ggml_backend_dev_memory(device_, &free, &total);
  const std::size_t needed = f_.ggml_backend_alloc_ctx_tensors_from_buft_size(ready.inputs, kind);
  const auto too_large = [&](std::size_t bytes) { return fail(FailureKind::out_of_memory, fmt::format("the kernel needs {} MiB, {} has {} MiB free", bytes >> 20, f_.ggml_backend_dev_name(device_), free >> 20)); };
  if (free > 0 && needed > free) return too_large(needed);
  ready.inputs_memory = f_.ggml_backend_alloc_ctx_tensors_from_buft(ready.inputs, kind);
  if (ready.inputs_memory == nullptr) return too_large(needed);
  ready.nodes_memory = f_.ggml_gallocr_new(kind);
  std::size_t more = 0;
  f_.ggml_gallocr_reserve_n_size(ready.nodes_memory, ready.graph, nullptr, nullptr, &more);
  if (free > 0 && needed + more > free) return too_large(needed + more);
  // What was only measured counts as reserved, so it must be reserved for good.
  if (!f_.ggml_gallocr_reserve(ready.nodes_memory, ready.graph) || !f_.ggml_gallocr_alloc_graph(ready.nodes_memory, ready.graph)) return too_large(needed + more);
  return {};
}

void GgmlKernels::fill_random(const KernelInput& input, base::SplitMix& random) const {
  ggml_tensor* tensor = input.tensor;
  const std::int64_t width = tensor->ne[0];
  const std::int64_t rows = f_.ggml_nelements(tensor) / width;
  const std::int64_t drawn_rows = std::clamp<std::int64_t>(kDrawn / width, 1, rows);
  const double products = tensor->ne[2] > 1 || tensor->ne[3] > 1 ? static_cast<double>(tensor->ne[0] * tensor->ne[1] * tensor->ne[2]) : static_cast<double>(width);
  const float spread = input.fill == KernelFill::weights ? static_cast<float>(1 / std::sqrt(products)) : input.fill == KernelFill::norm ? 0.1F : 1.0F;
  const float middle = input.fill == KernelFill::norm ? 1.0F : 0.0F;
  std::vector<float> drawn(static_cast<std::size_t>(drawn_rows * width));
  for (float& value : drawn) value = middle + spread * centred(random);
  std::vector<char> written(f_.ggml_row_size(tensor->type, width) * static_cast<std::size_t>(drawn_rows));
  f_.ggml_quantize_chunk(tensor->type, drawn.data(), written.data(), 0, drawn_rows, width, nullptr);
  const std::size_t whole = f_.ggml_nbytes(tensor);
  for (std::size_t at = 0; at < whole; at += written.size()) f_.ggml_backend_tensor_set(tensor, written.data(), at, std::min(written.size(), whole - at));
}

void GgmlKernels::fill(const KernelInput& input, base::SplitMix& random) const {
  ggml_tensor* tensor = input.tensor;
  if (input.fill == KernelFill::positions) {
    std::vector<std::int32_t> positions(static_cast<std::size_t>(tensor->ne[0]));
    for (std::size_t i = 0; i < positions.size(); ++i) positions[i] = static_cast<std::int32_t>(i);
    f_.ggml_backend_tensor_set(tensor, positions.data(), 0, positions.size() * sizeof(std::int32_t));
  } else if (input.fill == KernelFill::causal) {
    const auto tokens = static_cast<std::size_t>(tensor->ne[0]);
    std::vector<float> mask(tokens * tokens, 0);
    for (std::size_t query = 0; query < tokens; ++query)
      for (std::size_t key = query + 1; key < tokens; ++key) mask[query * tokens + key] = -std::numeric_limits<float>::infinity();
    f_.ggml_backend_tensor_set(tensor, mask.data(), 0, mask.size() * sizeof(float));
  } else {
    fill_random(input, random);
  }
}

Tried<KernelWork> GgmlKernels::prepare(const KernelSpec& spec) {
  release();
  TRY_VOID(set_threads(threads_of(spec)));
  auto ready = std::make_unique<Ready>(f_);
  TRY_VOID(build(spec, *ready));
  TRY_VOID(take_memory(*ready));
  base::SplitMix random(1);
  KernelWork work{kernel_flop(spec), static_cast<double>(f_.ggml_nbytes(ready->kernel.output))};
  for (const KernelInput& input : ready->kernel.inputs) {
    fill(input, random);
    work.bytes += static_cast<double>(f_.ggml_nbytes(input.tensor));
  }
  f_.ggml_backend_synchronize(backend_);
  ready_ = std::move(ready);
  return work;
}

Tried<void> GgmlKernels::evaluate(std::uint32_t times, std::stop_token stop) {
  if (ready_ == nullptr) return fail(FailureKind::refused, "no kernel is ready");
  for (std::uint32_t i = 0; i < times; ++i) {
    if (stop.stop_requested()) {
      f_.ggml_backend_synchronize(backend_);
      return fail(FailureKind::cancelled, "stopped");
    }
    const ggml_status status = f_.ggml_backend_graph_compute_async(backend_, ready_->graph);
    if (status == GGML_STATUS_SUCCESS) continue;
    return fail(status == GGML_STATUS_ALLOC_FAILED ? FailureKind::out_of_memory : FailureKind::refused,
                fmt::format("{} could not compute the kernel: status {}{}", f_.ggml_backend_dev_name(device_), static_cast<int>(status), last_words(library_)));
  }
  f_.ggml_backend_synchronize(backend_);
  return {};
}

// As ggml reads it, whatever its type.
std::vector<float> GgmlKernels::values_of(const ggml_tensor* tensor) const {
  std::vector<char> bytes(f_.ggml_nbytes(tensor));
  f_.ggml_backend_tensor_get(tensor, bytes.data(), 0, bytes.size());
  std::vector<float> values(static_cast<std::size_t>(f_.ggml_nelements(tensor)));
  if (tensor->type == GGML_TYPE_F32) std::memcpy(values.data(), bytes.data(), bytes.size());
  else if (const ggml_type_traits* traits = f_.ggml_get_type_traits(tensor->type); traits->to_float != nullptr) traits->to_float(bytes.data(), values.data(), static_cast<std::int64_t>(values.size()));
  return values;
}

Tried<double> GgmlKernels::deviation(const KernelSpec& spec) {
  const KernelSpec small = small_kernel(spec);
  const auto done = [&]() -> Tried<double> {
    TRY(const KernelWork work, prepare(small));
    static_cast<void>(work);
    TRY_VOID(evaluate(2, {}));  // twice: what a first evaluation leaves behind must not change the second
    KernelInputs inputs;
    for (const KernelInput& input : ready_->kernel.inputs)
      if (input.fill != KernelFill::positions && input.fill != KernelFill::causal) inputs[input.name] = values_of(input.tensor);
    return engines::deviation(values_of(ready_->kernel.output), kernel_reference(small, inputs));
  }();
  release();
  return done;
}

core::RunConfig GgmlKernels::effective(const KernelSpec& spec) const {
  KernelSpec whole = spec;
  whole.threads = cpu_ ? threads_of(spec) : 0;  // of a GPU there are none to set
  core::RunConfig config = kernel_config(whole);
  config.set("backend", lower(f_.ggml_backend_reg_name(f_.ggml_backend_dev_backend_reg(device_))));
  config.set("device", f_.ggml_backend_dev_description(device_));
  return config;
}

bool is_gpu(const LlamaFunctions& f, ggml_backend_dev_t device) {
  const auto type = f.ggml_backend_dev_type(device);
  return type == GGML_BACKEND_DEVICE_TYPE_GPU || type == GGML_BACKEND_DEVICE_TYPE_IGPU;
}

// Null where there is none.
ggml_backend_dev_t find_device(const LlamaFunctions& f, const std::string& backend) {
  for (const bool gpu : {true, false})
    for (std::size_t i = 0; i < f.ggml_backend_dev_count(); ++i) {
      const ggml_backend_dev_t device = f.ggml_backend_dev_get(i);
      if (is_gpu(f, device) != gpu || (!gpu && f.ggml_backend_dev_type(device) != GGML_BACKEND_DEVICE_TYPE_CPU)) continue;
      if (backend == "auto" || lower(f.ggml_backend_reg_name(f.ggml_backend_dev_backend_reg(device))) == backend) return device;
    }
  return nullptr;
}

// Whether the folder holds ggml's backend at all, which tells a missing download from a missing driver.
bool holds_backend(const std::string& folder, const std::string& backend) {
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    if (entry->path().filename().string().rfind("libggml-" + backend, 0) == 0) return true;
  return false;
}

base::Error no_device(LlamaLibrary& library, const std::string& folder, const std::string& backend) {
  std::string message = fmt::format("ggml has no {} device here; it has {}", backend, fmt::join(library.devices(), ", "));
  if (!holds_backend(folder, backend))
    return {base::ErrorKind::engine, message + fmt::format("; {} holds no libggml-{}*.so", folder, backend),
            fmt::format("`tools/fetch_archives llama-{0}` brings it and CHIMERA_LLAMA=.cache/llama-{0}/lib uses it; or --backend auto, the best there is", backend)};
  message += last_words(library);
  return {base::ErrorKind::engine, std::move(message), fmt::format("libggml-{}*.so is there: is there a GPU, and a driver that is new enough? chimera doctor tells; or --backend auto", backend)};
}

}  // namespace

base::Result<std::unique_ptr<Kernels>> make_kernels(const std::string& library_folder, const std::string& backend) {
  TRY(LlamaLibrary * library, LlamaLibrary::load(library_folder));
  const LlamaFunctions& f = library->functions();
  const ggml_backend_dev_t device = find_device(f, backend);
  if (device == nullptr) return tl::make_unexpected(no_device(*library, library_folder, backend));
  const ggml_backend_t made = f.ggml_backend_dev_init(device, nullptr);
  if (made == nullptr)
    return base::fail(base::ErrorKind::engine, fmt::format("ggml could not use {}{}", f.ggml_backend_dev_description(device), last_words(*library)), "chimera doctor tells what this machine has");
  return std::make_unique<GgmlKernels>(*library, library_folder, device, made);
}

}  // namespace chimera::engines

#else  // built without llama.cpp's headers

namespace chimera::engines {

base::Result<std::unique_ptr<Kernels>> make_kernels(const std::string&, const std::string&) {
  return base::fail(base::ErrorKind::engine, "this program was built without ggml", "`tools/fetch_archives llama` brings it; then build again");
}

}  // namespace chimera::engines

#endif
