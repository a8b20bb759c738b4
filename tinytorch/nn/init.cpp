#include "tinytorch/nn/init.h"

#include <cmath>
#include <string>

#include "tinytorch/base/error.h"

namespace tinytorch {
namespace {

struct Fans {
  float in, out;
};

Fans fans(const Shape& shape, const char* operation) {
  if (shape.size() < 2 || element_count(shape) == 0) {
    throw Error("[" + std::string(operation) + "] shape " + to_string(shape) +
                ": (out, in) with positive sizes is needed");
  }
  const std::int64_t count = element_count(shape);
  return {static_cast<float>(count / shape[0]), static_cast<float>(count / shape[1])};
}

Array draw_normal(const Shape& shape, float standard_deviation, Rng& rng) {
  Array weight(shape);
  for (float& w : weight.values()) w = standard_deviation * rng.normal();
  return weight;
}

}  // namespace

Array kaiming_normal(const Shape& shape, float gain, Rng& rng) {
  return draw_normal(shape, gain / std::sqrt(fans(shape, "kaiming_normal").in), rng);
}

Array xavier_uniform(const Shape& shape, float gain, Rng& rng) {
  const Fans f = fans(shape, "xavier_uniform");
  const float bound = gain * std::sqrt(6.0f / (f.in + f.out));
  Array weight(shape);
  for (float& w : weight.values()) w = rng.uniform(-bound, bound);
  return weight;
}

Array xavier_normal(const Shape& shape, float gain, Rng& rng) {
  const Fans f = fans(shape, "xavier_normal");
  return draw_normal(shape, gain * std::sqrt(2.0f / (f.in + f.out)), rng);
}

}  // namespace tinytorch
