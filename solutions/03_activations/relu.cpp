#include "tinytorch/base/error.h"
#include "tinytorch/tensor/ops.h"

tinytorch::Tensor tinytorch::relu(const Tensor& x) {
  // BEGIN SOLUTION
  // STEP 1: y = 0 where x is negative, else x. Written so that NaN stays NaN: a network that has gone wrong must
  // show it.
  Array y(x.shape());
  const float* from = x.value().data();
  float* to = y.data();
  for (std::int64_t i = 0; i < y.size(); ++i) to[i] = from[i] < 0 ? 0.0f : from[i];
  // STEP 2: dy/dx is 1 where y is positive, else 0: the gradient passes or is stopped.
  return make_op("relu", y, {x}, [y](const Array& gradient, const std::vector<Tensor>& inputs) {
    Array passed(y.shape());
    for (std::int64_t i = 0; i < y.size(); ++i) {
      const float g = gradient.data()[i];  // read in any case: without a branch the loop runs on vectors
      passed.data()[i] = y.data()[i] > 0 ? g : 0.0f;
    }
    inputs[0].add_grad(passed);
  });
  // END SOLUTION
}
