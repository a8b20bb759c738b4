#include "tinytorch/base/shape.h"

#include "tinytorch/base/error.h"

namespace tinytorch {

std::string to_string(const Shape& shape) {
  std::string text = "(";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (i > 0) text += ", ";
    text += std::to_string(shape[i]);
  }
  return text + (shape.size() == 1 ? ",)" : ")");
}

std::int64_t element_count(const Shape& shape) {
  std::int64_t count = 1;
  for (std::int64_t size : shape) {
    if (size < 0) throw Error("[shape] " + to_string(shape) + ": sizes must not be negative");
    if (__builtin_mul_overflow(count, size, &count)) {
      throw Error("[shape] " + to_string(shape) + ": more elements than 64 bits can count");
    }
  }
  return count;
}

Shape row_major_strides(const Shape& shape) {
  Shape strides(shape.size());
  std::int64_t step = 1;
  for (std::size_t i = shape.size(); i-- > 0;) {
    strides[i] = step;
    step *= shape[i];
  }
  return strides;
}

std::int64_t normalize_axis(std::int64_t axis, std::size_t rank, std::string_view operation) {
  const auto n = static_cast<std::int64_t>(rank);
  if (axis < -n || axis >= n) {
    throw Error("[" + std::string(operation) + "] axis " + std::to_string(axis) + " of an array with " +
                std::to_string(n) + (n == 1 ? " axis" : " axes"));
  }
  return axis < 0 ? axis + n : axis;
}

}  // namespace tinytorch
