#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/quant/quantize.h"

using namespace tinytorch;

/// codes, shape (integers), scale (1), zero_point -> r.
TT_SCENARIO(dequantize) {
  Int8Array codes{in.integers("shape"), {}};
  for (const std::int64_t code : in.integers("codes")) codes.values.push_back(static_cast<std::int8_t>(code));
  out.set(
      "r",
      dequantize_int8(codes, in.array("scale").item(), static_cast<std::int32_t>(in.integer("zero_point"))).value());
}
