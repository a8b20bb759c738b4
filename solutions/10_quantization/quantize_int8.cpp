#include "tinytorch/quant/quantize.h"

tinytorch::QuantizedTensor tinytorch::quantize_int8(const Tensor& r) {
  // BEGIN SOLUTION
  // STEP 1: find the smallest and the largest value; finite_range refuses empty tensors, NaN and Inf.
  const Range range = finite_range(r.value(), "[quantize_int8] r");
  // STEP 2: choose scale and zero point for that range: asymmetric, all 256 codes.
  const QParams qparams = choose_qparams(range.low, range.high, Symmetry::asymmetric, kInt8Codes);
  // STEP 3: divide once, then multiply every value; quantize_value rounds, shifts by the zero point and clamps.
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
