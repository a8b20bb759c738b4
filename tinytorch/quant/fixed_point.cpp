#include "tinytorch/quant/fixed_point.h"

#include <cmath>
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

}  // namespace tinytorch
