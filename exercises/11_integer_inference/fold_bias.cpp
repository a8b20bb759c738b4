#include <cmath>
#include <limits>
#include <string>

#include "tinytorch/base/error.h"
#include "tinytorch/quant/integer_network.h"

std::vector<std::int32_t> tinytorch::fold_bias(const Array& bias, float input_scale,
                                               std::span<const float> weight_scales, std::int64_t terms) {
  // STEP 1: a sum of `terms` products of an input of at most 255 steps and a weight of at most 127 takes this much of
  // int32; what is left is room for the bias.
  // STEP 2: one unit of the sum is worth input scale times weight scale. Divide in double, round ties to even.
  // STEP 3: a bias that does not fit is an Error that names its channel; !(…) catches NaN too.
  TT_TODO("11.2 fold_bias");
}
