#include "tinytorch/base/error.h"
#include "tinytorch/tensor/ops.h"

tinytorch::Tensor tinytorch::relu(const Tensor& x) {
  // STEP 1: y = 0 where x is negative, else x. Written so that NaN stays NaN: a network that has gone wrong must
  // show it.
  // STEP 2: dy/dx is 1 where y is positive, else 0: the gradient passes or is stopped.
  TT_TODO("03.1 relu");
}
