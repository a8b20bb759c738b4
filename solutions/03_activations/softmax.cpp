#include <algorithm>
#include <cmath>

#include "tinytorch/base/error.h"
#include "tinytorch/tensor/check.h"
#include "tinytorch/tensor/ops.h"

tinytorch::Array tinytorch::softmax(const Array& x, std::int64_t axis) {
  require_defined("softmax", x);
  const std::int64_t last = static_cast<std::int64_t>(x.rank()) - 1;
  axis = normalize_axis(axis, x.rank(), "softmax");
  if (axis != last) return swap_axes(softmax(swap_axes(x, axis, last), last), axis, last);
  Array y(x.shape());
  // BEGIN SOLUTION
  // STEP 1: the axis is the last one here: take one row of x.dim(last) neighbouring values after the other.
  const std::int64_t width = x.dim(last);
  for (std::int64_t begin = 0; begin < x.size(); begin += width) {
    const float* from = x.data() + begin;
    float* to = y.data() + begin;
    // STEP 2: y_j = e^x_j / Σ e^x. Subtracting the row's largest value from all changes nothing in the quotient, and no
    // exponent is positive any more: nothing overflows.
    const float largest = *std::max_element(from, from + width);
    float total = 0;
    for (std::int64_t j = 0; j < width; ++j) total += to[j] = std::exp(from[j] - largest);
    // STEP 3: divide by the total.
    for (std::int64_t j = 0; j < width; ++j) to[j] /= total;
  }
  // END SOLUTION
  return y;
}

tinytorch::Tensor tinytorch::softmax(const Tensor& x, std::int64_t axis) {
  const Array y = softmax(x.value(), axis);
  // BEGIN SOLUTION
  // STEP 4: dy_j/dx_i = y_j (δ_ij - y_i), so dx = y (dy - Σ_j dy_j y_j), with the sum along `axis`.
  return make_op("softmax", y, {x}, [y, axis](const Array& gradient, const std::vector<Tensor>& inputs) {
    const Array total = sum(multiply(gradient, y), {axis}, true);
    inputs[0].add_grad(multiply(y, subtract(gradient, total)));
  });
  // END SOLUTION
}
