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
  // STEP 1: the axis is the last one here: take one row of x.dim(last) neighbouring values after the other.
  // STEP 2: y_j = e^x_j / Σ e^x. Subtracting the row's largest value from all changes nothing in the quotient, and no
  // exponent is positive any more: nothing overflows.
  // STEP 3: divide by the total.
  TT_TODO("03.4 softmax");
  return y;
}

tinytorch::Tensor tinytorch::softmax(const Tensor& x, std::int64_t axis) {
  const Array y = softmax(x.value(), axis);
  // STEP 4: dy_j/dx_i = y_j (δ_ij - y_i), so dx = y (dy - Σ_j dy_j y_j), with the sum along `axis`.
  TT_TODO("03.4 softmax");
}
