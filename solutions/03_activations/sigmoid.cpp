#include <cmath>

#include "tinytorch/base/error.h"
#include "tinytorch/tensor/ops.h"

tinytorch::Tensor tinytorch::sigmoid(const Tensor& x) {
  // BEGIN SOLUTION
  // STEP 1: y = 1 / (1 + e^-x). For negative x write it as e^x / (1 + e^x): the exponent is then never positive, so
  // that nothing overflows and small results keep their digits.
  Array y(x.shape());
  for (std::int64_t i = 0; i < y.size(); ++i) {
    const float v = x.value().data()[i];
    const float e = std::exp(-std::abs(v));
    y.data()[i] = (v < 0 ? e : 1.0f) / (1.0f + e);
  }
  // STEP 2: dy/dx = y (1 - y).
  return make_op("sigmoid", y, {x}, [y](const Array& gradient, const std::vector<Tensor>& inputs) {
    inputs[0].add_grad(multiply(gradient, multiply(y, scale(y, -1, 1))));
  });
  // END SOLUTION
}
