#pragma once
#include <cmath>

#include "tinytorch/tensor/array.h"

namespace tinytorch::test {

inline Array normal_array(Shape shape, Rng& rng, float factor = 1) {
  Array a(std::move(shape));
  for (float& v : a.values()) v = factor * rng.normal();
  return a;
}

/// Arrays as quantization meets them: of many sizes and magnitudes, one-sided and not, with outliers, constants,
/// single elements, denormals and zeros of both signs. Which kind depends on `kind`.
inline Array odd_array(int kind, Rng& rng) {
  const auto size = static_cast<std::int64_t>(1 + rng.below(kind % 3 == 0 ? 3 : 300));
  Array a({size});
  const float magnitude = std::ldexp(1.0f, static_cast<int>(rng.below(60)) - 30), offset = 4 * rng.normal();
  const float constant = rng.normal() * magnitude;
  for (float& v : a.values()) {
    switch (kind % 8) {
      case 0:
        v = rng.normal() * magnitude;
        break;
      case 1:
        v = std::abs(rng.normal()) * magnitude;
        break;  // what a ReLU leaves
      case 2:
        v = -std::abs(rng.normal()) * magnitude;
        break;
      case 3:
        v = (rng.normal() + offset) * magnitude;
        break;  // 0 may lie outside
      case 4:
        v = constant;
        break;
      case 5:
        v = rng.normal() * (rng.below(100) == 0 ? 1e4f : 1.0f);
        break;
      case 6:
        v = rng.below(2) ? 0.0f : -0.0f;
        break;
      default:
        v = rng.normal() * 1e-40f;
        break;  // denormal
    }
  }
  return a;
}

}  // namespace tinytorch::test
