#include "engines/kernel_graph.h"

#if __has_include(<llama.h>)

#include <ggml-alloc.h>
#include <ggml-backend.h>
#include <llama.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/check.h"

namespace chimera::engines {

#include "engines/llama_table.def"

namespace {

constexpr float kEpsilon = 1e-5F;
constexpr float kRopeBase = 10000;

ggml_type type_of(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, ggml_type>, 8> kTypes = {{{"f32", GGML_TYPE_F32},
                                                                                    {"f16", GGML_TYPE_F16},
                                                                                    {"bf16", GGML_TYPE_BF16},
                                                                                    {"q8_0", GGML_TYPE_Q8_0},
                                                                                    {"q6_k", GGML_TYPE_Q6_K},
                                                                                    {"q5_0", GGML_TYPE_Q5_0},
                                                                                    {"q4_k", GGML_TYPE_Q4_K},
                                                                                    {"q4_0", GGML_TYPE_Q4_0}}};
  const auto found = std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& type) { return type.first == name; });
  CHECK(found != kTypes.end(), "a kernel's type was checked when it was read");
  return found->second;
}

class Builder {
 public:
  Builder(const LlamaFunctions& functions, const KernelSpec& spec, ggml_context* inputs, ggml_context* nodes) : f_(functions), spec_(spec), type_(type_of(spec.type)), in_(inputs), ctx_(nodes) {}

  KernelGraph build() {
    switch (spec_.kind) {
      case KernelKind::copy: graph_.output = copy(); break;
      case KernelKind::conv: graph_.output = convolution(); break;
      case KernelKind::mlp: graph_.output = feed_forward(input("x", KernelFill::activations, GGML_TYPE_F32, {spec_.n, spec_.tokens})); break;
      case KernelKind::transformer: graph_.output = transformer(); break;
    }
    f_.ggml_set_output(graph_.output);
    return std::move(graph_);
  }

 private:
  ggml_tensor* input(const char* name, KernelFill fill, ggml_type type, std::array<std::int64_t, 4> shape) {
    for (std::int64_t& size : shape) size = std::max<std::int64_t>(size, 1);
    ggml_tensor* tensor = f_.ggml_new_tensor_4d(in_, type, shape[0], shape[1], shape[2], shape[3]);
    graph_.inputs.push_back({name, fill, tensor});
    return tensor;
  }
  ggml_tensor* weights(const char* name, std::int64_t width, std::int64_t rows) { return input(name, KernelFill::weights, type_, {width, rows}); }

  // The destination is an input tensor too, so that it keeps its memory; it is written before it is read by anybody.
  ggml_tensor* copy() {
    const std::int64_t rows = spec_.mib * 1024 * 1024 / (1024 * static_cast<std::int64_t>(sizeof(float)));
    ggml_tensor* from = input("x", KernelFill::activations, GGML_TYPE_F32, {1024, rows});
    return f_.ggml_cpy(ctx_, from, f_.ggml_new_tensor_2d(in_, GGML_TYPE_F32, 1024, rows));
  }

  ggml_tensor* convolution() {
    const std::int64_t k = spec_.kernel_size;
    ggml_tensor* kernel = input("weights", KernelFill::weights, type_, {k, k, spec_.channels, spec_.filters});
    ggml_tensor* image = input("image", KernelFill::activations, GGML_TYPE_F32, {spec_.size, spec_.size, spec_.channels, spec_.images});
    const int padding = static_cast<int>(k / 2);
    if (spec_.route == "direct") return f_.ggml_conv_2d_direct(ctx_, kernel, image, 1, 1, padding, padding, 1, 1);
    return f_.ggml_conv_2d(ctx_, kernel, image, 1, 1, padding, padding, 1, 1);
  }

