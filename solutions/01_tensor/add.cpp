#include "tinytorch/base/error.h"
#include "tinytorch/tensor/check.h"

tinytorch::Array tinytorch::add(const Array& a, const Array& b) {
  // BEGIN SOLUTION
  // STEP 1: the shape of the result; result_shape("add", …) throws where the operands do not fit.
  Array result(result_shape("add", a, b));
  const float* x = a.data();
  const float* y = b.data();
  float* z = result.data();
  // STEP 2: operands of equal shape lie in memory element by element beside the result: one loop.
  if (a.shape() == b.shape()) {
    for (std::int64_t i = 0; i < result.size(); ++i) z[i] = x[i] + y[i];
    return result;
  }
  // STEP 3: otherwise find each operand's step along each axis of the result: its own, or 0 where it is stretched, so
  // that the same element is read again and again.
  const Shape& shape = result.shape();
  const auto steps_of = [&](const Shape& own) {
    Shape steps(shape.size(), 0);
    const Shape strides = row_major_strides(own);
    const std::size_t skipped = shape.size() - own.size();
    for (std::size_t i = 0; i < own.size(); ++i) steps[skipped + i] = own[i] == 1 ? 0 : strides[i];
    return steps;
  };
  const Shape x_steps = steps_of(a.shape()), y_steps = steps_of(b.shape());
  // STEP 4: walk the result row by row, counting the outer axes up like an odometer; the positions in x and y follow.
  const std::int64_t width = shape.back(), x_step = x_steps.back(), y_step = y_steps.back();
  Shape index(shape.size(), 0);
  for (std::int64_t done = 0; done < result.size(); done += width) {
    for (std::int64_t j = 0; j < width; ++j) z[done + j] = x[j * x_step] + y[j * y_step];
    for (std::size_t axis = shape.size() - 1; axis-- > 0;) {
      x += x_steps[axis];
      y += y_steps[axis];
      if (++index[axis] < shape[axis]) break;
      x -= x_steps[axis] * shape[axis];
      y -= y_steps[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return result;
  // END SOLUTION
}
