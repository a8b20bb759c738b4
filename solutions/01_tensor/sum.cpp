#include <algorithm>

#include "tinytorch/base/error.h"
#include "tinytorch/tensor/check.h"

tinytorch::Array tinytorch::sum(const Array& a, const Axes& axes, bool keepdims) {
  require_defined("sum", a);
  const Axes reduced = normalize_axes("sum", axes, a.rank());
  Array result(reduced_shape(a.shape(), reduced, keepdims));
  // BEGIN SOLUTION
  // STEP 1: totals are kept in double: a sum of a million floats loses digits when its running total is a float.
  std::vector<double> totals(static_cast<std::size_t>(result.size()), 0.0);
  // STEP 2: the step in the result along each axis of a: 0 along a reduced axis, so that its elements meet in one
  // total.
  Shape shape = a.shape(), steps = row_major_strides(reduced_shape(shape, reduced, true));
  for (std::int64_t axis : reduced) steps[static_cast<std::size_t>(axis)] = 0;
  if (shape.empty()) shape = steps = {1};  // a scalar is a row of one
  // STEP 3: walk a row by row, counting the outer axes up like an odometer; the position in the totals follows.
  const std::int64_t width = shape.back();
  Shape index(shape.size(), 0);
  std::int64_t position = 0;
  for (std::int64_t done = 0; done < a.size(); done += width) {
    const float* row = a.data() + done;
    double* total = totals.data() + position;
    // STEP 4: add a row to its totals: all to one if its axis is reduced, else each to its own.
    if (steps.back() == 0) {
      double parts[8] = {};  // eight running totals: an addition need not wait for the one before
      std::int64_t j = 0;
      for (; j + 8 <= width; j += 8) {
        for (std::int64_t lane = 0; lane < 8; ++lane) parts[lane] += row[j + lane];
      }
      for (; j < width; ++j) parts[0] += row[j];
      for (double part : parts) *total += part;
    } else {
      for (std::int64_t j = 0; j < width; ++j) total[j] += row[j];
    }
    for (std::size_t axis = shape.size() - 1; axis-- > 0;) {
      position += steps[axis];
      if (++index[axis] < shape[axis]) break;
      position -= steps[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  std::ranges::transform(totals, result.data(), [](double total) { return static_cast<float>(total); });
  // END SOLUTION
  return result;
}
