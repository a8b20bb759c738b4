#include <algorithm>

#include "tinytorch/base/error.h"
#include "tinytorch/tensor/array_xtensor.h"
#include "tinytorch/tensor/check.h"

namespace tinytorch {
namespace {

/// Swaps the last two axes, in square tiles: both sides then stay within a few cache lines at a time.
Array transpose_matrices(const Array& a) {
  Shape shape = a.shape();
  std::swap(shape[shape.size() - 1], shape[shape.size() - 2]);
  Array result(shape);
  constexpr std::int64_t kTile = 16;
  const std::int64_t rows = a.dim(-2), columns = a.dim(-1);
  for (std::int64_t begin = 0; begin < a.size(); begin += rows * columns) {
    const float* from = a.data() + begin;
    float* to = result.data() + begin;
    for (std::int64_t r = 0; r < rows; r += kTile) {
      for (std::int64_t c = 0; c < columns; c += kTile) {
        for (std::int64_t i = r; i < std::min(r + kTile, rows); ++i) {
          for (std::int64_t j = c; j < std::min(c + kTile, columns); ++j) to[j * rows + i] = from[i * columns + j];
        }
      }
    }
  }
  return result;
}

}  // namespace

Array permute(const Array& a, const Axes& order) {
  require_defined("permute", a);
  Axes axes;
  for (std::int64_t axis : order) axes.push_back(normalize_axis(axis, a.rank(), "permute"));
  Axes sorted = axes;
  std::ranges::sort(sorted);
  if (axes.size() != a.rank() || std::ranges::adjacent_find(sorted) != sorted.end()) {
    throw Error("[permute] shape " + to_string(a.shape()) + " by " + to_string(order) + ": name every axis once");
  }
  if (axes == sorted) return a.clone();
  const std::size_t last = axes.size() - 1;
  std::swap(sorted[last], sorted[last - 1]);
  if (axes == sorted) return transpose_matrices(a);

  Shape shape;
  for (std::int64_t axis : axes) shape.push_back(a.dim(axis));
  Array result(shape);
  if (result.size() == 0) return result;
  const auto count = static_cast<std::size_t>(a.size());
  xt::noalias(xt::adapt(result.data(), count, xt::no_ownership(), shape)) =
      xt::transpose(xt::adapt(a.data(), count, xt::no_ownership(), a.shape()), axes);
  return result;
}

Array transpose(const Array& a) {
  require_defined("transpose", a);
  if (a.rank() < 2) throw Error("[transpose] shape " + to_string(a.shape()) + ": two axes are needed");
  return transpose_matrices(a);
}

Array swap_axes(const Array& a, std::int64_t first, std::int64_t second) {
  require_defined("swap_axes", a);
  Axes order;
  for (std::size_t axis = 0; axis < a.rank(); ++axis) order.push_back(static_cast<std::int64_t>(axis));
  std::swap(order[static_cast<std::size_t>(normalize_axis(first, a.rank(), "swap_axes"))],
            order[static_cast<std::size_t>(normalize_axis(second, a.rank(), "swap_axes"))]);
  return permute(a, order);
}

Array broadcast_to(const Array& a, const Shape& shape) {
  require_defined("broadcast_to", a);
  bool fits = a.rank() <= shape.size();
  for (std::size_t back = 1; fits && back <= a.rank(); ++back) {
    const std::int64_t own = a.shape()[a.rank() - back];
    fits = own == 1 || own == shape[shape.size() - back];
  }
  if (!fits) throw Error("[broadcast_to] shape " + to_string(a.shape()) + " does not stretch to " + to_string(shape));
  if (a.size() == 1) return Array(shape, a.item());
  Array result(shape);
  if (result.size() == 0) return result;
  xt::noalias(xt::adapt(result.data(), static_cast<std::size_t>(result.size()), xt::no_ownership(), shape)) =
      xt::broadcast(xt::adapt(a.data(), static_cast<std::size_t>(a.size()), xt::no_ownership(), a.shape()), shape);
  return result;
}

}  // namespace tinytorch
