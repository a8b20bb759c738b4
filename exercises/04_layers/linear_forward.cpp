#include "tinytorch/base/error.h"
#include "tinytorch/kernels/sgemm/sgemm.h"
#include "tinytorch/tensor/ops.h"

tinytorch::Tensor tinytorch::linear(const Tensor& x, const Tensor& weight, const Tensor& bias, bool relu) {
  // STEP 1: check that x is (batch, in), weight (out, in) and bias, if there is one, (out).
  // STEP 2: y = x Wᵀ + b, and max(·, 0) if asked, in one call. Wᵀ is W with its two steps exchanged.
  // STEP 3: ReLU stops the gradient where its result is 0.
  // STEP 4: dW = dYᵀ X, db = the sum of dY over the batch, dX = dY W; each only if it is required.
  TT_TODO("04.2 linear_forward");
}
