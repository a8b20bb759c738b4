#include <algorithm>
#include <cmath>

#include "tinytorch/base/error.h"
#include "tinytorch/kernels/qgemm/qgemm.h"

std::int8_t tinytorch::kernels::requantize(std::int32_t sum, float multiplier, std::int32_t zero_point,
                                           std::int32_t lowest) {
  // STEP 1: from units of the sum (S_x · S_w) to steps of the result (S_y), in float32.
  // STEP 2: clamp before the cast. A float beyond int32 has no integer to become, so clamp to what will be in range
  // once the zero point is added; both ends are whole numbers, so rounding afterwards changes nothing about it.
  // STEP 3: round to the nearest integer, ties to even, and add the zero point.
  TT_TODO("11.3 requantize");
}
