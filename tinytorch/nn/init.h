#pragma once
#include "tinytorch/tensor/tensor.h"

/// Initial weights of the shape (out, in). Deterministic in the generator's state.
namespace tinytorch {

/// Uniform in ±gain sqrt(3 / fan_in), which keeps the variance of activations through layers. gain is sqrt(2) for ReLU;
/// 1/sqrt(3) gives PyTorch's default for Linear, ±1/sqrt(fan_in). One draw per weight, in memory order. fan_in is the
/// product of all sizes but the first. @throws Error that shows a shape of rank below 2 or without elements.
/// Source: He et al. 2015. Exercise: exercises/04_layers/kaiming_uniform.cpp
Array kaiming_uniform(const Shape& shape, float gain, Rng& rng);
Array kaiming_normal(const Shape& shape, float gain, Rng& rng);  ///< standard deviation gain / sqrt(fan_in)
/// Uniform in ±gain sqrt(6 / (fan_in + fan_out)). Source: Glorot and Bengio 2010.
Array xavier_uniform(const Shape& shape, float gain, Rng& rng);
Array xavier_normal(const Shape& shape, float gain, Rng& rng);

}  // namespace tinytorch
