#include "tinytorch/base/error.h"
#include "tinytorch/tensor/ops.h"

tinytorch::Tensor tinytorch::matmul(const Tensor& a, const Tensor& b) {
  return make_op("matmul", matmul(a.value(), b.value()), {a, b},
                 [](const Array& gradient, const std::vector<Tensor>& inputs) {
                   // BEGIN SOLUTION
                   // STEP 1: Y (M, N) = A (M, K) B (K, N). dA = dY Bᵀ is the only product with A's shape.
                   // matmul(x, y, transpose_x, transpose_y) reads an operand transposed without copying it.
                   const Tensor &x = inputs[0], &y = inputs[1];
                   if (x.requires_grad()) x.add_grad(unbroadcast(matmul(gradient, y.value(), false, true), x.shape()));
                   // STEP 2: dB = Aᵀ dY. Leading axes broadcast, so unbroadcast undoes that in both.
                   if (y.requires_grad()) y.add_grad(unbroadcast(matmul(x.value(), gradient, true, false), y.shape()));
                   // END SOLUTION
                 });
}
