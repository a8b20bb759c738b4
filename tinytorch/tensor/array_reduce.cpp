#include <algorithm>

#include "tinytorch/base/error.h"
#include "tinytorch/tensor/check.h"

namespace tinytorch {
namespace {

/// The array with the reduced axes last, so that each group of elements to reduce is one row.
Array with_axes_last(const Array& a, const Axes& reduced) {
  Axes order;
  for (std::int64_t axis = 0; axis < static_cast<std::int64_t>(a.rank()); ++axis) {
    if (!std::ranges::binary_search(reduced, axis)) order.push_back(axis);
  }
  order.insert(order.end(), reduced.begin(), reduced.end());
  return std::ranges::is_sorted(order) ? a : permute(a, order);
}

std::int64_t count_along(const Shape& shape, const Axes& axes) {
  std::int64_t count = 1;
  for (std::int64_t axis : axes) count *= shape[static_cast<std::size_t>(axis)];
  return count;
}

/// Position of the first largest of the row; of the first NaN if there is one.
std::int64_t position_of_largest(const float* row, std::int64_t width) {
  std::int64_t best = 0;
  for (std::int64_t j = 0; j < width; ++j) {
    if (row[j] != row[j]) return j;
    if (row[j] > row[best]) best = j;
  }
  return best;
}

/// pick(row, width) for every row of the elements to reduce.
template <class Pick>
Array reduce(const char* operation, const Array& a, const Axes& reduced, bool keepdims, Pick pick) {
  const std::int64_t width = count_along(a.shape(), reduced);
  if (width == 0) {
    throw Error("[" + std::string(operation) + "] of shape " + to_string(a.shape()) + " over axes " +
                to_string(reduced) + ": there is no largest of no elements");
  }
  const Array rows = with_axes_last(a, reduced);
  Array result(reduced_shape(a.shape(), reduced, keepdims));
  for (std::int64_t i = 0; i < result.size(); ++i) result.data()[i] = pick(rows.data() + i * width, width);
  return result;
}

}  // namespace

Array mean(const Array& a, const Axes& axes, bool keepdims) {
  require_defined("mean", a);
  const Axes reduced = normalize_axes("mean", axes, a.rank());
  Array result = sum(a, reduced, keepdims);
  const auto count = static_cast<float>(count_along(a.shape(), reduced));
  for (float& total : result.values()) total /= count;  // of no elements: 0 / 0, NaN as in NumPy
  return result;
}

Array max(const Array& a, const Axes& axes, bool keepdims) {
  require_defined("max", a);
  return reduce("max", a, normalize_axes("max", axes, a.rank()), keepdims,
                [](const float* row, std::int64_t width) { return row[position_of_largest(row, width)]; });
}

Array argmax(const Array& a, std::optional<std::int64_t> axis, bool keepdims) {
  require_defined("argmax", a);
  const Axes reduced = normalize_axes("argmax", axis ? Axes{*axis} : Axes{}, a.rank());
  if (count_along(a.shape(), reduced) > 1 << 24) {
    throw Error("[argmax] of shape " + to_string(a.shape()) +
                ": a float32 counts to 16777216 only; take it axis by axis");
  }
  return reduce("argmax", a, reduced, keepdims, [](const float* row, std::int64_t width) {
    return static_cast<float>(position_of_largest(row, width));
  });
}

}  // namespace tinytorch
