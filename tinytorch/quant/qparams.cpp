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

std::vector<QParams> choose_qparams_per_channel(const Array& weight, CodeRange codes) {
  finite_range(weight, "[quantize_weight] weight");
  if (weight.rank() != 2) {
    throw Error("[quantize_weight] shape " + to_string(weight.shape()) + ": a weight is (out, in)");
  }
  const auto columns = static_cast<std::size_t>(weight.dim(1));
  std::vector<QParams> channels;
  for (std::size_t row = 0; row < static_cast<std::size_t>(weight.dim(0)); ++row) {
    const auto [low, high] = std::ranges::minmax(weight.values().subspan(row * columns, columns));
    channels.push_back(choose_qparams(low, high, Symmetry::symmetric, codes));
  }
  return channels;
}

std::int32_t quantize_value(float r, float inverse_scale, std::int32_t zero_point, CodeRange codes) {
  const float steps = std::nearbyint(r * inverse_scale);  // to even: the rounding mode that C++ programs start in
  const float code = steps + static_cast<float>(zero_point);
  // Clamped while it is a float: a number outside int32 must not be cast.
  return static_cast<std::int32_t>(
      std::clamp(code, static_cast<float>(codes.lowest), static_cast<float>(codes.highest)));
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
