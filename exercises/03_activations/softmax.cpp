#include <algorithm>
#include <cmath>

#include "tinytorch/tensor/check.h"
#include "tinytorch/tensor/ops.h"

tinytorch::Array tinytorch::softmax(const Array& x, std::int64_t axis) {
  require_defined("softmax", x);
  const std::int64_t last = static_cast<std::int64_t>(x.rank()) - 1;
  axis = normalize_axis(axis, x.rank(), "softmax");
  if (axis != last) return swap_axes(softmax(swap_axes(x, axis, last), last), axis, last);
  Array y(x.shape());
  const std::int64_t width = x.dim(last);
  // STEP 1: take one row of `width` values after the other.
  // STEP 2: y_j = e^x_j / Σ e^x. Subtracting the row's largest value from all changes nothing in the quotient, and no
  // exponent is positive any more: nothing overflows.
  // STEP 3: divide by the total.
  TT_TODO("03 softmax");
  return y;
}

tinytorch::Tensor tinytorch::softmax(const Tensor& x, std::int64_t axis) {
  const Array y = softmax(x.value(), axis);
  return make_op("softmax", y, {x}, [y, axis](const Array& gradient, const std::vector<Tensor>& inputs) {
    // STEP 4: dy_j/dx_i = y_j (δ_ij - y_i), so dx = y (dy - Σ_j dy_j y_j).
    TT_TODO("03 softmax");
  });
}
