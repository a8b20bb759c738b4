#pragma once
#include <algorithm>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "tinytorch/tensor/array.h"

/// r = scale · (q - zero_point): r real, q stored. Lessons: modules/10_quantization, modules/11_integer_inference.
namespace tinytorch {

struct QParams {
  float scale = 1;              ///< real units per step
  std::int32_t zero_point = 0;  ///< the code of 0.0, always inside the code range
};

/// Codes that may be used, both ends included.
struct CodeRange {
  std::int32_t lowest, highest;
};
inline constexpr CodeRange kInt8Codes{-128, 127};    ///< quantize_int8
inline constexpr CodeRange kKernelCodes{-127, 127};  ///< activations and weights inside kernels
CodeRange signed_codes(int bits);                    ///< {-2^(bits-1), 2^(bits-1) - 1}, bits in [2, 8]
CodeRange symmetric_codes(int bits);                 ///< {-(2^(bits-1) - 1), 2^(bits-1) - 1}

enum class Symmetry { symmetric, asymmetric };

/// Scale and zero point for real values in [low, high]. The range is widened to hold 0.
///   asymmetric: S = (high - low) / (highest - lowest) in double, stored as float;
///               z = clamp(rne(lowest - low / S)) with the stored S, the quotient in double
///   symmetric:  S = max(|low|, |high|) / highest, z = 0
///   low = high = c ≠ 0: S = |c|, z = 0, so that c is exact;  a range too small for a normal S and a finite 1/S: S = 1,
///   z = 0
/// ±FLT_MAX does not overflow.
/// @throws Error if low > high or one is not finite.
/// Exercise: exercises/10_quantization/choose_qparams.cpp
QParams choose_qparams(float low, float high, Symmetry symmetry, CodeRange codes);

/// Symmetric, one for each row of a weight (out, in): a row is what one output is computed from. Each is what
/// choose_qparams gives the row's range, so a row of one number c ≠ 0 has S = |c|.
/// @throws Error if the weight is not a matrix, or empty, or naming the index of a value that is not finite.
/// Exercise: exercises/10_quantization/choose_qparams.cpp
std::vector<QParams> choose_qparams_per_channel(const Array& weight, CodeRange codes = kKernelCodes);

/// clamp(rne(r * (1 / scale)) + zero_point): the one form of rounding, in float32, ties to even. r must not be NaN.
/// Exercise: exercises/10_quantization/quantize_int8.cpp
std::int32_t quantize_value(float r, float inverse_scale, std::int32_t zero_point, CodeRange codes);

/// scale · (q - zero_point), kept finite where the last half step of a range lies beyond the largest float.
inline float dequantize_value(std::int32_t q, float scale, std::int32_t zero_point) {
  constexpr float kLargest = std::numeric_limits<float>::max();
  return std::clamp(scale * static_cast<float>(q - zero_point), -kLargest, kLargest);
}

/// Smallest and largest of finite values.
struct Range {
  float low = 0, high = 0;
};
/// @param what  begins the message: "[quantize_int8] r"
/// @throws Error if there are no values, or some are NaN or Inf: it says how many, and the index of the first.
Range finite_range(const Array& values, std::string_view what);

}  // namespace tinytorch
