#include "engines/kernel_spec.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "engines/settings.h"

namespace chimera::engines {
namespace {

constexpr std::int64_t kMost = 1'000'000;
constexpr std::int64_t kMostCopied = 4096;  // ggml counts values in 32 bits

struct KnownKernel {
  KernelKind kind;
  std::string_view name;
};
constexpr std::array kKernels = {KnownKernel{KernelKind::conv, "conv"}, KnownKernel{KernelKind::copy, "copy"}, KnownKernel{KernelKind::mlp, "mlp"},
                                 KnownKernel{KernelKind::transformer, "transformer"}};

struct SizeSetting {
  std::string_view key;
  std::string_view kernels;  // their first letters; the copy is p
  std::int64_t KernelSpec::* member;
};
constexpr std::array kSizes = {
    SizeSetting{"channels", "c", &KernelSpec::channels}, SizeSetting{"filters", "c", &KernelSpec::filters},   SizeSetting{"images", "c", &KernelSpec::images},
    SizeSetting{"kernel_size", "c", &KernelSpec::kernel_size}, SizeSetting{"mib", "p", &KernelSpec::mib},     SizeSetting{"n", "mt", &KernelSpec::n},
    SizeSetting{"n_ff", "mt", &KernelSpec::n_ff},        SizeSetting{"n_head", "t", &KernelSpec::n_head},     SizeSetting{"n_head_kv", "t", &KernelSpec::n_head_kv},
    SizeSetting{"size", "c", &KernelSpec::size},         SizeSetting{"threads", "pcmt", &KernelSpec::threads}, SizeSetting{"tokens", "mt", &KernelSpec::tokens}};

struct WeightType {
  std::string_view name;
  std::int64_t block;  // values that are kept together: rows are whole blocks
  double deviation;
};
constexpr std::array kTypes = {WeightType{"bf16", 1, 0.02}, WeightType{"f16", 1, 0.01},   WeightType{"f32", 1, 0.004},   WeightType{"q4_0", 32, 0.03},
                               WeightType{"q4_k", 256, 0.03}, WeightType{"q5_0", 32, 0.03}, WeightType{"q6_k", 256, 0.03}, WeightType{"q8_0", 32, 0.03}};

char letter(KernelKind kind) { return kind == KernelKind::copy ? 'p' : to_string(kind).front(); }
bool takes(const SizeSetting& setting, KernelKind kind) { return setting.kernels.find(letter(kind)) != std::string_view::npos; }
const WeightType* find_type(std::string_view name) {
  const auto found = std::find_if(kTypes.begin(), kTypes.end(), [&](const WeightType& type) { return type.name == name; });
  return found == kTypes.end() ? nullptr : &*found;
}
bool among(const std::vector<std::string>& names, std::string_view name) { return std::find(names.begin(), names.end(), name) != names.end(); }

tl::unexpected<base::Error> wrong(std::string message, std::string hint = {}) { return base::fail(base::ErrorKind::usage, std::move(message), std::move(hint)); }

base::Result<void> check_texts(const KernelSpec& spec) {
  const std::vector<std::string> types = kernel_types(spec.kind);
  if (!types.empty() && !among(types, spec.type)) return wrong(fmt::format("the {} kernel has no type \"{}\"", to_string(spec.kind), spec.type), fmt::format("one of {}", fmt::join(types, ", ")));
  const std::vector<std::string> routes = kernel_routes(spec.kind);
  if (!routes.empty() && !among(routes, spec.route)) return wrong(fmt::format("the {} kernel has no route \"{}\"", to_string(spec.kind), spec.route), fmt::format("one of {}", fmt::join(routes, ", ")));
  return {};
}

base::Result<void> check_sizes(const KernelSpec& spec) {
  if (spec.kind == KernelKind::copy && spec.mib > kMostCopied) return wrong(fmt::format("mib is {}, at most {} can be copied", spec.mib, kMostCopied));
  if (spec.kind == KernelKind::conv && spec.kernel_size % 2 == 0) return wrong(fmt::format("kernel_size is {}, expected an odd number", spec.kernel_size), "so that the result is as large as the image");
  if (spec.kind == KernelKind::conv && spec.kernel_size > spec.size) return wrong(fmt::format("kernel_size {} is larger than the image, whose size is {}", spec.kernel_size, spec.size));
  if (spec.kind != KernelKind::mlp && spec.kind != KernelKind::transformer) return {};
  const std::int64_t block = find_type(spec.type)->block;
  for (const auto& [key, value] : {std::pair{"n", spec.n}, std::pair{"n_ff", spec.n_ff}})
    if (value % block != 0) return wrong(fmt::format("{} is {}, but rows of {} are whole blocks of {}", key, value, spec.type, block));
  if (spec.kind == KernelKind::mlp) return {};
  if (spec.n % spec.n_head != 0 || spec.n / spec.n_head % 2 != 0) return wrong(fmt::format("{} heads do not share n = {} evenly", spec.n_head, spec.n), "each takes an even number of values");
  if (spec.n_head % spec.n_head_kv != 0) return wrong(fmt::format("{} heads cannot share {} heads of keys", spec.n_head, spec.n_head_kv));
  if (spec.n / spec.n_head * spec.n_head_kv % block != 0) return wrong(fmt::format("keys of {} heads are no whole blocks of {}", spec.n_head_kv, spec.type));
  return {};
}

void fill_in(KernelSpec& spec) {
  if (spec.n_ff == 0) spec.n_ff = 4 * spec.n;
  if (spec.n_head == 0) spec.n_head = std::max<std::int64_t>(1, spec.n / 64);
  if (spec.n_head_kv == 0) spec.n_head_kv = spec.n_head;
}

// Heads of the same size in the same groups, as few as make 256 values.
void shrink_heads(KernelSpec& spec) {
  const std::int64_t each = spec.n / spec.n_head;
  const std::int64_t group = spec.n_head / spec.n_head_kv;
  const std::int64_t block = find_type(spec.type)->block;
  for (std::int64_t heads = group; heads <= spec.n_head; heads += group) {
    if (each * heads < std::min<std::int64_t>(spec.n, 256) || each * heads % block != 0 || each * (heads / group) % block != 0) continue;
    spec.n = each * heads;
    spec.n_head = heads;
    spec.n_head_kv = heads / group;
    return;
  }
}

}  // namespace

std::string_view to_string(KernelKind kind) {
  for (const KnownKernel& known : kKernels)
    if (known.kind == kind) return known.name;
  return {};
}

std::optional<KernelKind> find_kernel(std::string_view name) {
  for (const KnownKernel& known : kKernels)
    if (known.name == name) return known.kind;
  return std::nullopt;
}

std::vector<std::string> kernel_names() {
  std::vector<std::string> names;
  for (const KnownKernel& known : kKernels) names.emplace_back(known.name);
  return names;
}

std::vector<std::string> kernel_settings(KernelKind kind) {
  std::vector<std::string> keys;
  for (const SizeSetting& setting : kSizes)
    if (takes(setting, kind)) keys.emplace_back(setting.key);
  if (!kernel_types(kind).empty()) keys.emplace_back("type");
  if (!kernel_routes(kind).empty()) keys.emplace_back("route");
  std::sort(keys.begin(), keys.end());
  return keys;
}

std::vector<std::string> kernel_types(KernelKind kind) {
  if (kind == KernelKind::copy) return {};
  if (kind == KernelKind::conv) return {"f16", "f32"};
  std::vector<std::string> names;
  for (const WeightType& type : kTypes) names.emplace_back(type.name);
  return names;
}

std::vector<std::string> kernel_routes(KernelKind kind) { return kind == KernelKind::conv ? std::vector<std::string>{"direct", "im2col"} : std::vector<std::string>(); }

base::Result<KernelSpec> kernel_spec(const core::RunConfig& config) {
  KernelSpec spec;
  const std::string name(config.get("kernel").value_or(""));
  const auto kind = find_kernel(name);
  if (!kind) return wrong(fmt::format("no kernel called \"{}\"", name), fmt::format("one of {}", fmt::join(kernel_names(), ", ")));
  spec.kind = *kind;
  for (const core::Setting& setting : config.settings())
    if (setting.key != "kernel" && !among(kernel_settings(*kind), setting.key))
      return wrong(fmt::format("the {} kernel has no setting \"{}\"", name, setting.key), fmt::format("it has {}", fmt::join(kernel_settings(*kind), ", ")));
  for (const SizeSetting& setting : kSizes) {
    TRY(const std::optional<std::int64_t> value, integer_setting(config, setting.key));
    if (!value) continue;
    if (*value < 1 || *value > kMost) return wrong(fmt::format("{} takes whole numbers from 1 to {}, found {}", setting.key, kMost, *value));
    spec.*setting.member = *value;
  }
  if (const auto type = config.get("type")) spec.type = *type;
  if (const auto route = config.get("route")) spec.route = *route;
  fill_in(spec);
  TRY_VOID(check_texts(spec));
  TRY_VOID(check_sizes(spec));
  return spec;
}

core::RunConfig kernel_config(const KernelSpec& spec) {
  core::RunConfig config;
  config.set("kernel", to_string(spec.kind));
  for (const SizeSetting& setting : kSizes)
    if (takes(setting, spec.kind) && spec.*setting.member > 0) config.set(setting.key, std::to_string(spec.*setting.member));
  if (!kernel_types(spec.kind).empty()) config.set("type", spec.type);
  if (!kernel_routes(spec.kind).empty()) config.set("route", spec.route);
  return config;
}

double kernel_flop(const KernelSpec& spec) {
  const auto d = [](std::int64_t value) { return static_cast<double>(value); };
  const double feed_forward = 3 * 2 * d(spec.tokens) * d(spec.n) * d(spec.n_ff);
  switch (spec.kind) {
    case KernelKind::copy: return 0;
    case KernelKind::conv: return 2 * d(spec.images) * d(spec.filters) * d(spec.size) * d(spec.size) * d(spec.channels) * d(spec.kernel_size) * d(spec.kernel_size);
    case KernelKind::mlp: return feed_forward;
    case KernelKind::transformer: break;
  }
  const double keys = d(spec.n / spec.n_head * spec.n_head_kv);
  return feed_forward + 2 * d(spec.tokens) * d(spec.n) * (2 * d(spec.n) + 2 * keys) + 2 * 2 * d(spec.tokens) * d(spec.tokens) * d(spec.n);
}

KernelSpec small_kernel(const KernelSpec& spec) {
  KernelSpec small = spec;
  const auto at_most = [](std::int64_t& value, std::int64_t limit) { value = std::min(value, limit); };
  at_most(small.mib, 1);
  at_most(small.tokens, 40);
  const std::int64_t few = std::max<std::int64_t>(1, 288 / (spec.kernel_size * spec.kernel_size));
  at_most(small.channels, few);
  at_most(small.filters, few);
  at_most(small.images, 2);
  small.size = std::min(spec.size, std::max<std::int64_t>(20, spec.kernel_size));
  if (spec.kind == KernelKind::transformer) shrink_heads(small);
  else at_most(small.n, 256);
  at_most(small.n_ff, 512);
  return small;
}

double allowed_deviation(const KernelSpec& spec) { return spec.kind == KernelKind::copy ? 0 : find_type(spec.type)->deviation; }

}  // namespace chimera::engines
