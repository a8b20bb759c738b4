#include <cmath>
#include <string>

#include "tinytorch/base/error.h"
#include "tinytorch/quant/quantize.h"

tinytorch::Tensor tinytorch::dequantize_int8(const Int8Array& codes, float scale, std::int32_t zero_point) {
  // BEGIN SOLUTION
  // STEP 1: refuse what cannot have come from quantize_int8: a scale that is not finite and positive, a zero point
  // outside kInt8Codes, another number of codes than the shape says. The Error names the value.
  if (!std::isfinite(scale) || scale <= 0) {
    throw Error("[dequantize_int8] scale " + std::to_string(scale) + ": it must be finite and positive");
  }
  if (zero_point < kInt8Codes.lowest || zero_point > kInt8Codes.highest) {
    throw Error("[dequantize_int8] zero point " + std::to_string(zero_point) + ": it is a code, -128 to 127");
  }
  if (element_count(codes.shape) != static_cast<std::int64_t>(codes.values.size())) {
    throw Error("[dequantize_int8] " + std::to_string(codes.values.size()) + " codes for shape " +
                to_string(codes.shape));
  }
  // STEP 2: the zero point goes first, in integers wider than int8; then one multiplication per code, kept finite
  // (dequantize_value).
  Array reals(codes.shape);
  for (std::size_t i = 0; i < codes.values.size(); ++i) {
    reals.data()[i] = dequantize_value(codes.values[i], scale, zero_point);
  }
  return Tensor(reals);
  // END SOLUTION
}
