#include "tinytorch/base/error.h"
#include "tinytorch/tensor/array_ops.h"

tinytorch::Array tinytorch::unbroadcast(const Array& gradient, const Shape& shape) {
  // BEGIN SOLUTION
  // STEP 1: where nothing was stretched there is nothing to undo.
  if (gradient.shape() == shape) return gradient;
  // STEP 2: find the stretched axes: those in front that `shape` does not have, and those where it has a 1.
  const std::size_t added = gradient.rank() - shape.size();
  Axes stretched;
  for (std::size_t axis = 0; axis < gradient.rank(); ++axis) {
    if (axis < added || shape[axis - added] == 1) stretched.push_back(static_cast<std::int64_t>(axis));
  }
  // STEP 3: a value that was used many times gets the sum of the gradients of its uses.
  return sum(gradient, stretched, true).reshape(shape);
  // END SOLUTION
}
