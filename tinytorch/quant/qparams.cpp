#include "tinytorch/quant/qparams.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "tinytorch/base/error.h"

namespace tinytorch {
namespace {

constexpr float kLargest = std::numeric_limits<float>::max();

/// Position in row-major memory to the index along each axis.
Shape unravel(std::int64_t position, const Shape& shape) {
  Shape index(shape.size());
  for (std::size_t axis = shape.size(); axis-- > 0;) {
    index[axis] = position % shape[axis];
    position /= shape[axis];
  }
  return index;
}

void check_bits(int bits) {
  if (bits < 2 || bits > 8) throw Error("[quantize] " + std::to_string(bits) + " bits: 2 to 8 are possible");
}

}  // namespace

CodeRange signed_codes(int bits) {
  check_bits(bits);
  return {-(1 << (bits - 1)), (1 << (bits - 1)) - 1};
}

CodeRange symmetric_codes(int bits) {
  check_bits(bits);
  return {-((1 << (bits - 1)) - 1), (1 << (bits - 1)) - 1};
}

Range finite_range(const Array& values, std::string_view what) {
  if (!values.defined() || values.size() == 0) throw Error(std::string(what) + ": empty, so it has no range");
  Range range{kLargest, -kLargest};
  bool finite = true;
  for (const float v : values.values()) {
    finite = finite && std::abs(v) <= kLargest;  // false for NaN too
    range.low = std::min(range.low, v);
    range.high = std::max(range.high, v);
  }
  if (finite) return range;
  const auto wrong = [](float v) { return !std::isfinite(v); };
  const auto all = values.values();
  const auto first = std::ranges::find_if(all, wrong) - all.begin();
  throw Error(std::string(what) + ": " + std::to_string(std::ranges::count_if(all, wrong)) + " of " +
              std::to_string(values.size()) + " values are NaN or Inf, the first at index " +
              to_string(unravel(first, values.shape())));
}

}  // namespace tinytorch
