#pragma once
#include <cstdint>
#include <span>

#include "tinytorch/kernels/dispatch.h"

namespace tinytorch::kernels {

/// One step of Adam over `count` weights, in one pass. `step` counts from 1.
///   decoupled (AdamW): w -= lr * weight_decay * w;  otherwise: g += weight_decay * w
///   m = beta1 * m + (1 - beta1) * g;  v = beta2 * v + (1 - beta2) * g^2
///   w -= lr * (m / (1 - beta1^step)) / (sqrt(v / (1 - beta2^step)) + epsilon)
/// Source: Kingma and Ba 2015, algorithm 1; Loshchilov and Hutter 2019, algorithm 2. The gradient is not changed.
struct AdamArgs {
  std::int64_t count;
  float* weight;
  const float* gradient;
  float* m;
  float* v;
  float lr, beta1, beta2, epsilon, weight_decay;
  bool decoupled;
  std::int64_t step;
};

using AdamFunction = void (*)(const AdamArgs&);

/// The specification. Exercise: exercises/06_optimizers/adam_step.cpp
void adam_step_generic(const AdamArgs& args);
void adam_step_avx2(const AdamArgs& args) noexcept;
void adam_step_avx512(const AdamArgs& args) noexcept;

std::span<const Row<AdamFunction>> adam_table();

/// Denormals are flushed to zero meanwhile.
void adam_step(const AdamArgs& args);

}  // namespace tinytorch::kernels
