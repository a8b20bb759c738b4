#include <algorithm>
#include <cmath>

#include "tinytorch/base/error.h"
#include "tinytorch/quant/quantize.h"

std::int32_t tinytorch::quantize_value(float r, float inverse_scale, std::int32_t zero_point, CodeRange codes) {
  // STEP 1: how many steps is r away from 0.0? Round to the nearest whole number, halves to the even one: that is what
  // std::nearbyint does in the rounding mode that programs start in.
  // STEP 2: count from the zero point. Clamp while it is a float: a number beyond int32 must not be cast.
  TT_TODO("10.2 quantize_int8");
}

tinytorch::QuantizedTensor tinytorch::quantize_int8(const Tensor& r) {
  // STEP 3: find the smallest and the largest value; finite_range refuses empty tensors, NaN and Inf.
  // STEP 4: choose scale and zero point for that range: asymmetric, all 256 codes.
  // STEP 5: divide once (1 / scale), then a code for every value (quantize_value).
  TT_TODO("10.2 quantize_int8");
}
