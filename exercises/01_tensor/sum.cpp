#include <algorithm>

#include "tinytorch/base/error.h"
#include "tinytorch/tensor/check.h"

tinytorch::Array tinytorch::sum(const Array& a, const Axes& axes, bool keepdims) {
  require_defined("sum", a);
  const Axes reduced = normalize_axes("sum", axes, a.rank());
  Array result(reduced_shape(a.shape(), reduced, keepdims));
  // STEP 1: totals are kept in double: a sum of a million floats loses digits when its running total is a float.
  // STEP 2: the step in the result along each axis of a: 0 along a reduced axis, so that its elements meet in one
  // total.
  // STEP 3: walk a row by row, counting the outer axes up like an odometer; the position in the totals follows.
  // STEP 4: add a row to its totals: all to one if its axis is reduced, else each to its own.
  TT_TODO("01.4 sum");
  return result;
}
