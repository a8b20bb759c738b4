#pragma once
#include <optional>

#include "tinytorch/tensor/array_ops.h"
#include "tinytorch/tensor/tensor.h"

/// Operations on tensors, each with its gradient. They throw Error beginning with "[operation]" on operands that do not
/// fit.
namespace tinytorch {

// Creation. What is made here requires no gradient.
Tensor zeros(Shape shape);
Tensor ones(Shape shape);
Tensor full(Shape shape, float value);
Tensor arange(float begin, float end, float step = 1);
Tensor uniform(Shape shape, float low, float high, Rng& rng);  ///< in [low, high)
Tensor normal(Shape shape, float mean, float standard_deviation, Rng& rng);

// Arithmetic with broadcasting.
Tensor add(const Tensor& a, const Tensor& b);
Tensor subtract(const Tensor& a, const Tensor& b);
Tensor multiply(const Tensor& a, const Tensor& b);  ///< Exercise (the gradient): exercises/02_autograd/mul_gradient.cpp
Tensor divide(const Tensor& a, const Tensor& b);
Tensor operator+(const Tensor& a, const Tensor& b);
Tensor operator-(const Tensor& a, const Tensor& b);
Tensor operator*(const Tensor& a, const Tensor& b);
Tensor operator/(const Tensor& a, const Tensor& b);
Tensor operator+(const Tensor& a, float b);
Tensor operator-(const Tensor& a, float b);
Tensor operator*(const Tensor& a, float b);
Tensor operator/(const Tensor& a, float b);
Tensor operator+(float a, const Tensor& b);
Tensor operator-(float a, const Tensor& b);
Tensor operator*(float a, const Tensor& b);
Tensor operator/(float a, const Tensor& b);
Tensor operator-(const Tensor& a);
Tensor maximum(const Tensor& a, const Tensor& b);  ///< where both are equal, each gets half of the gradient
Tensor minimum(const Tensor& a, const Tensor& b);

// Unary math.
Tensor exp(const Tensor& x);
Tensor log(const Tensor& x);
Tensor sqrt(const Tensor& x);
Tensor abs(const Tensor& x);  ///< gradient 0 at 0
Tensor sin(const Tensor& x);
Tensor cos(const Tensor& x);
Tensor tanh(const Tensor& x);
Tensor erf(const Tensor& x);
Tensor square(const Tensor& x);
Tensor pow(const Tensor& x, float exponent);

// Activations.
Tensor relu(const Tensor& x);     ///< NaN stays NaN; gradient 0 at 0. Exercise: exercises/03_activations/relu.cpp
Tensor sigmoid(const Tensor& x);  ///< no overflow at ±1e4. Exercise: exercises/03_activations/sigmoid.cpp
Tensor gelu(const Tensor& x);     ///< the exact form x Φ(x). Exercise: exercises/03_activations/gelu.cpp
Tensor softmax(const Tensor& x, std::int64_t axis = -1);      ///< Exercise: exercises/03_activations/softmax.cpp
Tensor log_softmax(const Tensor& x, std::int64_t axis = -1);  ///< Exercise: exercises/05_losses/log_softmax.cpp

// Reductions; no axes means all.
Tensor sum(const Tensor& x, const Axes& axes = {}, bool keepdims = false);
Tensor mean(const Tensor& x, const Axes& axes = {}, bool keepdims = false);
Tensor max(const Tensor& x, const Axes& axes = {}, bool keepdims = false);  ///< equal maxima share the gradient
Tensor argmax(const Tensor& x, std::optional<std::int64_t> axis = {}, bool keepdims = false);  ///< no gradient

/// (…, M, K) by (…, K, N). Exercise (the gradient): exercises/02_autograd/matmul_gradient.cpp
Tensor matmul(const Tensor& a, const Tensor& b);
/// x Wᵀ + b, then ReLU if asked, in one kernel call: x (batch, in), weight (out, in), bias (out) or undefined.
/// @throws Error that shows the shapes if they do not fit.
/// Exercise: exercises/04_layers/linear_forward.cpp
Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias, bool relu = false);

// Shape.
Tensor reshape(const Tensor& x, Shape shape);  ///< one size may be -1
Tensor permute(const Tensor& x, const Axes& order);
Tensor transpose(const Tensor& x);  ///< swaps the last two axes
Tensor broadcast_to(const Tensor& x, const Shape& shape);
Tensor slice(const Tensor& x, std::int64_t axis, std::int64_t begin, std::int64_t end, std::int64_t step = 1);
Tensor concat(const std::vector<Tensor>& parts, std::int64_t axis = 0);

// Comparison: 1.0 or 0.0, no gradient.
Tensor operator==(const Tensor& a, const Tensor& b);
Tensor operator!=(const Tensor& a, const Tensor& b);
Tensor operator<(const Tensor& a, const Tensor& b);
Tensor operator<=(const Tensor& a, const Tensor& b);
Tensor operator>(const Tensor& a, const Tensor& b);
Tensor operator>=(const Tensor& a, const Tensor& b);
Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b);

}  // namespace tinytorch
