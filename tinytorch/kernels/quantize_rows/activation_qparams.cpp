#include <algorithm>
#include <cmath>
#include <limits>

#include "tinytorch/kernels/quantize_rows/quantize_rows.h"

void tinytorch::kernels::activation_qparams(float low, float high, float* scale, std::int32_t* zero) {
  constexpr float kSmallest = std::numeric_limits<float>::min();  // normal, and its inverse is finite
  *scale = 1;
  *zero = 128;
  if (low == high) {  // a constant: exact as one step, or as zero
    if (std::abs(low) >= kSmallest) *scale = std::abs(low);
    return;
  }
  const double from = std::min(low, 0.0F), to = std::max(high, 0.0F);
  const auto step = static_cast<float>((to - from) / 254);
  if (step < kSmallest) return;
  *scale = step;
  const double zero_point = std::nearbyint(-127 - from / static_cast<double>(step));
  *zero = static_cast<std::int32_t>(std::clamp(zero_point, -127.0, 127.0)) + 128;
}
