#include "tinytorch/base/error.h"
#include "tinytorch/tensor/ops.h"

tinytorch::Tensor tinytorch::multiply(const Tensor& a, const Tensor& b) {
  return make_op("multiply", multiply(a.value(), b.value()), {a, b},
                 [](const Array& gradient, const std::vector<Tensor>& inputs) {
                   // BEGIN SOLUTION
                   // STEP 1: y = a·b, so dy/da = b. The chain rule: the gradient of a is gradient·b; unbroadcast sums
                   // it where a was stretched. Compute it only if a requires one.
                   const Tensor &x = inputs[0], &y = inputs[1];
                   if (x.requires_grad()) x.add_grad(unbroadcast(multiply(gradient, y.value()), x.shape()));
                   // STEP 2: the same for b, with the roles exchanged.
                   if (y.requires_grad()) y.add_grad(unbroadcast(multiply(gradient, x.value()), y.shape()));
                   // END SOLUTION
                 });
}
