#include <cmath>
#include <numbers>

#include "tinytorch/base/error.h"
#include "tinytorch/tensor/ops.h"

tinytorch::Tensor tinytorch::gelu(const Tensor& x) {
  // BEGIN SOLUTION
  // STEP 1: Φ(v) = erfc(-v / √2) / 2 is the chance that a standard normal number is below v. (erfc, and not 1 + erf:
  // far on the left that sum would cancel to 0.)
  const auto normal_cdf = [](float v) { return 0.5f * std::erfc(-v / std::numbers::sqrt2_v<float>); };
  // STEP 2: y = x Φ(x); its limit at -∞ is 0.
  Array y(x.shape());
  for (std::int64_t i = 0; i < y.size(); ++i) {
    const float v = x.value().data()[i], phi = normal_cdf(v);
    y.data()[i] = phi == 0 ? 0.0f : v * phi;
  }
  return make_op("gelu", y, {x}, [normal_cdf](const Array& gradient, const std::vector<Tensor>& inputs) {
    // STEP 3: dy/dx = Φ(x) + x φ(x), with the density φ(x) = e^(-x²/2) / √(2π).
    Array dx(gradient.shape());
    for (std::int64_t i = 0; i < dx.size(); ++i) {
      const float v = inputs[0].value().data()[i];
      const float density = std::exp(-0.5f * v * v) * std::numbers::inv_sqrtpi_v<float> / std::numbers::sqrt2_v<float>;
      dx.data()[i] = gradient.data()[i] * (normal_cdf(v) + (density == 0 ? 0.0f : v * density));
    }
    inputs[0].add_grad(dx);
  });
  // END SOLUTION
}
