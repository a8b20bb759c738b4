#include "tinytorch/base/error.h"
#include "tinytorch/tensor/check.h"

tinytorch::Array tinytorch::add(const Array& a, const Array& b) {
  // STEP 1: the shape of the result; result_shape("add", …) throws where the operands do not fit.
  // STEP 2: operands of equal shape lie in memory element by element beside the result: one loop.
  // STEP 3: otherwise find each operand's step along each axis of the result: its own, or 0 where it is stretched, so
  // that the same element is read again and again.
  // STEP 4: walk the result row by row, counting the outer axes up like an odometer; the positions in x and y follow.
  TT_TODO("01.3 add");
}
