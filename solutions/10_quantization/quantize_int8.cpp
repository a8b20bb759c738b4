#include <algorithm>
#include <cmath>

#include "tinytorch/base/error.h"
#include "tinytorch/quant/quantize.h"

std::int32_t tinytorch::quantize_value(float r, float inverse_scale, std::int32_t zero_point, CodeRange codes) {
  // BEGIN SOLUTION
  // STEP 1: how many steps is r away from 0.0? Round to the nearest whole number, halves to the even one: that is what
  // std::nearbyint does in the rounding mode that programs start in.
  const float steps = std::nearbyint(r * inverse_scale);
  // STEP 2: count from the zero point. Clamp while it is a float: a number beyond int32 must not be cast.
  const float code = steps + static_cast<float>(zero_point);
  const auto lowest = static_cast<float>(codes.lowest), highest = static_cast<float>(codes.highest);
  return static_cast<std::int32_t>(std::clamp(code, lowest, highest));
  // END SOLUTION
}

tinytorch::QuantizedTensor tinytorch::quantize_int8(const Tensor& r) {
  // BEGIN SOLUTION
  // STEP 3: find the smallest and the largest value; finite_range refuses empty tensors, NaN and Inf.
  const Range range = finite_range(r.value(), "[quantize_int8] r");
  // STEP 4: choose scale and zero point for that range: asymmetric, all 256 codes.
  const QParams qparams = choose_qparams(range.low, range.high, Symmetry::asymmetric, kInt8Codes);
  // STEP 5: divide once (1 / scale), then a code for every value (quantize_value).
  const float inverse_scale = 1.0f / qparams.scale;
  QuantizedTensor result{{r.shape(), {}}, qparams.scale, qparams.zero_point};
  result.codes.values.reserve(static_cast<std::size_t>(r.size()));
  for (const float value : r.value().values()) {
    const std::int32_t code = quantize_value(value, inverse_scale, qparams.zero_point, kInt8Codes);
    result.codes.values.push_back(static_cast<std::int8_t>(code));
  }
  return result;
  // END SOLUTION
}
