#include <algorithm>

#include "tinytorch/base/error.h"
#include "tinytorch/tensor/elementwise.h"

namespace tinytorch {

Array subtract(const Array& a, const Array& b) {
  return elementwise("subtract", a, b, [](float x, float y) { return x - y; });
}
Array multiply(const Array& a, const Array& b) {
  return elementwise("multiply", a, b, [](float x, float y) { return x * y; });
}
Array divide(const Array& a, const Array& b) {
  return elementwise("divide", a, b, [](float x, float y) { return x / y; });
}

// NaN in either operand gives NaN, as in NumPy.
Array maximum(const Array& a, const Array& b) {
  return elementwise("maximum", a, b, [](float x, float y) { return x > y || x != x ? x : y; });
}
Array minimum(const Array& a, const Array& b) {
  return elementwise("minimum", a, b, [](float x, float y) { return x < y || x != x ? x : y; });
}

Array equal(const Array& a, const Array& b) {
  return elementwise("equal", a, b, [](float x, float y) { return x == y ? 1.0f : 0.0f; });
}
Array not_equal(const Array& a, const Array& b) {
  return elementwise("not_equal", a, b, [](float x, float y) { return x != y ? 1.0f : 0.0f; });
}
Array less(const Array& a, const Array& b) {
  return elementwise("less", a, b, [](float x, float y) { return x < y ? 1.0f : 0.0f; });
}
Array less_equal(const Array& a, const Array& b) {
  return elementwise("less_equal", a, b, [](float x, float y) { return x <= y ? 1.0f : 0.0f; });
}
Array greater(const Array& a, const Array& b) {
  return elementwise("greater", a, b, [](float x, float y) { return x > y ? 1.0f : 0.0f; });
}
Array greater_equal(const Array& a, const Array& b) {
  return elementwise("greater_equal", a, b, [](float x, float y) { return x >= y ? 1.0f : 0.0f; });
}

Array where(const Array& condition, const Array& a, const Array& b) {
  require_defined("where", condition);
  require_defined("where", a);
  require_defined("where", b);
  Shape shape;
  try {
    shape = broadcast_shapes(condition.shape(), broadcast_shapes(a.shape(), b.shape()));
  } catch (const NotImplemented&) {
    throw;
  } catch (const Error&) {
    throw Error("[where] condition " + to_string(condition.shape()) + " and shapes " + to_string(a.shape()) + " and " +
                to_string(b.shape()) + " do not broadcast: aligned at the right, sizes must be equal or 1");
  }
  const auto stretched = [&](const Array& x) { return x.shape() == shape ? x : broadcast_to(x, shape); };
  const Array c = stretched(condition), x = stretched(a), y = stretched(b);
  Array result(shape);
  for (std::int64_t i = 0, n = result.size(); i < n; ++i) {
    result.data()[i] = c.data()[i] != 0 ? x.data()[i] : y.data()[i];
  }
  return result;
}

void add_in_place(Array& destination, const Array& source) {
  require_defined("add_in_place", destination);
  require_defined("add_in_place", source);
  if (destination.shape() != source.shape()) {
    throw Error("[add_in_place] " + to_string(source.shape()) + " to " + to_string(destination.shape()) +
                ": the shapes must be equal");
  }
  float* to = destination.data();
  const float* from = source.data();
  for (std::int64_t i = 0, n = destination.size(); i < n; ++i) to[i] += from[i];
}

}  // namespace tinytorch
