#include <algorithm>
#include <cmath>

#include "tinytorch/base/error.h"
#include "tinytorch/tensor/check.h"
#include "tinytorch/tensor/ops.h"

tinytorch::Array tinytorch::log_softmax(const Array& x, std::int64_t axis) {
  require_defined("log_softmax", x);
  const std::int64_t last = static_cast<std::int64_t>(x.rank()) - 1;
  axis = normalize_axis(axis, x.rank(), "log_softmax");
  if (axis != last) return swap_axes(log_softmax(swap_axes(x, axis, last), last), axis, last);
  Array y(x.shape());
  // STEP 1: the axis is the last one here: take one row of x.dim(last) neighbouring values after the other.
  // STEP 2: log(e^x_j / Σ e^x) = (x_j - m) - log Σ e^(x - m) for any m; the largest value as m keeps e^ from
  // overflowing. The logarithm of softmax() itself would be -∞ where that rounds to 0.
  TT_TODO("05.2 log_softmax");
  return y;
}

tinytorch::Tensor tinytorch::log_softmax(const Tensor& x, std::int64_t axis) {
  const Array y = log_softmax(x.value(), axis);
  // STEP 3: dy_j/dx_i = δ_ij - softmax(x)_i, so dx = dy - softmax(x) Σ_j dy_j; and softmax(x) is e^y.
  TT_TODO("05.2 log_softmax");
}
