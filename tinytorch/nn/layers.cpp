#include "tinytorch/nn/layers.h"

#include <array>
#include <charconv>
#include <cmath>

#include "tinytorch/base/error.h"
#include "tinytorch/nn/init.h"
#include "tinytorch/tensor/ops.h"

namespace tinytorch {
namespace {

Array linear_weight(std::int64_t in, std::int64_t out, Rng& rng) {
  if (in < 1 || out < 1) {
    throw Error("[linear] in_features " + std::to_string(in) + " and out_features " + std::to_string(out) +
                ": both must be positive");
  }
  return kaiming_uniform({out, in}, 1.0f / std::sqrt(3.0f), rng);  // ±1/sqrt(in)
}

Tensor linear_bias(std::int64_t in, std::int64_t out, Rng& rng) {
  const float bound = 1.0f / std::sqrt(static_cast<float>(in));
  return uniform({out}, -bound, bound, rng);
}

/// Digits enough to read the same float back.
std::string shortest(float value) {
  std::array<char, 32> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
  return {text.data(), end};
}

}  // namespace

Linear::Linear(std::int64_t in_features, std::int64_t out_features, Rng& rng, bool bias)
    : weight_(linear_weight(in_features, out_features, rng), true) {
  if (!bias) return;
  bias_ = linear_bias(in_features, out_features, rng);
  bias_.set_requires_grad(true);
}

Linear::Linear(Tensor weight, Tensor bias) : weight_(std::move(weight)), bias_(std::move(bias)) {
  if (weight_.rank() != 2 || weight_.size() == 0) {
    throw Error("[linear] weight " + to_string(weight_.shape()) + ": (out, in) with positive sizes is needed");
  }
  if (bias_.defined() && bias_.shape() != Shape{weight_.dim(0)}) {
    throw Error("[linear] weight " + to_string(weight_.shape()) + " and bias " + to_string(bias_.shape()) +
                ": bias must be " + to_string(Shape{weight_.dim(0)}));
  }
  weight_.set_requires_grad(true);
  if (bias_.defined()) bias_.set_requires_grad(true);
}

Tensor Linear::forward(const Tensor& x) { return linear(x, weight_, bias_); }

std::string Linear::describe() const {
  return "Linear(" + std::to_string(in_features()) + ", " + std::to_string(out_features()) +
         (bias_.defined() ? ")" : ", bias=false)");
}

std::vector<NamedTensor> Linear::named_parameters() const {
  std::vector<NamedTensor> result{{"weight", weight_}};
  if (bias_.defined()) result.push_back({"bias", bias_});
  return result;
}

Tensor ReLU::forward(const Tensor& x) { return relu(x); }
Tensor Sigmoid::forward(const Tensor& x) { return sigmoid(x); }
Tensor Tanh::forward(const Tensor& x) { return tanh(x); }
Tensor GELU::forward(const Tensor& x) { return gelu(x); }
Tensor Softmax::forward(const Tensor& x) { return softmax(x, -1); }

Dropout::Dropout(float p, Rng& rng) : p_(p), rng_(rng.next()) {
  if (!(p >= 0 && p < 1)) throw Error("[dropout] p " + shortest(p) + " is not in [0, 1)");
}

std::string Dropout::describe() const { return "Dropout(" + shortest(p_) + ")"; }

Tensor Flatten::forward(const Tensor& x) {
  if (x.rank() == 2) return x;
  if (x.rank() == 0) throw Error("[flatten] a scalar has no batch axis");
  return reshape(x, {x.dim(0), x.dim(0) == 0 ? element_count(Shape(x.shape().begin() + 1, x.shape().end())) : -1});
}

}  // namespace tinytorch
