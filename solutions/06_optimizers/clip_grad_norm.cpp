#include <cmath>

#include "tinytorch/base/error.h"
#include "tinytorch/optim/schedule.h"

float tinytorch::clip_grad_norm(const std::vector<Tensor>& parameters, float max_norm) {
  if (!(max_norm > 0)) throw Error("[clip_grad_norm] max_norm " + std::to_string(max_norm) + " is not positive");
  // BEGIN SOLUTION
  // STEP 1: one sum of squares over all gradients together, in double: it has many terms. Some parameters have no
  // gradient.
  double squares = 0;
  for (const Tensor& p : parameters) {
    if (!p.grad().defined()) continue;
    for (const float g : p.grad().values()) squares += static_cast<double>(g) * g;
  }
  const double norm = std::sqrt(squares);
  // STEP 2: scale only what is too long; a norm that is NaN or Inf gives no useful factor.
  if (norm > max_norm && std::isfinite(norm)) {
    const auto factor = static_cast<float>(max_norm / norm);
    for (Tensor p : parameters) {
      if (!p.grad().defined()) continue;
      for (float& g : p.mutable_grad().values()) g *= factor;
    }
  }
  return static_cast<float>(norm);
  // END SOLUTION
}
