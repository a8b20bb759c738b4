#include <algorithm>
#include <limits>

#include "tinytorch/base/error.h"
#include "tinytorch/quant/fixed_point.h"

std::int32_t tinytorch::multiply_fixed_point(std::int32_t sum, FixedPointMultiplier m) {
  // BEGIN SOLUTION
  // STEP 1: the whole product, which 64 bits always hold: |sum| ≤ 2^31 and mantissa < 2^31.
  const std::int64_t product = std::int64_t{sum} * m.mantissa;
  // STEP 2: how many of its bits lie below the point, 0 to 93. With more than 62 the result is at most a half, and a
  // half goes to even: 0.
  const int places = 31 + m.shift;
  if (places > 62) return 0;
  // STEP 3: a shift to the right rounds towards minus infinity. What it drops says whether one has to be added: more
  // than a half, or a half above an odd number.
  std::int64_t result = product >> places;
  if (places > 0) {
    const std::int64_t rest = product - (result << places), half = std::int64_t{1} << (places - 1);
    if (rest > half || (rest == half && (result & 1) != 0)) ++result;
  }
  // STEP 4: where M is above 1 the result may lie outside int32: saturate.
  constexpr std::int64_t kLeast = std::numeric_limits<std::int32_t>::min(), kMost = -(kLeast + 1);
  return static_cast<std::int32_t>(std::clamp(result, kLeast, kMost));
  // END SOLUTION
}
