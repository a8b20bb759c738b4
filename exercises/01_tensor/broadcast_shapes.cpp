#include <algorithm>

#include "tinytorch/base/error.h"
#include "tinytorch/base/shape.h"

tinytorch::Shape tinytorch::broadcast_shapes(const Shape& a, const Shape& b) {
  // STEP 1: the result has as many axes as the longer shape.
  // STEP 2: walk both shapes from the right; a shape that has run out counts as 1.
  // STEP 3: equal sizes stay, a 1 takes the other's size, anything else is an Error that names both shapes.
  TT_TODO("01.1 broadcast_shapes");
}
