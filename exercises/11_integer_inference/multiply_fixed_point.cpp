#include <algorithm>
#include <limits>

#include "tinytorch/base/error.h"
#include "tinytorch/quant/fixed_point.h"

std::int32_t tinytorch::multiply_fixed_point(std::int32_t sum, FixedPointMultiplier m) {
  // STEP 1: the whole product, which 64 bits always hold: |sum| ≤ 2^31 and mantissa < 2^31.
  // STEP 2: how many of its bits lie below the point, 0 to 93. With more than 62 the result is at most a half, and a
  // half goes to even: 0.
  // STEP 3: a shift to the right rounds towards minus infinity. What it drops says whether one has to be added: more
  // than a half, or a half above an odd number.
  // STEP 4: where M is above 1 the result may lie outside int32: saturate.
  TT_TODO("11.4 multiply_fixed_point");
}
