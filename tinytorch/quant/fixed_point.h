#pragma once
#include <cstdint>

namespace tinytorch {

/// A real multiplier as integers, for machines that have no floats: M = mantissa · 2^-31 · 2^-shift, mantissa in
/// [2^30, 2^31). Source: Jacob et al. 2018, section 2.2.
struct FixedPointMultiplier {
  std::int32_t mantissa = 0;
  int shift = 0;
};

/// The nearest such pair; 31 bits of m are kept.
/// @throws Error if m is not finite and positive, or too large or small for a shift in [-31, 62].
FixedPointMultiplier to_fixed_point(double m);

/// rne(sum · M), ties to even and saturated to int32, without any float: one 64-bit product, shifted.
/// @param m  mantissa in [2^30, 2^31), shift in [-31, 62], as to_fixed_point gives them
/// Exercise: exercises/11_integer_inference/multiply_fixed_point.cpp
std::int32_t multiply_fixed_point(std::int32_t sum, FixedPointMultiplier m);

}  // namespace tinytorch
