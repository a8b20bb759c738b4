#include <algorithm>

#include "tinytorch/base/error.h"
#include "tinytorch/tensor/check.h"

namespace tinytorch {
namespace {

/// An array seen from one of its axes: `outer` blocks of `size` runs, each of `inner` neighbouring elements.
struct AxisView {
  std::int64_t axis, outer = 1, size, inner = 1;

  AxisView(const char* operation, const Shape& shape, std::int64_t named)
      : axis(normalize_axis(named, shape.size(), operation)), size(shape[static_cast<std::size_t>(axis)]) {
    for (std::int64_t i = 0; i < axis; ++i) outer *= shape[static_cast<std::size_t>(i)];
    for (auto i = static_cast<std::size_t>(axis) + 1; i < shape.size(); ++i) inner *= shape[i];
  }
};

/// begin, end and step as Python clips them to an axis.
struct Range {
  std::int64_t begin, step, count;

  Range(const char* operation, std::int64_t first, std::int64_t last, std::int64_t stride, std::int64_t size)
      : step(stride) {
    if (step < 1) throw Error("[" + std::string(operation) + "] step " + std::to_string(step) + ": must be positive");
    const auto clip = [size](std::int64_t i) { return std::clamp<std::int64_t>(i < 0 ? i + size : i, 0, size); };
    begin = clip(first);
    const std::int64_t length = std::max<std::int64_t>(clip(last) - begin, 0);
    count = length == 0 ? 0 : (length - 1) / step + 1;
  }
};

}  // namespace

Array slice(const Array& a, std::int64_t axis, std::int64_t begin, std::int64_t end, std::int64_t step) {
  require_defined("slice", a);
  const AxisView view("slice", a.shape(), axis);
  const Range range("slice", begin, end, step, view.size);
  Shape shape = a.shape();
  shape[static_cast<std::size_t>(view.axis)] = range.count;
  Array result(shape);
  float* to = result.data();
  for (std::int64_t o = 0; o < view.outer; ++o) {
    for (std::int64_t i = 0; i < range.count; ++i) {
      const float* run = a.data() + (o * view.size + range.begin + i * range.step) * view.inner;
      to = std::copy_n(run, view.inner, to);
    }
  }
  return result;
}

Array unslice(const Array& part, const Shape& shape, std::int64_t axis, std::int64_t begin, std::int64_t end,
              std::int64_t step) {
  require_defined("unslice", part);
  const AxisView view("unslice", shape, axis);
  const Range range("unslice", begin, end, step, view.size);
  Shape expected = shape;
  expected[static_cast<std::size_t>(view.axis)] = range.count;
  if (part.shape() != expected) {
    throw Error("[unslice] part " + to_string(part.shape()) + " into " + to_string(shape) + ": that slice has shape " +
                to_string(expected));
  }
  Array result(shape, 0.0f);
  const float* from = part.data();
  for (std::int64_t o = 0; o < view.outer; ++o) {
    for (std::int64_t i = 0; i < range.count; ++i, from += view.inner) {
      std::copy_n(from, view.inner, result.data() + (o * view.size + range.begin + i * range.step) * view.inner);
    }
  }
  return result;
}

Array concat(const std::vector<Array>& parts, std::int64_t axis) {
  if (parts.empty()) throw Error("[concat] of no arrays: give one or more");
  for (const Array& part : parts) require_defined("concat", part);
  Shape shape = parts.front().shape();
  const auto along = static_cast<std::size_t>(normalize_axis(axis, shape.size(), "concat"));
  shape[along] = 0;
  for (const Array& part : parts) {
    Shape own = part.shape();
    if (own.size() == shape.size()) own[along] = shape[along];
    if (own != shape) {
      throw Error("[concat] shapes " + to_string(parts.front().shape()) + " and " + to_string(part.shape()) +
                  " along axis " + std::to_string(axis) + ": all other sizes must be equal");
    }
    shape[along] += part.shape()[along];
  }
  Array result(shape);
  float* to = result.data();
  const std::int64_t outer = AxisView("concat", shape, axis).outer;
  for (std::int64_t o = 0; o < outer; ++o) {
    for (const Array& part : parts) {
      const std::int64_t block = part.size() / outer;
      to = std::copy_n(part.data() + o * block, block, to);
    }
  }
  return result;
}

}  // namespace tinytorch
