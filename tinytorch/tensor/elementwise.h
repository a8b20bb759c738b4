#pragma once
#include <algorithm>

#include "tinytorch/tensor/check.h"

/// The loops under the element-wise operations: plain, so that the compiler vectorises them.
namespace tinytorch {

template <class F>
Array elementwise(std::string_view operation, const Array& a, F f) {
  require_defined(operation, a);
  Array result(a.shape());
  const float* x = a.data();
  float* z = result.data();
  for (std::int64_t i = 0, n = result.size(); i < n; ++i) z[i] = f(x[i]);
  return result;
}

/// True if an operand is one row that is repeated over the result: its shape is the end of the result's.
inline bool is_row(const Shape& own, const Shape& whole) {
  const auto begin = std::ranges::find_if(own, [](std::int64_t size) { return size != 1; });
  return std::equal(begin, own.end(), whole.end() - (own.end() - begin));
}

/// True if an operand has one number for each row of the result: its shape is the start of the result's, then ones.
inline bool is_column(const Shape& own, const Shape& whole) {
  std::size_t kept = own.size();
  while (kept > 0 && own[kept - 1] == 1) --kept;
  return own.size() == whole.size() &&
         std::equal(own.begin(), own.begin() + static_cast<std::ptrdiff_t>(kept), whole.begin());
}

/// a is as large as the result; b is stretched to it.
template <class F>
Array elementwise_stretched(std::string_view operation, const Array& a, const Array& b, const Shape& shape, F f) {
  Array result(shape);
  const std::int64_t n = result.size(), m = b.size();
  const float* x = a.data();
  const float* y = b.data();
  float* z = result.data();
  if (m == n) {
    for (std::int64_t i = 0; i < n; ++i) z[i] = f(x[i], y[i]);
  } else if (m == 1) {
    const float value = *y;
    for (std::int64_t i = 0; i < n; ++i) z[i] = f(x[i], value);
  } else if (is_row(b.shape(), shape)) {
    for (std::int64_t i = 0; i < n; i += m) {
      for (std::int64_t j = 0; j < m; ++j) z[i + j] = f(x[i + j], y[j]);
    }
  } else if (is_column(b.shape(), shape)) {
    const std::int64_t width = n / m;
    for (std::int64_t i = 0; i < m; ++i) {
      const float value = y[i];
      for (std::int64_t j = i * width; j < (i + 1) * width; ++j) z[j] = f(x[j], value);
    }
  } else {
    return elementwise_stretched(operation, a, broadcast_to(b, shape), shape, f);
  }
  return result;
}

/// Equal shapes, a single number, a repeated row and a repeated column are read in place; the rest is stretched first.
template <class F>
Array elementwise(std::string_view operation, const Array& a, const Array& b, F f) {
  const Shape shape = result_shape(operation, a, b);
  const std::int64_t n = element_count(shape);
  if (a.size() == n) return elementwise_stretched(operation, a, b, shape, f);
  const auto swapped = [f](float x, float y) { return f(y, x); };
  if (b.size() == n) return elementwise_stretched(operation, b, a, shape, swapped);
  return elementwise_stretched(operation, broadcast_to(a, shape), b, shape, f);
}

}  // namespace tinytorch
