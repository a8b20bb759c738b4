#include "tinytorch/base/error.h"
#include "tinytorch/base/shape.h"

std::int64_t tinytorch::ravel_index(const Shape& index, const Shape& shape) {
  // BEGIN SOLUTION
  // STEP 1: an index has one number per axis.
  const auto fail = [&](const std::string& why) {
    throw Error("[index] " + to_string(index) + " in shape " + to_string(shape) + ": " + why);
  };
  if (index.size() != shape.size()) fail("the numbers of axes differ");
  // STEP 2: going from the outermost axis inwards, position = position * size + index (Horner's rule).
  std::int64_t position = 0;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    // STEP 3: a negative index counts from the end of its axis; what is still outside is an Error.
    const std::int64_t i = index[axis] < 0 ? index[axis] + shape[axis] : index[axis];
    if (i < 0 || i >= shape[axis]) fail("axis " + std::to_string(axis) + " has no element " + std::to_string(index[axis]));
    position = position * shape[axis] + i;
  }
  return position;
  // END SOLUTION
}
