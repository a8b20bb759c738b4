#pragma once
#include <cstdint>
#include <span>

#include "tinytorch/kernels/dispatch.h"

namespace tinytorch::kernels {

/// One step of stochastic gradient descent over `count` weights, in one pass:
///   g += weight_decay * w;  v = momentum * v + g;  w -= lr * (nesterov ? g + momentum * v : v)
/// With momentum 0 there is no velocity (it may be null) and w -= lr * g. The gradient array itself is not changed.
struct SgdArgs {
  std::int64_t count;
  float* weight;
  const float* gradient;
  float* velocity;
  float lr, momentum, weight_decay;
  bool nesterov;
};

using SgdFunction = void (*)(const SgdArgs&);

/// The specification. Exercise: exercises/06_optimizers/sgd_step.cpp
void sgd_step_generic(const SgdArgs& args);
void sgd_step_avx2(const SgdArgs& args) noexcept;
void sgd_step_avx512(const SgdArgs& args) noexcept;

std::span<const Row<SgdFunction>> sgd_table();

void sgd_step(const SgdArgs& args);

}  // namespace tinytorch::kernels
