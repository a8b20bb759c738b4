#include <algorithm>

#include "tinytorch/base/error.h"
#include "tinytorch/base/shape.h"

tinytorch::Shape tinytorch::broadcast_shapes(const Shape& a, const Shape& b) {
  // BEGIN SOLUTION
  // STEP 1: the result has as many axes as the longer shape.
  Shape result(std::max(a.size(), b.size()));
  // STEP 2: walk both shapes from the right; a shape that has run out counts as 1.
  for (std::size_t i = 0; i < result.size(); ++i) {
    const std::int64_t x = i < a.size() ? a[a.size() - 1 - i] : 1;
    const std::int64_t y = i < b.size() ? b[b.size() - 1 - i] : 1;
    // STEP 3: equal sizes stay, a 1 takes the other's size, anything else is an Error that names both shapes.
    if (x != y && x != 1 && y != 1) {
      throw Error("[broadcast] shapes " + to_string(a) + " and " + to_string(b) + ": sizes " + std::to_string(x) +
                  " and " + std::to_string(y) + " differ and neither is 1");
    }
    result[result.size() - 1 - i] = x == 1 ? y : x;
  }
  return result;
  // END SOLUTION
}
