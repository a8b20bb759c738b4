#include "tinytorch/quant/fixed_point.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "tinytorch/base/error.h"

namespace tinytorch {

FixedPointMultiplier to_fixed_point(double m) {
  const auto refuse = [&](const char* why) {
    throw Error("[fixed_point] multiplier " + std::to_string(m) + ": " + why);
  };
  if (!std::isfinite(m) || m <= 0) refuse("it must be finite and positive");
  int exponent = 0;
  const double fraction = std::frexp(m, &exponent);  // m = fraction · 2^exponent, fraction in [0.5, 1)
  auto mantissa = static_cast<std::int64_t>(std::nearbyint(std::ldexp(fraction, 31)));
  if (mantissa == std::int64_t{1} << 31) {  // 0.99999999999 has become 1
    mantissa /= 2;
    ++exponent;
  }
  if (exponent < -62 || exponent > 31) refuse("it must lie between 2^-63 and 2^31");
  return {static_cast<std::int32_t>(mantissa), -exponent};
}

std::int32_t multiply_fixed_point(std::int32_t sum, FixedPointMultiplier m) {
  const std::int64_t product = std::int64_t{sum} * m.mantissa;  // |product| ≤ 2^62
  const int shift = 31 + m.shift;                               // in [0, 93]
  if (shift > 62) return 0;                                     // at most a half, and a half goes to even
  std::int64_t result = product >> shift;                       // towards minus infinity: C++20 shifts keep the sign
  if (shift > 0) {
    const std::int64_t rest = product - (result << shift), half = std::int64_t{1} << (shift - 1);
    if (rest > half || (rest == half && (result & 1) != 0)) ++result;
  }
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(result, std::numeric_limits<std::int32_t>::min(),
                                                            std::numeric_limits<std::int32_t>::max()));
}

}  // namespace tinytorch
