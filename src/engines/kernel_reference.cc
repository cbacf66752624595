#include "engines/kernel_reference.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.h"

namespace chimera::engines {
namespace {

using Values = std::vector<double>;

constexpr double kEpsilon = 1e-5;
constexpr double kRopeBase = 10000;

std::size_t z(std::int64_t value) { return static_cast<std::size_t>(value); }

const std::vector<float>& input(const KernelInputs& inputs, const char* name) {
  const auto found = inputs.find(name);
  CHECK(found != inputs.end(), "a kernel's inputs are complete");
  return found->second;
}

// Rows of `weights`, each as long as a row of x, times the rows of x.
Values product(const std::vector<float>& weights, const Values& x, std::size_t width) {
  const std::size_t outputs = weights.size() / width;
  const std::size_t rows = x.size() / width;
  Values y(rows * outputs, 0);
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t o = 0; o < outputs; ++o) {
      double sum = 0;
      for (std::size_t i = 0; i < width; ++i) sum += static_cast<double>(weights[o * width + i]) * x[r * width + i];
      y[r * outputs + o] = sum;
    }
  return y;
}

Values feed_forward(const KernelSpec& spec, const KernelInputs& inputs, const Values& x) {
  Values gate = product(input(inputs, "gate"), x, z(spec.n));
  const Values up = product(input(inputs, "up"), x, z(spec.n));
  for (std::size_t i = 0; i < gate.size(); ++i) gate[i] = gate[i] / (1 + std::exp(-gate[i])) * up[i];
  return product(input(inputs, "down"), gate, z(spec.n_ff));
}

Values rms_norm(const Values& x, const std::vector<float>& weights) {
  const std::size_t width = weights.size();
  Values y(x.size());
  for (std::size_t row = 0; row < x.size(); row += width) {
    double squares = 0;
    for (std::size_t i = 0; i < width; ++i) squares += x[row + i] * x[row + i];
    const double scale = 1 / std::sqrt(squares / static_cast<double>(width) + kEpsilon);
    for (std::size_t i = 0; i < width; ++i) y[row + i] = x[row + i] * scale * static_cast<double>(weights[i]);
  }
  return y;
}

// Rotary positions (Su et al. 2021) of neighbouring pairs; a row is a token, whose position is its number.
void rotate(Values& x, std::size_t heads, std::size_t each) {
  const std::size_t width = heads * each;
  for (std::size_t token = 0; token < x.size() / width; ++token)
    for (std::size_t head = 0; head < heads; ++head)
      for (std::size_t i = 0; i < each; i += 2) {
        const double angle = static_cast<double>(token) * std::pow(kRopeBase, -static_cast<double>(i) / static_cast<double>(each));
        double& a = x[token * width + head * each + i];
        double& b = x[token * width + head * each + i + 1];
        const double turned = a * std::cos(angle) - b * std::sin(angle);
        b = a * std::sin(angle) + b * std::cos(angle);
        a = turned;
      }
}

// One head's token `t` looks at itself and the tokens before it.
void attend(const double* query, const Values& keys, const Values& values, std::size_t t, std::size_t at, std::size_t width, std::size_t each, double* into) {
  Values weights(t + 1);
  double highest = -std::numeric_limits<double>::infinity();
  for (std::size_t j = 0; j <= t; ++j) {
    double dot = 0;
    for (std::size_t i = 0; i < each; ++i) dot += query[i] * keys[j * width + at + i];
    weights[j] = dot / std::sqrt(static_cast<double>(each));
    highest = std::max(highest, weights[j]);
  }
  double sum = 0;
  for (double& weight : weights) sum += weight = std::exp(weight - highest);
  for (std::size_t j = 0; j <= t; ++j)
    for (std::size_t i = 0; i < each; ++i) into[i] += weights[j] / sum * values[j * width + at + i];
}

Values attention(const KernelSpec& spec, const KernelInputs& inputs, const Values& x) {
  const std::size_t heads = z(spec.n_head);
  const std::size_t kv_heads = z(spec.n_head_kv);
  const std::size_t each = z(spec.n) / heads;
  Values queries = product(input(inputs, "query"), x, z(spec.n));
  Values keys = product(input(inputs, "key"), x, z(spec.n));
  const Values values = product(input(inputs, "value"), x, z(spec.n));
  rotate(queries, heads, each);
  rotate(keys, kv_heads, each);
  Values mixed(queries.size(), 0);
  for (std::size_t t = 0; t < z(spec.tokens); ++t)
    for (std::size_t head = 0; head < heads; ++head) {
      const std::size_t at = (t * heads + head) * each;
      attend(&queries[at], keys, values, t, head / (heads / kv_heads) * each, kv_heads * each, each, &mixed[at]);
    }
  return product(input(inputs, "output"), mixed, z(spec.n));
}

Values transformer(const KernelSpec& spec, const KernelInputs& inputs, Values x) {
  const Values attended = attention(spec, inputs, rms_norm(x, input(inputs, "attention_norm")));
  for (std::size_t i = 0; i < x.size(); ++i) x[i] += attended[i];
  const Values fed = feed_forward(spec, inputs, rms_norm(x, input(inputs, "norm")));
  for (std::size_t i = 0; i < x.size(); ++i) x[i] += fed[i];
  return x;
}

// The value of one filter at one place: what lies outside the image is 0.
double convolved(const KernelSpec& spec, const float* image, const float* filter, std::int64_t x, std::int64_t y) {
  const std::int64_t k = spec.kernel_size;
  double sum = 0;
  for (std::int64_t c = 0; c < spec.channels; ++c)
    for (std::int64_t j = 0; j < k; ++j)
      for (std::int64_t i = 0; i < k; ++i) {
        const std::int64_t from_x = x + i - k / 2;
        const std::int64_t from_y = y + j - k / 2;
        if (from_x < 0 || from_y < 0 || from_x >= spec.size || from_y >= spec.size) continue;
        sum += static_cast<double>(image[(c * spec.size + from_y) * spec.size + from_x]) * static_cast<double>(filter[(c * k + j) * k + i]);
      }
  return sum;
}

Values convolution(const KernelSpec& spec, const KernelInputs& inputs) {
  const std::vector<float>& image = input(inputs, "image");
  const std::vector<float>& weights = input(inputs, "weights");
  const std::int64_t side = spec.size + 2 * (spec.kernel_size / 2) - spec.kernel_size + 1;
  Values out;
  for (std::int64_t n = 0; n < spec.images; ++n)
    for (std::int64_t f = 0; f < spec.filters; ++f)
      for (std::int64_t y = 0; y < side; ++y)
        for (std::int64_t x = 0; x < side; ++x)
          out.push_back(convolved(spec, &image[z(n * spec.channels * spec.size * spec.size)], &weights[z(f * spec.channels * spec.kernel_size * spec.kernel_size)], x, y));
  return out;
}

Values doubles(const std::vector<float>& values) { return {values.begin(), values.end()}; }

}  // namespace

std::vector<double> kernel_reference(const KernelSpec& spec, const KernelInputs& inputs) {
  switch (spec.kind) {
    case KernelKind::copy: return doubles(input(inputs, "x"));
    case KernelKind::conv: return convolution(spec, inputs);
    case KernelKind::mlp: return feed_forward(spec, inputs, doubles(input(inputs, "x")));
    case KernelKind::transformer: return transformer(spec, inputs, doubles(input(inputs, "x")));
  }
  return {};
}

double deviation(const std::vector<float>& found, const std::vector<double>& reference) {
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  if (found.size() != reference.size()) return kInfinite;
  double difference = 0;
  double whole = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const double off = static_cast<double>(found[i]) - reference[i];
    difference += off * off;
    whole += reference[i] * reference[i];
  }
  if (!std::isfinite(difference) || !(whole > 0)) return kInfinite;
  return std::sqrt(difference / whole);
}

}  // namespace chimera::engines