  ggml_tensor* feed_forward(ggml_tensor* x) {
    ggml_tensor* gate = f_.ggml_mul_mat(ctx_, weights("gate", spec_.n, spec_.n_ff), x);
    ggml_tensor* up = f_.ggml_mul_mat(ctx_, weights("up", spec_.n, spec_.n_ff), x);
    return f_.ggml_mul_mat(ctx_, weights("down", spec_.n_ff, spec_.n), f_.ggml_swiglu_split(ctx_, gate, up));
  }

  ggml_tensor* normed(ggml_tensor* x, const char* name) { return f_.ggml_mul(ctx_, f_.ggml_rms_norm(ctx_, x, kEpsilon), input(name, KernelFill::norm, GGML_TYPE_F32, {spec_.n})); }

  ggml_tensor* rotated(ggml_tensor* x, ggml_tensor* positions, std::int64_t heads) {
    const std::int64_t each = spec_.n / spec_.n_head;
    ggml_tensor* split = f_.ggml_reshape_3d(ctx_, x, each, heads, spec_.tokens);
    return f_.ggml_rope_ext(ctx_, split, positions, nullptr, static_cast<int>(each), GGML_ROPE_TYPE_NORMAL, 0, kRopeBase, 1, 0, 1, 32, 1);
  }

  // As llama.cpp's graphs without flash attention.
  ggml_tensor* attention(ggml_tensor* x) {
    const std::int64_t each = spec_.n / spec_.n_head;
    const std::int64_t keys = each * spec_.n_head_kv;
    ggml_tensor* positions = input("positions", KernelFill::positions, GGML_TYPE_I32, {spec_.tokens});
    ggml_tensor* mask = input("mask", KernelFill::causal, GGML_TYPE_F32, {spec_.tokens, spec_.tokens});
    ggml_tensor* query = rotated(f_.ggml_mul_mat(ctx_, weights("query", spec_.n, spec_.n), x), positions, spec_.n_head);
    ggml_tensor* key = rotated(f_.ggml_mul_mat(ctx_, weights("key", spec_.n, keys), x), positions, spec_.n_head_kv);
    ggml_tensor* value = f_.ggml_reshape_3d(ctx_, f_.ggml_mul_mat(ctx_, weights("value", spec_.n, keys), x), each, spec_.n_head_kv, spec_.tokens);
    ggml_tensor* scores = f_.ggml_mul_mat(ctx_, f_.ggml_permute(ctx_, key, 0, 2, 1, 3), f_.ggml_permute(ctx_, query, 0, 2, 1, 3));
    scores = f_.ggml_soft_max_ext(ctx_, scores, mask, 1.0F / std::sqrt(static_cast<float>(each)), 0);
    ggml_tensor* turned = f_.ggml_cont(ctx_, f_.ggml_permute(ctx_, value, 1, 2, 0, 3));
    ggml_tensor* mixed = f_.ggml_permute(ctx_, f_.ggml_mul_mat(ctx_, turned, scores), 0, 2, 1, 3);
    return f_.ggml_mul_mat(ctx_, weights("output", spec_.n, spec_.n), f_.ggml_cont_2d(ctx_, mixed, spec_.n, spec_.tokens));
  }

  ggml_tensor* transformer() {
    ggml_tensor* x = input("x", KernelFill::activations, GGML_TYPE_F32, {spec_.n, spec_.tokens});
    ggml_tensor* attended = f_.ggml_add(ctx_, x, attention(normed(x, "attention_norm")));
    return f_.ggml_add(ctx_, attended, feed_forward(normed(attended, "norm")));
  }

  const LlamaFunctions& f_;
  const KernelSpec& spec_;
  ggml_type type_;
  ggml_context* in_;
  ggml_context* ctx_;
  KernelGraph graph_;
};

}  // namespace

KernelGraph build_kernel(const LlamaFunctions& functions, const KernelSpec& spec, ggml_context* inputs, ggml_context* nodes) { return Builder(functions, spec, inputs, nodes).build(); }

}  // namespace chimera::engines

#endif
