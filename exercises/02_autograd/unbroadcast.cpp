#include "tinytorch/base/error.h"
#include "tinytorch/tensor/array_ops.h"

tinytorch::Array tinytorch::unbroadcast(const Array& gradient, const Shape& shape) {
  // STEP 1: where nothing was stretched there is nothing to undo.
  // STEP 2: find the stretched axes: those in front that `shape` does not have, and those where it has a 1.
  // STEP 3: a value that was used many times gets the sum of the gradients of its uses.
  TT_TODO("02.3 unbroadcast");
}
