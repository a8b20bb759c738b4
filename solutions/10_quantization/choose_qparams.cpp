#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "tinytorch/base/error.h"
#include "tinytorch/quant/qparams.h"

tinytorch::QParams tinytorch::choose_qparams(float low, float high, Symmetry symmetry, CodeRange codes) {
  // BEGIN SOLUTION
  // STEP 1: refuse what is not a range: a bound that is NaN or Inf, or low above high.
  if (!std::isfinite(low) || !std::isfinite(high) || low > high) {
    throw Error("[choose_qparams] [" + std::to_string(low) + ", " + std::to_string(high) + "] is not a range");
  }
  // STEP 2: if all values are one number, step by just that number: then it is exact. Otherwise widen the range until
  // it holds 0, and find the step in double (the width of the largest range is too large for a float).
  const bool constant = low == high;
  const double lo = std::min(low, 0.0f), hi = std::max(high, 0.0f);
  double step =
      symmetry == Symmetry::symmetric ? std::max(-lo, hi) / codes.highest : (hi - lo) / (codes.highest - codes.lowest);
  if (constant) step = std::max(-lo, hi);
  // STEP 3: a step too small for a normal float (0, above all) could not be divided by: then scale 1, zero point 0.
  const float scale = static_cast<float>(step);
  if (scale < std::numeric_limits<float>::min()) return {1, 0};
  // STEP 4: the zero point is the code of 0.0 on the grid of the scale that is stored, the float: rounded to even,
  // inside the codes. 0 if symmetric or constant.
  if (constant || symmetry == Symmetry::symmetric) return {scale, 0};
  const double zero_point = std::nearbyint(codes.lowest - lo / scale);
  return {scale, static_cast<std::int32_t>(std::clamp<double>(zero_point, codes.lowest, codes.highest))};
  // END SOLUTION
}

std::vector<tinytorch::QParams> tinytorch::choose_qparams_per_channel(const Array& weight, CodeRange codes) {
  // BEGIN SOLUTION
  // STEP 5: refuse a weight that is empty or not finite (finite_range), or not a matrix.
  finite_range(weight, "[quantize_weight] weight");
  if (weight.rank() != 2) {
    throw Error("[quantize_weight] shape " + to_string(weight.shape()) + ": a weight is (out, in)");
  }
  // STEP 6: an output channel is a row, in_features values beside each other in weight.values(): each gets the symmetric
  // scale that choose_qparams gives its range (a row of one number: that number).
  const auto columns = static_cast<std::size_t>(weight.dim(1));
  std::vector<QParams> channels;
  for (std::size_t row = 0; row < static_cast<std::size_t>(weight.dim(0)); ++row) {
    const auto [low, high] = std::ranges::minmax(weight.values().subspan(row * columns, columns));
    channels.push_back(choose_qparams(low, high, Symmetry::symmetric, codes));
  }
  return channels;
  // END SOLUTION
}
