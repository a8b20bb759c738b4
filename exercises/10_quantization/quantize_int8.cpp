#include "tinytorch/base/error.h"
#include "tinytorch/quant/quantize.h"

tinytorch::QuantizedTensor tinytorch::quantize_int8(const Tensor& r) {
  // STEP 1: find the smallest and the largest value; finite_range refuses empty tensors, NaN and Inf.
  // STEP 2: choose scale and zero point for that range: asymmetric, all 256 codes.
  // STEP 3: divide once, then multiply every value; quantize_value rounds, shifts by the zero point and clamps.
  TT_TODO("10.2 quantize_int8");
}
