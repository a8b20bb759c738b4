#include <cmath>
#include <string>

#include "tinytorch/base/error.h"
#include "tinytorch/quant/quantize.h"

tinytorch::Tensor tinytorch::dequantize_int8(const Int8Array& codes, float scale, std::int32_t zero_point) {
  // STEP 1: refuse what cannot have come from quantize_int8: a scale that is not finite and positive, a zero point
  // outside kInt8Codes, another number of codes than the shape says. The Error names the value.
  // STEP 2: the zero point goes first, in integers wider than int8; then one multiplication per code, kept finite
  // (dequantize_value).
  TT_TODO("10.3 dequantize_int8");
}
