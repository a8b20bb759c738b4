#include <cmath>

#include "tinytorch/base/error.h"
#include "tinytorch/tensor/ops.h"

namespace tinytorch {

Tensor zeros(Shape shape) { return full(std::move(shape), 0.0f); }
Tensor ones(Shape shape) { return full(std::move(shape), 1.0f); }
Tensor full(Shape shape, float value) { return Tensor(Array(std::move(shape), value)); }

Tensor arange(float begin, float end, float step) {
  const double count = std::ceil((static_cast<double>(end) - begin) / step);
  if (!(std::abs(count) < 0x1p40)) {  // NaN fails too
    throw Error("[arange] from " + std::to_string(begin) + " to " + std::to_string(end) + " by " +
                std::to_string(step) + ": not a finite number of steps");
  }
  Array result(Shape{count > 0 ? static_cast<std::int64_t>(count) : 0});
  for (std::int64_t i = 0; i < result.size(); ++i) {
    result.data()[i] = static_cast<float>(begin + static_cast<double>(i) * step);
  }
  return Tensor(result);
}

Tensor uniform(Shape shape, float low, float high, Rng& rng) {
  Array result(std::move(shape));
  for (float& x : result.values()) x = rng.uniform(low, high);
  return Tensor(result);
}

Tensor normal(Shape shape, float mean, float standard_deviation, Rng& rng) {
  Array result(std::move(shape));
  for (float& x : result.values()) x = mean + standard_deviation * rng.normal();
  return Tensor(result);
}

}  // namespace tinytorch
