#include "tinytorch/base/error.h"
#include "tinytorch/nn/layers.h"
#include "tinytorch/tensor/ops.h"

tinytorch::Tensor tinytorch::Dropout::forward(const Tensor& x) {
  // STEP 1: in evaluation, or with p = 0, nothing is dropped.
  // STEP 2: draw a mask from rng_: 0 with probability p, else 1 / (1 - p), so that the expected value stays the same.
  // STEP 3: the product also sends the gradient through the same mask.
  TT_TODO("04.4 dropout");
}
