#include "tinytorch/base/error.h"
#include "tinytorch/kernels/sgemm/sgemm.h"
#include "tinytorch/tensor/ops.h"

tinytorch::Tensor tinytorch::linear(const Tensor& x, const Tensor& weight, const Tensor& bias, bool relu) {
  // BEGIN SOLUTION
  // STEP 1: check that x is (batch, in), weight (out, in) and bias, if there is one, (out).
  const Shape &xs = x.shape(), &ws = weight.shape();
  if (xs.size() != 2 || ws.size() != 2 || xs[1] != ws[1]) {
    throw Error("[linear] x " + to_string(xs) + " and weight " + to_string(ws) + ": want (batch, in) and (out, in)");
  }
  const std::int64_t batch = xs[0], in = xs[1], out = ws[0];
  if (bias.defined() && bias.shape() != Shape{out}) {
    throw Error("[linear] bias " + to_string(bias.shape()) + " for weight " + to_string(ws) + ": want (out)");
  }
  // STEP 2: y = x Wᵀ + b, and max(·, 0) if asked, in one call. Wᵀ is W with its two steps exchanged.
  Array y({batch, out});
  kernels::sgemm({.m = batch,
                  .n = out,
                  .k = in,
                  .a = x.value().data(),
                  .a_row = in,
                  .a_col = 1,
                  .b = weight.value().data(),
                  .b_row = 1,
                  .b_col = in,
                  .c = y.data(),
                  .c_row = out,
                  .bias = bias.defined() ? bias.value().data() : nullptr,
                  .relu = relu});
  std::vector<Tensor> inputs{x, weight};
  if (bias.defined()) inputs.push_back(bias);
  return make_op("linear", y, inputs, [y, relu](const Array& gradient, const std::vector<Tensor>& from) {
    // STEP 3: ReLU stops the gradient where its result is 0.
    Array dy = gradient;
    if (relu) {
      dy = Array(gradient.shape());
      const float *above = gradient.data(), *result = y.data();
      float* below = dy.data();
      for (std::int64_t i = 0; i < dy.size(); ++i) {
        const float g = above[i];  // read in any case: without a branch the loop runs on vectors
        below[i] = result[i] > 0 ? g : 0.0f;
      }
    }
    // STEP 4: dW = dYᵀ X, db = the sum of dY over the batch, dX = dY W; each only if it is required.
    if (from[1].requires_grad()) from[1].add_grad(matmul(dy, from[0].value(), true, false));
    if (from.size() > 2 && from[2].requires_grad()) from[2].add_grad(sum(dy, {0}));
    if (from[0].requires_grad()) from[0].add_grad(matmul(dy, from[1].value()));
  });
  // END SOLUTION
}
