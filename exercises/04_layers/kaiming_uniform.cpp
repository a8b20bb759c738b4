#include <cmath>

#include "tinytorch/base/error.h"
#include "tinytorch/nn/init.h"

tinytorch::Array tinytorch::kaiming_uniform(const Shape& shape, float gain, Rng& rng) {
  // STEP 1: fan_in is the number of inputs that one output sums: all sizes but the first. Without one it is an Error.
  // STEP 2: a uniform value in ±bound has the variance bound^2 / 3, and gain^2 / fan_in is wanted.
  // STEP 3: draw every weight, in row-major order.
  TT_TODO("04.1 kaiming_uniform");
}
