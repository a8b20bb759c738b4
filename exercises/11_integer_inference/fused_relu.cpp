#include "tinytorch/base/error.h"
#include "tinytorch/kernels/qgemm/qgemm.h"

void tinytorch::kernels::fused_relu(std::int64_t n, const std::int32_t* sums, const std::int32_t* offset,
                                    const float* multiplier, std::int32_t zero_point, bool relu, std::uint8_t* codes) {
  // STEP 1: zero_point is the code of 0.0. What lies below it is negative, so a ReLU is a clamp that begins there.
  // STEP 2: the bias is in units of the sums already: add it as an integer, if there is one.
  // STEP 3: requantize, and store the code plus 128, as kernels want it.
  TT_TODO("11.5 fused_relu");
}
