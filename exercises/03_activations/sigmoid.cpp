#include <cmath>

#include "tinytorch/base/error.h"
#include "tinytorch/tensor/ops.h"

tinytorch::Tensor tinytorch::sigmoid(const Tensor& x) {
  // STEP 1: y = 1 / (1 + e^-x). For negative x write it as e^x / (1 + e^x): the exponent is then never positive, so
  // that nothing overflows and small results keep their digits.
  // STEP 2: dy/dx = y (1 - y).
  TT_TODO("03.2 sigmoid");
}
