#include "tinytorch/tensor/array.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "tinytorch/base/error.h"
#include "tinytorch/tensor/memory.h"

namespace tinytorch {

Array::Array(Shape shape) : shape_(std::move(shape)), size_(element_count(shape_)) {
  if (size_ > std::numeric_limits<std::int64_t>::max() / 8) {
    throw Error("[array] shape " + to_string(shape_) + ": more than memory can hold");
  }
  storage_ = allocate_floats(size_);
}

Array::Array(Shape shape, float value) : Array(std::move(shape)) { std::ranges::fill(values(), value); }

Array::Array(Shape shape, std::span<const float> values) : Array(std::move(shape)) {
  if (values.size() != static_cast<std::size_t>(size_)) {
    throw Error("[array] " + std::to_string(values.size()) + " values for shape " + to_string(shape_) + ", which has " +
                std::to_string(size_));
  }
  std::ranges::copy(values, data());
}

Array::Array(Shape shape, std::initializer_list<float> values)
    : Array(std::move(shape), std::span<const float>(values.begin(), values.size())) {}

std::int64_t Array::dim(std::int64_t axis) const {
  return shape_[static_cast<std::size_t>(normalize_axis(axis, rank(), "dim"))];
}

float Array::at(const Shape& index) const {
  if (!defined()) throw Error("[index] " + to_string(index) + " in an undefined array");
  return storage_[static_cast<std::size_t>(ravel_index(index, shape_))];
}

float Array::item() const {
  if (!defined() || size_ != 1) throw Error("[item] shape " + to_string(shape_) + ": not a single number");
  return storage_[0];
}

Array Array::reshape(Shape shape) const {
  if (!defined()) throw Error("[reshape] an undefined array into " + to_string(shape));
  const auto unknown = std::ranges::find(shape, -1);
  if (unknown != shape.end()) {
    *unknown = 1;
    const std::int64_t known = element_count(shape);
    *unknown = known > 0 && size_ % known == 0 ? size_ / known : -1;
  }
  if (std::ranges::count_if(shape, [](std::int64_t s) { return s < 0; }) > 0 || element_count(shape) != size_) {
    throw Error("[reshape] " + to_string(shape_) + " into " + to_string(shape) + ": " + std::to_string(size_) +
                " elements do not fit");
  }
  Array result = *this;
  result.shape_ = std::move(shape);
  return result;
}

Array Array::clone() const {
  if (!defined()) return {};
  return Array(shape_, values());
}

}  // namespace tinytorch
