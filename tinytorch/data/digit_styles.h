#pragma once
#include <span>
#include <vector>

namespace tinytorch {

/// A point of a stroke; a digit fills about 100 units in height, x to the right and y down.
struct StrokePoint {
  float x, y;
};

using Stroke = std::vector<StrokePoint>;

/// One way in which people write a digit. A stroke is a smooth curve through its points; a point written twice is a
/// corner.
struct DigitStyle {
  int digit;
  float weight;  ///< how often, among the styles of its digit
  std::vector<Stroke> strokes;
};

std::span<const DigitStyle> digit_styles();

}  // namespace tinytorch
