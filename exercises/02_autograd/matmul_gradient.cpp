#include "tinytorch/base/error.h"
#include "tinytorch/tensor/ops.h"

tinytorch::Tensor tinytorch::matmul(const Tensor& a, const Tensor& b) {
  return make_op("matmul", matmul(a.value(), b.value()), {a, b},
                 [](const Array& gradient, const std::vector<Tensor>& inputs) {
                   // STEP 1: Y (M, N) = A (M, K) B (K, N). dA = dY Bᵀ is the only product with A's shape.
                   // matmul(x, y, transpose_x, transpose_y) reads an operand transposed without copying it.
                   // STEP 2: dB = Aᵀ dY. Leading axes broadcast, so unbroadcast undoes that in both.
                   TT_TODO("02.5 matmul_gradient");
                 });
}
