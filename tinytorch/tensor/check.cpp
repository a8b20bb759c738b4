#include "tinytorch/tensor/check.h"

#include <algorithm>

#include "tinytorch/base/error.h"

namespace tinytorch {

void require_defined(std::string_view operation, const Array& a) {
  if (!a.defined()) throw Error("[" + std::string(operation) + "] an operand is undefined: give it a value first");
}

Shape result_shape(std::string_view operation, const Array& a, const Array& b) {
  require_defined(operation, a);
  require_defined(operation, b);
  try {
    return broadcast_shapes(a.shape(), b.shape());
  } catch (const NotImplemented&) {
    throw;
  } catch (const Error&) {
    throw Error("[" + std::string(operation) + "] shapes " + to_string(a.shape()) + " and " + to_string(b.shape()) +
                " do not broadcast: aligned at the right, sizes must be equal or 1");
  }
}

Axes normalize_axes(std::string_view operation, const Axes& axes, std::size_t rank) {
  Axes result;
  for (std::int64_t axis : axes) result.push_back(normalize_axis(axis, rank, operation));
  for (std::size_t axis = 0; axes.empty() && axis < rank; ++axis) result.push_back(static_cast<std::int64_t>(axis));
  std::ranges::sort(result);
  if (std::ranges::adjacent_find(result) != result.end()) {
    throw Error("[" + std::string(operation) + "] axes " + to_string(axes) + ": one is named twice");
  }
  return result;
}

Shape reduced_shape(const Shape& shape, const Axes& axes, bool keepdims) {
  Shape result;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const bool reduced = std::ranges::binary_search(axes, static_cast<std::int64_t>(i));
    if (!reduced) result.push_back(shape[i]);
    if (reduced && keepdims) result.push_back(1);
  }
  return result;
}

}  // namespace tinytorch
