#include <cmath>

#include "tinytorch/base/error.h"
#include "tinytorch/nn/init.h"

tinytorch::Array tinytorch::kaiming_uniform(const Shape& shape, float gain, Rng& rng) {
  // BEGIN SOLUTION
  // STEP 1: fan_in is the number of inputs that one output sums: all sizes but the first. Without one it is an Error.
  if (shape.size() < 2 || element_count(shape) == 0) {
    throw Error("[kaiming_uniform] shape " + to_string(shape) + ": (out, in) with positive sizes is needed");
  }
  const std::int64_t fan_in = element_count(shape) / shape[0];
  // STEP 2: a uniform value in ±bound has the variance bound^2 / 3, and gain^2 / fan_in is wanted.
  const float bound = gain * std::sqrt(3.0f / static_cast<float>(fan_in));
  // STEP 3: draw every weight, in row-major order.
  Array weight(shape);
  for (float& w : weight.values()) w = rng.uniform(-bound, bound);
  return weight;
  // END SOLUTION
}
