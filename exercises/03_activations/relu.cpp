#include "tinytorch/tensor/check.h"
#include "tinytorch/tensor/ops.h"

tinytorch::Tensor tinytorch::relu(const Tensor& x) {
  // STEP 1: y = x where x is positive, else 0. Written so that NaN stays NaN: a network that has gone wrong must show
  // it.
  // STEP 2: dy/dx is 1 where y is positive, else 0: the gradient passes or is stopped.
  TT_TODO("03 relu");
}
