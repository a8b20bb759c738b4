#include "tinytorch/base/error.h"
#include "tinytorch/base/shape.h"

std::int64_t tinytorch::ravel_index(const Shape& index, const Shape& shape) {
  // STEP 1: an index has one number per axis.
  // STEP 2: going from the outermost axis inwards, position = position * size + index (Horner's rule).
  // STEP 3: a negative index counts from the end of its axis; what is still outside is an Error.
  TT_TODO("01.2 ravel_index");
}
