#pragma once
#include <span>

#include "tinytorch/quant/qparams.h"
#include "tinytorch/tensor/tensor.h"

namespace tinytorch {

/// Codes of any shape, one byte each, row-major.
struct Int8Array {
  Shape shape;
  std::vector<std::int8_t> values;
};

struct QuantizedTensor {
  Int8Array codes;
  float scale = 1;
  std::int32_t zero_point = 0;
};

/// Maps real values onto the int8 grid, asymmetric over codes [-128, 127]: q = clamp(rne(r / scale) + zero_point).
/// |r - dequantize| ≤ scale / 2 (1 + 1e-4), where the 1e-4 is float32 rounding on up to 255 steps; 0.0 is exact; a
/// constant tensor is exact.
/// @throws Error if r is empty or holds NaN or Inf (naming index and count).
/// Source: Jacob et al. 2018, eq. 1. Exercise: exercises/10_quantization/quantize_int8.cpp
QuantizedTensor quantize_int8(const Tensor& r);

/// scale · (code - zero_point), kept finite.
/// @throws Error naming the value if the scale is not finite and positive, the zero point is no int8 code, or the number
/// of codes is not what the shape says.
/// Exercise: exercises/10_quantization/dequantize_int8.cpp
Tensor dequantize_int8(const Int8Array& codes, float scale, std::int32_t zero_point);

/// A weight (out, in) as symmetric codes [-127, 127].
struct QuantizedWeight {
  Int8Array codes;
  std::vector<float> scales;  ///< one per row, also when all are equal
  bool per_channel = true;
};
QuantizedWeight quantize_weight(const Array& weight, bool per_channel = true);
Array dequantize_weight(const QuantizedWeight& weight);

enum class Granularity { tensor, channel, group };

/// Rounds to the grid of a bit width and back, in float32: what quantization would do to the values, for studying it.
/// @param bits  2 to 8, symmetric codes
/// @param group  size of a group along the last axis, for Granularity::group; the last one may be shorter
Array fake_quantize(const Array& values, int bits, Granularity granularity, std::int64_t group = 32);

/// 10 log10(Σ signal² / Σ (signal - approximation)²) in dB, summed in double; +Inf if they are equal.
double sqnr_db(const Array& signal, const Array& approximation);

}  // namespace tinytorch
