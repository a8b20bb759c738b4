#include "tinytorch/base/error.h"
#include "tinytorch/nn/layers.h"
#include "tinytorch/tensor/ops.h"

tinytorch::Tensor tinytorch::Dropout::forward(const Tensor& x) {
  // BEGIN SOLUTION
  // STEP 1: in evaluation, or with p = 0, nothing is dropped.
  if (!training() || p_ == 0) return x;
  // STEP 2: draw a mask from rng_: 0 with probability p, else 1 / (1 - p), so that the expected value stays the same.
  Array mask(x.shape());
  const float keep = 1.0f / (1.0f - p_);
  for (float& m : mask.values()) m = rng_.uniform() < p_ ? 0.0f : keep;
  // STEP 3: the product also sends the gradient through the same mask.
  return multiply(x, Tensor(mask));
  // END SOLUTION
}
