#include <cmath>
#include <limits>
#include <string>

#include "tinytorch/base/error.h"
#include "tinytorch/quant/integer_network.h"

std::vector<std::int32_t> tinytorch::fold_bias(const Array& bias, float input_scale,
                                               std::span<const float> weight_scales, std::int64_t terms) {
  // BEGIN SOLUTION
  std::vector<std::int32_t> folded(weight_scales.size(), 0);
  if (!bias.defined()) return folded;
  // STEP 1: a sum of `terms` products of an input of at most 255 steps and a weight of at most 127 takes this much of
  // int32; what is left is room for the bias.
  const double room =
      static_cast<double>(std::numeric_limits<std::int32_t>::max()) - static_cast<double>(terms) * 255 * 127;
  for (std::size_t j = 0; j < folded.size(); ++j) {
    // STEP 2: one unit of the sum is worth input scale times weight scale. Divide in double, round ties to even.
    const double unit = static_cast<double>(input_scale) * weight_scales[j];
    const double units = std::nearbyint(bias.data()[j] / unit);
    // STEP 3: a bias that does not fit is an Error that names its channel; !(…) catches NaN too.
    if (!(std::abs(units) <= room)) {
      throw Error("[fold_bias] channel " + std::to_string(j) + ": bias " + std::to_string(bias.data()[j]) +
                  " is too large for int32 in units of " + std::to_string(unit));
    }
    folded[j] = static_cast<std::int32_t>(units);
  }
  return folded;
  // END SOLUTION
}
